/** Helpers for the tests of clouds and their holders. */
import { expect } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, type TestPortal } from '../stack.ts';

type MyCloud = { id: string; billedTo: string | null; access: { roleId: string; subject: { id: string } }[] };
type Type = 'USER' | 'SERVICE_ACCOUNT' | 'PARTNER';
type Change = { roleId?: string; expiresAt?: string; headers?: Record<string, string> };

export function cloudsOn(portal: TestPortal) {
  const { partner, request } = portal;
  const { owner } = partner;

  const yesterday = new Date(Date.now() - DAY_MS).toISOString();
  let count = 0;
  /** Records an existing cloud under an account, on which these people and service accounts have held the linking role since yesterday. */
  async function cloudOf(account: string, ...linkers: string[]): Promise<string> {
    // Lists are in the order of the ids.
    const cloudId = `${partner.id}-cloud-${String(++count).padStart(3, '0')}`;
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
    expect(await request('PATCH', `/v1/customers/${id}/access`, { as, body: { deltas } })).toMatchObject({
      status: 204,
    });
  }
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

  return { yesterday, cloudOf, link, unlink, linkable, changeAccess, mine, decide, TO_PARTNER };
}
