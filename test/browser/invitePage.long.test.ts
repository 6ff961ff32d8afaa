/** More of the page behind the emailed link: rare interruptions, more damaged links, and odd browsers. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import links from '../data/cases/links.json' with { type: 'json' };
import { testStack } from '../stack.ts';
import { countAnswers, events, heading, invite, invites, press, withoutProof } from './emailedLink.ts';
import { overflowing, portalBrowser } from './portal.ts';

const portal = testStack();
const { name: PARTNER } = portal.partner;
const { newTab, signIn, visit } = portalBrowser(portal);
const { read } = portal;

describe('opening the emailed link', () => {
  it('shows what the newest link opens, although the answer to an earlier, damaged link comes last', async () => {
    const { link } = await invite(portal);
    const page = await newTab({ expected: /404/ });
    let goOn = () => {};
    const until = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const preview = '**/v1/invites/preview';
    await page.route(preview, (route) => until.then(() => route.continue()), { times: 1 });
    const asked = page.waitForRequest(preview);
    await page.goto(withoutProof(link));
    await asked;
    await page.goto(link);
    await heading(page, invites);
    const late = page.waitForResponse(preview);
    goOn();
    await (await late).finished();
    // By the time that the next answer is there, the page has read the late one.
    await page.evaluate("fetch('/').then((answer) => answer.text())");
    expect(await page.locator('h1').innerText()).toMatch(invites);
  });

  it('is in the chosen language, keeps it on a refresh, leaves the focus on the choice, and answers once', async () => {
    const { id, link } = await invite(portal, { language: 'en' });
    const page = await visit(link);
    const answers = countAnswers(page);
    await heading(page, invites);
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await heading(page, `${PARTNER} mời bạn sử dụng Yandex Cloud`);
    expect(await page.locator(':focus').innerText()).toBe('Tiếng Việt');
    expect(await page.getByRole('button', { pressed: true }).allInnerTexts()).toEqual(['Tiếng Việt']);
    await press(page, 'Từ chối');
    await page.getByRole('button', { name: 'Русский' }).click();
    await heading(page, 'Отклонить приглашение?');
    await page.reload();
    await heading(page, `Партнёр ${PARTNER} приглашает вас в Yandex Cloud`);
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    expect(await events(portal, id)).toEqual(['CustomerInvited']);
    // Another language is chosen while the answer is under way.
    await page.route('**/v1/invites/accept', async (route) => {
      await page.getByRole('button', { name: 'English' }).click();
      expect(await page.getByRole('main').getByRole('button', { disabled: true }).count()).toBe(2);
      expect(await page.getByRole('status').innerText()).toBe('Confirming…');
      await route.continue();
    });
    await press(page, 'Подтвердить');
    await heading(page, 'You have confirmed');
    expect(answers()).toBe(1);
    expect(await events(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('says what it needs if scripts are off', async () => {
    const { link } = await invite(portal);
    const page = await newTab({ javaScriptEnabled: false });
    await page.goto(link);
    expect(await page.locator('noscript').innerText()).toContain('This page needs JavaScript');
    expect(await page.locator('noscript').isVisible()).toBe(true);
  });
});

describe('answering', () => {
  it('is possible with the keyboard alone, and the focus follows', async () => {
    const { id, link } = await invite(portal);
    const page = await newTab();
    const focused = page.locator(':focus');
    const tabTo = async (name: string) => {
      await page.keyboard.press('Tab');
      expect(await focused.innerText()).toBe(name);
    };
    await page.goto(link);
    await heading(page, invites);
    expect(await focused.innerText()).toMatch(invites);
    const tabToName = async () => {
      await page.keyboard.press('Tab');
      expect(await focused.getAttribute('id')).toBe('name');
      // In the field, Enter confirms nothing.
      await page.keyboard.press('Enter');
    };
    await tabToName();
    await tabTo('Confirm');
    await tabTo('Decline');
    await page.keyboard.press('Enter');
    await heading(page, 'Decline the invitation?');
    expect(await focused.innerText()).toBe('Decline the invitation?');
    await page.keyboard.press('Tab');
    expect(await focused.getAttribute('type')).toBe('checkbox');
    await tabTo('Go back');
    await page.keyboard.press('Space');
    await heading(page, invites);
    await tabToName();
    await tabTo('Confirm');
    await page.keyboard.press('Enter');
    await heading(page, 'You have confirmed');
    expect(await focused.innerText()).toBe('You have confirmed');
    expect((await read(id)).status).toBe('ACTIVE');
  });

  it('shows the answer that another tab has given meanwhile', async () => {
    const { id, link } = await invite(portal);
    const page = await newTab({ expected: /409/ });
    const other = await page.context().newPage();
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
    expect(await events(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });
});

describe('in case of a fault', () => {
  it('the page of an address without an invitation says so, and leads to the reader’s invitations', async () => {
    const page = await newTab();
    for (const path of [
      '/invite/',
      '/invite/accept/',
      '/invite/accept/dn2aaaa%23token=k1.dn2aaaa',
      '/invite?token=k1.d',
    ]) {
      await page.goto(`${portal.stack.portalUrl}${path}`);
      await heading(page, 'This link does not work');
      expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/`);
      const ways = page.getByRole('main').getByRole('link');
      expect(await ways.allInnerTexts()).toEqual(['Sign in']);
      expect(await ways.getAttribute('href')).toBe('/my/invitations');
    }
  });

  it('without a network nothing happens, and the page continues when the network is back', async () => {
    const { id, link } = await invite(portal);
    const page = await visit(link, { expected: /INTERNET_DISCONNECTED/ });
    await heading(page, invites);
    await page.context().setOffline(true);
    await press(page, 'Confirm');
    await heading(page, 'No connection');
    await press(page, 'Try again');
    await heading(page, 'No connection');
    expect(await events(portal, id)).toEqual(['CustomerInvited']);
    await page.context().setOffline(false);
    await heading(page, invites);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
  });

  it('a busy service is not asked again sooner than it allows', async () => {
    const { link } = await invite(portal);
    const page = await newTab({ expected: /503|429/ });
    const statuses = [503, 429];
    await page.route(
      '**/v1/invites/preview',
      (route) => route.fulfill({ status: statuses.shift() ?? 500, headers: { 'retry-after': '1' } }),
      { times: 2 },
    );
    await page.goto(link);
    for (const left of [1, 0]) {
      await expect.poll(() => statuses.length).toBe(left);
      await heading(page, 'The service is busy');
      const retry = page.getByRole('button', { name: 'Try again' });
      await page.getByRole('status').getByText('You can try again in 1 s.').waitFor();
      expect(await retry.isDisabled()).toBe(true);
      await retry.click();
    }
    await heading(page, invites);
  });

  it('a name of 10,000 characters is shown unchanged, and fits 320 px', async () => {
    const name = 'x'.repeat(10_000);
    const { link } = await invite(portal, { name });
    const page = await visit(link, { viewport: { width: 320, height: 640 } });
    await heading(page, invites);
    expect(await page.getByLabel('Name of the customer').inputValue()).toBe(name);
    expect(await overflowing(page)).toEqual([]);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
    expect(await overflowing(page)).toEqual([]);
  });
});

/** Some of the cases that `portal/invite/findInvitation.test.ts` goes through: the browser changes a link before the page reads it. */
const SOME = links.opens.filter((link) => /&num;|<\{token|^\/INVITE|\u200b|\?u=https/.test(link));
describe('a damaged link', () => {
  type Damage = [string, (id: string, token: string) => string];
  const damages: Damage[] = [
    ['a blank in the token', (id, token) => `/invite/accept/${id}%20#token=${token.slice(0, 30)} ${token.slice(30)}).`],
    ...SOME.map(
      (damaged): Damage => [
        damaged,
        (id, token) =>
          damaged.replaceAll('{id}', id).replaceAll('{token}', token).replaceAll('{mac}', token.slice(-43)),
      ],
    ),
    ['another begin of the path', (id, token) => `//INVITE%2Faccept/${id}#token=${token}\u200b`],
    ['an encoded fragment', (id, token) => `/invite/accept/${id}%23token%3D${token}`],
    ['a fragment that is encoded twice', (id, token) => `/invite/accept/${id}%2523token%253D${token}`],
    ['quoted-printable', (id, token) => `/invite/accept/${id}/#token=3D${token}`],
  ];

  it.each(damages)(
    '(%s) opens the invitation; the address keeps no part of it, and only the preview sends the token',
    async (_, damage) => {
      const { id, link } = await invite(portal);
      const token = link.replace(/.*=/, '');
      const page = await newTab();
      const sent: string[] = [];
      page.on('request', (request) => {
        if (!request.isNavigationRequest()) sent.push(`${request.url()} ${JSON.stringify(request.headers())}`);
      });
      await page.goto(portal.stack.portalUrl + damage(id, token));
      await heading(page, invites);
      expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
      expect(sent.join()).not.toContain(token.slice(-43, -30));
      await page.reload();
      await heading(page, invites);
    },
  );
});

describe('a browser', () => {
  /** A tab in which a script has changed the browser before the page's own runs. */
  async function changed(script: string, options: { expected?: RegExp; locale?: string } = {}): Promise<Page> {
    const page = await newTab({ locale: 'en-US', ...options });
    await page.addInitScript(script);
    return page;
  }
  const NO_DATA = `for (const name of ['sessionStorage', 'localStorage'])
    Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError'); } });`;

  it('without AbortSignal.timeout and AbortSignal.any confirms, and reads the invitation in the portal', async () => {
    const { id, link } = await invite(portal);
    const { email } = await read(id);
    const page = await newTab();
    const script = await page.addInitScript('delete AbortSignal.timeout; delete AbortSignal.any;');
    await page.goto(link);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
    await page.getByRole('link', { name: 'Sign in to create or link a cloud' }).click();
    await signIn(page, email ?? '');
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    await script.dispose();
  });

  it('that blocks site data opens the emailed link; the copied link and the portal name what is blocked', async () => {
    const { link } = await invite(portal);
    const page = await changed(NO_DATA, { locale: 'vi' });
    await page.goto(link.replace(/#.*/, ''));
    await page.getByText('Trình duyệt này không lưu dữ liệu của trang web.').waitFor();
    expect(await page.getByRole('main').innerText()).not.toMatch(/browser|браузер/);
    await page.getByRole('link').click();
    await page.getByText('Trình duyệt này không lưu dữ liệu của trang web nên không đăng nhập được.').waitFor();
    await page.goto(link);
    await heading(page, invites);
    await press(page, 'Confirm');
    await heading(page, 'You have confirmed');
  });

  it.each([
    ['vi-VN', 'Trình duyệt này quá cũ'],
    ['en-US', 'This browser is too old'],
    ['ru-RU', 'Браузер устарел'],
  ])('that is too old is named (%s)', async (locale, title) => {
    const { id, link } = await invite(portal);
    const page = await changed('delete window.fetch;', { locale });
    await page.goto(link);
    await heading(page, title);
    expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
  });

  it('that can’t run the page’s script is named, too', async () => {
    const { link } = await invite(portal);
    const page = await changed('delete Element.prototype.replaceChildren;');
    await page.goto(link);
    await page.getByText('If nothing happens, it is too old').waitFor();
    const without = await newTab({ expected: /ERR_FAILED/ });
    await without.route('**/assets/invite-*.js', (route) => route.abort());
    await without.goto(link);
    // The text appears late.
    const late = without.getByText('If nothing happens, it is too old');
    expect(await late.isVisible()).toBe(false);
    await without.evaluate('for (const animation of document.getAnimations()) animation.finish()');
    await late.waitFor();
  });
});
