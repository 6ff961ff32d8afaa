/** Offboarding: a person or service account that has left a partner holds nothing that was granted before. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { accessKey, type Subject } from '../../shared/table/keys.ts';
import { type CustomerAnswer, testStack } from '../stack.ts';
import { eventsOf, itemsOf, tableOf } from '../table.ts';

const portal = testStack();
const { owner, id: partnerId, staff, at } = portal.partner;
const { request, register, confirmed } = portal;
const role = (name: string) => `billing.accounts.${name}`;

type Delta = { action: 'ADD' | 'REMOVE'; roleId: string; subject: { id: string; type: string } };
const delta = (action: Delta['action'], name: string, id: string): Delta => ({
  action,
  roleId: role(name),
  subject: { id, type: id.includes('@') ? 'USER' : 'SERVICE_ACCOUNT' },
});
const add = (name: string, id: string) => delta('ADD', name, id);
const remove = (name: string, id: string) => delta('REMOVE', name, id);
const update = (id: string, deltas: Delta[], as = owner) =>
  request('PATCH', `/v1/customers/${id}/access`, { as, body: { deltas } });
const grant = async (id: string, name: string, subject: string, as = owner) =>
  expect(await update(id, [add(name, subject)], as)).toMatchObject({ status: 204 });

const join = (id: string, name = 'viewer') => portal.addMember(id, name);
const leave = async (id: string) =>
  expect(await request('DELETE', `/v1/members/${id}`, { as: owner })).toMatchObject({ status: 204 });
const status = async (id: string, as: string) => (await request('GET', `/v1/customers/${id}`, { as })).status;

/** The roles of a subject, as the lists of the API and of the Billing API show them, in pages of different sizes. */
async function listed(id: string, subject: string): Promise<string[]> {
  const roles = async (path: string, pageSize: number): Promise<string[]> => {
    const found: string[] = [];
    let pageToken = '';
    do {
      type Page = { accessBindings?: { roleId: string; subject: { id: string } }[]; nextPageToken?: string };
      const query = `?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`;
      const { body } = await request<Page>('GET', path + query, { as: owner });
      found.push(
        ...(body.accessBindings ?? []).filter((each) => each.subject.id === subject).map(({ roleId }) => roleId),
      );
      pageToken = body.nextPageToken ?? '';
    } while (pageToken);
    return found.filter((roleId) => roleId.startsWith('billing.')).sort();
  };
  const all = await roles(`/v1/customers/${id}/access`, 100);
  expect(await roles(`/v1/customers/${id}/access`, 1)).toEqual(all);
  expect(await roles(`/billing/v1/billingAccounts/${id}:listAccessBindings`, 100)).toEqual(all);
  return all;
}

/** What a person can do with a customer on which it holds nothing: nothing at all, by whichever path. */
async function expectNothing(customer: CustomerAnswer, as: string): Promise<void> {
  const { id } = customer;
  for (const [method, path, body] of [
    ['GET', `/v1/customers/${id}`],
    ['GET', `/v1/customers/${id}/access`],
    ['GET', `/v1/customers/${id}/events`],
    ['GET', `/v1/customers/${id}/clouds`],
    ['GET', `/v1/operations/${id}.1`],
    ['POST', `/v1/customers/${id}/clouds`, { name: 'mine' }],
    ['PATCH', `/v1/customers/${id}/access`, { deltas: [add('viewer', as)] }],
    ['GET', `/billing/v1/billingAccounts/${id}:listAccessBindings`],
  ] as const)
    expect(await request(method, path, { as, ...(body && { body }) }), path).toMatchObject({ status: 404 });
  const mine = await request<{ customers: { id: string }[] }>('GET', '/v1/me/customers', { as });
  expect(mine.body.customers.map((each) => each.id)).not.toContain(id);
  expect(await listed(id, as)).toEqual([]);
}

describe('a person who has left the partner holds nothing on its customers', () => {
  test('as an administrator that was named at the registration', async () => {
    const leaver = staff('named');
    await join(leaver);
    const customer = await register({ adminEmails: [leaver, at('stays')] });
    expect(await listed(customer.id, leaver)).toEqual([role('admin')]);
    await leave(leaver);
    await expectNothing(customer, leaver);
    expect(await listed(customer.id, at('stays'))).toEqual([role('admin')]);
  });

  test('by a role that was granted by hand, by the partner or by the customer', async () => {
    const leaver = staff('by-hand');
    await join(leaver);
    const customer = await confirmed();
    await grant(customer.id, 'editor', leaver);
    await grant(customer.id, 'viewer', leaver, customer.email ?? '');
    expect(await listed(customer.id, leaver)).toEqual([role('editor'), role('viewer')]);
    await leave(leaver);
    await expectNothing(customer, leaver);
  });

  test('as the person who registered the customer, also after a return as a viewer', async () => {
    const leaver = staff('creator');
    await join(leaver, 'editor');
    const customer = await register({}, leaver);
    expect(await listed(customer.id, leaver)).toEqual([role('admin')]);
    await leave(leaver);
    await expectNothing(customer, leaver);
    await join(leaver);
    expect(await status(customer.id, leaver)).toBe(200);
    expect(await update(customer.id, [add('viewer', at('x'))], leaver)).toMatchObject({
      status: 403,
      body: { code: 'ROLE_MISSING' },
    });
    expect(await listed(customer.id, leaver)).toEqual([]);
    // What it registers after its return is its own again.
    await join(leaver, 'editor');
    const { id } = await register({}, leaver);
    expect(await update(id, [add('viewer', at('x'))], leaver)).toMatchObject({ status: 204 });
  });

  test('if it is a service account', async () => {
    const robot = `${partnerId}-leaving`;
    await join(robot, 'editor');
    const customer = await register({}, robot);
    await grant(customer.id, 'editor', robot);
    await leave(robot);
    await expectNothing(customer, robot);
  });

  test('by a binding that was stored before bindings had a time', async () => {
    const leaver = staff('old-form');
    await join(leaver);
    const customer = await register();
    await grant(customer.id, 'editor', leaver);
    await storeOldForm(customer.id, `USER#${leaver}`);
    expect(await listed(customer.id, leaver)).toEqual([role('editor')]);
    expect(await status(customer.id, leaver)).toBe(200);
    await leave(leaver);
    await expectNothing(customer, leaver);
    await grant(customer.id, 'editor', leaver);
    expect(await status(customer.id, leaver)).toBe(200);
    expect(await listed(customer.id, leaver)).toEqual([role('editor')]);
  });
});

test('a binding takes who made it and when from the events, if it was stored before it had both', async () => {
  const { id } = await register();
  const friend: Subject = `USER#${at('old-friend')}`;
  await grant(id, 'editor', at('old-friend'), portal.partner.admin);
  const [, granted] = await eventsOf(portal.stack, id);
  await storeOldForm(id, friend);
  await grant(id, 'viewer', at('old-friend'));
  expect((await bindingsOf(id, friend))[role('editor')]).toEqual({
    granted: true,
    by: `USER#${portal.partner.admin}`,
    at: granted?.at,
  });
});

test('a grant by the customer’s side takes the place of a grant by the partner; a grant by the partner that of none', async () => {
  const { id, email } = await confirmed();
  const [contact, delegate, helper] = [email ?? '', at('delegate'), at('helped')];
  const givenBy = async () => (await bindingsOf(id, `USER#${helper}`))[role('viewer')];
  const versionOf = async () => (await portal.read(id)).version;
  await grant(id, 'admin', delegate, contact);
  await grant(id, 'viewer', helper);
  expect(await givenBy()).toMatchObject({ by: `USER#${owner}` });
  await grant(id, 'viewer', helper, delegate);
  const taken = await givenBy();
  expect(taken).toMatchObject({ by: `USER#${delegate}` });
  expect((await eventsOf(portal.stack, id)).at(-1)).toMatchObject({ type: 'AccessUpdated', actor: `USER#${delegate}` });
  // It is the customer's grant now: neither side changes it by granting the role once more.
  const version = await versionOf();
  for (const as of [owner, contact, delegate]) await grant(id, 'viewer', helper, as);
  expect([await givenBy(), await versionOf()]).toEqual([taken, version]);
  // A person to whom only the partner gave a role is on the partner's side.
  await grant(id, 'admin', at('of-partner'));
  await grant(id, 'editor', helper);
  await grant(id, 'editor', helper, at('of-partner'));
  expect((await bindingsOf(id, `USER#${helper}`))[role('editor')]).toMatchObject({ by: `USER#${owner}` });
});

/** The bindings of a subject, as they are stored. */
async function bindingsOf(customerId: string, subject: Subject): Promise<Record<string, { granted: boolean }>> {
  const key = accessKey(customerId, subject);
  const item = (await itemsOf(portal.stack)).find(({ pk, sk }) => pk === key.pk && sk === key.sk);
  return (item?.['subjects'] as Record<string, Record<string, { granted: boolean }>> | undefined)?.[subject] ?? {};
}

/** Stores the bindings of a subject as an earlier version did. */
async function storeOldForm(customerId: string, subject: Subject): Promise<void> {
  const own = await bindingsOf(customerId, subject);
  await tableOf(portal.stack).send(
    new UpdateCommand({
      TableName: portal.stack.dynamoDb.tableName,
      Key: accessKey(customerId, subject),
      UpdateExpression: 'SET subjects.#subject = :own',
      ExpressionAttributeNames: { '#subject': subject },
      ExpressionAttributeValues: {
        ':own': Object.fromEntries(Object.entries(own).map(([roleId, { granted }]) => [roleId, granted])),
      },
    }),
  );
}

describe('grants count that are made after the departure', () => {
  test('by the contact of the customer, also of a role that was lost by leaving', async () => {
    const leaver = staff('hired-by-customer');
    await join(leaver);
    const { id, email } = await confirmed();
    await grant(id, 'editor', leaver);
    await leave(leaver);
    expect(await status(id, leaver)).toBe(404);
    await grant(id, 'editor', leaver, email ?? '');
    expect(await status(id, leaver)).toBe(200);
    expect(await listed(id, leaver)).toEqual([role('editor')]);
    const mine = await request<{ customers: { id: string }[] }>('GET', '/v1/me/customers', { as: leaver });
    expect(mine.body.customers).toMatchObject([{ id }]);
    expect(await update(id, [remove('editor', leaver)], email ?? '')).toMatchObject({ status: 204 });
    expect(await status(id, leaver)).toBe(404);
  });

  test('until the person leaves once more', async () => {
    const leaver = staff('comes-and-goes');
    await join(leaver);
    await leave(leaver);
    const { id } = await confirmed({ adminEmails: [leaver] });
    expect(await status(id, leaver)).toBe(200);
    await join(leaver);
    await leave(leaver);
    expect(await status(id, leaver)).toBe(404);
  });

  test('and an owner who left and came back is listed once, as an owner by membership', async () => {
    const leaver = staff('second-owner');
    await join(leaver, 'owner');
    const { id } = await confirmed();
    await grant(id, 'owner', leaver);
    await leave(leaver);
    await join(leaver, 'owner');
    expect(await listed(id, leaver)).toEqual([role('owner')]);
    await leave(leaver);
  });
});

describe('the confirmed contact', () => {
  test('keeps its role although an owner revokes it; it may give the role up itself', async () => {
    const { id, email } = await confirmed();
    const contact = email ?? '';
    for (const as of [owner, portal.partner.admin])
      expect(await update(id, [remove('admin', contact)], as)).toMatchObject({
        status: 409,
        body: { code: 'ROLE_OF_CONTACT', errors: [{ path: 'deltas.0.subject' }] },
      });
    expect(
      await request('PATCH', `/billing/v1/billingAccounts/${id}:updateAccessBindings`, {
        as: owner,
        body: {
          accessBindingDeltas: [
            {
              action: 'REMOVE',
              accessBinding: { roleId: role('admin'), subject: { id: contact, type: 'userAccount' } },
            },
          ],
        },
      }),
    ).toMatchObject({
      body: { details: expect.arrayContaining([expect.objectContaining({ reason: 'ROLE_OF_CONTACT' })]) },
    });
    expect(await listed(id, contact)).toEqual([role('admin'), role('customer')]);
    // A role that was granted to it besides can be revoked.
    await grant(id, 'viewer', contact);
    expect(await update(id, [remove('viewer', contact)])).toMatchObject({ status: 204 });
    expect(await update(id, [remove('admin', contact)], contact)).toMatchObject({ status: 204 });
    expect(await listed(id, contact)).toEqual([role('customer')]);
  });

  test('gets its role although an owner revoked it in advance', async () => {
    const contact = at('in-advance');
    const { id } = await register({ email: contact, adminEmails: [contact] });
    expect(await update(id, [remove('admin', contact)])).toMatchObject({ status: 204 });
    expect(await listed(id, contact)).toEqual([role('customer')]);
    expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: contact })).toMatchObject({ status: 200 });
    expect(await listed(id, contact)).toEqual([role('admin'), role('customer')]);
  });

  test('keeps its role although it was a member of the partner since', async () => {
    const { id, email } = await confirmed();
    const contact = email ?? '';
    await join(contact);
    await leave(contact);
    expect(await listed(id, contact)).toEqual([role('admin'), role('customer')]);
    expect(await update(id, [add('viewer', at('friend'))], contact)).toMatchObject({ status: 204 });
  });
});
