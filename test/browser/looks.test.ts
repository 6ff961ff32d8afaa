/**
 * The pages in all languages, light and dark, wide and narrow: axe finds no fault, and no page is wider than the screen. The short form
 * checks some states, each in one look, as the languages differ only in their words, and each mode has the same colors on all pages. The
 * long form checks all states of all pages in all looks, and writes pictures of them to `dist/pages`, with an `index.html` that shows them.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { sampleMails, sendTo } from '../inboxMails.ts';
import { LONG } from '../size.ts';
import { ownStack, type TestPortal } from '../stack.ts';
import {
  ALWAYS_CHECKED,
  answerInvitations,
  INVITATION_COMPLAINTS,
  INVITATION_STATES,
  openInvitation,
} from './invitationStates.ts';
import { type Look, looksOf, SIZES } from './looks.ts';
import { MESSAGES, type PageState, VNG_STATES, vngCustomers, YANDEX_STATES, yandexCustomers } from './pageStates.ts';
import { pictureIndex } from './pictureIndex.ts';
import { expectAccessible, overflowing, portalBrowser } from './portal.ts';

const yandex = ownStack();

/** The pictures of the long form. */
const folder = join(import.meta.dirname, '../../dist/pages');
const pictured = new Map<string, { file: string; width: number; href: string }[]>();

beforeAll(() => {
  if (!LONG) return;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
});
afterAll(() => {
  if (!LONG) return;
  const sections = [...pictured].map(([name, pictures]) => ({ id: name, heading: name, pictures }));
  writeFileSync(join(folder, 'index.html'), pictureIndex('Pages', sections));
});

async function show(page: Page, { colorScheme, viewport }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await resize(page, viewport);
}

async function resize(page: Page, viewport: Look['viewport']): Promise<void> {
  await page.setViewportSize(viewport);
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
}

/** Checks the current state of a page. */
async function check(page: Page, name: string, looks: Look[]): Promise<void> {
  for (const look of looks) {
    await show(page, look);
    await expectAccessible(page);
    if (LONG) await picture(page, name, look);
  }
}

async function picture(page: Page, name: string, { language, colorScheme, viewport }: Look): Promise<void> {
  // A dialog covers only the window.
  const fullPage = (await page.getByRole('dialog').filter({ visible: true }).count()) === 0;
  const file = `${name}.${language}.${colorScheme}.${viewport.width}.png`;
  await page.screenshot({ path: join(folder, file), fullPage, animations: 'disabled' });
  pictured.set(name, [...(pictured.get(name) ?? []), { file, width: viewport.width / 2, href: file }]);
}

/** The test cases: each state in the languages of its looks, with the looks to check. */
const casesOf = <Customers>(states: PageState<Customers>[]) =>
  states
    .filter(({ always }) => always || LONG)
    .flatMap((state, index) =>
      LANGUAGES.map((language) => ({
        name: state.name,
        language,
        state,
        looks: looksOf(index).filter((look) => look.language === language),
      })),
    )
    .filter(({ looks }) => looks.length > 0);

it('the short form shows each three states in all languages and sizes, and eighteen in all looks', () => {
  const seen = Array.from({ length: 18 }, (_, index) => looksOf(index, false)).flat();
  for (let first = 0; first < seen.length; first += 3) {
    const three = seen.slice(first, first + 3);
    expect(new Set(three.map(({ language }) => language)).size).toBe(3);
    expect(new Set(three.map(({ viewport }) => viewport)).size).toBe(3);
  }
  expect(new Set(seen)).toEqual(new Set(looksOf(0, true)));
});

function checkStates<Customers>(
  portal: TestPortal,
  states: PageState<Customers>[],
  make: (portal: TestPortal) => Promise<Customers>,
): void {
  const { open } = portalBrowser(portal);
  let customers: Customers;
  beforeAll(async () => {
    customers = await make(portal);
  });

  it.each(casesOf(states))('$name in $language', async ({ name, language, state, looks }) => {
    const { as, path, prepare, expected } = state;
    const page = await open(typeof path === 'string' ? path : path(customers), {
      language,
      ...(as !== undefined && { as }),
      ...(expected && { expected }),
    });
    if (looks[0]) await show(page, looks[0]);
    await prepare?.(page, MESSAGES[language]);
    await page.locator('h1').first().waitFor();
    const loading = page.getByText(MESSAGES[language].loading).filter({ visible: true });
    await loading.first().waitFor({ state: 'detached' });
    expect(await page.locator('html').getAttribute('lang')).toBe(language);
    expect(await page.locator('body').innerText()).not.toContain('{{');
    await check(page, name, looks);
    for (const viewport of SIZES) {
      await resize(page, viewport);
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    }
  });
}

describe('under the program without approval', () => {
  checkStates(yandex, YANDEX_STATES, yandexCustomers);
});

// The tests of the approvals' pages check their faults in the short form.
if (LONG)
  describe('under the program with approval', () => {
    checkStates(ownStack({ program: 'vng' }), VNG_STATES, vngCustomers);
  });

describe('the invitation', () => {
  const { newTab } = portalBrowser(yandex);

  it.each(LANGUAGES)('in each of its states is complete and without faults in %s', async (language) => {
    const page = await newTab({ locale: language, expected: INVITATION_COMPLAINTS });
    await answerInvitations(page, language);
    const titles = new Set<string>();
    const states = INVITATION_STATES.map((state, index) => ({
      state,
      looks: looksOf(index).filter((look) => look.language === language),
    })).filter(({ looks }) => looks.length > 0);
    for (const { state, looks } of states) {
      await openInvitation(page, yandex.stack.portalUrl, state);
      titles.add(await page.title());
      expect(await page.getByRole('main').innerText()).not.toMatch(/[{}]|undefined|null/);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      for (const viewport of SIZES) {
        await page.setViewportSize(viewport);
        expect(await overflowing(page)).toEqual([]);
      }
      if (LONG || ALWAYS_CHECKED.includes(state)) await check(page, `invite-${state}`, looks);
    }
    expect(titles.size).toBe(states.length);
  });
});

// Its own tests check its faults in the short form.
if (LONG)
  describe('the inbox of a laptop', () => {
    const { newTab } = portalBrowser(yandex);
    let newest: string;
    beforeAll(async () => {
      for (const mail of await sampleMails()) await sendTo(yandex.stack.sesUrl, mail);
      newest = yandex.stack.inbox().at(-1)?.messageId ?? '';
    });

    it.each([
      ['inbox-list', () => '/'],
      ['inbox-mail', () => `/mail/${newest}`],
      ['inbox-text', () => `/mail/${newest}?view=text`],
    ])('%s', async (name, path) => {
      // axe asks each frame for its faults. The frame of a mail runs no script.
      const page = await newTab({ expected: /postMessage/ });
      for (const look of looksOf(0).filter(({ language }) => language === 'en')) {
        await show(page, look);
        await page.goto(yandex.stack.sesUrl + path());
        await page.getByText('mails', { exact: false }).first().waitFor();
        await check(page, name, [look]);
      }
    });
  });
