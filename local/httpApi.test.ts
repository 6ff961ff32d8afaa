import { once } from 'node:events';
import { request, type Server } from 'node:http';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createHttpApiServer, httpApi, serveHttpApi } from './httpApi.ts';
import { close, listen, portOf } from './httpListener.ts';

let result: unknown;
let event: APIGatewayProxyEventV2;
let server: Server;
let origin: string;

beforeAll(async () => {
  server = createHttpApiServer();
  const api = httpApi({
    routes: ['POST /things/{id}', 'GET /things/{id}', 'GET /limited'].map((routeKey) => ({
      routeKey,
      functionId: 'f',
    })),
    throttling: {
      all: { ratePerSecond: 1000, burst: 1000 },
      routes: { 'GET /limited': { ratePerSecond: 0, burst: 1 } },
    },
    invoke: async (_, given) => {
      event = given as APIGatewayProxyEventV2;
      if (result instanceof Error) throw result;
      return result;
    },
  });
  server.on('request', serveHttpApi(api));
  origin = await listen(server, { number: 0, what: 'API', variable: 'PORT' });
});
beforeEach(() => {
  result = { statusCode: 200, body: 'ok' };
});
afterAll(() => close(server));

const answerOf = async (response: Response) => [response.status, await response.text()];
const message = (text: string) => JSON.stringify({ message: text });

test('a request becomes an event of payload format 2.0', async () => {
  await fetch(`${origin}/things/a%40b?x=1&x=2&y=%C3%BC`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Cookie: 'a=1; b=2', 'X-One': '1', 'user-agent': 'test' },
    body: '{"name":"ü"}',
  });
  expect(event).toMatchObject({
    version: '2.0',
    routeKey: 'POST /things/{id}',
    rawPath: '/things/a@b',
    rawQueryString: 'x=1&x=2&y=%C3%BC',
    cookies: ['a=1', 'b=2'],
    headers: { 'x-one': '1', 'content-type': 'application/json' },
    queryStringParameters: { x: '1,2', y: 'ü' },
    pathParameters: { id: 'a@b' },
    requestContext: {
      stage: '$default',
      http: { method: 'POST', path: '/things/a@b', sourceIp: '127.0.0.1', userAgent: 'test' },
    },
    body: '{"name":"ü"}',
    isBase64Encoded: false,
  });
  expect(event.headers).not.toHaveProperty('cookie');
});

test.each([
  ['application/x-www-form-urlencoded', true],
  ['application/octet-stream', true],
  ['application/problem+json', true],
  ['text/csv; charset=utf-8', false],
  ['APPLICATION/JSON', false],
])('a body of type %s reaches the function as base64: %s', async (type, base64) => {
  await fetch(`${origin}/things/1`, { method: 'POST', headers: { 'content-type': type }, body: 'a=b' });
  expect(event).toMatchObject({ isBase64Encoded: base64, body: base64 ? 'YT1i' : 'a=b' });
});

test('the event of a request without a body has no body', async () => {
  await fetch(`${origin}/things/1`);
  expect(event).not.toHaveProperty('body');
});

test('a result becomes an answer: headers, cookies and base64', async () => {
  result = {
    statusCode: 201,
    headers: { ETag: '"1"', 'x-n': 5 },
    cookies: ['a=1', 'b=2'],
    body: 'YQ==',
    isBase64Encoded: true,
  };
  const response = await fetch(`${origin}/things/1`);
  expect(await answerOf(response)).toEqual([201, 'a']);
  expect(response.headers.get('etag')).toBe('"1"');
  expect(response.headers.get('x-n')).toBe('5');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
});

test('a result without a statusCode is the body of a 200', async () => {
  result = { hello: 1 };
  expect(await answerOf(await fetch(`${origin}/things/1`))).toEqual([200, '{"hello":1}']);
});

test.each([[new Error('boom')], [{ statusCode: 'x' }], [{ statusCode: 200, body: {} }]])(
  'a function that fails or returns no valid answer is a 500 of the gateway: %j',
  async (given) => {
    result = given;
    expect(await answerOf(await fetch(`${origin}/things/1`))).toEqual([500, message('Internal Server Error')]);
  },
);

test("the gateway's own answers have the gateway's bodies", async () => {
  expect(await answerOf(await fetch(`${origin}/nowhere`))).toEqual([404, message('Not Found')]);
  expect(await answerOf(await fetch(`${origin}/things/1`, { method: 'OPTIONS' }))).toEqual([404, message('Not Found')]);
  expect((await fetch(`${origin}/things/1`, { method: 'HEAD' })).status).toBe(404);
  const large = { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) };
  expect(await answerOf(await fetch(`${origin}/things/1`, large))).toEqual([413, message('Request Entity Too Large')]);
  const headers = { 'x-large': 'x'.repeat(11_000) };
  expect((await fetch(`${origin}/things/1`, { headers })).status).toBe(431);
  expect((await fetch(`${origin}/limited`)).status).toBe(200);
  expect(await answerOf(await fetch(`${origin}/limited`))).toEqual([429, message('Too Many Requests')]);
});

test('a path with a broken percent-encoding is a 400', async () => {
  const sent = request({ host: '127.0.0.1', port: portOf(server), path: '/things/%E0%A4' }).end();
  const [response] = await once(sent, 'response');
  expect(response.statusCode).toBe(400);
  response.resume();
});
