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
  it('shows that the portal waits for it, the link to copy, and the time until the next mail', async () => {
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
  });

  it('can’t be mailed again while the mail waits to be sent; then the page counts down one minute, without a reload', async () => {
    portal.stack.stream.mode = 'paused';
    const { id, email } = await portal.register({ name: 'In the Queue' });
    const page = await open(OWNER, id, { clock: true });
    await settled(page);
    await said(page, 'The mail has been waiting to be sent since');
    const resend = page.getByRole('button', { name: 'Resend invitation' });
    expect(await resend.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByText('You can resend in').count()).toBe(0);
    portal.stack.stream.mode = 'running';
    await portal.mailsTo(email ?? '');
    await portal.stack.idle();
    await page.clock.fastForward(FOLLOWS_MS);
    await said(page, /You can resend in (1:00|0:\d\d)/);
    await page.clock.fastForward(60_000);
    await page.getByText('You can resend in').waitFor({ state: 'detached' });
    expect(await resend.getAttribute('aria-disabled')).toBeNull();
  });

  it('turns active on an open page when it confirms elsewhere', async () => {
    const { id, email } = await invited();
    const page = await open(OWNER, id, { clock: true });
    await settled(page);
    expect(await offered(page, 'Create cloud')).toBe(0);
    await call('POST', `/v1/customers/${id}/invite/accept`, {}, email);
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    await said(page, 'The invitation was confirmed.');
    expect(await offered(page, 'Resend invitation')).toBe(0);
  });

  it('can be mailed again after the cooldown, once for a double click', async () => {
    const { id, email } = await invited();
    // An invitation that has expired is not mailed any more.
    await portal.mailsTo(email);
    await portal.letExpire(id);
    await endCooldown(portal.stack, id);
    const page = await open(OWNER, id);
    await settled(page);
    await said(page, `${email} hasn’t confirmed in time.`);
    await page.getByRole('button', { name: 'Resend invitation' }).dblclick();
    await said(page, `Waiting for ${email} to confirm until`);
    await portal.mailsTo(email, 2);
    expect((await portal.read(id)).version).toBe(2);
  });

  it('is deleted after the person has typed a word to confirm it', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id);
    await settled(page);
    await choose(page, 'Delete');
    await dialog(page).getByRole('button', { name: 'Delete', exact: true }).click();
    await said(page, 'Type “delete”.');
    await dialog(page).getByRole('textbox').fill('Delete');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${portal.stack.portalUrl}/customers`);
    await said(page, 'Mila Bakery is deleted.');
  });

  it('that was deleted elsewhere has a page that says so', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id, { expected: /404/, clock: true });
    await settled(page);
    await call('DELETE', `/v1/customers/${id}`);
    await page.clock.fastForward(FOLLOWS_MS);
    await page.getByRole('heading', { level: 1, name: 'There is no such customer' }).waitFor();
    await page.getByRole('link', { name: 'Dashboard' }).first().waitFor();
  });
});

describe('details', () => {
  it('are changed on the page: only the changed fields are sent, with the version that was read', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id);
    await settled(page);
    const asked = page.waitForRequest((request) => request.method() === 'PATCH');
    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('On the corner');
    await press(page, 'Save');
    const request = await asked;
    expect(request.postDataJSON()).toEqual({ friendlyName: 'On the corner' });
    expect(request.headers()['if-match']).toBe('"1"');
    await said(page, 'The changes are saved.');
    await said(page, 'Changed: friendly name.');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Edit');
    // The result is shown on the page of the change.
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    await page.getByText('The changes are saved.', { exact: true }).first().waitFor({ state: 'detached' });
  });

  it('that somebody else has changed meanwhile aren’t overwritten, and the typed text stays', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id, { expected: /412/ });
    await settled(page);
    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('On the corner');
    await call('PATCH', `/v1/customers/${id}`, { role: 'Integrator' });
    await press(page, 'Save');
    await said(page, 'Someone else changed this customer');
    await press(page, 'Load and keep my text');
    await expect.poll(() => page.getByLabel('Partner’s role').inputValue()).toBe('Integrator');
    expect(await page.getByLabel('Friendly name').inputValue()).toBe('On the corner');
    await press(page, 'Save');
    await said(page, 'The changes are saved.');
    expect(await portal.read(id)).toMatchObject({ friendlyName: 'On the corner', role: 'Integrator' });
  });

  it('keep the typed text when the page is left and loaded again, until it is saved or cancelled', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id);
    await settled(page);
    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('On the corner');
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Customers' }).waitFor();
    await page.goBack();
    await said(page, 'These are the changes that you typed before.');
    await page.reload();
    await said(page, 'These are the changes that you typed before.');
    expect(await page.getByLabel('Friendly name').inputValue()).toBe('On the corner');
    await expectAccessible(page);
    await press(page, 'Save');
    await said(page, 'The changes are saved.');
    await press(page, 'Edit');
    await page.getByLabel('Friendly name').fill('In the park');
    await press(page, 'Cancel');
    await page.reload();
    await settled(page);
    expect(await page.getByLabel('Friendly name').count()).toBe(0);
    expect(await portal.read(id)).toMatchObject({ friendlyName: 'On the corner' });
  });

  it('that may not be changed any more are dropped from the typed ones; the rest is saved', async () => {
    const { id, email } = await invited();
    const page = await open(OWNER, id, { expected: /412/ });
    await settled(page);
    await press(page, 'Edit');
    await page.getByLabel('Email', { exact: true }).fill('sons@bakery.example');
    await page.getByLabel('Friendly name').fill('On the corner');
    await call('POST', `/v1/customers/${id}/invite/accept`, undefined, email);
    await page.reload();
    await said(page, 'These are the changes that you typed before.');
    expect(await page.getByLabel('Email', { exact: true }).inputValue()).toBe(email);
    await press(page, 'Save');
    await press(page, 'Load and keep my text');
    await page.getByText('Someone else changed this customer').waitFor({ state: 'detached' });
    await press(page, 'Save');
    await said(page, 'The changes are saved.');
    expect(await portal.read(id)).toMatchObject({ name: 'Mila Bakery', email, friendlyName: 'On the corner' });
  });

  it('show a fault beside its field', async () => {
    const { id } = await invited();
    const page = await open(OWNER, id);
    await settled(page);
    await press(page, 'Edit');
    await page.getByLabel('Email', { exact: true }).fill('nobody');
    await page.getByLabel('Partner’s role').fill('');
    await press(page, 'Save');
    await said(page, 'This is not an email address that mail can be sent to');
    await said(page, 'This can’t be left empty.');
    expect(await portal.read(id)).toMatchObject({ version: 1 });
  });

  it('have a name that only the contact can change: the page says so where the name stands', async () => {
    const waiting = await open(OWNER, (await invited()).id);
    await said(waiting, 'Only the customer can change the name, when confirming.');
    await press(waiting, 'Edit');
    await waiting.getByLabel('Friendly name').waitFor();
    expect(await waiting.getByLabel('Name', { exact: true }).count()).toBe(0);

    const { id, email } = await active();
    const owners = await open(OWNER, id);
    await settled(owners);
    await said(owners, 'Only the customer’s contact person can change the name.');
    await press(owners, 'Edit');
    await owners.getByLabel('Friendly name').waitFor();
    expect(await owners.getByLabel('Name', { exact: true }).count()).toBe(0);

    const contacts = await open(email, id);
    await settled(contacts);
    await press(contacts, 'Edit');
    expect(await contacts.getByLabel('Partner’s role').count()).toBe(0);
    await contacts.getByLabel('Name', { exact: true }).fill('Mila’s Bakery');
    await press(contacts, 'Save');
    await contacts.getByRole('heading', { level: 1, name: 'Mila’s Bakery' }).waitFor();
  });
});

describe('clouds', () => {
  it('are created once for a double click, by keyboard alone, under a valid name', async () => {
    const { id } = await active();
    const page = await open(OWNER, id, { expected: /409/ });
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

  it('that are refused show the reason with its values, in the language of the page', async () => {
    const { id } = await active();
    await call('POST', `/v1/customers/${id}/clouds`, { name: 'taken' });
    const page = await open(OWNER, id, { expected: /409/, language: 'ru' });
    await press(page, 'Создать облако');
    await dialog(page).getByRole('textbox').first().fill('taken');
    await page.keyboard.press('Enter');
    await said(page, 'В этой организации уже есть облако taken. Выберите другое название.');
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

  it('that were created here are unlinked by the contact, who reads in the history who has which role on them', async () => {
    const { id, email } = await active();
    const contact = email ?? '';
    const created = { as: OWNER, body: { name: 'bakery-web' } };
    const { body } = await portal.request('POST', `/v1/customers/${id}/clouds`, created);
    const deltas = [
      {
        action: 'ADD',
        roleId: 'resource-manager.clouds.owner',
        subject: { type: 'PARTNER', id: portal.partner.id },
        expiresAt: new Date(2100, 0, 1).toISOString(),
      },
    ];
    await call('PATCH', `/v1/me/clouds/${body['id']}/access`, { deltas }, contact);
    const staff = await open(OWNER, id);
    await settled(staff);
    await said(staff, `${portal.partner.name} was granted the role Owner (until the end of Dec 31, 2099).`);
    expect(await staff.getByRole('button', { name: 'Unlink bakery-web' }).count()).toBe(0);
    const page = await open(contact, id);
    await press(page, 'Unlink bakery-web');
    await dialog(page).getByRole('button', { name: 'Unlink', exact: true }).click();
    await said(page, 'No clouds yet');
    expect((await portal.read(id)).clouds).toBe(0);
  });

  it('are not there to link for a contact without clouds: the page does not send the customer to the customer', async () => {
    const { id, email } = await active();
    const page = await open(email ?? '', id);
    await press(page, 'Link cloud');
    await said(page, 'Your account has no clouds yet. You can create one here.');
  });

  it('are created once if the answer is lost and the person tries again', async () => {
    const { id } = await active();
    const page = await open(OWNER, id, { expected: /ERR_|Failed to load/ });
    await settled(page);
    // The request arrives, but its answer is lost.
    const keys: (string | undefined)[] = [];
    await page.route(/\/clouds$/, async (route) => {
      if (route.request().method() !== 'POST') return route.continue();
      keys.push(route.request().headers()['idempotency-key']);
      if (keys.length > 1) return route.continue();
      await route.fetch();
      return route.abort('connectionreset');
    });
    await press(page, 'Create cloud');
    await dialog(page).getByRole('textbox').first().fill('bakery-web');
    await page.keyboard.press('Enter');
    await said(page, 'There was no answer.');
    await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
    await said(page, 'The cloud bakery-web is created.');
    expect(keys[0]).toBeDefined();
    expect(keys[1]).toBe(keys[0]);
    expect((await portal.read(id)).clouds).toBe(1);
  });
});

it('an action that is done, undone and done again has an effect each time, even if its first answer was lost', async () => {
  const { id } = await active();
  const page = await open(EDITOR, id, { expected: /ERR_|Failed to load/ });
  await settled(page);
  const suspend = async () => {
    await choose(page, 'Suspend');
    await dialog(page).getByRole('button', { name: 'Suspend', exact: true }).click();
    await page.getByRole('button', { name: 'Activate' }).waitFor();
  };
  await suspend();
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
  await suspend();
  await page.getByRole('button', { name: 'Activate' }).click();
  await said(page, 'The customer is active again.');
  expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
});

describe('access', () => {
  it('is granted and revoked, except for roles of the membership', async () => {
    const { id } = await active();
    await portal.addMember(staff('co-owner'), 'owner');
    const page = await open(OWNER, id);
    await settled(page);
    await press(page, 'Grant role');
    await dialog(page).getByRole('textbox').fill('helper@bakery.example');
    await dialog(page).getByRole('button', { name: 'Role' }).click();
    await page.getByRole('option', { name: 'Viewer' }).click();
    await dialog(page).getByRole('button', { name: 'Grant', exact: true }).click();
    await said(page, 'helper@bakery.example was granted the role Viewer.');
    await press(page, 'Revoke the role Viewer from helper@bakery.example');
    await dialog(page).getByRole('button', { name: 'Revoke', exact: true }).click();
    await said(page, 'helper@bakery.example lost the role Viewer.');
    await said(page, staff('co-owner'));
    expect(await page.getByRole('button', { name: /^Revoke the role Owner/ }).count()).toBe(0);
    await call('DELETE', `/v1/members/${staff('co-owner')}`, undefined, OWNER);
  });
});

it('the history has the newest event first, with the fate of its mails; a filter reads on until it finds something', async () => {
  const { id, email } = await portal.register({ name: 'Mila Bakery' });
  await portal.mailsTo(email ?? '');
  await portal.stack.idle();
  await portal.request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
  await call('PATCH', `/v1/customers/${id}`, { friendlyName: 'On the corner' });
  for (const action of ['suspend', 'activate', 'suspend', 'activate'])
    await call('POST', `/v1/customers/${id}/${action}`);
  const page = await openPage('/members');
  // Short pages, as a long history has.
  await page.route('**/events?*', (route) => route.continue({ url: `${route.request().url()}&pageSize=2` }));
  await page.goto(`${portal.stack.portalUrl}/customers/${id}`);
  const events = page.getByRole('list', { name: 'History' }).locator('> li');
  await expect.poll(() => events.count()).toBe(2);
  expect(await events.first().innerText()).toContain('The customer was activated again.');
  await press(page, 'Show older events');
  await expect.poll(() => events.count()).toBe(4);
  const filter = async (name: string) => {
    await page.getByRole('button', { name: /^Show events/ }).click();
    await page.getByRole('option', { name, exact: true }).click();
  };
  await filter('Details');
  await said(page, 'Changed: friendly name.');
  expect(await events.count()).toBe(1);
  await filter('Clouds');
  await said(page, 'No such events.');
  expect(await offered(page, 'Show older events')).toBe(0);
  await filter('Mails');
  const invitation = events.filter({ hasText: `Invitation to ${email}` });
  expect(await invitation.innerText()).toMatch(new RegExp(`Invitation to ${email}: Delivered, `));
});

it('a history that can’t be read says this alone, and its button has a name of its own', async () => {
  const { id } = await active();
  const page = await openPage('/members', { expected: /ERR_FAILED/ });
  await page.route('**/events?*', (route) => route.abort());
  await page.goto(`${portal.stack.portalUrl}/customers/${id}`);
  await page.getByRole('button', { name: 'Try again: The history can’t be shown' }).waitFor();
  expect(await page.getByText('No such events.').count()).toBe(0);
});

it('people stand once with all roles, their origins and what hinders a revocation; no two buttons have the same name', async () => {
  const { id, email } = await portal.confirmed({ name: 'Mila Bakery', adminEmails: [portal.partner.at('chief')] });
  const anna = { type: 'USER', id: portal.partner.at('anna') };
  const deltas = ['viewer', 'editor'].map((role) => ({
    action: 'ADD',
    roleId: `billing.accounts.${role}`,
    subject: anna,
  }));
  await call('PATCH', `/v1/customers/${id}/access`, { deltas });
  await call('POST', `/v1/customers/${id}/clouds`, { name: 'bakery-web' });
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
});

it('many clouds stand in pages of a table; a search by name or id finds those that are not read yet', async () => {
  const { id } = await active();
  for (let n = 10; n < 22; n += 1) await call('POST', `/v1/customers/${id}/clouds`, { name: `cloud-${n}` });
  const page = await openPage('/members');
  let gate: Promise<void> | undefined;
  await page.route(/\/clouds($|\?)/, async (route) => {
    await gate;
    const address = new URL(route.request().url());
    address.searchParams.set('pageSize', '5');
    return route.continue({ url: address.href });
  });
  await page.goto(`${portal.stack.portalUrl}/customers/${id}`);
  const rows = cloudsOf(page).locator('tbody tr');
  await expect.poll(() => rows.count()).toBe(10);
  // Until all clouds are read, nothing is known about the search.
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
});

describe('from the list', () => {
  const { owner } = portal.otherPartner;

  it('the page leads to the next and the previous customer as the list was filtered, over its pages and a reload, to its end', async () => {
    for (const name of ['Walk 1', 'Walk 2', 'Stay 1', 'Walk 3', 'Walk 4', 'Walk 5'])
      await portal.register({ name }, owner);
    const page = await openPage('/customers', { as: owner });
    await page.route('**/v1/customers?*', (route) =>
      route.continue({
        url: route
          .request()
          .url()
          .replace(/pageSize=\d+/, 'pageSize=2'),
      }),
    );
    await page.goto(`${portal.stack.portalUrl}/customers?query=walk`);
    const shown = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
    const beside = (name: string) => page.getByRole('main').getByRole('link', { name, exact: true });
    await page.getByRole('link', { name: 'Walk 1' }).click();
    await shown('Walk 1');
    expect(await page.getByText('Previous customer').locator('visible=true').count()).toBe(1);
    expect(await beside('Previous customer').and(page.locator('[href]')).count()).toBe(0);
    for (const n of [2, 3]) {
      await beside('Next customer').click();
      await shown(`Walk ${n}`);
    }
    const [previous, next] = await Promise.all(
      ['Previous customer', 'Next customer'].map((name) => beside(name).boundingBox()),
    );
    expect((next?.x ?? 0) - (previous?.x ?? 0) - (previous?.width ?? 0)).toBeGreaterThanOrEqual(8);
    await page.reload();
    for (const n of [4, 5]) {
      await beside('Next customer').click();
      await shown(`Walk ${n}`);
    }
    await expect.poll(() => beside('Next customer').and(page.locator('[href]')).count()).toBe(0);
    // The focus stays where the person presses again, and says why nothing follows.
    await expect.poll(() => page.evaluate('document.activeElement.innerText')).toBe('Next customer');
    await page.getByText('Next customer').locator('visible=true').hover();
    await page.getByText('This is the last customer of the list.').filter({ visible: true }).waitFor();
    await beside('Previous customer').click();
    await shown('Walk 4');
    await page.getByRole('main').getByRole('link', { name: 'Customers' }).click();
    await page.waitForURL(/query=walk/);
  });

  it('only: an address that was typed or shared leads to no neighbours', async () => {
    const { id } = await portal.register({ name: 'Alone' }, owner);
    const page = await open(owner, id);
    await settled(page);
    expect(await page.getByText('Next customer').count()).toBe(0);
  });
});

it('the contact goes back to its invitations', async () => {
  const { id, email } = await active();
  const page = await open(email, id);
  await page.getByRole('main').getByRole('link', { name: 'My invitations' }).click();
  await page.waitForURL(/my.invitations/);
});

describe('an action that a role does not allow', () => {
  it('isn’t advised to a viewer, either', async () => {
    const { id, email } = await invited();
    const page = await open(VIEWER, id);
    await settled(page);
    const status = page.getByRole('main').getByRole('status').first();
    expect(await status.innerText()).toMatch(
      new RegExp(`Waiting for ${email} to confirm until .*\\n.*delivered on [^.]*\\.$`),
    );
  });

  it('isn’t offered to a viewer', async () => {
    const { id } = await active();
    const page = await open(VIEWER, id);
    await settled(page);
    await page.getByRole('region', { name: 'The partner’s people' }).waitFor();
    await said(page, 'Your roles don’t allow you to grant and revoke roles here.');
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

it('a customer is suspended with a reason that all can read, and activated again', async () => {
  const { id } = await active();
  const page = await open(EDITOR, id);
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
  await page.getByRole('button', { name: 'Activate' }).dblclick();
  await said(page, 'The customer is active again.');
  await page.getByRole('button', { name: 'Create cloud' }).waitFor();
  await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
  expect((await portal.read(id)).version).toBe(4);
});

it('a long reason does not break the page', async () => {
  const { id } = await active();
  await call('POST', `/v1/customers/${id}/suspend`, { reason: `https://pay.example/${'invoice-'.repeat(300)}` });
  const page = await open(OWNER, id);
  await page.setViewportSize({ width: 320, height: 640 });
  await settled(page);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
});

it('without a network the page keeps its data and says so; it continues when the network is back', async () => {
  const { id } = await invited();
  const page = await open(OWNER, id, { expected: /ERR_INTERNET_DISCONNECTED|Failed to load/, clock: true });
  await settled(page);
  await page.context().setOffline(true);
  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByText('This information may be out of date').waitFor();
  await page.getByRole('heading', { level: 1, name: 'Mila Bakery' }).waitFor();
  // Nobody touches the page.
  await page.context().setOffline(false);
  await page.getByText('This information may be out of date').waitFor({ state: 'hidden' });
});
