/** Refusals because of the account, under the program that has rules for accounts: what a partner learns, how often, and who sees it. */
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import vng from '../../shared/program/presets/vng.json' with { type: 'json' };
import { invitedKey, partnerKey } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { endCooldown, tableOf } from '../table.ts';

const portal = testStack('vng');
const { partner, otherPartner, request } = portal;
const { owner, at } = partner;
const LIMIT = vng.refusedRegistrationsPerDay;

const record = (email: string, fields: Partial<Record<keyof typeof ELIGIBLE, unknown>> = {}) =>
  request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: { ...ELIGIBLE, ...fields } });
const add = (email: string, as = owner, key?: string) =>
  request('POST', '/v1/customers', { as, body: { name: 'Bakery', email }, ...(key !== undefined && { key }) });
/** An account that meets all rules, and whose owner nobody has invited. */
const good = async (mailbox: string, clients = partner): Promise<string> => {
  await record(clients.at(mailbox));
  return clients.at(mailbox);
};
/** The hold of an address, which counts for all partners under this program. */
const holdOf = (email: string) => invitedKey(email, '*');
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

/** Sets how many registrations of a partner were refused on a day. */
const setRefused = (refused: number, on = Date.now(), { id } = partner) =>
  tableOf(portal.stack).send(
    new UpdateCommand({
      TableName: portal.stack.dynamoDb.tableName,
      Key: partnerKey(id),
      UpdateExpression: 'SET refused = :refused, refusedOn = :on',
      ExpressionAttributeValues: { ':refused': refused, ':on': dayOf(on) },
    }),
  );
/** The items of a partner: itself, and its events. */
async function itemsOfPartner({ id } = partner): Promise<{ item: Item | undefined; events: Item[] }> {
  const { Items = [] } = await tableOf(portal.stack).send(
    new QueryCommand({
      TableName: portal.stack.dynamoDb.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': partnerKey(id).pk },
    }),
  );
  return {
    item: Items.find(({ sk }) => sk === 'PARTNER') as Item | undefined,
    events: Items.filter(({ sk, type }) => String(sk).startsWith('EVENT#') && type === 'RegistrationRefused') as Item[],
  };
}

/** All ways to register an address or to invite another one, each with the answer to a refusal. */
const WAYS: [string, (email: string) => Promise<{ status: number; code: string; said: unknown }>][] = [
  [
    'createCustomer',
    async (email) => {
      const { status, body } = await add(email);
      return { status, code: String(body['code']), said: body };
    },
  ],
  [
    'a row of a batch',
    async (email) => {
      const { body } = await request('POST', '/v1/customers/batch', {
        as: owner,
        body: { customers: [{ name: 'Bakery', email }] },
      });
      const [{ problem = {} } = {}] = body['results'] as { problem?: Record<string, unknown> }[];
      return { status: Number(problem['status']), code: String(problem['code']), said: problem };
    },
  ],
  [
    'the Billing API',
    async (email) => {
      const body = { resellerId: partner.id, name: 'Bakery', invitationEmail: email, person: {} };
      const answer = await request('POST', '/billing/v1/customers:invite', { as: owner, body });
      const details = answer.body['details'] as Record<string, unknown>[] | undefined;
      const code = String(details?.find(({ reason }) => reason !== undefined)?.['reason']);
      return { status: answer.status, code, said: answer.body };
    },
  ],
  [
    'a change of the email',
    async (email) => {
      const { status, body } = await request('PATCH', `/v1/customers/${await invited()}`, {
        as: owner,
        body: { email },
      });
      return { status, code: String(body['code']), said: body };
    },
  ],
];

/** An answer without the id of its request, and without the seconds that are left of the day. */
const words = (said: unknown): string =>
  JSON.stringify(said, (field, value) => (['requestId', 'retryAfterSeconds'].includes(field) ? undefined : value));

let customer: Promise<string> | undefined;
/** A customer that has not confirmed. */
function invited(): Promise<string> {
  customer ??= good('changing').then(async (email) => String((await add(email)).body['id']));
  return customer;
}

describe('an account that is not available', () => {
  /** Accounts of another partner: in each state that its customer can have. */
  async function taken(): Promise<string[]> {
    const { owner: theirs } = otherPartner;
    const [waiting, confirmed] = await Promise.all(
      ['waiting', 'confirmed'].map((mailbox) => good(mailbox, otherPartner)),
    );
    for (const email of [waiting, confirmed]) {
      const { status, body } = await request<CustomerAnswer>('POST', '/v1/customers', {
        as: theirs,
        body: { name: 'Theirs', email },
      });
      expect(status).toBe(201);
      if (email === confirmed) await request('POST', `/v1/customers/${body.id}/invite/accept`, { as: email });
    }
    return [waiting ?? '', confirmed ?? ''];
  }

  test('is refused with the same code and words, whatever another partner has to do with it', async () => {
    const accounts = await taken();
    for (const [way, refusal] of WAYS) {
      const said = [];
      for (const email of accounts) {
        const answer = await refusal(email);
        expect([way, answer.code]).toEqual([way, 'ACCOUNT_NOT_AVAILABLE']);
        said.push(words(answer.said));
      }
      expect(new Set(said).size, way).toBe(1);
      expect(said.join()).not.toMatch(/another partner|short (while|time) ago/);
    }
  });

  test('is available as soon as another partner has withdrawn its invitation', async () => {
    const email = await good('withdrawn', otherPartner);
    const { body } = await add(email, otherPartner.owner);
    await request('DELETE', `/v1/customers/${body['id']}`, { as: otherPartner.owner });
    expect(await add(email)).toMatchObject({ status: 201 });
  });

  test('is not what a partner is told of its own customer', async () => {
    const email = await good('own');
    const { body } = await add(email);
    // A mail that has not left when the customer is deleted is dropped, and starts no pause.
    await portal.mailsTo(email);
    const { events } = await itemsOfPartner();
    expect(await add(email)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
    await request('DELETE', `/v1/customers/${body['id']}`, { as: owner });
    expect(await add(email)).toMatchObject({ status: 429, body: { code: 'RESEND_TOO_SOON' } });
    // The partner knew both before: they are no refusals that count.
    expect((await itemsOfPartner()).events).toHaveLength(events.length);
  });

  test('is refused by a hold of the previous version, which names no partner', async () => {
    const email = await good('older');
    const { body } = await add(email, otherPartner.owner);
    const { Items = [] } = await tableOf(portal.stack).send(
      new QueryCommand({
        TableName: portal.stack.dynamoDb.tableName,
        KeyConditionExpression: 'pk = :pk AND sk = :sk',
        ExpressionAttributeValues: { ':pk': holdOf(email).pk, ':sk': holdOf(email).sk },
      }),
    );
    expect(Items).toMatchObject([{ customerId: body['id'], partnerId: otherPartner.id }]);
    await tableOf(portal.stack).send(
      new UpdateCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Key: holdOf(email),
        UpdateExpression: 'REMOVE partnerId',
      }),
    );
    expect(await add(email)).toMatchObject({ body: { code: 'ACCOUNT_NOT_AVAILABLE' } });
  });
});

describe('a refused registration', () => {
  test.each(WAYS)('through %s is counted, and stands in the log of the partner', async (way, refusal) => {
    await setRefused(7, Date.now() - DAY_MS);
    const email = at(`refused-${WAYS.findIndex(([name]) => name === way)}`);
    await record(email, { discounts: true });
    await invited();
    const before = (await itemsOfPartner()).events.length;
    expect(await refusal(email)).toMatchObject({ code: 'ACCOUNT_HAS_DISCOUNTS' });
    const { item, events } = await itemsOfPartner();
    expect(item).toMatchObject({ refused: 1, refusedOn: dayOf(Date.now()), name: partner.name });
    expect(events).toHaveLength(before + 1);
    const event = events.find(({ data }) => (data as { email: string }).email === email);
    expect(event).toMatchObject({ actor: `USER#${owner}`, data: { email, code: 'ACCOUNT_HAS_DISCOUNTS' } });
    expect(String(event?.['sk'])).toMatch(new RegExp(`^EVENT#${event?.['at']}#`));
    expect(await refusal(email)).toMatchObject({ code: 'ACCOUNT_HAS_DISCOUNTS' });
    expect((await itemsOfPartner()).item).toMatchObject({ refused: 2 });
  });

  test.each(WAYS)('through %s tells nothing once the limit of the day is reached', async (_, refusal) => {
    const id = await invited();
    await record(at('refused'), { poc: true });
    const fine = await good('fine');
    await setRefused(LIMIT);
    const before = (await itemsOfPartner()).events.length;
    const answers = [];
    for (const email of [at('refused'), at('unknown'), fine]) answers.push(await refusal(email));
    for (const { code, status } of answers) expect([code, status]).toEqual(['REFUSAL_LIMIT', 429]);
    expect(new Set(answers.map(({ said }) => words(said))).size).toBe(1);
    expect((await itemsOfPartner()).events).toHaveLength(before);
    expect((await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner })).body.email).toBe(
      at('changing'),
    );
  });

  test.each(WAYS)('through %s tells nothing about the account of a member, and is not counted', async (_, refusal) => {
    await setRefused(7, Date.now() - DAY_MS);
    await invited();
    const { events } = await itemsOfPartner();
    await record(partner.viewer, { discounts: true });
    for (const email of [partner.viewer, partner.editor])
      expect(await refusal(email)).toMatchObject({ code: 'EMAIL_OF_MEMBER' });
    expect((await itemsOfPartner()).events).toHaveLength(events.length);
  });

  test('of an address whose invitation has expired is counted when the invitation is sent again', async () => {
    await setRefused(7, Date.now() - DAY_MS);
    const [taken, free] = [await good('expired-taken'), await good('expired-free')];
    const [first, second] = [await add(taken), await add(free)];
    for (const { body } of [first, second]) {
      await portal.letExpire(String(body['id']));
      await endCooldown(portal.stack, String(body['id']));
    }
    expect(await add(taken, otherPartner.owner)).toMatchObject({ status: 201 });
    const resend = ({ body }: Answer) => request('POST', `/v1/customers/${body['id']}/invite/resend`, { as: owner });
    const before = (await itemsOfPartner()).events.length;
    expect(await resend(first)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_NOT_AVAILABLE' } });
    const { item, events } = await itemsOfPartner();
    expect(item).toMatchObject({ refused: 1 });
    expect(events).toHaveLength(before + 1);
    expect(events.map(({ data }) => data)).toContainEqual({ email: taken, code: 'ACCOUNT_NOT_AVAILABLE' });
    await setRefused(LIMIT);
    for (const each of [first, second])
      expect(await resend(each)).toMatchObject({ status: 429, body: { code: 'REFUSAL_LIMIT' } });
    await setRefused(LIMIT - 1);
    expect(await resend(second)).toMatchObject({ status: 200 });
  });

  test('of the next day is told again, and the limit of one partner is not another’s', async () => {
    await setRefused(LIMIT);
    const limited = await add(at('nobody'));
    expect(limited).toMatchObject({ status: 429, body: { code: 'REFUSAL_LIMIT' } });
    const goOn = Date.now() + Number(limited.headers.get('retry-after')) * 1000;
    expect(Math.abs(goOn - Date.parse(`${dayOf(Date.now() + DAY_MS)}T00:00:00Z`))).toBeLessThan(60_000);
    expect(await add(at('nobody'), otherPartner.owner)).toMatchObject({ body: { code: 'ACCOUNT_NOT_REGISTERED' } });
    await setRefused(LIMIT, Date.now() - DAY_MS);
    expect(await add(at('nobody'))).toMatchObject({ body: { code: 'ACCOUNT_NOT_REGISTERED' } });
  });

  test('does not keep a repeated request from its first answer', async () => {
    await setRefused(0);
    const email = await good('repeated');
    const first = await add(email, owner, 'once');
    expect(first).toMatchObject({ status: 201 });
    await record(email, { poc: true });
    expect(await add(email, owner, 'once')).toMatchObject({ status: 201, body: first.body });
    expect((await itemsOfPartner()).item).toMatchObject({ refused: 0 });
    await setRefused(LIMIT);
    expect(await add(email, owner, 'once')).toMatchObject({ status: 201, body: first.body });
  });

  test('is told no more often than the limit allows, however many requests are under way', async () => {
    await setRefused(LIMIT - 5);
    const before = (await itemsOfPartner()).events.length;
    const addresses = Array.from({ length: 20 }, (_, i) => at(`at-once-${i}`));
    const batch = request('POST', '/v1/customers/batch', {
      as: owner,
      body: { customers: addresses.slice(10).map((email) => ({ name: 'Bakery', email })) },
    });
    const alone = await Promise.all(addresses.slice(0, 10).map((email) => add(email)));
    const rows = ((await batch).body['results'] as { problem: { code: string } }[]).map(({ problem }) => problem.code);
    const codes = [...alone.map(({ body }: Answer) => body['code']), ...rows];
    expect(codes.filter((code) => code === 'ACCOUNT_NOT_REGISTERED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'REFUSAL_LIMIT')).toHaveLength(15);
    const { item, events } = await itemsOfPartner();
    expect(item).toMatchObject({ refused: LIMIT });
    expect(events).toHaveLength(before + 5);
  });
});
