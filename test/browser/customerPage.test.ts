/** The page of a customer, in a real browser against the local stack. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, editor: EDITOR, viewer: VIEWER, staff } = portal.partner;
const { open: openPage } = portalBrowser(portal);

async function call(method: string, path: string, body?: object, as = OWNER): Promise<void> {
  const { status } = await portal.request(method, path, { as, ...(body && { body }) });
  expect(status, `${method} ${path}`).toBeLessThan(300);
}

/** Longer than an open page waits before it reads again. */
const FOLLOWS_MS = 15_000;

type Invited = { id: string; email: string };

/** An invited customer whose mail has arrived. */
async function invited(): Promise<Invited> {
  const { id, email } = await portal.register({ name: 'Mila Bakery' });
  await portal.stack.idle();
  expect((await portal.read(id)).delivery?.status).toBe('DELIVERED');
  return { id, email: email ?? '' };
}

async function active(): Promise<Invited> {
  const { id, email } = await portal.confirmed({ name: 'Mila Bakery' });
  return { id, email: email ?? '' };
}

/** The page of a customer, for a person who signs in on the way. */
async function open(as: string, customerId: string, tab: Parameters<typeof openPage>[1] = {}): Promise<Page> {
  const page = await openPage(`/customers/${customerId}`, { as, ...tab });
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

/** The page of a customer, with all of its parts loaded. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('list', { name: 'History' }).waitFor();
  await page.getByText('Loading…').first().waitFor({ state: 'hidden' });
}

/** The address of a request for a part of a list, with another size of the part: a short one has what long ones have in production. */
function withPageSize(address: string, size: number): string {
  const url = new URL(address);
  url.searchParams.set('pageSize', String(size));
  return url.href;
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
/** Chooses one of the dangerous actions, which stand behind a menu. */
async function choose(page: Page, name: string): Promise<void> {
  await press(page, 'Actions');
  await page.getByRole('menuitem', { name, exact: true }).click();
}
const cloudsOf = (page: Page) => page.getByRole('table', { name: 'Clouds' });
const dialog = (page: Page) => page.getByRole('dialog');
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const offered = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).count();

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

  it('is followed by an open page: it is deleted elsewhere, its mail is sent, it expires, and it confirms elsewhere', async () => {
    const { id: gone } = await portal.register({ name: 'Gone Elsewhere' });
    await portal.stack.idle();
    portal.stack.stream.mode = 'paused';
    const { id, email: address } = await portal.register({ name: 'In the Queue' });
    const email = address ?? '';
    const page = await open(OWNER, gone, { expected: /404|ERR_INTERNET_DISCONNECTED|Failed to load/, clock: true });
    await settled(page);
    await call('DELETE', `/v1/customers/${gone}`);
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByRole('heading', { level: 1, name: 'There is no such customer' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Dashboard' }).click();

    // It can't be mailed again while its mail waits to be sent; then the page counts down one minute.
    await page.getByRole('link', { name: 'In the Queue' }).click();
    await settled(page);
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

    // Without a network the page keeps its data and says so. It continues when the network is back, and nobody touches it.
    await page.context().setOffline(true);
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByText('This information may be out of date').waitFor();
    await page.getByRole('heading', { level: 1, name: 'In the Queue' }).waitFor();
    await page.context().setOffline(false);
    await page.getByText('This information may be out of date').waitFor({ state: 'hidden' });

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

  it('keep the typed text when the page is left and loaded again, without what may not be changed any more, until it is saved or cancelled', async () => {
    const { id, email } = await invited();
    const page = await open(OWNER, id, { expected: /412/ });
    await settled(page);
    await press(page, 'Edit');
    await page.getByLabel('Email', { exact: true }).fill('sons@bakery.example');
    await page.getByLabel('Friendly name').fill('On the corner');
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    await page.goBack();
    await said(page, 'These are the changes that you typed before.');
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe('sons@bakery.example');
    expect(await page.getByLabel('Friendly name').inputValue()).toBe('On the corner');
    await expectAccessible(page);

    await call('POST', `/v1/customers/${id}/invite/accept`, undefined, email);
    await page.reload();
    await said(page, 'These are the changes that you typed before.');
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe(email);
    expect(await page.getByLabel('Friendly name').inputValue()).toBe('On the corner');
    expect(await page.getByLabel('Name', { exact: true }).count()).toBe(0);
    await press(page, 'Save');
    await press(page, 'Load and keep my text');
    await page.getByText('Someone else changed this customer').waitFor({ state: 'detached' });
    await press(page, 'Save');
    await said(page, 'The changes are saved.');
    await said(page, 'Only the customer’s contact person can change the name.');
    expect(await portal.read(id)).toMatchObject({ name: 'Mila Bakery', email, friendlyName: 'On the corner' });

    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('In the park');
    const kept = () => page.evaluate('JSON.stringify(sessionStorage)');
    await expect.poll(kept).toContain('In the park');
    await press(page, 'Cancel');
    await expect.poll(kept).not.toContain('In the park');
    expect(await page.getByLabel('Friendly name').count()).toBe(0);
    expect(await portal.read(id)).toMatchObject({ friendlyName: 'On the corner' });
  });
});

it('the contact is not sent to itself for a cloud to link, unlinks a cloud that was created here, changes the name, and goes back to its invitations', async () => {
  const { id, email } = await active();
  const page = await open(email, id);
  await settled(page);
  await press(page, 'Link cloud');
  await said(page, 'Your account has no clouds yet. You can create one here.');
  await page.keyboard.press('Escape');
  await press(page, 'Create cloud');
  await dialog(page).getByRole('textbox').first().fill('bakery-web');
  await page.keyboard.press('Enter');
  await said(page, 'The cloud bakery-web is created.');
  await press(page, 'Unlink bakery-web');
  await dialog(page).getByRole('button', { name: 'Unlink', exact: true }).click();
  await said(page, 'No clouds yet');
  expect((await portal.read(id)).clouds).toBe(0);

  await press(page, 'Edit');
  expect(await page.getByLabel('Partner’s role').count()).toBe(0);
  await page.getByLabel('Name', { exact: true }).fill('Mila’s Bakery');
  await press(page, 'Save');
  await page.getByRole('heading', { level: 1, name: 'Mila’s Bakery' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'My invitations' }).click();
  await page.waitForURL(/my.invitations/);
});

describe('clouds', () => {
  it('are created once for a double click, by keyboard alone, under a valid name; a refusal is in the language of the page', async () => {
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

    // In other languages, a refusal has the values of the server's sentence.
    await page.getByRole('button', { name: /Language/ }).click();
    await page.getByRole('menuitem', { name: 'Русский' }).click();
    await press(page, 'Создать облако');
    await dialog(page).getByRole('textbox').first().fill('bakery-app');
    await page.keyboard.press('Enter');
    await said(page, 'В этой организации уже есть облако bakery-app. Выберите другое название.');
  });

  it('of a customer whose partner is not in paid mode can’t be created and linked: the buttons say why', async () => {
    const { id: unpaid, owner, name } = portal.otherPartner;
    const { id, email } = await portal.register({ name: 'Unpaid' }, owner);
    await call('POST', `/v1/customers/${id}/invite/accept`, undefined, email ?? '');
    const setPaid = (paid: boolean) =>
      call('PUT', `/v1/provider/partners/${unpaid}`, { name, paid, owners: [owner] }, OPERATOR);
    await setPaid(false);
    const page = await open(owner, id);
    await settled(page);
    await expectAccessible(page);
    for (const name of ['Create cloud', 'Link cloud']) {
      const button = page.getByRole('button', { name, exact: true });
      expect(await button.getAttribute('aria-disabled')).toBe('true');
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByText('Ask the provider to switch it on.').filter({ visible: true }).waitFor();
      expect(await dialog(page).count()).toBe(0);
    }
    await setPaid(true);
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

it('people stand once with all roles, their origins and what hinders a revocation; roles are granted and revoked; no two buttons have the same name', async () => {
  const { id, email } = await portal.confirmed({ name: 'Mila Bakery', adminEmails: [portal.partner.at('chief')] });
  await portal.addMember(staff('co-owner'), 'owner');
  const anna = { type: 'USER', id: portal.partner.at('anna') };
  const deltas = ['viewer', 'editor'].map((role) => ({
    action: 'ADD',
    roleId: `billing.accounts.${role}`,
    subject: anna,
  }));
  await call('PATCH', `/v1/customers/${id}/access`, { deltas });
  const created = { as: OWNER, body: { name: 'bakery-web' } };
  const { body } = await portal.request('POST', `/v1/customers/${id}/clouds`, created);
  const toPartner = {
    action: 'ADD',
    roleId: 'resource-manager.clouds.owner',
    subject: { type: 'PARTNER', id: portal.partner.id },
    expiresAt: new Date(2100, 0, 1).toISOString(),
  };
  await call('PATCH', `/v1/me/clouds/${body['id']}/access`, { deltas: [toPartner] }, email ?? '');
  const page = await open(OWNER, id);
  await settled(page);
  const region = (name: string) => page.getByRole('region', { name });
  const customers = await region('The customer’s people').innerText();
  expect(customers.split(email ?? '')).toHaveLength(2);
  expect(customers).toContain(`${email} · Contact`);
  expect(customers).toMatch(
    /Administrator of the subaccount\s+Confirmed the invitation on .* · Only the contact can give it up\./,
  );
  expect(customers).toContain('Named as an administrator when the customer was added');
  expect(customers.match(new RegExp(`Granted by ${OWNER} on `, 'g'))).toHaveLength(2);
  const partners = await region('The partner’s people').innerText();
  expect(partners).toContain('To revoke it, change the member’s roles under Access management.');
  expect(partners).toContain(staff('co-owner'));
  expect(partners).not.toContain(anna.id);
  const names = (await page.evaluate(`[...document.querySelectorAll('main button')]
    .map((each) => each.ariaLabel ?? each.innerText)`)) as string[];
  expect(names.filter((name, index) => name !== '' && names.indexOf(name) !== index)).toEqual([]);
  await expectAccessible(page);
  // Ids are copied, and the console is opened in a new tab.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, `Copy ${id}`);
  await expect.poll(() => page.evaluate('navigator.clipboard.readText()')).toBe(id);
  const cloudId = await cloudsOf(page).getByText(/^b1g/).innerText();
  const links = [
    [page.getByRole('link', { name: /^Open bakery-web in the console/ }), `/clouds/${cloudId}`],
    [page.getByRole('link', { name: /^Open the organization in the console/ }), '/organizations/'],
  ] as const;
  for (const [link, path] of links) {
    expect(await link.getAttribute('href')).toContain(`https://console.cloud.example${path}`);
    expect(await link.getAttribute('target')).toBe('_blank');
    expect(await link.getAttribute('rel')).toContain('noopener');
  }
  // The history says who has which role on a cloud. The partner can't unlink a cloud that it created.
  await said(page, `${portal.partner.name} was granted the role Owner (until the end of Dec 31, 2099).`);
  expect(await page.getByRole('button', { name: 'Unlink bakery-web' }).count()).toBe(0);
  // The address of the page was typed or shared: it leads to no neighbours.
  expect(await page.getByText('Next customer').count()).toBe(0);

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

it('a customer is suspended with a reason that all can read, and activated again, each time that it is done; lists that are long stand in pages', async () => {
  const { id, email } = await portal.register({ name: 'Mila Bakery' });
  await portal.mailsTo(email ?? '');
  await portal.stack.idle();
  await call('POST', `/v1/customers/${id}/invite/accept`, undefined, email ?? '');
  await call('PATCH', `/v1/customers/${id}`, { friendlyName: 'On the corner' });
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
  const long = `https://pay.example/${'invoice-'.repeat(100)}`;
  await dialog(page).getByRole('textbox').fill(long);
  await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
  await said(page, `Suspended: ${long}`);
  // A long reason does not break the page.
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole('button', { name: 'Activate' }).dblclick();
  await said(page, 'The customer is active again.');
  await page.getByRole('button', { name: 'Create cloud' }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
  // Each time once.
  expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE', version: 7 });

  // A history that can't be read says this alone, and its button has a name of its own.
  for (let n = 10; n < 22; n += 1) await call('POST', `/v1/customers/${id}/clouds`, { name: `cloud-${n}` });
  await page.route('**/events?*', (route) => route.abort());
  let gate: Promise<void> | undefined;
  await page.route(/\/clouds($|\?)/, async (route) => {
    await gate;
    return route.continue({ url: withPageSize(route.request().url(), 5) });
  });
  await page.reload();
  const again = page.getByRole('button', { name: 'Try again: The history can’t be shown' });
  await again.waitFor();
  expect(await page.getByText('No such events.').count()).toBe(0);

  // Many clouds stand in pages. Until all are read, nothing is known about the search.
  const rows = cloudsOf(page).locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(10);
  const search = page.getByRole('searchbox', { name: 'Find by name or id' });
  const { promise, resolve: release } = Promise.withResolvers<void>();
  gate = promise;
  await search.fill('zebra');
  await cloudsOf(page).getByText('Loading…').waitFor();
  expect(await page.getByText('No cloud matches').count()).toBe(0);
  release();
  await said(page, 'No cloud matches');
  await search.fill('');
  await page.getByRole('button', { name: 'Next page' }).click();
  await expect.poll(() => rows.count()).toBe(2);
  const last = await rows.last().getByText(/^b1g/).innerText();
  for (const text of [last.toUpperCase(), 'LOUD-17']) {
    await search.fill(text);
    await expect.poll(() => rows.count()).toBe(1);
  }
  await search.fill('zebra');
  await said(page, 'No cloud matches');
  await press(page, 'Clear the search');
  await expect.poll(() => rows.count()).toBe(10);

  // The history has the newest event first, with the fate of its mails; a filter reads on until it finds something.
  await page.unroute('**/events?*');
  await page.route('**/events?*', (route) => route.continue({ url: withPageSize(route.request().url(), 5) }));
  await again.click();
  const events = page.getByRole('list', { name: 'History' }).locator('> li');
  await expect.poll(() => events.count()).toBe(5);
  expect(await events.first().innerText()).toContain('cloud-21');
  await press(page, 'Show older events');
  await expect.poll(() => events.count()).toBe(10);
  const filter = async (name: string) => {
    await page.getByRole('button', { name: /^Show events/ }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await filter('Details');
  await said(page, 'Changed: friendly name.');
  expect(await events.count()).toBe(1);
  await filter('People and roles');
  await said(page, 'No such events.');
  expect(await offered(page, 'Show older events')).toBe(0);
  await filter('Mails');
  const invitation = events.filter({ hasText: `Invitation to ${email}` });
  expect(await invitation.innerText()).toMatch(new RegExp(`Invitation to ${email}: Delivered, `));
});

it('opened from the list, the page leads to the next and the previous customer as the list was filtered, over its pages and a reload, to its end', async () => {
  const { owner } = portal.otherPartner;
  const names = ['Walk 1', 'Walk 2', 'Stay 1', 'Walk 3', 'Walk 4'];
  for (const name of names) await portal.register({ name }, owner);
  const page = await openPage('/customers', { as: owner });
  await page.route('**/v1/customers?*', (route) => route.continue({ url: withPageSize(route.request().url(), 2) }));
  await page.locator('input[type=search]').fill('walk');
  await page.waitForURL(/query=walk/);
  await expect.poll(() => page.locator('tbody tr:has(a)').count()).toBe(2);
  const shown = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
  const beside = (name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
  await page.getByRole('link', { name: 'Walk 1' }).click();
  await shown('Walk 1');
  expect(await page.getByText('Previous customer').locator('visible=true').count()).toBe(1);
  expect(await beside('Previous customer').and(page.locator('[href]')).count()).toBe(0);
  await beside('Next customer').click();
  await shown('Walk 2');
  const [previous, next] = await Promise.all(
    ['Previous customer', 'Next customer'].map((name) => beside(name).boundingBox()),
  );
  expect((next?.x ?? 0) - (previous?.x ?? 0) - (previous?.width ?? 0)).toBeGreaterThanOrEqual(8);
  await page.reload();
  for (const n of [3, 4]) {
    await beside('Next customer').click();
    await shown(`Walk ${n}`);
  }
  await expect.poll(() => beside('Next customer').and(page.locator('[href]')).count()).toBe(0);
  // The focus stays where the person presses again, and says why nothing follows.
  await expect.poll(() => page.evaluate('document.activeElement.innerText')).toBe('Next customer');
  await page.getByText('Next customer').locator('visible=true').hover();
  await page.getByText('This is the last customer of the list.').filter({ visible: true }).waitFor();
  await beside('Previous customer').click();
  await shown('Walk 3');
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
