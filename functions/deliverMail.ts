import { SESClient, SESServiceException, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { asOf, type Customer, type Mail, type MailMark } from '../shared/customer/customer.ts';
import { isStillWanted, opensInvitation } from '../shared/customer/owedMails.ts';
import { inParallel } from '../shared/inParallel.ts';
import { countInvitation } from '../shared/invitation/dailyLimit.ts';
import { emailedLink } from '../shared/invitation/linkToken.ts';
import { writeLog } from '../shared/log.ts';
import { isSettled, markDelivery, type Owing, settle } from '../shared/mail/outbox.ts';
import { rawMail } from '../shared/mail/raw.ts';
import { AUDIENCE, renderMail } from '../shared/mail/render.ts';
import { takeTurn } from '../shared/mail/sendingRate.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { customerIdOf, type Key, membershipKey, versionOf } from '../shared/table/keys.ts';
import {
  type Alongside,
  dueWork,
  eventFromItem,
  getItem,
  type Item,
  loadCustomer,
  retryConflicts,
  TABLE_NAME,
  transact,
} from '../shared/table/table.ts';

const HOUR_MS = 60 * 60_000;
/**
 * For how long a mail belongs to the one who has taken it. Longer than this function can run (a minute), so that nobody
 * else takes a mail that is still being sent; and long enough for SES's report to come of a mail whose sender died, or never got
 * SES's answer: the report marks it, and it isn't sent again.
 */
const LEASE_MS = 2 * 60_000;
/** The pause after the first failure; it doubles with each one more, up to an hour. */
const FIRST_PAUSE_MS = 60_000;
/** How many mails are under way at once; how many leave in a second is settled elsewhere. */
const PARALLEL = 5;
/** What was read of a customer longer ago is read again before a mail leaves: it may have waited for its turn. */
const FRESH_MS = 1_000;
/** Not begun any more when so little time is left: one attempt takes half of it at the most. */
const RESERVE_MS = 20_000;

/**
 * One attempt each, within a time: whether a mail that timed out was accepted isn't known, and the SDK's own retry would
 * send it twice within a second. What failed stays due. A connection isn't kept for the next mail: one that has closed
 * meanwhile would cost that mail its attempt, and a minute.
 */
const ses = new SESClient({
  maxAttempts: 1,
  requestHandler: {
    connectionTimeout: 2_000,
    requestTimeout: 10_000,
    throwOnRequestTimeout: true,
    httpAgent: { keepAlive: false },
    httpsAgent: { keepAlive: false },
  },
});

/**
 * `failed`: SES refused it. `unknown`: no answer came, so it may be on its way. `throttled`: it wasn't its turn. All three are tried
 * again.
 */
type OpenOutcome = 'failed' | 'unknown' | 'throttled';
type Outcome = OpenOutcome | 'sent' | 'dropped' | 'given up';
type Counts = Record<Outcome, number> & { longestWaitSeconds: number };
type Context = { getRemainingTimeInMillis(): number };

/**
 * Sends what events call for: from the table's stream within a second, and, on a schedule, whatever is still due.
 * A failed mail stays due and is no failure of its record: it holds up no other.
 */
export async function handler(
  event: DynamoDBStreamEvent | Record<string, unknown>,
  context: Context,
): Promise<DynamoDBBatchResponse | Counts> {
  return isStreamEvent(event) ? deliverRecords(event, context) : deliverDue(context);
}

const isStreamEvent = (event: object): event is DynamoDBStreamEvent => 'Records' in event;

async function deliverRecords({ Records }: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const failures: string[] = [];
  await inParallel(Records, PARALLEL, async ({ dynamodb, eventID }) => {
    // What there is no time for is the schedule's.
    if (context.getRemainingTimeInMillis() < RESERVE_MS) return;
    const { pk, sk } = dynamodb?.Keys ?? {};
    try {
      await deliver({ pk: pk?.S ?? '', sk: sk?.S ?? '' }, context);
    } catch (error) {
      logFailure({ pk: pk?.S ?? '', sk: sk?.S ?? '' }, error);
      failures.push(dynamodb?.SequenceNumber ?? eventID ?? '');
    }
  });
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function deliverDue(context: Context): Promise<Counts> {
  const counts: Counts = {
    sent: 0,
    dropped: 0,
    failed: 0,
    unknown: 0,
    throttled: 0,
    'given up': 0,
    longestWaitSeconds: 0,
  };
  for await (const keys of dueWork('MAIL', new Date())) {
    await inParallel(keys, PARALLEL, async (key) => {
      if (context.getRemainingTimeInMillis() < RESERVE_MS) return;
      try {
        const { outcomes, waitedSeconds } = await deliver(key, context);
        for (const outcome of outcomes) counts[outcome]++;
        if (outcomes.some(isOpen)) counts.longestWaitSeconds = Math.max(counts.longestWaitSeconds, waitedSeconds);
      } catch (error) {
        logFailure(key, error);
        counts.failed++;
      }
    });
    if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
  }
  writeLog({ level: 'INFO', work: 'deliverMail', ...counts });
  return counts;
}

/** Takes the mails that wait under a key, sends them one after another, and marks each. */
async function deliver(key: Key, context: Context): Promise<{ outcomes: Outcome[]; waitedSeconds: number }> {
  const item = await getItem(key);
  const attempts = item?.['due'] && !isTaken(item) ? await take(item) : undefined;
  if (!item || attempts === undefined) return { outcomes: [], waitedSeconds: 0 };
  const owing: Owing = eventFromItem(item);
  const mails = owing.mails ?? [];
  const read = { customer: (await loadCustomer(owing.customerId))?.customer, at: Date.now() };
  const { customer } = read;
  if (
    item['attempts'] === undefined &&
    customer &&
    mails.some(({ kind }) => kind === 'INVITATION' || kind === 'RESENT')
  ) {
    // A mail that goes uncounted is better than one that doesn't go.
    await countInvitation(customer.partnerId, new Date()).catch((error: unknown) => logFailure(key, error));
  }
  const outcomes: Outcome[] = [];
  const open = [...mails.entries()].filter(([, mail]) => !isSettled(mail));
  for (const [index, mail] of open) {
    const last = outcomes.length === open.length - 1 && !outcomes.some(isOpen);
    const mark = (became: MailMark) => settle(key, index, became, last);
    outcomes.push(await deliverOne(mail, { owing, read, key, mark, context }));
  }
  const pause = Math.max(0, ...outcomes.filter(isOpen).map((outcome) => pauseAfter(outcome, attempts)));
  // Where reports have settled all of them, nothing is left but to say so.
  if (pause > 0 || open.length === 0)
    await putOff(key, outcomes.includes('throttled') ? attempts - 1 : attempts, pause);
  return { outcomes, waitedSeconds: Math.round((Date.now() - Date.parse(owing.at)) / 1000) };
}

const isOpen = (outcome: Outcome): outcome is OpenOutcome =>
  outcome === 'failed' || outcome === 'unknown' || outcome === 'throttled';

/** Somebody else is sending it, or it pauses after a failure. The first attempt needn't wait: it is the stream's. */
const isTaken = (item: Item) => item['attempts'] !== undefined && String(item['dueAt']) > new Date().toISOString();

/** Of several who want to send the same mail, one gets it, for the time of a lease; which attempt it is. */
async function take(item: Item): Promise<number | undefined> {
  const attempts = Number(item['attempts'] ?? 0) + 1;
  const outcome = await transact([
    {
      write: {
        Update: {
          TableName: TABLE_NAME,
          Key: { pk: item.pk, sk: item.sk },
          UpdateExpression: 'SET dueAt = :leased, attempts = :attempts',
          ConditionExpression: 'dueAt = :seen',
          ExpressionAttributeValues: {
            ':leased': new Date(Date.now() + LEASE_MS).toISOString(),
            ':attempts': attempts,
            ':seen': item['dueAt'],
          },
        },
      },
      refused: 'conflict',
    },
  ]);
  return outcome === 'done' ? attempts : undefined;
}

type Delivering = {
  owing: Owing;
  /** The customer, and when it was so, in epoch milliseconds. */
  read: { customer: Customer | undefined; at: number };
  key: Key;
  /** The write that marks the mail. */
  mark: (became: MailMark) => Alongside;
  context: Context;
};

async function deliverOne(mail: Mail, { owing, read, key, mark, context }: Delivering): Promise<Outcome> {
  const { customerId, version } = owing;
  const commit = (writes: Alongside[]) => retryConflicts(() => transact(writes));
  const drop = async (): Promise<Outcome> => {
    await commit([mark({ droppedAt: new Date().toISOString() })]);
    return 'dropped';
  };
  if (!isWanted(mail, version, read.customer) || !(await isForReader(mail, read.customer))) return drop();
  if (!(await takeTurn(Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS))) return 'throttled';
  const isFresh = Date.now() - read.at <= FRESH_MS;
  const customer = isFresh ? read.customer : (await loadCustomer(customerId))?.customer;
  if (!isWanted(mail, version, customer)) return drop();
  let outcome: OpenOutcome = 'failed';
  try {
    const command = await compose(mail, version, customer);
    outcome = 'unknown';
    await ses.send(command);
  } catch (error) {
    logFailure(key, error);
    if (outcome === 'unknown') outcome = outcomeOf(error);
    if (Date.now() - Date.parse(owing.at) <= currentProgram().mailGiveUpHours * HOUR_MS) return outcome;
    const at = new Date().toISOString();
    const reason = givenUpReason(error, outcome);
    await commit([
      mark({ failedAt: at }),
      ...markDelivery(customerId, mail.kind, { status: 'FAILED', at, reason, mailVersion: version }),
    ]);
    // What the alarm counts.
    writeLog({ level: 'ERROR', work: 'deliverMail', mailsGivenUp: 1, customerId, version, kind: mail.kind });
    return 'given up';
  }
  const at = new Date().toISOString();
  await commit([
    mark({ sentAt: at }),
    ...markDelivery(customerId, mail.kind, { status: 'SENT', at, sentAt: at, mailVersion: version }),
  ]);
  return 'sent';
}

const isWanted = (mail: Mail, version: number, customer: Customer | undefined): customer is Customer =>
  customer !== undefined && isStillWanted(mail, version, asOf(customer, new Date(), currentProgram()));

/** What a partner is told of its customers is for nobody who has left it. */
const isForReader = async ({ kind, to }: Mail, { partnerId }: Customer): Promise<boolean> =>
  AUDIENCE[kind] !== 'partner' || (await getItem(membershipKey(`USER#${to}`)))?.['partnerId'] === partnerId;

async function compose(mail: Mail, version: number, customer: Customer): Promise<SendRawEmailCommand> {
  const { brandName, sender, replyTo } = currentProgram();
  const rendered = renderMail(mail, { brandName, link: await linkOf(mail, customer) });
  return new SendRawEmailCommand({
    Source: sender,
    Destinations: [mail.to],
    RawMessage: { Data: await rawMail(rendered, mail, { from: sender, replyTo, customerId: customer.id }) },
    ConfigurationSetName: process.env['SES_CONFIGURATION_SET'],
    // By these a report finds the mail that it is about.
    Tags: [
      { Name: 'customer', Value: customer.id },
      { Name: 'version', Value: String(version) },
      { Name: 'kind', Value: mail.kind },
    ],
  });
}

/** Where a mail leads: the emailed link, or the page on which its reader sees what it is about. */
function linkOf({ kind }: Mail, customer: Customer): string | Promise<string> {
  if (opensInvitation(kind)) return emailedLink(customer);
  const portal = process.env['PORTAL_URL'];
  if (kind === 'APPROVAL_REQUESTED') return `${portal}/approvals/${customer.id}`;
  return kind === 'APPROVED' || kind === 'REJECTED' ? `${portal}/my/invitations` : `${portal}/customers/${customer.id}`;
}

/** What is known when SES was asked and something failed: an answer that refuses says that the mail isn't on its way; no answer says nothing. */
function outcomeOf(error: unknown): OpenOutcome {
  const refusedConnection = (error as { code?: string }).code === 'ECONNREFUSED';
  if (!(error instanceof SESServiceException)) return refusedConnection ? 'failed' : 'unknown';
  // "Maximum sending rate exceeded", by others who send from the same account; a daily quota that is used up is waited for.
  if (/^Throttling/.test(error.name) && !/daily/i.test(error.message)) return 'throttled';
  return (error.$metadata.httpStatusCode ?? 500) < 500 ? 'failed' : 'unknown';
}

function pauseAfter(outcome: OpenOutcome, attempts: number): number {
  if (outcome === 'throttled') return FIRST_PAUSE_MS * (1 + Math.random());
  const pause = Math.min(HOUR_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return outcome === 'unknown' ? Math.max(LEASE_MS, pause) : pause;
}

/** When the mails under a key are looked at again; without a pause: never. */
async function putOff({ pk, sk }: Key, attempts: number, pauseMs: number): Promise<void> {
  const again = new Date(Date.now() + pauseMs).toISOString();
  const update =
    pauseMs > 0
      ? {
          UpdateExpression: 'SET dueAt = :again, attempts = :attempts',
          ExpressionAttributeValues: { ':again': again, ':attempts': attempts },
        }
      : { UpdateExpression: 'REMOVE due, dueAt, attempts' };
  await retryConflicts(() =>
    transact([
      {
        write: {
          Update: { TableName: TABLE_NAME, Key: { pk, sk }, ConditionExpression: 'attribute_exists(due)', ...update },
        },
        refused: 'omit',
      },
    ]),
  );
}

/** What the partner reads when a mail was given up, with what can be done. */
function givenUpReason(error: unknown, outcome: Outcome): string {
  const hours = currentProgram().mailGiveUpHours;
  const { name } = error as Error;
  return outcome === 'failed' && error instanceof SESServiceException
    ? `The mail service refused the mail for ${hours} hours (${name}). Check the address, then send the invitation again, or hand over the link yourself.`
    : `The mail service could not be reached for ${hours} hours. Send the invitation again, or hand over the link yourself.`;
}

/** Says which mail, never to whom. */
function logFailure(key: Key, error: unknown): void {
  const { name = 'Error', message = '' } = error instanceof Error ? error : {};
  writeLog({
    level: 'ERROR',
    work: 'deliverMail',
    customerId: customerIdOf(key),
    version: versionOf(key),
    error: name,
    message,
  });
}
