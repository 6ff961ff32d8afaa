/** The local inbox with many mails, in a real browser. Times depend on the machine: `npm run bench:page` measures them with nothing else running. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it, onTestFinished } from 'vitest';
import { startInbox } from '../local/inbox.ts';
import { sharedChromium } from '../test/browser/sharedChromium.ts';
import { ANY_PORT, invitationTo, keepMails, sendTo } from '../test/inboxMails.ts';

const MAILS = 5000;
/** The longest time until the result of an action is on the screen. */
const SHOWN_MS = 1000;

it(`with ${MAILS} mails, opens, is searched, and moves from mail to mail without a wait`, async () => {
  const directory = await mkdtemp(join(inject('runDirectory'), 'inbox-'));
  keepMails(directory, MAILS);
  const times: Record<string, number> = {};
  const timed = async <T>(name: string, act: () => Promise<T>): Promise<T> => {
    const begin = performance.now();
    const result = await act();
    times[name] = Math.round(performance.now() - begin);
    return result;
  };
  const inbox = await timed('start of the inbox', () => startInbox(ANY_PORT, directory));
  onTestFinished(inbox.close);
  await timed('/store', async () => (await fetch(`${inbox.url}/store`)).text());
  const page = await (await sharedChromium()).newPage();
  onTestFinished(() => page.close());
  const state = page.getByRole('status');
  const rows = page.locator('#rows a');
  await timed('opening the page', async () => {
    await page.goto(inbox.url);
    await rows.first().waitFor();
  });
  const search = page.getByRole('searchbox');
  await timed('search of a word in a third of the mails', async () => {
    await search.fill('пекарня');
    await state.getByText(' of 5,000').waitFor();
  });
  await timed('search of one mail', async () => {
    await search.fill('customer-4711@');
    await state.getByText('1 of 5,000').waitFor();
  });
  await search.fill('');
  await state.getByText('5,000 mails', { exact: true }).waitFor();
  await timed('next mail by key', async () => {
    await search.press('ArrowDown');
    await page.locator('dd').getByText('customer-4999@').waitFor();
  });
  await timed('end of the list', async () => {
    await page.evaluate('document.querySelector("#scroll").scrollTo(0, 1e9)');
    await rows.filter({ hasText: /^customer-1@/ }).waitFor();
  });
  await timed('new mail', async () => {
    await sendTo(inbox.url, await invitationTo('new@bakery.example'));
    await state.getByText('5,001 mails').waitFor();
  });
  console.log(`ms: ${JSON.stringify(times, null, 2)}`);
  const { 'start of the inbox': _, '/store': __, ...ofPage } = times;
  expect(Object.entries(ofPage).filter(([, took]) => took > SHOWN_MS)).toEqual([]);
});
