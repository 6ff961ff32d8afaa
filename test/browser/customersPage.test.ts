/** The list of customers, in a real browser against the local stack. `customersPage.long.test.ts` has its details. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOBODY, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, at, viewer: VIEWER } = portal.partner;
const { enter, open, signIn, visit } = portalBrowser(portal);

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

describe('the list', () => {
  it('is opened from the left-hand panel, and shows each customer’s status, deadline, clouds and delivery, which it follows', async () => {
    const active = await portal.confirmed({ name: 'Wind Ltd' });
    await portal.request('POST', `/v1/customers/${active.id}/clouds`, { as: OWNER, body: { name: 'prod' } });
    const invited = await portal.register({ name: 'Mila Bakery', friendlyName: 'Mila' });
    await portal.stack.idle();
    expect((await portal.read(invited.id)).delivery?.status).toBe('DELIVERED');
    portal.stack.stream.mode = 'paused';
    await portal.register({ name: 'On its way' });
    const page = await open('/members');
    await title(page, 'Access management');
    const link = page.getByRole('navigation').getByRole('link', { name: 'Dashboard', exact: true });
    const [panel, content] = [await link.boundingBox(), await page.getByRole('main').boundingBox()];
    expect((panel?.x ?? 0) + (panel?.width ?? 0)).toBeLessThan(content?.x ?? 0);
    await link.click();
    await title(page, 'Customers');
    await expect.poll(() => rows(page).count()).toBe(20);

    await row(page, 'Wind Ltd').getByText('Active').waitFor();
    await row(page, 'Wind Ltd').getByRole('cell', { name: '1', exact: true }).waitFor();
    const mila = row(page, 'Mila Bakery');
    await mila.getByText('Mila', { exact: true }).waitFor();
    for (const said of [invited.email ?? '', 'Verification required', 'in 14 days', 'Delivered'])
      await mila.getByText(said).first().waitFor();
    await row(page, 'On its way')
      .getByText(/Waiting to be sent since \d{1,2}:\d\d/)
      .waitFor();
    portal.stack.stream.mode = 'running';
    await row(page, 'On its way').getByText('Delivered').waitFor();

    // The button to add a customer is in the top-right corner. Nothing but the margin of the page is beside it.
    const [button, main, table] = await Promise.all(
      [
        page.getByRole('link', { name: 'Add customer', exact: true }),
        page.getByRole('main'),
        page.getByRole('table'),
      ].map((each) => each.first().boundingBox()),
    );
    if (!button || !main || !table) throw new Error('a part of the page is not shown');
    expect(button.y + button.height).toBeLessThan(table.y);
    expect(main.x + main.width - (button.x + button.width)).toBeLessThan(button.width);
  });

  it('is filtered by name, address and status; the page’s address has the filter, and going back works', async () => {
    const { id, email } = await portal.register({ name: 'Ёлки и палки' });
    await portal.letExpire(id);
    await portal.stack.runSchedule('expireUnconfirmed');
    const page = await open('/customers');
    await page.getByRole('searchbox').or(page.locator('input[type=search]')).first().fill('елки');
    await expect.poll(() => rows(page).count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('query')).toBe('елки');
    await page.getByRole('button', { name: /^Status/ }).click();
    // This program asks for no approval.
    const options = await page.getByRole('option').allInnerTexts();
    expect(options.map((text) => text.split('\n')[0])).toEqual([
      'All statuses',
      'Verification required',
      'Active',
      'Suspended',
      'Declined',
      'Expired',
    ]);
    await page.getByRole('option', { name: 'Active' }).click();
    await page.getByText('No customer matches').waitFor();
    await page.goBack();
    await row(page, 'Ёлки').getByText('Expired').waitFor();
    await page.goto(`${portal.stack.portalUrl}/customers?query=${email}&status=EXPIRED`);
    await row(page, 'Ёлки').waitFor();
    expect(await rows(page).count()).toBe(1);
  });

  it('has pages, which come from the server, and the page’s address finds its part of the list', async () => {
    // The page is in the address: a browser that has not been there finds it, and from there the pages before.
    const answer = await portal.request('GET', '/v1/customers?query=many&pageSize=20', { as: OWNER });
    const address = `/customers?query=many&page=2&pageToken=${answer.body['nextPageToken']}`;
    const page = await open(address);
    await expect.poll(() => rows(page).count()).toBe(4);
    const second = await rows(page).first().innerText();
    expect(await page.getByRole('button', { name: 'Next page' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await expect.poll(() => rows(page).count()).toBe(20);
    const first = await rows(page).first().innerText();
    await page.getByRole('button', { name: 'Next page' }).click();
    await expect.poll(() => rows(page).first().innerText()).toBe(second);
    expect(page.url()).toBe(portal.stack.portalUrl + address);
    await page.goBack();
    await expect.poll(() => rows(page).first().innerText()).toBe(first);
  });

  it('sends the invitations of several customers again, and shows the result of each', async () => {
    const expired = await portal.register({ name: 'Resend expired' });
    const fresh = await portal.register({ name: 'Resend fresh' });
    await portal.mailsTo(expired.email ?? '');
    await portal.letExpire(expired.id);
    const raced = await portal.register({ name: 'Resend raced' });
    await portal.stack.idle();
    for (const { id } of [expired, fresh, raced]) await endCooldown(portal.stack, id);
    // The pause after a second mail is longer than this test takes.
    await portal.request('POST', `/v1/customers/${fresh.id}/invite/resend`, { as: OWNER });
    await portal.stack.idle();
    const page = await open('/customers?query=resend', { expected: /429/ });
    for (const name of ['Resend expired', 'Resend fresh', 'Resend raced'])
      await page.getByRole('checkbox', { name: `Select ${name}` }).check();
    // Another member sends this one meanwhile.
    await portal.request('POST', `/v1/customers/${raced.id}/invite/resend`, { as: OWNER });
    await page.getByRole('button', { name: 'Resend invitation' }).click();
    const dialog = page.getByRole('dialog');
    const of = (name: string) => dialog.getByRole('listitem').filter({ hasText: name });
    // The dialog asks for no resend that would be refused.
    await of('Resend fresh')
      .getByText(/sent a short time ago.*in \d minutes/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Send 2 invitations' }).dblclick();
    await of('Resend expired').getByText('On its way').waitFor();
    // A refusal is shown in the server's words.
    await of('Resend raced')
      .getByText(/sent.*again|wait/i)
      .first()
      .waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Close', exact: true }).click();
    await row(page, 'Resend expired').getByText('Verification required').waitFor();
    expect(await portal.mailsTo(expired.email ?? '', 2)).toHaveLength(2);
  });
});

describe('permissions:', () => {
  it('a viewer reads the list, and is offered nothing that its role doesn’t allow', async () => {
    const page = await open('/customers/add', { as: VIEWER });
    await title(page, 'This page is not for your role');
    await page.getByText('Ask one of the owners of').waitFor();
    await page.getByRole('main').getByRole('link', { name: OWNER }).waitFor();
    await page.getByRole('navigation').getByRole('link', { name: 'Dashboard', exact: true }).click();
    await expect.poll(() => rows(page).count()).toBe(20);
    for (const name of ['Add customer', 'Resend invitation'])
      expect(await page.getByRole('button', { name }).or(page.getByRole('link', { name })).count()).toBe(0);
  });

  it('a person whose sign-in fails reads so, and tries again; without a partner it reads this, and what to do', async () => {
    const page = await visit(`${portal.stack.portalUrl}/?error=access_denied&state=unknown`);
    await title(page, 'The sign-in failed');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Sign in again' }).click();
    await signIn(page, NOBODY);
    await title(page, 'Your account has no partner status');
    await page.getByText(/You are signed in as nobody@nowhere.example/).waitFor();
    await expectAccessible(page);
  });
});

describe('a session', () => {
  it('leads back to the wanted page after signing in, and ends in all tabs, with the typed text, when the person signs out in one', async () => {
    const page = await enter('/customers?status=SUSPENDED');
    await title(page, 'Customers');
    expect(page.url()).toBe(`${portal.stack.portalUrl}/customers?status=SUSPENDED`);
    const other = await page.context().newPage();
    await other.goto(`${portal.stack.portalUrl}/customers/add`);
    await other.getByLabel('Name', { exact: true }).fill('Not for others');
    await page.getByRole('button', { name: OWNER }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.getByText('You have signed out').waitFor();
    await expectAccessible(other);
    expect(await other.evaluate('Object.keys(sessionStorage)')).toEqual([]);
    await other.getByRole('button', { name: 'Sign in again' }).click();
    await signIn(other);
    await title(other, 'New customers');
    expect(await other.getByLabel('Name', { exact: true }).inputValue()).toBe('');
  });

  it('that has expired is renewed unnoticed; another person who signs in does not see what was typed', async () => {
    const page = await enter('/customers?query=many', { expected: /401/ });
    await expect.poll(() => rows(page).count()).toBe(20);
    await page.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.user')) {
      const user = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: 'spoilt' }));
    }`);
    await page.getByRole('button', { name: 'Next page' }).click();
    await expect
      .poll(async () => (await page.getByRole('button', { name: 'Previous page' }).isEnabled()) && rows(page).count())
      .toBe(4);

    await page.getByRole('link', { name: 'Add customer', exact: true }).first().click();
    const name = page.getByLabel('Name', { exact: true });
    await name.fill('Not for others');
    await page.evaluate(
      `for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.')) sessionStorage.removeItem(key)`,
    );
    await page.context().clearCookies();
    await page.reload();
    await signIn(page, portal.partner.editor);
    await title(page, 'New customers');
    expect(await name.inputValue()).toBe('');
  });
});

it('an empty list says what to do; if nothing answers, the list says so, and continues once something does', async () => {
  const page = await open('/customers', { as: portal.otherPartner.owner, expected: /503/ });
  await page.getByText('No customers yet').waitFor();
  await page.route('**/v1/customers?*', (route) =>
    route.fulfill({ status: 503, json: { message: 'Service Unavailable' } }),
  );
  await page.getByRole('button', { name: 'Refresh' }).click();
  await page.getByText('The customers can’t be shown').waitFor();
  await page.unroute('**/v1/customers?*');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('The customers can’t be shown').waitFor({ state: 'detached' });
});

it('language and appearance are chosen, and remembered', async () => {
  const page = await open('/customers');
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('menuitem', { name: 'Tiếng Việt' }).click();
  await title(page, 'Khách hàng');
  await page.getByRole('button', { name: 'Giao diện' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Tối' }).click();
  await expect.poll(() => page.locator('body').getAttribute('class')).toContain('awsui-dark-mode');
  await page.reload();
  await title(page, 'Khách hàng');
  expect(await page.locator('body').getAttribute('class')).toContain('awsui-dark-mode');
});
