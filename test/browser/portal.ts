/** The portal in a real browser, as people see it: helpers for its tests. */
import { decodeJwt } from 'jose';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, beforeAll, expect } from 'vitest';
import { PORTAL_CLIENT, PORTAL_SCOPE } from '../../local/oidcIssuer.ts';
import { sized } from '../size.ts';
import type { TestPortal } from '../stack.ts';
import { axeFaults } from './axe.ts';
import { sharedChromium } from './sharedChromium.ts';

type TabOptions = BrowserContextOptions & {
  /** Complaints that the test provokes, such as the browser's about a refusal. */
  expected?: RegExp;
  /** The test moves the page's clock (`page.clock.fastForward`) instead of waiting until the page reads again. */
  clock?: true;
};
type OpenOptions = TabOptions & {
  /** The account that is signed in; by default the owner of the partner. */
  as?: string;
  /** The chosen language; by default the browser's. */
  language?: string;
};

/** Long enough to install Chromium. */
const INSTALL_MS = 300_000;
const DESK = { width: 1280, height: 900 };
/** The longest wait for something on a page. The long forms import hundreds of customers in one step. */
const WAIT_MS = sized(30_000, 100_000);

/** Shared by the files of a worker, which run one after the other. */
let portal: TestPortal;
let complaints: string[] = [];
let provoked: RegExp[] = [];
/**
 * A browser that has been used before: it has the portal's compiled script in its cache, like most people's. Loading the portal in it takes
 * a third of the computing of a new one.
 */
let kept: BrowserContext | undefined;
/** A tab of the kept browser that no test uses now. */
let free: Page | undefined;
let ownContexts: BrowserContext[] = [];

/** Functions that open pages in the browser of this run. After each test, no page may have had an unexpected complaint. */
export function portalBrowser(of: TestPortal) {
  // The first file may have to install Chromium.
  beforeAll(async () => {
    portal = of;
    await sharedChromium();
  }, INSTALL_MS);
  afterEach(async ({ task }) => {
    await Promise.all(ownContexts.map((context) => context.close()));
    ownContexts = [];
    if (task.result?.state === 'fail') await dropKept();
    else await tidyKept().catch(dropKept);
    const found = complaints.filter((complaint) => !provoked.some((pattern) => pattern.test(complaint)));
    complaints = [];
    provoked = [];
    expect(found).toEqual([]);
  });
  return { newTab, visit, open, enter, signIn };
}

/** Makes a tab like new for the next test. */
async function tidyKept(): Promise<void> {
  if (!kept) return;
  const [first, ...others] = kept.pages();
  // Before its requests go on to the stack.
  await first?.goto('about:blank');
  await Promise.all([
    ...others.map((page) => page.close()),
    kept.setOffline(false),
    kept.clearCookies(),
    kept.clearPermissions(),
    first?.unrouteAll({ behavior: 'ignoreErrors' }),
    first?.setViewportSize(DESK),
  ]);
  if (first) await forgetImports(first);
  free = first;
}

/** Deletes the imports that people have begun in a browser. */
async function forgetImports(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: portal.stack.portalUrl, storageTypes: 'indexeddb' });
  await session.detach();
}

async function dropKept(): Promise<void> {
  await kept?.close();
  kept = undefined;
  free = undefined;
}

async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
  const browser = await sharedChromium();
  // Pages without animations are ready at once.
  const context = await browser.newContext({ locale: 'en-US', viewport: DESK, reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(WAIT_MS);
  context.on('page', watch);
  return context;
}

function watch(page: Page): void {
  const complain = (complaint: string) => complaints.push(complaint);
  // The issuer's own page isn't part of the portal.
  page.on('console', (message) => {
    const isIssuers = message.location().url.startsWith(portal.stack.oidcIssuer);
    if (!isIssuers) complain(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complain(`uncaught: ${error}`));
  // The browser drops requests of a page that is left: they have not failed.
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    if (errorText !== 'net::ERR_ABORTED') complain(`failed: ${errorText} ${request.url()}`);
  });
  page.on('request', (request) => {
    const { portalUrl, oidcIssuer, sesUrl } = portal.stack;
    const known = [portalUrl, oidcIssuer, sesUrl, 'data:', 'blob:', 'about:'].some((start) =>
      request.url().startsWith(start),
    );
    if (!known) complain(`third party: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && response.url().startsWith(portal.stack.portalUrl))
      complain(`status ${response.status()}: ${response.url()}`);
  });
}

/** A tab in which nothing is stored and nobody is signed in. Options of its own need a new browser context. */
async function newTab({ expected, clock, ...options }: TabOptions = {}): Promise<Page> {
  if (expected) provoked.push(expected);
  if (clock || Object.keys(options).length > 0) {
    const context = await newContext(options);
    if (clock) await context.clock.install();
    ownContexts.push(context);
    return context.newPage();
  }
  kept ??= await newContext({});
  const page = free && !free.isClosed() ? free : await kept.newPage();
  free = undefined;
  return page;
}

/** Opens an address like a first-time visitor. */
async function visit(address: string, options: TabOptions = {}): Promise<Page> {
  const page = await newTab(options);
  await begin(page, address, { session: {}, local: {} });
  return page;
}

/** Opens a page of the portal for a person who is signed in. */
async function open(
  path: string,
  { as = portal.partner.owner, language, ...options }: OpenOptions = {},
): Promise<Page> {
  const page = await newTab(options);
  const chosen: Record<string, string> = language === undefined ? {} : { 'portal.language': JSON.stringify(language) };
  await begin(page, portal.stack.portalUrl + path, { session: await sessionOf(as), local: chosen });
  await page.locator('main#page').waitFor();
  return page;
}

/** Opens a page of the portal for a person who signs in on the way, so that the issuer has a session, too. */
async function enter(
  path: string,
  { as = portal.partner.owner, ...options }: TabOptions & { as?: string } = {},
): Promise<Page> {
  const page = await visit(portal.stack.portalUrl + path, options);
  await signIn(page, as);
  await page.locator('main#page').waitFor();
  return page;
}

/** Signs in on the issuer's page, to which a person without a session is led. */
async function signIn(page: Page, as = portal.partner.owner): Promise<void> {
  // `exact`: a page may also have a search for email addresses.
  await page.getByLabel('Email address', { exact: true }).fill(as);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => url.origin === portal.stack.portalUrl && !url.searchParams.has('code'));
}

type Stored = { session: Record<string, string>; local: Record<string, string> };

/** Goes to an address, with only these values in the portal's storage. */
async function begin(page: Page, address: string, stored: Stored): Promise<void> {
  const { portalUrl } = portal.stack;
  const prepared = await page.addInitScript(`if (location.origin === ${JSON.stringify(portalUrl)}) {
    const { session, local } = ${JSON.stringify(stored)};
    localStorage.clear();
    sessionStorage.clear();
    Object.assign(localStorage, local);
    Object.assign(sessionStorage, session);
  }`);
  await page.goto(address, { waitUntil: 'commit' });
  await prepared.dispose();
}

/** The storage of a tab after an account has signed in. */
async function sessionOf(as: string): Promise<Record<string, string>> {
  const { stack } = portal;
  const accessToken = await stack.token(as);
  const profile = decodeJwt(accessToken);
  const session = {
    access_token: accessToken,
    token_type: 'Bearer',
    scope: PORTAL_SCOPE,
    profile,
    expires_at: profile.exp,
  };
  // The key that oidc-client-ts uses.
  return { [`oidc.user:${stack.oidcIssuer}:${PORTAL_CLIENT}`]: JSON.stringify(session) };
}

/** Resolves when all animations have ended, except endless ones such as a spinner's. */
const FADED_IN = `Promise.all(
  document.getAnimations()
    .filter(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime < Infinity)
    .map(({ finished }) => finished.catch(() => {})),
).then(() => {})`;

/** Requires that axe finds no fault in the page as it is shown now, and that the page is not wider than the screen. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(FADED_IN);
  expect(await axeFaults(page)).toEqual([]);
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
}

/** The elements that extend beyond the sides of the viewport. */
export const overflowing = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth || element.getBoundingClientRect().left < 0)
    .map((element) => element.outerHTML.slice(0, 100))`);
