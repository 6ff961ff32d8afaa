/** The page behind the emailed link, in a real browser against the local stack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { type LocalStack, startLocalStack } from '../../local/localStack.ts';
import { customer as customerSchema, invitation as invitationSchema } from '../../shared/contract.ts';
import { customerKey, EVENT_PREFIX } from '../../shared/keys.ts';
import { LANGUAGES, STATUSES } from '../../shared/program.ts';
import { launchChromium } from './chromium.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 300_000 });

/** What the whole page may weigh, compressed: it opens on a phone, from a mail. */
const MAX_PAGE_BYTES = 30 * 1024;

const directory = mkdtempSync(join(tmpdir(), 'invite-browser-'));
let stack: LocalStack;
let browser: Browser;
let table: DynamoDBDocumentClient;
let contexts: BrowserContext[] = [];
/** What went wrong in the browser, in whatever test: console messages, failed and foreign requests, violations of the policy. */
let complaints: string[] = [];

beforeAll(async () => {
  browser = await launchChromium();
  stack = await startLocalStack({ program: 'yandex', directory, inMemory: true, schedules: false, throttling: false });
  const { endpoint, region, credentials } = stack.dynamoDb;
  table = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials }));
});
afterAll(async () => {
  table?.destroy();
  await browser?.close();
  await stack?.stop();
  rmSync(directory, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(contexts.map((context) => context.close()));
  contexts = [];
  const found = complaints;
  complaints = [];
  expect(found).toEqual([]);
});

type Invited = { id: string; link: string };

/** A customer who has been invited, and the link from its mail. */
async function invite(fields: { name?: string; language?: string } = {}): Promise<Invited> {
  const email = `${crypto.randomUUID()}@bakery.example`;
  const { id } = await partner('POST', '/v1/customers', { name: 'Mila Bakery', email, ...fields });
  // What becomes of the mail is noted a moment after it has arrived; from then on nothing changes by itself.
  await vi.waitFor(async () => expect((await read(id)).delivery?.status).toBe('DELIVERED'), { timeout: 10_000 });
  const mail = stack.inbox().find(({ destination }) => destination.to.includes(email));
  const [link] = /\S+#token=\S+/.exec(mail?.body.text ?? '') ?? [];
  if (link === undefined) throw new Error('the mail has no link');
  return { id, link };
}

async function partner(method: string, path: string, body?: object): Promise<z.output<typeof customerSchema>> {
  const response = await fetch(`${stack.portalUrl}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${await stack.token('owner@acme.example')}`,
      'content-type': 'application/json',
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  return z.parse(customerSchema, await response.json());
}

const read = (id: string) => partner('GET', `/v1/customers/${id}`);

/** Everything that is stored of a customer. */
async function stored(id: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: stack.dynamoDb.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': customerKey(id).pk },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** The types of a customer's events, oldest first. */
async function events(id: string): Promise<unknown[]> {
  return (await stored(id)).filter(({ sk }) => String(sk).startsWith(EVENT_PREFIX)).map(({ type }) => type);
}

/** Lets the customer's deadline pass. */
async function letExpire(customerId: string): Promise<void> {
  const response = await fetch(`${stack.oidcIssuer}/local/expire-customer`, {
    method: 'POST',
    body: JSON.stringify({ customerId }),
  });
  expect(response.status).toBe(200);
}

/** A new tab in a browser of its own. @param expected complaints that the test provokes */
async function newPage(options: BrowserContextOptions = {}, expected?: RegExp): Promise<Page> {
  const context = await browser.newContext({ locale: 'en-US', ...options });
  contexts.push(context);
  return watched(await context.newPage(), expected);
}

function watched(page: Page, expected?: RegExp): Page {
  const complain = (complaint: string) => {
    if (!expected?.test(complaint)) complaints.push(complaint);
  };
  page.on('console', (message) => complain(`console ${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complain(`uncaught: ${error}`));
  page.on('requestfailed', (request) => complain(`failed: ${request.url()} ${request.failure()?.errorText}`));
  page.on('request', (request) => {
    if (!/^(data:|about:)/.test(request.url()) && !request.url().startsWith(stack.portalUrl))
      complain(`third party: ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`status ${response.status()}: ${response.url()}`);
  });
  return page;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const invites = /invites you to Yandex Cloud/;

/** How often the page has sent an answer. */
function countAnswers(page: Page): () => number {
  let answers = 0;
  page.on('request', (request) => {
    if (/\/v1\/invites\/(accept|decline)$/.test(request.url())) answers++;
  });
  return () => answers;
}

describe('opening the emailed link', () => {
  it('changes nothing, though the browser runs scripts, scrolls and hovers', async () => {
    const { id, link } = await invite();
    const before = await stored(id);
    const page = await newPage();
    await page.goto(link, { waitUntil: 'networkidle' });
    await heading(page, invites);
    await page.mouse.wheel(0, 2000);
    for (const button of await page.getByRole('button').all()) await button.hover();
    await page.keyboard.press('Tab');
    await page.reload({ waitUntil: 'networkidle' });
    await heading(page, invites);
    await page.close({ runBeforeUnload: true });
    expect(await stored(id)).toEqual(before);
    expect(await events(id)).toEqual(['CustomerInvited']);
    expect(await read(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', version: 1 });
  });

  it('says who invites whom into what, what it means and until when, on the reader’s clock', async () => {
    const { id, link } = await invite();
    const { email, invite: open } = await read(id);
    const page = await newPage({ timezoneId: 'Asia/Ho_Chi_Minh' });
    await page.goto(link);
    await heading(page, 'Acme Integrators invites you to Yandex Cloud');
    const text = await page.getByRole('main').innerText();
    for (const said of [
      'Mila Bakery',
      email ?? '',
      'is billed for your cloud resources',
      "For subaccount 'Mila Bakery'",
      'The staff of Acme Integrators also get rights',
      'GMT+7',
    ])
      expect(text).toContain(said);
    expect(await page.locator('time').getAttribute('datetime')).toBe(open?.expiresAt);
  });

  it('takes the token out of the address bar; refreshing and going back leave the page right', async () => {
    const { link } = await invite();
    const page = await newPage();
    await page.goto(link);
    await heading(page, invites);
    expect(page.url()).toBe(link.replace(/#.*/, ''));
    await page.reload();
    await heading(page, invites);
    await page.goto(`${stack.portalUrl}/invite/accept/dn2aaaaaaaaaaaaaaaaa`);
    await heading(page, 'Sign in to see the invitation');
    await page.goBack();
    await heading(page, invites);
    const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
    expect(await page.evaluate(kept)).toBe('[{},{},""]');
  });

  it('works in a tab that shows another page of the kind already, and so does going back', async () => {
    const { link } = await invite();
    const page = await newPage();
    await page.goto(link.replace(/#.*/, ''));
    await heading(page, 'Sign in to see the invitation');
    await page.goto(link);
    await heading(page, invites);
    await page.goBack();
    await heading(page, 'Sign in to see the invitation');
    await page.goForward();
    await heading(page, invites);
  });

  it('speaks the invitation’s language, and before that the browser’s', async () => {
    const { link } = await invite({ language: 'vi' });
    const page = await newPage({ locale: 'ru-RU' });
    await page.goto(link.replace(/#.*/, ''));
    await heading(page, 'Войдите, чтобы увидеть приглашение');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    await page.goto(link);
    await heading(page, 'Acme Integrators mời bạn sử dụng Yandex Cloud');
    expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  });

  it('speaks the language that is chosen, keeps it on a refresh, and leaves the focus on the choice', async () => {
    const { id, link } = await invite({ language: 'en' });
    const page = await newPage();
    await page.goto(link);
    await heading(page, invites);
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await heading(page, 'Acme Integrators mời bạn sử dụng Yandex Cloud');
    expect(await page.locator(':focus').innerText()).toBe('Tiếng Việt');
    expect(await page.getByRole('button', { pressed: true }).allInnerTexts()).toEqual(['Tiếng Việt']);
    await press(page, 'Từ chối');
    await page.getByRole('button', { name: 'Русский' }).click();
    await heading(page, 'Отклонить приглашение?');
    await page.reload();
    await heading(page, 'Партнёр Acme Integrators приглашает вас в Yandex Cloud');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await events(id)).toEqual(['CustomerInvited']);
  });

  it('sends an answer once, though another language is chosen while it is under way', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    const answers = countAnswers(page);
    await page.route('**/v1/invites/accept', async (route) => {
      await page.getByRole('button', { name: 'Русский' }).click();
      expect(await page.getByRole('main').getByRole('button', { disabled: true }).count()).toBe(2);
      expect(await page.getByRole('status').innerText()).toBe('Подтверждаем…');
      await route.continue();
    });
    await page.goto(link);
    await press(page, 'Confirm');
    await heading(page, 'Вы подтвердили приглашение');
    expect(answers()).toBe(1);
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('weighs at most 30 KB over the wire, with all that opening it asks for', async () => {
    const { link } = await invite();
    const page = await newPage();
    const sizes: Record<string, number> = {};
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      const { 'content-length': length, 'content-encoding': encoding } = response.headers();
      sizes[`${pathname.replace(/-[\w-]{8}\./, '.')} ${encoding ?? ''}`] = Number(length);
    });
    await page.goto(link, { waitUntil: 'networkidle' });
    await heading(page, invites);
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining(['/assets/invite.js br', '/assets/invite.css br', '/v1/invites/preview ']),
    );
    expect(Object.keys(sizes).filter((name) => name.startsWith('/assets/'))).toHaveLength(2);
    const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(MAX_PAGE_BYTES);
  });

  it('makes markup or script of no text, whoever wrote it', async () => {
    const { link } = await invite();
    const page = await newPage({}, /TrustedHTML/);
    await page.goto(link);
    await expect(page.evaluate("document.body.innerHTML = '<b>text</b>'")).rejects.toThrow(/TrustedHTML/);
    expect(await page.locator('b', { hasText: 'text' }).count()).toBe(0);
  });

  it('says what it needs where scripts are off', async () => {
    const { link } = await invite();
    const page = await newPage({ javaScriptEnabled: false });
    await page.goto(link);
    expect(await page.locator('noscript').innerText()).toContain('This page needs JavaScript');
    expect(await page.locator('noscript').isVisible()).toBe(true);
  });
});

describe('answering', () => {
  it('confirms: the customer is active, and the page says what comes next', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    await page.goto(link);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
    await page.getByText("“For subaccount 'Mila Bakery'” has been created").waitFor();
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect((await read(id)).status).toBe('ACTIVE');
    await page.reload();
    await heading(page, 'You have confirmed');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('sends a double click on Confirm once', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    const answers = countAnswers(page);
    await page.route('**/v1/invites/accept', async (route) => {
      expect(await page.getByRole('button', { disabled: true }).count()).toBe(2);
      expect(await page.getByRole('status').innerText()).toBe('Confirming…');
      await route.continue();
    });
    await page.goto(link);
    await page.getByRole('button', { name: 'Confirm' }).dblclick();
    await heading(page, 'You have confirmed');
    expect(answers()).toBe(1);
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('declines only when asked a second time; a double click on Decline does not answer that question', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    const answers = countAnswers(page);
    await page.goto(link);
    await page.getByRole('button', { name: 'Decline' }).dblclick();
    await heading(page, 'Decline the invitation?');
    await press(page, 'Go back');
    await heading(page, invites);
    expect(answers()).toBe(0);
    await press(page, 'Decline');
    await press(page, 'Yes, decline');
    await heading(page, 'The invitation was declined');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationDeclined']);
    await page.reload();
    await heading(page, 'The invitation was declined');
  });

  it('is possible with the keyboard alone, and the focus follows', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    const focused = page.locator(':focus');
    const tabTo = async (name: string) => {
      await page.keyboard.press('Tab');
      expect(await focused.innerText()).toBe(name);
    };
    await page.goto(link);
    await heading(page, invites);
    expect(await focused.innerText()).toMatch(invites);
    await tabTo('Confirm');
    await tabTo('Decline');
    await page.keyboard.press('Enter');
    await heading(page, 'Decline the invitation?');
    expect(await focused.innerText()).toBe('Decline the invitation?');
    await tabTo('Go back');
    await page.keyboard.press('Space');
    await heading(page, invites);
    await tabTo('Confirm');
    await page.keyboard.press('Enter');
    await heading(page, 'You have confirmed');
    expect(await focused.innerText()).toBe('You have confirmed');
    expect((await read(id)).status).toBe('ACTIVE');
  });

  it('shows what another tab has answered meanwhile', async () => {
    const { id, link } = await invite();
    const page = await newPage({}, /409/);
    const other = watched(await page.context().newPage());
    for (const tab of [page, other]) {
      await tab.goto(link);
      await heading(tab, invites);
    }
    await press(other, 'Confirm');
    await heading(other, 'You have confirmed');
    await page.bringToFront();
    await press(page, 'Decline');
    await press(page, 'Yes, decline');
    await heading(page, 'You have confirmed');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });
});

describe('what can be wrong', () => {
  it('an expired invitation says whom to ask, on opening and on answering', async () => {
    const { id, link } = await invite();
    const page = await newPage({}, /409/);
    await page.goto(link);
    await heading(page, invites);
    await letExpire(id);
    await press(page, 'Confirm');
    await heading(page, 'The invitation has expired');
    await page.getByText('ask Acme Integrators to invite you again.').waitFor();
    expect(await events(id)).not.toContain('InvitationAccepted');
    await page.reload();
    await heading(page, 'The invitation has expired');
  });

  it.each([
    ['cut off', (link: string) => link.slice(0, -5)],
    ['without the token', (link: string) => link.replace(/=.*/, '=')],
    ['with something else', (link: string) => link.replace(/#.*/, '#top')],
    ['with a token of 70,000 characters', (link: string) => link + 'x'.repeat(70_000)],
  ])('a link that is damaged (%s) says so', async (_, damage) => {
    const { link } = await invite();
    const page = await newPage({}, /40[04]|413/);
    await page.goto(damage(link));
    await heading(page, 'This link does not work');
    expect(page.url()).not.toContain('#');
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  });

  it('a copied link leads to signing in, where the portal shows the same invitation', async () => {
    const { id, link } = await invite();
    const page = await newPage();
    await page.goto(link.replace(/#.*/, ''));
    await heading(page, 'Sign in to see the invitation');
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Sign in' }).getAttribute('href')).toBe(`/my/invitations/${id}`);
  });

  it.each(['/invite/', '/invite/accept/', '/invite/accept/dn2aaaaaaaaaaaaaaaaa/more'])(
    'an address that is no invitation’s (%s) says so',
    async (path) => {
      const page = await newPage();
      await page.goto(`${stack.portalUrl}${path}`);
      await heading(page, 'This link does not work');
      expect(await page.getByRole('link').count()).toBe(0);
    },
  );

  it('a lost network: nothing has happened, and the page goes on when it is back', async () => {
    const { id, link } = await invite();
    const page = await newPage({}, /INTERNET_DISCONNECTED/);
    await page.goto(link);
    await heading(page, invites);
    await page.context().setOffline(true);
    await press(page, 'Confirm');
    await heading(page, 'No connection');
    await press(page, 'Try again');
    await heading(page, 'No connection');
    expect(await events(id)).toEqual(['CustomerInvited']);
    await page.context().setOffline(false);
    await heading(page, invites);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
  });

  it('a confirmation whose answer is lost shows as confirmed on the next try', async () => {
    const { id, link } = await invite();
    const page = await newPage({}, /ERR_FAILED/);
    await page.route('**/v1/invites/accept', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.goto(link);
    await press(page, 'Confirm');
    await heading(page, 'No connection');
    await press(page, 'Try again');
    await heading(page, 'You have confirmed');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it.each([503, 429])('a busy service (%i) is asked again no sooner than it wants', async (status) => {
    const { link } = await invite();
    const page = await newPage({}, new RegExp(`${status}`));
    await page.route('**/v1/invites/preview', (route) => route.fulfill({ status, headers: { 'retry-after': '1' } }), {
      times: 1,
    });
    await page.goto(link);
    await heading(page, 'The service is busy');
    const retry = page.getByRole('button', { name: 'Try again' });
    expect(await retry.isDisabled()).toBe(true);
    expect(await page.getByRole('status').innerText()).toBe('You can try again in 1 s.');
    await retry.click();
    await heading(page, invites);
  });

  it.each([
    ['of 10,000 characters', 'x'.repeat(10_000)],
    ['in Arabic', 'مخبز ميلا وأبناؤه للحلويات والمعجنات'],
    ['full of markup', `"><script>alert(1)</script><b>'&amp;{partner}`],
    ['that turns the direction', 'Mila \u202Eyrekab'],
  ])('a name %s is shown as it is, and fits 320 px', async (_, name) => {
    const { link } = await invite({ name });
    const page = await newPage({ viewport: { width: 320, height: 640 } });
    await page.goto(link);
    await heading(page, invites);
    expect(await page.locator('dd').nth(1).textContent()).toBe(name);
    expect(await overflowing(page)).toEqual([]);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
    expect(await overflowing(page)).toEqual([]);
  });
});

/** The elements that stick out of the viewport to the side. */
const overflowing = (page: Page) =>
  page.evaluate(`[...document.querySelectorAll('*')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth || element.getBoundingClientRect().left < 0)
    .map((element) => element.outerHTML.slice(0, 100))`);

describe('every page', () => {
  const invitation = {
    id: 'dn2aaaaaaaaaaaaaaaaa',
    name: 'Mila Bakery',
    partner: { id: 'acme', name: 'Acme Integrators' },
    brandName: 'Yandex Cloud',
    statusLabel: '',
    invite: { email: 'mila@bakery.example', expiresAt: '2026-12-06T07:20:57.330Z' },
    approval: null,
    organization: { id: 'bpfaaaaaaaaaaaaaaaaa', name: "For subaccount 'Mila Bakery'" },
  };
  const pages = [
    ...STATUSES.map((status) => ({
      page: status === 'VERIFICATION_REQUIRED' ? 'open' : status,
      status: 200,
      answer: { ...invitation, status },
    })),
    { page: 'sure', status: 200, answer: { ...invitation, status: 'VERIFICATION_REQUIRED' } },
    { page: 'linkInvalid', status: 404, answer: { code: 'INVITE_LINK_INVALID' } },
    {
      page: 'notEligible',
      status: 409,
      answer: { code: 'ACCOUNT_NOT_PREPAID', reasons: [{ code: 'ACCOUNT_NOT_PREPAID' }] },
    },
    { page: 'busy', status: 503, answer: { code: 'TRY_AGAIN' } },
    { page: 'offline', status: 0, answer: {} },
  ];

  it.each(LANGUAGES)('is complete, accessible in light and dark, and fits 320 px (%s)', async (language) => {
    const page = await newPage({ locale: language, viewport: { width: 320, height: 640 } }, /404|409|503|ERR_FAILED/);
    // Most statuses can't be reached through the API so far; what stands for them follows the contract.
    await page.route('**/v1/invites/preview', async (route) => {
      const { token } = route.request().postDataJSON();
      const { status = 0, answer } = pages.find(({ page }) => page === token) ?? {};
      if (status === 0) return route.abort();
      return route.fulfill({
        status,
        json: status === 200 ? z.parse(invitationSchema, { ...answer, language }) : answer,
      });
    });
    const titles = new Set<string>();
    for (const name of ['noToken', ...pages.map(({ page }) => page)]) {
      await page.emulateMedia({ colorScheme: 'light' });
      const fragment = name === 'noToken' ? '' : `#token=${name}`;
      await page.goto(`${stack.portalUrl}/invite/accept/${invitation.id}${fragment}`);
      if (name === 'sure') await page.locator('[data-page=open] .plain').click();
      await page.locator(`[data-page=${name}]`).waitFor();
      titles.add(await page.title());
      expect(await page.getByRole('main').innerText()).not.toMatch(/[{}]|undefined|null/);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
      expect(await overflowing(page)).toEqual([]);
      const inLight = await new AxeBuilder({ page }).setLegacyMode().analyze();
      await page.emulateMedia({ colorScheme: 'dark' });
      const inDark = await new AxeBuilder({ page }).setLegacyMode().withRules('color-contrast').analyze();
      const found = [...inLight.violations, ...inDark.violations].map(({ id, nodes }) => [id, nodes[0]?.html]);
      expect({ [name]: found }).toEqual({ [name]: [] });
    }
    expect(titles.size).toBe(pages.length + 1);
  });
});
