/** The uses of idempotency keys that are remembered as items: so a late retry is recognised, and makes no change. */
import { type Key, keyUseKey, TTL_ATTRIBUTE } from '../table/keys.ts';
import { type Alongside, getItem, type Item, putNew } from '../table/table.ts';
import type { Idempotency } from './command.ts';
import { keyReused } from './refusals.ts';

/** How long the use of an idempotency key is remembered. Clients may send a request again for a day. */
const KEY_USE_SECONDS = 2 * 24 * 60 * 60;

/**
 * The write that remembers the use of a key, for the transaction of the change; none for a request without a key. It conflicts if the key
 * has been used.
 *
 * @param changed the key of an item that the request changes: the use is stored beside that item
 * @param first what the answer to a retry is made of; the `request` by default
 */
export const keyUseWrites = (
  { pk }: Pick<Key, 'pk'>,
  idempotency: Idempotency | undefined,
  now: Date,
  first: Record<string, unknown> = { request: idempotency?.request },
): Alongside[] =>
  idempotency
    ? [
        {
          write: putNew({
            ...keyUseKey(pk, idempotency.key),
            ...first,
            [TTL_ATTRIBUTE]: Math.ceil(now.getTime() / 1000) + KEY_USE_SECONDS,
          }),
          refused: 'conflict',
        },
      ]
    : [];

/**
 * The use of a request's key by the same request; undefined if there is none. `keyUseWrites` has stored it with the `request`.
 *
 * @throws Problem IDEMPOTENCY_KEY_REUSED if another request has used the key
 */
export async function loadKeyUse(
  { pk }: Pick<Key, 'pk'>,
  idempotency: Idempotency | undefined,
): Promise<Item | undefined> {
  const use = idempotency && (await getItem(keyUseKey(pk, idempotency.key)));
  if (use && use['request'] !== idempotency.request) throw keyReused();
  return use;
}
