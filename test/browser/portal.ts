/** The portal in a real browser, signed in as somebody: what its tests have in common. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { OWNER, type testStack } from '../stack.ts';
import { launchChromium } from './chromium.ts';

type OpenOptions = BrowserContextOptions & {
  /** The account that signs in. */
  as?: string;
  /** Complaints that the test provokes, such as the browser's own about a refusal. */
  expected?: RegExp;
};

/**
 * Starts a browser before the tests of a file. After each test, nothing may have gone wrong in any page. Whoever has signed in once
 * comes back to a browser that the issuer remembers and that has the portal's script, as most people do.
 */
export function portalBrowser(portal: ReturnType<typeof testStack>) {
  let browser: Browser;
  let complaints: string[] = [];
  let provoked: RegExp[] = [];
  /** By the account and how it sees pages. */
  const used = new Map<string, BrowserContext>();

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const kept = new Set(used.values());
    await Promise.all(
      browser.contexts().flatMap((context) => {
        return kept.has(context) ? context.pages().map((page) => page.close()) : [context.close()];
      }),
    );
    const found = complaints.filter((complaint) => !provoked.some((pattern) => pattern.test(complaint)));
    complaints = [];
    provoked = [];
    expect(found).toEqual([]);
  });

  function watch(page: Page): void {
    const { portalUrl, oidcIssuer } = portal.stack;
    const complain = (complaint: string) => complaints.push(complaint);
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

  async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 900 }, ...options });
    context.on('page', watch);
    return context;
  }

  /** Opens an address in a browser of its own, whose tabs are all watched. */
  async function visit(address: string, { expected, ...options }: Omit<OpenOptions, 'as'> = {}): Promise<Page> {
    if (expected) provoked.push(expected);
    const page = await (await newContext(options)).newPage();
    await page.goto(address);
    return page;
  }

  /** Opens a page of the portal in the browser of an account, and signs in on the way where the issuer asks for it. */
  async function open(path: string, { as = OWNER, expected, ...options }: OpenOptions = {}): Promise<Page> {
    if (expected) provoked.push(expected);
    const key = JSON.stringify([as, options]);
    const context = used.get(key) ?? (await newContext(options));
    used.set(key, context);
    const page = await context.newPage();
    // What an earlier test has chosen, such as columns or a language, isn't this one's.
    if (context.pages().length === 1) {
      const session = await context.newCDPSession(page);
      const { portalUrl: origin } = portal.stack;
      await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'local_storage' });
      await session.detach();
    }
    await page.goto(portal.stack.portalUrl + path);
    const form = emailField(page);
    await form.or(page.locator('main#page')).first().waitFor();
    if (await form.isVisible()) await fillIn(page, as);
    return page;
  }

  async function fillIn(page: Page, as: string): Promise<void> {
    await emailField(page).fill(as);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL((url) => url.origin === portal.stack.portalUrl && !url.searchParams.has('code'));
  }

  /** Signs in on the issuer's page, which somebody without a session is led to. */
  async function signIn(page: Page, as = OWNER): Promise<void> {
    // Whoever it is now: it may not be who this browser was kept for.
    for (const [key, context] of used) if (context === page.context()) used.delete(key);
    await fillIn(page, as);
  }

  return { visit, open, signIn };
}

/** On the issuer's page. A search for email addresses isn't meant. */
const emailField = (page: Page) => page.getByLabel('Email address', { exact: true });

/** What a page shows after a while: the machine does other things as well. */
export const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 20_000 });

/** Until what fades in is there; a spinner turns for ever. */
const FADED_IN = `Promise.all(
  document.getAnimations()
    .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => {})),
).then(() => {})`;

/** Neither axe nor the width finds fault with what a page shows. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(FADED_IN);
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
