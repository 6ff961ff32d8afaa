import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHttpApiServer, httpApi, serveHttpApi } from '../local/httpApi.ts';
import { close, listen } from '../local/httpListener.ts';
import { requestOf } from './inProcess.ts';
import { type RawRequest, sendRaw } from './refusal.ts';

const endless = { ratePerSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };
const api = httpApi({
  routes: [{ routeKey: 'POST /things/{id}', functionId: 'f' }],
  throttling: { all: endless, routes: {} },
  // The answer contains the event, without the parts that differ between requests.
  invoke: async (_, event) =>
    JSON.stringify(event)
      .replace(/"requestId":"[^"]*"|"time(Epoch)?":("[^"]*"|\d+)/g, '')
      .replace(/Root=1-[\w-]*/, ''),
});
const server = createHttpApiServer();
let origin: string;

beforeAll(async () => {
  server.on('request', serveHttpApi(api));
  origin = await listen(server, { number: 0, what: 'API', variable: 'PORT' });
});
afterAll(() => close(server));

const json = { 'content-type': 'application/json' };

test.each<[string, Omit<RawRequest, 'method'>]>([
  ['no body', { path: '/things/1' }],
  ['a query', { path: '/things/a%2Fb?x=1&x=2&y=%C3%BC&z' }],
  ['a body of text', { path: '/things/1', headers: json, body: '{"name":"ü \ud800"}' }],
  ['a body of bytes', { path: '/things/1', headers: json, body: Buffer.from([0, 0xff, 0xfe]) }],
  ['an empty body', { path: '/things/1', headers: json, body: '' }],
  ['repeated headers', { path: '/things/1', headers: { 'X-One': ['1', '2'], Cookie: ['a=1', 'b=2'] } }],
  ['odd headers', { path: '/things/1', headers: { 'x-one': ' \té, "x" ', 'x-two': '', 'x-forwarded-for': '1.2.3.4' } }],
  ['a broken path', { path: '/things/%ZZ' }],
  ['an unknown path', { path: '/other' }],
  ['long headers', { path: '/things/1', headers: { 'x-one': 'x'.repeat(11_000) } }],
])('a request with %s has the same answer in the process of a test as over HTTP', async (_, request) => {
  const raw = { method: 'POST', ...request };
  const overHttp = await sendRaw(origin, raw);
  const { status, body } = await api(requestOf(origin, raw), async () => Buffer.from(raw.body ?? ''));
  expect({ status, text: body.toString() }).toEqual({ status: overHttp.status, text: overHttp.text });
});
