/**
 * What one customer costs from its registration to its cloud, counted on the local stack. `bench/measured.json` has the counts, from which
 * `docs/cost.md` follows. `RECORD=1` writes them anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { COST_DOCUMENT, withTables } from '../../bench/costTable.ts';
import measured from '../../bench/measured.json' with { type: 'json' };
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { INDEXES } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';

const RECORDS = process.env['RECORD'] === '1';
/** Few customers show the counts; a record needs more, for the durations. */
const CUSTOMERS = RECORDS ? 40 : 3;
/** The reports of SES on a mail that arrives: Send and Delivery. */
const REPORTS_OF_MAIL = 2;

const portal = testStack();
const { request, partner } = portal;
const details = JSON.parse(readFileSync(new URL('../data/customer.json', import.meta.url), 'utf8')) as object;

/** The requests of one customer's story, and the functions that answer them. The partner looks at its list, and reads the customer twice. */
const VIA_API = {
  getMe: 1,
  listCustomers: 1,
  createCustomer: 1,
  previewInvite: 1,
  acceptInvite: 1,
  getCustomer: 2,
  createCloud: 1,
};

async function story(n: number, times: Map<string, number[]>): Promise<{ id: string; mails: number }> {
  const email = partner.at(`cost-story-${n}`);
  const timed = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const begunAt = performance.now();
    const answer = await work();
    times.set(name, [...(times.get(name) ?? []), performance.now() - begunAt]);
    return answer;
  };
  const as = partner.owner;
  await timed('getMe', () => request('GET', '/v1/me', { as }));
  await timed('listCustomers', () => request('GET', '/v1/customers?pageSize=1', { as }));
  const { body } = await timed('createCustomer', () =>
    request<{ id: string }>('POST', '/v1/customers', { as, body: { ...details, email } }),
  );
  const token = await portal.linkToken(email);
  await portal.stack.idle();
  await timed('previewInvite', () => request('POST', '/v1/invites/preview', { body: { token } }));
  await timed('acceptInvite', () => request('POST', '/v1/invites/accept', { body: { token } }));
  const path = `/v1/customers/${body.id}`;
  for (let reads = 0; reads < VIA_API.getCustomer; reads++)
    await timed('getCustomer', () => request('GET', path, { as }));
  await timed('createCloud', () => request('POST', `${path}/clouds`, { as, body: { name: 'production' } }));
  await portal.stack.idle();
  // The invitation, and the notice to the person who registered the customer.
  const mails = portal.stack.inbox().filter(({ body: { text = '' } }) => text.includes(body.id)).length;
  return { id: body.id, mails };
}

const unitsOf = ({ output }: DynamoDbCall) =>
  ([output['ConsumedCapacity']].flat() as ({ CapacityUnits?: number } | undefined)[]).reduce(
    (units, each) => units + (each?.CapacityUnits ?? 0),
    0,
  );
async function senderHasEnded(): Promise<undefined> {
  while (portal.stack.functionOf('deliverMail').busy) await setTimeout(5);
}
const isWrite = ({ operation }: DynamoDbCall) => /^(Put|Update|Delete|Transact)/.test(operation);
/** The bytes of an item in the table and in each index that holds whole items, about. */
function bytesOf(item: Item): number {
  const copies = Object.values(INDEXES).filter(
    ({ partition, sort, projection }) => projection === 'ALL' && partition in item && sort in item,
  );
  return Buffer.byteLength(JSON.stringify(item)) * (1 + copies.length);
}
const median = (values: number[]) => values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
const tenth = (value: number) => Math.round(value * 10) / 10;

test.skipIf(process.env['DYNAMODB_ENDPOINT'] !== undefined)(
  'a customer costs the units that the document computes with',
  { timeout: 600_000 },
  async () => {
    const times = new Map<string, number[]>();
    // The first one warms the functions up, and makes the items that a partner has once.
    await story(0, new Map());
    const calls: DynamoDbCall[] = [];
    const stop = portal.stack.observe((call) => calls.push(call));
    // A report reaches its function after the mail's sender has ended, as on AWS, where it takes longer. Otherwise their order would
    // decide what the report has to read and write.
    portal.stack.aws.interfere = ({ functionName }) =>
      functionName === 'recordDelivery' ? { before: senderHasEnded } : undefined;
    onTestFinished(() => {
      portal.stack.aws.interfere = () => undefined;
    });
    const told: Awaited<ReturnType<typeof story>>[] = [];
    for (let n = 1; n <= CUSTOMERS; n++) told.push(await story(n, times));
    stop();
    const mails = told.reduce((all, { mails: some }) => all + some, 0) / CUSTOMERS;
    const invocations: Record<string, number> = {
      ...VIA_API,
      deliverMail: mails,
      recordDelivery: mails * REPORTS_OF_MAIL,
    };
    const functions = Object.entries(invocations).map(([name, each]) => {
      const own = calls.filter(({ functionName }) => functionName === name);
      const units = (some: DynamoDbCall[]) => tenth(some.reduce((all, call) => all + unitsOf(call), 0) / CUSTOMERS);
      // A function without a route is measured by its calls: it waits for nothing else here.
      const inCalls = own.reduce((all, { milliseconds }) => all + milliseconds, 0) / CUSTOMERS / each;
      return {
        name,
        invocations: each,
        viaApi: name in VIA_API,
        reads: units(own.filter((call) => !isWrite(call))),
        writes: units(own.filter(isWrite)),
        ms: Math.ceil(times.has(name) ? median(times.get(name) ?? []) : inCalls),
      };
    });
    const stored = (await itemsOf(portal.stack)).filter((item) =>
      told.some(({ id }) => JSON.stringify(item).includes(id)),
    );
    const bytesStored = Math.round(stored.reduce((all, item) => all + bytesOf(item), 0) / CUSTOMERS);

    const path = new URL('../../bench/measured.json', import.meta.url);
    if (RECORDS) {
      writeFileSync(path, `${JSON.stringify({ mails, bytesStored, functions }, null, 2)}\n`);
      return;
    }
    expect(mails).toBe(measured.mails);
    for (const { name, invocations: each, reads, writes } of measured.functions) {
      const now = functions.find((found) => found.name === name);
      expect(now?.invocations, name).toBe(each);
      // A retry of a count, and items of other tests in a list, make small differences.
      expect(Math.abs((now?.writes ?? 0) - writes), `write units of ${name}`).toBeLessThanOrEqual(1 + writes / 10);
      expect(Math.abs((now?.reads ?? 0) - reads), `read units of ${name}`).toBeLessThanOrEqual(1 + reads / 10);
    }
    expect(Math.abs(bytesStored - measured.bytesStored)).toBeLessThan(measured.bytesStored / 5);
  },
);

test('the tables of the document are those that are computed', () => {
  const document = readFileSync(COST_DOCUMENT, 'utf8');
  expect(document).toContain('<!-- computed: cost -->');
  expect(withTables(document)).toBe(document);
});
