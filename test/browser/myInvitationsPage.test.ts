/** The pages for a customer's own people, in a real browser with the local stack. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { LONG, sized } from '../size.ts';
import { NOBODY, testStack } from '../stack.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, name: PARTNER, at } = portal.partner;
const { open, signIn, visit } = portalBrowser(portal);

const title = (page: Page, name: string) => page.getByRole('heading', { level: 1, name }).waitFor();
const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();
const eventTypes = async (id: string) => {
  const { body } = await portal.request<{ events: { type: string }[] }>('GET', `/v1/customers/${id}/events`, {
    as: OWNER,
  });
  return body.events.map(({ type }) => type);
};

/** The link that a partner copies. */
const copied = (id: string) => `${portal.stack.portalUrl}/invite/accept/${id}`;
const signInAndConfirm = (page: Page) => press(page, 'Sign in and confirm');
const confirms = (page: Page) => page.getByRole('button', { name: 'Confirm', exact: true });
/** The stored sign-ins of the tab that carry an intent to confirm, and the intent that waits for the portal. */
const INTENTS = `Object.entries({ ...sessionStorage }).filter(([, value]) => value.includes('customerId')).length`;

/** The number of confirmations that the page has sent until now. */
function countAnswers(page: Page): () => Promise<number> {
  let answers = 0;
  page.on('request', (request) => {
    if (request.url().endsWith('/invite/accept') && request.method() === 'POST') answers += 1;
  });
  return async () => {
    // A later request of the page is here: so are those that the page has sent before.
    await page.evaluate("fetch('/').then((answer) => answer.text())");
    return answers;
  };
}

describe('the page of the copied link', () => {
  it('confirms for a person who comes back from the sign-in with the invited address, once', async () => {
    const { id, email } = await portal.register({ name: 'Mila Bakery' });
    const page = await visit(copied(id));
    const answers = countAnswers(page);
    await signInAndConfirm(page);
    await page.getByLabel('Email address', { exact: true }).waitFor();
    // Neither the issuer nor anybody else reads the intent from an address.
    expect(page.url()).not.toMatch(/confirm|customerId/);
    await signIn(page, email ?? '');
    await page.getByText(`${PARTNER} serves Mila Bakery in Yandex Cloud.`).first().waitFor();
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
    await page.reload();
    await title(page, 'Mila Bakery');
    expect(await answers()).toBe(1);
    expect(await page.evaluate(INTENTS)).toBe(0);
  });

  it('confirms nothing for a wrong address, and offers to sign in with another account, which then confirms itself', async () => {
    const { id, email } = await portal.register({ name: 'Private' });
    const page = await visit(copied(id), { expected: /404/ });
    await signInAndConfirm(page);
    await signIn(page, NOBODY);
    await title(page, 'There is no such invitation');
    await page.getByText(`You are signed in as ${NOBODY}.`).waitFor();
    await expectAccessible(page);
    await press(page, 'Sign in with another account');
    await signIn(page, email ?? '');
    await title(page, 'Private');
    await confirms(page).waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
    await press(page, 'Confirm');
    await page.getByText(`${PARTNER} serves Private`).first().waitFor();
  });

  it('confirms nothing for a member of the partner, who is told why and can sign in with another account', async () => {
    const { id } = await portal.register({ name: 'Ours' });
    const page = await visit(copied(id));
    await signInAndConfirm(page);
    await signIn(page);
    await page.waitForURL(`**/customers/${id}`);
    await page.getByText('Only the invited person can confirm it.').first().waitFor();
    await page.getByRole('button', { name: 'Sign in with another account' }).waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
  });

  it('changes nothing if it is only loaded, and its other way in only shows the invitation', async () => {
    const { id, email } = await portal.register({ name: 'Reader' });
    const page = await visit(copied(id));
    await page.getByRole('link', { name: 'Sign in to read it first' }).click();
    await signIn(page, email ?? '');
    await confirms(page).waitFor();
    // A person who is signed in, and is led here by addresses that somebody else has made.
    const query = `?confirm=${encodeURIComponent(JSON.stringify({ customerId: id, at: Date.now() }))}`;
    for (const made of sized([query], [query, '?confirm=1'])) {
      await page.goto(`${portal.stack.portalUrl}/my/invitations/${id}${made}`);
      await confirms(page).waitFor();
      await page.goto(`${copied(id)}${made}`);
      await page.getByRole('button', { name: 'Sign in and confirm' }).waitFor();
    }
    expect(await page.evaluate(INTENTS)).toBe(0);
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
  });

  it('forgets the intent of a person who goes back, and of another tab', async () => {
    const { id, email } = await portal.register({ name: 'Hesitant' });
    const page = await visit(copied(id));
    await signInAndConfirm(page);
    await page.getByLabel('Email address', { exact: true }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${portal.stack.portalUrl}/my/invitations/${id}`);
    await signIn(other, email ?? '');
    await confirms(other).waitFor();
    await other.close();
    // Another sign-in of the first tab is not the one for which the button was pressed.
    await page.goto(`${portal.stack.portalUrl}/my/invitations/${id}`);
    await confirms(page).waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
  });

  it('confirms nothing by itself if the person has typed another name in this tab, which is shown; what is wrong stands at the field', async () => {
    const { id, email } = await portal.register({ name: 'Mila Bakry' });
    const page = await open(`/my/invitations/${id}`, { as: email ?? '', expected: /400/ });
    const field = page.getByLabel('Name of the customer');
    expect(await field.inputValue()).toBe('Mila Bakry');
    await field.fill(' ');
    await press(page, 'Confirm');
    await page.getByText('Enter a name').waitFor();
    await field.fill('Mila Bakery');
    const answers = countAnswers(page);
    await page.goto(copied(id));
    await signInAndConfirm(page);
    await confirms(page).waitFor();
    expect(await answers()).toBe(0);
    expect(await field.inputValue()).toBe('Mila Bakery');
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
    await press(page, 'Confirm');
    await title(page, 'Mila Bakery');
    await page.getByText("For subaccount 'Mila Bakery'").first().waitFor();
    await page.getByRole('button', { name: `Copy ${id}` }).waitFor();
    expect(await portal.read(id)).toMatchObject({ name: 'Mila Bakery', status: 'ACTIVE' });
  });

  // `portal/signIn/confirmIntent.test.ts` shows the rule.
  if (LONG)
    it('keeps the intent for ten minutes', async () => {
      const { id, email } = await portal.register({ name: 'Slow' });
      const page = await visit(copied(id), { clock: true });
      await signInAndConfirm(page);
      await page.getByLabel('Email address', { exact: true }).waitFor();
      await page.clock.fastForward(10 * 60_000 + 1_000);
      await signIn(page, email ?? '');
      await confirms(page).waitFor();
      expect(await eventTypes(id)).toEqual(['CustomerInvited']);
    });
});

describe('a person who is invited', () => {
  it('comes by the copied link already signed in: a lost way forgets the click, and the next click confirms; creates a cloud', async () => {
    const { id, email } = await portal.register({ name: 'Mila Bakery' });
    const page = await open('/my/invitations', { as: email ?? '' });
    const answers = countAnswers(page);
    await page.goto(copied(id));
    await page.route(`**/my/invitations/${id}`, (route) => route.abort('aborted'), { times: 1 });
    await signInAndConfirm(page);
    await expect.poll(() => page.evaluate(INTENTS)).toBe(1);
    await page.goto(`${portal.stack.portalUrl}/my/invitations`);
    await page.getByRole('link', { name: `Open the invitation from ${PARTNER} to Mila Bakery` }).click();
    await confirms(page).waitFor();
    expect(await answers()).toBe(0);
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);

    await page.goto(copied(id));
    await page.getByRole('button', { name: 'Sign in and confirm' }).dblclick();
    await title(page, 'Mila Bakery');
    await page.getByText(`${PARTNER} serves Mila Bakery in Yandex Cloud.`).first().waitFor();
    await page.getByText(`that isn’t linked is billed to you directly, not to ${PARTNER}.`).first().waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
    expect(await page.getByRole('button', { name: 'Confirm', exact: true }).count()).toBe(0);
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('page');

    await press(page, 'Create cloud');
    await page.getByRole('textbox', { name: 'Name' }).fill('bakery');
    await page.getByRole('button', { name: 'Create', exact: true }).dblclick();
    await page.getByRole('table', { name: 'Clouds' }).getByText('bakery', { exact: true }).waitFor();
    expect(await portal.read(id)).toMatchObject({ clouds: 1, organization: { name: expect.any(String) } });
    await page.getByRole('button', { name: 'Link cloud' }).waitFor();

    await press(page, 'Change the name');
    await page.getByRole('textbox', { name: 'Name' }).fill('Mila & Sons');
    await press(page, 'Save');
    await title(page, 'Mila & Sons');
    expect(await portal.read(id)).toMatchObject({ name: 'Mila & Sons' });
  });

  it('is led to the invitations from the first page, and declines only when asked a second time', async () => {
    const { id, email } = await portal.register({ name: 'Tea House' });
    const page = await open('/', { as: email ?? '' });
    await title(page, 'My invitations');
    await page.getByText(`Invited by ${PARTNER} · to be confirmed in 14 days`).first().waitFor();
    await page.getByRole('link', { name: `Open the invitation from ${PARTNER} to Tea House` }).click();
    await press(page, 'Decline');
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await eventTypes(id)).toEqual(['CustomerInvited']);
    await press(page, 'Decline');
    await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).dblclick();
    await page.getByText('The invitation was declined: nothing has been created').first().waitFor();
    expect(await eventTypes(id)).toEqual(['CustomerInvited', 'InvitationDeclined']);
  });

  it('declines with no more invitations; its pages and the partner’s say so, and it lifts this', async () => {
    const { id, email } = await portal.register({ name: 'Quiet House' });
    const page = await open(`/my/invitations/${id}`, { as: email ?? '' });
    const decline = async () => {
      await press(page, 'Decline');
      await page.getByLabel(`I want no more invitations from ${PARTNER}`).check();
      await expectAccessible(page);
      await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).click();
      await page.getByText(`${PARTNER} can’t invite you again until`).first().waitFor();
    };
    await decline();
    const partners = await open(`/customers/${id}`);
    await partners.getByText(`${email} has declined the invitation, and wants no more invitations from you`).waitFor();
    await partners.getByText('Until then, this mailbox can’t be invited.').waitFor();
    await partners.getByText('The recipient wants no more invitations from the partner for 30 days.').waitFor();
    expect(await partners.getByRole('button', { name: 'Resend invitation' }).count()).toBe(0);

    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'My invitations' }).click();
    await page.getByText('No invitations until').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: `Allow invitations again from ${PARTNER}` }).click();
    await page.getByText(`Invitations from ${PARTNER} are allowed again.`).first().waitFor();
    await page.getByText('No invitations until').waitFor({ state: 'detached' });
    await page.goBack();
    await page.getByText('The invitation was declined: nothing has been created').first().waitFor();
    expect(await page.getByRole('button', { name: 'Allow invitations again' }).count()).toBe(0);
    expect(await portal.read(id)).not.toHaveProperty('noMoreInvitationsUntil');
  });

  it('sees that its invitation expired, or that its partner suspended it', async () => {
    const late = await portal.register({ name: 'Late' });
    const page = await open(`/my/invitations/${late.id}`, { as: late.email ?? '', expected: /409/ });
    await page.getByRole('button', { name: 'Confirm', exact: true }).waitFor();
    await portal.letExpire(late.id);
    await press(page, 'Confirm');
    await page.getByText(`ask ${PARTNER} to invite you again.`).first().waitFor();
    expect(await page.getByRole('button', { name: 'Confirm', exact: true }).count()).toBe(0);

    const stopped = await portal.confirmed({ name: 'Stopped' });
    await portal.request('POST', `/v1/customers/${stopped.id}/suspend`, { as: OWNER, body: { reason: 'Unpaid' } });
    const its = await open(`/my/invitations/${stopped.id}`, { as: stopped.email ?? '' });
    await its.getByText('Suspended: Unpaid').waitFor();
    await its.getByText(`Ask ${PARTNER} how to resume them.`).waitFor();
    expect(await its.getByRole('button', { name: 'Create cloud' }).count()).toBe(0);
  });

  it('does everything with the keyboard alone', async () => {
    const { email } = await portal.register({ name: 'By Keys' });
    const page = await open('/my/invitations', { as: email ?? '' });
    await page.getByRole('link', { name: /By Keys/ }).focus();
    await page.keyboard.press('Enter');
    const confirm = page.getByRole('button', { name: 'Confirm', exact: true });
    await confirm.waitFor();
    const focused = () => confirm.and(page.locator(':focus')).count();
    for (let tabs = 0; tabs < 30 && (await focused()) === 0; tabs++) await page.keyboard.press('Tab');
    expect(await focused()).toBe(1);
    await page.keyboard.press('Enter');
    await page.getByText(`${PARTNER} serves By Keys`).first().waitFor();
  });
});

describe('a person whom a partner invites as a member', () => {
  const invite = (id: string) =>
    portal.request('PUT', `/v1/members/${id}`, { as: OWNER, body: { roles: ['billing.accounts.viewer'] } });
  const partnerOf = async (as: string) =>
    (await portal.request<{ partner: { id: string } | null }>('GET', '/v1/me', { as })).body.partner?.id;

  it('is led to the invitation from the first page, accepts with a double click, and leaves when asked a second time', async () => {
    const id = at('colleague');
    await invite(id);
    const page = await open('/', { as: id });
    await title(page, 'My invitations');
    await page.getByText(`Viewer · ${OWNER} invited you. The invitation expires in 14 days`).first().waitFor();
    await expectAccessible(page);
    expect(await partnerOf(id)).toBeUndefined();
    await page.getByRole('button', { name: `Accept the invitation from ${PARTNER}` }).dblclick();
    await page.getByText(`You work for ${PARTNER} now.`).first().waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Dashboard' }).waitFor();
    expect(await partnerOf(id)).toBe(portal.partner.id);
    await page.getByRole('button', { name: `Leave ${PARTNER}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    expect(await partnerOf(id)).toBe(portal.partner.id);
    await page.getByRole('button', { name: `Leave ${PARTNER}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).dblclick();
    await page.getByText(`You have left ${PARTNER}.`).first().waitFor();
    expect(await partnerOf(id)).toBeUndefined();
  });

  it('can not leave as the last owner: the page says what to do first', async () => {
    const page = await open('/my/invitations');
    const leave = page.getByRole('button', { name: `Leave ${PARTNER}` });
    await expect.poll(() => leave.isDisabled()).toBe(true);
    const reason = await leave.getAttribute('aria-describedby');
    expect(await page.locator(`[id="${reason}"]`).textContent()).toBe(
      'The last owner can’t leave. Make someone else an owner first.',
    );
    const second = at('second.owner');
    await portal.addMember(second, 'owner');
    await page.reload();
    await leave.waitFor();
    await expect.poll(() => leave.isDisabled()).toBe(false);
    await portal.request('DELETE', `/v1/members/${second}`, { as: OWNER });
  });

  it('reads that the invitations can’t be shown, instead of that there are none, tries again, and declines only when asked a second time', async () => {
    const id = at('declining');
    await invite(id);
    const page = await open('/my/invitations', { as: id, expected: /503|500/ });
    await page.getByText(`${OWNER} invited you`).first().waitFor();
    await page.route('**/v1/me/memberships*', (route) =>
      route.fulfill({ status: 500, json: { message: 'Internal Server Error' } }),
    );
    await page.reload();
    await page.getByText('The partners can’t be shown').first().waitFor();
    expect(await page.getByText('No invitations').count()).toBe(0);
    expect(await page.getByRole('list', { name: 'Partners' }).count()).toBe(0);
    await page.unroute('**/v1/me/memberships*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText(`${OWNER} invited you`).first().waitFor();

    await page.getByRole('button', { name: `Decline the invitation from ${PARTNER}` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Decline', exact: true }).dblclick();
    await page.getByText(`You have declined the invitation from ${PARTNER}.`).first().waitFor();
    await page.getByText('No invitations').first().waitFor();
    await page.getByText('An invitation may have expired or been withdrawn').first().waitFor();
    expect(await partnerOf(id)).toBeUndefined();
  });

  it('who works for another partner is told to leave that one first, and then sees nothing of it any more', async () => {
    const { id: other, name: otherName, owner } = portal.otherPartner;
    const id = at('moving');
    await portal.addMember(id, 'viewer', { of: other });
    const { id: theirs } = await portal.register({ name: 'Of the other partner' }, owner);
    expect(theirs).toBeDefined();
    await invite(id);
    const page = await open('/customers', { as: id });
    await page.getByText('Of the other partner').first().waitFor();
    const pages = page.getByRole('navigation', { name: 'Pages' });
    await pages.getByRole('link', { name: 'My invitations' }).click();
    const accept = page.getByRole('button', { name: `Accept the invitation from ${PARTNER}` });
    await page.getByText(`To accept, leave ${otherName} first.`).first().waitFor();
    expect(await accept.isDisabled()).toBe(true);
    await page.getByRole('button', { name: `Leave ${otherName}` }).click();
    await page.getByRole('dialog').getByText('To join later, you need a new invitation').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Leave', exact: true }).click();
    await page.getByText(`You have left ${otherName}.`).first().waitFor();
    await accept.click();
    await page.getByText(`You work for ${PARTNER} now.`).first().waitFor();
    // The list of this partner comes late. Until then, the page must not show the list of the other one.
    const released = Promise.withResolvers<void>();
    await page.route('**/v1/customers?*', async (route) => {
      await released.promise;
      await route.continue();
    });
    await pages.getByRole('link', { name: 'Dashboard' }).click();
    await title(page, 'Customers');
    await page.getByText('Loading').first().waitFor();
    expect(await page.getByText('Of the other partner').count()).toBe(0);
    released.resolve();
  });
});

describe('another person', () => {
  it('without a partner and invitations reads why there is nothing, and where invitations would be', async () => {
    const page = await open('/', { as: NOBODY });
    await title(page, 'Your account has no partner status');
    await page.getByRole('main').getByRole('link', { name: 'My invitations' }).click();
    await page.getByText('No invitations').first().waitFor();
    await expectAccessible(page);
  });

  it('who is named as administrator sees the customer, but is not asked to confirm', async () => {
    const { id } = await portal.register({ name: 'Two Heads', adminEmails: [at('second')] });
    const page = await open(`/my/invitations/${id}`, { as: at('second') });
    await page.getByText('has invited another person for Two Heads').first().waitFor();
    expect(await page.getByRole('button', { name: 'Confirm', exact: true }).count()).toBe(0);
  });
});
