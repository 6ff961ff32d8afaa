import { allowInvitations, allowInvitationsSignedIn } from '../shared/contract/contract.ts';
import { invitationAnswer } from '../shared/customer/answers.ts';
import { forLinkHolder, forSignedIn, serve } from '../shared/http/serve.ts';
import { loadInvited } from '../shared/invitation/linkToken.ts';
import { allowInvitations as allow } from '../shared/partner/cooldown.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Lets a partner invite the recipient again, who wanted no more invitations. Allowing again changes nothing. */
export const handler = serve(
  forLinkHolder(allowInvitations, async ({ body, now, program }) => {
    const { customer } = await loadInvited(body.token, now, program);
    const { partnerId, email } = customer;
    if (email !== null) await allow({ partnerId, email });
    return { answer: invitationAnswer(customer, await loadPartner(partnerId), now, program) };
  }),
  forSignedIn(allowInvitationsSignedIn, async ({ path: { partnerId = '' }, caller }) => {
    // A service account has no mailbox: no item has its client id.
    await allow({ partnerId, email: caller.id });
    return {};
  }),
);
