/** Imports as jobs, in a real browser with the local stack. */
import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_IMPORT_ROWS } from '../../shared/contract/contract.ts';
import { sized } from '../size.ts';
import { testStack } from '../stack.ts';
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

/** The rows of a request. In the short form, the contract's limit of bytes ends a request, and in the long form its limit of rows. */
const BATCH = sized(4, MAX_IMPORT_ROWS);
/** The length of an address: so long that only a batch of rows fits into a request. */
const ADDRESS = sized(Math.floor(MAX_BODY_BYTES / (BATCH + 0.5)), 10);
/** More requests than the steps of the journey need. */
const ROWS = 5 * BATCH + 1;

const portal = testStack();
const { owner: OWNER, editor: EDITOR } = portal.partner;
const { open, signIn } = portalBrowser(portal);

describe('an import', () => {
  it('goes through other pages, a reload whose answer is lost, and a stop', async () => {
    const page = await open('/customers/add', { clock: true, expected: /ERR_FAILED/ });
    const context = page.context();
    await context.addInitScript(WATCH);
    await page.evaluate(WATCH);
    const requests = await holding(context);
    await add(page, fileOf('journey.csv', customers(portal, ROWS, 'Journey', ADDRESS)));
    let added = 0;
    /** Lets a request through, and waits until its rows are counted. */
    const pass = async () => {
      await requests.pass();
      added += BATCH;
      await expect.poll(() => number(page, 'Added')).toBe(added);
      await expectStored(page, ROWS);
    };
    await pass();
    expect(await number(page, 'Waiting')).toBe(ROWS - BATCH);
    await expectAccessible(page);

    // Other pages: the notification has the numbers, and leads back.
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await says(page, `Added: ${added}.`);
    await requests.pass();
    added += BATCH;
    await says(page, `Added: ${added}.`);
    await expectAccessible(page);

    // A reload, while a request is under way: its rows are registered, and its answer is lost.
    const lost = await requests.next();
    const answered = context.waitForEvent('requestfailed');
    await lost.fetch();
    await page.reload();
    await answered;
    await says(page, `Added: ${added}.`);
    await page.getByRole('link', { name: 'journey.csv' }).click();
    await title(page, 'journey.csv');
    await pass();

    // A stop: the request that is under way is counted, and no other leaves.
    const last = await requests.next();
    await button(page, 'Stop').click();
    await says(page, 'Stopped');
    const stopped = requests.sent;
    await last.continue();
    added += BATCH;
    await expect.poll(() => number(page, 'Added')).toBe(added);
    await page.clock.fastForward(60_000);
    expect(requests.sent).toBe(stopped);
    await expectStored(page, ROWS);
    await requests.release();
    await button(page, 'Go on').click();
    const all = `Added: ${ROWS.toLocaleString('en')}. Added before: 0. Refused: 0. To correct: 0.`;
    await page.getByText(all).first().waitFor();
    await expectRightNumbers(page);
    await expectStored(page, ROWS);

    const registered = await customersOf(portal, 'Journey');
    expect(registered).toHaveLength(ROWS);
    expect(new Set(registered.map(({ email }) => email)).size).toBe(ROWS);
  });

  it('waits for the one before it, and signing out forgets all in all tabs', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|40[01]/ });
    const context = page.context();
    const requests = await holding(context);
    await add(page, fileOf('first.csv', customers(portal, 3, 'First', 10)));
    await requests.next();
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await title(page, 'Customers');
    await page.getByRole('link', { name: 'Add customer' }).first().click();
    await add(page, fileOf('second.csv', customers(portal, 3, 'Second', 10)));
    await says(page, 'Waits until “first.csv” is done');
    expect(requests.sent).toBe(1);

    const [other] = await Promise.all([
      context.waitForEvent('page'),
      page.evaluate('void window.open("/customers/imports")'),
    ]);
    await title(other, 'Imports');
    await expectAccessible(other);

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
