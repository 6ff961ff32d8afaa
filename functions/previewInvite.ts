import { previewInvite } from '../shared/contract/contract.ts';
import { invitationAnswer } from '../shared/customer/answers.ts';
import { forLinkHolder, serve } from '../shared/http/serve.ts';
import { loadInvited } from '../shared/invitation/linkToken.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Shows the invitation that the emailed link opens, in any status. Changes nothing. */
export const handler = serve(
  forLinkHolder(previewInvite, async ({ body, now, program }) => {
    const { customer } = await loadInvited(body.token, now, program);
    return { answer: invitationAnswer(customer, await loadPartner(customer.partnerId), now, program) };
  }),
);
