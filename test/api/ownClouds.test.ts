/** A cloud is billed only to the customer that owns it, and its holder controls it. */
import { DeleteCommand, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { seedDemoData } from '../../local/demoData.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { accountCloudKey, grantKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { eventsOf, tableOf } from '../table.ts';

const portal = testStack();
const { partner, request, confirmed } = portal;
const { owner, editor, robot, at } = partner;
const { owner: otherOwner } = portal.otherPartner;

const yesterday = new Date(Date.now() - DAY_MS).toISOString();
let count = 0;

/** Records an existing cloud under an account, on which these people and service accounts have held the linking role since yesterday. */
async function cloudOf(account: string, ...linkers: string[]): Promise<string> {
  const cloudId = `${partner.id}-cloud-${++count}`;
  const path = `/v1/provider/accounts/${account}`;
  const grants = linkers.map((id) => ({
    ...(id.includes('@') ? { email: id } : { clientId: id }),
    roleId: LINKING_ROLE,
    grantedAt: yesterday,
  }));
  const cloud = { name: cloudId, grants, outstandingCharges: false };
  expect(await request('PUT', path, { as: OPERATOR, body: ELIGIBLE })).toMatchObject({ status: 200 });
  expect(await request('PUT', `${path}/clouds/${cloudId}`, { as: OPERATOR, body: cloud })).toMatchObject({
    status: 200,
  });
  return cloudId;
}
const link = ({ id }: CustomerAnswer, cloudId: string, as = owner) =>
  request('POST', `/v1/customers/${id}/clouds/link`, { as, body: { cloudId } });
const bind = ({ id }: CustomerAnswer, cloudId: string, as = owner) =>
  request('POST', `/billing/v1/billingAccounts/${id}/billableObjectBindings`, {
    as,
    body: { billableObject: { id: cloudId, type: 'cloud' } },
  });
const unlink = ({ id }: CustomerAnswer, cloudId: string, as: string) =>
  request('DELETE', `/v1/customers/${id}/clouds/${cloudId}`, { as });

/** The ids of the clouds that a caller finds to link to a customer, from all pages. */
async function linkable({ id }: CustomerAnswer, as = owner, pageSize = 100): Promise<string[]> {
  const ids: string[] = [];
  let token: string | undefined;
  do {
    const path = `/v1/customers/${id}/linkable-clouds?pageSize=${pageSize}${token ? `&pageToken=${token}` : ''}`;
    const { status, body } = await request<{ clouds: { id: string }[]; nextPageToken?: string }>('GET', path, { as });
    expect(status).toBe(200);
    ids.push(...body.clouds.map((cloud) => cloud.id));
    token = body.nextPageToken;
  } while (token);
  return ids;
}
/** Grants a role on a customer's subaccount, or revokes it. */
async function changeAccess({ id }: CustomerAnswer, as: string, to: string, action = 'ADD'): Promise<void> {
  const deltas = [{ action, roleId: 'billing.accounts.editor', subject: { type: 'USER', id: to } }];
  expect(await request('PATCH', `/v1/customers/${id}/access`, { as, body: { deltas } })).toMatchObject({ status: 204 });
}
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

  test('for a customer that its partner serves as a reseller: a cloud of a member of the partner', async () => {
    const served = await request<{ metadata: { customerId: string } }>(
      'POST',
      '/billing/v1/customers:createResellerServedCustomer',
      { as: owner, body: { resellerId: partner.id, name: 'Served', person: {} } },
    );
    const customer = await portal.read(served.body.metadata.customerId);
    const cloudId = await cloudOf(editor, owner);
    const foreign = await cloudOf(otherOwner, owner);
    expect(await linkable(customer, owner)).toContain(cloudId);
    expect(await linkable(customer, owner)).not.toContain(foreign);
    expect(await link(customer, foreign)).toMatchObject(ELSEWHERE);
    expect(await link(customer, cloudId)).toMatchObject({ status: 200 });
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

  test('a cloud that was created before clouds were recorded under accounts is the contact’s, too', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const created = { as: owner, body: { name: 'old-one' } };
    const { body } = await request('POST', `/v1/customers/${customer.id}/clouds`, created);
    const cloudId = String(body['id']);
    for (const Key of [accountCloudKey(cloudId), grantKey(`USER#${contact}`, cloudId)])
      await tableOf(portal.stack).send(new DeleteCommand({ TableName: portal.stack.dynamoDb.tableName, Key }));
    expect(await unlink(customer, cloudId, owner)).toMatchObject({ status: 409, body: { code: 'CLOUD_NOT_LINKED' } });
    expect(await unlink(customer, cloudId, contact)).toMatchObject({ status: 204 });
    // Now it is recorded, and its holder finds it.
    expect(await mine(contact)).toMatchObject([{ id: cloudId, name: 'old-one', billedTo: null, customer: null }]);
    expect(await link(customer, cloudId, contact)).toMatchObject({ status: 200 });
    // The provider may have recorded it before it is unlinked.
    const other = await request('POST', `/v1/customers/${customer.id}/clouds`, {
      as: owner,
      body: { name: 'old-two' },
    });
    const otherId = String(other.body['id']);
    const Key = accountCloudKey(otherId);
    await tableOf(portal.stack).send(new DeleteCommand({ TableName: portal.stack.dynamoDb.tableName, Key }));
    await request('PUT', `/v1/provider/accounts/${contact}`, { as: OPERATOR, body: ELIGIBLE });
    await sync(contact, otherId, {});
    expect(await unlink(customer, otherId, contact)).toMatchObject({ status: 204 });
  });

  test('a cloud that was created here is billed to one customer, whenever the provider records its account', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const create = (id: string, name: string) =>
      request('POST', `/v1/customers/${id}/clouds`, { as: owner, body: { name } });
    const old = String((await create(customer.id, 'old-three')).body['id']);
    const Key = accountCloudKey(old);
    await tableOf(portal.stack).send(new DeleteCommand({ TableName: portal.stack.dynamoDb.tableName, Key }));
    await request('PUT', `/v1/provider/accounts/${contact}`, { as: OPERATOR, body: ELIGIBLE });
    await sync(contact, old, {});
    expect(await mine(contact)).toMatchObject([{ id: old, billedTo: customer.id }]);
    expect(await link(customer, old, contact)).toMatchObject({ status: 409, body: { code: 'ALREADY_LINKED' } });

    const served = async () =>
      (
        await request<{ metadata: { customerId: string } }>(
          'POST',
          '/billing/v1/customers:createResellerServedCustomer',
          { as: owner, body: { resellerId: partner.id, name: 'Served', person: {} } },
        )
      ).body.metadata.customerId;
    const [one, other] = [await served(), await served()];
    const cloudId = String((await create(one, 'served')).body['id']);
    expect(await link(await portal.read(other), cloudId)).toMatchObject({ status: 404 });
    await request('PUT', `/v1/provider/accounts/${editor}`, { as: OPERATOR, body: ELIGIBLE });
    await sync(editor, cloudId, {});
    for (const id of [one, other])
      expect(await link(await portal.read(id), cloudId, editor)).toMatchObject({
        status: 409,
        body: { code: 'ALREADY_LINKED' },
      });
    expect(await unlink(await portal.read(one), cloudId, editor)).toMatchObject({ status: 204 });
  });

  test('a role may have the name of a property that every object has', async () => {
    const account = at('properties');
    const cloudId = await cloudOf(account);
    const subject = { type: 'USER', id: at('helper') };
    for (const roleId of ['toString', 'valueOf'])
      for (const action of ['ADD', 'REMOVE'])
        expect(
          await request('PATCH', `/v1/me/clouds/${cloudId}/access`, {
            as: account,
            body: { deltas: [{ action, roleId, subject }] },
          }),
        ).toMatchObject({ status: 200 });
  });

  test('a cloud that another account paid for is billed to the customer directly after it was linked and unlinked', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const cloudId = await cloudOf(contact, owner);
    const body = { name: cloudId, grants: [], billedTo: 'dn2someotheraccount00', outstandingCharges: true };
    await request('PUT', `/v1/provider/accounts/${contact}/clouds/${cloudId}`, { as: OPERATOR, body });
    expect(await mine(contact)).toMatchObject([{ billedTo: 'dn2someotheraccount00', customer: null }]);
    expect(await link(customer, cloudId, contact)).toMatchObject({ status: 200, body: { warning: {} } });
    expect(await mine(contact)).toMatchObject([{ billedTo: customer.id, customer: { id: customer.id } }]);
    expect(await unlink(customer, cloudId, contact)).toMatchObject({ status: 204 });
    expect(await mine(contact)).toMatchObject([{ billedTo: null, customer: null }]);
  });
});

type MyCloud = { id: string; billedTo: string | null; access: { roleId: string; subject: { id: string } }[] };
async function mine(as: string, pageSize = 100): Promise<MyCloud[]> {
  const clouds: MyCloud[] = [];
  let token: string | undefined;
  do {
    const path = `/v1/me/clouds?pageSize=${pageSize}${token ? `&pageToken=${token}` : ''}`;
    const { status, body } = await request<{ clouds: MyCloud[]; nextPageToken?: string }>('GET', path, { as });
    expect(status).toBe(200);
    clouds.push(...body.clouds);
    token = body.nextPageToken;
  } while (token);
  return clouds;
}

type Type = 'USER' | 'SERVICE_ACCOUNT' | 'PARTNER';
type Change = { roleId?: string; expiresAt?: string; headers?: Record<string, string> };
/** Grants a role on a cloud, or revokes it, as its holder. */
const decide = (
  as: string,
  cloudId: string,
  action: 'ADD' | 'REMOVE',
  [type, id]: [Type, string],
  { roleId = LINKING_ROLE, expiresAt, headers = {} }: Change = {},
) =>
  request('PATCH', `/v1/me/clouds/${cloudId}/access`, {
    as,
    headers,
    body: { deltas: [{ action, roleId, subject: { type, id }, ...(expiresAt !== undefined && { expiresAt }) }] },
  });
const TO_PARTNER: [Type, string] = ['PARTNER', partner.id];
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
/** The provider's directory records a cloud again, with these grants of the linking role. */
async function sync(account: string, cloudId: string, grants: Record<string, string>): Promise<void> {
  const body = {
    name: cloudId,
    grants: Object.entries(grants).map(([email, grantedAt]) => ({ email, roleId: LINKING_ROLE, grantedAt })),
    outstandingCharges: false,
  };
  const path = `/v1/provider/accounts/${account}/clouds/${cloudId}`;
  expect(await request('PUT', path, { as: OPERATOR, body })).toMatchObject({ status: 200 });
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

  test('decides until the provider records a later grant', async () => {
    const holder = at('decides');
    const cloudId = await cloudOf(holder, owner, editor);
    const roles = async () => (await mine(holder))[0]?.access.map(({ subject }) => subject.id);
    await decide(holder, cloudId, 'REMOVE', ['USER', owner]);
    await decide(holder, cloudId, 'ADD', ['USER', partner.viewer]);
    expect(await roles()).toEqual([editor, partner.viewer]);
    await sync(holder, cloudId, { [owner]: yesterday });
    expect(await roles()).toEqual([partner.viewer]);
    const later = new Date(Date.now() + DAY_MS).toISOString();
    await sync(holder, cloudId, { [owner]: later, [partner.viewer]: later });
    expect(await roles()).toEqual([owner, partner.viewer]);
    // From then on the provider's grants apply, and a new decision applies instead of them.
    await sync(holder, cloudId, { [owner]: later });
    expect(await roles()).toEqual([owner]);
    await decide(holder, cloudId, 'REMOVE', ['USER', owner]);
    await sync(holder, cloudId, { [owner]: later });
    expect(await roles()).toEqual([]);
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

  test('decides again what is so already: an older grant that the provider records late does not apply, and nothing is in the history', async () => {
    const customer = await confirmed();
    const contact = customer.email ?? '';
    const cloudId = await cloudOf(contact, editor);
    await link(customer, cloudId, contact);
    const before = (await eventsOf(portal.stack, customer.id)).length;
    expect(await decide(contact, cloudId, 'REMOVE', ['USER', owner])).toMatchObject({ status: 200 });
    expect(await decide(contact, cloudId, 'ADD', ['USER', editor])).toMatchObject({ status: 200 });
    await sync(contact, cloudId, { [owner]: yesterday });
    const [{ access } = { access: [] }] = await mine(contact);
    expect(access).toMatchObject([{ subject: { id: editor } }]);
    expect(await eventsOf(portal.stack, customer.id)).toHaveLength(before);
  });

  test('always unlinks its own cloud, also without a role on the subaccount; the change is in the history', async () => {
    const deputy = at('deputy-who-leaves');
    const customer = await confirmed();
    const contact = customer.email ?? '';
    await changeAccess(customer, contact, deputy);
    const cloudId = await cloudOf(deputy, editor);
    expect(await link(customer, cloudId, deputy)).toMatchObject({ status: 200 });
    await decide(deputy, cloudId, 'REMOVE', ['USER', editor]);
    await changeAccess(customer, owner, deputy, 'REMOVE');
    expect(await unlink(customer, cloudId, at('somebody'))).toMatchObject({ status: 404 });
    expect(await unlink(await confirmed(), cloudId, deputy)).toMatchObject({ status: 404 });
    expect(await unlink(customer, cloudId, deputy)).toMatchObject({ status: 204 });
    expect(await mine(deputy)).toMatchObject([{ id: cloudId, billedTo: null, access: [] }]);
    const events = await eventsOf(portal.stack, customer.id);
    expect(events.slice(-4)).toMatchObject([
      { type: 'CloudLinked' },
      {
        type: 'CloudAccessUpdated',
        actor: `USER#${deputy}`,
        data: { cloudId, name: cloudId, deltas: [{ action: 'REMOVE', roleId: LINKING_ROLE, subject: { id: editor } }] },
      },
      { type: 'AccessUpdated' },
      { type: 'CloudUnlinked' },
    ]);
  });
});

test('of revoking a role and linking with it at once, one is first, and each answer agrees with the outcome', async () => {
  const customer = await confirmed();
  const contact = customer.email ?? '';
  for (let round = 0; round < 4; round++) {
    const cloudId = await cloudOf(contact, owner);
    const [revoked, ...links] = await Promise.all([
      decide(contact, cloudId, 'REMOVE', ['USER', owner]),
      ...[1, 2, 3].map(() => link(customer, cloudId)),
    ]);
    expect(revoked).toMatchObject({ status: 200, body: { access: [] } });
    const linked = links.filter(({ status }) => status === 200).length;
    for (const { status } of links) expect([200, 404, 409]).toContain(status);
    const [cloud] = (await mine(contact)).filter(({ id }) => id === cloudId);
    expect(linked).toBe(cloud?.billedTo === customer.id ? 1 : 0);
    // Afterwards nobody links with the role any more.
    if (linked) await unlink(customer, cloudId, contact);
    expect(await link(customer, cloudId)).toMatchObject({ status: 404 });
  }
});

test('the demo clouds of a table of an earlier version are found by their holder after the next start', async () => {
  const holder = 'mila@bakery.example';
  const before = await mine(holder);
  const lost = before.find(({ id }) => id === 'b1gbakerytest00000000');
  const Key = grantKey(`USER#${holder}`, lost?.id ?? '');
  await tableOf(portal.stack).send(new DeleteCommand({ TableName: portal.stack.dynamoDb.tableName, Key }));
  expect(await mine(holder)).toHaveLength(before.length - 1);
  await seedDemoData(portal.stack);
  const after = await mine(holder);
  expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  // The others are not recorded again: the times of their roles are as before.
  expect(after.filter(({ id }) => id !== lost?.id)).toEqual(before.filter(({ id }) => id !== lost?.id));
});
