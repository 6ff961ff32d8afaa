/** The page of the local inbox in a real browser, and the portal's link to it. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Inbox, startInbox } from '../../local/inbox.ts';
import { ANY_PORT, invitationTo, keepMails, sendTo } from '../inboxMails.ts';
import { sized } from '../size.ts';
import { testStack } from '../stack.ts';
import { expectAccessible, overflowing, portalBrowser } from './portal.ts';
import { sharedChromium } from './sharedChromium.ts';

const portal = testStack();
const { open } = portalBrowser(portal);

/** Many more than fit on a screen. */
const MANY = sized(1200, 5000);
const written = (count: number) => count.toLocaleString('en');
const rows = (page: Page) => page.getByRole('navigation', { name: 'Mails' }).getByRole('link');
const opened = (page: Page) => page.locator('article');
const title = (page: Page, text: string) => page.getByRole('heading', { level: 2, name: text, exact: true }).waitFor();
const state = (page: Page) => page.getByRole('status');
const searchField = (page: Page) => page.getByRole('searchbox', { name: 'Search recipient, subject and text' });

/** Scrolls the list, to a place in pixels or to its end. */
const scrollTo = (page: Page, place: number | 'end') =>
  page.evaluate(`{
    const list = document.querySelector('#scroll');
    list.scrollTo(0, ${place === 'end' ? 'list.scrollHeight' : place});
  }`);

let contexts: BrowserContext[] = [];
let complaints: string[] = [];
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

/** Opens an address of an inbox. A page that stays without its stack has complaints of the browser. */
async function visit(address: string, options: BrowserContextOptions = {}): Promise<Page> {
  const browser = await sharedChromium();
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
  contexts.push(context);
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  return page;
}

describe('the inbox', () => {
  let inbox: Inbox;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(inject('runDirectory'), 'inbox-'));
    keepMails(directory, MANY);
    inbox = await startInbox(ANY_PORT, directory);
    return () => inbox.close();
  });

  it(`shows ${MANY} mails, newest first, and only those on the screen are in the page`, async () => {
    const page = await visit(inbox.url);
    await state(page)
      .getByText(`${written(MANY)} mails`)
      .waitFor();
    expect(await rows(page).first().innerText()).toContain(`customer-${MANY}@bakery.example`);
    // The newest mail is open.
    await opened(page).getByText(`customer-${MANY}@bakery.example`).waitFor();
    expect(await rows(page).count()).toBeLessThan(100);
    await scrollTo(page, 'end');
    await rows(page)
      .filter({ hasText: /^customer-1@/ })
      .click();
    await opened(page).getByText('customer-1@bakery.example').waitFor();
    expect(await rows(page).count()).toBeLessThan(100);
    await searchField(page).fill('customer-5 пекарня');
    // 5, 5x and 5xx: every third is Russian.
    await state(page)
      .getByText(new RegExp(`^\\d+ of ${written(MANY)} mails$`))
      .waitFor();
    const [, found] = /^(\d+) of/.exec(await state(page).innerText()) ?? [];
    expect(Number(found)).toBeGreaterThan(20);
    await searchField(page).fill('customer-471@');
    await expect.poll(() => rows(page).allInnerTexts()).toEqual([expect.stringMatching(/^customer-471@/)]);
    await searchField(page).fill('zebra');
    await page.getByText('No mail matches the search.').waitFor();
  });

  it('moves through the list with the arrow keys, and the address names mail, search and view', async () => {
    const page = await visit(`${inbox.url}/?search=customer-100`);
    await opened(page).getByText('customer-1009@bakery.example').waitFor();
    await searchField(page).press('ArrowDown');
    await opened(page).getByText('customer-1008@bakery.example').waitFor();
    for (let place = 0; place < 20; place++) await page.keyboard.press('ArrowDown');
    await opened(page).getByText('customer-100@bakery.example').waitFor();
    await page.keyboard.press('ArrowUp');
    await opened(page).getByText('customer-1000@bakery.example').waitFor();
    expect(await page.evaluate('document.activeElement?.ariaCurrent')).toBe('true');
    await page.getByRole('button', { name: 'Text' }).click();
    const text = await page.getByRole('region', { name: 'Text' }).innerText();
    await page.reload();
    await opened(page).getByText('customer-1000@bakery.example').waitFor();
    expect(new URL(page.url())).toMatchObject({
      pathname: '/mail/mail-1000',
      search: '?search=customer-100&view=text',
    });
    expect(await page.getByRole('region', { name: 'Text' }).innerText()).toBe(text);
    expect(await rows(page).count()).toBe(11);
    await page.getByRole('button', { name: 'Source' }).click();
    await page.getByText('This mail arrived before the inbox kept the source of mails.').waitFor();
    await expectAccessible(page);
  });

  it('shows a mail as HTML without scripts and without content of other servers; its links open new tabs', async () => {
    const inbox = await startInbox(ANY_PORT, await mkdtemp(join(inject('runDirectory'), 'inbox-')));
    onTestFinished(inbox.close);
    const html = `<p><a href="${inbox.url}/?search=linked">Link</a><script>document.body.append('ran')</script>
      <img src="${inbox.url}/favicon.ico" alt="picture" onerror="document.body.append('ran')"></p>`;
    const subject = '<script>alert(1)</script>&lt;b&gt;';
    await sendTo(inbox.url, `To: risky@b.example\r\nSubject: ${subject}\r\nContent-Type: text/html\r\n\r\n${html}`);
    const page = await visit(inbox.url);
    await title(page, subject);
    expect(await page.title()).toBe(`${subject} – Inbox`);
    expect(await rows(page).first().innerText()).toContain(subject);
    const mail = page.frameLocator('iframe');
    const [tab] = await Promise.all([page.context().waitForEvent('page'), mail.getByText('Link').click()]);
    await searchField(tab).waitFor();
    expect(await mail.locator('body').innerText()).not.toContain('ran');
    await expect.poll(() => complaints.length).toBeGreaterThan(0);
    const kinds = complaints.splice(0).map((complaint) => /script|image/i.exec(complaint)?.[0].toLowerCase());
    expect(new Set(kinds)).toEqual(new Set(['script', 'image']));
  });

  it('shows new mails at once, also after a restart of the stack, and a reader keeps the place in the list', async () => {
    const page = await visit(inbox.url);
    await state(page)
      .getByText(/mails$/)
      .waitFor();
    await sendTo(inbox.url, await invitationTo('live@bakery.example'));
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^live@bakery/);
    await scrollTo(page, 60_000);
    const row = rows(page).filter({ hasText: `customer-${MANY - 1000}@` });
    await row.waitFor();
    const before = await row.boundingBox();
    const port = Number(new URL(inbox.url).port);
    await inbox.close();
    await state(page).getByText('The stack does not answer. Trying again …').waitFor();
    inbox = await startInbox({ ...ANY_PORT, number: port }, directory);
    await sendTo(inbox.url, await invitationTo('later@bakery.example'));
    await state(page)
      .getByText(`${written(MANY + 2)} mails`)
      .waitFor();
    await row.waitFor();
    expect((await row.boundingBox())?.y).toBe(before?.y);
    await scrollTo(page, 0);
    await rows(page)
      .filter({ hasText: /^later@/ })
      .click();
    await page.getByRole('button', { name: 'Source' }).click();
    await page.getByRole('region', { name: 'Source' }).getByText('To: later@bakery.example').waitFor();
    expect(complaints.splice(0).every((complaint) => /net::ERR_/.test(complaint))).toBe(true);
  });

  it('on a phone shows the list or a mail, in a page of another site nothing, and is emptied after a question', async () => {
    const page = await visit(inbox.url, { viewport: { width: 375, height: 740 }, colorScheme: 'dark' });
    await rows(page).first().waitFor();
    expect(await opened(page).isVisible()).toBe(false);
    await expectAccessible(page);
    await rows(page)
      .filter({ hasText: `customer-${MANY}@` })
      .click();
    await opened(page).getByText(`customer-${MANY}@bakery.example`).waitFor();
    expect(await searchField(page).isVisible()).toBe(false);
    await expectAccessible(page);
    expect(await overflowing(page)).toEqual([]);
    await page.goBack();
    await searchField(page).waitFor();
    await page.goForward();
    await page.getByRole('link', { name: 'All mails' }).click();
    await searchField(page).waitFor();

    const other = await visit(portal.stack.oidcIssuer);
    const tries = (code: string) => other.evaluate(`fetch(${code}).then(({ status }) => status, () => 'blocked')`);
    expect(await tries(`'${inbox.url}/store'`)).toBe('blocked');
    expect(await tries(`'${inbox.url}/store', { mode: 'no-cors' }`)).toBe('blocked');
    await tries(`'${inbox.url}/clear-store', { method: 'POST', mode: 'no-cors' }`);
    expect(inbox.mails().length).toBeGreaterThanOrEqual(MANY);
    complaints = [];

    await page.getByRole('button', { name: 'Empty…' }).click();
    const question = page.getByRole('dialog', { name: `Delete all ${written(inbox.mails().length)} mails?` });
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(inbox.mails().length).toBeGreaterThanOrEqual(MANY);
    await page.getByRole('button', { name: 'Empty…' }).click();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No mails yet. New mails appear automatically.').waitFor();
    expect(inbox.mails()).toEqual([]);
  });
});

it('after adding a customer, the portal leads to its mail in the inbox', async () => {
  const page = await open('/customers/add');
  const email = portal.partner.at('to.inbox');
  await page.getByLabel('Name', { exact: true }).fill('To inbox');
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  const link = page.getByRole('link', { name: 'Open the local inbox' });
  const [inbox] = await Promise.all([page.context().waitForEvent('page'), link.click()]);
  await opened(inbox).getByText(email).waitFor();
  const invitation = inbox.frameLocator('iframe').getByRole('link', { name: 'Read the invitation' });
  const [answer] = await Promise.all([page.context().waitForEvent('page'), invitation.click()]);
  await answer.getByRole('button', { name: 'Confirm', exact: true }).waitFor();
});
