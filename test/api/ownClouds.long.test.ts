/** Clouds and their holders in rare cases: records that come late, names, and earlier versions. */
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { seedDemoData } from '../../local/demoData.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { accountCloudKey, grantKey } from '../../shared/table/keys.ts';
import { DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { eventsOf, tableOf } from '../table.ts';
import { cloudsOn } from './cloudsOn.ts';

const portal = testStack();
const { partner, request, confirmed } = portal;
const { yesterday, cloudOf, link, unlink, linkable, changeAccess, mine, decide } = cloudsOn(portal);
const { owner, editor, at } = partner;
const { owner: otherOwner } = portal.otherPartner;

const ELSEWHERE = { status: 409, body: { code: 'CLOUD_ELSEWHERE' } };

describe('only a cloud of the customer is linked:', () => {
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
