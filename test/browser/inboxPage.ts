/** The page of the local inbox in a real browser: helpers of its tests. */
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { sized } from '../size.ts';
import { sharedChromium } from './sharedChromium.ts';

/** Many more than fit on a screen. */
export const MANY = sized(1200, 5000);
export const written = (count: number) => count.toLocaleString('en');
export const rows = (page: Page) => page.getByRole('navigation', { name: 'Mails' }).getByRole('link');
export const opened = (page: Page) => page.locator('article');
export const title = (page: Page, text: string) =>
  page.getByRole('heading', { level: 2, name: text, exact: true }).waitFor();
export const state = (page: Page) => page.getByRole('status');
export const searchField = (page: Page) => page.getByRole('searchbox', { name: 'Search recipient, subject and text' });

/** Scrolls the list, to a place in pixels or to its end. */
export const scrollTo = (page: Page, place: number | 'end') =>
  page.evaluate(`{
    const list = document.querySelector('#scroll');
    list.scrollTo(0, ${place === 'end' ? 'list.scrollHeight' : place});
  }`);

/** Opens pages of inboxes. After each test, no page may have had a complaint that the test has not taken. */
export function inboxBrowser() {
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

  /** Takes the complaints of now. */
  const taken = (): string[] => complaints.splice(0);
  return { visit, taken, complained: () => complaints.length };
}
