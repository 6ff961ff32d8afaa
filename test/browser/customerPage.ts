/** The page of a customer: helpers of its tests. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestPortal } from '../stack.ts';
import type { portalBrowser } from './portal.ts';

/** Longer than an open page waits before it reads again. */
export const FOLLOWS_MS = 15_000;

type Invited = { id: string; email: string };
type OpenPage = ReturnType<typeof portalBrowser>['open'];

/** Customers of a partner, and their pages. */
export function customerPages(portal: TestPortal, openPage: OpenPage) {
  const { owner, at } = portal.partner;

  async function call(method: string, path: string, body?: object, as = owner): Promise<void> {
    const { status } = await portal.request(method, path, { as, ...(body && { body }) });
    expect(status, `${method} ${path}`).toBeLessThan(300);
  }

  return {
    call,
    /** An invited customer whose mail has arrived. */
    async invited(): Promise<Invited> {
      const { id, email } = await portal.register({ name: 'Mila Bakery' });
      await portal.stack.idle();
      expect((await portal.read(id)).delivery?.status).toBe('DELIVERED');
      return { id, email: email ?? '' };
    },
    async active(): Promise<Invited> {
      const { id, email } = await portal.confirmed({ name: 'Mila Bakery' });
      return { id, email: email ?? '' };
    },
    /** An active customer with an administrator who was named when it was added, and a person with two roles. */
    async withPeople(): Promise<Invited & { anna: string }> {
      const { id, email } = await portal.confirmed({ name: 'Mila Bakery', adminEmails: [at('chief')] });
      const anna = at('anna');
      const deltas = ['viewer', 'editor'].map((role) => ({
        action: 'ADD',
        roleId: `billing.accounts.${role}`,
        subject: { type: 'USER', id: anna },
      }));
      await call('PATCH', `/v1/customers/${id}/access`, { deltas });
      return { id, email: email ?? '', anna };
    },
    /** The page of a customer, for a person who signs in on the way. */
    async open(as: string, customerId: string, tab: Parameters<OpenPage>[1] = {}): Promise<Page> {
      const page = await openPage(`/customers/${customerId}`, { as, ...tab });
      await page.getByRole('heading', { level: 1 }).waitFor();
      return page;
    },
  };
}

/** The page of a customer, with all of its parts loaded. */
export async function settled(page: Page): Promise<void> {
  await page.getByRole('list', { name: 'History' }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
}

/** The address of a request for a part of a list, with another size of the part: a short one has what long ones have in production. */
export function withPageSize(address: string, size: number): string {
  const url = new URL(address);
  url.searchParams.set('pageSize', String(size));
  return url.href;
}

export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
export const cloudsOf = (page: Page) => page.getByRole('table', { name: 'Clouds' });
export const dialog = (page: Page) => page.getByRole('dialog');
export const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
export const offered = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).count();
