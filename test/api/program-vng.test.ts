/** The program of seed 004 as its partners, customers and operators experience it, over HTTP, with mails. */
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { linkIn } from '../../local/inbox.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';

const portal = testStack('vng');
const { owner, at } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, mailsTo, linkToken, letExpire } = portal;

let accounts = 0;

const put = (email: string, fields: Partial<Record<keyof typeof ELIGIBLE, unknown>> = {}) =>
  request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: { ...ELIGIBLE, ...fields } });
const add = (email: string, as = owner) =>
  request<CustomerAnswer>('POST', '/v1/customers', { as, body: { friendlyName: 'Bakery', email } });
const get = async (id: string) => (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner })).body;
type Approval = { customer: CustomerAnswer; eligibility: { rule: string; met: boolean }[] };
const judge = (id: string) => request<Approval>('GET', `/v1/provider/approvals/${id}`, { as: OPERATOR });
const approve = (id: string) => request<CustomerAnswer>('POST', `/v1/customers/${id}/approve`, { as: OPERATOR });

/** A customer with an account of its own, before it confirms. */
async function added(fields: Parameters<typeof put>[1] = {}): Promise<CustomerAnswer & { email: string }> {
  const email = at(`account-${++accounts}`);
  await put(email, fields);
  const answer = await add(email);
  expect(answer).toMatchObject({ status: 201 });
  return { ...answer.body, email };
}
const accept = async (email: string) =>
  request('POST', '/v1/invites/accept', { body: { token: await linkToken(email) } });
const codesOf = ({ body }: Answer) => (body['reasons'] as { code: string }[]).map(({ code }) => code);

test('several customers are added in one request; each confirms from its mail, is approved, and is served', async () => {
  const { body } = await request<{ results: { customer: CustomerAnswer }[] }>('POST', '/v1/customers/batch', {
    as: owner,
    body: {
      customers: [
        { friendlyName: 'Mila', email: 'mila@bakery.example' },
        { friendlyName: 'Workshop', email: 'ops@workshop.example', role: 'Integrator' },
      ],
    },
  });
  const [mila, workshop] = body.results.map(({ customer }) => customer);
  expect(mila).toMatchObject({ name: 'Mila', friendlyName: 'Mila', role: 'Partner', status: 'VERIFICATION_REQUIRED' });
  expect(workshop).toMatchObject({ role: 'Integrator' });

  const [mail] = await mailsTo('mila@bakery.example');
  expect(mail?.subject).toContain('VNG Cloud');
  expect(linkIn(mail)).toContain(`/invite/accept/${mila?.id}#token=`);
  expect(await accept('mila@bakery.example')).toMatchObject({
    status: 200,
    body: {
      status: 'APPROVAL_REQUIRED',
      statusLabel: 'Awaiting approval',
      organization: null,
      mayNeedApproval: true,
    },
  });
  const approvals = await request<{ customers: { id: string }[] }>('GET', '/v1/provider/approvals', { as: OPERATOR });
  expect(approvals.body.customers.map(({ id }) => id)).toContain(mila?.id);
  // A partner with several customers there is named once.
  const { id: partnerId, name } = portal.partner;
  const partner = { id: partnerId, name, paid: true, domains: [] };
  expect(approvals.body).toMatchObject({ partners: expect.arrayContaining([partner]) });
  expect((await judge(mila?.id ?? '')).body).toMatchObject({ customer: { id: mila?.id }, partner });
  expect(await request('POST', `/v1/customers/${mila?.id}/approve`, { as: owner })).toMatchObject({ status: 403 });
  expect(await approve(mila?.id ?? '')).toMatchObject({
    status: 200,
    body: { status: 'ACTIVE', statusLabel: 'Approved', organization: { name: "For subaccount 'Mila'" } },
  });
  expect(
    await request('POST', `/v1/customers/${mila?.id}/clouds`, { as: owner, body: { name: 'production' } }),
  ).toMatchObject({ status: 201, body: { billingAccountId: mila?.id } });
});

test('mails tell the operators what to decide, and customer and partner what was decided', async () => {
  const subjectsTo = (address: string, id: string) =>
    portal.stack
      .inbox()
      .filter(
        ({ destination, body }) => destination.to.includes(address) && (address !== owner || body.text?.includes(id)),
      )
      .map(({ subject }) => subject);
  const [{ id, email }, other] = [await added(), await added()];
  const atOperators = portal.stack
    .inbox()
    .filter(({ destination }) => destination.to.includes('approvals@cloud.example'));
  await accept(email);
  const asked = await mailsTo('approvals@cloud.example', atOperators.length + 1);
  expect(asked.at(-1)).toMatchObject({
    subject: expect.stringMatching(/Approval requested/),
    body: { text: expect.stringContaining(`/approvals/${id}`) },
  });
  await approve(id);
  await mailsTo(email, 2);
  expect(subjectsTo(email, id)[1]).toMatch(/has been approved/);
  await expect
    .poll(() => subjectsTo(owner, id))
    .toEqual([expect.stringMatching(/has confirmed, approval is pending/), expect.stringMatching(/has been approved/)]);
  await accept(other.email);
  await request('POST', `/v1/customers/${other.id}/reject`, { as: OPERATOR, body: { reason: 'No contract' } });
  const [, rejected] = await mailsTo(other.email, 2);
  expect(rejected).toMatchObject({ body: { text: expect.stringContaining('No contract') } });
  await expect.poll(() => subjectsTo(owner, other.id).at(-1)).toMatch(/has not been approved/);
});

test('partner, customer and operator read the deadline of the approval, until the decision', async () => {
  const { id, email } = await added();
  expect(await get(id)).toMatchObject({ approval: null });
  const confirmedAt = Date.now();
  const accepted = await accept(email);
  const { approval } = await get(id);
  const days = (Date.parse(approval?.expiresAt ?? '') - confirmedAt) / DAY_MS;
  expect(Math.round(days)).toBe(14);
  expect(accepted.body).toMatchObject({ invite: null, approval });
  expect(await judge(id)).toMatchObject({ status: 200, body: { customer: { id, approval } } });
  await approve(id);
  expect(await get(id)).toMatchObject({ approval: null });
});

test('the contact of a customer that awaits approval gets no more fields by changing the customer than by reading it', async () => {
  const { id, email } = await added();
  await accept(email);
  const path = `/v1/customers/${id}`;
  const { body: read } = await request('GET', path, { as: email });
  expect(Object.keys(read)).not.toContain('createdBy');
  for (const body of [{}, { name: 'By the contact' }]) {
    const changed = await request('PATCH', path, { as: email, body });
    expect(changed).toMatchObject({ status: 200, body: { ...read, ...body } });
    expect(Object.keys(changed.body)).toEqual(Object.keys(read));
  }
});

test('before deciding the operator sees whether the account, as it is now, meets each rule', async () => {
  const { id, email } = await added();
  const judged = async () => (await judge(id)).body.eligibility.map(({ rule, met }) => `${rule} ${met}`);
  expect(await judged()).toEqual([]);
  await accept(email);
  const rules = ['REGISTERED', 'NO_CREDIT_BALANCE', 'NOT_USING_SERVICES', 'NO_DISCOUNTS', 'NO_POC', 'PREPAID'];
  expect(await judged()).toEqual(rules.map((rule) => `${rule} true`));
  await put(email, { usingServices: true, billingMode: 'POSTPAID' });
  const broken = ['NOT_USING_SERVICES', 'PREPAID'];
  expect(await judged()).toEqual(rules.map((rule) => `${rule} ${!broken.includes(rule)}`));
  await put(email, { registered: false });
  expect(await judged()).toEqual(['REGISTERED false']);
  await put(email);
  await approve(id);
  expect((await judge(id)).body).toMatchObject({ customer: { status: 'ACTIVE' }, eligibility: [] });
  expect(await judge('dn2aaaaaaaaaaaaaaaaa')).toMatchObject({ status: 404, body: { code: 'CUSTOMER_NOT_FOUND' } });
});

test("an account that is the provider's customer already needs no approval", async () => {
  const { id, email } = await added({ customer: true });
  expect(await accept(email)).toMatchObject({ body: { status: 'ACTIVE', statusLabel: 'Approved' } });
  expect(await get(id)).toMatchObject({ organization: { name: "For subaccount 'Bakery'" } });
});

describe('an account is refused, with its reason,', () => {
  test.each([
    ['unregistered@customer.example', 'ACCOUNT_NOT_REGISTERED', /no registered account/],
    ['nobody-knows@customer.example', 'ACCOUNT_NOT_REGISTERED', /no registered account/],
    ['credit@customer.example', 'ACCOUNT_HAS_CREDIT_BALANCE', /credit balance/],
    ['services@customer.example', 'ACCOUNT_USES_SERVICES', /using the provider's services/],
    ['discount@customer.example', 'ACCOUNT_HAS_DISCOUNTS', /discounts/],
    ['poc@customer.example', 'ACCOUNT_USES_POC', /POC/],
    ['postpaid@customer.example', 'ACCOUNT_NOT_PREPAID', /not prepaid/],
  ])('%s: %s', async (email, code, sentence) => {
    const answer = await add(email);
    expect(answer).toMatchObject({ status: 409, body: { code, detail: expect.stringMatching(sentence) } });
    expect(codesOf(answer as unknown as Answer)).toEqual([code]);
  });

  test('and with all reasons if there are several', async () => {
    await put('all@customer.example', {
      creditBalance: 1,
      usingServices: true,
      discounts: true,
      poc: true,
      billingMode: 'POSTPAID',
    });
    const answer = await add('all@customer.example');
    expect(answer).toMatchObject({ status: 409, body: { code: 'ACCOUNT_NOT_ELIGIBLE' } });
    expect(codesOf(answer as unknown as Answer)).toEqual([
      'ACCOUNT_HAS_CREDIT_BALANCE',
      'ACCOUNT_USES_SERVICES',
      'ACCOUNT_HAS_DISCOUNTS',
      'ACCOUNT_USES_POC',
      'ACCOUNT_NOT_PREPAID',
    ]);
    expect(answer.body).toMatchObject({ errors: Array.from({ length: 5 }, () => ({ path: 'email' })) });
  });
});

test('the rules are checked again when the customer confirms, and when the provider approves', async () => {
  const { id, email } = await added();
  await put(email, { poc: true });
  expect(await accept(email)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_USES_POC' } });
  expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: email })).toMatchObject({ status: 409 });
  await put(email);
  expect(await accept(email)).toMatchObject({ status: 200, body: { status: 'APPROVAL_REQUIRED' } });
  await put(email, { creditBalance: 5 });
  // A customer that has confirmed gets the same answer again, whatever has become of its account.
  expect(await accept(email)).toMatchObject({ status: 200, body: { status: 'APPROVAL_REQUIRED' } });
  expect(await approve(id)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_HAS_CREDIT_BALANCE' } });
  await put(email);
  expect(await approve(id)).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
});

test('a repeated registration gets the first answer, whatever has become of the account', async () => {
  const email = at('repeated');
  await put(email);
  const post = () =>
    request('POST', '/v1/customers', { as: owner, key: 'once', body: { friendlyName: 'Repeated', email } });
  const first = await post();
  await put(email, { poc: true });
  expect(await post()).toMatchObject({ status: 201, body: first.body });
});

test('no partner serves a customer alone: the Billing API refuses, because the customer has to confirm', async () => {
  const body = { resellerId: portal.partner.id, name: 'Served', person: {} };
  const served = await request('POST', '/v1/customers', {
    as: owner,
    body: { name: 'Wind', resellerServed: true },
  });
  expect(served).toMatchObject({ status: 409, body: { code: 'RESELLER_SERVED_NOT_ALLOWED' } });
  const path = '/billing/v1/customers:createResellerServedCustomer';
  expect(await request('POST', path, { as: owner, body })).toMatchObject({
    status: 400,
    body: { code: 9, message: expect.stringContaining('must confirm') },
  });
});

test('a customer invited through the Billing API must be eligible, confirms, and is approved', async () => {
  const email = at('billing');
  const body = { resellerId: portal.partner.id, name: 'Invited', invitationEmail: email, person: {} };
  const invite = () => request('POST', '/billing/v1/customers:invite', { as: owner, body });
  expect(await invite()).toMatchObject({ status: 400, body: { code: 9 } });
  await put(email);
  const { metadata } = (await invite()).body as { metadata: { customerId: string } };
  expect(await accept(email)).toMatchObject({ status: 200, body: { status: 'APPROVAL_REQUIRED' } });
  expect(await approve(metadata.customerId)).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
});

test('a customer can have only one partner', async () => {
  const { email } = await added();
  expect(await add(email, otherOwner)).toMatchObject({ status: 409, body: { code: 'ACCOUNT_NOT_AVAILABLE' } });
  expect(await add(email)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
  await request('POST', '/v1/invites/decline', { body: { token: await linkToken(email) } });
  expect(await add(email, otherOwner)).toMatchObject({ status: 201 });
});

test('the provider can reject a customer, which ends it and releases its address', async () => {
  const { id, email } = await added();
  await accept(email);
  const rejected = await request('POST', `/v1/customers/${id}/reject`, {
    as: OPERATOR,
    body: { reason: 'No contract' },
  });
  expect(rejected).toMatchObject({ status: 200, body: { status: 'REJECTED', statusReason: 'No contract' } });
  expect(await add(email, otherOwner)).toMatchObject({ status: 201 });
});

test('a customer that is not approved in time expires, and another invitation can’t open it', async () => {
  const { id, email } = await added();
  await accept(email);
  await letExpire(id);
  expect(await approve(id)).toMatchObject({ status: 409, body: { currentStatus: 'EXPIRED' } });
  await portal.stack.runExpire();
  expect(await get(id)).toMatchObject({ status: 'EXPIRED', statusLabel: 'Expired' });
  expect(await request('POST', `/v1/customers/${id}/invite/resend`, { as: owner })).toMatchObject({
    status: 409,
    body: { currentStatus: 'EXPIRED' },
  });
  await endCooldown(portal.stack, id);
  expect(await add(email)).toMatchObject({ status: 201 });
});
