/** More of imports as jobs, with 5,000 customers: several tabs, a lost network, an ended session. */

import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { MAX_IMPORT_ROWS } from '../../shared/contract/contract.ts';
import { ownStack } from '../stack.ts';
import {
  add,
  button,
  customers,
  customersOf,
  expectRightNumbers,
  expectStored,
  fileOf,
  holding,
  number,
  says,
  title,
  WATCH,
} from './importSteps.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

/** The rows of a request. */
const BATCH = MAX_IMPORT_ROWS;
const ROWS = 5000;
/** The length of an address. */
const ADDRESS = 10;
/** The limit for a test that hangs. */
const TIMEOUT_MS = 600_000;

const portal = ownStack();
const { owner: OWNER, editor: EDITOR } = portal.partner;
const { open, signIn } = portalBrowser(portal);

/** A file with a name that takes more than a line on a phone. */
const FIRST = 'first half of the customers.csv';

/** The words of the list of imports that are broken over lines. */
const BROKEN_WORDS = `{
  const texts = document.createTreeWalker(document.querySelector('table'), NodeFilter.SHOW_TEXT);
  const broken = [];
  while (texts.nextNode()) for (const { 0: word, index } of texts.currentNode.data.matchAll(/\\S+/g)) {
    const range = new Range();
    range.setStart(texts.currentNode, index);
    range.setEnd(texts.currentNode, index + word.length);
    if (range.getClientRects().length > 1) broken.push(word);
  }
  broken
}`;

describe('an import', () => {
  it(
    'goes through a second tab, a lost network and an ended session',
    async () => {
      const page = await open('/customers/add', {
        clock: true,
        expected: /ERR_INTERNET_DISCONNECTED|ERR_FAILED|40[01]/,
      });
      const context = page.context();
      await context.addInitScript(WATCH);
      await page.evaluate(WATCH);
      const requests = await holding(context);
      await add(page, fileOf('journey.csv', customers(portal, ROWS, 'Journey', ADDRESS)));
      let added = 0;
      /** Lets a request through, and waits until its rows are counted. */
      const pass = async (on: Page) => {
        await requests.pass();
        added += BATCH;
        await expect.poll(() => number(on, 'Added')).toBe(added);
        await expectStored(on, ROWS);
      };
      await pass(page);
      expect(await number(page, 'Waiting')).toBe(ROWS - BATCH);

      // A second tab, which takes over when the first one closes.
      const [other] = await Promise.all([
        context.waitForEvent('page'),
        page.evaluate('void window.open(location.href)'),
      ]);
      await title(other, 'journey.csv');
      await pass(other);
      await expect.poll(() => number(page, 'Added')).toBe(added);
      await expectRightNumbers(page);
      const first = await requests.next();
      await first.fetch();
      await page.close();
      await pass(other);

      // A lost network for 20 seconds of the page's time.
      const cut = await requests.next();
      await context.setOffline(true);
      await cut.abort('internetdisconnected');
      await says(other, 'No connection. The import goes on as soon as there is one');
      const before = requests.sent;
      for (let second = 0; second < 20; second++) await other.clock.fastForward(1000);
      await expect.poll(() => number(other, 'Added')).toBe(added);
      await expectStored(other, ROWS);
      expect(requests.sent).toBeLessThan(before + 10);
      await context.unroute('**/v1/customers/batch');
      const online = await holding(context);
      await context.setOffline(false);
      await online.pass();
      added += BATCH;
      await expect.poll(() => number(other, 'Added')).toBe(added);

      // The session ends: the import waits for the sign-in.
      const late = await online.next();
      await context.clearCookies();
      await other.evaluate(`for (const key of Object.keys(sessionStorage)) if (key.startsWith('oidc.user')) {
      const user = JSON.parse(sessionStorage.getItem(key));
      sessionStorage.setItem(key, JSON.stringify({ ...user, access_token: 'old', refresh_token: 'old' }));
    }`);
      await late.continue();
      added += BATCH;
      await online.pass();
      await says(other, 'Your session has ended.');
      await expect.poll(() => number(other, 'Added')).toBe(added);
      await button(other, 'Sign in').click();
      await signIn(other);
      await title(other, 'journey.csv');
      // Before the first rows are answered.
      await says(other, 'Customers are being added');

      await online.release();
      const all = `Added: ${ROWS.toLocaleString('en')}. Added before: 0. Refused: 0. To correct: 0.`;
      await other.getByText(all).first().waitFor({ timeout: TIMEOUT_MS });
      await expectRightNumbers(other);
      await expectStored(other, ROWS);

      const registered = await customersOf(portal, 'Journey');
      expect(registered).toHaveLength(ROWS);
      expect(new Set(registered.map(({ email }) => email)).size).toBe(ROWS);
    },
    TIMEOUT_MS,
  );

  it('is warned of by the last tab before it closes; signing out ends it in all tabs', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|40[01]/ });
    const context = page.context();
    const requests = await holding(context);
    await add(page, fileOf(FIRST, customers(portal, 3, 'First', 10)));
    await requests.next();
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await title(page, 'Customers');
    await page.getByRole('link', { name: 'Imports' }).click();
    await title(page, 'Imports');
    await page.goBack();
    await page.getByRole('link', { name: 'Add customer' }).click();
    await add(page, fileOf('second.csv', customers(portal, 3, 'Second', 10)));
    await says(page, `Waits until “${FIRST}” is done`);
    expect(requests.sent).toBe(1);

    // The last tab warns, and another one doesn't.
    const asked = page.waitForEvent('dialog');
    const closing = page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await closing;
    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate('void window.open("/customers/imports")'),
    ]);
    await title(other, 'Imports');
    await expectAccessible(other);
    // On a phone, the state's words are whole.
    await other.setViewportSize({ width: 375, height: 740 });
    await other.getByRole('table').getByText(`Waits until “${FIRST}” is done`).waitFor();
    expect(await other.evaluate(BROKEN_WORDS)).toEqual([]);

    // The way to another account signs out, too.
    await other.goto(`${portal.stack.portalUrl}/approvals`);
    await button(other, 'Sign in with another account').click();
    await says(other, '6 rows of your imports have not been added.');
    await other.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: OWNER }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await says(page, '6 rows of your imports have not been added.');
    await expectAccessible(page);
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await says(other, 'You have signed out');
    expect(await other.evaluate('indexedDB.databases()')).toEqual([]);
    await other.close();
    await requests.release();
    await signIn(page, EDITOR);
    await page.goto(`${portal.stack.portalUrl}/customers/imports`);
    await says(page, 'No imports yet');
    expect(requests.sent).toBe(1);
  });
});
