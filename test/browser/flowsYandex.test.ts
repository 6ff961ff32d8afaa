/** The story of seeds 000 to 002 in a real browser: the portal, the invitation page, and the mail between them. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { linkIn } from '../../local/inbox.ts';
import { OWNER, ownStack, VIEWER } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { portalBrowser } from './portal.ts';

/** Longer than an open page waits before it reads again. */
const FOLLOWS_MS = 15_000;
/** Longer than each pause of the page between two attempts. */
const PAUSE_MS = 15_000;

/** Resolves when the page has drawn once more. */
const FRAME = 'new Promise((drawn) => requestAnimationFrame(drawn))';

// Schedules and throttling as under `npm start`.
const portal = ownStack({ schedules: true, throttling: true });
const { newTab, visit, open, signIn } = portalBrowser(portal);

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true }).click();
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const nameField = (page: Page) => page.getByLabel('Name', { exact: true });
const emailField = (page: Page) => page.getByLabel('Email', { exact: true });
const dialog = (page: Page) => page.getByRole('dialog');

async function registered(query: string): Promise<string[]> {
  const path = `/v1/customers?query=${encodeURIComponent(query)}`;
  const { body } = await portal.request<{ customers: { name: string }[] }>('GET', path, { as: OWNER });
  return body.customers.map(({ name }) => name);
}

async function cloudNames(customerId: string): Promise<string[]> {
  const { body } = await portal.request<{ clouds: { name: string }[] }>('GET', `/v1/customers/${customerId}/clouds`, {
    as: OWNER,
  });
  return body.clouds.map(({ name }) => name).sort();
}

async function eventTypes(customerId: string): Promise<string[]> {
  const { body } = await portal.request<{ events: { type: string }[] }>('GET', `/v1/customers/${customerId}/events`, {
    as: OWNER,
  });
  return body.events.map(({ type }) => type);
}

const idIn = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? '';

describe('the story', () => {
  it('from signing in to a linked cloud', async () => {
    const email = 'mila@bakery.example';
    const page = await newTab({ clock: true });
    const clicks = await countClicks(page.context());
    await page.goto(portal.stack.portalUrl);
    await press(page, new RegExp(`^${OWNER} `));
    await title(page, 'Customers');
    await page.getByRole('link', { name: 'Add customer' }).first().click();
    await type(nameField(page), 'Wind Ltd');
    await type(emailField(page), email);
    await press(page, 'Add');
    await said(page, 'Wind Ltd was added');
    await row(page, 'Wind Ltd').getByText('Verification required').waitFor();
    await row(page, 'Wind Ltd').getByRole('link').click();
    await said(page, `Waiting for ${email} to confirm until`);
    expect(await page.getByRole('button', { name: 'Create cloud' }).count()).toBe(0);

    const [mail] = await portal.mailsTo(email);
    // In a browser of its own: what counts the clicks must not stay in the one that all tests share.
    const its = await newTab({ locale: 'en-US' });
    const itsClicks = await countClicks(its.context());
    await its.goto(linkIn(mail));
    await title(its, 'Acme Integrators invites you to Yandex Cloud');
    await press(its, 'Confirm');
    await title(its, 'You have confirmed');

    // Nobody touches the partner's page meanwhile.
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    await page.getByRole('status').filter({ hasText: 'Active' }).first().waitFor();
    await said(page, 'The invitation was confirmed.');
    await press(page, 'Create cloud');
    await said(page, "For subaccount 'Wind Ltd'");
    await type(dialog(page).getByRole('textbox').first(), 'wind-web');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
    await said(page, 'The cloud wind-web is created.');

    await press(page, 'Link cloud');
    await said(page, 'Your role on it isn’t enough. Ask its owner for resource-manager.clouds.owner.');
    expect(await dialog(page).getByRole('button', { name: 'Link bakery-test' }).count()).toBe(0);
    await dialog(page).getByRole('button', { name: 'Link bakery-shop' }).click();
    await said(page, 'The cloud bakery-shop is linked. It had charges on its old billing account');
    expect(await cloudNames(idIn(page))).toEqual(['bakery-shop', 'wind-web']);
    // A field that has the keyboard already needs none.
    expect(clicks.count + itsClicks.count).toBe(10);

    await page.getByRole('link', { name: 'Customers' }).first().click();
    await row(page, 'Wind Ltd').getByText('Active').waitFor();
    await row(page, 'Wind Ltd').getByRole('cell', { name: '2', exact: true }).waitFor();
  });

  it('of a mail that is sent again and of a copied link, with which the customer signs in and confirms', async () => {
    const { id, email } = await portal.register({ name: 'Copied Link' });
    await portal.mailsTo(email ?? '');
    await portal.letExpire(id);
    await endCooldown(portal.stack, id);
    const page = await open(`/customers/${id}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await said(page, `${email} hasn’t confirmed in time.`);
    await page.getByRole('button', { name: 'Resend invitation' }).dblclick();
    await said(page, `The invitation to ${email} is on its way.`);
    expect(await portal.mailsTo(email ?? '', 2)).toHaveLength(2);
    await press(page, 'Copy link');
    await said(page, 'The link is copied.');
    const link = await page.evaluate('navigator.clipboard.readText()');

    const its = await visit(String(link));
    await title(its, 'Sign in to confirm the invitation');
    await press(its, 'Sign in and confirm');
    await signIn(its, email ?? '');
    await title(its, 'Copied Link');
    await said(its, 'Acme Integrators serves Copied Link in Yandex Cloud.');
    expect(await eventTypes(id)).toEqual(expect.arrayContaining(['InvitationResent', 'InvitationAccepted']));
  });

  it('on a phone: the customer confirms from the mail, signs in, and finds its subaccount', async () => {
    const { id, email } = await portal.register({ name: 'By Phone' });
    const [mail] = await portal.mailsTo(email ?? '');
    const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
    const page = await visit(linkIn(mail), phone);
    await page.getByRole('button', { name: 'Confirm', exact: true }).tap();
    await title(page, 'You have confirmed');
    await page.getByRole('link', { name: 'Sign in to create or link a cloud' }).tap();
    await signIn(page, email ?? '');
    await title(page, 'By Phone');
    await page.getByRole('button', { name: 'Create cloud' }).tap();
    await dialog(page).getByRole('textbox').first().fill('pocket');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).tap();
    await said(page, 'The cloud pocket is created.');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expect(await cloudNames(id)).toEqual(['pocket']);
  });

  it('as a viewer sees it: all can be read, and no action is offered', async () => {
    const { id } = await portal.confirmed({ name: 'Only Looking' });
    const page = await open('/', { as: VIEWER });
    await page.getByRole('link', { name: 'Only Looking' }).click();
    await title(page, 'Only Looking');
    await page.getByRole('list', { name: 'History' }).waitFor();
    await page.getByRole('region', { name: 'The customer’s people' }).waitFor();
    // Ids can be copied, the history can be filtered, and the list goes on with the next customer.
    const others = page
      .getByRole('main')
      .getByRole('button')
      .and(page.locator(':not([aria-label^="Copy "], [aria-haspopup])'))
      .filter({ hasNotText: /^(Previous|Next) customer/ });
    expect(await others.allInnerTexts()).toEqual([]);
    await page.goBack();
    await title(page, 'Customers');
    for (const name of ['Add customer', 'Resend invitation'])
      expect(await page.getByRole('button', { name }).or(page.getByRole('link', { name })).count()).toBe(0);
    await page.goto(`${portal.stack.portalUrl}/customers/add`);
    await title(page, 'This page is not for your role');
    expect(await eventTypes(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('without a mouse: a member signs in, adds a customer, and opens it', async () => {
    const page = await visit(portal.stack.portalUrl);
    await tabTo(page, page.getByLabel('Email address'));
    await page.keyboard.type(OWNER);
    await page.keyboard.press('Enter');
    await title(page, 'Customers');
    await tabTo(page, page.getByRole('link', { name: 'Add customer' }).first());
    await page.keyboard.press('Enter');
    await nameField(page).waitFor();
    await tabTo(page, nameField(page));
    await page.keyboard.type('No Mouse');
    await page.keyboard.press('Tab');
    await page.keyboard.type('keys@nomouse.example');
    await page.keyboard.press('Enter');
    await said(page, 'No Mouse was added');
    const link = row(page, 'No Mouse').getByRole('link');
    await link.waitFor();
    await tabTo(page, link);
    await page.keyboard.press('Enter');
    await title(page, 'No Mouse');
    await said(page, 'Waiting for keys@nomouse.example to confirm until');
  });
});

/** Counts the presses of the mouse's button on all pages that are loaded from now on. */
async function countClicks(context: BrowserContext): Promise<{ count: number }> {
  const clicks = { count: 0 };
  await context.exposeFunction('countClick', () => {
    clicks.count += 1;
  });
  await context.addInitScript("addEventListener('pointerdown', () => countClick(), true)");
  return clicks;
}

/** Types like a person, who clicks on a field unless the keyboard is in it already. */
async function type(field: Locator, text: string): Promise<void> {
  await field.waitFor();
  const hasKeyboard = async () => (await field.and(field.page().locator(':focus')).count()) > 0;
  // A page takes a moment to move the focus.
  for (let looks = 0; looks < 20 && !(await hasKeyboard()); looks++) await field.page().evaluate(FRAME);
  if (!(await hasKeyboard())) await field.click();
  await field.page().keyboard.type(text);
}

/** Presses Tab until an element has the focus, like a person without a mouse. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let presses = 0; presses < 60; presses++) {
    if ((await target.and(page.locator(':focus')).count()) > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`${target} can't be reached with Tab`);
}

describe('an interruption leaves the page correct and doubles no data:', () => {
  it('refreshing and going back: typed text stays, and nothing is sent', async () => {
    const page = await open('/customers?status=ACTIVE');
    await title(page, 'Customers');
    await page.getByRole('link', { name: 'Add customer' }).first().click();
    await nameField(page).fill('Refreshed');
    await emailField(page).fill('refreshed@client.example');
    await page.reload();
    expect(await nameField(page).inputValue()).toBe('Refreshed');
    await page.goBack();
    await title(page, 'Customers');
    expect(new URL(page.url()).search).toBe('?status=ACTIVE');
    await page.goForward();
    expect(await nameField(page).inputValue()).toBe('Refreshed');
    expect(await registered('refreshed')).toEqual([]);
    await page.getByRole('button', { name: 'Add', exact: true }).dblclick();
    await said(page, 'Refreshed was added');
    await page.goBack();
    await page.goForward();
    expect(await registered('refreshed')).toEqual(['Refreshed']);
    expect(await portal.mailsTo('refreshed@client.example')).toHaveLength(1);
  });

  it('two tabs that create the same cloud: one succeeds, and the other says so', async () => {
    const { id } = await portal.confirmed({ name: 'Two Tabs' });
    const page = await open(`/customers/${id}`, { expected: /409/ });
    const other = await open(`/customers/${id}`);
    for (const tab of [page, other]) {
      await tab.bringToFront();
      await press(tab, 'Create cloud');
      await dialog(tab).getByRole('textbox').first().fill('only-one');
    }
    await dialog(other).getByRole('button', { name: 'Create', exact: true }).click();
    await said(other, 'The cloud only-one is created.');
    await page.bringToFront();
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
    await said(page, 'A cloud named only-one exists in this organization. Choose another name.');
    expect(await cloudNames(id)).toEqual(['only-one']);
  });

  it('a session that has ended: signing in leads back to the typed text', async () => {
    const page = await open('/customers/add', { expected: /40[01]/ });
    await nameField(page).fill('Late Evening');
    await emailField(page).fill('late.evening@client.example');
    // Access token and refresh token are invalid, and the issuer has no session.
    await page.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.user')) {
      const user = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: 'old', refresh_token: 'old' }));
    }`);
    await press(page, 'Add');
    await signIn(page);
    await nameField(page).waitFor();
    expect(await nameField(page).inputValue()).toBe('Late Evening');
    expect(await registered('late evening')).toEqual([]);
    await press(page, 'Add');
    await said(page, 'Late Evening was added');
    expect(await registered('late evening')).toEqual(['Late Evening']);
  });

  it('a lost network: once it is back, nothing is lost and nothing is doubled, and a page that could not be loaded appears', async () => {
    const page = await open('/customers/add', {
      expected: /ERR_INTERNET_DISCONNECTED|console error: ApiProblem/,
      clock: true,
    });
    await nameField(page).fill('In a Tunnel');
    await emailField(page).fill('tunnel@client.example');
    await page.context().setOffline(true);
    await press(page, 'Add');
    // The page tries several times, with pauses.
    await expect
      .poll(async () => {
        await page.clock.fastForward(PAUSE_MS);
        return page.getByText('There was no answer.').isVisible();
      })
      .toBe(true);
    expect(await nameField(page).inputValue()).toBe('In a Tunnel');
    await page.context().setOffline(false);
    await said(page, 'You are online again.');
    expect(await page.getByText('No answer came.').count()).toBe(0);
    await press(page, 'Add');
    await said(page, 'In a Tunnel was added');
    await expect.poll(() => registered('in a tunnel')).toEqual(['In a Tunnel']);
    expect(await portal.mailsTo('tunnel@client.example')).toHaveLength(1);

    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'My invitations' }).click();
    await page.getByText('There was no answer. Check your connection').waitFor();
    await press(page, /^Try again/);
    await page.getByText('There was no answer. Check your connection').waitFor();
    await page.context().setOffline(false);
    // Nobody touches the page.
    await title(page, 'My invitations');

    await page.context().setOffline(true);
    await page.getByRole('link', { name: 'Access management' }).click();
    await page.getByText('There was no answer. Check your connection').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('link', { name: 'My invitations' }).click();
    await title(page, 'My invitations');
    await page.getByRole('link', { name: 'Access management' }).click();
    await title(page, 'Access management');
  });
});
