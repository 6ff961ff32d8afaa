/** Reads items of the table, and writes them in transactions. Knows nothing about kinds of items. */
import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { Problem, pageTokenInvalid } from '../contract/problem.ts';
import { FORMAT, FORMAT_ATTRIBUTE } from './format.ts';
import type { IndexName, Key } from './keys.ts';

/** How often a change is attempted if other changes are faster. */
const MAX_ATTEMPTS = 10;
/** No attempt begins later than this. Half of the time that a function of the API has. */
const MAX_RETRY_MS = 5_000;
/** The longest pause between two attempts. */
const MAX_BACKOFF_MS = 250;
/** DynamoDB's limit for TransactWriteItems. */
export const MAX_TRANSACTION_ITEMS = 100;

const TABLE_NAME = process.env['TABLE_NAME'] ?? '';

/**
 * DynamoDB answers within about ten milliseconds. A request that takes much longer is lost, and the SDK sends it again: three attempts fit
 * a function's ten seconds. (Without `throwOnRequestTimeout` the SDK would only warn.)
 */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true };

/** Shared by all requests of a function's instance, so that its connections stay open. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: TIMEOUTS }), {
  marshallOptions: { removeUndefinedValues: true },
});

/** Shares the connections of `table`, but sends each request once. */
const tableOnce = DynamoDBDocumentClient.from(
  new DynamoDBClient({ requestHandler: table.config.requestHandler, maxAttempts: 1 }),
);

export type Item = Key & Record<string, unknown>;
type Write = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A condition on the stored item, with the names and values of all expressions of the write. */
type Condition = {
  condition?: string;
  names?: Record<string, string>;
  values?: Record<string, unknown>;
  /** Whether a refusal needs the item that does not meet the condition. */
  returnsFound?: true;
};

/**
 * A write of a transaction. `refused` says what happens if its condition fails: the transaction is refused with a problem (which may
 * depend on the stored item, as the SDK returns it), the transaction is sent without this write (`omit`), or everything is decided
 * again (`conflict`).
 */
export type Alongside = { write: Write; refused: Problem | ((found: FoundItem) => Problem) | 'omit' | 'conflict' };
type FoundItem = NonNullable<NonNullable<TransactionCanceledException['CancellationReasons']>[number]['Item']>;

/** Writes an item, in the format of this version. Replaces the stored item with the same key. */
export const put = (item: Item, on: Condition = {}): Write => ({
  Put: { TableName: TABLE_NAME, Item: { ...item, [FORMAT_ATTRIBUTE]: FORMAT }, ...expressions(on) },
});

/** Writes an item that is not stored yet. */
export const putNew = (item: Item): Write => put(item, { condition: 'attribute_not_exists(pk)' });

/** Changes a stored item with an update expression. The item keeps its format. */
export const update = ({ pk, sk }: Key, expression: string, on: Condition): Write => ({
  Update: { TableName: TABLE_NAME, Key: { pk, sk }, UpdateExpression: expression, ...expressions(on) },
});

/** Changes an item, or makes it in the format of this version. The expression begins with SET. */
export const upsert = (key: Key, expression: string, on: Condition): Write =>
  update(key, ...withFormat(expression, on));

/** The expression and condition of an update that also writes the format. */
const withFormat = (expression: string, on: Condition): [string, Condition] => [
  // At the end of the part that begins with SET.
  expression.replace(/(?= (?:REMOVE|ADD) |$)/, ', #format = :format'),
  { ...on, names: { ...on.names, '#format': FORMAT_ATTRIBUTE }, values: { ...on.values, ':format': FORMAT } },
];

/** Removes an item. */
export const remove = ({ pk, sk }: Key, on: Condition = {}): Write => ({
  Delete: { TableName: TABLE_NAME, Key: { pk, sk }, ...expressions(on) },
});

/** Writes nothing: lets the transaction go through only if the condition on the item holds. */
export const check = ({ pk, sk }: Key, on: Condition & { condition: string }): Write => ({
  ConditionCheck: { TableName: TABLE_NAME, Key: { pk, sk }, ...expressions(on), ConditionExpression: on.condition },
});

const expressions = ({ condition, names, values, returnsFound }: Condition) => ({
  ...(condition !== undefined && { ConditionExpression: condition }),
  ...(names && { ExpressionAttributeNames: names }),
  ...(values && { ExpressionAttributeValues: values }),
  ...(returnsFound && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const }),
});

/** One item, read consistently; undefined if there is none. */
export async function getItem(key: Key): Promise<Item | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: key, ConsistentRead: true }));
  return Item as Item | undefined;
}

/**
 * Several items, read consistently in one request, in the order of their keys; undefined in the place of an item that does not exist. At
 * most 100 keys, each once.
 *
 * @throws Problem TRY_AGAIN if DynamoDB is too busy to read all of them
 */
export async function getItems(keys: Key[]): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  const nameOf = ({ pk, sk }: Key) => JSON.stringify([pk, sk]);
  let left: Key[] = keys;
  await retryConflicts(async () => {
    if (left.length === 0) return 'done';
    const RequestItems = { [TABLE_NAME]: { Keys: left, ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await table.send(new BatchGetCommand({ RequestItems }));
    for (const item of (Responses?.[TABLE_NAME] ?? []) as Item[]) found.set(nameOf(item), item);
    // An answer holds 16 MB at most, and DynamoDB may be busy.
    left = (UnprocessedKeys?.[TABLE_NAME]?.Keys ?? []) as Key[];
    return left.length > 0 ? 'conflict' : 'done';
  });
  return keys.map((key) => found.get(nameOf(key)));
}

/**
 * Changes one item without a transaction, or makes it with an expression that begins with SET (`makes`). With `once`, the request is not repeated after an error: a change that adds or subtracts could be
 * made twice, if only the first answer was lost.
 *
 * @returns the item after the change; or, if the condition did not hold, the unchanged item that was found, as the SDK returns it
 */
export async function changeItem(
  key: Key,
  expression: string,
  { once, makes, ...given }: Omit<Condition, 'returnsFound'> & { once?: true; makes?: true },
): Promise<{ changed: Item; found?: undefined } | { changed?: undefined; found: FoundItem | undefined }> {
  const [UpdateExpression, on] = makes ? withFormat(expression, given) : [expression, given];
  try {
    const { Attributes } = await (once ? tableOnce : table).send(
      new UpdateCommand({
        TableName: TABLE_NAME,
        Key: key,
        UpdateExpression,
        ...expressions({ ...on, returnsFound: true }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return { changed: Attributes as Item };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { found: error.Item };
  }
}

/** Changes one item without a transaction. @returns whether the condition held; otherwise nothing is changed */
export const updateItem = async (key: Key, expression: string, on: Parameters<typeof changeItem>[2]) =>
  (await changeItem(key, expression, on)).changed !== undefined;

/** A query of the table, or of one of its indexes. `start` is the whole key of the last item before. */
type Query = {
  index?: IndexName;
  condition: string;
  values: Record<string, unknown>;
  limit: number;
  start?: Record<string, unknown> | undefined;
  /** Whether `condition` uses a value from a page token. */
  fromToken?: boolean;
  newestFirst?: boolean;
  filter?: string;
  names?: Record<string, string>;
};

/** A page of a query. `last` is the `start` of the next page; absent on the last page. @throws Problem PAGE_TOKEN_INVALID */
export async function query(input: Query): Promise<{ items: Item[]; last?: Record<string, unknown> }> {
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
    // All else in the command is our own: DynamoDB can only find a position from a made-up page token invalid.
    const madeUp = input.start !== undefined || input.fromToken === true;
    if (madeUp && error instanceof Error && error.name === 'ValidationException') throw pageTokenInvalid();
    throw error;
  });
  return { items: Items as Item[], ...(LastEvaluatedKey && { last: LastEvaluatedKey }) };
}

/** All pages of a query, one after another. `limit` is the size of a page. */
export async function* queryAll(input: Omit<Query, 'start'>): AsyncGenerator<Item[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query({ ...input, start });
    yield items;
    start = last;
  } while (start);
}

/**
 * Sends one transaction. The SDK does not retry a TransactionCanceledException, so its reasons are handled here.
 *
 * @returns `conflict` if the condition of a `conflict` write failed, or another transaction was under way on the same item
 * @throws Problem the `refused` of the write whose condition failed
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
    // A conflict comes before refusals: the state may have changed, and the next attempt finds the right refusal.
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

/** Sends a transaction again after each conflict, a few times. @throws Problem TRY_AGAIN if the conflicts do not end */
export async function transactOrBusy(writes: Alongside[], attempts?: number): Promise<void> {
  await retryConflicts(() => transact(writes), attempts);
}

/**
 * Runs an attempt, and runs it again after each conflict, a few times and not for long: the caller gets an answer before the function's
 * time is over.
 *
 * @returns the result of the attempt that did not end in a conflict
 * @throws Problem TRY_AGAIN if the conflicts do not end
 */
export async function retryConflicts<Made>(
  attempt: () => Promise<Made | 'conflict'>,
  maxAttempts = MAX_ATTEMPTS,
): Promise<Made> {
  const startedAt = performance.now();
  for (let attempts = 1; attempts <= maxAttempts && performance.now() - startedAt < MAX_RETRY_MS; attempts++) {
    const made = await attempt();
    if (made !== 'conflict') return made;
    // Full jitter: attempts that collided come back at different times.
    await setTimeout(Math.random() * Math.min(MAX_BACKOFF_MS, 10 * 2 ** attempts));
  }
  throw new Problem('TRY_AGAIN', 'Too many changes at the same time. Send the request again.', {
    retryAfterSeconds: 1,
  });
}

/**
 * A value for each attempt of a change.
 *
 * @param known the value that was read before: the first attempt uses it, later attempts load the value again
 */
export function byAttempt<Value>(known: Value, load: () => Promise<Value>): () => Promise<Value> {
  let attempts = 0;
  return async () => (attempts++ === 0 ? known : load());
}

/** Reasons of a cancelled transaction that may succeed a moment later. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
