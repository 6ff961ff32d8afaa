/** A cloud is billed only to the customer that owns it, and its holder controls it. */
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { accountCloudKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { itemsOf } from '../table.ts';

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

  test('a created cloud is recorded under the account of the contact', async () => {
    const customer = await confirmed();
    const path = `/v1/customers/${customer.id}/clouds`;
    const { body } = await request('POST', path, { as: owner, body: { name: 'made-here' } });
    const { pk } = accountCloudKey(String(body['id']));
    expect((await itemsOf(portal.stack)).filter((item) => item.pk === pk)).toMatchObject([
      { account: customer.email, name: 'made-here', boundTo: customer.id },
    ]);
  });
});
