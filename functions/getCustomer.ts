import { mayOnSubaccount } from '../shared/access/rolePermissions.ts';
import { getCustomer } from '../shared/contract/contract.ts';
import { customerAnswer, etag, invitationAnswer } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadBlock } from '../shared/invitation/block.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Shows a customer to callers who may view it. To its invitee, shows the invitation. */
export const handler = serve(
  forCustomer(getCustomer, async ({ stored, grants, now, program }) => {
    const blocked = await loadBlock(stored.customer, now, program);
    if (mayOnSubaccount(grants, 'viewSubaccount')) {
      const answer = customerAnswer(stored, now, program);
      return {
        answer: blocked === undefined ? answer : { ...answer, noMoreInvitationsUntil: blocked },
        headers: etag(stored),
      };
    }
    const partner = await loadPartner(stored.customer.partnerId);
    return { answer: invitationAnswer(stored.customer, partner, now, program, blocked) };
  }),
);
