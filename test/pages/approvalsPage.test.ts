/** What the provider's operators decide, in a real browser against the local stack. */
import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { eventually, expectAccessible, LOOKS, portalBrowser } from '../browser/portal.ts';
import { OPERATOR, OWNER, testStack } from '../stack.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 300_000 });

const portal = testStack({ program: 'vng' });
const { open } = portalBrowser(portal);

let accounts = 0;
const putAccount = (email: string, fields: Partial<typeof ELIGIBLE> = {}) =>
  portal.request('PUT', `/v1/provider/accounts/${email}`, { as: OPERATOR, body: { ...ELIGIBLE, ...fields } });

/** A customer that has confirmed and awaits approval. */
async function waiting(name: string): Promise<{ id: string; email: string }> {
  accounts += 1;
  const email = `waiting-${accounts}@client.example`;
  await putAccount(email);
  const { id } = await portal.register({ name, email });
  expect(await portal.request('POST', `/v1/customers/${id}/invite/accept`, { as: email })).toMatchObject({
    status: 200,
    body: { status: 'APPROVAL_REQUIRED' },
  });
  return { id, email };
}

const read = async (id: string) => (await portal.request('GET', `/v1/customers/${id}`, { as: OWNER })).body;
const row = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });
const inDialog = (page: Page, name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
const gone = (page: Page, name: string) => eventually(() => row(page, name).count()).toBe(0);

describe('the operator', () => {
  it('comes to the list first, approves there with a double click, and reads the history', async () => {
    const { id } = await waiting('Mila Bakery');
    const page = await open('/', { as: OPERATOR });
    await page.waitForURL('**/approvals');
    await row(page, 'Mila Bakery').getByRole('button', { name: 'Approve Mila Bakery' }).click();
    await inDialog(page, 'Approve').dblclick();
    await page.getByText('Mila Bakery is approved.').waitFor();
    await gone(page, 'Mila Bakery');
    await eventually(() => page.evaluate('document.activeElement.id')).toBe('page');
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
    await page.goto(`${portal.stack.portalUrl}/approvals/${id}`);
    await page.getByText('This customer doesn’t wait for approval').waitFor();
    await page.getByText('The customer was approved.').waitFor();
    expect(await page.getByRole('button', { name: /^(Approve|Reject)/ }).count()).toBe(0);
  });

  it('rejects with a reason, on the page of the customer, where its invitee then reads what came of it', async () => {
    const { id, email } = await waiting('Tea House');
    const page = await open('/approvals', { as: OPERATOR });
    await page.getByRole('link', { name: 'Tea House' }).click();
    await page.getByText('The provider may approve until').waitFor();
    await page.getByRole('button', { name: 'Reject Tea House' }).click();
    await page.getByRole('textbox', { name: /Reason/ }).fill('No such company');
    await inDialog(page, 'Reject').click();
    await page.getByText('Tea House is rejected.').waitFor();
    await page.getByText('Reason: No such company').waitFor();
    expect(await read(id)).toMatchObject({ status: 'REJECTED', statusReason: 'No such company' });
    const its = await open(`/my/invitations/${id}`, { as: email });
    await its.getByText('VNG Cloud hasn’t approved Tea House as a customer of Acme Integrators.').waitFor();
  });

  it('is told all that makes an account ineligible, in the words of the server', async () => {
    const { id, email } = await waiting('Not Now');
    await putAccount(email, { creditBalance: 250, poc: true });
    const page = await open('/approvals', { as: OPERATOR, expected: /409/ });
    await page.getByRole('button', { name: 'Approve Not Now' }).click();
    await inDialog(page, 'Approve').click();
    const refusal = page.getByRole('dialog').getByRole('alert');
    await refusal.waitFor();
    expect(await refusal.innerText()).toMatch(/credit balance; the account is using a POC service/);
    await expectAccessible(page);
    await putAccount(email);
    await inDialog(page, 'Approve').click();
    await gone(page, 'Not Now');
    expect(await read(id)).toMatchObject({ status: 'ACTIVE' });
  });

  it('who decides in two tabs is told that it is decided', async () => {
    await waiting('Twice');
    const page = await open('/approvals', { as: OPERATOR, expected: /409/ });
    const other = await page.context().newPage();
    await page.getByRole('button', { name: 'Reject Twice' }).click();
    await other.close();
    const { body } = await portal.request<{ customers: { id: string; name: string }[] }>(
      'GET',
      '/v1/provider/approvals',
      { as: OPERATOR },
    );
    const twice = body.customers.find(({ name }) => name === 'Twice');
    await portal.request('POST', `/v1/customers/${twice?.id}/approve`, { as: OPERATOR });
    await inDialog(page, 'Reject').click();
    await gone(page, 'Twice');
    expect(await read(twice?.id ?? '')).toMatchObject({ status: 'ACTIVE' });
  });
});

it('is no page for a partner', async () => {
  const page = await open('/approvals');
  await page.getByRole('heading', { level: 1, name: 'There is no such page' }).waitFor();
  expect(await page.getByRole('link', { name: 'Approvals' }).count()).toBe(0);
});

describe.each(LOOKS)('in $locale, $colorScheme, $viewport.width pixels wide', (look) => {
  it('the list and the page of a customer are accessible and fit', async () => {
    const { id } = await waiting(`Пекарня «Мила» ${'и сыновья '.repeat(5)}`);
    const page = await open('/approvals', { as: OPERATOR, ...look });
    await row(page, 'Пекарня').first().waitFor();
    await expectAccessible(page);
    await page.goto(`${portal.stack.portalUrl}/approvals/${id}`);
    await page.locator('time').nth(1).waitFor();
    await expectAccessible(page);
  });
});
