import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { AwsEndpoint } from './awsEndpoint.ts';
import { callEngine, startEngine } from './engine.ts';
import { listen } from './httpListener.ts';
import { type LocalStack, startLocalStack } from './localStack.ts';
import type { Template } from './template.ts';
import { UndeliveredQueue } from './undelivered.ts';

/** Functions in plain JavaScript without the SDK: their requests have an access key, and no valid signature. */
const CALL = `const call = (service, target, body, json = true) => fetch(process.env['AWS_ENDPOINT_URL_' + service], {
  method: 'POST', body: json ? JSON.stringify(body) : new URLSearchParams(body),
  headers: { ...(json && { 'content-type': 'application/x-amz-json-1.0', 'x-amz-date': '20260101T000000Z' }), 'x-amz-target': target, authorization: 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/us-east-1/' +
    { DYNAMODB: 'dynamodb', SES: 'ses', SECRETS_MANAGER: 'secretsmanager' }[service] + '/aws4_request, SignedHeaders=host, Signature=0' } });`;
const SOURCES: Record<string, string> = {
  write: `${CALL} export const handler = async ({ pathParameters: { id } }) => {
    const put = await call('DYNAMODB', 'DynamoDB_20120810.PutItem', { TableName: process.env.TABLE_NAME, Item: { pk: { S: id }, sk: { S: 'EVENT#1' } } });
    const scan = await call('DYNAMODB', 'DynamoDB_20120810.Scan', { TableName: process.env.TABLE_NAME });
    return { statusCode: 200, body: JSON.stringify({ put: put.status, scan: await scan.json() }) };
  };`,
  mail: `${CALL} export const handler = async ({ Records = [] }) => {
    for (const { dynamodb: { Keys } } of Records) {
      const sent = await call('SES', '', { Action: 'SendRawEmail', Source: 'Portal <portal@cloud.example>', 'Destinations.member.1': Keys.pk.S + '@c.example', 'RawMessage.Data': btoa('From: portal@cloud.example\\r\\nTo: ' + Keys.pk.S + '@c.example\\r\\nSubject: Hello\\r\\n\\r\\nx') }, false);
      if (!sent.ok) return { batchItemFailures: Records.map(({ dynamodb }) => ({ itemIdentifier: dynamodb.SequenceNumber })) };
    }
    return { batchItemFailures: [] };
  };`,
  misbehave: `console.log('loaded'); export const handler = async ({ rawPath }) => {
    if (rawPath === '/exit') process.exit(1);
    if (rawPath === '/loop') for (;;);
    return { environment: Object.keys(process.env).sort() };
  };`,
};

const lambda = (name: string, timeout: number) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
    Handler: 'index.handler',
    Timeout: timeout,
    Environment: { Variables: { TABLE_NAME: { Ref: 'Table' }, OIDC_ISSUER: 'x' } },
  },
  Metadata: { 'aws:cdk:path': `PartnerPortal/${name}/Resource`, 'aws:asset:path': name },
});
const role = (...Statement: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
});
const route = (RouteKey: string, name: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { RouteKey, Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${name}Integration` }]] } },
});
const integration = (name: string) => ({
  Type: 'AWS::ApiGatewayV2::Integration',
  Properties: { IntegrationUri: { 'Fn::GetAtt': [name, 'Arn'] } },
});
const TEMPLATE: Template = {
  Resources: {
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      },
    },
    write: lambda('write', 3),
    mail: lambda('mail', 3),
    misbehave: lambda('misbehave', 1),
    writeRole: role({ Effect: 'Allow', Action: 'dynamodb:PutItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } }),
    mailRole: role({
      Effect: 'Allow',
      Action: 'ses:SendRawEmail',
      Resource: 'arn:aws:ses:us-east-1:000000000000:identity/*',
      Condition: { StringEquals: { 'ses:FromAddress': 'portal@cloud.example' } },
    }),
    misbehaveRole: role(),
    writeIntegration: integration('write'),
    misbehaveIntegration: integration('misbehave'),
    writeRoute: route('POST /items/{id}', 'write'),
    misbehaveRoute: route('GET /{proxy+}', 'misbehave'),
    Mapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'mail' },
        BatchSize: 10,
        MaximumRetryAttempts: 2,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"sk":{"S":[{"prefix":"EVENT#"}]}}}}' }] },
      },
    },
    Schedule: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'rate(1 minute)',
        Target: { Arn: { 'Fn::GetAtt': ['misbehave', 'Arn'] }, Input: '{"rawPath":"/scheduled"}' },
      },
    },
  },
};

const directory = mkdtempSync(join(tmpdir(), 'local-stack-'));
const data = join(directory, 'data');
let stack: LocalStack;

const start = () =>
  startLocalStack({
    program: 'none',
    directory: data,
    dynamoDbEndpoint: process.env['DYNAMODB_ENDPOINT'],
    tableName: `LocalStackTest${process.pid}`,
    demoData: false,
    schedules: false,
    assembly: {
      templates: { stack: TEMPLATE },
      directoryOf: (name) => join(directory, name),
      directoryOfUpload: (key) => join(directory, key),
    },
  });

beforeAll(async () => {
  for (const [name, source] of Object.entries(SOURCES)) {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'index.mjs'), source);
  }
  stack = await start();
});
afterAll(async () => {
  const { endpoint, tableName } = stack.dynamoDb;
  await callEngine(endpoint, 'DynamoDB_20120810.DeleteTable', { TableName: tableName });
  await stack.stop();
  rmSync(directory, { recursive: true });
});

const recipients = () => stack.inbox().flatMap((mail) => mail.destination.to);
const post = (id: string) => fetch(`${stack.portalUrl}/items/${id}`, { method: 'POST' });

test('a function may do what its role allows, and gets the refusal of AWS for everything else', async () => {
  const answer = (await (await post('first')).json()) as { put: number; scan: { __type: string; Message: string } };
  expect(answer.put).toBe(200);
  expect(answer.scan.__type).toMatch(/AccessDeniedException$/);
  expect(answer.scan.Message).toMatch(/is not authorized to perform: dynamodb:Scan on resource: arn:aws:dynamodb:/);
  expect(stack.denials).toHaveLength(1);
});

test('a written item reaches the function of the stream, and the mail of the function reaches the inbox', async () => {
  await post('second');
  await expect.poll(recipients).toContain('second@c.example');
});

test('a failed batch is tried again as often as the mapping says, and then given up', async () => {
  let attempts = 0;
  stack.ses.failMail = ([to]) => {
    if (to !== 'third@c.example') return undefined;
    attempts += 1;
    return 'throttle';
  };
  await post('third');
  const undelivered = new UndeliveredQueue(join(data, 'undelivered.jsonl'));
  await vi.waitFor(() => expect(undelivered.messages()).toHaveLength(1), { timeout: 5000 });
  // As on AWS, it has the place in the stream, and not the records.
  expect(JSON.parse(undelivered.messages()[0]?.body ?? '')).toMatchObject({
    requestContext: { functionArn: stack.functionOf('mail').definition.arn },
    DDBStreamBatchInfo: { batchSize: 1 },
  });
  expect(attempts).toBe(3);
  stack.ses.failMail = () => undefined;
});

test('requests to the table can be observed, with the capacity they consume', async () => {
  const calls: unknown[] = [];
  const end = stack.observe((call) => calls.push(call));
  await post('fourth');
  end();
  expect(calls).toMatchObject([
    { functionName: 'write', operation: 'PutItem', output: { ConsumedCapacity: { CapacityUnits: 1 } } },
  ]);
});

test('a function that ends its process or runs out of time is a 500, and works again afterwards', async () => {
  expect((await fetch(`${stack.portalUrl}/exit`)).status).toBe(500);
  expect((await fetch(`${stack.portalUrl}/fine`)).status).toBe(200);
  expect((await fetch(`${stack.portalUrl}/loop`)).status).toBe(500);
  expect((await fetch(`${stack.portalUrl}/fine`)).status).toBe(200);
});

test('a function sees its own environment and nothing of this machine', async () => {
  const { environment } = (await stack.runSchedule('misbehave')) as { environment: string[] };
  expect(environment).toContain('TABLE_NAME');
  expect(environment).not.toContain('PATH');
  expect(environment).not.toContain('HOME');
});

test('the issuer signs tokens, with the email of a person and without an email for a service account', async () => {
  const keys = createRemoteJWKSet(new URL(`${stack.oidcIssuer}/jwks`));
  const options = { issuer: stack.oidcIssuer, typ: 'at+jwt' };
  const person = await jwtVerify(await stack.token('operator@provider.example'), keys, options);
  expect(person.payload).toMatchObject({
    email: 'operator@provider.example',
    email_verified: true,
    groups: ['operators'],
  });

  const { clientId, clientSecret } = stack.serviceAccount;
  const response = await fetch(`${stack.oidcIssuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const { access_token: token } = (await response.json()) as { access_token: string };
  const account = await jwtVerify(token, keys, options);
  expect(account.payload).toMatchObject({ sub: clientId, client_id: clientId });
  expect(account.payload).not.toHaveProperty('email');
});

test('every address can sign in on the page of the issuer, and the portal gets a token with the address', async () => {
  const cookies = new Map<string, string>();
  const visit = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(url, stack.oidcIssuer), { ...init, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      cookies.set(name, value);
    }
    return response;
  };
  const verifier = 'v'.repeat(43);
  const challenge = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(verifier))).toString('base64url');
  const redirect_uri = `${stack.portalUrl}/signed-in`;
  const asked = { client_id: 'portal', redirect_uri, response_type: 'code', scope: 'openid email', state: 's' };
  const begin = await visit(
    `/auth?${new URLSearchParams({ ...asked, code_challenge: challenge, code_challenge_method: 'S256' })}`,
  );
  const page = begin.headers.get('location') ?? '';
  expect(await (await visit(page)).text()).toContain('owner@acme.example');
  const chosen = await visit(page, {
    method: 'POST',
    body: new URLSearchParams({ email: 'Somebody@Customer.example' }),
  });
  const back = await visit(chosen.headers.get('location') ?? '');
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const exchanged = await fetch(`${stack.oidcIssuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri,
      client_id: 'portal',
      code_verifier: verifier,
    }),
  });
  const { access_token: token } = (await exchanged.json()) as { access_token: string };
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${stack.oidcIssuer}/jwks`)));
  expect(payload).toMatchObject({ email: 'somebody@customer.example', email_verified: true, client_id: 'portal' });
});

test('the pages of this machine have an icon', async () => {
  for (const url of [stack.oidcIssuer, stack.sesUrl]) {
    const icon = await fetch(`${url}/favicon.ico`);
    expect([url, icon.status, icon.headers.get('content-type')]).toEqual([url, 200, 'image/svg+xml']);
  }
});

test('a web page gets no token of a demo account', async () => {
  const url = `${stack.oidcIssuer}/local/token?account=owner@acme.example`;
  expect((await fetch(url, { headers: { origin: 'https://elsewhere.example' } })).status).toBe(403);
  expect((await fetch(url)).status).toBe(200);
});

/** The answer to a request with headers that `fetch` may not set. */
const answerTo = (url: string, headers: Record<string, string>, method = 'GET') =>
  new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers, method }, (answer) => resolve(answer.resume())).on('error', reject);
  });

/** The address of AWS as functions see it, at a time in milliseconds since the epoch. */
async function awsAt(time: number): Promise<string> {
  const aws = new AwsEndpoint({
    statementsOf: () => [],
    dynamoDbEndpoint: stack.dynamoDb.endpoint,
    sesEndpoint: stack.sesUrl,
    secrets: [],
    now: () => time,
    tableWritten: () => {},
    mailSent: () => {},
    denied: () => {},
  });
  const url = await listen(aws.server, { number: 0, what: 'AWS endpoint', variable: '' });
  onTestFinished(() => aws.close());
  return url;
}

test('AWS answers functions at the time of the stack, so that no SDK takes the clock of its function for wrong', async () => {
  const tomorrow = Math.floor(Date.now() / 1000) * 1000 + 24 * 60 * 60_000;
  const { headers } = await answerTo(await awsAt(tomorrow), {});
  expect(Date.parse(headers.date ?? '')).toBe(tomorrow);
});

test.runIf(process.env['DYNAMODB_ENDPOINT'] === undefined)(
  'a web page reaches neither the table, nor AWS as functions see it, nor the mails of another site',
  async () => {
    const awsUrl = await awsAt(Date.now());
    for (const url of [stack.dynamoDb.endpoint, awsUrl, `${stack.sesUrl}/store`]) {
      const host = new URL(url).host;
      const [script, ownName, tool] = await Promise.all([
        answerTo(url, { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' }, 'OPTIONS'),
        answerTo(url, { host: host.replace('127.0.0.1', 'elsewhere.example') }),
        answerTo(url, {}),
      ]);
      expect([url, script.statusCode, ownName.statusCode]).toEqual([url, 403, 403]);
      for (const { headers } of [script, ownName, tool])
        expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  },
);

test.skipIf(process.platform === 'darwin')('no web page can guess where the engine itself answers', async () => {
  const engines = await Promise.all([startEngine(undefined), startEngine(undefined)]);
  onTestFinished(() => Promise.all(engines.map(({ stop }) => stop())).then(() => undefined));
  const hosts = engines.map(({ endpoint }) => new URL(endpoint).hostname);
  expect(new Set([...hosts, '127.0.0.1']).size).toBe(3);
});

test('the engine finds the end of the stream without reading the whole stream', () => {
  using database = new DatabaseSync(join(data, 'dynamodb.sqlite'), { readOnly: true });
  // As the engine numbers each record that a write adds.
  const plan = database.prepare(
    'EXPLAIN QUERY PLAN SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?',
  );
  expect(plan.all('any').map(({ detail }) => detail)).toEqual([expect.stringContaining('INDEX stream_order')]);
});

test('after a restart, the mails are still there, and the stream continues where it stopped', async () => {
  stack.stream.mode = 'paused';
  await post('fifth');
  const before = recipients();
  await stack.stop();
  stack = await start();
  await vi.waitFor(() => expect(recipients()).toEqual([...before, 'fifth@c.example']), { timeout: 3000 });
});
