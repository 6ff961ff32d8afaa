import { invitationAnswer, loadPartner } from '../shared/answers.ts';
import { previewInvite } from '../shared/contract.ts';
import { forLinkHolder, serve } from '../shared/http.ts';
import { loadInvited } from '../shared/inviteLink.ts';

/** What the emailed link invites to, in whatever status it is by now. Changes nothing. */
export const handler = serve(
  forLinkHolder(previewInvite, async ({ body, now, program }) => {
    const { customer } = await loadInvited(body.token, now, program);
    return { answer: invitationAnswer(customer, await loadPartner(customer.partnerId), now, program) };
  }),
);
