/** A partner's members and their roles, in a real browser against the local stack. `membersPage.long.test.ts` has their log. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { OPERATOR, testStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, admin: ADMIN, viewer: VIEWER, staff } = portal.partner;
const ANN = staff('ann');
const { open } = portalBrowser(portal);

const row = (page: Page, id: string) =>
  page.getByRole('list', { name: 'Access management' }).getByRole('listitem').filter({ hasText: id });
const logEntry = (page: Page, text: string) => page.getByRole('list', { name: 'Log' }).getByText(text);
const dialog = (page: Page) => page.getByRole('dialog');
const inDialog = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true });
const role = (page: Page, name: string) => dialog(page).getByRole('checkbox', { name: new RegExp(name) });

type Member = { id: string; roles: string[]; federated: boolean; status: string };
async function member(id: string): Promise<Member | undefined> {
  const { body } = await portal.request<{ members: Member[] }>('GET', '/v1/members', { as: OWNER });
  return body.members.find((each) => each.id === id);
}

describe('an owner', () => {
  it('invites a person with roles, changes the roles, and removes the person after it has accepted; the log tells it', async () => {
    const page = await open('/members');
    await page.getByRole('button', { name: 'Invite person' }).click();
    await inDialog(page, 'Invite').click();
    await dialog(page).getByText('Required').waitFor();
    await dialog(page).getByText('Choose at least one role.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(ANN.toUpperCase());
    await role(page, 'Accountant').check();
    await role(page, 'Editor').check();
    await dialog(page)
      .getByRole('checkbox', { name: /identity federation/ })
      .check();
    await inDialog(page, 'Invite').dblclick();
    await row(page, ANN)
      .getByText(/Editor, Accountant|Accountant, Editor/)
      .waitFor();
    await page.getByText(`${ANN} was invited, and becomes a member after accepting.`).first().waitFor();
    await row(page, ANN).getByText('Invited. The invitation expires in 14 days').waitFor();
    expect(await member(ANN)).toMatchObject({
      federated: true,
      roles: ['billing.accounts.accountant', 'billing.accounts.editor'],
      status: 'INVITED',
    });

    await page.getByRole('button', { name: `Change roles of ${ANN}` }).click();
    await role(page, 'Editor').uncheck();
    await inDialog(page, 'Save').click();
    await page.getByText(`The roles of ${ANN} are changed.`).first().waitFor();
    expect(await member(ANN)).toMatchObject({
      federated: true,
      roles: ['billing.accounts.accountant'],
    });

    const accepted = await portal.request('POST', `/v1/me/memberships/${portal.partner.id}/accept`, { as: ANN });
    expect(accepted).toMatchObject({ status: 200 });
    await page.reload();
    await page.getByRole('button', { name: `Remove ${ANN}` }).click();
    await inDialog(page, 'Cancel').click();
    expect(await member(ANN)).toBeDefined();
    await page.getByRole('button', { name: `Remove ${ANN}` }).click();
    await inDialog(page, 'Remove').dblclick();
    await page.getByText(`${ANN} was removed.`).first().waitFor();
    await expect.poll(() => row(page, ANN).count()).toBe(0);
    expect(await member(ANN)).toBeUndefined();
    await logEntry(page, `${ANN} was removed.`).waitFor();
    await logEntry(page, `${ANN} accepted, and became a member: Accountant.`).waitFor();
    await logEntry(
      page,
      `${ANN} was invited: Accountant, Editor. Signs in through an identity federation. It can be accepted until`,
    ).waitFor();
  });

  it('adds a service account once it is recorded, invites nobody twice, and is told who becomes a member at once', async () => {
    const { id: partnerId, name } = portal.partner;
    const domain = `${partnerId}-own.example`;
    const put = (domains: string[]) =>
      portal.request('PUT', `/v1/provider/partners/${partnerId}`, {
        as: OPERATOR,
        body: { name, paid: true, domains },
      });
    await put([domain]);
    const page = await open('/members', { expected: /409/ });
    await page.getByRole('button', { name: 'Add service account' }).click();
    await dialog(page).getByRole('textbox', { name: 'Client id' }).fill(staff('who'));
    await role(page, 'Viewer').check();
    await inDialog(page, 'Add').click();
    await dialog(page).getByText('This isn’t a client id.').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Client id' }).fill(`${partnerId}-reports`);
    await inDialog(page, 'Add').click();
    await dialog(page)
      .getByText(/Ask the provider's operator to record it/)
      .waitFor();
    await portal.request('PUT', `/v1/provider/service-accounts/${partnerId}-reports`, {
      as: OPERATOR,
      body: { partnerId },
    });
    await inDialog(page, 'Add').click();
    await row(page, `${partnerId}-reports`).getByText('Viewer · Service account').waitFor();

    // An existing member is not added; that a person is a member of another partner is not told.
    await page.getByRole('button', { name: 'Invite person' }).click();
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(VIEWER.toUpperCase());
    await role(page, 'Owner').check();
    await inDialog(page, 'Invite').click();
    await dialog(page).getByText(`${VIEWER} is in the list already.`).waitFor();
    expect(await member(VIEWER)).toMatchObject({ roles: ['billing.accounts.viewer'] });
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(portal.otherPartner.owner);
    await inDialog(page, 'Invite').click();
    await page
      .getByText(`${portal.otherPartner.owner} was invited, and becomes a member after accepting.`)
      .first()
      .waitFor();

    // A person of the partner's own domain becomes a member at once.
    await page.getByRole('button', { name: 'Invite person' }).click();
    await dialog(page).getByText('The person gets an email').waitFor();
    await dialog(page).getByRole('textbox', { name: 'Email' }).fill(`eve@${domain}`);
    await dialog(page).getByText('the person becomes a member at once').waitFor();
    await role(page, 'Viewer').check();
    await inDialog(page, 'Invite').click();
    await page.getByText(`eve@${domain} is a member now.`).first().waitFor();
    await put([]);
  });

  it('reads that the mail of an invitation came back, and withdraws it; the last owner can not be removed, and keeps the role', async () => {
    const id = `bounce@${portal.partner.id}-people.example`;
    await portal.request('PUT', `/v1/members/${id}`, { as: OWNER, body: { roles: ['billing.accounts.viewer'] } });
    await portal.mailsTo(id);
    await portal.stack.reports.idle();
    const page = await open('/members', { expected: /409/ });
    await row(page, id).getByText('Not delivered: The mailbox does not exist (550 5.1.1).').waitFor();
    await row(page, id).getByText('Then withdraw the invitation, and invite the person again.').waitFor();
    // The page says what the last owner has to do first.
    const remove = page.getByRole('button', { name: `Remove ${OWNER}` });
    expect(await remove.isDisabled()).toBe(true);
    const reason = await remove.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe(
      'The last owner can’t be removed. Make someone else an owner first.',
    );
    await expectAccessible(page);

    await page.getByRole('button', { name: `Withdraw the invitation to ${id}` }).click();
    await dialog(page).getByText(`${id} can no longer accept.`).waitFor();
    await inDialog(page, 'Withdraw').dblclick();
    await page.getByText(`${id} is no longer invited, and is not a member.`).first().waitFor();
    expect(await member(id)).toBeUndefined();
    await logEntry(page, `The invitation to ${id} was withdrawn.`).waitFor();

    await page.getByRole('button', { name: `Change roles of ${OWNER}` }).click();
    expect(await dialog(page).getByText('keeps at least one owner').count()).toBe(0);
    await role(page, 'Owner').uncheck();
    await role(page, 'Viewer').check();
    await inDialog(page, 'Save').click();
    await dialog(page).getByText('Make someone else an owner first.').waitFor();
    expect(await member(OWNER)).toMatchObject({ roles: ['billing.accounts.owner'] });
  });
});

describe('a member who is no owner', () => {
  it('sees the members as a viewer, and no buttons to change them', async () => {
    const page = await open('/members', { as: VIEWER });
    await row(page, OWNER).getByText('Owner', { exact: true }).waitFor();
    await row(page, `${VIEWER} (you)`).waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByText('Log', { exact: true }).count()).toBe(0);
  });

  it('is offered its own roles as an administrator, and can not change owners', async () => {
    const page = await open('/members', { as: ADMIN });
    await row(page, OWNER).waitFor();
    expect(await row(page, OWNER).getByRole('button').count()).toBe(0);
    expect(await row(page, VIEWER).getByRole('button').count()).toBe(2);
    await page.getByRole('button', { name: 'Invite person' }).click();
    await role(page, 'Administrator').waitFor();
    expect(await role(page, 'Owner').count()).toBe(0);
  });
});
