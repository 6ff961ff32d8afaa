/** The page of the local inbox in a real browser, and the portal's link to it. `inboxPage.long.test.ts` has its details. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { type Inbox, startInbox } from '../../local/inbox.ts';
import { ANY_PORT, invitationTo, keepMails, sendTo } from '../inboxMails.ts';
import { testStack } from '../stack.ts';
import { inboxBrowser, MANY, opened, rows, scrollTo, searchField, state, title, written } from './inboxPage.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { open } = portalBrowser(portal);
const { complained, taken, visit } = inboxBrowser();

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
    await expect.poll(complained).toBeGreaterThan(0);
    const kinds = taken().map((complaint) => /script|image/i.exec(complaint)?.[0].toLowerCase());
    expect(new Set(kinds)).toEqual(new Set(['script', 'image']));
  });

  it('shows a new mail at once, and is emptied after a question', async () => {
    const page = await visit(inbox.url);
    await rows(page).first().waitFor();
    await sendTo(inbox.url, await invitationTo('live@bakery.example'));
    await expect.poll(() => rows(page).first().innerText()).toMatch(/^live@bakery/);
    await page.getByRole('button', { name: 'Text' }).click();
    await page.getByRole('region', { name: 'Text' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Empty…' }).click();
    const question = page.getByRole('dialog', { name: `Delete all ${written(inbox.mails().length)} mails?` });
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
