import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { type Attributes, itemBytes, newItemWriteUnits } from '../capacity.ts';
import { OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';

const portal = testStack();
const { owner } = portal.partner;
const { request } = portal;

/** A function's calls to DynamoDB while a request is answered. */
async function callsOf(
  functionName: string,
  during: () => Promise<unknown>,
  { stack } = portal,
): Promise<DynamoDbCall[]> {
  const calls: DynamoDbCall[] = [];
  const stop = stack.observe((call) => calls.push(call));
  await during();
  stop();
  return calls.filter((call) => call.functionName === functionName);
}

/** The items that a transaction writes. */
function putsOf(call: DynamoDbCall | undefined): Attributes[] {
  const { TransactItems = [] } = (call?.input ?? {}) as { TransactItems?: { Put?: { Item: Attributes } }[] };
  return TransactItems.flatMap(({ Put }) => (Put ? [Put.Item] : []));
}
/** The small items that a transaction updates or checks: each costs two units. */
function othersOf(call: DynamoDbCall | undefined): number {
  const { TransactItems = [] } = (call?.input ?? {}) as { TransactItems?: { Put?: unknown }[] };
  return TransactItems.filter(({ Put }) => Put === undefined).length;
}
/** The write units of all calls that changed something, as the embedded engine counts them. DynamoDB Local counts others, which is not by the documented rules. */
const unitsWritten = (calls: DynamoDbCall[]) =>
  calls
    .filter(({ operation, status }) => /^(Put|Update|Delete|Transact)/.test(operation) && status === 200)
    .flatMap(({ output }) => [output['ConsumedCapacity']].flat() as { CapacityUnits: number }[])
    .reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
const isDocumented = process.env['DYNAMODB_ENDPOINT'] === undefined;
const body = JSON.parse(readFileSync(new URL('../data/customer.json', import.meta.url), 'utf8')) as object;

const eligible = testStack('vng');
const WAYS: [name: string, portal: typeof eligible, email: string, reads: number][] = [
  ['', portal, portal.partner.at('cost'), 1],
  ['under an address with a tag, ', portal, portal.partner.at('tagged+cost'), 2],
  ['under rules for accounts, ', eligible, eligible.partner.at('cost'), 2],
];

describe.each(WAYS)('registering a customer %swith every field of seed 003', (_, at, email, people) => {
  const register = async () => {
    if (at === eligible) await at.request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: ELIGIBLE });
    const answer = await at.request('POST', '/v1/customers', { as: at.partner.owner, body: { ...body, email } });
    expect(answer).toMatchObject({ status: 201 });
  };

  test('is three reads, the reservation of an invitation, and one transaction: at most 16 write units with all indexes', async () => {
    const calls = await callsOf('createCustomer', register, at);
    const operations = calls.map(({ operation }) => operation);
    // The partner and the people behind the address are read at the same time.
    expect(operations.slice(0, 3).sort()).toEqual(['BatchGetItem', 'GetItem', 'GetItem']);
    expect(operations.slice(3)).toEqual(['UpdateItem', 'TransactWriteItems']);
    const batch = calls.find(({ operation }) => operation === 'BatchGetItem');
    const [keys] = Object.values(batch?.input['RequestItems'] as Record<string, { Keys: object[] }>);
    expect(keys?.Keys).toHaveLength(people);
    const items = putsOf(calls[4]);
    expect([items.length, othersOf(calls[4])]).toEqual([3, 1]);
    const units = 1 + items.map(newItemWriteUnits).reduce((sum, each) => sum + each) + 2 * othersOf(calls[4]);
    expect(units).toBeLessThanOrEqual(16);
    if (isDocumented) expect(unitsWritten(calls)).toBe(units);
  });
});

test('an Idempotency-Key of a registration costs nothing more: there is room in its items', async () => {
  const again = { ...body, email: portal.partner.at('again') };
  const calls = await callsOf('createCustomer', () =>
    request('POST', '/v1/customers', { as: owner, body: again, key: 'f4b0e3a6-5b0c-4a41-9d8e-0d0f6a3c2b11' }),
  );
  expect(calls.map(({ operation }) => operation)).toHaveLength(5);
  expect(Math.max(...putsOf(calls.at(-1)).map(itemBytes))).toBeLessThanOrEqual(1024);
});

describe('importing customers', () => {
  const rows = Array.from({ length: 20 }, (_, n) => ({ name: 'Row', email: portal.partner.at(`cost-row-${n}`) }));
  const send = () => request('POST', '/v1/customers/batch', { as: owner, body: { customers: rows } });

  test('is a read and a transaction for each new row, and one reservation for all rows', async () => {
    const calls = await callsOf('importCustomers', send);
    const count = (name: string) => calls.filter(({ operation }) => operation === name).length;
    // The caller and the partner, the rows that are known, and the people behind each address.
    expect([count('GetItem'), count('BatchGetItem'), count('TransactWriteItems')]).toEqual([2, 1 + 20, 20]);
    // The reservation, and the note that the partner has a queue of mails.
    expect(count('UpdateItem')).toBeLessThanOrEqual(2);
    const transactions = calls.filter(({ operation }) => operation === 'TransactWriteItems');
    if (isDocumented) for (const each of transactions) expect(unitsWritten([each])).toBeLessThanOrEqual(14);
  });

  test('again writes nothing, and reads one event for each row', async () => {
    const calls = await callsOf('importCustomers', send);
    expect(calls.map(({ operation }) => operation).sort()).toEqual([
      'BatchGetItem',
      'GetItem',
      'GetItem',
      ...rows.map(() => 'Query'),
    ]);
  });
});

test('a resend is three reads, the reservation, and one transaction: at most 20 write units with all indexes', async () => {
  const { id } = await portal.register();
  await endCooldown(portal.stack, id);
  const calls = await callsOf('resendInvite', async () =>
    expect(await request('POST', `/v1/customers/${id}/invite/resend`, { as: owner })).toMatchObject({ status: 200 }),
  );
  const operations = calls.map(({ operation }) => operation).filter((each) => each !== 'UpdateItem');
  expect(operations.sort()).toEqual(['GetItem', 'GetItem', 'GetItem', 'TransactWriteItems']);
  // A reservation may have to ask twice, if another function has reserved in the same minute.
  expect(calls.length - operations.length).toBeLessThanOrEqual(2);
  if (isDocumented) expect(unitsWritten(calls)).toBeLessThanOrEqual(20);
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
    // Notes the partner's queue, once in an hour.
    for (const action of ['suspend', 'activate']) await change(action);
    const [without, withKey] = [await change('suspend'), await change('activate', 'a key')];
    // The third read is of the partner, whose name stands in the mail to the contact.
    for (const calls of [without, withKey])
      expect(operations(calls)).toEqual(['GetItem', 'GetItem', 'GetItem', 'TransactWriteItems']);
    expect(writesOf(without[3])).toEqual(['CUSTOMER', 'EVENT']);
    expect(writesOf(withKey[3])).toEqual(['CUSTOMER', 'EVENT', 'KEY']);
    expect(putsOf(withKey[3]).map(newItemWriteUnits).at(-1)).toBe(2);
    // A repeated request that the decision refuses reads the use of its key, and the events.
    await change('suspend', 'another key');
    expect(operations(await change('suspend', 'another key'))).toEqual([
      'GetItem',
      'GetItem',
      'GetItem',
      'GetItem',
      'Query',
    ]);
  });

  test('reserves no invitation if it repeats the address', async () => {
    const { id, email } = await portal.register();
    const calls = await callsOf('updateCustomer', () =>
      request('PATCH', `/v1/customers/${id}`, { as: owner, body: { email, role: 'Reseller' } }),
    );
    expect(operations(calls)).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
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
