/** The pages for the decisions of the provider's operators, in a real browser with the local stack. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { sized } from '../size.ts';
import { OPERATOR, testStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack('vng');
const { owner: OWNER, name: PARTNER, at } = portal.partner;
const { open } = portalBrowser(portal);

let accounts = 0;
const putAccount = (email: string, fields: Partial<typeof ELIGIBLE> = {}) =>
  portal.request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: { ...ELIGIBLE, ...fields } });

/** The address of an eligible account. */
async function account(): Promise<string> {
  accounts += 1;
  const email = at(`waiting-${accounts}`);
  await putAccount(email);
  return email;
}

/** A customer that has confirmed and awaits approval. */
async function waiting(name: string, more: object = {}): Promise<{ id: string; email: string }> {
  const email = await account();
  const { id } = await portal.register({ name, email, ...more });
  expect(await portal.request('POST', `/v1/customers/${id}/invite/accept`, { as: email })).toMatchObject({
    status: 200,
    body: { status: 'APPROVAL_REQUIRED' },
  });
  return { id, email };
}

const row = (page: Page, name: string) => page.locator('main .rows').getByRole('listitem').filter({ hasText: name });
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
const rulesIn = (within: Locator) =>
  within.getByRole('list', { name: 'Rules of the program' }).getByRole('listitem').allInnerTexts();
const gone = (page: Page, name: string) => expect.poll(() => row(page, name).count()).toBe(0);

describe('the operator', () => {
  it('lands on the list, and approves there with a double click', async () => {
    const { id } = await waiting('Mila Bakery');
    const page = await open('/', { as: OPERATOR });
    await page.waitForURL('**/approvals');
    await row(page, 'Mila Bakery').getByRole('button', { name: 'Approve Mila Bakery' }).click();
    await inDialog(page, 'Approve').dblclick();
    await page.getByText('Mila Bakery is approved.').waitFor();
    await gone(page, 'Mila Bakery');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
    expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('rejects with a reason on the customer’s page; the invitee then reads the result', async () => {
    const { id, email } = await waiting('Tea House', { adminEmails: [at('second')] });
    const second = await open(`/my/invitations/${id}`, { as: at('second') });
    await second.getByText('has to approve Tea House.').waitFor();
    expect(await second.getByRole('button', { name: 'Change the name' }).count()).toBe(0);
    // The contact corrects the name also while the customer waits for the approval.
    const contact = await open(`/my/invitations/${id}`, { as: email });
    await contact.getByRole('button', { name: 'Change the name' }).click();
    await contact.getByRole('dialog').getByRole('textbox').fill('Tea Garden');
    await inDialog(contact, 'Save').click();
    await contact.getByRole('heading', { level: 1, name: 'Tea Garden' }).waitFor();
    expect(await portal.read(id)).toMatchObject({ name: 'Tea Garden', status: 'APPROVAL_REQUIRED' });
    const page = await open('/approvals', { as: OPERATOR });
    await page.getByRole('link', { name: 'Tea Garden' }).click();
    await page.getByText('The provider may approve until').waitFor();
    const reason = page.getByRole('textbox', { name: /Reason/ });
    await page.getByRole('button', { name: 'Reject Tea Garden' }).click();
    await reason.fill('No such company');
    // The typed reason stays when the page is loaded again, and is forgotten when the operator cancels.
    await page.reload();
    await page.getByRole('button', { name: 'Reject Tea Garden' }).click();
    expect(await reason.inputValue()).toBe('No such company');
    await inDialog(page, 'Cancel').click();
    await page.getByRole('button', { name: 'Reject Tea Garden' }).click();
    expect(await reason.inputValue()).toBe('');
    await reason.fill('No such company');
    await inDialog(page, 'Reject').click();
    await page.getByText('Tea Garden is rejected.').waitFor();
    await page.getByText('Reason: No such company').waitFor();
    await page.getByText('Rejected: No such company').waitFor();
    expect(await portal.read(id)).toMatchObject({ status: 'REJECTED', statusReason: 'No such company' });
    const its = await open(`/my/invitations/${id}`, { as: email });
    await its.getByText(`VNG Cloud hasn’t approved Tea Garden as a customer of ${PARTNER}.`).waitFor();
  });

  it('sees before approving the deadline, and whether the account meets each rule, and afterwards the history', async () => {
    const { id, email } = await waiting('Not Now');
    await putAccount(email, { creditBalance: 250, poc: true });
    const page = await open('/approvals', { as: OPERATOR, expected: /409/ });
    await row(page, 'Not Now').getByText(`Partner ${PARTNER} · decision due in 14 days`).waitFor();
    await page.getByRole('button', { name: 'Approve Not Now' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('At present, the account is not eligible').waitFor();
    expect(await rulesIn(dialog)).toEqual([
      'The account is registered',
      'It has a credit balance',
      'It isn’t using any services',
      'It is offered no discounts',
      'It is using a POC service',
      'It is prepaid',
    ]);
    await expectAccessible(page);
    await inDialog(page, 'Approve').click();
    const refusal = dialog.getByRole('alert');
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/credit balance; the account is using a POC service/);

    // The page asks again although the last answer is only moments old.
    await inDialog(page, 'Cancel').click();
    await putAccount(email);
    await page.getByRole('button', { name: 'Approve Not Now' }).click();
    await dialog.getByText('The account is eligible', { exact: true }).waitFor();
    await inDialog(page, 'Cancel').click();

    await page.goto(`${portal.stack.portalUrl}/approvals/${id}`);
    const main = page.locator('main');
    await main.getByText('The account is eligible', { exact: true }).waitFor();
    expect(await rulesIn(main)).toContain('It has no credit balance');
    await main.getByText('Decide by').waitFor();
    await page.getByRole('button', { name: 'Approve Not Now' }).click();
    await inDialog(page, 'Approve').click();
    await main.getByText('There is nothing to decide any more: the customer is served.').waitFor();
    await main.getByText('The customer was approved.').waitFor();
    expect(await page.getByRole('button', { name: /^(Approve|Reject)/ }).count()).toBe(0);
    expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('reads that the decision was made already if another operator, or another tab, was faster', async () => {
    const approve = async (id: string) =>
      expect(await portal.request('POST', `/v1/customers/${id}/approve`, { as: OPERATOR })).toMatchObject({
        status: 200,
      });
    const [answered, onList, onPage] = [await waiting('Answered'), await waiting('On List'), await waiting('On Page')];
    const page = await open('/approvals', { as: OPERATOR, expected: /409/ });
    const button = page.getByRole('button', { name: 'Approve Answered' });
    await button.waitFor();
    await approve(answered.id);
    await button.click();
    await page.getByRole('dialog').getByText('There is nothing to decide any more: the customer is served.').waitFor();
    expect(await inDialog(page, 'Approve').isDisabled()).toBe(true);
    await inDialog(page, 'Cancel').click();

    const rejectTooLate = async (name: string, id: string) => {
      await page.getByRole('button', { name: `Reject ${name}` }).click();
      await page.getByRole('textbox', { name: /Reason/ }).fill('Nobody knows it');
      await approve(id);
      await inDialog(page, 'Reject').click();
      await page
        .getByRole('dialog')
        .getByText("The customer's status is Approved: it is not possible to reject.")
        .waitFor();
      await inDialog(page, 'Cancel').click();
      await gone(page, name);
      await expect.poll(() => page.getByRole('button', { name: `Reject ${name}` }).count()).toBe(0);
      await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
      expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
    };
    await rejectTooLate('On List', onList.id);
    await page.getByRole('link', { name: 'On Page' }).click();
    await page.waitForURL(`**/approvals/${onPage.id}`);
    await rejectTooLate('On Page', onPage.id);
  });

  it('can share the address of a customer: the page shows the decision, or that there is no such customer', async () => {
    const { id: invited } = await portal.register({ name: 'Invited', email: await account() });
    const { id: late } = await waiting('Late');
    await portal.letExpire(late);
    const { id: deleted } = await waiting('Deleted');
    await portal.request('DELETE', `/v1/customers/${deleted}`, { as: OWNER });
    const page = await open(`/approvals/${invited}`, { as: OPERATOR, expected: /404/ });
    const shown = async (said: string) => {
      await page.locator('main').getByText(said).first().waitFor();
      expect(await page.getByRole('button', { name: /^(Approve|Reject)/ }).count()).toBe(0);
    };
    await shown('The customer hasn’t confirmed the invitation yet');
    const unknown = ['dn2aaaaaaaaaaaaaaaaa', 'nonsense'].map((id) => [id, 'There is no such customer'] as const);
    for (const [id, said] of [
      [late, 'There is nothing to decide any more: the time is over.'],
      [deleted, 'There is no such customer'],
      ...sized([], unknown),
    ] as const) {
      await page.goto(`${portal.stack.portalUrl}/approvals/${id}`);
      await shown(said);
    }
  });
});

it('the page of approvals is not for partners', async () => {
  const page = await open('/approvals');
  await page.getByRole('heading', { level: 1, name: 'This page is not for your role' }).waitFor();
  await page.getByText('This page is for the operators of VNG Cloud.').waitFor();
  expect(await page.getByRole('link', { name: 'Approvals' }).count()).toBe(0);
});
