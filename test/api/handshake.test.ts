/** No partner confirms for its customer. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { partnerKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, testStack } from '../stack.ts';
import { endCooldown, eventsOf, setOnCustomer, tableOf } from '../table.ts';

const portal = testStack();
const { owner, editor, viewer, id: partnerId, staff, at } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, linkToken, mailsTo, read } = portal;

const OF_MEMBER = { status: 409, body: { code: 'EMAIL_OF_MEMBER' } };
const join = (id: string) => portal.addMember(id, 'viewer');
const removeMember = async (id: string) =>
  expect(await request('DELETE', `/v1/members/${id}`, { as: owner })).toMatchObject({ status: 204 });
const recordDomains = (domains: string[]) =>
  tableOf(portal.stack).send(
    new UpdateCommand({
      TableName: portal.stack.dynamoDb.tableName,
      Key: partnerKey(partnerId),
      UpdateExpression: 'SET domains = :domains',
      ExpressionAttributeValues: { ':domains': domains },
    }),
  );

describe('a partner can not invite', () => {
  const invite = (email: string, as = owner) =>
    request('POST', '/v1/customers', { as, body: { name: 'Shell company', email } });

  test.each([
    ['the address of the person who registers the customer', editor, editor],
    ['the address of another member', editor, viewer],
    ['the address of a member, in other letters', owner, viewer.toUpperCase()],
    ['the mailbox of the person who registers the customer, with a tag', editor, staff('editor+shop')],
    ['the mailbox of another member, with a tag', owner, staff('Viewer+shop+2')],
  ])('%s', async (_, as, email) => {
    expect(await invite(email, as)).toMatchObject({
      ...OF_MEMBER,
      body: { errors: [{ path: 'email', message: "email is one of the partner's own" }] },
    });
  });

  test('an address of its own in a list: the other rows are registered', async () => {
    const body = { customers: [viewer, at('row')].map((email) => ({ name: 'Row', email })) };
    const { body: answer } = await request('POST', '/v1/customers/batch', { as: owner, body });
    expect(answer).toMatchObject({
      results: [{ problem: { code: 'EMAIL_OF_MEMBER' } }, { customer: { email: at('row') } }],
    });
  });

  test('an address of its own by the Billing API', async () => {
    const body = { resellerId: partnerId, name: 'Shell company', invitationEmail: viewer, person: {} };
    expect(await request('POST', '/billing/v1/customers:invite', { as: owner, body })).toMatchObject({
      status: 400,
      body: { details: expect.arrayContaining([expect.objectContaining({ reason: 'EMAIL_OF_MEMBER' })]) },
    });
  });

  test('an address of its own by changing the email of a customer, also that of a person who left since', async () => {
    const { id, email } = await register();
    const change = (to: string) => request('PATCH', `/v1/customers/${id}`, { as: owner, body: { email: to } });
    await join(at('left-since'));
    await removeMember(at('left-since'));
    for (const own of [owner, viewer, at('left-since'), at('left-since+tag')])
      expect(await change(own)).toMatchObject({ ...OF_MEMBER, body: { errors: [{ path: 'email' }] } });
    expect(await read(id)).toMatchObject({ email, version: 1 });
    expect(await change(at('changed'))).toMatchObject({ status: 200 });
  });

  test('an address in its own domains, and can invite addresses in their subdomains', async () => {
    await recordDomains(['own-domain.example', 'xn--e1afmkfd.xn--p1ai']);
    expect(await invite('ceo@Own-Domain.example')).toMatchObject(OF_MEMBER);
    expect(await invite('ceo@пример.рф')).toMatchObject(OF_MEMBER);
    expect(await invite(`ceo@${partnerId}.sub.own-domain.example`)).toMatchObject({ status: 201 });
    const { id } = await register();
    const body = { email: 'ceo@own-domain.example' };
    expect(await request('PATCH', `/v1/customers/${id}`, { as: owner, body })).toMatchObject(OF_MEMBER);
    await recordDomains([]);
  });

  test('an address that could not answer, by sending the invitation again', async () => {
    const resend = async ({ id }: CustomerAnswer) => {
      // End the cooldown.
      await endCooldown(portal.stack, id);
      return request('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
    };
    const [member, formerMember, ofDomain] = [await register(), await register(), await register()];
    await join(member.email ?? '');
    await join(formerMember.email ?? '');
    await removeMember(formerMember.email ?? '');
    for (const each of [member, formerMember]) expect(await resend(each)).toMatchObject(OF_MEMBER);
    await recordDomains([(ofDomain.email ?? '').split('@')[1] ?? '']);
    expect(await resend(ofDomain)).toMatchObject(OF_MEMBER);
    await recordDomains([]);
    expect(await resend(ofDomain)).toMatchObject({ status: 200 });
    expect(await mailsTo(ofDomain.email ?? '', 2)).toHaveLength(2);
    for (const { email } of [member, formerMember]) expect(await mailsTo(email ?? '')).toHaveLength(1);
  });

  test('but can invite a member of another partner, and a person who left before', async () => {
    expect(await invite(otherOwner)).toMatchObject({ status: 201 });
    await join(at('was-here'));
    await removeMember(at('was-here'));
    const { body } = await invite(at('was-here'));
    const accepted = await request('POST', `/v1/customers/${body['id']}/invite/accept`, { as: at('was-here') });
    expect(accepted).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });

  test('and a repeated registration gets the first answer, although its address is a member’s now', async () => {
    const email = at('hired-later');
    const post = () =>
      request<CustomerAnswer>('POST', '/v1/customers', { as: owner, key: 'hired', body: { name: 'A', email } });
    const first = await post();
    await join(email);
    expect(await post()).toMatchObject({ status: 201, body: first.body });
  });
});

describe('an invitation can not be answered', () => {
  /** Every way to answer, by the emailed link and signed in. */
  async function expectNoAnswer({ id, email }: CustomerAnswer): Promise<void> {
    const as = email ?? '';
    const token = await linkToken(as);
    for (const reply of ['accept', 'decline']) {
      expect(await request('POST', `/v1/invites/${reply}`, { body: { token } })).toMatchObject(OF_MEMBER);
      expect(await request('POST', `/v1/customers/${id}/invite/${reply}`, { as })).toMatchObject(OF_MEMBER);
    }
    expect((await eventsOf(portal.stack, id)).map(({ type }) => type)).toEqual(['CustomerInvited']);
    // Reading changes nothing, and stays possible.
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({ status: 200 });
  }

  test('by a person who has become a member', async () => {
    const customer = await register();
    await join(customer.email ?? '');
    await expectNoAnswer(customer);
  });

  test('by a person who was a member for a moment since the registration', async () => {
    const customer = await register();
    await join(customer.email ?? '');
    await removeMember(customer.email ?? '');
    await expectNoAnswer(customer);
  });

  test('under a tag of the mailbox of such a person', async () => {
    const customer = await register({ email: at('joins+tag') });
    await join(at('joins'));
    await expectNoAnswer(customer);
    await removeMember(at('joins'));
    await expectNoAnswer(customer);
    const other = await register({ email: at('stays-outside+tag') });
    expect(
      await request('POST', `/v1/customers/${other.id}/invite/accept`, { as: at('stays-outside+tag') }),
    ).toMatchObject({ status: 200 });
  });

  test('by the person who registered the customer', async () => {
    const customer = await register();
    // A registration before this rule.
    await setOnCustomer(portal.stack, customer.id, { createdBy: `USER#${customer.email}` });
    await expectNoAnswer(customer);
  });

  test('from one of the domains that are recorded for the partner meanwhile', async () => {
    const customer = await register({ email: staff('soon-own') });
    await recordDomains([`${partnerId}.example`]);
    await expectNoAnswer(customer);
    await recordDomains([]);
    expect(
      await request('POST', `/v1/customers/${customer.id}/invite/accept`, { as: staff('soon-own') }),
    ).toMatchObject({ status: 200 });
  });

  test('but a person who confirmed before joining the partner gets the first answer again', async () => {
    const { id, email } = await register();
    const accept = () => request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
    expect(await accept()).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
    await join(email ?? '');
    expect(await accept()).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });
});
