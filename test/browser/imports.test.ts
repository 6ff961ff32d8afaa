/** Imports as jobs, in a real browser with the local stack. */
import type { BrowserContext, Page, Route } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { MAX_BODY_BYTES, MAX_IMPORT_ROWS } from '../../shared/contract/contract.ts';
import { sized } from '../size.ts';
import { ownStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

/** The rows of a request. In the short form, the contract's limit of bytes ends a request, and in the long form its limit of rows. */
const BATCH = sized(4, MAX_IMPORT_ROWS);
/** So long that only a batch of rows fits into a request. */
const ADDRESS = 'x'.repeat(sized(Math.floor(MAX_BODY_BYTES / (BATCH + 0.5)), 10));
/** More requests than the steps of the journey need. */
const ROWS = sized(8 * BATCH + 1, 5000);
/** The limit for a test that hangs. The long form registers 5,000 customers. */
const TIMEOUT_MS = sized(120_000, 600_000);

const portal = ownStack();
const { owner: OWNER, editor: EDITOR, at } = portal.partner;
const { open, signIn } = portalBrowser(portal);

const fileOf = (name: string, lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(['name,email,postAddress', ...lines].join('\n')),
});
const customers = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => `${name} ${index},${at(`${name}.${index}`.toLowerCase())},${ADDRESS}`);

async function add(page: Page, file: ReturnType<typeof fileOf>): Promise<void> {
  await page.getByRole('tab', { name: 'Upload a file' }).click();
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: /^Add \([\d,]+\)$/ }).click();
  await page.getByRole('heading', { level: 1, name: file.name }).waitFor();
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** The numbers of the import whose page is open. */
const NUMBERS = `Object.fromEntries([...document.querySelectorAll('#page dl dt')]
  .map((label) => [label.innerText, Number(label.nextElementSibling.innerText.replace(/\\D/g, ''))]))`;
const numbers = (page: Page) => page.evaluate<Record<string, number>>(NUMBERS);
const number = async (page: Page, name: string) => (await numbers(page))[name];

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

/** Notes each moment at which a page shows numbers that do not add up. */
const WATCH = `{
  window.wrongNumbers = [];
  window.moments = 0;
  const look = () => {
    const { 'All rows': all, ...states } = ${NUMBERS};
    if (all === undefined) return;
    window.moments += 1;
    const sum = Object.values(states).reduce((one, other) => one + other, 0);
    if (sum !== all) window.wrongNumbers.push(JSON.stringify({ all, ...states }));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}`;
const expectRightNumbers = async (page: Page) => {
  expect(await page.evaluate('window.moments')).toBeGreaterThan(0);
  expect(await page.evaluate('window.wrongNumbers')).toEqual([]);
};

/** The numbers that the browser's database has: those of the import, and those of its rows, in one transaction. */
const STORED = `new Promise((done, fail) => indexedDB.databases().then(([{ name }]) => {
  const opening = indexedDB.open(name);
  opening.onerror = fail;
  opening.onsuccess = () => {
    const transaction = opening.result.transaction(['imports', 'rows']);
    const imports = transaction.objectStore('imports').getAll();
    const rows = transaction.objectStore('rows').getAll();
    transaction.oncomplete = () => {
      opening.result.close();
      const counted = { waiting: 0, registered: 0, before: 0, refused: 0, toCorrect: 0, leftOut: 0 };
      for (const { state } of rows.result) counted[state] += 1;
      done({ numbers: imports.result[0].numbers, counted });
    };
  };
}))`;
async function expectStored(page: Page): Promise<void> {
  const { numbers, counted } = await page.evaluate<{ numbers: object; counted: Record<string, number> }>(STORED);
  expect(numbers).toEqual(counted);
  expect(Object.values(counted).reduce((one, other) => one + other)).toBe(ROWS);
}

/** Holds the requests of an import in all tabs, until the test lets them go on. */
async function holding(context: BrowserContext) {
  const held: Route[] = [];
  let sent = 0;
  await context.route('**/v1/customers/batch', (route) => {
    sent += 1;
    held.push(route);
  });
  const next = async (): Promise<Route> => {
    await expect.poll(() => held.length).toBeGreaterThan(0);
    return held.shift() as Route;
  };
  return {
    get sent() {
      return sent;
    },
    next,
    pass: async () => (await next()).continue(),
    /** Lets all requests of now and later go on. */
    release: async () => {
      await context.unroute('**/v1/customers/batch');
      await Promise.all(held.splice(0).map((route) => route.continue()));
    },
  };
}

async function customersOf(name: string): Promise<{ name: string; email: string }[]> {
  const found: { name: string; email: string }[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ query: name, pageSize: '1000', ...(token && { pageToken: token }) });
    const { body } = await portal.request<{ customers: typeof found; nextPageToken?: string }>(
      'GET',
      `/v1/customers?${query}`,
      { as: OWNER },
    );
    found.push(...body.customers);
    token = body.nextPageToken;
  } while (token !== undefined);
  return found;
}

describe('an import', () => {
  it(
    'goes through other pages, a reload, a second tab, a lost network, an ended session and a stop',
    async () => {
      const page = await open('/customers/add', {
        clock: true,
        expected: /ERR_INTERNET_DISCONNECTED|ERR_FAILED|40[01]/,
      });
      const context = page.context();
      await context.addInitScript(WATCH);
      await page.evaluate(WATCH);
      const requests = await holding(context);
      await add(page, fileOf('journey.csv', customers(ROWS, 'Journey')));
      let added = 0;
      /** Lets a request through, and waits until its rows are counted. */
      const pass = async (on: Page) => {
        await requests.pass();
        added += BATCH;
        await expect.poll(() => number(on, 'Added')).toBe(added);
        await expectStored(on);
      };
      await pass(page);
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
      await pass(page);

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
      await expectStored(other);
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

      // A stop: the request that is under way is counted, and no other leaves.
      const last = await online.next();
      await button(other, 'Stop').click();
      await says(other, 'Stopped');
      const stopped = online.sent;
      await last.continue();
      added += BATCH;
      await expect.poll(() => number(other, 'Added')).toBe(added);
      await other.clock.fastForward(60_000);
      expect(online.sent).toBe(stopped);
      await expectStored(other);
      await online.release();
      await button(other, 'Go on').click();
      const all = `Added: ${ROWS.toLocaleString('en')}. Added before: 0. Refused: 0. To correct: 0.`;
      await other.getByText(all).first().waitFor({ timeout: TIMEOUT_MS });
      await expectRightNumbers(other);
      await expectStored(other);

      const registered = await customersOf('Journey');
      expect(registered).toHaveLength(ROWS);
      expect(new Set(registered.map(({ email }) => email)).size).toBe(ROWS);
    },
    TIMEOUT_MS,
  );

  it('waits for the one before it; the last tab warns before it closes, and signing out forgets all', async () => {
    const page = await open('/customers/add', { expected: /ERR_FAILED|40[01]/ });
    const context = page.context();
    const requests = await holding(context);
    await add(page, fileOf(FIRST, customers(3, 'First')));
    await requests.next();
    await page.getByRole('link', { name: 'Customers' }).first().click();
    await title(page, 'Customers');
    await page.getByRole('link', { name: 'Imports' }).click();
    await title(page, 'Imports');
    await page.goBack();
    await page.getByRole('link', { name: 'Add customer' }).click();
    await add(page, fileOf('second.csv', customers(3, 'Second')));
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
