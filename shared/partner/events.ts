/** The events of a partner: each change by the partner or about the partner, in the transaction of the change. */
import { createHash, randomBytes } from 'node:crypto';
import type { PartnerEventType } from '../contract/vocabulary.ts';
import { partnerEventKey, type Subject } from '../table/keys.ts';
import { type Alongside, put, transact } from '../table/table.ts';

/** Distinguishes events of the same millisecond. */
const RANDOM_BYTES = 6;

/** Who changes something: a person, a service account, or an operator of the provider. */
export type PartnerActor = Subject | `OPERATOR#${string}`;

export type PartnerEvent = {
  type: PartnerEventType;
  at: Date;
  actor: PartnerActor;
  data: Record<string, unknown>;
};

/**
 * The write of a partner's event.
 *
 * @param owed more attributes: the mails that the event calls for, and when they are due
 */
export function partnerEvent(
  partnerId: string,
  { type, at, actor, data }: PartnerEvent,
  owed: Record<string, unknown> = {},
): Alongside {
  const time = at.toISOString();
  const key = partnerEventKey(partnerId, `${time}#${randomBytes(RANDOM_BYTES).toString('hex')}`);
  return { write: put({ ...key, type, at: time, actor, data, ...owed }), refused: 'conflict' };
}

/**
 * Records that an operator of the provider reads one of the partner's customers: at most once in an hour, because an open page reads again
 * and again. Called before the answer is made, so that no operator reads a customer without a trace.
 */
export async function recordView(
  { id, partnerId }: { id: string; partnerId: string },
  operatorId: string,
  now: Date,
): Promise<void> {
  const time = now.toISOString();
  const hour = time.replace(/:.*/, ':00:00.000Z');
  const view = createHash('sha256').update(`${operatorId} ${id}`).digest('hex');
  const key = partnerEventKey(partnerId, `${hour}#${view.slice(0, 2 * RANDOM_BYTES)}`);
  const actor: PartnerActor = `OPERATOR#${operatorId}`;
  const type: PartnerEventType = 'CustomerViewed';
  // A conflict means that the view is recorded already.
  await transact([
    {
      write: put(
        { ...key, type, at: time, actor, data: { customerId: id } },
        { condition: 'attribute_not_exists(pk)' },
      ),
      refused: 'conflict',
    },
  ]);
}
