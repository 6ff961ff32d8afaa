/** Details of the page of a customer, in a real browser against the local stack. */
import { describe, expect, it } from 'vitest';
import { OPERATOR, testStack } from '../stack.ts';
import {
  cloudsOf,
  customerPages,
  dialog,
  FOLLOWS_MS,
  offered,
  press,
  said,
  settled,
  withPageSize,
} from './customerPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, editor: EDITOR } = portal.partner;
const { open: openPage } = portalBrowser(portal);
const { active, call, invited, open, withPeople } = customerPages(portal, openPage);

it('an open page says that its customer was deleted elsewhere; without a network it keeps its data, says so, and goes on', async () => {
  const { id: gone } = await portal.register({ name: 'Gone Elsewhere' });
  const { id } = await portal.register({ name: 'In the Queue' });
  await portal.stack.idle();
  const page = await open(OWNER, gone, { expected: /404|ERR_INTERNET_DISCONNECTED|Failed to load/, clock: true });
  await settled(page);
  await call('DELETE', `/v1/customers/${gone}`);
  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByRole('heading', { level: 1, name: 'There is no such customer' }).waitFor();
  await page.getByRole('main').getByRole('link', { name: 'Dashboard' }).click();
  await page.getByRole('link', { name: 'In the Queue' }).click();
  await settled(page);

  await page.context().setOffline(true);
  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByText('This information may be out of date').waitFor();
  await page.getByRole('heading', { level: 1, name: 'In the Queue' }).waitFor();
  // It continues when the network is back, and nobody touches it.
  await page.context().setOffline(false);
  await page.getByText('This information may be out of date').waitFor({ state: 'hidden' });
  await call('DELETE', `/v1/customers/${id}`);
  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByRole('heading', { level: 1, name: 'There is no such customer' }).waitFor();
});

it('the details keep the typed text when the page is left and loaded again, without what may not be changed any more, until it is saved or cancelled', async () => {
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

it('the contact is not sent to itself for a cloud to link, and unlinks a cloud that was created here', async () => {
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
});

describe('clouds', () => {
  it('that exist are refused in the language of the page, with the values of the server’s sentence', async () => {
    const { id } = await active();
    await call('POST', `/v1/customers/${id}/clouds`, { name: 'bakery-app' });
    const page = await open(OWNER, id, { expected: /409/ });
    await settled(page);
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
});

it('no two buttons have the same name; ids are copied, the console opens in a new tab, and the history says who has which role on a cloud', async () => {
  const { id, email } = await withPeople();
  const created = { as: OWNER, body: { name: 'bakery-web' } };
  const { body } = await portal.request('POST', `/v1/customers/${id}/clouds`, created);
  const toPartner = {
    action: 'ADD',
    roleId: 'resource-manager.clouds.owner',
    subject: { type: 'PARTNER', id: portal.partner.id },
    expiresAt: new Date(2100, 0, 1).toISOString(),
  };
  await call('PATCH', `/v1/me/clouds/${body['id']}/access`, { deltas: [toPartner] }, email);
  const page = await open(OWNER, id);
  await settled(page);
  await page.getByRole('region', { name: 'The partner’s people' }).waitFor();
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
});

it('lists that are long stand in pages, and a long reason does not break the page', async () => {
  const { id, email } = await invited();
  await call('POST', `/v1/customers/${id}/invite/accept`, undefined, email);
  await call('PATCH', `/v1/customers/${id}`, { friendlyName: 'On the corner' });
  const reason = `https://pay.example/${'invoice-'.repeat(100)}`;
  await call('POST', `/v1/customers/${id}/suspend`, { reason });
  const page = await open(EDITOR, id, { expected: /ERR_|Failed to load/ });
  await settled(page);
  await said(page, `Suspended: ${reason}`);
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  await page.setViewportSize({ width: 1280, height: 900 });
  await call('POST', `/v1/customers/${id}/activate`);

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
