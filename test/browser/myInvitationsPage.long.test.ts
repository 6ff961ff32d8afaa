/** More of the pages for a customer's own people: rare interruptions, and other ways through them. */
import { describe, expect, it } from 'vitest';
import { testStack } from '../stack.ts';
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

describe('the page of the copied link', () => {
  it('forgets the intent of a person who goes back, and of another tab', async () => {
    const { id, email } = await portal.register({ name: 'Hesitant' });
    const page = await visit(copied(portal, id));
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
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
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
    await page.goto(copied(portal, id));
    await signInAndConfirm(page);
    await confirms(page).waitFor();
    expect(await answers()).toBe(0);
    expect(await field.inputValue()).toBe('Mila Bakery');
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
    await press(page, 'Confirm');
    await title(page, 'Mila Bakery');
    await page.getByText("For subaccount 'Mila Bakery'").first().waitFor();
    await page.getByRole('button', { name: `Copy ${id}` }).waitFor();
    expect(await portal.read(id)).toMatchObject({ name: 'Mila Bakery', status: 'ACTIVE' });
  });

  it('keeps the intent for ten minutes', async () => {
    const { id, email } = await portal.register({ name: 'Slow' });
    const page = await visit(copied(portal, id), { clock: true });
    await signInAndConfirm(page);
    await page.getByLabel('Email address', { exact: true }).waitFor();
    await page.clock.fastForward(10 * 60_000 + 1_000);
    await signIn(page, email ?? '');
    await confirms(page).waitFor();
    expect(await eventTypes(portal, id)).toEqual(['CustomerInvited']);
  });
});

describe('a person who is invited', () => {
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

  it('reads that the invitations can’t be shown, instead of that there are none, and tries again', async () => {
    const id = at('waiting');
    await inviteMember(portal, id);
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
  });
});
