/** The story of seeds 000 to 002 in a real browser: the portal, the invitation page, and the mail between them. */
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { linkIn } from '../../local/inbox.ts';
import { OWNER, ownStack } from '../stack.ts';
import { cloudNames, dialog, emailField, nameField, press, registered, row, said, title } from './flowSteps.ts';
import { portalBrowser } from './portal.ts';

/** Longer than an open page waits before it reads again. */
const FOLLOWS_MS = 15_000;

/** Resolves when the page has drawn once more. */
const FRAME = 'new Promise((drawn) => requestAnimationFrame(drawn))';

// Schedules and throttling as under `npm start`.
const portal = ownStack({ schedules: true, throttling: true });
const { newTab, visit, open, signIn } = portalBrowser(portal);

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
    expect(await cloudNames(portal, idIn(page))).toEqual(['bakery-shop', 'wind-web']);
    // A field that has the keyboard already needs none.
    expect(clicks.count + itsClicks.count).toBe(10);

    await page.getByRole('link', { name: 'Customers' }).first().click();
    await row(page, 'Wind Ltd').getByText('Active').waitFor();
    await row(page, 'Wind Ltd').getByRole('cell', { name: '2', exact: true }).waitFor();
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
    expect(await cloudNames(portal, id)).toEqual(['pocket']);
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
    expect(await registered(portal, 'refreshed')).toEqual([]);
    await page.getByRole('button', { name: 'Add', exact: true }).dblclick();
    await said(page, 'Refreshed was added');
    await page.goBack();
    await page.goForward();
    expect(await registered(portal, 'refreshed')).toEqual(['Refreshed']);
    expect(await portal.mailsTo('refreshed@client.example')).toHaveLength(1);
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
    expect(await registered(portal, 'late evening')).toEqual([]);
    await press(page, 'Add');
    await said(page, 'Late Evening was added');
    expect(await registered(portal, 'late evening')).toEqual(['Late Evening']);
  });
});
