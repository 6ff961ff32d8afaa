/** The pages for a customer's own people, in a real browser with the local stack. */
import { describe, expect, it } from 'vitest';
import { sized } from '../size.ts';
import { NOBODY, testStack } from '../stack.ts';
import {
  confirms,
  copied,
  countAnswers,
  eventTypes,
  inviteMember,
  press,
  signInAndConfirm,
  title,
} from './invitedPerson.ts';
import { expectAccessible, portalBrowser } from './portal.ts';

const portal = testStack();
const { owner: OWNER, name: PARTNER, at } = portal.partner;
const { open, signIn, visit } = portalBrowser(portal);

/** The stored sign-ins of the tab that carry an intent to confirm, and the intent that waits for the portal. */
const INTENTS = `Object.entries({ ...sessionStorage }).filter(([, value]) => value.includes('customerId')).length`;

describe('the page of the copied link', () => {
  it('confirms for a person who comes back from the sign-in with the invited address, once', async () => {
    const { id, email } = await portal.register({ name: 'Mila Bakery' });
    const page = await visit(copied(portal, id));
    const answers = countAnswers(page);
    await signInAndConfirm(page);
    await page.getByLabel('Email address', { exact: true }).waitFor();
    // Neither the issuer nor anybody else reads the intent from an address.
    expect(page.url()).not.toMatch(/confirm|customerId/);
    await signIn(page, email ?? '');
    await page.getByText(`${PARTNER} serves Mila Bakery in Yandex Cloud.`).first().waitFor();
    await page.getByRole('button', { name: 'Create cloud' }).waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
    await page.reload();
    await title(page, 'Mila Bakery');
    expect(await answers()).toBe(1);
    expect(await page.evaluate(INTENTS)).toBe(0);
  });

  it('confirms nothing for a wrong address, and offers to sign in with another account, which then confirms itself', async () => {
    const { id, email } = await portal.register({ name: 'Private' });
    const page = await visit(copied(portal, id), { expected: /404/ });
    await signInAndConfirm(page);
    await signIn(page, NOBODY);
    await title(page, 'There is no such invitation');
    await page.getByText(`You are signed in as ${NOBODY}.`).waitFor();
    await expectAccessible(page);
    await press(page, 'Sign in with another account');
    await signIn(page, email ?? '');
    await title(page, 'Private');
    await confirms(page).waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
    await press(page, 'Confirm');
    await page.getByText(`${PARTNER} serves Private`).first().waitFor();
  });

  it('confirms nothing for a member of the partner, who is told why and can sign in with another account', async () => {
    const { id } = await portal.register({ name: 'Ours' });
    const page = await visit(copied(portal, id));
    await signInAndConfirm(page);
    await signIn(page);
    await page.waitForURL(`**/customers/${id}`);
    await page.getByText('Only the invited person can confirm it.').first().waitFor();
    await page.getByRole('button', { name: 'Sign in with another account' }).waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
  });

  it('changes nothing if it is only loaded, and its other way in only shows the invitation', async () => {
    const { id, email } = await portal.register({ name: 'Reader' });
    const page = await visit(copied(portal, id));
    await page.getByRole('link', { name: 'Sign in to read it first' }).click();
    await signIn(page, email ?? '');
    await confirms(page).waitFor();
    // A person who is signed in, and is led here by addresses that somebody else has made.
    const query = `?confirm=${encodeURIComponent(JSON.stringify({ customerId: id, at: Date.now() }))}`;
    for (const made of sized([query], [query, '?confirm=1'])) {
      await page.goto(`${portal.stack.portalUrl}/my/invitations/${id}${made}`);
      await confirms(page).waitFor();
      await page.goto(`${copied(portal, id)}${made}`);
      await page.getByRole('button', { name: 'Sign in and confirm' }).waitFor();
    }
    expect(await page.evaluate(INTENTS)).toBe(0);
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
  });
});

describe('a person who is invited', () => {
  it('comes by the copied link already signed in: a lost way forgets the click, and the next click confirms; creates a cloud', async () => {
    const { id, email } = await portal.register({ name: 'Mila Bakery' });
    const page = await open('/my/invitations', { as: email ?? '' });
    const answers = countAnswers(page);
    await page.goto(copied(portal, id));
    await page.route(`**/my/invitations/${id}`, (route) => route.abort('aborted'), { times: 1 });
    await signInAndConfirm(page);
    await expect.poll(() => page.evaluate(INTENTS)).toBe(1);
    await page.goto(`${portal.stack.portalUrl}/my/invitations`);
    await page.getByRole('link', { name: `Open the invitation from ${PARTNER} to Mila Bakery` }).click();
    await confirms(page).waitFor();
    expect(await answers()).toBe(0);
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);

    await page.goto(copied(portal, id));
    await page.getByRole('button', { name: 'Sign in and confirm' }).dblclick();
    await title(page, 'Mila Bakery');
    await page.getByText(`${PARTNER} serves Mila Bakery in Yandex Cloud.`).first().waitFor();
    await page.getByText(`that isn’t linked is billed to you directly, not to ${PARTNER}.`).first().waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited', 'InvitationAccepted']);
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
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
    await press(page, 'Decline');
    await page.getByRole('dialog').getByRole('button', { name: 'Decline' }).dblclick();
    await page.getByText('The invitation was declined: nothing has been created').first().waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited', 'InvitationDeclined']);
  });
});

describe('a person whom a partner invites as a member', () => {
  const partnerOf = async (as: string) =>
    (await portal.request<{ partner: { id: string } | null }>('GET', '/v1/me', { as })).body.partner?.id;

  it('is led to the invitation from the first page, accepts with a double click, and leaves when asked a second time', async () => {
    const id = at('colleague');
    await inviteMember(portal, id);
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

  it('declines only when asked a second time', async () => {
    const id = at('declining');
    await inviteMember(portal, id);
    const page = await open('/my/invitations', { as: id });
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
    await inviteMember(portal, id);
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
