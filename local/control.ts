/** What only a local stack answers, at the issuer's address under `/local/`: tokens for demo accounts, and time to pass at once. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { customerKey } from '../shared/keys.ts';
import { callEngine, EngineError } from './engine.ts';

/** Attributes of a customer item that hold a time which this control can move into the past. */
const DEADLINES = ['expiresAt', 'dueAt'];

type ControlOptions = {
  directory: string;
  token: (account: string) => Promise<string>;
  runExpire: () => Promise<unknown>;
  dynamoDb: { endpoint: string; tableName: string };
};

/** Answers of each request: the status and, unless it is a text, JSON. */
type Answer = [status: number, body: unknown];

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
  { directory, token, runExpire, dynamoDb }: ControlOptions,
  request: IncomingMessage,
): Promise<Answer> {
  // A web page that this machine's browser shows must not get hold of tokens: neither by its script (Origin), nor under
  // a name of its own that leads here (Host).
  const { host = '', origin } = request.headers;
  if (origin !== undefined || !/^(127\.0\.0\.1|localhost):/.test(host)) return [403, { message: 'Not for browsers' }];
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://local');
  switch (`${request.method} ${pathname}`) {
    case 'GET /local/status':
      return [200, { directory }];
    case 'GET /local/token':
      return [200, await token(searchParams.get('account') ?? '')];
    case 'POST /local/expire':
      return [200, (await runExpire()) ?? null];
    case 'POST /local/expire-customer': {
      let body = '';
      for await (const chunk of request) body += chunk;
      const { customerId } = JSON.parse(body) as { customerId: string };
      return (await expireCustomer(dynamoDb, customerId))
        ? [200, { customerId }]
        : [404, { message: `No customer ${customerId}` }];
    }
    default:
      return [404, { message: 'Not Found' }];
  }
}

/** Moves the deadlines of a customer into the past, where they are set. */
async function expireCustomer(
  { endpoint, tableName }: ControlOptions['dynamoDb'],
  customerId: string,
): Promise<boolean> {
  const { pk, sk } = customerKey(customerId);
  try {
    await callEngine(endpoint, 'DynamoDB_20120810.UpdateItem', {
      TableName: tableName,
      Key: { pk: { S: pk }, sk: { S: sk } },
      UpdateExpression: `SET ${DEADLINES.map((_, index) => `#${index} = :past`).join(', ')}`,
      ConditionExpression: DEADLINES.map((_, index) => `attribute_exists(#${index})`).join(' AND '),
      ExpressionAttributeNames: Object.fromEntries(DEADLINES.map((name, index) => [`#${index}`, name])),
      ExpressionAttributeValues: { ':past': { S: new Date(Date.now() - 1000).toISOString() } },
    });
    return true;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}
