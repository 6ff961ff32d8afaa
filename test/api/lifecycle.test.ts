/** Effects of time on invitations and customers: cooldown and limit, expiry, removal, and late repetitions. */
import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { customerKey, eventKey, invitedKey, type Key, partnerKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, ownStack } from '../stack.ts';
import { itemsOf, tableOf } from '../table.ts';

const portal = ownStack();
const { owner, at } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, mailsTo, linkToken, letExpire } = portal;

const add = (email: string | null, as = owner, key?: string) =>
  request<CustomerAnswer>('POST', '/v1/customers', { as, body: { name: 'Again', email }, ...(key && { key }) });
const resend = (id: string) => request<CustomerAnswer>('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
const remove = (id: string) => request('DELETE', `/v1/customers/${id}`, { as: owner });
const changeEmail = (id: string, email: string | null) =>
  request('PATCH', `/v1/customers/${id}`, { as: owner, body: { email } });
const get = (id: string) => request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner });
const TOO_SOON = { status: 429, body: { code: 'RESEND_TOO_SOON' } };

async function set(key: Key, attributes: Record<string, unknown>): Promise<void> {
  const names = Object.keys(attributes);
  await tableOf(portal.stack).send(
    new UpdateCommand({
      TableName: portal.stack.dynamoDb.tableName,
      Key: key,
      UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
    }),
  );
}
const past = (milliseconds = 1000) => new Date(Date.now() - milliseconds).toISOString();

describe('a recipient gets no second invitation within the cooldown', () => {
  test('even when the customer is deleted and registered again', async () => {
    const { id, email } = await register();
    expect((await remove(id)).status).toBe(204);
    const again = await add(email);
    expect(again).toMatchObject(TOO_SOON);
    const seconds = Number(again.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(60 - 60);
    expect(seconds).toBeLessThanOrEqual(60);
    // Another partner has not invited this address.
    expect(await add(email, otherOwner)).toMatchObject({ status: 201 });
    await set(invitedKey(email ?? '', portal.partner.id), { sparedUntil: past() });
    expect(await add(email)).toMatchObject({ status: 201 });
  });

  test('even when the address is changed back and forth', async () => {
    const { id, email } = await register();
    expect(await changeEmail(id, `other-${email}`)).toMatchObject({ status: 200 });
    expect(await changeEmail(id, email)).toMatchObject(TOO_SOON);
    expect(await add(email)).toMatchObject(TOO_SOON);
    expect((await get(id)).body).toMatchObject({ email: `other-${email}` });
    expect(await mailsTo(`other-${email}`)).toHaveLength(1);
  });

  test('but a recipient who has declined can be invited again', async () => {
    const { email } = await register();
    await request('POST', '/v1/invites/decline', { body: { token: await linkToken(email ?? '') } });
    expect(await add(email)).toMatchObject({ status: 201 });
  });

  test('and does not see the withdrawn invitation among its own', async () => {
    const { id, email } = await register();
    await remove(id);
    expect(await request('GET', '/v1/me/customers', { as: email ?? '' })).toMatchObject({ body: { customers: [] } });
  });
});

describe('the daily limit of a partner’s invitations', () => {
  const partner = partnerKey(portal.otherPartner.id);
  const isPartner = ({ pk, sk }: Key) => pk === partner.pk && sk === partner.sk;
  const today = () => new Date().toISOString().slice(0, 10);
  const body = { name: 'Many', email: at('many') };

  test('counts invitations as they are sent', async () => {
    await set(partner, { invitedOn: '2020-01-01', invited: 7 });
    const customers = await Promise.all(Array.from({ length: 20 }, () => register({}, otherOwner)));
    for (const { email } of customers) await mailsTo(email ?? '');
    await expect
      .poll(async () => (await itemsOf(portal.stack)).find(isPartner))
      .toMatchObject({ invitedOn: today(), invited: 20 });
  });

  test('refuses registration, resend and batch alike, with the time when the partner can go on', async () => {
    const first = await add(at('before'), otherOwner, 'before');
    await mailsTo(at('before'));
    await set(partner, { invitedOn: today(), invited: yandex.invitationsPerDay });
    const refused = await add(at('many'), otherOwner);
    expect(refused).toMatchObject({ status: 429, body: { code: 'INVITATION_LIMIT' } });
    expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(24 * 60 * 60);
    // A repetition of a registration from before the limit gets the first answer.
    expect((await add(at('before'), otherOwner, 'before')).body).toEqual(first.body);

    await set(partner, { invitedOn: today(), invited: yandex.invitationsPerDay - 1 });
    const batch = await request('POST', '/v1/customers/batch', {
      as: otherOwner,
      body: { customers: [{ ...body, email: at('before') }, body, { ...body, email: at('more') }] },
    });
    // A refused row gives its invitation back to the next one.
    expect(batch.body['results']).toMatchObject([
      { problem: { code: 'CUSTOMER_EXISTS' } },
      { customer: { email: at('many') } },
      { problem: { status: 429, code: 'INVITATION_LIMIT', retryAfterSeconds: expect.any(Number) } },
    ]);
    await set(partner, { invitedOn: past(DAY_MS).slice(0, 10) });
    expect(await add(at('tomorrow'), otherOwner)).toMatchObject({ status: 201 });
    // Wait until these are counted, so that the next test counts its own alone.
    for (const email of [at('many'), at('tomorrow')]) await mailsTo(email);
  });

  test('is reached by sending: simultaneous registrations all succeed, and later ones are told when to go on', async () => {
    await set(partner, { invitedOn: today(), invited: yandex.invitationsPerDay - 20 });
    const twenty = Array.from({ length: 20 }, (_, i) => at(`limit-${i}`));
    const sent = await Promise.all(twenty.map((email) => add(email, otherOwner)));
    expect(sent.map(({ status }) => status)).toEqual(twenty.map(() => 201));
    for (const email of twenty) await mailsTo(email);
    await expect
      .poll(async () => (await itemsOf(portal.stack)).find(isPartner)?.['invited'])
      .toBe(yandex.invitationsPerDay);
    const midnight = new Date();
    midnight.setUTCHours(24, 0, 0, 0);
    const late = await Promise.all(twenty.map((email) => add(`late-${email}`, otherOwner)));
    for (const { status, body, headers } of late) {
      expect([status, body]).toMatchObject([429, { code: 'INVITATION_LIMIT' }]);
      const goOn = Date.now() + Number(headers.get('retry-after')) * 1000;
      expect(Math.abs(goOn - midnight.getTime())).toBeLessThan(60_000);
    }
    // Another partner has a count of its own.
    expect(await add(at('late-elsewhere'))).toMatchObject({ status: 201 });
  });

  test('keeps its count when the provider records the partner again', async () => {
    await set(partner, { invitedOn: today(), invited: yandex.invitationsPerDay });
    await request('PUT', `/v1/provider/partners/${portal.otherPartner.id}`, {
      as: OPERATOR,
      body: { name: 'Renamed', paid: true },
    });
    expect(await add(at('still'), otherOwner)).toMatchObject({ status: 429 });
  });
});

describe('an invitation that has expired', () => {
  test('is opened again by a resend, if no other customer has the address by then', async () => {
    const { id, email } = await register();
    await letExpire(id);
    await portal.stack.runExpire();
    const next = await add(email);
    expect(next).toMatchObject({ status: 201 });
    expect(await resend(id)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
    await request('POST', `/v1/customers/${next.body.id}/invite/decline`, { as: email ?? '' });
    expect(await resend(id)).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED' } });
    expect(await resend(id)).toMatchObject(TOO_SOON);
  });

  test('holds its address again after a resend, although the cleanup has not run', async () => {
    const { id, email } = await register();
    await letExpire(id);
    expect(await resend(id)).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED' } });
    expect(await add(email)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
  });
});

describe('removal', () => {
  const SECRETS = [
    'Tidewater',
    'Ms Ebb',
    '+44 20 7946 0123',
    'ebb@tidewater.example',
    'chief@tidewater.example',
    '7809876543',
  ];
  const DETAILS = {
    name: 'Tidewater',
    person: { name: 'Ms Ebb', phone: '+44 20 7946 0123', tin: '7809876543' },
    adminEmails: ['chief@tidewater.example'],
  };
  const stored = async () => JSON.stringify(await itemsOf(portal.stack));
  const eventRows = async (id: string) =>
    (await itemsOf(portal.stack)).filter(({ pk, sk }) => pk === customerKey(id).pk && sk !== customerKey(id).sk).length;

  test('leaves a tombstone and no personal data, even if interrupted; a late repetition can’t bring the customer back', async () => {
    const body = { ...DETAILS, email: 'ebb@tidewater.example' };
    const post = () => request<CustomerAnswer>('POST', '/v1/customers', { as: owner, key: 'ebb', body });
    const { id } = (await post()).body;
    await mailsTo('ebb@tidewater.example');
    const registered = await stored();
    for (const secret of SECRETS) expect(registered).toContain(secret);
    await longHistory(id);
    expect((await remove(id)).status).toBe(204);
    expect(await get(id)).toMatchObject({ status: 404 });
    expect(await post()).toMatchObject({ status: 409, body: { code: 'CUSTOMER_DELETED' } });

    const before = await eventRows(id);
    const stop = portal.stack.observe(({ functionName, operation }) => {
      if (functionName === 'expireUnconfirmed' && operation === 'TransactWriteItems') {
        stop();
        void portal.stack.coldStart('expireUnconfirmed');
      }
    });
    await expect(portal.stack.runExpire()).rejects.toThrow();
    const halfway = await eventRows(id);
    expect(halfway).toBeLessThan(before);
    expect(halfway).toBeGreaterThan(0);

    await portal.stack.runExpire();
    const rest = (await itemsOf(portal.stack)).filter(({ pk }) => pk === customerKey(id).pk);
    expect(rest).toEqual([{ ...customerKey(id), removedAt: expect.any(String), ttl: expect.any(Number) }]);
    const days = (Number(rest[0]?.['ttl']) * 1000 - Date.now()) / DAY_MS;
    expect(Math.round(days)).toBe(yandex.retentionDays);
    const left = await stored();
    for (const secret of SECRETS) expect(left).not.toContain(secret);
    expect(await post()).toMatchObject({ status: 409, body: { code: 'CUSTOMER_DELETED' } });
  });

  test('happens automatically to an expired customer, after the retention period', async () => {
    const { id, email } = await register(DETAILS);
    await letExpire(id);
    await portal.stack.runExpire();
    expect((await get(id)).body).toMatchObject({ status: 'EXPIRED' });
    await set(customerKey(id), { removeAt: past(), dueAt: past() });
    expect(await get(id)).toMatchObject({ status: 404 });
    await portal.stack.runExpire();
    const left = await stored();
    for (const secret of [DETAILS.name, DETAILS.person.name, email ?? '']) expect(left).not.toContain(secret);
  });

  /** As many events as a customer of some years has: one transaction can't remove them all. */
  async function longHistory(id: string): Promise<void> {
    const { tableName } = portal.stack.dynamoDb;
    for (let version = 100; version < 350; version += 25) {
      await tableOf(portal.stack).send(
        new BatchWriteCommand({
          RequestItems: {
            [tableName]: Array.from({ length: 25 }, (_, n) => ({
              PutRequest: { Item: { ...eventKey(id, version + n), type: 'CustomerUpdated', note: 'Ms Ebb' } },
            })),
          },
        }),
      );
    }
  }
});
