/** Leases: of several senders, one takes a mail for a time. If the sender's attempt fails, the mail pauses before the next attempt. */

import { noteMailQueue } from '../partner/mailQueue.ts';
import type { Key } from '../table/keys.ts';
import { mailQueueOf } from '../table/keys.ts';
import { getItem, type Item, retryConflicts, transact, update } from '../table/table.ts';
import type { Owing } from './outbox.ts';
import type { OpenOutcome } from './ses.ts';

/**
 * How long a mail belongs to the sender that has taken it. Longer than `deliverMail` can run (80 seconds), so that no other sender takes a
 * mail that is being sent. Also long enough for a report of SES if the sender died or got no answer: the report marks the mail, so it is
 * not sent twice.
 */
const LEASE_MS = 2 * 60_000;
/** The pause after the first failure. Each further failure doubles it, up to an hour. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** The mails under a key, for the sender that has taken them. `attempts` includes this attempt. `dueAt` is when they were due. */
export type Lease = { owing: Owing; attempts: number; dueAt: string };

/** Takes the mails that wait under a key. Undefined if no mail waits, another sender has them, or they pause after a failure. */
export async function takeMails(key: Key): Promise<Lease | undefined> {
  const item = await getItem(key);
  if (!item?.['due'] || isTaken(item)) return undefined;
  const attempts = Number(item['attempts'] ?? 0) + 1;
  const leasedUntil = new Date(Date.now() + LEASE_MS).toISOString();
  const write = update(key, 'SET dueAt = :leased, attempts = :attempts', {
    condition: 'dueAt = :seen',
    values: { ':leased': leasedUntil, ':attempts': attempts, ':seen': item['dueAt'] },
  });
  if ((await transact([{ write, refused: 'conflict' }])) === 'conflict') return undefined;
  const { at, mails, traceId } = item as Item & Owing;
  return { owing: { at, ...(mails && { mails }), traceId }, attempts, dueAt: String(item['dueAt']) };
}

/** Whether another sender has the mails, or they pause. The first attempt may come before `dueAt`, which is for the schedule. */
const isTaken = (item: Item) => item['attempts'] !== undefined && String(item['dueAt']) > new Date().toISOString();

/** Ends a lease on mails of which none is to be sent any more: nothing is due. */
export async function endLease(key: Key): Promise<void> {
  const write = update(key, 'REMOVE due, dueAt, attempts', { condition: 'attribute_exists(due)' });
  await retryConflicts(() => transact([{ write, refused: 'omit' }]));
}

/** Ends a lease on mails that were not attempted for lack of time: they are due as before, and keep their place among the others. */
export async function release(key: Key, { attempts, dueAt }: Lease): Promise<void> {
  const write = update(key, 'SET dueAt = :before, attempts = :attempts', {
    condition: 'attribute_exists(due)',
    values: { ':before': dueAt, ':attempts': attempts - 1 },
  });
  await retryConflicts(() => transact([{ write, refused: 'omit' }]));
}

/**
 * Ends a lease on mails that are still to be sent: they are due again after a pause, in the queue of their partner. So a backlog of one
 * partner is in its own queue, wherever its mails came from.
 *
 * @param open the outcomes of the mails that are still to be sent
 */
export async function putOff(
  key: Key,
  { attempts }: Lease,
  open: readonly OpenOutcome[],
  partnerId: string,
): Promise<void> {
  const pauseMs = Math.max(...open.map((outcome) => pauseAfter(outcome, attempts)));
  const counted = open.some(wasAttempted) ? attempts : attempts - 1;
  await noteMailQueue(partnerId, new Date());
  const write = update(key, 'SET due = :queue, dueAt = :again, attempts = :attempts', {
    condition: 'attribute_exists(due)',
    values: {
      ':queue': mailQueueOf(partnerId),
      ':again': new Date(Date.now() + pauseMs).toISOString(),
      ':attempts': counted,
    },
  });
  await retryConflicts(() => transact([{ write, refused: 'omit' }]));
}

const wasAttempted = (outcome: OpenOutcome) => outcome === 'failed' || outcome === 'unknown';

function pauseAfter(outcome: OpenOutcome, attempts: number): number {
  if (outcome === 'deferred') return 0;
  if (outcome === 'throttled') return FIRST_PAUSE_MS * (1 + Math.random());
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return outcome === 'unknown' ? Math.max(LEASE_MS, pause) : pause;
}
