/** Steps of an invited person, from the copied link to the pages of its invitations. */
import type { Page } from 'playwright-core';
import type { TestPortal } from '../stack.ts';

export const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
export const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
export const signInAndConfirm = (page: Page) => press(page, 'Sign in and confirm');
export const confirms = (page: Page) => page.getByRole('button', { name: 'Confirm', exact: true });

/** The link that a partner copies. */
export const copied = (portal: TestPortal, id: string) => `${portal.stack.portalUrl}/invite/accept/${id}`;

/** The types of a customer's events. */
export async function eventTypes(portal: TestPortal, id: string): Promise<string[]> {
  const path = `/v1/customers/${id}/events`;
  const { body } = await portal.request<{ events: { type: string }[] }>('GET', path, { as: portal.partner.owner });
  return body.events.map(({ type }) => type);
}

/** The number of confirmations that the page has sent until now. */
export function countAnswers(page: Page): () => Promise<number> {
  let answers = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/invite/accept') && request.method() === 'POST') answers += 1;
  });
  return async () => {
    // A later request of the page is here: so are those that the page has sent before.
    await page.evaluate("fetch('/').then((answer) => answer.text())");
    return answers;
  };
}

/** A partner invites an account as a viewer. */
export const inviteMember = (portal: TestPortal, id: string) =>
  portal.request('PUT', `/v1/members/${id}`, {
    as: portal.partner.owner,
    body: { roles: ['billing.accounts.viewer'] },
  });
