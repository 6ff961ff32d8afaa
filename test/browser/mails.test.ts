/** Every mail in a real browser, as a modern mail program shows it. */
import type { Page } from 'playwright-core';
import { afterEach, describe, expect, test } from 'vitest';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { linkOf, MESSAGE_NAMES, renderSample, sampleMail } from '../../shared/mail/samples.ts';
import { sized } from '../size.ts';
import { axeFaults } from './axe.ts';
import { sharedChromium } from './sharedChromium.ts';

/** Names without a place to break a line, and with markup characters. */
const LONG = `"><script>window.ran = true</script><img src=x onerror="window.ran = true">${'W'.repeat(100)}`;
/** A reason in wide letters: the widths of letters differ by script. */
const LONG_REASON = 'Щ'.repeat(400);

let pages: Page[] = [];
const requests: string[] = [];
afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  expect(requests).toEqual([]);
});

async function newPage(width: number, colorScheme: 'light' | 'dark' = 'light'): Promise<Page> {
  const context = await (await sharedChromium()).newContext({ colorScheme, viewport: { width, height: 640 } });
  const page = await context.newPage();
  page.on('request', (request) => requests.push(request.url()));
  pages.push(page);
  return page;
}

describe.each(sized([320], [320, 640]))('at %i pixels', (width) => {
  test.each(LANGUAGES)('no mail in %s overflows, with ordinary names and with long ones', async (language) => {
    const page = await newPage(width);
    for (const name of MESSAGE_NAMES)
      for (const names of [{}, { partnerName: LONG, customerName: LONG, reason: LONG_REASON }]) {
        const mail = sampleMail(name, language, names);
        await page.setContent(renderSample(mail).html);
        const shown = await page.evaluate(`({
          wide: document.documentElement.scrollWidth,
          beyond: [...document.querySelectorAll('p, h1, a')].filter((e) => e.getBoundingClientRect().right > ${width}).length,
          text: document.body.innerText,
          buttons: [...document.querySelectorAll('a.button')].map((a) => a.href),
          ran: window.ran,
        })`);
        expect(shown, `${name} ${JSON.stringify(names).slice(0, 20)}`).toEqual({
          wide: width,
          beyond: 0,
          text: expect.stringContaining((mail.customerName ?? mail.partnerName).slice(0, 80)),
          buttons: [linkOf(mail)],
          ran: undefined,
        });
      }
  });
});

test.each([
  ['light', 'rgb(255, 255, 255)'],
  ['dark', 'rgb(26, 33, 43)'],
] as const)('in %s mode a mail is accessible', async (scheme, card) => {
  const page = await newPage(640, scheme);
  await page.setContent(renderSample(sampleMail('INVITATION', 'ru')).html);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(640);
  // Rules about pages, such as landmarks, don't apply to a mail.
  expect(await axeFaults(page, ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])).toEqual([]);
  expect(await page.evaluate('getComputedStyle(document.querySelector(".card")).backgroundColor')).toBe(card);
});
