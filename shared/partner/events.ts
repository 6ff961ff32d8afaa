/** The events of a partner: each change by the partner or about the partner, in the transaction of the change. */
import { randomBytes } from 'node:crypto';
import type { PartnerEventType } from '../contract/vocabulary.ts';
import { traceId } from '../log.ts';
import { partnerEventKey, type Subject, viewKey } from '../table/keys.ts';
import { type Alongside, put, transact } from '../table/table.ts';

/** Distinguishes events of the same millisecond. */
const RANDOM_BYTES = 6;
const HOUR_MS = 60 * 60_000;

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
  return { write: put({ ...key, type, at: time, actor, data, traceId: traceId(), ...owed }), refused: 'conflict' };
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
  const hour = Math.floor(now.getTime() / HOUR_MS);
  const viewed = put(
    { ...viewKey(partnerId, `${operatorId} ${id} ${hour}`), ttl: (hour + 1) * (HOUR_MS / 1000) },
    { condition: 'attribute_not_exists(pk)' },
  );
  const actor: PartnerActor = `OPERATOR#${operatorId}`;
  // A conflict means that the view is recorded already.
  await transact([
    { write: viewed, refused: 'conflict' },
    partnerEvent(partnerId, { type: 'CustomerViewed', at: now, actor, data: { customerId: id } }),
  ]);
}
