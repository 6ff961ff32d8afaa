/** The pages for the decisions of the provider's operators, in a real browser with the local stack. `approvalsPage.long.test.ts` has their details. */
import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { OPERATOR, testStack } from '../stack.ts';
import { gone, inDialog, row, waitingCustomers } from './approvalsPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack('vng');
const { name: PARTNER } = portal.partner;
const { open } = portalBrowser(portal);
const { putAccount, waiting } = waitingCustomers(portal);

const rulesIn = (within: Locator) =>
  within.getByRole('list', { name: 'Rules of the program' }).getByRole('listitem').allInnerTexts();

describe('the operator', () => {
  it('lands on the list, and approves there with a double click', async () => {
    const { id } = await waiting('Mila Bakery');
    const page = await open('/', { as: OPERATOR });
    await page.waitForURL('**/approvals');
    const read = Promise.withResolvers<void>();
    await page.route(`**/v1/provider/approvals/${id}`, async (route) => {
      await read.promise;
      await route.continue();
    });
    await row(page, 'Mila Bakery').getByRole('button', { name: 'Approve Mila Bakery' }).click();
    // Not before the rules are shown.
    await inDialog(page, 'Approve').waitFor();
    expect(await inDialog(page, 'Approve').isDisabled()).toBe(true);
    read.resolve();
    await inDialog(page, 'Approve').dblclick();
    await page.getByText('Mila Bakery is approved.').waitFor();
    await gone(page, 'Mila Bakery');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');
    expect(await portal.read(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('rejects with a reason on the customer’s page; the invitee then reads the result', async () => {
    const { id, email } = await waiting('Tea House');
    const page = await open('/approvals', { as: OPERATOR });
    await page.getByRole('link', { name: 'Tea House' }).click();
    await page.getByText('The provider may approve until').waitFor();
    const reason = page.getByRole('textbox', { name: /Reason/ });
    await page.getByRole('button', { name: 'Reject Tea House' }).click();
    await reason.fill('No such company');
    await inDialog(page, 'Reject').click();
    await page.getByText('Tea House is rejected.').waitFor();
    await page.getByText('Reason: No such company').waitFor();
    await page.getByText('Rejected: No such company').waitFor();
    expect(await portal.read(id)).toMatchObject({ status: 'REJECTED', statusReason: 'No such company' });
    const its = await open(`/my/invitations/${id}`, { as: email });
    await its.getByText(`VNG Cloud hasn’t approved Tea House as a customer of ${PARTNER}.`).waitFor();
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
});

it('the page of approvals is not for partners', async () => {
  const page = await open('/approvals');
  await page.getByRole('heading', { level: 1, name: 'This page is not for your role' }).waitFor();
  await page.getByText('This page is for the operators of VNG Cloud.').waitFor();
  expect(await page.getByRole('link', { name: 'Approvals' }).count()).toBe(0);
});
