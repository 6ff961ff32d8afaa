/** Steps of a person who imports customers as a job, and what its pages and its browser then have. */
import type { BrowserContext, Page, Route } from 'playwright-core';
import { expect } from 'vitest';
import type { TestPortal } from '../stack.ts';

export const fileOf = (name: string, lines: string[]) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(['name,email,postAddress', ...lines].join('\n')),
});

/** The rows of customers of a partner, each with an address of this length. */
export const customers = (portal: TestPortal, count: number, name: string, addressLength: number) =>
  Array.from(
    { length: count },
    (_, index) =>
      `${name} ${index},${portal.partner.at(`${name}.${index}`.toLowerCase())},${'x'.repeat(addressLength)}`,
  );

export async function add(page: Page, file: ReturnType<typeof fileOf>): Promise<void> {
  await page.getByRole('tab', { name: 'Upload a file' }).click();
  await page.locator('input[type=file]').setInputFiles(file);
  await page.getByRole('button', { name: /^Add \([\d,]+\)$/ }).click();
  await page.getByRole('heading', { level: 1, name: file.name }).waitFor();
}

export const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true });
export const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
export const says = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor();

/** The numbers of the import whose page is open. */
const NUMBERS = `Object.fromEntries([...document.querySelectorAll('#page dl dt')]
  .map((label) => [label.innerText, Number(label.nextElementSibling.innerText.replace(/\\D/g, ''))]))`;
const numbers = (page: Page) => page.evaluate<Record<string, number>>(NUMBERS);
export const number = async (page: Page, name: string) => (await numbers(page))[name];

/** Notes each moment at which a page shows numbers that do not add up. */
export const WATCH = `{
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
export const expectRightNumbers = async (page: Page) => {
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
/** Requires that the browser's database has the numbers of all rows of the only import. */
export async function expectStored(page: Page, rows: number): Promise<void> {
  const { numbers, counted } = await page.evaluate<{ numbers: object; counted: Record<string, number> }>(STORED);
  expect(numbers).toEqual(counted);
  expect(Object.values(counted).reduce((one, other) => one + other)).toBe(rows);
}

/** Holds the requests of an import in all tabs, until the test lets them go on. */
export async function holding(context: BrowserContext) {
  const held: Route[] = [];
  let sent = 0;
  let isReleased = false;
  await context.route('**/v1/customers/batch', async (route) => {
    sent += 1;
    if (isReleased) await route.continue();
    else held.push(route);
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
      isReleased = true;
      await Promise.all(held.splice(0).map((route) => route.continue()));
    },
  };
}

/** The registered customers that a search finds. */
export async function customersOf(portal: TestPortal, name: string): Promise<{ name: string; email: string }[]> {
  const found: { name: string; email: string }[] = [];
  let token: string | undefined;
  do {
    const query = new URLSearchParams({ query: name, pageSize: '1000', ...(token && { pageToken: token }) });
    const { body } = await portal.request<{ customers: typeof found; nextPageToken?: string }>(
      'GET',
      `/v1/customers?${query}`,
      { as: portal.partner.owner },
    );
    found.push(...body.customers);
    token = body.nextPageToken;
  } while (token !== undefined);
  return found;
}
