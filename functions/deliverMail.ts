import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { currentProgram } from '../shared/currentProgram.ts';
import { asOf, type Customer, type CustomerEvent } from '../shared/customer.ts';
import { inParallel } from '../shared/inParallel.ts';
import { countInvitation } from '../shared/invitationLimit.ts';
import { emailedLink } from '../shared/inviteLink.ts';
import { customerIdOf, customerKey, eventKey, type Key, versionOf } from '../shared/keys.ts';
import { writeLog } from '../shared/log.ts';
import { renderMail } from '../shared/mail.ts';
import { rawMail } from '../shared/rawMail.ts';
import {
  type Delivery,
  dueWork,
  eventFromItem,
  getItem,
  type Item,
  loadCustomer,
  retryConflicts,
  TABLE_NAME,
  transact,
} from '../shared/table.ts';

const HOUR_MS = 60 * 60_000;
/**
 * For how long a mail belongs to the one who has taken it. Longer than this function can run (a minute), so that nobody
 * else takes a mail that is still being sent.
 */
const LEASE_MS = 2 * 60_000;
/** The pause after the first failure; it doubles with each one more, up to an hour. */
const FIRST_PAUSE_MS = 60_000;
/** How many mails are under way at once: SES accepts 14 a second by default, and takes about 100 ms for each. */
const PARALLEL = 5;
/** Not begun any more when so little time is left. */
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

type Outcome = 'sent' | 'dropped' | 'failed' | 'given up' | 'not mine';

/**
 * Sends what events call for: from the table's stream within a second, and, on a schedule, whatever is still due.
 * A failed mail stays due and is no failure of its record: it holds up no other.
 */
export async function handler(
  event: DynamoDBStreamEvent | Record<string, unknown>,
  context: { getRemainingTimeInMillis(): number },
): Promise<DynamoDBBatchResponse | Record<Outcome, number>> {
  return isStreamEvent(event) ? deliverRecords(event) : deliverDue(context);
}

const isStreamEvent = (event: object): event is DynamoDBStreamEvent => 'Records' in event;

async function deliverRecords({ Records }: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const failures: string[] = [];
  await inParallel(Records, PARALLEL, async ({ dynamodb, eventID }) => {
    const { pk, sk } = dynamodb?.Keys ?? {};
    try {
      await deliver({ pk: pk?.S ?? '', sk: sk?.S ?? '' });
    } catch (error) {
      logFailure({ pk: pk?.S ?? '', sk: sk?.S ?? '' }, error);
      failures.push(dynamodb?.SequenceNumber ?? eventID ?? '');
    }
  });
  return { batchItemFailures: failures.map((itemIdentifier) => ({ itemIdentifier })) };
}

async function deliverDue(context: { getRemainingTimeInMillis(): number }): Promise<Record<Outcome, number>> {
  const count: Record<Outcome, number> = { sent: 0, dropped: 0, failed: 0, 'given up': 0, 'not mine': 0 };
  for await (const keys of dueWork('MAIL', new Date())) {
    await inParallel(keys, PARALLEL, async (key) => {
      if (context.getRemainingTimeInMillis() < RESERVE_MS) return;
      try {
        count[await deliver(key)]++;
      } catch (error) {
        logFailure(key, error);
        count.failed++;
      }
    });
    if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
  }
  writeLog({ level: 'INFO', work: 'deliverMail', ...count });
  return count;
}

/** Takes the mail of an event, sends it, and marks it: on the event, and for the partner on the customer. */
async function deliver(key: Key): Promise<Outcome> {
  const item = await getItem(key);
  if (!item?.['due'] || isTaken(item)) return 'not mine';
  const taken = await take(item);
  if (!taken) return 'not mine';
  const event = eventFromItem(item);
  const { customer } = (await loadCustomer(event.customerId)) ?? {};
  if (!customer || !isStillWanted(event, customer)) {
    await settle(event, { droppedAt: new Date().toISOString() });
    return 'dropped';
  }
  if (taken.attempts === 1) {
    // A mail that goes uncounted is better than one that doesn't go.
    await countInvitation(customer.partnerId, new Date()).catch((error: unknown) => logFailure(key, error));
  }
  try {
    await send(event, customer);
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'Error';
    logFailure(key, error);
    return postpone(event, taken.attempts, reason);
  }
  const at = new Date().toISOString();
  await settle(event, { sentAt: at }, { status: 'SENT', at, mailVersion: event.version });
  return 'sent';
}

/** Somebody else is sending it, or it pauses after a failure. The first attempt needn't wait: it is the stream's. */
const isTaken = (item: Item) => item['attempts'] !== undefined && String(item['dueAt']) > new Date().toISOString();

/** Of several who want to send the same mail, one gets it, for the time of a lease. */
async function take(item: Item): Promise<{ attempts: number } | undefined> {
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
  return outcome === 'done' ? { attempts } : undefined;
}

/** A mail whose invitation has been answered, replaced or has expired meanwhile isn't sent any more. */
function isStillWanted({ version }: CustomerEvent, customer: Customer): boolean {
  const { status, mailVersion } = asOf(customer, new Date(), currentProgram());
  return status === 'VERIFICATION_REQUIRED' && mailVersion === version;
}

async function send({ mail }: CustomerEvent, customer: Customer): Promise<void> {
  if (!mail) throw new Error('the event calls for no mail');
  const { brandName, sender, replyTo } = currentProgram();
  const text = renderMail(mail, { brandName, link: await emailedLink(customer) });
  await ses.send(
    new SendRawEmailCommand({
      Source: sender,
      Destinations: [mail.to],
      RawMessage: { Data: await rawMail(text, mail, { from: sender, replyTo, customerId: customer.id }) },
      ConfigurationSetName: process.env['SES_CONFIGURATION_SET'],
      Tags: [
        { Name: 'customer', Value: customer.id },
        { Name: 'kind', Value: mail.kind },
      ],
    }),
  );
}

async function postpone(event: CustomerEvent, attempts: number, reason: string): Promise<Outcome> {
  const now = Date.now();
  if (now - Date.parse(event.at) > currentProgram().mailGiveUpHours * HOUR_MS) {
    const at = new Date(now).toISOString();
    await settle(event, { failedAt: at }, { status: 'FAILED', at, reason, mailVersion: event.version });
    return 'given up';
  }
  const pause = Math.min(HOUR_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  await retryConflicts(() =>
    transact([
      {
        write: {
          Update: {
            TableName: TABLE_NAME,
            Key: eventKey(event.customerId, event.version),
            UpdateExpression: 'SET dueAt = :again',
            ConditionExpression: 'attribute_exists(due)',
            ExpressionAttributeValues: { ':again': new Date(now + pause).toISOString() },
          },
        },
        refused: 'omit',
      },
    ]),
  );
  return 'failed';
}

/** The mail isn't due any more; on the customer stands what became of it, unless a newer mail's fate does already. */
async function settle(event: CustomerEvent, mark: Record<string, string>, delivery?: Delivery): Promise<void> {
  const { customerId, version } = event;
  const [[name = '', at] = []] = Object.entries(mark);
  await retryConflicts(() =>
    transact([
      {
        write: {
          Update: {
            TableName: TABLE_NAME,
            Key: eventKey(customerId, version),
            UpdateExpression: 'SET #mark = :at REMOVE due, dueAt, attempts',
            ConditionExpression: 'attribute_exists(pk)',
            ExpressionAttributeNames: { '#mark': name },
            ExpressionAttributeValues: { ':at': at },
          },
        },
        refused: 'omit',
      },
      ...(delivery
        ? [
            {
              write: {
                Update: {
                  TableName: TABLE_NAME,
                  Key: customerKey(customerId),
                  UpdateExpression: 'SET delivery = :delivery',
                  ConditionExpression:
                    'attribute_exists(mailVersion) AND (attribute_not_exists(delivery) OR delivery.mailVersion <= :version)',
                  ExpressionAttributeValues: { ':delivery': delivery, ':version': version },
                },
              },
              refused: 'omit' as const,
            },
          ]
        : []),
    ]),
  );
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
