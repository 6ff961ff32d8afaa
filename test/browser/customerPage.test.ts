/** The page of a customer, in a real browser against the local stack. `customerPage.long.test.ts` has its details. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { cloudsOf, customerPages, dialog, FOLLOWS_MS, offered, press, said, settled } from './customerPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, editor: EDITOR, viewer: VIEWER, staff } = portal.partner;
const { open: openPage } = portalBrowser(portal);
const { active, call, invited, open, withPeople } = customerPages(portal, openPage);

/** Chooses one of the dangerous actions, which stand behind a menu. */
async function choose(page: Page, name: string): Promise<void> {
  await press(page, 'Actions');
  await page.getByRole('menuitem', { name, exact: true }).click();
}

describe('an invited customer', () => {
  it('shows that the portal waits for it, the link to copy, and the time until the next mail; it is deleted after the person has typed a word', async () => {
    const { id, email } = await invited();
    const page = await open(OWNER, id);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await settled(page);
    await said(page, `Waiting for ${email} to confirm until`);
    await said(page, 'The mail was delivered on');
    await said(page, /You can resend in \d+:\d\d/);
    await said(page, `The link works only for someone who signs in with ${email}.`);
    await press(page, 'Copy link');
    await said(page, 'The link is copied.');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
    expect(await page.getByRole('button', { name: 'Resend invitation' }).getAttribute('aria-disabled')).toBe('true');

    await choose(page, 'Delete');
    await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await said(page, 'Type “delete”.');
    await dialog(page).getByRole('textbox').fill('Delete');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${portal.stack.portalUrl}/customers`);
    await said(page, 'Mila Bakery is deleted.');
  });

  it('is followed by an open page: its mail is sent, it expires, and it confirms elsewhere', async () => {
    await portal.stack.idle();
    portal.stack.stream.mode = 'paused';
    const { id, email: address } = await portal.register({ name: 'In the Queue' });
    const email = address ?? '';
    const page = await open(OWNER, id, { clock: true });
    await settled(page);
    // It can't be mailed again while its mail waits to be sent; then the page counts down one minute.
    await said(page, 'The mail has been waiting to be sent since');
    const resend = page.getByRole('button', { name: 'Resend invitation' });
    expect(await resend.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByText('You can resend in').count()).toBe(0);
    portal.stack.stream.mode = 'running';
    await portal.mailsTo(email);
    await portal.stack.idle();
    await page.clock.fastForward(FOLLOWS_MS);
    await said(page, /You can resend in (1:00|0:\d\d)/);
    await page.clock.fastForward(60_000);
    await page.getByText('You can resend in').waitFor({ state: 'detached' });
    expect(await resend.getAttribute('aria-disabled')).toBeNull();

    // After it has expired and the cooldown is over, it is mailed once for a double click.
    await portal.letExpire(id);
    await endCooldown(portal.stack, id);
    await page.clock.fastForward(FOLLOWS_MS);
    await said(page, `${email} hasn’t confirmed in time.`);
    await resend.dblclick();
    await said(page, `Waiting for ${email} to confirm until`);
    await portal.mailsTo(email, 2);
    expect((await portal.read(id)).version).toBe(2);

    expect(await offered(page, 'Create cloud')).toBe(0);
    await call('POST', `/v1/customers/${id}/invite/accept`, {}, email);
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    await said(page, 'The invitation was confirmed.');
    expect(await offered(page, 'Resend invitation')).toBe(0);
  });
});

describe('details', () => {
  it('are changed on the page: faults stand beside their fields, what somebody else has changed meanwhile isn’t overwritten, and only changed fields are sent', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id, { expected: /412/ });
    await settled(page);
    await said(page, 'Only the customer can change the name, when confirming.');
    await press(page, 'Edit');
    await page.getByLabel('Email', { exact: true }).fill('nobody');
    expect(await page.getByLabel('Name', { exact: true }).count()).toBe(0);
    await page.getByLabel('Partner’s role').fill('');
    await press(page, 'Save');
    await said(page, 'This is not an email address that mail can be sent to');
    await said(page, 'This can’t be left empty.');
    expect(await portal.read(id)).toMatchObject({ version: 1 });
    await press(page, 'Cancel');

    // The typed text stays when somebody else was faster.
    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('On the corner');
    await call('PATCH', `/v1/customers/${id}`, { role: 'Integrator' });
    await press(page, 'Save');
    await said(page, 'Someone else changed this customer');
    await press(page, 'Load and keep my text');
    await expect.poll(() => page.getByLabel('Partner’s role').inputValue()).toBe('Integrator');
    expect(await page.getByLabel('Friendly name').inputValue()).toBe('On the corner');

    // With the version that was read.
    const asked = page.waitForRequest((request) => request.method() === 'PATCH');
    await press(page, 'Save');
    const request = await asked;
    expect(request.postDataJSON()).toEqual({ friendlyName: 'On the corner' });
    expect(request.headers()['if-match']).toBe('"2"');
    await said(page, 'The changes are saved.');
    await said(page, 'Changed: friendly name.');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Edit');
    expect(await portal.read(id)).toMatchObject({ friendlyName: 'On the corner', role: 'Integrator' });
    // The result is shown on the page of the change.
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    await page.getByText('The changes are saved.', { exact: true }).first().waitFor({ state: 'detached' });
  });
});

it('the contact changes the name, is not offered what is the partner’s, and goes back to its invitations', async () => {
  const { id, email } = await active();
  const page = await open(email, id);
  await settled(page);
  await press(page, 'Edit');
  expect(await page.getByLabel('Partner’s role').count()).toBe(0);
  await page.getByLabel('Name', { exact: true }).fill('Mila’s Bakery');
  await press(page, 'Save');
  await page.getByRole('heading', { level: 1, name: 'Mila’s Bakery' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'My invitations' }).click();
  await page.waitForURL(/my.invitations/);
});

describe('clouds', () => {
  it('are created once for a double click and after a lost answer, by keyboard alone, under a valid name', async () => {
    const { id } = await active();
    const page = await open(OWNER, id, { expected: /409|ERR_|Failed to load/ });
    await settled(page);
    await page.getByRole('button', { name: 'Create cloud' }).focus();
    await page.keyboard.press('Enter');
    await said(page, "For subaccount 'Mila Bakery'");
    const organization = dialog(page).getByLabel('Organization');
    expect(await organization.inputValue()).toBe("For subaccount 'Mila Bakery'");
    await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe('INPUT');
    await page.keyboard.type('Bakery');
    await page.keyboard.press('Enter');
    await said(page, 'Use lower-case Latin letters, digits and hyphens');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('bakery-web');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).dblclick();
    await said(page, 'The cloud bakery-web is created.');
    await cloudsOf(page).getByText('bakery-web').waitFor();
    expect((await portal.read(id)).clouds).toBe(1);
    // A refusal is shown in the server's words, beside the typed text.
    await press(page, 'Create cloud');
    await dialog(page).getByRole('textbox').first().fill('bakery-web');
    await page.keyboard.press('Enter');
    await said(page, 'A cloud named bakery-web exists in this organization. Choose another name.');

    // The next request arrives, but its answer is lost: the person tries again.
    const keys: (string | undefined)[] = [];
    await page.route(/\/clouds$/, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    await dialog(page).getByRole('textbox').first().fill('bakery-app');
    await page.keyboard.press('Enter');
    await said(page, 'There was no answer.');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
    await said(page, 'The cloud bakery-app is created.');
    expect(keys[0]).toBeDefined();
    expect(keys[1]).toBe(keys[0]);
    expect((await portal.read(id)).clouds).toBe(2);
  });

  it('are linked and unlinked; clouds that can’t be linked show the reason and the next step', async () => {
    const { id, email } = await active();
    const account = `/v1/provider/accounts/${encodeURIComponent(email ?? '')}`;
    await call('PUT', account, ELIGIBLE, OPERATOR);
    /** A cloud of the account, on which the owner of the partner holds a role. */
    const putCloud = async (name: string, role: string, grantedAt: number, more: object = {}) => {
      const grants = [
        { email: OWNER, roleId: `resource-manager.clouds.${role}`, grantedAt: new Date(grantedAt).toISOString() },
      ];
      const path = `${account}/clouds/b1g${crypto.randomUUID().replaceAll('-', '').slice(0, 17)}`;
      await call('PUT', path, { name, grants, outstandingCharges: false, ...more }, OPERATOR);
    };
    const yesterday = Date.now() - DAY_MS;
    await putCloud('bakery-shop', 'owner', yesterday, { billedTo: 'dn2oldbakeryaccount0', outstandingCharges: true });
    await putCloud('workshop-new', 'owner', Date.now());
    await putCloud('workshop-test', 'member', yesterday);
    const page = await open(OWNER, id);
    await settled(page);
    await press(page, 'Link cloud');
    const links = (name: string) => dialog(page).getByRole('button', { name: `Link ${name}` });
    await links('bakery-shop').waitFor();
    expect(await links('workshop-new').count()).toBe(0);
    await said(page, /Your role on it is too recent. You can link it from .+\./);
    expect(await links('workshop-test').count()).toBe(0);
    await said(page, 'Ask its owner for resource-manager.clouds.owner.');
    // The second click of a double click links nothing more.
    await links('bakery-shop').dblclick();
    await said(page, 'pay what is outstanding there');
    await cloudsOf(page).getByText('It had charges on its old billing account.').waitFor();
    await press(page, 'Link cloud');
    await said(page, 'It is billed to a subaccount already.');
    await page.keyboard.press('Escape');
    // A dialog that is opened again at once shows the whole list.
    await press(page, 'Link cloud');
    await said(page, 'It is billed to a subaccount already.');
    await page.keyboard.press('Escape');
    await press(page, 'Unlink bakery-shop');
    await said(page, 'from now on it is billed to the customer directly');
    await dialog(page).getByRole('button', { name: 'Unlink', exact: true }).click();
    await said(page, 'The cloud bakery-shop was unlinked: it is billed to the customer directly.');
    await said(page, 'No clouds yet');
    // The button is gone: the focus moves to the beginning of the page.
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
  });
});

it('people stand once with all roles, their origins and what hinders a revocation; roles are granted and revoked', async () => {
  const { id, email, anna } = await withPeople();
  await portal.addMember(staff('co-owner'), 'owner');
  const page = await open(OWNER, id);
  await settled(page);
  const region = (name: string) => page.getByRole('region', { name });
  const customers = await region('The customer’s people').innerText();
  expect(customers.split(email)).toHaveLength(2);
  expect(customers).toContain(`${email} · Contact`);
  expect(customers).toMatch(
    /Administrator of the subaccount\s+Confirmed the invitation on .* · Only the contact can give it up\./,
  );
  expect(customers).toContain('Named as an administrator when the customer was added');
  expect(customers.match(new RegExp(`Granted by ${OWNER} on `, 'g'))).toHaveLength(2);
  const partners = await region('The partner’s people').innerText();
  expect(partners).toContain('To revoke it, change the member’s roles under Access management.');
  expect(partners).toContain(staff('co-owner'));
  expect(partners).not.toContain(anna);
  await expectAccessible(page);

  await press(page, 'Grant role');
  await dialog(page).getByRole('textbox').fill('helper@bakery.example');
  await dialog(page).getByRole('button', { name: 'Role' }).click();
  await page.getByRole('option', { name: 'Viewer' }).click();
  await dialog(page).getByRole('button', { name: 'Grant', exact: true }).click();
  await said(page, 'helper@bakery.example was granted the role Viewer.');
  await press(page, 'Revoke the role Viewer from helper@bakery.example');
  await dialog(page).getByRole('button', { name: 'Revoke', exact: true }).click();
  await said(page, 'helper@bakery.example lost the role Viewer.');
  // Roles of the membership are not revoked here.
  expect(await page.getByRole('button', { name: /^Revoke the role Owner/ }).count()).toBe(0);
  await call('DELETE', `/v1/members/${staff('co-owner')}`);
});

it('a customer is suspended with a reason that all can read, and activated again; what is done again after a lost answer is done once', async () => {
  const { id } = await active();
  const page = await open(EDITOR, id, { expected: /ERR_|Failed to load/ });
  await settled(page);
  // The second click of a double click hits the page beside the dialog, and so may a person who is about to type.
  await press(page, 'Actions');
  await page.getByRole('menuitem', { name: 'Suspend', exact: true }).dblclick();
  await dialog(page).getByRole('textbox').fill('Bills are open');
  await page.mouse.click(5, 400);
  expect(await dialog(page).getByRole('textbox').inputValue()).toBe('Bills are open');
  // Enter begins a new line.
  await dialog(page).getByRole('textbox').press('Enter');
  expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
  await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await said(page, 'Suspended: Bills are open');
  expect(await offered(page, 'Create cloud')).toBe(0);

  // The customer is activated, but the answer is lost; the person suspends it again.
  await page.route(
    /\/activate$/,
    async (route) => {
      await route.fetch();
      return route.abort('connectionreset');
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: 'Activate' }).click();
  await said(page, 'There was no answer.');
  await choose(page, 'Suspend');
  await dialog(page).getByRole('textbox').fill('They are still open');
  await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await said(page, 'Suspended: They are still open');
  await page.getByRole('button', { name: 'Activate' }).dblclick();
  await said(page, 'The customer is active again.');
  await page.getByRole('button', { name: 'Create cloud' }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
  // Each time once.
  expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE', version: 6 });
});

it('opened from the list, the page leads to the next and the previous customer as the list was filtered', async () => {
  const { owner } = portal.otherPartner;
  for (const name of ['Walk 1', 'Stay 1', 'Walk 2']) await portal.register({ name }, owner);
  const page = await openPage('/customers', { as: owner });
  await page.locator('input[type=search]').fill('walk');
  await page.waitForURL(/query=walk/);
  // Until then, the list that was there before stays.
  await expect.poll(() => page.locator('tbody tr:has(a)').count()).toBe(2);
  const shown = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const beside = (name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
  await page.getByRole('link', { name: 'Walk 1' }).click();
  await shown('Walk 1');
  await beside('Next customer').click();
  await shown('Walk 2');
  await beside('Previous customer').click();
  await shown('Walk 1');
  await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
  await page.waitForURL(/query=walk/);
});

describe('an action that a role does not allow', () => {
  it('isn’t offered to a viewer, nor advised', async () => {
    const { id } = await active();
    const page = await open(VIEWER, id);
    await settled(page);
    await page.getByRole('region', { name: 'The partner’s people' }).waitFor();
    await said(page, 'Your roles don’t allow you to grant and revoke roles here.');
    const status = page.getByRole('main').getByRole('status').first();
    expect(await status.innerText()).toMatch(/Everything is ready; there are no clouds yet\.$/);
    // Ids can be copied, and the history can be filtered.
    const others = page
      .getByRole('main')
      .getByRole('button')
      .and(page.locator(':not([aria-label^="Copy "], [aria-haspopup])'));
    expect(await others.allInnerTexts()).toEqual([]);
  });

  it('isn’t offered to another partner, for which there is no such customer', async () => {
    const { id } = await active();
    const page = await open(portal.otherPartner.owner, id, { expected: /404/ });
    await page.getByRole('heading', { level: 1, name: 'There is no such customer' }).waitFor();
  });
});
