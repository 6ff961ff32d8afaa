/** The table: reading items, and writing them in one transaction. It knows no kind of item. */
import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
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
import type { IndexName, Key } from './keys.ts';

/** How often a change is tried again if another one was faster, and the longest wait between two attempts. */
const MAX_ATTEMPTS = 10;
const MAX_BACKOFF_MS = 250;
/** DynamoDB's limit for TransactWriteItems. */
export const MAX_TRANSACTION_ITEMS = 100;

const TABLE_NAME = process.env['TABLE_NAME'] ?? '';

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

/** Writes an item, in the place of any that is stored. */
export const put = (item: Item, on: Condition = {}): Write => ({
  Put: { TableName: TABLE_NAME, Item: item, ...expressions(on) },
});

/** Writes an item that is not stored yet. */
export const putNew = (item: Item): Write => put(item, { condition: 'attribute_not_exists(pk)' });

/** Changes an item with an update expression. */
export const update = ({ pk, sk }: Key, expression: string, on: Condition): Write => ({
  Update: { TableName: TABLE_NAME, Key: { pk, sk }, UpdateExpression: expression, ...expressions(on) },
});

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

/** One item, read consistently; undefined where there is none. */
export async function getItem(key: Key): Promise<Item | undefined> {
  const { Item } = await table.send(new GetCommand({ TableName: TABLE_NAME, Key: key, ConsistentRead: true }));
  return Item as Item | undefined;
}

/**
 * Changes one item, outside of all transactions.
 *
 * @returns whether the condition held; otherwise nothing is changed
 */
export async function updateItem(
  key: Key,
  expression: string,
  { condition, values }: { condition: string; values: Record<string, unknown> },
): Promise<boolean> {
  try {
    await table.send(
      new UpdateCommand({
        TableName: TABLE_NAME,
        Key: key,
        UpdateExpression: expression,
        ConditionExpression: condition,
        ExpressionAttributeValues: values,
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

/** A query of the table, or of one of its indexes. `start` is a position: the whole key of the item before. */
type Query = {
  index?: IndexName;
  condition: string;
  values: Record<string, unknown>;
  limit: number;
  start?: Record<string, unknown> | undefined;
  /** Whether the condition, too, contains a value of a page token. */
  fromToken?: boolean;
  newestFirst?: boolean;
  filter?: string;
  names?: Record<string, string>;
};

/** A page of a query; `last` is the position to go on from, absent at the end. */
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
    // Everything else in the command is our own: only a position of a made-up page token can be no valid key.
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
 * One transaction. The SDK doesn't retry TransactionCanceledException: each of its reasons is looked at here.
 *
 * @returns `conflict` where a condition that means so failed, or another transaction was under way on the same item
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

/** A transaction without a decision, tried again after a conflict. @throws Problem TRY_AGAIN if the conflicts do not end */
export async function transactOrBusy(writes: Alongside[]): Promise<void> {
  await retryConflicts(() => transact(writes));
}

/**
 * Runs an attempt again after a conflict, a few times.
 *
 * @returns what the attempt made
 * @throws Problem TRY_AGAIN if the conflicts do not end
 */
export async function retryConflicts<Made>(attempt: () => Promise<Made | 'conflict'>): Promise<Made> {
  for (let attempts = 1; attempts <= MAX_ATTEMPTS; attempts++) {
    const made = await attempt();
    if (made !== 'conflict') return made;
    // Full jitter: of twenty attempts that collide, each comes back at a time of its own.
    await setTimeout(Math.random() * Math.min(MAX_BACKOFF_MS, 10 * 2 ** attempts));
  }
  throw new Problem('TRY_AGAIN', 'Too many changes at the same time. Send the request again.', {
    retryAfterSeconds: 1,
  });
}

/** Reasons for which the same transaction may go through a moment later. */
const PASSING = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);
