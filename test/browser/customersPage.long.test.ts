/** Details of the list of customers, in a real browser against the local stack. */
import type { Page, Route } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at } = portal.partner;
const { enter, open, signIn } = portalBrowser(portal);

beforeAll(async () => {
  const customers = Array.from({ length: 24 }, (_, index) => ({
    name: `Many ${index}`,
    email: at(`many${index}`),
  }));
  expect(await portal.request('POST', '/v1/customers/batch', { as: OWNER, body: { customers } })).toMatchObject({
    status: 200,
  });
});

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const rows = (page: Page) => page.locator('tbody tr:has(a)');
const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();

it('the page size is remembered; a customer’s page begins at its top', async () => {
  const page = await open('/customers?query=many');
  await expect.poll(() => rows(page).count()).toBe(20);
  await page.getByRole('button', { name: 'Preferences' }).click();
  await page.getByRole('radio', { name: '50 customers' }).check();
  await page.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect.poll(() => rows(page).count()).toBe(24);
  await page.reload();
  await expect.poll(() => rows(page).count()).toBe(24);

  // The keyboard continues at the top of the next page.
  await rows(page).last().getByRole('link').first().focus();
  expect(await page.evaluate('scrollY')).toBeGreaterThan(0);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 2, name: 'History' }).waitFor();
  expect(await page.evaluate('scrollY')).toBe(0);
  expect(await page.evaluate('document.activeElement.id')).toBe('page');
});

it('an invitation whose mail came back is sent again only to a mailbox that exists', async () => {
  const full = await portal.register({ name: 'Resend full', email: at('mailboxfull') });
  const bounced = await portal.register({ name: 'Resend bounced', email: at('bounce') });
  await portal.stack.idle();
  for (const { id } of [full, bounced]) {
    expect((await portal.read(id)).delivery?.status).toBe('BOUNCED');
    await endCooldown(portal.stack, id);
  }
  const page = await open('/customers?query=resend');
  for (const name of ['Resend full', 'Resend bounced'])
    await page.getByRole('checkbox', { name: `Select ${name}` }).check();
  await page.getByRole('button', { name: 'Resend invitation' }).click();
  const dialog = page.getByRole('dialog');
  const of = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
  await of('Resend bounced').getByText('No mail reaches this address.').waitFor();
  await dialog.getByRole('button', { name: 'Send 1 invitation' }).click();
  await of('Resend full').getByText('On its way').waitFor();
});

it('a person whose role does not open a page signs in with another account, and comes to the same page', async () => {
  const page = await open('/customers/add', { as: portal.partner.viewer });
  await title(page, 'This page is not for your role');
  await page.getByRole('button', { name: 'Sign in with another account' }).click();
  await signIn(page, OWNER);
  await title(page, 'New customers');
});

it('a session ends in this browser even if the sign-in service does not answer, and the page says so', async () => {
  const page = await enter('/customers/add', { expected: /ERR_FAILED/ });
  await title(page, 'New customers');
  await page.route('**/.well-known/**', (route) => route.abort());
  await page.reload();
  await title(page, 'New customers');
  await page.getByRole('button', { name: OWNER }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByText('The sign-in service may still know you').waitFor();
  await expectAccessible(page);
  expect(await page.evaluate('Object.keys(sessionStorage)')).toEqual([]);
});

it('a session that has expired and can’t be renewed leads to signing in, and from there back to the same part of the list', async () => {
  const page = await enter('/customers?query=many', { expected: /401|400/ });
  await expect.poll(() => rows(page).count()).toBe(20);
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => rows(page).count()).toBe(4);
  await page.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.user')) {
    const user = JSON.parse(sessionStorage.getItem(key));
    sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: 'spoilt', refresh_token: 'spoilt' }));
  }`);
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Refresh' }).click();
  await signIn(page);
  await expect.poll(() => rows(page).count()).toBe(4);
  const { searchParams } = new URL(page.url());
  expect([searchParams.get('query'), searchParams.get('page')]).toEqual(['many', '2']);
});

it('if nothing answers, a list that was searched does not look empty, and the portal says so, and continues once something does', async () => {
  const refuse = (route: Route) => route.fulfill({ status: 503, json: { message: 'Service Unavailable' } });
  const page = await open('/customers', { as: portal.otherPartner.owner, expected: /503/ });
  await page.getByText('No customers yet').waitFor();
  await page.route('**/v1/customers?*', refuse);
  await page.locator('input[type=search]').fill('Nobody');
  await page.getByText('The customers can’t be shown').waitFor();
  expect(await page.getByText('No customer matches').count()).toBe(0);
  await page.unroute('**/v1/customers?*');

  await page.route('**/v1/me', refuse);
  await page.reload();
  await page.getByText('The service answered unexpectedly (503)').waitFor();
  await title(page, 'That didn’t work');
  await expectAccessible(page);
  await page.unroute('**/v1/me');
  await page.getByRole('button', { name: 'Try again' }).click();
  await title(page, 'Customers');

  await page.route('**/config.json', (route) => route.fulfill({ status: 503, body: '' }));
  await page.reload();
  await page.getByText('its configuration can’t be read').waitFor();
  await title(page, 'That didn’t work');
  await expectAccessible(page);
  await page.unroute('**/config.json');
  await page.getByRole('button', { name: 'Reload' }).click();
  await title(page, 'Customers');
});

it('a long name does not break the list or its page', async () => {
  await portal.register({ name: 'Endless'.repeat(200) });
  const page = await open('/customers');
  await row(page, 'Endless').waitFor();
  const box = await row(page, 'Endless').getByRole('rowheader').boundingBox();
  expect(box?.width).toBeLessThan(400);
  await row(page, 'Endless').getByRole('link').first().click();
  await title(page, /^(Endless){11}End…$/);
  await page.getByText('Endless'.repeat(200)).first().waitFor();
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});
