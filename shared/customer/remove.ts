/** Removes a customer after its retention. */
import type { Program } from '../program/program.ts';
import {
  ACCESS_PREFIX,
  boundKey,
  boundUnder,
  customerKey,
  type Key,
  myCustomersOf,
  type Subject,
  TTL_ATTRIBUTE,
} from '../table/keys.ts';
import {
  type Alongside,
  MAX_TRANSACTION_ITEMS,
  put,
  queryAll,
  remove,
  transact,
  transactOrBusy,
} from '../table/table.ts';
import type { Customer } from './customer.ts';

/**
 * How often the schedule attempts a write that conflicts with another. The second attempt finds that another run has done the work, or that
 * a request has changed the customer. The next run does the rest.
 */
export const SCHEDULED_ATTEMPTS = 3;
const DAY_SECONDS = 24 * 60 * 60;

/**
 * Removes all items under a customer (events with their personal data, clouds, access), the pointers to it, and last the customer itself.
 * A tombstone stays for the program's `retentionDays`, so that a late replay of the registration can't bring the customer back. Can be
 * interrupted anywhere: the next run finds the customer again and goes on.
 *
 * @param isLate asked before each page of items: a long history does not take longer than the caller has time
 * @returns `conflict` if the customer was changed or removed at the same time, `late` if the time was over
 * @throws Problem TRY_AGAIN if an item is changed again and again meanwhile
 */
export async function removeCustomer(
  customer: Customer,
  now: Date,
  program: Program,
  isLate: () => boolean,
): Promise<'done' | 'conflict' | 'late'> {
  const { pk, sk } = customerKey(customer.id);
  const pages = queryAll({ condition: 'pk = :pk', values: { ':pk': pk }, limit: MAX_TRANSACTION_ITEMS });
  for await (const items of pages) {
    if (isLate()) return 'late';
    const below = items.filter((item) => item.sk !== sk);
    // Pointers first: the access items, which are removed after them, say whose pointers there are.
    const access = below.filter((item) => item.sk.startsWith(ACCESS_PREFIX));
    const found = access.flatMap(({ subjects }) => (Object.keys(subjects ?? {}) as Subject[]).map(myCustomersOf));
    const owed = access.flatMap((item) => (item['owed'] ?? []) as string[]);
    await removeAll([...new Set([...found, ...owed])].map((person) => boundUnder(person, customer.id)));
    await removeAll(below);
  }
  const ttl = Math.ceil(now.getTime() / 1000) + program.retentionDays * DAY_SECONDS;
  const tombstone = put(
    { pk, sk, removedAt: now.toISOString(), [TTL_ATTRIBUTE]: ttl },
    {
      condition: '#version = :version',
      names: { '#version': 'version' },
      values: { ':version': customer.version },
    },
  );
  const pointers = customer.administrators.map((email) => removal(boundKey(`USER#${email}`, customer.id)));
  return transact([{ write: tombstone, refused: 'conflict' }, ...pointers]);
}

/** Removes items in transactions of the largest size. */
async function removeAll(keys: Key[]): Promise<void> {
  for (let i = 0; i < keys.length; i += MAX_TRANSACTION_ITEMS)
    await transactOrBusy(keys.slice(i, i + MAX_TRANSACTION_ITEMS).map(removal), SCHEDULED_ATTEMPTS);
}

const removal = (key: Key): Alongside => ({ write: remove(key), refused: 'conflict' });
