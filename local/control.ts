/**
 * Controls of a local stack, at the issuer's address under `/local/`: tokens of demo accounts, customers that expire at once, and what was
 * given up.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { customerKey, invitedKey, type Key } from '../shared/table/keys.ts';
import type { Clock } from './clock.ts';
import { callEngine, EngineError } from './engine.ts';
import { textOf } from './httpClient.ts';
import { isOfWebPage } from './httpListener.ts';
import type { UndeliveredQueue } from './undelivered.ts';

/** The deadlines of a customer item that this control moves into the past. */
const DEADLINES = ['expiresAt', 'dueAt'];

type ControlOptions = {
  directory: string;
  /** Whether mails are held. */
  held: boolean;
  token: (account: string) => Promise<string>;
  runExpire: () => Promise<unknown>;
  undelivered: UndeliveredQueue;
  /** Invokes a function by its ARN. */
  invoke: (functionArn: string, event: unknown) => Promise<unknown>;
  dynamoDb: { endpoint: string; tableName: string };
  clock: Clock;
};

/** An answer: a text body is sent as it is, every other body as JSON. */
type Answer = [status: number, body: unknown];

/** Makes the handler of requests under `/local/`. */
export function controlRequest(options: ControlOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [status, body] = await answer(options, request).catch(
      (error: unknown): Answer => [500, { message: String(error) }],
    );
    const text = typeof body === 'string';
    response.writeHead(status, {
      'content-type': text ? 'text/plain' : 'application/json',
      'cache-control': 'no-store',
    });
    response.end(text ? body : JSON.stringify(body));
  };
}

async function answer(
  { directory, held, token, runExpire, undelivered, invoke, dynamoDb, clock }: ControlOptions,
  request: IncomingMessage,
): Promise<Answer> {
  // A web page must not get tokens.
  if (isOfWebPage(request)) return [403, { message: 'Not for browsers' }];
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://local');
  switch (`${request.method} ${pathname}`) {
    case 'GET /local/status':
      return [200, { directory, held }];
    case 'GET /local/token':
      return [200, await token(searchParams.get('account') ?? '')];
    case 'POST /local/expire':
      return [200, (await runExpire()) ?? null];
    case 'GET /local/undelivered':
      return [200, undelivered.messages()];
    case 'DELETE /local/undelivered':
      undelivered.remove(searchParams.get('id') ?? '');
      return [200, null];
    case 'POST /local/invoke':
      return [200, (await invoke(searchParams.get('function') ?? '', await bodyOf(request))) ?? null];
    case 'POST /local/expire-customer': {
      const { customerId } = (await bodyOf(request)) as { customerId: string };
      return (await expireCustomer(dynamoDb, customerId, new Date(clock.now() - 1000)))
        ? [200, { customerId }]
        : [404, { message: `No customer ${customerId}` }];
    }
    default:
      return [404, { message: 'Not Found' }];
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  return JSON.parse(await textOf(request));
}

/**
 * Moves the deadlines of a customer and the hold of its address into the past.
 *
 * @returns whether there is such a customer with a deadline
 */
async function expireCustomer(dynamoDb: ControlOptions['dynamoDb'], customerId: string, past: Date): Promise<boolean> {
  const customer = await moveInto(past, dynamoDb, customerKey(customerId), DEADLINES);
  const [email, partnerId] = [customer?.['email']?.S, customer?.['partnerId']?.S];
  if (email === undefined || partnerId === undefined) return false;
  // The program decides whether an address is held for one partner or for all.
  for (const scope of [partnerId, '*']) await moveInto(past, dynamoDb, invitedKey(email, scope), ['freeAt']);
  return true;
}

/** Moves times of an item into the past, and returns the item; `undefined` if the item lacks one of them. */
async function moveInto(
  past: Date,
  { endpoint, tableName }: ControlOptions['dynamoDb'],
  { pk, sk }: Key,
  times: readonly string[],
): Promise<Record<string, { S?: string }> | undefined> {
  try {
    const { Attributes } = await callEngine<{ Attributes: Record<string, { S?: string }> }>(
      endpoint,
      'DynamoDB_20120810.UpdateItem',
      {
        TableName: tableName,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: `SET ${times.map((name) => `${name} = :past`).join(', ')}`,
        ConditionExpression: times.map((name) => `attribute_exists(${name})`).join(' AND '),
        ExpressionAttributeValues: { ':past': { S: past.toISOString() } },
        ReturnValues: 'ALL_NEW',
      },
    );
    return Attributes;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}
