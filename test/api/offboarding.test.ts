/** Offboarding: a person or service account that has left a partner holds nothing that was granted before. */
import { describe, expect, test } from 'vitest';
import { testStack } from '../stack.ts';
import { eventsOf } from '../table.ts';
import { leaversOn } from './leaversOn.ts';

const portal = testStack();
const { owner, id: partnerId, staff, at } = portal.partner;
const { request, register, confirmed } = portal;
const { role, add, remove, update, grant, join, leave, status, listed, expectNothing, bindingsOf } = leaversOn(portal);

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
});
