/** A partner's members and their roles, in a real browser against the local stack. */
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { OTHER_PARTNER, OWNER, testStack, VIEWER } from '../stack.ts';
import { eventually, expectAccessible, portalBrowser } from './portal.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const portal = testStack();
const { open } = portalBrowser(portal);

const ADMIN = 'admin@acme.example';
const row = (page: Page, id: string) => page.locator('main .rows').getByRole('listitem').filter({ hasText: id });
const dialog = (page: Page) => page.getByRole('dialog');
const inDialog = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
const role = (page: Page, name: string) => dialog(page).getByRole('checkbox', { name: new RegExp(name) });

type Member = { id: string; roles: string[]; federated: boolean };
async function member(id: string): Promise<Member | undefined> {
  const { body } = await portal.request<{ members: Member[] }>('GET', '/v1/members', { as: OWNER });
  return body.members.find((each) => each.id === id);
}

describe('an owner', () => {
  it('adds a person with roles, changes them, and removes it', async () => {
    const page = await open('/members');
    await page.getByRole('button', { name: 'Add member' }).click();
    await inDialog(page, 'Add').click();
    await dialog(page).getByText('Required').waitFor();
    await dialog(page).getByText('Choose at least one role.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill('Ann@Acme.example');
    await role(page, 'Accountant').check();
    await role(page, 'Editor').check();
    await dialog(page)
      .getByRole('checkbox', { name: /identity federation/ })
      .check();
    await inDialog(page, 'Add').dblclick();
    await row(page, 'ann@acme.example')
      .getByText(/Editor, Accountant|Accountant, Editor/)
      .waitFor();
    expect(await member('ann@acme.example')).toMatchObject({
      federated: true,
      roles: ['billing.accounts.accountant', 'billing.accounts.editor'],
    });

    await page.getByRole('button', { name: 'Change roles of ann@acme.example' }).click();
    await role(page, 'Editor').uncheck();
    await inDialog(page, 'Save').click();
    await page.getByText('The roles of ann@acme.example are changed.').waitFor();
    expect(await member('ann@acme.example')).toMatchObject({
      federated: true,
      roles: ['billing.accounts.accountant'],
    });

    await page.getByRole('button', { name: 'Remove ann@acme.example' }).click();
    await inDialog(page, 'Cancel').click();
    expect(await member('ann@acme.example')).toBeDefined();
    await page.getByRole('button', { name: 'Remove ann@acme.example' }).click();
    await inDialog(page, 'Remove').dblclick();
    await page.getByText('ann@acme.example is no member any more.').waitFor();
    await eventually(() => row(page, 'ann@acme.example').count()).toBe(0);
    expect(await member('ann@acme.example')).toBeUndefined();
  });

  it('adds a service account by its client id; an email address is none', async () => {
    const page = await open('/members');
    await page.getByRole('button', { name: 'Add member' }).click();
    await dialog(page).getByRole('radio', { name: 'Service account' }).check();
    await dialog(page).getByRole('textbox', { name: 'Client id' }).fill('who@acme.example');
    await role(page, 'Viewer').check();
    await inDialog(page, 'Add').click();
    await dialog(page).getByText('This isn’t a client id.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Client id' }).fill('acme-reports');
    await inDialog(page, 'Add').click();
    await row(page, 'acme-reports').getByText('Viewer · Service account').waitFor();
  });

  it('does not change by adding who is a member already, nor a member of another partner', async () => {
    const page = await open('/members', { expected: /409/ });
    await page.getByRole('button', { name: 'Add member' }).click();
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(VIEWER.toUpperCase());
    await role(page, 'Owner').check();
    await inDialog(page, 'Add').click();
    await dialog(page).getByText(`${VIEWER} is a member already.`).waitFor();
    expect(await member(VIEWER)).toMatchObject({ roles: ['billing.accounts.viewer'] });
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(OTHER_PARTNER);
    await inDialog(page, 'Add').click();
    await dialog(page).getByText(`${OTHER_PARTNER} is a member of another partner`).waitFor();
  });

  it('who is the last one stays: the server says what to do first', async () => {
    const page = await open('/members', { expected: /409/ });
    await page.getByRole('button', { name: `Remove ${OWNER}` }).click();
    await dialog(page).getByText('This is you').waitFor();
    await inDialog(page, 'Remove').click();
    await dialog(page)
      .getByText('A partner account keeps at least one owner. Make someone else an owner first.')
      .waitFor();
    await expectAccessible(page);
    await inDialog(page, 'Cancel').click();
    await page.getByRole('button', { name: `Change roles of ${OWNER}` }).click();
    expect(await dialog(page).getByText('keeps at least one owner').count()).toBe(0);
    await role(page, 'Owner').uncheck();
    await role(page, 'Viewer').check();
    await inDialog(page, 'Save').click();
    await dialog(page).getByText('Make someone else an owner first.').waitFor();
    expect(await member(OWNER)).toMatchObject({ roles: ['billing.accounts.owner'] });
  });
});

describe('who is no owner', () => {
  it('as a viewer sees the members, and nothing to change them', async () => {
    const page = await open('/members', { as: VIEWER });
    await row(page, OWNER).getByText('Owner', { exact: true }).waitFor();
    await row(page, `${VIEWER} (you)`).waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });

  it('as an administrator is offered what it holds, and no owner to touch', async () => {
    const page = await open('/members', { as: ADMIN });
    await row(page, OWNER).waitFor();
    expect(await row(page, OWNER).getByRole('button').count()).toBe(0);
    expect(await row(page, VIEWER).getByRole('button').count()).toBe(2);
    await page.getByRole('button', { name: 'Add member' }).click();
    await role(page, 'Administrator').waitFor();
    expect(await role(page, 'Owner').count()).toBe(0);
  });
});
