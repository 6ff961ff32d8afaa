/** The list of customers, in a real browser against the local stack. */
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { eventually, expectAccessible, LOOKS, portalBrowser } from '../browser/portal.ts';
import { NOBODY, OWNER, testStack, VIEWER } from '../stack.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

/** All that the first page loads, compressed: on a slow line it is there in a few seconds. */
const MAX_SCRIPT_BYTES = 350 * 1024;

const portal = testStack();
const { open, signIn } = portalBrowser(portal);

beforeAll(async () => {
  const customers = Array.from({ length: 44 }, (_, index) => ({
    name: `Many ${index}`,
    email: `many${index}@client.example`,
  }));
  expect(await portal.request('POST', '/v1/customers/batch', { as: OWNER, body: { customers } })).toMatchObject({
    status: 200,
  });
});

const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const rows = (page: Page) => page.locator('tbody tr:has(a)');
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();

describe('the list', () => {
  it('tells of each customer its status, what became of the mail, until when, and its clouds', async () => {
    const active = await portal.confirmed({ name: 'Wind Ltd' });
    await portal.request('POST', `/v1/customers/${active.id}/clouds`, { as: OWNER, body: { name: 'prod' } });
    const invited = await portal.register({ name: 'Mila Bakery', friendlyName: 'Mila' });
    await portal.mailsTo(invited.email ?? '');
    const page = await open('/customers');
    await row(page, 'Wind Ltd').getByText('Active').waitFor();
    await row(page, 'Wind Ltd').getByRole('cell', { name: '1', exact: true }).waitFor();
    const mila = row(page, 'Mila Bakery');
    for (const said of ['Mila', invited.email ?? '', 'Verification required', 'in 14 days', 'Sent'])
      await mila.getByText(said).first().waitFor();
  });

  it('is narrowed down by name, address and status; the address keeps that, and going back works', async () => {
    const { id, email } = await portal.register({ name: 'Ёлки и палки' });
    await portal.letExpire(id);
    const page = await open('/customers');
    await page.getByRole('searchbox').or(page.locator('input[type=search]')).first().fill('елки');
    await eventually(() => rows(page).count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('query')).toBe('елки');
    await page.getByRole('button', { name: /^Status/ }).click();
    await page.getByRole('option', { name: 'Active' }).click();
    await page.getByText('No customer matches').waitFor();
    await page.goBack();
    await row(page, 'Ёлки').getByText('Expired').waitFor();
    await page.goto(`${portal.stack.portalUrl}/customers?query=${email}&status=EXPIRED`);
    await row(page, 'Ёлки').waitFor();
    expect(await rows(page).count()).toBe(1);
  });

  it('is turned page by page, by the server; its size and columns are remembered', async () => {
    const page = await open('/customers?query=many');
    await eventually(() => rows(page).count()).toBe(20);
    const first = await rows(page).first().innerText();
    await page.getByRole('button', { name: 'Next page' }).click();
    await eventually(() => rows(page).first().innerText()).not.toBe(first);
    await page.getByRole('button', { name: 'Next page' }).click();
    await eventually(() => rows(page).count()).toBe(4);
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
    await page.goBack();
    await eventually(() => rows(page).count()).toBe(20);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await eventually(() => rows(page).first().innerText()).toBe(first);

    await page.getByRole('button', { name: 'Preferences' }).click();
    await page.getByRole('radio', { name: '50 customers' }).check();
    await page.getByRole('button', { name: 'Confirm', exact: true }).click();
    await eventually(() => rows(page).count()).toBe(44);
    await page.reload();
    await eventually(() => rows(page).count()).toBe(44);
  });

  it('sends invitations of several again, and says of each what came of it', async () => {
    const expired = await portal.register({ name: 'Resend expired' });
    await portal.register({ name: 'Resend fresh' });
    await portal.letExpire(expired.id);
    const page = await open('/customers?query=resend', { expected: /429/ });
    for (const name of ['Resend expired', 'Resend fresh'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    await page.getByRole('button', { name: 'Resend invitation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Send 2 invitations' }).dblclick();
    await dialog.getByRole('listitem').filter({ hasText: 'Resend expired' }).getByText('On its way').waitFor();
    // The refusal in the server's words.
    await dialog
      .getByRole('listitem')
      .filter({ hasText: 'Resend fresh' })
      .getByText(/sent.*again|wait/i)
      .first()
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    await row(page, 'Resend expired').getByText('Verification required').waitFor();
    expect(await portal.mailsTo(expired.email ?? '', 2)).toHaveLength(2);
  });

  it('says what to do where it is empty, and where it can’t be read', async () => {
    const page = await open('/customers', { as: 'owner@globex.example', expected: /503|404: .*favicon/ });
    await page.getByText('No customers yet').waitFor();
    await page.route('**/v1/customers?*', (route) =>
      route.fulfill({ status: 503, json: { message: 'Service Unavailable' } }),
    );
    await page.getByRole('button', { name: 'Read the list again' }).click();
    await page.getByText('The customers can’t be shown').waitFor({ timeout: 20_000 });
    await page.unroute('**/v1/customers?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('The customers can’t be shown').waitFor({ state: 'detached' });
  });
});

describe('who may', () => {
  it('a viewer reads the list, and is offered nothing that its role doesn’t allow', async () => {
    const page = await open('/customers', { as: VIEWER });
    await eventually(() => rows(page).count()).toBe(20);
    for (const name of ['Add customers', 'Resend invitation'])
      expect(await page.getByRole('button', { name }).or(page.getByRole('link', { name })).count()).toBe(0);
    await page.goto(`${portal.stack.portalUrl}/customers/add`);
    await title(page, 'There is no such page');
  });

  it('somebody without a partner is told so, and what to do', async () => {
    const page = await open('/', { as: NOBODY });
    await title(page, 'Your account has no partner status');
    await page.getByText(/You are signed in as nobody@nowhere.example/).waitFor();
    await expectAccessible(page);
  });
});

describe('a session', () => {
  it('leads back to the page that somebody wanted, and ends with signing out', async () => {
    const page = await open('/customers?status=SUSPENDED');
    await title(page, 'Customers');
    expect(page.url()).toBe(`${portal.stack.portalUrl}/customers?status=SUSPENDED`);
    await page.getByRole('button', { name: OWNER }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });

  it('that has ended is renewed without a word; where that doesn’t work, signing in leads back', async () => {
    const page = await open('/customers?query=many', { expected: /401|400/ });
    await eventually(() => rows(page).count()).toBe(20);
    const spoil = (members: string[]) =>
      page.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.user')) {
        const user = JSON.parse(sessionStorage.getItem(key));
        for (const member of ${JSON.stringify(members)}) user[member] = 'spoilt';
        sessionStorage.setItem(key, JSON.stringify(user));
      }`);
    await spoil(['access_token']);
    await page.getByRole('button', { name: 'Next page' }).click();
    await expect
      .poll(async () => (await page.getByRole('button', { name: 'Previous page' }).isEnabled()) && rows(page).count())
      .toBe(20);

    await spoil(['access_token', 'refresh_token']);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Read the list again' }).click();
    await signIn(page);
    await eventually(() => rows(page).count()).toBe(20);
    expect(new URL(page.url()).search).toBe('?query=many');
  });
});

describe('how it is shown', () => {
  it.each(LOOKS)('has no fault in $locale, $colorScheme, at $viewport.width pixels', async (look) => {
    const page = await open('/customers', look);
    await eventually(() => rows(page).count()).toBe(20);
    expect(await page.locator('html').getAttribute('lang')).toBe(look.locale.slice(0, 2));
    await expectAccessible(page);
  });

  it('language and appearance are chosen, and remembered', async () => {
    const page = await open('/customers');
    await page.getByRole('button', { name: /Language/ }).click();
    await page.getByRole('menuitem', { name: 'Tiếng Việt' }).click();
    await title(page, 'Khách hàng');
    await page.getByRole('button', { name: 'Giao diện' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'Tối' }).click();
    await eventually(() => page.locator('body').getAttribute('class')).toContain('awsui-dark-mode');
    await page.reload();
    await title(page, 'Khách hàng');
    expect(await page.locator('body').getAttribute('class')).toContain('awsui-dark-mode');
  });

  it('loads no more script than it may', async () => {
    const page = await open('/customers');
    await eventually(() => rows(page).count()).toBe(20);
    const scripts = (await page.evaluate(
      `performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.js'))`,
    )) as string[];
    let bytes = 0;
    for (const script of new Set(scripts))
      bytes += gzipSync(Buffer.from(await (await fetch(script)).arrayBuffer())).length;
    expect(scripts.length).toBeGreaterThan(0);
    expect(bytes).toBeLessThanOrEqual(MAX_SCRIPT_BYTES);
  });
});
