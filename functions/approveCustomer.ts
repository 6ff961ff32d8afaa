import { approveCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { loadAccount, requireEligible } from '../shared/customer/eligibility.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Approves a customer for the provider: the customer becomes active and gets its organization. */
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
