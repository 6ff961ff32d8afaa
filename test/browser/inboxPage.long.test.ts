/** Details of the page of the local inbox, in a real browser. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Inbox, startInbox } from '../../local/inbox.ts';
import { ANY_PORT, invitationTo, keepMails, sendTo } from '../inboxMails.ts';
import { testStack } from '../stack.ts';
import { inboxBrowser, MANY, opened, rows, scrollTo, searchField, state, written } from './inboxPage.ts';
import { expectAccessible, overflowing } from './portal.ts';

const portal = testStack();
const { taken, visit } = inboxBrowser();

describe('the inbox', () => {
  let inbox: Inbox;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(inject('runDirectory'), 'inbox-'));
    keepMails(directory, MANY);
    inbox = await startInbox(ANY_PORT, directory);
    return () => inbox.close();
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
    expect(taken().every((complaint) => /net::ERR_/.test(complaint))).toBe(true);
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
    taken();

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
