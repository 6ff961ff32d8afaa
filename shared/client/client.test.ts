/** The typed client, against an HTTP server of its own. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import {
  createCustomer,
  deleteCustomer,
  type getCustomer,
  listCustomers,
  type rejectCustomer,
  updateCustomer,
} from '../contract/contract.ts';
import { ApiProblem } from './ApiProblem.ts';
import { type Client, createClient, type Input } from './client.ts';

type Seen = { method: string; url: string; headers: IncomingMessage['headers']; body: string };

let server: Server;
let origin: string;
let seen: Seen[] = [];
let answer: (seen: Seen) => { status: number; type?: string; headers?: Record<string, string>; body?: unknown };
let signIns = 0;
let renewed: string | undefined;
let call: Client;

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    seen.push(one);
    const { status, type = 'application/json', headers = {}, body: answered } = answer(one);
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(answered === undefined ? undefined : JSON.stringify(answered));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  seen = [];
  signIns = 0;
  renewed = undefined;
  call = createClient({
    origin,
    token: async () => 'first',
    renew: async () => renewed,
    signIn: async () => {
      signIns += 1;
    },
  });
});

const PROBLEM = 'application/problem+json';

describe('a call', () => {
  it('sends the method, path, query, headers and body of its declaration', async () => {
    answer = () => ({ status: 201, body: { id: 'dn2' } });
    await call(createCustomer, { body: { name: 'Wind', email: 'a@b.example' } }, { key: 'k-1' });
    answer = () => ({ status: 200, body: { customers: [] } });
    await call(listCustomers, { query: { query: 'a&b', status: 'ACTIVE', pageToken: undefined } });
    answer = () => ({ status: 200, body: {} });
    await call(updateCustomer, { path: { customerId: 'a/b' }, body: { role: 'Reseller' }, ifMatch: 3 });
    answer = () => ({ status: 204 });
    expect(await call(deleteCustomer, { path: { customerId: 'dn2' } })).toBeUndefined();

    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/customers',
      'GET /v1/customers?query=a%26b&status=ACTIVE',
      'PATCH /v1/customers/a%2Fb',
      'DELETE /v1/customers/dn2',
    ]);
    expect(seen[0]).toMatchObject({
      headers: { authorization: 'Bearer first', 'idempotency-key': 'k-1', 'content-type': 'application/json' },
      body: '{"name":"Wind","email":"a@b.example"}',
    });
    expect(seen[2]?.headers['if-match']).toBe('"3"');
  });

  it('ends with its signal, also in a browser that can’t combine signals', async () => {
    const { any, timeout } = AbortSignal;
    Object.assign(AbortSignal, { any: undefined, timeout: undefined });
    try {
      const ending = new AbortController();
      answer = () => {
        ending.abort(new Error('left'));
        return { status: 200, body: { customers: [] } };
      };
      const options = { signal: ending.signal };
      await expect(call(listCustomers, {}, options)).rejects.toMatchObject({ name: 'AbortError' });
      await expect(call(listCustomers, {}, options)).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen).toHaveLength(1);
      answer = () => ({ status: 200, body: { customers: [] } });
      expect(await call(listCustomers, {}, { signal: new AbortController().signal })).toEqual({ customers: [] });
    } finally {
      Object.assign(AbortSignal, { any, timeout });
    }
  });

  it('has the types of its declaration', () => {
    expectTypeOf<Input<typeof getCustomer>>().toExtend<{ path: { customerId: string } }>();
    expectTypeOf<Input<typeof listCustomers>['query']>().exclude(undefined).toHaveProperty('status');
    // An endpoint without required fields needs no body.
    expectTypeOf<{ path: { customerId: string } }>().toExtend<Input<typeof rejectCustomer>>();
    // @ts-expect-error a customer has no such field
    const wrong: Input<typeof createCustomer> = { body: { nick: 'Wind' } };
    // @ts-expect-error a path needs its parameters
    const nameless: Input<typeof getCustomer> = { path: {} };
    expect([wrong, nameless]).toHaveLength(2);
  });
});

describe('a refusal', () => {
  it('is a problem with the server’s words', async () => {
    const errors = [{ path: 'email', message: 'email is required' }];
    answer = () => ({
      status: 400,
      type: PROBLEM,
      body: { code: 'VALIDATION_FAILED', detail: 'email is required.', errors, requestId: 'r-1' },
    });
    const refused = await call(createCustomer, { body: {} }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ApiProblem);
    expect(refused).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
      message: 'email is required.',
      errors,
      requestId: 'r-1',
    });
  });

  it('in another form than the API’s, and a missing answer, are problems, too', async () => {
    answer = () => ({ status: 503, body: { message: 'Service Unavailable' } });
    await expect(call(listCustomers, {})).rejects.toMatchObject({ status: 503, code: 'NOT_A_PROBLEM', message: '' });
    const unreachable = createClient({
      origin: 'http://127.0.0.1:1',
      token: async () => undefined,
      renew: async () => undefined,
      signIn: async () => {},
    });
    await expect(unreachable(listCustomers, {})).rejects.toMatchObject({ status: 0, code: 'NO_ANSWER' });
  });
});

describe('the time to wait', () => {
  it.each([
    ['7', 7],
    [new Date(Date.now() + 60_000).toUTCString(), 60],
    [new Date(0).toUTCString(), 0],
    ['soon', undefined],
  ])('is in %s', async (retryAfter, seconds) => {
    answer = () => ({ status: 503, headers: { 'retry-after': retryAfter } });
    const refused: ApiProblem = await call(listCustomers, {}).catch((error) => error);
    if (seconds === undefined) return expect(refused.retryAfterSeconds).toBeUndefined();
    expect(Math.abs((refused.retryAfterSeconds ?? Number.NaN) - seconds)).toBeLessThan(30);
  });
});

describe('a session that has ended', () => {
  it('is renewed, and the request is sent again with the same key', async () => {
    renewed = 'second';
    answer = ({ headers }) =>
      headers.authorization === 'Bearer second'
        ? { status: 201, body: { id: 'dn2' } }
        : { status: 401, type: PROBLEM, body: { code: 'TOKEN_EXPIRED', detail: 'Sign in again.' } };
    expect(await call(createCustomer, { body: {} }, { key: 'k' })).toMatchObject({ id: 'dn2' });
    expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k', 'k']);
    expect(signIns).toBe(0);
  });

  it('and can’t be renewed leads to signing in', async () => {
    answer = () => ({ status: 401, type: PROBLEM, body: { code: 'TOKEN_EXPIRED', detail: 'Sign in again.' } });
    await expect(call(listCustomers, {})).rejects.toMatchObject({ status: 401 });
    expect(seen).toHaveLength(1);
    expect(signIns).toBe(1);
  });
});
