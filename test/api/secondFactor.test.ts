/** An environment in which operators' and owners' actions need proof of a second factor. */
import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { SECOND_FACTOR_CLAIM } from '../../local/oidcIssuer.ts';
import { nothingStored } from '../refusal.ts';
import { OPERATOR, OWNER, ownStack, ROBOT, VIEWER } from '../stack.ts';

const portal = ownStack({ secondFactor: true });
const { request } = portal;
const ADMIN = 'admin@acme.example';
const EDITOR = 'editor@acme.example';

type Sent = { method: string; path: string; body?: object };

const plain = (as: string, { method, path, body }: Sent) => request(method, path, { as, body });
/** The same request, signed in with a second factor. */
const proved = async (as: string, { method, path, body }: Sent, value: unknown = true) => {
  const token = await portal.stack.token(as, { [SECOND_FACTOR_CLAIM]: value });
  return request(method, path, { headers: { authorization: `Bearer ${token}` }, body });
};
const REFUSED = { status: 403, body: { code: 'SECOND_FACTOR_REQUIRED' } };

/** Refused without a second factor, and nothing is stored; done with it. */
async function needsIt(as: string, sent: Sent, status = 200): Promise<void> {
  expect(await nothingStored(portal.stack, () => plain(as, sent)), sent.path).toMatchObject(REFUSED);
  expect(await proved(as, sent), sent.path).toMatchObject({ status });
}

let customers = 0;
async function customer(): Promise<string> {
  customers += 1;
  const body = { name: `Customer ${customers}`, email: `second-factor-${customers}@client.example` };
  const { body: made } = await plain(EDITOR, { method: 'POST', path: '/v1/customers', body });
  return made['id'] as string;
}

describe('without a second factor', () => {
  test("an owner's changes are refused, and nothing is stored; with it they are done", async () => {
    const id = await customer();
    const body = { name: 'Owned', email: 'owned@client.example' };
    await needsIt(OWNER, { method: 'POST', path: '/v1/customers', body }, 201);
    await needsIt(OWNER, { method: 'PATCH', path: `/v1/customers/${id}`, body: { friendlyName: 'First' } });
    const roles = { roles: ['billing.accounts.admin'] };
    await needsIt(OWNER, { method: 'PUT', path: '/v1/members/new@elsewhere.example', body: roles });
    await needsIt(OWNER, { method: 'DELETE', path: '/v1/members/new@elsewhere.example' }, 204);
    await needsIt(OWNER, { method: 'DELETE', path: `/v1/customers/${id}` }, 204);
  });

  test("an operator's requests are refused, reading too, and nothing is stored; with it they are done", async () => {
    const partner = { name: 'Newcomer', paid: true, owners: ['owner@newcomer.example'] };
    await needsIt(OPERATOR, { method: 'PUT', path: '/v1/provider/partners/newcomer', body: partner });
    await needsIt(OPERATOR, { method: 'GET', path: '/v1/provider/approvals' });
    // Operators may read the history of every customer.
    const id = await customer();
    await needsIt(OPERATOR, { method: 'GET', path: `/v1/customers/${id}/events` });
    for (const { method, path } of ENDPOINTS.filter(({ access }) => access === 'operator')) {
      const filled = path.replace('{customerId}', id).replace(/\{\w+\}/g, 'x');
      expect(await nothingStored(portal.stack, () => plain(OPERATOR, { method, path: filled })), path).toMatchObject(
        REFUSED,
      );
    }
  });

  test('an owner reads, other members work, and service accounts, too', async () => {
    const id = await customer();
    for (const path of ['/v1/me', '/v1/customers', `/v1/customers/${id}`, '/v1/members', '/v1/partner/events'])
      expect(await plain(OWNER, { method: 'GET', path }), path).toMatchObject({ status: 200 });
    const body = { roles: ['billing.accounts.viewer'] };
    const member = { method: 'PUT', path: '/v1/members/other@elsewhere.example', body };
    expect(await plain(ADMIN, member)).toMatchObject({ status: 200 });
    const made = { method: 'POST', path: '/v1/customers', body: { name: 'Robot', email: 'robot@client.example' } };
    expect(await plain(ROBOT, made)).toMatchObject({ status: 201 });
  });

  test('a customer answers its invitation, and an owner is a customer elsewhere', async () => {
    const invited = { name: 'Owner elsewhere', email: 'owner@globex.example' };
    const { body } = await plain(EDITOR, { method: 'POST', path: '/v1/customers', body: invited });
    const accept = { method: 'POST', path: `/v1/customers/${body['id']}/invite/accept` };
    expect(await plain('owner@globex.example', accept)).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });

  test('a caller who may not act at all is told that instead', async () => {
    const approve = { method: 'PUT', path: '/v1/provider/partners/acme', body: {} };
    expect(await plain(OWNER, approve)).toMatchObject({ status: 403, body: { code: 'NOT_AN_OPERATOR' } });
    const invite = { method: 'POST', path: '/v1/customers', body: {} };
    expect(await plain(VIEWER, invite)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    const foreign = { method: 'PATCH', path: `/v1/customers/${await customer()}`, body: {} };
    expect(await plain('owner@globex.example', foreign)).toMatchObject({ status: 404 });
  });
});

test('the claim of a sign-in without a second factor proves none', async () => {
  const read = { method: 'GET', path: '/v1/provider/approvals' };
  for (const value of [false, 'false', 'no', 0, [], null])
    expect(await proved(OPERATOR, read, value)).toMatchObject(REFUSED);
  expect(await proved(OPERATOR, read, 'true')).toMatchObject({ status: 200 });
});

test('a person of an identity provider that vouches for none is not sent to the page, where nothing can be set up', async () => {
  const sent = async (as: string, { method, path }: Sent, claims: { mfa?: string } = {}) => {
    const token = await portal.stack.token(as, { federated: 'true', ...claims });
    return request(method, path, { headers: { authorization: `Bearer ${token}` } });
  };
  const read = { method: 'GET', path: '/v1/provider/approvals' };
  const refused = await sent(OPERATOR, read);
  expect(refused).toMatchObject({ ...REFUSED, body: { ...REFUSED.body, federated: true } });
  expect(refused.body['detail']).toMatch(/Ask the provider's operator\.$/);
  expect((await plain(OPERATOR, read)).body).not.toHaveProperty('federated');
  expect(await sent(OPERATOR, read, { [SECOND_FACTOR_CLAIM]: 'true' })).toMatchObject({ status: 200 });
  const me = { method: 'GET', path: '/v1/me' };
  expect((await sent(OPERATOR, me)).body).toMatchObject({ user: { id: OPERATOR, federated: true } });
  expect((await plain(OPERATOR, me)).body['user']).not.toHaveProperty('federated');
});

test('the Billing API refuses with the same code, in its form', async () => {
  const id = await customer();
  const suspend = { method: 'POST', path: `/billing/v1/customers/${id}:suspend`, body: {} };
  expect(await plain(OWNER, suspend)).toMatchObject({
    status: 403,
    body: { code: 7, details: expect.arrayContaining([expect.objectContaining({ reason: 'SECOND_FACTOR_REQUIRED' })]) },
  });
});
