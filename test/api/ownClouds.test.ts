/** A cloud is billed only to the customer that owns it, and its holder controls it. */
import { GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { accountCloudKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { tableOf } from '../table.ts';
import { cloudsOn } from './cloudsOn.ts';

const portal = testStack();
const { partner, request, confirmed } = portal;
const { yesterday, cloudOf, link, unlink, linkable, changeAccess, mine, decide, TO_PARTNER } = cloudsOn(portal);
const { owner, editor, robot, at } = partner;

const bind = ({ id }: CustomerAnswer, cloudId: string, as = owner) =>
  request('POST', `/billing/v1/billingAccounts/${id}/billableObjectBindings`, {
    as,
    body: { billableObject: { id: cloudId, type: 'cloud' } },
  });

const ELSEWHERE = { status: 409, body: { code: 'CLOUD_ELSEWHERE' } };

describe('only a cloud of the customer is linked:', () => {
  test('a cloud of another customer is neither listed nor linked, whatever role the caller has on it', async () => {
    const [bakery, workshop] = [await confirmed(), await confirmed()];
    const cloudId = await cloudOf(bakery.email ?? '', owner, robot);
    for (const as of [owner, robot]) {
      expect(await linkable(workshop, as)).not.toContain(cloudId);
      expect(await linkable(bakery, as, 1)).toContain(cloudId);
      expect(await link(workshop, cloudId, as)).toMatchObject(ELSEWHERE);
      expect(await bind(workshop, cloudId, as)).toMatchObject({ status: 400, body: { code: 9 } });
    }
    expect((await portal.read(workshop.id)).clouds).toBe(0);
    // A caller without a role on the cloud does not learn that it exists.
    expect(await link(workshop, cloudId, editor)).toMatchObject({ status: 404, body: { code: 'CLOUD_NOT_FOUND' } });
    expect(await link(bakery, cloudId)).toMatchObject({ status: 200, body: { billingAccountId: bakery.id } });
  });

  test('the contact finds and links a cloud of its own, on which nobody has given it a role', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const cloudId = await cloudOf(contact);
    expect(await linkable(customer, contact)).toEqual([cloudId]);
    expect(await linkable(customer)).not.toContain(cloudId);
    expect(await link(customer, cloudId)).toMatchObject({ status: 404 });
    expect(await link(customer, cloudId, contact)).toMatchObject({ status: 200 });
  });

  test('a cloud of a person whom the partner made an administrator is not the customer’s', async () => {
    const chief = at('chief');
    const customer = await confirmed({ adminEmails: [chief] });
    const cloudId = await cloudOf(chief, owner);
    const named = at('named-by-partner');
    await changeAccess(customer, owner, named);
    const theirs = await cloudOf(named, owner);
    for (const [account, own] of [
      [chief, cloudId],
      [named, theirs],
    ] as const) {
      for (const as of [account, owner]) expect(await link(customer, own, as)).toMatchObject(ELSEWHERE);
      expect(await linkable(customer, account)).toEqual([]);
    }
  });

  test('a person to whom the customer’s side gave a role links a cloud of their own, until the role is revoked', async () => {
    const [deputy, helper] = [at('deputy'), at('helper')];
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const clouds = [await cloudOf(deputy, owner), await cloudOf(helper), await cloudOf(helper)];
    await changeAccess(customer, owner, helper);
    const deltas = [{ action: 'ADD', roleId: 'billing.accounts.admin', subject: { type: 'USER', id: deputy } }];
    const given = await request('PATCH', `/v1/customers/${customer.id}/access`, { as: contact, body: { deltas } });
    expect(given.status).toBe(204);
    expect(await linkable(customer, deputy)).toEqual([clouds[0]]);
    // For the partner's owner, the cloud of the deputy is the deputy's.
    expect(await link(customer, clouds[0] ?? '')).toMatchObject(ELSEWHERE);
    expect(await link(customer, clouds[0] ?? '', deputy)).toMatchObject({ status: 200 });
    expect(await link(customer, clouds[1] ?? '', helper)).toMatchObject(ELSEWHERE);
    // The partner takes its role back, and the deputy gives one.
    await changeAccess(customer, owner, helper, 'REMOVE');
    await changeAccess(customer, deputy, helper);
    expect(await link(customer, clouds[1] ?? '', helper)).toMatchObject({ status: 200 });
    await changeAccess(customer, contact, helper, 'REMOVE');
    await changeAccess(customer, owner, helper);
    expect(await link(customer, clouds[2] ?? '', helper)).toMatchObject(ELSEWHERE);
  });

  test('a created cloud is recorded under the account of the contact, who alone can unlink it', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const create = () =>
      request('POST', `/v1/customers/${customer.id}/clouds`, {
        as: owner,
        key: 'created',
        body: { name: 'made-here' },
      });
    const cloudId = String((await create()).body['id']);
    expect(await mine(contact)).toMatchObject([
      { id: cloudId, name: 'made-here', billedTo: customer.id, customer: { id: customer.id }, access: [] },
    ]);
    expect(await unlink(customer, cloudId, owner)).toMatchObject({ status: 409, body: { code: 'CLOUD_NOT_LINKED' } });
    expect(await unlink(customer, cloudId, contact)).toMatchObject({ status: 204 });
    expect(await mine(contact)).toMatchObject([{ id: cloudId, billedTo: null, customer: null }]);
    expect((await portal.read(customer.id)).clouds).toBe(0);
    // Its name is still taken in the organization.
    const again = { as: owner, body: { name: 'made-here' } };
    expect(await request('POST', `/v1/customers/${customer.id}/clouds`, again)).toMatchObject({ status: 409 });
    expect(await link(customer, cloudId, contact)).toMatchObject({ status: 200, body: { origin: 'LINKED' } });
  });
});

/** Makes the decisions about a cloud older, as time would. */
async function age(cloudId: string): Promise<void> {
  const Key = accountCloudKey(cloudId);
  const TableName = portal.stack.dynamoDb.tableName;
  const { Item } = await tableOf(portal.stack).send(new GetCommand({ TableName, Key }));
  const text = JSON.stringify(Item?.['decisions']).replaceAll(/"(at|grantedAt)":"[^"]*"/g, `"$1":"${yesterday}"`);
  await tableOf(portal.stack).send(
    new UpdateCommand({
      TableName,
      Key,
      UpdateExpression: 'SET decisions = :decisions',
      ExpressionAttributeValues: { ':decisions': JSON.parse(text) },
    }),
  );
}

describe('the holder of a cloud', () => {
  test('lists its own clouds, page by page, with the roles of others; nobody else finds them', async () => {
    const holder = at('holder');
    const ids = [await cloudOf(holder, owner, robot), await cloudOf(holder), await cloudOf(holder, holder)];
    await cloudOf(at('another'), holder);
    for (const pageSize of [1, 100]) expect((await mine(holder, pageSize)).map(({ id }) => id)).toEqual(ids);
    expect((await mine(holder))[0]).toEqual({
      id: ids[0],
      name: ids[0],
      billedTo: null,
      customer: null,
      access: [
        { roleId: LINKING_ROLE, subject: { id: robot, type: 'SERVICE_ACCOUNT' }, grantedAt: yesterday },
        { roleId: LINKING_ROLE, subject: { id: owner, type: 'USER' }, grantedAt: yesterday },
      ],
    });
    expect((await mine(holder))[2]?.access).toEqual([]);
    for (const as of [owner, robot, OPERATOR]) {
      expect((await mine(as)).map(({ id }) => id)).not.toContain(ids[0]);
      const refused = { status: 404, body: { code: 'CLOUD_NOT_FOUND' } };
      expect(await request('GET', `/v1/me/clouds/${ids[0]}/access`, { as })).toMatchObject(refused);
      expect(await decide(as, ids[0] ?? '', 'ADD', ['USER', owner])).toMatchObject(refused);
    }
  });

  test('lets a partner link its clouds, and prevents it by revoking the role (seed 002)', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const [first, second] = [await cloudOf(contact), await cloudOf(contact)];
    expect(await link(customer, first)).toMatchObject({ status: 404 });
    expect(await decide(contact, first, 'ADD', TO_PARTNER)).toMatchObject({
      status: 200,
      body: { access: [{ roleId: LINKING_ROLE, subject: { id: partner.id, type: 'PARTNER' } }] },
    });
    await decide(contact, second, 'ADD', TO_PARTNER);
    expect(await link(customer, first)).toMatchObject({ status: 409, body: { code: 'ROLE_TOO_RECENT' } });
    for (const each of [first, second]) await age(each);
    for (const as of [owner, editor, robot]) expect(await linkable(customer, as, 1)).toEqual([first, second]);
    // The roles of a viewer don't allow linking.
    expect(await link(customer, first, partner.viewer)).toMatchObject({ status: 403 });
    expect(await link(customer, first, editor)).toMatchObject({ status: 200 });
    expect(await decide(contact, second, 'REMOVE', TO_PARTNER)).toMatchObject({ status: 200, body: { access: [] } });
    expect(await link(customer, second)).toMatchObject({ status: 404 });
    expect(await linkable(customer)).toEqual([first]);
  });

  test('grants a role until a moment; after it, nobody has the role', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const cloudId = await cloudOf(contact, owner);
    const tomorrow = new Date(Date.now() + DAY_MS).toISOString();
    const granted = await decide(contact, cloudId, 'ADD', ['USER', owner], { expiresAt: tomorrow });
    // The role is as old as before.
    expect(granted.body['access']).toMatchObject([{ grantedAt: yesterday, expiresAt: tomorrow }]);
    expect(await linkable(customer)).toEqual([cloudId]);
    for (const [action, expiresAt] of [
      ['ADD', yesterday],
      ['REMOVE', tomorrow],
    ] as const)
      expect(await decide(contact, cloudId, action, ['USER', owner], { expiresAt })).toMatchObject({
        status: 400,
        body: { errors: [{ path: 'deltas.0.expiresAt' }] },
      });
    await tableOf(portal.stack).send(
      new UpdateCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Key: accountCloudKey(cloudId),
        UpdateExpression: 'SET decisions.#subject.#role.expiresAt = :past',
        ExpressionAttributeNames: { '#subject': `USER#${owner}`, '#role': LINKING_ROLE },
        ExpressionAttributeValues: { ':past': yesterday },
      }),
    );
    expect(await linkable(customer)).toEqual([]);
    expect(await link(customer, cloudId)).toMatchObject({ status: 404 });
    expect((await mine(contact))[0]?.access).toEqual([]);
  });

  test('is refused if the cloud has changed since it was read, and about the holder’s own roles', async () => {
    const holder = at('careful');
    const cloudId = await cloudOf(holder, owner);
    const read = await request('GET', `/v1/me/clouds/${cloudId}/access`, { as: holder });
    const tag = read.headers.get('etag') ?? '';
    const revoked = await decide(holder, cloudId, 'REMOVE', ['USER', owner], { headers: { 'if-match': tag } });
    expect(revoked).toMatchObject({ status: 200 });
    const stale = await decide(holder, cloudId, 'ADD', ['USER', owner], { headers: { 'if-match': tag } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'STALE_VERSION' } });
    for (const action of ['ADD', 'REMOVE'] as const)
      expect(await decide(holder, cloudId, action, ['USER', holder])).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED', errors: [{ path: 'deltas.0.subject.id' }] },
      });
  });
});
