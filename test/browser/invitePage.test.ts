/** The page behind the emailed link, in a real browser against the local stack. */
import { describe, expect, it } from 'vitest';
import { testStack } from '../stack.ts';
import { countAnswers, events, heading, invite, invites, press, stored, withoutProof } from './emailedLink.ts';
import { expectAccessible, overflowing, portalBrowser } from './portal.ts';

/** The largest size of the whole page, compressed: people open it on a phone, from a mail. */
const MAX_PAGE_BYTES = 30 * 1024;

const portal = testStack();
const { name: PARTNER } = portal.partner;
const { newTab, visit } = portalBrowser(portal);
const { read } = portal;

it('says that only the customer can answer, if the invited person works for the partner meanwhile', async () => {
  const { id, link } = await invite(portal);
  const { email } = await read(id);
  await portal.addMember(email ?? '', 'viewer');
  const page = await newTab({ expected: /409/ });
  await page.goto(link);
  await press(page, 'Confirm');
  await heading(page, 'Only the customer can answer');
  expect(await page.getByRole('main').innerText()).toContain(`The invited address belongs or belonged to ${PARTNER}.`);
  expect(await events(portal, id)).toEqual(['CustomerInvited']);
});

describe('opening the emailed link', () => {
  it('changes nothing, although the browser runs scripts, scrolls and hovers', async () => {
    const { id, link } = await invite(portal);
    // The mail's delivery is recorded a moment after its arrival. From then on nothing changes automatically.
    await portal.stack.idle();
    expect((await read(id)).delivery?.status).toBe('DELIVERED');
    const before = await stored(portal, id);
    const page = await visit(link);
    await heading(page, invites);
    await page.mouse.wheel(0, 2000);
    for (const button of await page.getByRole('button').all()) await button.hover();
    await page.keyboard.press('Tab');
    await page.reload();
    await heading(page, invites);
    await page.close({ runBeforeUnload: true });
    expect(await stored(portal, id)).toEqual(before);
    expect(await events(portal, id)).toEqual(['CustomerInvited']);
    expect(await read(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', version: 1 });
  });

  it('says who invites whom, what confirming means, and the deadline, on the reader’s clock', async () => {
    const { id, link } = await invite(portal);
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
    const { link } = await invite(portal);
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

  it('is in the invitation’s language, and before it is loaded in the browser’s', async () => {
    const { link } = await invite(portal, { language: 'vi' });
    const page = await visit(link.replace(/#.*/, ''), { locale: 'ru-RU' });
    await heading(page, 'Войдите, чтобы подтвердить приглашение');
    expect(await page.locator('html').getAttribute('lang')).toBe('ru');
    await page.goto(link);
    await heading(page, `${PARTNER} mời bạn sử dụng Yandex Cloud`);
    expect(await page.locator('html').getAttribute('lang')).toBe('vi');
  });

  it('weighs at most 30 KB over the wire, including all files that it loads, and takes no text for markup', async () => {
    const { link } = await invite(portal);
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
});

describe('answering', () => {
  it('confirms once, although the click is a double click: the customer is active, and the page says what comes next', async () => {
    const { id, link } = await invite(portal);
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
    expect(await events(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('declines only when asked a second time; a double click on Decline does not answer that question', async () => {
    const { id, link } = await invite(portal);
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
    expect(await events(portal, id)).toEqual(['CustomerInvited', 'InvitationDeclined']);
    await page.reload();
    await heading(page, 'The invitation was declined');
  });

  it('declines with no more invitations, which the page tells and lifts', async () => {
    const { id, link } = await invite(portal);
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

  it('corrects the name: only a changed name is sent, and what is wrong with it stands at the field', async () => {
    const { id, link } = await invite(portal);
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
});

describe('in case of a fault', () => {
  it('an expired invitation says whom to ask, on opening and on answering', async () => {
    const { id, link } = await invite(portal);
    const page = await visit(link, { expected: /409/ });
    await heading(page, invites);
    await portal.letExpire(id);
    await press(page, 'Confirm');
    await heading(page, 'The invitation has expired');
    await page.getByText(`ask ${PARTNER} to invite you again.`).waitFor();
    expect(await events(portal, id)).not.toContain('InvitationAccepted');
    await page.reload();
    await heading(page, 'The invitation has expired');
  });

  it('a link whose token proves nothing says so, and offers the way by signing in', async () => {
    const { id, link } = await invite(portal);
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
    const { id, link } = await invite(portal);
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

  it('a confirmation whose answer is lost shows as confirmed on the next try', async () => {
    const { id, link } = await invite(portal);
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
    expect(await events(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
  });

  it('a name in Arabic, full of markup, that turns the direction is shown unchanged, and fits 320 px', async () => {
    const name = `مخبز ميلا "><script>alert(1)</script><b>'&amp;{partner} \u202Eyrekab`;
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

describe('a damaged link', () => {
  it('with the token in a query opens the invitation; the address keeps no part of it, and only the preview sends the token', async () => {
    const { id, link } = await invite(portal);
    const token = link.replace(/.*=/, '');
    const page = await newTab();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (!request.isNavigationRequest()) sent.push(`${request.url()} ${JSON.stringify(request.headers())}`);
    });
    await page.goto(`${portal.stack.portalUrl}/invite/accept/${id}?token=${token}&utm_source=mail`);
    await heading(page, invites);
    expect(page.url()).toBe(`${portal.stack.portalUrl}/invite/accept/${id}`);
    expect(sent.join()).not.toContain(token.slice(-43, -30));
    await page.reload();
    await heading(page, invites);
  });

  it('whose token is cut off leads to the sign-in without any part of the token', async () => {
    const { id, link } = await invite(portal);
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
