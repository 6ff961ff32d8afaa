/** Details of the pages for the decisions of the provider's operators, in a real browser with the local stack. */
import { expect, it } from 'vitest';
import { OPERATOR, testStack } from '../stack.ts';
import { gone, inDialog, waitingCustomers } from './approvalsPage.ts';
import { portalBrowser } from './portal.ts';

const portal = testStack('vng');
const { owner: OWNER, at } = portal.partner;
const { open } = portalBrowser(portal);
const { account, waiting } = waitingCustomers(portal);

it('while a customer waits for the approval, its contact corrects the name, and another administrator only reads', async () => {
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
});

it('the typed reason of a rejection stays when the page is loaded again, and is forgotten when the operator cancels', async () => {
  const { id } = await waiting('Tea Room');
  const page = await open(`/approvals/${id}`, { as: OPERATOR });
  const reason = page.getByRole('textbox', { name: /Reason/ });
  await page.getByRole('button', { name: 'Reject Tea Room' }).click();
  await reason.fill('No such company');
  await page.reload();
  await page.getByRole('button', { name: 'Reject Tea Room' }).click();
  expect(await reason.inputValue()).toBe('No such company');
  await inDialog(page, 'Cancel').click();
  await page.getByRole('button', { name: 'Reject Tea Room' }).click();
  expect(await reason.inputValue()).toBe('');
});

it('the operator reads that the decision was made already if another operator, or another tab, was faster', async () => {
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

it('the operator can share the address of a customer: the page shows the decision, or that there is no such customer', async () => {
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
  for (const [id, said] of [
    [late, 'There is nothing to decide any more: the time is over.'],
    [deleted, 'There is no such customer'],
    ['dn2aaaaaaaaaaaaaaaaa', 'There is no such customer'],
    ['nonsense', 'There is no such customer'],
  ] as const) {
    await page.goto(`${portal.stack.portalUrl}/approvals/${id}`);
    await shown(said);
  }
});
