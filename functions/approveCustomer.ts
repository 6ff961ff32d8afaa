import { approveCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { loadAccount, requireEligible } from '../shared/customer/eligibility.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** The provider approves: the customer is active, and its organization is there. */
export const handler = serve(
  forCustomer(approveCustomer, async ({ stored, circumstances, program }) => {
    const { name: partnerName } = await loadPartner(stored.customer.partnerId);
    const changed = await changeCustomer(stored, {
      circumstances,
      command: async ({ email, status }) => {
        if (status === 'APPROVAL_REQUIRED' && email !== null) {
          requireEligible(await loadAccount(email, program), program);
        }
        return { type: 'approve', partnerName };
      },
    });
    return changedAnswer(changed, circumstances);
  }),
);
