/** The portal in a real browser, signed in as somebody: what its tests have in common. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { OWNER, type testStack } from '../stack.ts';
import { launchChromium } from './chromium.ts';

type OpenOptions = BrowserContextOptions & {
  /** The account that signs in. */
  as?: string;
  /** Complaints that the test provokes, such as the browser's own about a refusal. */
  expected?: RegExp;
};

/** Starts a browser before the tests of a file. After each test, nothing may have gone wrong in any page. */
export function portalBrowser(portal: ReturnType<typeof testStack>) {
  let browser: Browser;
  let complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    const found = complaints;
    complaints = [];
    expect(found).toEqual([]);
  });

  function watch(page: Page, expected: RegExp | undefined): void {
    const { portalUrl, oidcIssuer } = portal.stack;
    const complain = (complaint: string) => {
      if (!expected?.test(complaint)) complaints.push(complaint);
    };
    // The issuer's own page isn't the portal's.
    page.on('console', (message) => {
      if (!message.location().url.startsWith(oidcIssuer)) complain(`console ${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => complain(`uncaught: ${error}`));
    // What the browser drops when a page is left has not failed.
    page.on('requestfailed', (request) => {
      const { errorText = '' } = request.failure() ?? {};
      if (errorText !== 'net::ERR_ABORTED') complain(`failed: ${errorText} ${request.url()}`);
    });
    page.on('request', (request) => {
      const known = [portalUrl, oidcIssuer, 'data:', 'blob:'].some((origin) => request.url().startsWith(origin));
      if (!known) complain(`third party: ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 400 && response.url().startsWith(portalUrl))
        complain(`status ${response.status()}: ${response.url()}`);
    });
  }

  /** Opens an address in a browser of its own, whose tabs are all watched. */
  async function visit(address: string, { expected, ...options }: Omit<OpenOptions, 'as'> = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
    context.on('page', (page) => watch(page, expected));
    const page = await context.newPage();
    await page.goto(address);
    return page;
  }

  /** Opens a page of the portal in a browser of its own, and signs in on the way. */
  async function open(path: string, { as = OWNER, ...options }: OpenOptions = {}): Promise<Page> {
    const page = await visit(portal.stack.portalUrl + path, options);
    await signIn(page, as);
    return page;
  }

  /** Signs in on the issuer's page, which somebody without a session is led to. */
  async function signIn(page: Page, as = OWNER): Promise<void> {
    await page.getByLabel('Email address').fill(as);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => url.origin === portal.stack.portalUrl && !url.searchParams.has('code'));
  }

  return { visit, open, signIn };
}

/** What a page shows after a while: the machine does other things as well. */
export const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 20_000 });

/** Neither axe nor the width finds fault with what a page shows. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`),
  ).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

/** How people see pages: language, appearance, width. */
export const LOOKS = [
  { locale: 'en-US', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { locale: 'ru-RU', colorScheme: 'dark', viewport: { width: 1280, height: 900 } },
  { locale: 'vi-VN', colorScheme: 'dark', viewport: { width: 375, height: 740 } },
  { locale: 'ru-RU', colorScheme: 'light', viewport: { width: 320, height: 640 } },
] as const satisfies BrowserContextOptions[];
