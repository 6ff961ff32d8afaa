/** The page behind the emailed link, in a real browser against the local stack. */
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { linkIn } from '../../local/inbox.ts';
import { customerKey, EVENT_PREFIX } from '../../shared/table/keys.ts';
import links from '../data/cases/links.json' with { type: 'json' };
import { sized } from '../size.ts';
import { testStack } from '../stack.ts';
import { tableOf } from '../table.ts';
import { expectAccessible, overflowing, portalBrowser } from './portal.ts';

/** The largest size of the whole page, compressed: people open it on a phone, from a mail. */
const MAX_PAGE_BYTES = 30 * 1024;

const portal = testStack();
const { name: PARTNER } = portal.partner;
const { newTab, signIn, visit } = portalBrowser(portal);
const { read } = portal;

type Invited = { id: string; link: string };

/** An invited customer, and the link from its mail. */
async function invite(fields: { name?: string; language?: string } = {}): Promise<Invited> {
  const { id, email } = await portal.register({ name: 'Mila Bakery', ...fields });
  const [mail] = await portal.mailsTo(email ?? '');
  return { id, link: linkIn(mail) };
}

/** All items of a customer. */
async function stored(id: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await tableOf(portal.stack).send(
    new QueryCommand({
      TableName: portal.stack.dynamoDb.tableName,
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

/** The link with another MAC, which proves nothing. */
const withoutProof = (link: string) => link.slice(0, -43) + 'A'.repeat(43);

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const invites = /invites you to Yandex Cloud/;

/** The number of answers that the page has sent. */
function countAnswers(page: Page): () => number {
  let answers = 0;
  page.on('request', (request) => {
    if (/\/v1\/invites\/(accept|decline)$/.test(request.url())) answers++;
  });
  return () => answers;
}

it('says that only the customer can answer, if the invited person works for the partner meanwhile', async () => {
  const { id, link } = await invite();
  const { email } = await read(id);
  await portal.addMember(email ?? '', 'viewer');
  const page = await newTab({ expected: /409/ });
  await page.goto(link);
  await press(page, 'Confirm');
  await heading(page, 'Only the customer can answer');
  expect(await page.getByRole('main').innerText()).toContain(`The invited address belongs or belonged to ${PARTNER}.`);
  expect(await events(id)).toEqual(['CustomerInvited']);
});

describe('opening the emailed link', () => {
  it('changes nothing, although the browser runs scripts, scrolls and hovers', async () => {
    const { id, link } = await invite();
    // The mail's delivery is recorded a moment after its arrival. From then on nothing changes automatically.
    await portal.stack.idle();
    expect((await read(id)).delivery?.status).toBe('DELIVERED');
    const before = await stored(id);
    const page = await visit(link);
    await heading(page, invites);
    await page.mouse.wheel(0, 2000);
    for (const button of await page.getByRole('button').all()) await button.hover();
    await page.keyboard.press('Tab');
    await page.reload();
    await heading(page, invites);
    await page.close({ runBeforeUnload: true });
    expect(await stored(id)).toEqual(before);
    expect(await events(id)).toEqual(['CustomerInvited']);
    expect(await read(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', version: 1 });
  });

  it('says who invites whom, what confirming means, and the deadline, on the reader’s clock', async () => {
    const { id, link } = await invite();
    const { email, invite: open } = await read(id);
    const page = await visit(link, { timezoneId: 'Asia/Ho_Chi_Minh' });
    await heading(page, `${PARTNER} invites you to Yandex Cloud`);
    const text = await page.getByRole('main').innerText();
    for (const said of [
      'Mila Bakery',
      email ?? '',
      'is billed for your cloud resources',
      'your organization is named after it',
      'An organization is created for you',
      `The staff of ${PARTNER} also get rights`,
      'GMT+7',
    ])
      expect(text).toContain(said);
    // The program has no approval.
    expect(text).not.toMatch(/approv/);
    expect(await page.locator('time').getAttribute('datetime')).toBe(open?.expiresAt);
  });

  it('takes the token out of the address bar, also in a tab that shows another page; refreshing and going back show the right page', async () => {
    const { link } = await invite();
    const page = await visit(link.replace(/#.*/, ''));
    await heading(page, 'Sign in to confirm the invitation');
    await page.goto(link);
    await heading(page, invites);
    await page.goBack();
    await heading(page, 'Sign in to confirm the invitation');
    await page.goForward();
    await heading(page, invites);
    expect(page.url()).toBe(link.replace(/#.*/, ''));
    await page.reload();
    await heading(page, invites);
    await page.goto(`${portal.stack.portalUrl}/invite/accept/dn2aaaaaaaaaaaaaaaaa`);
    await heading(page, 'Sign in to confirm the invitation');
    await page.goBack();
    await heading(page, invites);
    const kept = 'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])';
    expect(await page.evaluate(kept)).toBe('[{},{},""]');
  });

  it('shows what the newest link opens, although the answer to an earlier, damaged link comes last', async () => {
    const { link } = await invite();
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

  it('is in the invitation’s language, and before it is loaded in the browser’s', async () => {
    const { link } = await invite({ language: 'vi' });
    const page = await visit(link.replace(/#.*/, ''), { locale: 'ru-RU' });
    await heading(page, 'Войдите, чтобы подтвердить приглашение');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    await page.goto(link);
    await heading(page, `${PARTNER} mời bạn sử dụng Yandex Cloud`);
    expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  });

  it('is in the chosen language, keeps it on a refresh, leaves the focus on the choice, and answers once', async () => {
    const { id, link } = await invite({ language: 'en' });
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
    expect(await events(id)).toEqual(['CustomerInvited']);
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
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('weighs at most 30 KB over the wire, including all files that it loads, and takes no text for markup', async () => {
    const { link } = await invite();
    const page = await newTab({ expected: /TrustedHTML/ });
    const sizes: Record<string, number> = {};
    page.on('response', (response) => {
      const { pathname } = new URL(response.url());
      const { 'content-length': length, 'content-encoding': encoding } = response.headers();
      sizes[`${pathname.replace(/-[\w-]{8}\./, '.')} ${encoding ?? ''}`] = Number(length);
    });
    await page.goto(link);
    await heading(page, invites);
    expect(Object.keys(sizes)).toEqual(
      expect.arrayContaining(['/assets/invite.js br', '/assets/invite.css br', '/v1/invites/preview ']),
    );
    expect(Object.keys(sizes).filter((name) => name.startsWith('/assets/'))).toHaveLength(2);
    const bytes = Object.values(sizes).reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(MAX_PAGE_BYTES);

    await expect(page.evaluate("document.body.innerHTML = '<b>text</b>'")).rejects.toThrow(/TrustedHTML/);
    expect(await page.locator('b', { hasText: 'text' }).count()).toBe(0);
  });

  it('says what it needs if scripts are off', async () => {
    const { link } = await invite();
    const page = await newTab({ javaScriptEnabled: false });
    await page.goto(link);
    expect(await page.locator('noscript').innerText()).toContain('This page needs JavaScript');
    expect(await page.locator('noscript').isVisible()).toBe(true);
  });
});

describe('answering', () => {
  it('confirms once, although the click is a double click: the customer is active, and the page says what comes next', async () => {
    const { id, link } = await invite();
    const page = await newTab();
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
    await page.getByText("“For subaccount 'Mila Bakery'” has been created").waitFor();
    await page.getByText(`that is not linked is billed to you directly, not to ${PARTNER}.`).waitFor();
    const next = page.getByRole('link', { name: 'Sign in to create or link a cloud' });
    expect(await next.getAttribute('href')).toBe(`/my/invitations/${id}`);
    expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
    expect((await read(id)).status).toBe('ACTIVE');
    await page.reload();
    await heading(page, 'You have confirmed');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('declines only when asked a second time; a double click on Decline does not answer that question', async () => {
    const { id, link } = await invite();
    const page = await newTab();
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
    expect(await read(id)).not.toHaveProperty('noMoreInvitationsUntil');
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationDeclined']);
    await page.reload();
    await heading(page, 'The invitation was declined');
  });

  it('declines with no more invitations, which the page tells and lifts', async () => {
    const { id, link } = await invite();
    const { email } = await read(id);
    const page = await visit(link);
    await press(page, 'Decline');
    await page.getByLabel(`I want no more invitations from ${PARTNER} for 30 days`).check();
    // The tick stays when another language is chosen.
    await page.getByRole('button', { name: 'Tiếng Việt' }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await press(page, 'Yes, decline');
    await heading(page, `No invitations from ${PARTNER} for now`);
    expect(await read(id)).toMatchObject({ status: 'DECLINED', noMoreInvitationsUntil: expect.any(String) });
    const inviteAgain = () =>
      portal.request('POST', '/v1/customers', { as: portal.partner.owner, body: { name: 'Again', email } });
    expect(await inviteAgain()).toMatchObject({ status: 409, body: { code: 'INVITATIONS_DECLINED' } });
    await page.reload();
    await heading(page, `No invitations from ${PARTNER} for now`);
    await press(page, 'Allow invitations again');
    await heading(page, 'The invitation was declined');
    expect(await page.getByRole('status').innerText()).toBe(`Invitations from ${PARTNER} are allowed again.`);
    expect((await inviteAgain()).body['code']).not.toBe('INVITATIONS_DECLINED');
  });

  it('is possible with the keyboard alone, and the focus follows', async () => {
    const { id, link } = await invite();
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

  it('corrects the name: only a changed name is sent, and what is wrong with it stands at the field', async () => {
    const { id, link } = await invite();
    const page = await newTab({ expected: /400|413/ });
    const sent: unknown[] = [];
    await page.route('**/v1/invites/accept', async (route) => {
      sent.push(route.request().postDataJSON().name);
      await route.continue();
    });
    await page.goto(link);
    const field = page.getByLabel('Name of the customer');
    const tooLong = 'x'.repeat(70_000);
    await field.fill(tooLong);
    await press(page, 'Confirm');
    await page.getByText('This name is too long. Enter a shorter one.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    // No text beside the field repeats the name that is being corrected.
    expect(await page.getByRole('main').innerText()).not.toContain('For subaccount');
    await field.fill(' ');
    await press(page, 'Confirm');
    await page.getByText('Enter the name.').waitFor();
    expect(sent).toEqual([tooLong]);
    await field.fill('Mila\u0007Bakery');
    await press(page, 'Confirm');
    await page.getByText('This name cannot be used.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await expectAccessible(page);
    expect(await page.locator(':focus').getAttribute('id')).toBe('name');
    // The typed name stays when another language is chosen.
    await page.getByRole('button', { name: 'Русский' }).click();
    expect(await page.getByLabel('Название клиента').inputValue()).toBe('Mila\u0007Bakery');
    await page.getByLabel('Название клиента').fill('Mila & Sons');
    await press(page, 'Подтвердить');
    await heading(page, 'Вы подтвердили приглашение');
    expect(sent).toEqual([tooLong, 'Mila\u0007Bakery', 'Mila & Sons']);
    expect(await read(id)).toMatchObject({
      name: 'Mila & Sons',
      organization: { name: "For subaccount 'Mila & Sons'" },
    });
  });

  it('shows the answer that another tab has given meanwhile', async () => {
    const { id, link } = await invite();
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
    expect(await events(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });
});

describe('in case of a fault', () => {
  it('an expired invitation says whom to ask, on opening and on answering', async () => {
    const { id, link } = await invite();
    const page = await visit(link, { expected: /409/ });
    await heading(page, invites);
    await portal.letExpire(id);
    await press(page, 'Confirm');
    await heading(page, 'The invitation has expired');
    await page.getByText(`ask ${PARTNER} to invite you again.`).waitFor();
    expect(await events(id)).not.toContain('InvitationAccepted');
    await page.reload();
    await heading(page, 'The invitation has expired');
  });

  it('a link whose token proves nothing says so, and offers the way by signing in', async () => {
    const { id, link } = await invite();
    const page = await visit(withoutProof(link), { expected: /404/ });
    await heading(page, 'This link does not work');
    expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
    expect(await page.getByRole('main').getByRole('button').allInnerTexts()).toEqual(['Sign in and confirm']);
    const way = page.getByRole('link', { name: 'Sign in to read it first' });
    expect(await way.getAttribute('href')).toBe(`/my/invitations/${id}`);
    await page.reload();
    await heading(page, 'This link does not work');
  });

  it('a copied link offers to sign in and confirm, or to sign in and read; the page that is only loaded keeps no intent', async () => {
    const { id, link } = await invite();
    const page = await visit(link.replace(/#.*/, ''));
    await heading(page, 'Sign in to confirm the invitation');
    await page.getByText('If you confirm, the partner serves you').waitFor();
    expect(await page.getByRole('main').getByRole('button').allInnerTexts()).toEqual(['Sign in and confirm']);
    const read = page.getByRole('link', { name: 'Sign in to read it first' });
    expect(await read.getAttribute('href')).toBe(`/my/invitations/${id}`);
    const kept = () => page.evaluate('JSON.stringify({ ...sessionStorage })');
    expect(await kept()).toBe('{}');
    // The connection is lost, and the person stays here: then the pressed button has no effect later.
    await page.route('**/my/invitations/*', (route) => route.abort('aborted'));
    await press(page, 'Sign in and confirm');
    await expect.poll(kept).toContain(id);
    await read.click();
    await expect.poll(kept).toBe('{}');
    await press(page, 'Sign in and confirm');
    await expect.poll(kept).toContain(id);
    await page.reload();
    await heading(page, 'Sign in to confirm the invitation');
    expect(await kept()).toBe('{}');
  });

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
    const { id, link } = await invite();
    const page = await visit(link, { expected: /INTERNET_DISCONNECTED/ });
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
    const page = await newTab({ expected: /ERR_FAILED/ });
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

  it('a busy service is not asked again sooner than it allows', async () => {
    const { link } = await invite();
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

  it.each([
    ['of 10,000 characters', 'x'.repeat(10_000)],
    [
      'in Arabic, full of markup, that turns the direction',
      `مخبز ميلا "><script>alert(1)</script><b>'&amp;{partner} \u202Eyrekab`,
    ],
  ])('a name %s is shown unchanged, and fits 320 px', async (_, name) => {
    const { link } = await invite({ name });
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
const SOME = links.opens.filter((link) =>
  sized(/&num;|\?u=https/, /&num;|<\{token|^\/INVITE|\u200b|\?u=https/).test(link),
);
describe('a damaged link', () => {
  type Damage = [string, (id: string, token: string) => string];
  const damages: Damage[] = [
    ['a query', (id, token) => `/invite/accept/${id}?token=${token}&utm_source=mail`],
    ['a blank in the token', (id, token) => `/invite/accept/${id}%20#token=${token.slice(0, 30)} ${token.slice(30)}).`],
    ...SOME.map(
      (damaged): Damage => [
        damaged,
        (id, token) =>
          damaged.replaceAll('{id}', id).replaceAll('{token}', token).replaceAll('{mac}', token.slice(-43)),
      ],
    ),
    ['another begin of the path', (id, token) => `//INVITE%2Faccept/${id}#token=${token}\u200b`],
    ...sized<Damage[]>(
      [],
      [
        ['an encoded fragment', (id, token) => `/invite/accept/${id}%23token%3D${token}`],
        ['a fragment that is encoded twice', (id, token) => `/invite/accept/${id}%2523token%253D${token}`],
        ['quoted-printable', (id, token) => `/invite/accept/${id}/#token=3D${token}`],
      ],
    ),
  ];

  it.each(damages)(
    '(%s) opens the invitation; the address keeps no part of it, and only the preview sends the token',
    async (_, damage) => {
      const { id, link } = await invite();
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

  it('whose token is cut off leads to the sign-in without any part of the token', async () => {
    const { id, link } = await invite();
    const mac = link.slice(-43, -3);
    const page = await newTab();
    const sent: string[] = [];
    page.on('request', (request) =>
      sent.push(`${request.url()} ${JSON.stringify(request.headers())} ${request.postData()}`),
    );
    await page.goto(link.slice(0, -3).replace('#', '?fbclid=1&'));
    await heading(page, 'Sign in to confirm the invitation');
    expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
    const kept = 'JSON.stringify([{ ...sessionStorage }, { ...localStorage }, history.state])';
    expect(await page.evaluate(kept)).not.toContain(mac.slice(0, 20));
    // The damaged link itself is the only request that contains it.
    expect(sent.splice(0, 1).join()).toContain(mac);
    await press(page, 'Sign in and confirm');
    await page.getByLabel('Email address', { exact: true }).waitFor();
    expect(sent.join()).not.toContain(mac.slice(0, 20));
  });
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
    const { id, link } = await invite();
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
    const { link } = await invite();
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
    ...sized<[string, string][]>(
      [],
      [
        ['en-US', 'This browser is too old'],
        ['ru-RU', 'Браузер устарел'],
      ],
    ),
  ])('that is too old is named (%s)', async (locale, title) => {
    const { id, link } = await invite();
    const page = await changed('delete window.fetch;', { locale });
    await page.goto(link);
    await heading(page, title);
    expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
  });

  it('that can’t run the page’s script is named, too', async () => {
    const { link } = await invite();
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
