/**
 * The mails that a restored table owes. Some of them may have left before the loss: the restored table is older than their mark. `docs/restore.md`
 * has the steps.
 */
import type { Mail } from '../customer/event.ts';
import type { Program } from '../program/program.ts';
import { duePartitions, type Key, MAIL_QUEUES, mailQueueOf, partnerIdOf } from '../table/keys.ts';
import { getItem, queryAll, retryConflicts, transact } from '../table/table.ts';
import { envelopeOf } from './envelope.ts';
import { isSettled, settle } from './outbox.ts';
import { INVITE_MEMBER_AGAIN } from './report.ts';

const DAY_MS = 24 * 60 * 60_000;
const PAGE_SIZE = 100;

/** The moment to which the table was restored, and the moment until which the lost table was in use (RFC 3339). */
export type Loss = { restoredTo: string; lostAt: string };

/** A mail that waits in the table. */
export type OwedMail = {
  key: Key;
  /** The index of the mail among the item's `mails`. */
  index: number;
  mail: Mail;
  /** When it was called for. */
  at: string;
  /** When the customer is removed whose expiry the mail tells. */
  removeAt?: string;
};

/** All mails that wait in the table, also those that pause. */
export async function* owedMails(): AsyncGenerator<OwedMail> {
  for await (const partition of partitions()) {
    const pages = queryAll({
      index: 'byDue',
      condition: 'due = :partition',
      values: { ':partition': partition },
      limit: PAGE_SIZE,
    });
    for await (const page of pages) for (const { pk, sk } of page) yield* await owedUnder({ pk, sk });
  }
}

async function* partitions(): AsyncGenerator<string> {
  yield* duePartitions('MAIL');
  const values = { ':queues': MAIL_QUEUES };
  const pages = queryAll({ index: 'byDue', condition: 'due = :queues', values, limit: PAGE_SIZE });
  for await (const notes of pages) for (const note of notes) yield mailQueueOf(partnerIdOf(note));
}

type Owing = { at: string; mails?: (Mail & Parameters<typeof isSettled>[0])[]; data?: { removeAt?: string } };

async function owedUnder(key: Key): Promise<OwedMail[]> {
  const { at = '', mails = [], data } = ((await getItem(key)) ?? {}) as Partial<Owing>;
  const removeAt = data?.removeAt === undefined ? {} : { removeAt: data.removeAt };
  return [...mails.entries()].flatMap(([index, mail]) =>
    isSettled(mail) ? [] : [{ key, index, mail, at, ...removeAt }],
  );
}

/**
 * Whether a mail may have left before the loss. Pure.
 *
 * - A mail that the table owed at the moment to which it was restored: it would have left within seconds.
 * - A reminder, or the notice of an expiry, that the cleanup has called for since: the lost table's cleanup has called for the same mail
 *   if it fell due before the loss.
 */
export function mayHaveLeft(
  { mail, at, removeAt }: Omit<OwedMail, 'key' | 'index'>,
  loss: Loss,
  program: Program,
): boolean {
  const { restoredTo, lostAt } = loss;
  if ((mail.notBefore ?? '') > lostAt) return false;
  if (at <= restoredTo) return true;
  if (mail.kind === 'REMINDER') return remindedAt(mail, at, program) <= lostAt;
  return mail.kind === 'EXPIRED' && removeAt !== undefined && expiredAt(removeAt, program) <= lostAt;
}

/** When a reminder fell due that the cleanup has called for at a moment. */
function remindedAt({ expiresAt = '' }: Mail, at: string, { reminderDays }: Program): string {
  const times = reminderDays.map((days) => new Date(Date.parse(expiresAt) - days * DAY_MS).toISOString());
  return (
    times
      .filter((time) => time <= at)
      .sort()
      .at(-1) ?? at
  );
}

/** When a customer expired that is removed after the program's retention. */
const expiredAt = (removeAt: string, { retentionDays }: Program): string =>
  new Date(Date.parse(removeAt) - retentionDays * DAY_MS).toISOString();

/**
 * Gives up a mail that may have left already. An invitation shows this to the partner, who can send it again. May be repeated: a mail that
 * is settled meanwhile stays as it is.
 */
export async function giveUp({ key, index, mail, at }: OwedMail): Promise<void> {
  const again = mail.kind === 'MEMBER_INVITED' ? INVITE_MEMBER_AGAIN : 'Send the invitation again.';
  const now = new Date().toISOString();
  const envelope = await envelopeOf(key, mail, at);
  const reason = `The mail waited when the data of the service was lost and restored. It may have arrived. If it has not: ${again}`;
  const writes = 'dropped' in envelope ? envelope.dropped : envelope.delivered({ status: 'FAILED', at: now, reason });
  await retryConflicts(async () => {
    const open = await owedUnder(key);
    if (!open.some((each) => each.index === index)) return 'done';
    const mark = 'dropped' in envelope ? { droppedAt: now } : { failedAt: now };
    return transact([settle(key, index, mark, open.length === 1), ...writes]);
  });
}
