import { getInviteLink } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { asOf, statusLabel } from '../shared/customer/customer.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { inviteLink } from '../shared/invitation/link.ts';

/** Gives the link that a partner can copy. The link has no token, so a partner can never confirm for its customer. */
export const handler = serve(
  forCustomer(getInviteLink, async ({ stored, now, program }) => {
    const { id, status } = asOf(stored.customer, now, program);
    if (status !== 'VERIFICATION_REQUIRED') {
      throw new Problem(
        'CUSTOMER_STATUS',
        `The customer's status is ${statusLabel(status, program)}: there is no open invitation to link to.`,
        { members: { currentStatus: status } },
      );
    }
    return { answer: { link: inviteLink(id) } };
  }),
);
