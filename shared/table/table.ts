/** The table: how a customer is loaded, and how what was decided is committed, in one transaction, or not at all. */
import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient, TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Problem, pageTokenInvalid } from '../contract/problem.ts';
import {
  asOf,
  type Circumstances,
  type Command,
  type Customer,
  type CustomerEvent,
  customerNotFound,
  decide,
  evolve,
  holdsEmail,
  sparedUntil,
  tooSoon,
} from '../customer/customer.ts';
import type { Program } from '../program/program.ts';
import {
  ACCESS_PREFIX,
  APPROVALS,
  boundKey,
  boundUnder,
  customerIdOf,
  customerKey,
  customersOf,
  customersOfStatus,
  type DueWork,
  duePartition,
  duePartitions,
  EVENT_PREFIX,
  eventKey,
  type IndexName,
  invitedKey,
  type Key,
  myCustomersOf,
  type Subject,
  TTL_ATTRIBUTE,
  versionOf,
} from './keys.ts';
import { searchedEmail, searchKey } from './search.ts';

/** How often a command is decided anew when another one was faster, and how long it waits at the most in between. */
const MAX_ATTEMPTS = 10;
const MAX_BACKOFF_MS = 250;
/** How much due work is read at once. */
const DUE_PAGE_SIZE = 100;
/** DynamoDB's limit for TransactWriteItems. */
export const MAX_TRANSACTION_ITEMS = 100;
const DAY_SECONDS = 24 * 60 * 60;
/** How long the stream has for a mail before the schedule looks after it: a stream record arrives within a second. */
const STREAM_GRACE_MS = 60_000;

export const TABLE_NAME = process.env['TABLE_NAME'] ?? '';

/**
 * DynamoDB answers within some ten milliseconds: what takes longer is lost, and the SDK tries again, three times within
 * a function's ten seconds. (Without `throwOnRequestTimeout` it would only warn.)
 */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/** Shared by all requests of a function's instance: its connections stay open. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: TIMEOUTS }), {
  marshallOptions: { removeUndefinedValues: true },
});

export type Item = Key & Record<string, unknown>;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What became of the newest mail with the link to a customer: beside its state, without a version. */
export type Delivery = {
  status: DeliveryStatus;
  at: string;
  /** In words for the partner. */
  reason?: string;
  /** When SES accepted it. */
  sentAt?: string;
  /** Whether the address will take no other mail either. */
  permanent?: true;
  /** The version of the event that called for it. */
  mailVersion: number;
};
type DeliveryStatus = 'SENT' | 'DELIVERED' | 'DELAYED' | 'BOUNCED' | 'COMPLAINED' | 'FAILED';

/** Why no mail reaches the address that the customer is invited under now, where that is known. */
export function undeliverableReason({ mailVersion }: Customer, delivery: Delivery | undefined): string | undefined {
  return delivery?.permanent && delivery.mailVersion === mailVersion ? delivery.reason : undefined;
}

/** A customer as it is stored: its state, and what became of its mail. */
export type StoredCustomer = { customer: Customer; delivery?: Delivery };

/**
 * A write that goes into the same transaction as a customer's new state. `refused` is what it means when its condition
 * doesn't hold: a refusal (which may depend on the item that stands in the way, as the SDK gives it to a write that asks for it),
 * that the transaction goes through without it, or that all has to be decided anew.
 */
export type Alongside = { write: Write; refused: Problem | ((found: FoundItem) => Problem) | 'omit' | 'conflict' };
type FoundItem = NonNullable<NonNullable<TransactionCanceledException['CancellationReasons']>[number]['Item']>;

/** One item, read consistently; undefined where there is none. */
export async function getItem(key: Key): Promise<Item | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: key, ConsistentRead: true }));
  return Item as Item | undefined;
}

/** Changes one item on a condition, beside all transactions. */
export async function updateItem(
  key: Key,
  update: { expression: string; condition: string; values: Record<string, unknown> },
): Promise<void> {
  await table.send(
    new UpdateCommand({
      TableName: TABLE_NAME,
      Key: key,
      UpdateExpression: update.expression,
      ConditionExpression: update.condition,
      ExpressionAttributeValues: update.values,
    }),
  );
}

/**
 * The keys of the work of a kind that is due by now, a page at a time; what isn't got done stands there again. Each run
 * begins with another partition, so that none waits behind a long one.
 */
export async function* dueWork(work: DueWork, now: Date): AsyncGenerator<Key[]> {
  const partitions = duePartitions(work);
  const first = Math.floor(Math.random() * partitions.length);
  for (const partition of [...partitions.slice(first), ...partitions.slice(0, first)]) {
    let start: Record<string, unknown> | undefined;
    do {
      const { items, last } = await query({
        index: 'byDue',
        condition: 'due = :partition AND dueAt <= :now',
        values: { ':partition': partition, ':now': now.toISOString() },
        limit: DUE_PAGE_SIZE,
        start,
      });
      yield items.map(({ pk, sk }) => ({ pk, sk }));
      start = last;
    } while (start);
  }
}

/**
 * A page of a query. `start` and `last` are positions: the whole key of the item before, with the index's attributes.
 * `fromToken` says that the condition, too, has a value out of a page token.
 */
export async function query(input: {
  index?: IndexName;
  condition: string;
  values: Record<string, unknown>;
  limit: number;
  start?: Record<string, unknown> | undefined;
  fromToken?: boolean;
  newestFirst?: boolean;
  filter?: string;
  names?: Record<string, string>;
}): Promise<{ items: Item[]; last?: Record<string, unknown> }> {
  const command: QueryCommandInput = {
    TableName: TABLE_NAME,
    KeyConditionExpression: input.condition,
    ExpressionAttributeValues: input.values,
    Limit: input.limit,
    ScanIndexForward: !input.newestFirst,
    ...(input.index ? { IndexName: input.index } : { ConsistentRead: true }),
    ...(input.start && { ExclusiveStartKey: input.start }),
    ...(input.filter && { FilterExpression: input.filter }),
    ...(input.names && { ExpressionAttributeNames: input.names }),
  };
  const { Items = [], LastEvaluatedKey } = await table.send(new QueryCommand(command)).catch((error: unknown) => {
    // All else in the command is our own: a position that somebody has made up is no key.
    const madeUp = input.start !== undefined || input.fromToken === true;
    if (madeUp && error instanceof Error && error.name === 'ValidationException') throw pageTokenInvalid();
    throw error;
  });
  return { items: Items as Item[], ...(LastEvaluatedKey && { last: LastEvaluatedKey }) };
}

/** The customer with this id, or undefined where there is none, or only its tombstone. */
export async function loadCustomer(customerId: string): Promise<StoredCustomer | undefined> {
  const item = await getItem(customerKey(customerId));
  return item && !('removedAt' in item) ? fromItem(item) : undefined;
}

/** The customer's events up to a version, oldest first. */
async function loadEvents(customerId: string, upTo: number): Promise<CustomerEvent[]> {
  const events: CustomerEvent[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query({
      condition: 'pk = :pk AND sk BETWEEN :first AND :last',
      values: { ':pk': customerKey(customerId).pk, ':first': EVENT_PREFIX, ':last': eventKey(customerId, upTo).sk },
      limit: 1000,
      start,
    });
    events.push(...items.map(eventFromItem));
    start = last;
  } while (start);
  return events;
}

/** What a change came to: the customer after it, its event (null: it was so already), and whether it was a replay. */
export type Changed = StoredCustomer & { event: CustomerEvent | null; replayed: boolean };

/**
 * Registers a customer: state, first event, the email address held for it, and a pointer for each administrator, in one
 * transaction. Reads nothing where nothing stands in the way.
 *
 * @throws Problem CUSTOMER_EXISTS, CUSTOMER_DELETED, IDEMPOTENCY_KEY_REUSED, TRY_AGAIN, and what `decide` refuses
 */
export async function registerCustomer(
  command: Extract<Command, { type: 'invite' | 'registerResellerServed' }>,
  circumstances: Circumstances,
): Promise<Changed> {
  const event = decide(undefined, command, circumstances);
  if (!event) throw new Error('a registration has an event');
  const customer = evolve(undefined, event);
  const { program, now, idempotency } = circumstances;
  const put = putNew(toItem(customer));
  const pointers = customer.administrators.map(
    (email): Alongside => ({
      write: {
        Put: { TableName: TABLE_NAME, Item: { ...boundKey(`USER#${email}`, customer.id), customerId: customer.id } },
      },
      refused: 'omit',
    }),
  );
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    const outcome = await commit(put, event, [...holdEmail(undefined, customer, now, program), ...pointers]);
    if (outcome === 'done') return { customer, event, replayed: false };
    const stored = await getItem(customerKey(customer.id));
    // A random id is nobody else's: it is this very transaction that went through, and its answer that was lost.
    if (stored && !idempotency) return { customer, event, replayed: false };
    if (stored && idempotency) return replayRegistration(stored, idempotency, now, program);
    await backOff(attempt);
  }
  throw busy();
}

/**
 * What a registration with this key answered, if there was one.
 *
 * @throws Problem CUSTOMER_DELETED where its customer is gone by now, IDEMPOTENCY_KEY_REUSED
 */
export async function replayedRegistration(
  customerId: string,
  circumstances: Circumstances,
): Promise<Changed | undefined> {
  const { idempotency, now, program } = circumstances;
  const stored = idempotency && (await getItem(customerKey(customerId)));
  return stored && replayRegistration(stored, idempotency, now, program);
}

async function replayRegistration(
  stored: Item,
  idempotency: NonNullable<Circumstances['idempotency']>,
  now: Date,
  program: Program,
): Promise<Changed> {
  if ('removedAt' in stored || asOf(fromItem(stored).customer, now, program).status === 'DELETED') throw deleted();
  return replay(customerIdOf(stored), 1, idempotency);
}

const deleted = () =>
  new Problem(
    'CUSTOMER_DELETED',
    'The customer that this Idempotency-Key registered has been deleted. Use a new key to register it again.',
  );

/** The answer that the event of this version gave, for a request that is the same; its customer as it was then. */
async function replay(
  customerId: string,
  version: number,
  idempotency: NonNullable<Circumstances['idempotency']>,
): Promise<Changed> {
  const events = await loadEvents(customerId, version);
  // An interrupted removal has begun with the events.
  if (events.length < version) throw deleted();
  const event = events.at(-1);
  if (event?.idempotency?.request !== idempotency.request) {
    throw new Problem(
      'IDEMPOTENCY_KEY_REUSED',
      'This Idempotency-Key was used with another request. Use a new key for each new request.',
    );
  }
  const customer = events.reduce<Customer | undefined>(evolve, undefined);
  if (!customer) throw new Error(`customer ${customerId} has no events`);
  return { customer, event, replayed: true };
}

/**
 * Loads a customer, decides, and commits the new state with its event and what else belongs to it in one transaction;
 * decides anew when another command was faster.
 *
 * @param known the customer where the caller has read it a moment ago: saves the first read
 * @param command the command, given the customer as it is now, and what became of its mail; may refuse by throwing
 * @param alongside what else is written in the same transaction
 * @param makes the item among these whose key is derived from the idempotency key, and which holds the event's `version`:
 *   a repetition meets it when the customer has forgotten the key
 * @throws Problem CUSTOMER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, TRY_AGAIN, what `decide` refuses, and what `alongside` names
 */
export async function changeCustomer(input: {
  customerId: string;
  known?: StoredCustomer | undefined;
  circumstances: Circumstances;
  command: (customer: Customer, delivery: Delivery | undefined) => Command | Promise<Command>;
  alongside?: (customer: Customer, event: CustomerEvent) => Alongside[];
  makes?: Key;
}): Promise<Changed> {
  const { circumstances } = input;
  const { now, program, idempotency } = circumstances;
  let stored = input.known;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    stored ??= await loadCustomer(input.customerId);
    if (!stored) throw customerNotFound();
    const { customer: before, delivery } = stored;
    const earlier = idempotency && before.recentKeys.find(({ key }) => key === idempotency.key);
    if (earlier && idempotency) {
      const first = await replay(before.id, earlier.version, idempotency);
      // What has become of the mail since, the first answer didn't know.
      const known = delivery && delivery.at <= first.customer.updatedAt;
      return { ...first, ...(known && { delivery }) };
    }
    const event = decide(before, await input.command(asOf(before, now, program), delivery), circumstances);
    if (!event) return { ...stored, event: null, replayed: false };
    const after = evolve(before, event);
    const alongside = [...holdEmail(before, after, now, program), ...(input.alongside?.(after, event) ?? [])];
    if ((await commit(updateState(before, after), event, alongside)) === 'done') {
      return { customer: after, ...(delivery && { delivery }), event, replayed: false };
    }
    const made = idempotency && input.makes && (await getItem(input.makes));
    if (made) return replay(before.id, Number(made['version']), idempotency);
    stored = undefined;
    await backOff(attempt);
  }
  throw busy();
}

/**
 * Removes a customer whose time is over: what stands under it (events and their personal data), the pointers of its
 * administrators, and at last itself. A tombstone stays, so that a late replay of its registration can't bring it back.
 * Can be interrupted anywhere: the next run finds it again and goes on.
 *
 * @returns `conflict` where somebody else was at it at the same time
 */
export async function removeCustomer(customer: Customer, now: Date, program: Program): Promise<'done' | 'conflict'> {
  const { pk, sk } = customerKey(customer.id);
  let start: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query({
      condition: 'pk = :pk',
      values: { ':pk': pk },
      limit: MAX_TRANSACTION_ITEMS,
      start,
    });
    const below = items.filter((item) => item.sk !== sk);
    // Those who hold bindings find the customer by an item of their own: it goes before what says that there is one.
    const access = below.filter((item) => item.sk.startsWith(ACCESS_PREFIX));
    const found = access.flatMap(({ subjects }) => (Object.keys(subjects ?? {}) as Subject[]).map(myCustomersOf));
    const owed = access.flatMap((item) => (item['owed'] ?? []) as string[]);
    await removeAll([...new Set([...found, ...owed])].map((person) => boundUnder(person, customer.id)));
    await removeAll(below);
    start = last;
  } while (start);
  const ttl = Math.ceil(now.getTime() / 1000) + program.retentionDays * DAY_SECONDS;
  const tombstone: Alongside = {
    write: {
      Put: {
        TableName: TABLE_NAME,
        Item: { pk, sk, removedAt: now.toISOString(), [TTL_ATTRIBUTE]: ttl },
        ConditionExpression: '#version = :version',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':version': customer.version },
      },
    },
    refused: 'conflict',
  };
  const pointers = customer.administrators.map((email) => remove(boundKey(`USER#${email}`, customer.id)));
  return transact([tombstone, ...pointers]);
}

/** Removes items in transactions of as many as there may be in one. */
async function removeAll(keys: Key[]): Promise<void> {
  for (let i = 0; i < keys.length; i += MAX_TRANSACTION_ITEMS)
    await transactOrBusy(keys.slice(i, i + MAX_TRANSACTION_ITEMS).map(remove));
}

function remove({ pk, sk }: Key): Alongside {
  return { write: { Delete: { TableName: TABLE_NAME, Key: { pk, sk } } }, refused: 'conflict' };
}

/** Full jitter: of twenty that collide, each comes back at a time of its own. */
const backOff = (attempt: number) => setTimeout(Math.random() * Math.min(MAX_BACKOFF_MS, 10 * 2 ** attempt));

const busy = () =>
  new Problem('TRY_AGAIN', 'Too many changes at the same time. Send the request again.', { retryAfterSeconds: 1 });

/** Writes it all or nothing. `conflict`: the customer isn't what it was, or somebody else is writing right now. */
async function commit(state: Write, event: CustomerEvent, alongside: Alongside[]): Promise<'done' | 'conflict'> {
  return transact([
    { write: state, refused: 'conflict' },
    { write: putNew(eventToItem(event)), refused: 'conflict' },
    ...alongside,
  ]);
}

/**
 * One transaction. The SDK doesn't retry TransactionCanceledException: each of its reasons is looked at here.
 *
 * @returns `conflict` where a condition that means so failed, or another transaction was under way on the same item
 * @throws Problem what a write names as its refusal
 */
export async function transact(writes: Alongside[]): Promise<'done' | 'conflict'> {
  try {
    await table.send(new TransactWriteCommand({ TransactItems: writes.map(({ write }) => write) }));
    return 'done';
  } catch (error) {
    if (error instanceof TransactionInProgressException) return 'conflict';
    if (!(error instanceof TransactionCanceledException)) throw error;
    const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
    const refusals = writes.flatMap(({ refused }, i) => {
      if (reasons[i] !== 'ConditionalCheckFailed') return [];
      return typeof refused === 'function' ? [refused(error.CancellationReasons?.[i]?.Item ?? {})] : [refused];
    });
    // What a customer already is comes before what it would take from others.
    if (refusals.includes('conflict') || reasons.some((reason) => PASSING.has(reason))) return 'conflict';
    const refusal = refusals.find((refused) => refused instanceof Problem);
    if (refusal) throw refusal;
    if (refusals.length > 0 && reasons.every((reason) => reason === 'None' || reason === 'ConditionalCheckFailed')) {
      const rest = writes.filter((_, i) => reasons[i] === 'None');
      return rest.length === 0 ? 'done' : transact(rest);
    }
    throw error;
  }
}

/** A transaction of plain records, again where another one was under way; TRY_AGAIN where that doesn't end. */
export async function transactOrBusy(writes: Alongside[]): Promise<void> {
  await retryConflicts(() => transact(writes));
}

/** Runs it again, a few times, after a conflict. */
export async function retryConflicts(attempt: () => Promise<'done' | 'conflict'>): Promise<void> {
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
    if ((await attempt()) === 'done') return;
    await backOff(attempts);
  }
  throw busy();
}

/** Writes an item that isn't there yet. */
export function putNew(item: Item): Write {
  return { Put: { TableName: TABLE_NAME, Item: item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

/** Reasons for which the same transaction may go through a moment later. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Keeps the invited address held for its customer: from the invitation on, until it comes to nothing. A hold that has
 * run out (`freeAt`) doesn't count, whether or not the cleanup has come by.
 */
function holdEmail(before: Customer | undefined, after: Customer, now: Date, program: Program): Alongside[] {
  const scope = program.customerUniquePer === 'EMAIL' ? '*' : after.partnerId;
  const mine = { ':customerId': after.id };
  const spared = before && sparedUntil(before, after, now, program);
  const release = (email: string): Alongside => {
    const key = invitedKey(email, scope);
    const ifMine = {
      TableName: TABLE_NAME,
      ConditionExpression: 'attribute_not_exists(pk) OR customerId = :customerId',
      ExpressionAttributeValues: mine,
    };
    const ttl = spared === undefined ? 0 : Math.ceil(Date.parse(spared) / 1000);
    const write: Write =
      spared === undefined
        ? { Delete: { ...ifMine, Key: key } }
        : { Put: { ...ifMine, Item: { ...key, sparedUntil: spared, [TTL_ATTRIBUTE]: ttl } } };
    return { write, refused: 'omit' };
  };
  const moved = before?.email !== after.email;
  const releases = before?.email != null && (moved || !holdsEmail(after)) ? [release(before.email)] : [];
  const unchanged =
    before && !moved && before.expiresAt === after.expiresAt && holdsEmail(before) === holdsEmail(after);
  if (after.email === null || !holdsEmail(after) || unchanged) return releases;
  const hold: Alongside = {
    write: {
      Put: {
        TableName: TABLE_NAME,
        Item: {
          ...invitedKey(after.email, scope),
          customerId: after.id,
          freeAt: after.expiresAt,
          written: after.writtenEmail,
        },
        ConditionExpression:
          'attribute_not_exists(pk) OR customerId = :customerId OR freeAt <= :now OR sparedUntil <= :now',
        ExpressionAttributeValues: { ...mine, ':now': now.toISOString() },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    },
    refused: ({ sparedUntil: until, written }) =>
      until?.S === undefined ? customerExists(after, written?.S, program) : tooSoon(until.S, now),
  };
  return [...releases, hold];
}

/** @param written the address of the customer that there is, as its partner wrote it, where that isn't its canonical form */
function customerExists({ email, writtenEmail }: Customer, written: string | undefined, program: Program): Problem {
  const [one = '', other = ''] = [writtenEmail ?? email ?? '', written ?? email ?? ''];
  const caseDiffers = one !== other && one.toLowerCase() === other.toLowerCase();
  const message = `a customer with this email exists${caseDiffers ? ' (case-insensitively)' : ''}`;
  const advice =
    program.customerUniquePer === 'EMAIL'
      ? 'Search for it in your list: if it is not there, it is the customer of another partner.'
      : 'Search for it in your list, or invite another address.';
  return new Problem('CUSTOMER_EXISTS', `${message.replace(/^a/, 'A')}. ${advice}`, {
    errors: [{ path: 'email', message }],
  });
}

/** Attributes of a customer's item that its state is made of; `delivery` is none of them and is never touched here. */
function stateAttributes(customer: Customer): Record<string, unknown> {
  const { id, organization, recentKeys, administrators, statusReason, friendlyName, ...state } = customer;
  const dueAt = customer.remindAt ?? customer.expiresAt ?? customer.removeAt;
  const listed = customer.status !== 'DELETED';
  return {
    ...state,
    friendlyName,
    statusReason,
    organizationId: organization?.id,
    organizationName: organization?.name,
    administrators: administrators.length > 0 ? administrators : undefined,
    recentKeys: recentKeys.length > 0 ? recentKeys : undefined,
    listOf: listed ? customersOf(customer.partnerId) : undefined,
    listOfStatus: listed ? customersOfStatus(customer.partnerId, customer.status) : undefined,
    approval: customer.status === 'APPROVAL_REQUIRED' ? APPROVALS : undefined,
    nameKey: searchKey(customer.name) || undefined,
    emailKey: customer.email === null ? undefined : searchKey(searchedEmail(customer.email)),
    due: dueAt === undefined ? undefined : duePartition('STATE', id),
    dueAt,
  };
}

function toItem(customer: Customer): Item {
  return { ...customerKey(customer.id), ...stateAttributes(customer) };
}

/** Sets and removes exactly the attributes of the state, on the version it was decided from. */
function updateState(before: Customer, after: Customer): Write {
  const was = stateAttributes(before);
  const is = stateAttributes(after);
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => was[name] !== is[name]);
  const set = names.filter((name) => is[name] !== undefined);
  const removed = names.filter((name) => is[name] === undefined && was[name] !== undefined);
  const expression = [
    `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
    ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
  ].join(' ');
  return {
    Update: {
      TableName: TABLE_NAME,
      Key: customerKey(after.id),
      UpdateExpression: expression,
      ConditionExpression: '#version = :before',
      ExpressionAttributeNames: Object.fromEntries([...set, ...removed].map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ':before': before.version,
        ...Object.fromEntries(set.map((name) => [`:${name}`, is[name]])),
      },
    },
  };
}

/** A customer from its item, as the table or an index that holds items whole gives it. */
export function fromItem(item: Item): StoredCustomer {
  const { pk, sk, listOf, listOfStatus, approval, nameKey, emailKey, due, dueAt, delivery, ...state } = item;
  const { organizationId, organizationName, administrators = [], recentKeys = [], ...rest } = state;
  const customer = {
    ...rest,
    id: customerIdOf({ pk, sk }),
    administrators,
    recentKeys,
    ...(organizationId !== undefined && { organization: { id: organizationId, name: organizationName } }),
  } as unknown as Customer;
  return { customer, ...(delivery !== undefined && { delivery: delivery as Delivery }) };
}

function eventToItem(event: CustomerEvent): Item {
  const { customerId, version, ...rest } = event;
  return {
    ...eventKey(customerId, version),
    ...rest,
    ...(event.mails && mailDue(customerId, event.at)),
  };
}

/** Where a mail that came up at a time stands for the schedule, should the stream not manage it. */
export const mailDue = (customerId: string, at: string) => ({
  due: duePartition('MAIL', customerId),
  dueAt: new Date(Date.parse(at) + STREAM_GRACE_MS).toISOString(),
});

/** An event from its item. */
export function eventFromItem(item: Item): CustomerEvent {
  const { pk, sk, due, dueAt, attempts, ...event } = item;
  return {
    ...event,
    customerId: customerIdOf({ pk, sk }),
    version: versionOf({ pk, sk }),
  } as unknown as CustomerEvent;
}
