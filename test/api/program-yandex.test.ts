/** The program of seeds 000–003 as its partners and customers experience it, over HTTP, with mails. */
import { expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { type CustomerAnswer, OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';

const portal = testStack();
const { owner } = portal.partner;
const { request, register, mailsTo, linkToken, letExpire } = portal;
const get = async (id: string, as = owner) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as })).body;

test('a customer is registered, finds its mail, confirms without anyone’s approval, and is served until it is suspended', async () => {
  const { id, email } = await register({ name: 'Wind' });
  expect(await get(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', statusLabel: 'Verification required' });
  const [mail] = await mailsTo(email ?? '');
  expect(mail?.subject).toBe('Confirm that you are ready to work with the integrator in Yandex Cloud');
  const token = await linkToken(email ?? '');
  expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({
    body: { name: 'Wind', brandName: 'Yandex Cloud', mayNeedApproval: false },
  });
  expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
    body: { status: 'ACTIVE', statusLabel: 'Active', organization: { name: "For subaccount 'Wind'" } },
  });

  const create = (name: string, as = owner) => request('POST', `/v1/customers/${id}/clouds`, { as, body: { name } });
  expect(await create('production')).toMatchObject({ status: 201, body: { billingAccountId: id } });
  expect(await create('test', email ?? '')).toMatchObject({ status: 201 });

  await request('POST', `/v1/customers/${id}/suspend`, { as: owner, body: {} });
  expect(await get(id)).toMatchObject({ status: 'SUSPENDED', statusLabel: 'Suspended' });
  expect(await create('more')).toMatchObject({
    status: 409,
    body: { code: 'CUSTOMER_NOT_ACTIVE', currentStatus: 'SUSPENDED' },
  });
  const cloudId = 'b1gofwind';
  const account = `/v1/provider/accounts/${email}`;
  await request('PUT', account, { as: OPERATOR, body: ELIGIBLE });
  await request('PUT', `${account}/clouds/${cloudId}`, {
    as: OPERATOR,
    body: {
      name: 'wind',
      grants: [{ email: owner, roleId: 'resource-manager.clouds.owner', grantedAt: '2026-01-01T00:00:00Z' }],
      outstandingCharges: false,
    },
  });
  const link = { as: owner, body: { cloudId } };
  expect(await request('POST', `/v1/customers/${id}/clouds/link`, link)).toMatchObject({ status: 409 });
  await request('POST', `/v1/customers/${id}/activate`, { as: owner, body: {} });
  expect(await request('POST', `/v1/customers/${id}/clouds/link`, link)).toMatchObject({
    status: 200,
    body: { origin: 'LINKED' },
  });
});

test('a customer without the mail confirms by the copied link, signed in; it needs no account at the provider', async () => {
  const { id, email } = await register();
  const { body } = await request('GET', `/v1/customers/${id}/invite/link`, { as: owner });
  expect(String(body['link'])).toMatch(new RegExp(`/invite/accept/${id}$`));
  expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' })).toMatchObject({
    body: { status: 'ACTIVE' },
  });
  expect(await get(id, email ?? '')).toMatchObject({ status: 'ACTIVE' });
});

test('a customer that does not confirm in time expires; another invitation opens it again, also for its old link', async () => {
  const { id, email } = await register();
  const token = await linkToken(email ?? '');
  await letExpire(id);
  await portal.stack.runExpire();
  expect(await get(id)).toMatchObject({ status: 'EXPIRED', invite: null });
  expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({ status: 409 });
  await endCooldown(portal.stack, id);
  const again = await request<CustomerAnswer>('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
  expect(again).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED', invite: { email } } });
  await mailsTo(email ?? '', 2);
  expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
    body: { status: 'ACTIVE' },
  });
});
