import { previewInvite } from '../shared/contract/contract.ts';
import { invitationAnswer } from '../shared/customer/answers.ts';
import { forLinkHolder, serve } from '../shared/http/serve.ts';
import { loadBlock } from '../shared/invitation/block.ts';
import { loadInvited } from '../shared/invitation/linkToken.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Shows the invitation that the emailed link opens, in any status. Changes nothing. */
export const handler = serve(
  forLinkHolder(previewInvite, async ({ body, now, program }) => {
    const { customer } = await loadInvited(body.token, now, program);
    const [partner, blocked] = await Promise.all([loadPartner(customer.partnerId), loadBlock(customer, now, program)]);
    return { answer: invitationAnswer(customer, partner, now, program, blocked) };
  }),
);
