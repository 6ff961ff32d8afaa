/** Direct access to the table of a local stack, without functions and their permissions. */
import {
  DescribeTableCommand,
  DynamoDBClient,
  type StreamSpecification,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { LocalStack } from '../local/localStack.ts';
import { mailboxOf } from '../shared/contract/fields.ts';
import type { CustomerEvent, Mail, MailMark } from '../shared/customer/event.ts';
import { eventFromItem, mailQueued } from '../shared/customer/item.ts';
import {
  customerKey,
  customersOf,
  customersOfStatus,
  EVENT_PREFIX,
  eventKey,
  type Key,
  MAIL_QUEUES,
  mailedByKey,
  mailQueueKey,
  mailsOfDayKey,
} from '../shared/table/keys.ts';
import { searchKey } from '../shared/table/search.ts';
import type { Item } from '../shared/table/table.ts';

const PAST = new Date(0).toISOString();

const tables = new Map<string, DynamoDBDocumentClient>();

/** A client for the stack's table. */
export function tableOf({ dynamoDb: { endpoint, region, credentials } }: LocalStack): DynamoDBDocumentClient {
  const table =
    tables.get(endpoint) ?? DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
  tables.set(endpoint, table);
  return table;
}

/** The events of a customer, oldest first. */
export async function eventsOf(stack: LocalStack, customerId: string): Promise<CustomerEvent[]> {
  const { Items = [] } = await tableOf(stack).send(
    new QueryCommand({
      TableName: stack.dynamoDb.tableName,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': customerKey(customerId).pk, ':prefix': EVENT_PREFIX },
    }),
  );
  return (Items as Item[]).map(eventFromItem);
}

/** One item of the table; undefined if there is none. */
export async function itemAt(stack: LocalStack, key: Key): Promise<Item | undefined> {
  const { Item } = await tableOf(stack).send(new GetCommand({ TableName: stack.dynamoDb.tableName, Key: key }));
  return Item as Item | undefined;
}

/** Ends the cooldown of a customer's recipient, as time would. Waits for mails that are under way, because each starts a pause. */
export async function endCooldown(stack: LocalStack, customerId: string): Promise<void> {
  await stack.idle();
  const customer = await itemAt(stack, customerKey(customerId));
  const { partnerId, email, resendable } = customer as Item & { resendable?: object };
  await freeRecipient(stack, String(partnerId), String(email));
  // The pages read the end of the cooldown from the customer.
  if (resendable) await setOnCustomer(stack, customerId, { resendable: { ...resendable, at: PAST } });
}

/** Lets a partner invite an address again, as if the cooldown were over. */
export async function freeRecipient(stack: LocalStack, partnerId: string, email: string): Promise<void> {
  await tableOf(stack).send(
    new UpdateCommand({
      TableName: stack.dynamoDb.tableName,
      Key: mailedByKey(partnerId, mailboxOf(email)),
      UpdateExpression: 'SET freeAt = :past REMOVE queuedAt',
      ExpressionAttributeValues: { ':past': PAST },
    }),
  );
}

/** Sets how many invitations a partner has sent today. */
export async function setInvited(stack: LocalStack, partnerId: string, invited: number): Promise<void> {
  await tableOf(stack).send(
    new UpdateCommand({
      TableName: stack.dynamoDb.tableName,
      Key: mailsOfDayKey(partnerId, new Date(stack.clock.now()).toISOString().slice(0, 10)),
      UpdateExpression: 'SET invited = :invited',
      ExpressionAttributeValues: { ':invited': invited },
    }),
  );
}

/** Removes an item of the table. */
export async function removeItem(stack: LocalStack, key: Key): Promise<void> {
  await tableOf(stack).send(new DeleteCommand({ TableName: stack.dynamoDb.tableName, Key: key }));
}

/** All items of the table. */
export async function itemsOf(stack: LocalStack): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await tableOf(stack).send(
      new ScanCommand({ TableName: stack.dynamoDb.tableName, ExclusiveStartKey: start }),
    );
    items.push(...(Items as Item[]));
    start = LastEvaluatedKey;
  } while (start);
  return items;
}

/** Ends the pause before the next attempt of a mail, as time would. */
export async function makeMailDue(stack: LocalStack, customerId: string, version = 1): Promise<void> {
  await tableOf(stack).send(
    new UpdateCommand({
      TableName: stack.dynamoDb.tableName,
      Key: eventKey(customerId, version),
      UpdateExpression: 'SET dueAt = :past',
      ConditionExpression: 'attribute_exists(due)',
      ExpressionAttributeValues: { ':past': new Date(Date.now() - 1000).toISOString() },
    }),
  );
}

/** Ends all leases and pauses of mails, as time would. */
export async function makeMailsDue(stack: LocalStack): Promise<void> {
  // The lease of a mail that is being sent is not over.
  await stack.idle();
  const past = new Date(Date.now() - 1000).toISOString();
  for (const { pk, sk, due } of await itemsOf(stack)) {
    if (!/^DUE#MAIL(_OF)?#/.test(String(due))) continue;
    await tableOf(stack).send(
      new UpdateCommand({
        TableName: stack.dynamoDb.tableName,
        Key: { pk, sk },
        UpdateExpression: 'SET dueAt = :past',
        ExpressionAttributeValues: { ':past': past },
      }),
    );
  }
}

/** The number of mails that are not yet sent, dropped or given up. */
export async function mailsUnderWay(stack: LocalStack): Promise<number> {
  const { Count = 0 } = await tableOf(stack).send(
    new ScanCommand({
      TableName: stack.dynamoDb.tableName,
      Select: 'COUNT',
      FilterExpression: 'begins_with(due, :mail) OR begins_with(due, :queued)',
      ExpressionAttributeValues: { ':mail': 'DUE#MAIL#', ':queued': 'DUE#MAIL_OF#' },
    }),
  );
  return Count;
}

/** Sets attributes of a customer to values that time would give them: an invitation sent long ago, a retention that is over. */
export const setOnCustomer = (stack: LocalStack, customerId: string, attributes: Record<string, unknown>) =>
  setOnItem(stack, customerKey(customerId), attributes);

/** Sets attributes of an item to values that time would give them. */
export async function setOnItem(stack: LocalStack, key: Key, attributes: Record<string, unknown>): Promise<void> {
  const names = Object.keys(attributes);
  await tableOf(stack).send(
    new UpdateCommand({
      TableName: stack.dynamoDb.tableName,
      Key: key,
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
    }),
  );
}

/**
 * Writes invited customers of some partners straight into the table, like a customer that the API has registered, each with an invitation
 * in the queue of its partner.
 *
 * @param likeId the customer to copy
 * @param counts the number of customers by partner
 */
export async function queueMails(stack: LocalStack, likeId: string, counts: Record<string, number>): Promise<void> {
  const [customer, event] = await Promise.all([itemAt(stack, customerKey(likeId)), itemAt(stack, eventKey(likeId, 1))]);
  const { due, dueAt, delivery, ...like } = customer as Item;
  const { mails, ...happened } = event as Item & { mails: (Mail & MailMark)[] };
  const now = stack.clock.now();
  const at = new Date(now).toISOString();
  const items = Object.entries(counts).flatMap(([partnerId, count]) => [
    { ...mailQueueKey(partnerId), due: MAIL_QUEUES, dueAt: at },
    ...Array.from({ length: count }, (_, n) => {
      const id = `dn2${partnerId.replace(/\W/g, '').slice(-8)}${String(n).padStart(9, '0')}`;
      const [{ sentAt, ...mail } = {} as Mail & MailMark] = mails;
      const to = `${n}@${partnerId}.example`;
      return [
        { ...like, ...customerKey(id), partnerId, email: to },
        { ...happened, ...eventKey(id, 1), at, mails: [{ ...mail, to }], ...mailQueued(partnerId, at) },
      ];
    }).flat(),
  ]);
  await writeItems(stack, items);
}

/** The most items of a BatchWriteItem (DynamoDB's limit). The engine writes one batch at a time. */
const BATCH_ITEMS = 25;
export const LISTED_STATUSES = ['ACTIVE', 'VERIFICATION_REQUIRED', 'DECLINED', 'SUSPENDED'];

/**
 * Writes customers of some partners straight into the table, in all four statuses, like a customer that the API has registered. It
 * switches the table's stream off for good: nothing of this has to be mailed.
 *
 * @param likeId the customer to copy
 * @param counts the number of customers by partner
 */
export async function fillLists(stack: LocalStack, likeId: string, counts: Record<string, number>): Promise<void> {
  const { tableName: TableName } = stack.dynamoDb;
  const { Item: like } = await tableOf(stack).send(new GetCommand({ TableName, Key: customerKey(likeId) }));
  await switchStreamOff(stack);
  const { due, dueAt, expiresAt, ...rest } = like as Item;
  for (const [partnerId, count] of Object.entries(counts)) {
    const item = (n: number): Item => {
      const status = LISTED_STATUSES[n % LISTED_STATUSES.length] ?? '';
      const email = `listed-${n}@${partnerId}.example`;
      const name = `Listed ${n}`;
      const createdAt = new Date(Date.now() - 1000 * (count - n) - 1000).toISOString();
      return {
        ...rest,
        ...customerKey(`dn2${partnerId.slice(0, 4)}${String(n).padStart(13, '0')}`),
        ...{ partnerId, status, email, name, createdAt },
        listOf: customersOf(partnerId),
        listOfStatus: customersOfStatus(partnerId, status),
        nameKey: searchKey(name),
        emailKey: searchKey(email),
      };
    };
    await writeItems(
      stack,
      Array.from({ length: count }, (_, n) => item(n)),
    );
  }
}

/**
 * Switches the table's stream off: what is written meanwhile reaches no function.
 *
 * @returns switches the stream on again
 */
export async function switchStreamOff(stack: LocalStack): Promise<() => Promise<void>> {
  const { tableName: TableName } = stack.dynamoDb;
  const { Table } = await tableOf(stack).send(new DescribeTableCommand({ TableName }));
  const switchTo = (StreamSpecification: StreamSpecification) =>
    tableOf(stack).send(new UpdateTableCommand({ TableName, StreamSpecification }));
  stack.stream.mode = 'paused';
  await switchTo({ StreamEnabled: false });
  return async () => {
    await switchTo(Table?.StreamSpecification as StreamSpecification);
    stack.stream.mode = 'running';
  };
}

/** Writes items straight into the table. */
export async function writeItems(stack: LocalStack, items: Item[]): Promise<void> {
  for (let n = 0; n < items.length; n += BATCH_ITEMS) {
    const requests = items.slice(n, n + BATCH_ITEMS).map((Item) => ({ PutRequest: { Item } }));
    await tableOf(stack).send(new BatchWriteCommand({ RequestItems: { [stack.dynamoDb.tableName]: requests } }));
  }
}
