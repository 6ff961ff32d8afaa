/** Helpers for the tests of people who leave a partner. */
import { expect } from 'vitest';
import { accessKey, type Subject } from '../../shared/table/keys.ts';
import type { CustomerAnswer, TestPortal } from '../stack.ts';
import { itemsOf } from '../table.ts';

type Delta = { action: 'ADD' | 'REMOVE'; roleId: string; subject: { id: string; type: string } };

export function leaversOn(portal: TestPortal) {
  const { request } = portal;
  const { owner } = portal.partner;
  const role = (name: string) => `billing.accounts.${name}`;
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
  /** Requires that a person who has no role on a customer can neither read nor change it. */
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
  /** The bindings of a subject, as they are stored. */
  async function bindingsOf(customerId: string, subject: Subject): Promise<Record<string, { granted: boolean }>> {
    const key = accessKey(customerId, subject);
    const item = (await itemsOf(portal.stack)).find(({ pk, sk }) => pk === key.pk && sk === key.sk);
    return (item?.['subjects'] as Record<string, Record<string, { granted: boolean }>> | undefined)?.[subject] ?? {};
  }

  return { role, add, remove, update, grant, join, leave, status, listed, expectNothing, bindingsOf };
}
