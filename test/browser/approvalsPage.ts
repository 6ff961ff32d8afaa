/** The pages for the decisions of the provider's operators: helpers of their tests. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { OPERATOR, type TestPortal } from '../stack.ts';

/** Customers of a partner that wait for a decision. */
export function waitingCustomers(portal: TestPortal) {
  let accounts = 0;
  const putAccount = (email: string, fields: Partial<typeof ELIGIBLE> = {}) =>
    portal.request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: { ...ELIGIBLE, ...fields } });

  /** The address of an eligible account. */
  async function account(): Promise<string> {
    accounts += 1;
    const email = portal.partner.at(`waiting-${accounts}`);
    await putAccount(email);
    return email;
  }

  /** A customer that has confirmed and awaits approval. */
  async function waiting(name: string, more: object = {}): Promise<{ id: string; email: string }> {
    const email = await account();
    const { id } = await portal.register({ name, email, ...more });
    expect(await portal.request('POST', `/v1/customers/${id}/invite/accept`, { as: email })).toMatchObject({
      status: 200,
      body: { status: 'APPROVAL_REQUIRED' },
    });
    return { id, email };
  }
  return { account, putAccount, waiting };
}

export const row = (page: Page, name: string) =>
  page.locator('main .rows').getByRole('listitem').filter({ hasText: name });
export const inDialog = (page: Page, name: string) =>
  page.getByRole('dialog').getByRole('button', { name, exact: true });
export const gone = (page: Page, name: string) => expect.poll(() => row(page, name).count()).toBe(0);
