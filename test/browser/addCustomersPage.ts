/** The page that adds customers: helpers of its tests. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { TestPortal } from '../stack.ts';

export const name = (page: Page, index = 0) => page.getByLabel('Name', { exact: true }).nth(index);
export const email = (page: Page, index = 0) => page.getByLabel('Email', { exact: true }).nth(index);
export const add = (page: Page) => page.getByRole('button', { name: /^Add( \(\d+\))?$/ });
/** The rows of a file that are to be corrected. */
export const toCorrect = (page: Page) => page.locator('[role=group][data-row]');
export const focused = (page: Page) => page.evaluate('document.activeElement?.value');

/** Finds the names of a partner's customers. */
export const registeredIn =
  (portal: TestPortal) =>
  async (query: string): Promise<string[]> => {
    const path = `/v1/customers?query=${encodeURIComponent(query)}&pageSize=1000`;
    const { body } = await portal.request<{ customers: { name: string }[] }>('GET', path, { as: portal.partner.owner });
    return body.customers.map((customer) => customer.name).sort();
  };

/** Chooses a file. */
export const choose = async (page: Page, name: string, content: Buffer | string) => {
  await page.getByRole('tab').last().click();
  await page.locator('input[type=file]').setInputFiles([]);
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: '', buffer: Buffer.from(content) });
};
/** Chooses an option of a list, by the label of the list. */
export const select = async (page: Page, label: string | RegExp, option: string) => {
  await page.getByRole('button', { name: label }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
};

/** The numbers of the import whose page is open. */
const numbers = (page: Page) =>
  page.evaluate<Record<string, number>>(`Object.fromEntries([...document.querySelectorAll('#page dl dt')]
    .map((label) => [label.innerText, Number(label.nextElementSibling.innerText.replace(/\\D/g, ''))]))`);
/** Waits until the import whose page is open is done, with these numbers. */
export const done = (
  page: Page,
  expected: { added?: number; before?: number; refused?: number; toCorrect?: number },
) => {
  const { added = 0, before = 0, refused = 0, toCorrect = 0 } = expected;
  return expect
    .poll(() => numbers(page))
    .toEqual({
      'All rows': added + before + refused + toCorrect,
      Waiting: 0,
      Added: added,
      'Added before': before,
      Refused: refused,
      'To correct': toCorrect,
    });
};
