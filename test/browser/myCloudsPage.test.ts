/** The clouds of a person's own account, in a real browser against the local stack. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { partner } = portal;
const { open } = portalBrowser(portal);

const dialog = (page: Page) => page.getByRole('dialog');
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const submit = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).dblclick();
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

let count = 0;
/** A cloud of an account, on which the partner's owner has held the linking role since yesterday. */
async function cloudOf(account: string): Promise<{ id: string; name: string }> {
  const name = `cloud-${++count}`;
  const id = `${partner.id}-my-${name}`;
  const path = `/v1/provider/accounts/${account}`;
  const grants = [
    { email: partner.owner, roleId: LINKING_ROLE, grantedAt: new Date(Date.now() - DAY_MS).toISOString() },
  ];
  await portal.request('PUT', path, { as: OPERATOR, body: ELIGIBLE });
  const body = { name, grants, outstandingCharges: false };
  expect(await portal.request('PUT', `${path}/clouds/${id}`, { as: OPERATOR, body })).toMatchObject({ status: 200 });
  return { id, name };
}
type Access = { roleId: string; subject: { id: string; type: string }; expiresAt?: string }[];
async function accessTo(cloudId: string, as: string): Promise<Access> {
  return (await portal.request<{ access: Access }>('GET', `/v1/me/clouds/${cloudId}/access`, { as })).body.access;
}

describe('the holder of a cloud', () => {
  it('sees who has which role, revokes a role, and grants one to the partner until a day, by keyboard alone; links it to its subaccount and unlinks it', async () => {
    const customer = await portal.confirmed({ name: 'Mila Bakery' });
    const as = customer.email ?? '';
    const { id, name } = await cloudOf(as);
    const page = await open('/my/clouds', { as });
    await page.getByRole('heading', { level: 1, name: 'My clouds' }).waitFor();
    const list = page.getByRole('list', { name: `Who has a role on ${name}` });
    await list.getByText(partner.owner).waitFor();
    await said(page, 'Billed to you directly');
    // The focus stays where it is while the clouds are read.
    expect(await page.evaluate('document.activeElement.id')).not.toBe('page');
    await expectAccessible(page);

    await page.getByRole('button', { name: /^Revoke the role Owner.* from owner@/ }).focus();
    await page.keyboard.press('Enter');
    await said(page, `${partner.owner} loses the role`);
    await submit(page, 'Revoke');
    await said(page, 'Nobody else has a role on this cloud.');
    expect(await accessTo(id, as)).toEqual([]);

    await page.getByRole('button', { name: `Grant role on ${name}` }).focus();
    await page.keyboard.press('Enter');
    const lastDay = dialog(page).getByRole('textbox', { name: 'Last day' });
    await lastDay.fill('2020-01-31');
    await page.keyboard.press('Enter');
    await said(page, 'Enter today or a later date');
    // Nothing is chosen for the person: neither to whom, nor which role.
    await expect.poll(() => dialog(page).getByText('Required').count()).toBe(2);
    // The focus is at the first fault.
    await expect.poll(() => page.evaluate('document.activeElement.value')).toBe('PARTNER');
    await dialog(page).getByRole('radio', { name: 'Partner' }).press('Space');
    await dialog(page).getByRole('button', { name: 'Partner' }).press('Enter');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('radio', { name: 'Owner' }).press('Space');
    await lastDay.fill('2099-12-31');
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await list.getByText(partner.name).waitFor();
    await list.getByText('until the end of Dec 31, 2099').waitFor();
    expect(await accessTo(id, as)).toMatchObject([
      {
        roleId: LINKING_ROLE,
        subject: { id: partner.id, type: 'PARTNER' },
        // The end of the day on the clock of the browser, which has the time zone of this process.
        expiresAt: new Date(2100, 0, 1).toISOString(),
      },
    ]);

    await press(page, `Link ${name}`);
    await dialog(page).getByRole('radio', { name: 'Mila Bakery' }).waitFor();
    await submit(page, 'Link');
    await said(page, 'Billed to the subaccount of Mila Bakery');
    expect((await portal.read(customer.id)).clouds).toBe(1);
    await press(page, `Unlink ${name}`);
    await said(page, 'from now on it is billed to you directly');
    await submit(page, 'Unlink');
    await said(page, `The cloud ${name} is unlinked: it is billed to you directly.`);
    await said(page, 'Billed to you directly');
    expect((await portal.read(customer.id)).clouds).toBe(0);
  });

  it('grants a role to a person, whose address has to be one', async () => {
    const as = partner.at('lone-holder');
    const { id, name } = await cloudOf(as);
    const page = await open('/my/clouds', { as });
    await press(page, `Grant role on ${name}`);
    // No partner serves this person, so none is offered.
    expect(await dialog(page).getByRole('radio', { name: 'Partner' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: `Link ${name}` }).count()).toBe(0);
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill('nobody');
    await dialog(page).getByRole('button', { name: 'Grant', exact: true }).click();
    await said(page, 'This isn’t an email address.');
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(as.toUpperCase());
    await said(page, 'The cloud is yours: you have every role on it.');
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill('anna@bakery.example');
    await dialog(page)
      .getByRole('radio', { name: /^Member/ })
      .check();
    await submit(page, 'Grant');
    await said(page, `The role on ${name} is granted.`);
    expect(await accessTo(id, as)).toContainEqual(
      expect.objectContaining({
        roleId: 'resource-manager.clouds.member',
        subject: { id: 'anna@bakery.example', type: 'USER' },
      }),
    );
  });
});

it('a person who only has a role on a customer is not offered its partner, nor to link a cloud to it', async () => {
  const as = partner.at('named-administrator');
  await portal.confirmed({ name: 'Of somebody else', adminEmails: [as] });
  const { id, name } = await cloudOf(as);
  const account = 'dn2oldaccountofcloud';
  const body = { name, grants: [], billedTo: account, outstandingCharges: false };
  await portal.request('PUT', `/v1/provider/accounts/${as}/clouds/${id}`, { as: OPERATOR, body });
  const page = await open('/my/clouds', { as });
  await said(page, `Billed to the billing account ${account}`);
  expect(await page.getByRole('button', { name: `Link ${name}` }).count()).toBe(0);
  await press(page, `Grant role on ${name}`);
  await dialog(page).getByRole('radio', { name: 'Person' }).waitFor();
  expect(await dialog(page).getByRole('radio', { name: 'Partner' }).count()).toBe(0);
});

it('who has no clouds reads so', async () => {
  const page = await open('/my/clouds', { as: partner.at('without-clouds') });
  await said(page, 'You have no clouds');
});
