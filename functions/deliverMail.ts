import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import type { Mail, MailMark } from '../shared/customer/event.ts';
import { inParallel } from '../shared/inParallel.ts';
import { addLogFields, errorFields, logFieldsOf, withLogFields, writeLog } from '../shared/log.ts';
import { envelopeOf, type Unwanted } from '../shared/mail/envelope.ts';
import { endLease, type Lease, putOff, release, takeMails } from '../shared/mail/lease.ts';
import { isSettled, settle } from '../shared/mail/outbox.ts';
import { dueMails } from '../shared/mail/queues.ts';
import { takeTurn, takeTurns, type Way } from '../shared/mail/sendingRate.ts';
import { givenUpReason, isQuotaRefusal, type OpenOutcome, sendMail } from '../shared/mail/ses.ts';
import type { Measured } from '../shared/metrics.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { customerIdOf, isOfPartner, type Key, partnerEventIdOf, partnerIdOf, versionOf } from '../shared/table/keys.ts';
import { type Alongside, retryConflicts, transact } from '../shared/table/table.ts';

const HOUR_MS = 60 * 60_000;
/** How many mails a run sends at the same time. `takeTurn` limits how many are sent in a second. */
const PARALLEL = 5;
/** If a mail has waited longer for its turn, what it is about is read again before it is sent. */
const FRESH_MS = 1_000;
/** If the function has less time left than this, it starts no other mail. One attempt takes at most half of this time. */
const RESERVE_MS = 20_000;

type Outcome = OpenOutcome | 'sent' | 'dropped' | 'given up';
type Counts = Record<Outcome, number> & { longestWaitSeconds: number };
type Context = { awsRequestId?: string; getRemainingTimeInMillis(): number };

/** The answer while mails are held. */
const HELD = { held: true } as const;

/**
 * Sends the mails that events call for: new mails from the table's stream within a second, and on a schedule all mails that are still
 * due. A mail that fails stays due. It does not fail its stream record, so it holds up no other mail.
 *
 * While mails are held (after a restore), it sends none: they stay in the table, and the schedule sends them when they are released.
 *
 * @returns for the stream, the records that failed for another reason; for the schedule, how many mails had which outcome
 */
export async function handler(
  event: DynamoDBStreamEvent | Record<string, unknown>,
  context: Context,
): Promise<DynamoDBBatchResponse | Counts | typeof HELD> {
  return withLogFields({ ...logFieldsOf(context), work: 'deliverMail' }, async () => {
    if (process.env['HOLD'] === 'true') {
      writeLog({ level: 'WARN', ...HELD }, { mailsHeld: 1, ...(!isStreamEvent(event) && { runs: 1 }) });
      return isStreamEvent(event) ? { batchItemFailures: [] } : HELD;
    }
    return isStreamEvent(event) ? deliverRecords(event, context) : deliverDue(context);
  });
}

const isStreamEvent = (event: object): event is DynamoDBStreamEvent => 'Records' in event;
/** Until when a mail may wait for its turn (epoch milliseconds). */
const endOf = (context: Context) => Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;

async function deliverRecords({ Records }: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const failures: string[] = [];
  let mailsSent = 0;
  await inParallel(Records, PARALLEL, async ({ dynamodb, eventID }) => {
    // The schedule sends the rest.
    if (Date.now() > endOf(context)) return;
    const key = { pk: dynamodb?.Keys?.['pk']?.S ?? '', sk: dynamodb?.Keys?.['sk']?.S ?? '' };
    const traceId = dynamodb?.NewImage?.['traceId']?.S;
    await withLogFields({ ...about(key), traceId }, async () => {
      try {
        const lease = await takeMails(key);
        if (!lease) return;
        const { outcomes } = await deliver({ key, lease }, 'stream', context);
        mailsSent += outcomes.filter((outcome) => outcome === 'sent').length;
      } catch (error) {
        logFailure(error);
        failures.push(dynamodb?.SequenceNumber ?? eventID ?? '');
      }
    });
  });
  if (mailsSent > 0) writeLog({ level: 'INFO', work: 'deliverMail' }, { mailsSent });
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function deliverDue(context: Context): Promise<Counts> {
  const counts: Counts = {
    ...{ sent: 0, dropped: 0, failed: 0, unknown: 0, throttled: 0, deferred: 0, 'given up': 0 },
    longestWaitSeconds: 0,
  };
  const failed = (key: Key, error: unknown, traceId?: string) => {
    withLogFields({ ...about(key), traceId }, () => logFailure(error));
    counts.failed++;
  };
  try {
    await inParallel(takeInTurn(context, failed), PARALLEL, async (taken) => {
      try {
        const { outcomes, waitedSeconds } = await withLogFields(about(taken.key), () =>
          deliver(taken, 'schedule', context),
        );
        for (const outcome of outcomes) counts[outcome]++;
        // A mail that was sent late counts, too: with a long queue, no other mail shows how long its end waits.
        if (outcomes.some((outcome) => outcome !== 'dropped'))
          counts.longestWaitSeconds = Math.max(counts.longestWaitSeconds, waitedSeconds);
      } catch (error) {
        failed(taken.key, error, taken.lease.owing.traceId);
      }
    });
  } finally {
    // If the queues can't be read, the mails that were taken before have left.
    const { longestWaitSeconds, sent: mailsSent } = counts;
    writeLog({ level: 'INFO', ...counts }, { runs: 1, longestWaitSeconds, mailsSent });
  }
  return counts;
}

/** Mails that a sender has taken, under their key. */
type Taken = { key: Key; lease: Lease };

/**
 * Takes due mails, each when one may be sent. Only one waits for its turn at any time, so that no mail overtakes another one.
 *
 * @param failed called if the mails under a key can't be taken
 */
async function* takeInTurn(context: Context, failed: (key: Key, error: unknown) => void): AsyncGenerator<Taken> {
  for await (const key of dueMails()) {
    try {
      const lease = await takeMails(key);
      if (!lease) continue;
      if (!(await takeTurn('schedule', endOf(context)))) return await release(key, lease);
      yield { key, lease };
    } catch (error) {
      failed(key, error);
    }
  }
}

/**
 * Sends the mails under a key, one after another, and marks each.
 *
 * @param way how the mails came; those of the schedule have the turn of their first mail
 * @returns the outcome of each mail; and how long they have waited since they could be sent first
 */
async function deliver(
  { key, lease }: Taken,
  way: Way,
  context: Context,
): Promise<{ outcomes: Outcome[]; waitedSeconds: number }> {
  const { at: calledForAt, mails = [], traceId } = lease.owing;
  // The mail follows from the request that called for it, not from this run.
  addLogFields({ traceId });
  const outcomes: Outcome[] = [];
  let partnerId = '';
  let hasTurn = way === 'schedule';
  const open = [...mails.entries()].filter(([, mail]) => !isSettled(mail));
  for (const [index, mail] of open) {
    const isLast = outcomes.length === open.length - 1 && !outcomes.some(isOpen);
    outcomes.push(await deliverOne(mail, (mark) => settle(key, index, mark, isLast)));
  }
  const isAgain = outcomes.filter(isOpen);
  if (isAgain.some((outcome) => outcome !== 'deferred')) await putOff(key, lease, isAgain, partnerId);
  else if (isAgain.length > 0) await release(key, lease);
  // Reports have settled all mails.
  if (open.length === 0) await endLease(key);
  const wantedAt = Date.parse(mails[0]?.notBefore ?? calledForAt);
  return { outcomes, waitedSeconds: Math.round((Date.now() - wantedAt) / 1000) };

  async function deliverOne(mail: Mail, mark: (became: MailMark) => Alongside): Promise<Outcome> {
    const commit = (writes: Alongside[]) => retryConflicts(() => transact(writes));
    const became = <Became extends Outcome>(
      outcome: Became,
      more: Record<string, unknown> = {},
      measured: Measured = {},
    ): Became => {
      writeLog({ level: 'INFO', kind: mail.kind, outcome, attempts: lease.attempts, ...more }, measured);
      return outcome;
    };
    const drop = async ({ dropped, why }: Unwanted): Promise<Outcome> => {
      await commit([mark({ droppedAt: new Date().toISOString() }), ...dropped]);
      return became('dropped', { why });
    };
    let envelope = await envelopeOf(key, mail, calledForAt);
    const readAt = Date.now();
    if ('dropped' in envelope) return drop(envelope);
    partnerId = envelope.partnerId;
    if (!(await takeTurns(way, envelope.to.length, endOf(context), hasTurn ? 1 : 0))) return became('deferred');
    hasTurn = false;
    if (Date.now() - readAt > FRESH_MS) envelope = await envelopeOf(key, mail, calledForAt);
    if ('dropped' in envelope) return drop(envelope);

    const attempt = await sendMail(mail, envelope);
    const at = new Date().toISOString();
    if (attempt.outcome === 'sent') {
      await commit([mark({ sentAt: at }), ...envelope.delivered({ status: 'SENT', at, sentAt: at })]);
      return became('sent');
    }
    const { error } = attempt;
    became(
      attempt.outcome,
      { level: 'ERROR', ...errorFields(error) },
      isQuotaRefusal(error) ? { mailQuotaRefusals: 1 } : {},
    );
    if (Date.now() - Date.parse(calledForAt) <= currentProgram().mailGiveUpHours * HOUR_MS) return attempt.outcome;
    await commit([
      mark({ failedAt: at }),
      ...envelope.delivered({ status: 'FAILED', at, ...givenUpReason(attempt, mail.kind) }),
    ]);
    // The alarm for lost mails counts this.
    return became('given up', { level: 'ERROR' }, { mailsGivenUp: 1 });
  }
}

const isOpen = (outcome: Outcome): outcome is OpenOutcome =>
  outcome === 'failed' || outcome === 'unknown' || outcome === 'throttled' || outcome === 'deferred';

/** The event that calls for a mail, for logs; never an address. */
const about = (key: Key) =>
  isOfPartner(key)
    ? { partnerId: partnerIdOf(key), eventId: partnerEventIdOf(key) }
    : { customerId: customerIdOf(key), version: versionOf(key) };

const logFailure = (error: unknown): void => writeLog({ level: 'ERROR', ...errorFields(error) });
