import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { type Attributes, itemBytes, newItemWriteUnits } from '../capacity.ts';
import { testStack } from '../stack.ts';

const portal = testStack();
const { owner } = portal.partner;
const { request } = portal;

/** A function's calls to DynamoDB while a request is answered. */
async function callsOf(functionName: string, during: () => Promise<unknown>): Promise<DynamoDbCall[]> {
  const calls: DynamoDbCall[] = [];
  const stop = portal.stack.observe((call) => calls.push(call));
  await during();
  stop();
  return calls.filter((call) => call.functionName === functionName);
}

/** The items that a transaction writes. */
function putsOf(call: DynamoDbCall | undefined): Attributes[] {
  const { TransactItems = [] } = (call?.input ?? {}) as { TransactItems?: { Put?: { Item: Attributes } }[] };
  return TransactItems.flatMap(({ Put }) => (Put ? [Put.Item] : []));
}

/** The check that the invited address is not a member's costs as much as the write of a small item. */
const CHECK_UNITS = 2;
const unitsOf = (items: Attributes[]) => items.map(newItemWriteUnits).reduce((sum, units) => sum + units) + CHECK_UNITS;

describe('registering a customer with every field of seed 003', () => {
  const body = JSON.parse(readFileSync(new URL('../data/customer.json', import.meta.url), 'utf8')) as object;
  const register = async () =>
    expect(await request('POST', '/v1/customers', { as: owner, body })).toMatchObject({ status: 201 });

  test("reads the caller's membership and partner, and writes one transaction of 3 items, a check and 14 units with all indexes", async () => {
    const calls = await callsOf('createCustomer', register);
    expect(calls.map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
    expect(calls.slice(0, 2).map(({ input }) => (input['Key'] as Attributes)['sk'])).toEqual([
      { S: 'MEMBERSHIP' },
      { S: 'PARTNER' },
    ]);
    const items = putsOf(calls[2]);
    expect(items).toHaveLength(3);
    expect(unitsOf(items)).toBeLessThanOrEqual(14);
    // The embedded engine's own count is the same. (DynamoDB Local counts 36, which is not by the documented rules.)
    if (process.env['DYNAMODB_ENDPOINT'] === undefined) {
      expect(calls[2]?.output['ConsumedCapacity']).toMatchObject([{ CapacityUnits: 14 }]);
    }
  });

  test('leaves room in its items: an Idempotency-Key costs nothing more', async () => {
    const again = { ...body, email: 'again@yandex.ru' };
    const calls = await callsOf('createCustomer', () =>
      request('POST', '/v1/customers', { as: owner, body: again, key: 'f4b0e3a6-5b0c-4a41-9d8e-0d0f6a3c2b11' }),
    );
    const items = putsOf(calls.at(-1));
    expect(unitsOf(items)).toBeLessThanOrEqual(14);
    expect(Math.max(...items.map(itemBytes))).toBeLessThanOrEqual(1024);
  });
});

describe('changing a customer', () => {
  const operations = (calls: DynamoDbCall[]) => calls.map(({ operation }) => operation);
  const writesOf = (call: DynamoDbCall | undefined) =>
    ((call?.input['TransactItems'] ?? []) as Record<string, { Item?: Attributes; Key?: Attributes }>[]).map(
      (write) => Object.values(write).map(({ Item, Key }) => (Item ?? Key)?.['sk']?.S?.replace(/#.*/, ''))[0],
    );

  test('writes one item more with an Idempotency-Key, of one write unit, and reads nothing more', async () => {
    const { id } = await portal.confirmed();
    const change = (action: string, key?: string) =>
      callsOf(`${action}Customer`, () =>
        request('POST', `/v1/customers/${id}/${action}`, { as: owner, ...(key !== undefined && { key }) }),
      );
    const [without, withKey] = [await change('suspend'), await change('activate', 'a key')];
    for (const calls of [without, withKey])
      expect(operations(calls)).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
    expect(writesOf(without[2])).toEqual(['CUSTOMER', 'EVENT']);
    expect(writesOf(withKey[2])).toEqual(['CUSTOMER', 'EVENT', 'KEY']);
    expect(putsOf(withKey[2]).map(newItemWriteUnits).at(-1)).toBe(2);
    // A repeated request that the decision refuses reads the use of its key, and the events.
    await change('suspend', 'another key');
    expect(operations(await change('suspend', 'another key'))).toEqual(['GetItem', 'GetItem', 'GetItem', 'Query']);
  });

  test('by creating a cloud reads the partner, too', async () => {
    const { id } = await portal.confirmed();
    const calls = await callsOf('createCloud', () =>
      request('POST', `/v1/customers/${id}/clouds`, { as: owner, body: { name: 'counted' } }),
    );
    expect(operations(calls)).toEqual(['GetItem', 'GetItem', 'GetItem', 'TransactWriteItems']);
    expect(writesOf(calls[3])).toHaveLength(6);
  });
});

describe('reading', () => {
  test.each(['', '?status=ACTIVE', '?query=a', '?query=a@b', '?status=ACTIVE&query=a'])(
    'a page of customers (%s) is one query of an index',
    async (query) => {
      const calls = await callsOf('listCustomers', () => request('GET', `/v1/customers${query}`, { as: owner }));
      expect(calls.map(({ operation }) => operation)).toEqual(['GetItem', 'Query']);
      // One item more tells whether there is a next page. A search within a status examines more items, but a limited number.
      const Limit = query.includes('&') ? 1000 : 101;
      expect(calls[1]?.input).toMatchObject({ IndexName: expect.stringMatching(/^by/), Limit });
    },
  );

  test('a customer is two reads: of the membership and of itself', async () => {
    const { id } = await portal.register();
    const calls = await callsOf('getCustomer', () => request('GET', `/v1/customers/${id}`, { as: owner }));
    expect(calls.map(({ operation }) => operation)).toEqual(['GetItem', 'GetItem']);
  });

  test('a customer is one read more for a person whose rights come from a binding: of the departure from the partner', async () => {
    const chief = portal.partner.at('chief');
    const { id, email } = await portal.register({ adminEmails: [chief] });
    const readsOf = async (as: string) => {
      const calls = await callsOf('getCustomer', () => request('GET', `/v1/customers/${id}`, { as }));
      return calls.map(({ input }) => (input['Key'] as Attributes)['sk']?.S).sort();
    };
    expect(await readsOf(chief)).toEqual(['CUSTOMER', `LEFT#${portal.partner.id}`, 'MEMBERSHIP']);
    // An invitee, and an administrator of the partner account, which needs no binding. (The invitee also reads the partner.)
    expect(await readsOf(email ?? '')).toEqual(['CUSTOMER', 'MEMBERSHIP', 'PARTNER']);
    expect(await readsOf(portal.partner.admin)).toEqual(['CUSTOMER', 'MEMBERSHIP']);
  });
});
