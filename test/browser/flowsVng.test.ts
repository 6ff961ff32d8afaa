/** The story of seed 004 in a real browser: several customers in one form, and the operator who approves. */
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { linkIn } from '../../local/inbox.ts';
import { OPERATOR, OWNER, ownStack } from '../stack.ts';
import { portalBrowser } from './portal.ts';

/** Longer than an open page waits before it reads again. */
const FOLLOWS_MS = 15_000;

// Schedules and throttling as under `npm start`.
const portal = ownStack({ program: 'vng', schedules: true, throttling: true });
const { visit, open } = portalBrowser(portal);

const title = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const said = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const dialog = (page: Page) => page.getByRole('dialog');

it('from several customers in one form to an approved one with a linked cloud', async () => {
  const ineligible = { ...ELIGIBLE, creditBalance: 250, poc: true, billingMode: 'POSTPAID' };
  const path = '/v1/provider/accounts/much@wrong.example';
  expect(await portal.request('PUT', path, { as: OPERATOR, body: ineligible })).toMatchObject({ status: 200 });

  const page = await open('/members', { clock: true });
  const menu = page.getByRole('navigation').getByRole('link', { name: 'Account', exact: true });
  await menu.click();
  await page.getByRole('link', { name: 'Add a customer account', exact: true }).first().click();
  const customers = [
    ['Mila Bakery', 'mila@bakery.example'],
    ['Much Wrong', 'much@wrong.example'],
    ['Workshop', 'ops@workshop.example'],
  ] as const;
  const field = (label: string) => page.getByLabel(label, { exact: true });
  for (const [index, [name, email]] of customers.entries()) {
    if (index > 0) await press(page, 'Add a customer');
    await field('Name').nth(index).fill(name);
    await field('Email').nth(index).fill(email);
    expect(await field('Your role').nth(index).inputValue()).toBe('Partner');
  }
  await field('Common name (optional)').first().fill('The bakery');
  await field('Your role').last().fill('Referrer');
  await press(page, 'Add (3)');
  await said(page, '2 customers were added');
  // A refused customer stays in the form, with all of the program's reasons.
  const left = field('Name');
  expect([await left.count(), await left.first().inputValue()]).toEqual([1, 'Much Wrong']);
  const refusal = await page.getByRole('alert').filter({ hasText: 'Not eligible' }).innerText();
  expect(refusal).toMatch(/VNG Cloud: .*credit balance; .*POC.*; .*prepaid/i);
  await menu.click();
  await row(page, 'Workshop').getByText('Verification required').waitFor();
  const { body: list } = await portal.request<{ customers: object[] }>('GET', '/v1/customers', { as: OWNER });
  for (const customer of [
    { name: 'Workshop', role: 'Referrer' },
    { name: 'Mila Bakery', role: 'Partner', friendlyName: 'The bakery' },
  ])
    expect(list.customers).toContainEqual(expect.objectContaining(customer));
  expect(await row(page, 'Much Wrong').count()).toBe(0);
  await row(page, 'Mila Bakery').getByRole('link').click();
  await said(page, 'Waiting for mila@bakery.example to confirm until');

  const [mail] = await portal.mailsTo('mila@bakery.example');
  const its = await visit(linkIn(mail), { expected: /409/ });
  await title(its, 'Acme Integrators invites you to VNG Cloud');
  // The account changes between the invitation and its answer.
  const account = (body: object) =>
    portal.request('PUT', '/v1/provider/accounts/mila@bakery.example', { as: OPERATOR, body });
  expect(await account({ ...ELIGIBLE, discounts: true, poc: true })).toMatchObject({ status: 200 });
  await press(its, 'Confirm');
  await its.locator('[data-page=notEligible]').waitFor();
  expect(await its.locator('main li').allInnerTexts()).toEqual([
    'The account is offered discounts.',
    'The account is using a POC service.',
  ]);
  expect(await account(ELIGIBLE)).toMatchObject({ status: 200 });
  await press(its, 'Try again');
  await press(its, 'Confirm');
  await its.locator('[data-page=APPROVAL_REQUIRED]').waitFor();
  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByText('Awaiting approval by VNG Cloud until').waitFor();

  const operators = await open('/', { as: OPERATOR });
  await operators.waitForURL('**/approvals');
  await press(operators, 'Approve Mila Bakery');
  await dialog(operators).getByRole('button', { name: 'Approve', exact: true }).dblclick();
  await said(operators, 'Mila Bakery is approved.');

  await page.clock.fastForward(FOLLOWS_MS);
  await page.getByRole('button', { name: 'Create cloud' }).waitFor();
  await page.getByRole('status').filter({ hasText: 'Approved' }).first().waitFor();
  await its.reload();
  await its.locator('[data-page=ACTIVE]').waitFor();
  await press(page, 'Create cloud');
  await dialog(page).getByRole('textbox').first().fill('bakery-web');
  await dialog(page).getByRole('button', { name: 'Create', exact: true }).click();
  await said(page, 'The cloud bakery-web is created.');
  await press(page, 'Link cloud');
  await dialog(page).getByRole('button', { name: 'Link bakery-site' }).click();
  await said(page, 'The cloud bakery-site is linked.');
  await menu.click();
  await row(page, 'Mila Bakery').getByText('Approved').waitFor();
  await row(page, 'Mila Bakery').getByRole('cell', { name: '2', exact: true }).waitFor();

  const { body } = await portal.request<{ events: { type: string }[] }>(
    'GET',
    `/v1/customers/${new URL(linkIn(mail)).pathname.split('/').at(-1)}/events`,
    { as: OWNER },
  );
  expect(body.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['InvitationAccepted', 'CloudCreated', 'CloudLinked']),
  );
  expect(body.events.filter(({ type }) => /Approved/.test(type))).toHaveLength(1);
});
