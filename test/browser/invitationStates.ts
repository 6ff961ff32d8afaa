/** The states of the page behind the emailed link. For states that the API can't be brought to, the answers follow the contract. */
import type { Page } from 'playwright-core';
import * as z from 'zod/mini';
import { invitation as invitationSchema } from '../../shared/contract/contract.ts';
import { STATUSES } from '../../shared/contract/vocabulary.ts';

const invitation = {
  id: 'dn2aaaaaaaaaaaaaaaaa',
  name: 'Mila Bakery',
  partner: { id: 'acme', name: 'Acme Integrators' },
  brandName: 'Yandex Cloud',
  mayNeedApproval: false,
  statusLabel: '',
  invite: { email: 'mila@bakery.example', expiresAt: '2026-12-06T07:20:57.330Z' },
  approval: null,
  organization: { id: 'bpfaaaaaaaaaaaaaaaaa', name: "For subaccount 'Mila Bakery'" },
};

/** The API's answer to the page's request for the invitation, by the name of the page's state. */
const ANSWERS: Record<string, { status: number; answer: object }> = {
  ...Object.fromEntries(
    STATUSES.map((status) => [
      status === 'VERIFICATION_REQUIRED' ? 'open' : status,
      { status: 200, answer: { ...invitation, status } },
    ]),
  ),
  sure: { status: 200, answer: { ...invitation, status: 'VERIFICATION_REQUIRED' } },
  blocked: {
    status: 200,
    answer: { ...invitation, status: 'DECLINED', noMoreInvitationsUntil: '2026-12-26T07:20:57.330Z' },
  },
  linkInvalid: { status: 404, answer: { code: 'INVITE_LINK_INVALID' } },
  notEligible: {
    status: 409,
    answer: { code: 'ACCOUNT_NOT_PREPAID', reasons: [{ code: 'ACCOUNT_NOT_PREPAID' }] },
  },
  ofPartner: { status: 409, answer: { code: 'EMAIL_OF_MEMBER' } },
  busy: { status: 503, answer: { code: 'TRY_AGAIN' } },
};

export const INVITATION_STATES = ['noToken', ...Object.keys(ANSWERS), 'offline', 'oldBrowser'];
/** The states that axe checks in every run: they have all kinds of content. It checks the other states in the long form. */
export const ALWAYS_CHECKED = ['open', 'sure', 'ACTIVE', 'linkInvalid', 'busy', 'oldBrowser'];
export const INVITATION_COMPLAINTS = /404|409|503|ERR_FAILED/;

/** A token whose key id is the state's name. */
const tokenOf = (state: string) => `${state}.${invitation.id}.${'A'.repeat(43)}`;

/** Answers the request of each state's link. */
export async function answerInvitations(page: Page, language: string): Promise<void> {
  await page.route('**/v1/invites/preview', (route) => {
    const [state] = route.request().postDataJSON().token.split('.');
    const found = ANSWERS[state];
    if (!found) return route.abort();
    const { status, answer } = found;
    return route.fulfill({
      status,
      json: status === 200 ? z.parse(invitationSchema, { ...answer, language }) : answer,
    });
  });
}

/** Brings the page to a state. Call `answerInvitations` first. After `oldBrowser`, the tab has no other state. */
export async function openInvitation(page: Page, portalUrl: string, state: string): Promise<void> {
  const fragment = state === 'noToken' ? '' : `#token=${tokenOf(state)}`;
  if (state === 'oldBrowser') await page.evaluate('delete window.fetch');
  await page.goto(`${portalUrl}/invite/accept/${invitation.id}${fragment}`);
  if (state === 'sure') {
    await page.locator('[data-page=open] .plain').click();
    await page.getByRole('checkbox').check();
  }
  await page.locator(`[data-page=${state}]`).waitFor();
}
