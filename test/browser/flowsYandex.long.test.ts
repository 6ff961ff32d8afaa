/** More of the story of seeds 000 to 002 in a real browser: other ways through it, and rare interruptions. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { OWNER, ownStack, VIEWER } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { cloudNames, dialog, emailField, nameField, press, registered, row, said, title } from './flowSteps.ts';
import { portalBrowser } from './portal.ts';

/** Longer than each pause of the page between two attempts. */
const PAUSE_MS = 15_000;

// Schedules and throttling as under `npm start`.
const portal = ownStack({ schedules: true, throttling: true });
const { visit, open, signIn } = portalBrowser(portal);

async function eventTypes(customerId: string): Promise<string[]> {
  const { body } = await portal.request<{ events: { type: string }[] }>('GET', `/v1/customers/${customerId}/events`, {
    as: OWNER,
  });
  return body.events.map(({ type }) => type);
}

describe('the story', () => {
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
    expect(await cloudNames(portal, id)).toEqual(['only-one']);
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
    await expect.poll(() => registered(portal, 'in a tunnel')).toEqual(['In a Tunnel']);
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
