/** Bad input at every endpoint is refused, and nothing is stored. The Billing API refuses in its own form: `billingBadInput.test.ts`. */
import { describe, expect, test } from 'vitest';
import { named, requestsOf, someAt, walk } from '../badInput.ts';
import { ENDPOINTS, endpointOf, exampleRequests } from '../examples.ts';
import { nothingStored, sendRaw } from '../refusal.ts';
import { testStack } from '../stack.ts';

const portal = testStack();
const { api, customers } = exampleRequests(portal);
const { bearer, exampleOf, send, sendOverHttp, refuses } = requestsOf(api);

const lists = ENDPOINTS.filter(({ query }) => query && 'pageToken' in query.shape);

walk(api);

describe('a query', () => {
  test.each(named(lists))('of %s has a page size from 1 to 1000', async (_, endpoint) => {
    const bad = [
      '0',
      '-1',
      '1.5',
      '1e3',
      '1001',
      'many',
      '',
      '%00',
      '0x10',
      '%D9%A1',
      '1%20',
      '+1',
      'Infinity',
      'NaN',
      '9'.repeat(400),
    ];
    await refuses(endpoint, [
      ...someAt(lists.indexOf(endpoint), bad, 3).map((size) => ({
        what: `the page size ${size}`,
        query: `pageSize=${size}`,
        code: 'VALIDATION_FAILED' as const,
        field: 'pageSize',
      })),
      { what: 'two page sizes', query: 'pageSize=1&pageSize=2', code: 'VALIDATION_FAILED', field: 'pageSize' },
      { what: 'a list of page sizes', query: 'pageSize[]=1', code: 'VALIDATION_FAILED' },
    ]);
    for (const size of [1, 1000]) {
      const answer = await send(endpoint, { query: `pageSize=${size}` });
      expect(answer.status, answer.text).toBe(200);
    }
  });

  test('filters customers by a known status, and by text', async () => {
    await refuses(endpointOf('listCustomers'), [
      ...['active', 'DELETED', '', 'ACTIVE,ACTIVE', '__proto__'].map((status) => ({
        what: `the status ${status}`,
        query: `status=${status}`,
        field: 'status',
      })),
      { what: 'two states', query: 'status=ACTIVE&status=EXPIRED', field: 'status' },
      ...['%00', 'a%1Bb', '%7F', '%FF', '%EF%BF%BD'].map((text) => ({
        what: `the query ${text}`,
        query: `query=${text}`,
        field: 'query',
      })),
    ]);
    for (const text of ['%', '%20', '@', '', '%F0%9F%99%82'.repeat(200), '%CC%81', '%0A']) {
      const answer = await send(endpointOf('listCustomers'), { query: `query=${text}` });
      expect(answer.status, answer.text).toBe(200);
    }
  });
});
// A path outside the API's is a page.
test('an unknown route is refused by the gateway', async () => {
  const unknown: [string, string][] = [
    ['GET', '/v1/nothing'],
    ['GET', '/v1/me/'],
    ['DELETE', '/v1/me'],
    ['PATCH', '/v1/invites/accept'],
    ['GET', '/v1/customers/../me/x'],
    ['GET', `/v1/customers/${customers.waiting.id}/`],
    ['GET', '/v1/customers/a/b/c/d'],
    ['TRACE', '/v1/me'],
  ];
  const headers = { authorization: await bearer(portal.partner.owner) };
  await nothingStored(portal.stack, async () => {
    for (const [method, path] of unknown) {
      const answer = await sendRaw(portal.stack.portalUrl, { method, path, headers });
      expect(answer, `${method} ${path}`).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    }
    for (const path of ['/v1/customers/%', '/v1/customers/%ZZ', '/v1/customers/%C3%28', '/v1/customers/%FF'])
      expect(await sendRaw(portal.stack.portalUrl, { method: 'GET', path, headers }), path).toMatchObject({
        status: 400,
      });
  });
});

test('more than 10 MB is refused by the gateway', async () => {
  const createCustomer = endpointOf('createCustomer');
  const json = JSON.stringify(exampleOf(createCustomer).body);
  const body = json + ' '.repeat(10 * 1024 * 1024 + 1 - json.length);
  const answer = await nothingStored(portal.stack, () => sendOverHttp(createCustomer, { body }));
  expect(answer).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
});
