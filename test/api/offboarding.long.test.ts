/** People who have left a partner, in rare cases: returns, earlier versions, and roles of the contact. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { accessKey, type Subject } from '../../shared/table/keys.ts';
import { testStack } from '../stack.ts';
import { eventsOf, tableOf } from '../table.ts';
import { leaversOn } from './leaversOn.ts';

const portal = testStack();
const { staff, at } = portal.partner;
const { request, register, confirmed } = portal;
const { role, add, remove, update, grant, join, leave, status, listed, expectNothing, bindingsOf } = leaversOn(portal);

describe('a person who has left the partner holds nothing on its customers', () => {
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
