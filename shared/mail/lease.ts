/** Leases: of several senders, one takes a mail for a time. If the sender's attempt fails, the mail pauses before the next attempt. */
import type { Key } from '../table/keys.ts';
import { getItem, type Item, retryConflicts, transact, update } from '../table/table.ts';
import type { Owing } from './outbox.ts';
import type { OpenOutcome } from './ses.ts';

/**
 * How long a mail belongs to the sender that has taken it. Longer than `deliverMail` can run (a minute), so that no other sender takes a
 * mail that is being sent. Also long enough for a report of SES if the sender died or got no answer: the report marks the mail, so it is
 * not sent twice.
 */
const LEASE_MS = 2 * 60_000;
/** The pause after the first failure. Each further failure doubles it, up to an hour. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 60 * 60_000;

/** The mails under a key, for the sender that has taken them. `attempts` includes this attempt. */
export type Lease = { owing: Owing; attempts: number };

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
  const { at, mails } = item as Item & Owing;
  return { owing: { at, ...(mails && { mails }) }, attempts };
}

/** Whether another sender has the mails, or they pause. The first attempt may come before `dueAt`, which is for the schedule. */
const isTaken = (item: Item) => item['attempts'] !== undefined && String(item['dueAt']) > new Date().toISOString();

/**
 * Ends a lease: makes the open mails due again after a pause, or, if there are none, makes nothing due.
 *
 * @param attempts the `attempts` of the lease
 * @param open the outcomes of the mails that are still to be sent
 */
export async function putOff(key: Key, attempts: number, open: readonly OpenOutcome[]): Promise<void> {
  const pauseMs = Math.max(0, ...open.map((outcome) => pauseAfter(outcome, attempts)));
  // A throttled mail was not attempted.
  const counted = open.includes('throttled') ? attempts - 1 : attempts;
  const condition = 'attribute_exists(due)';
  const write =
    open.length > 0
      ? update(key, 'SET dueAt = :again, attempts = :attempts', {
          condition,
          values: { ':again': new Date(Date.now() + pauseMs).toISOString(), ':attempts': counted },
        })
      : update(key, 'REMOVE due, dueAt, attempts', { condition });
  await retryConflicts(() => transact([{ write, refused: 'omit' }]));
}

function pauseAfter(outcome: OpenOutcome, attempts: number): number {
  if (outcome === 'throttled') return FIRST_PAUSE_MS * (1 + Math.random());
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return outcome === 'unknown' ? Math.max(LEASE_MS, pause) : pause;
}
