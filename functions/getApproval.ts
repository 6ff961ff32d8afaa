import { getApproval } from '../shared/contract/contract.ts';
import { customerAnswer } from '../shared/customer/answers.ts';
import { eligibility, loadAccount } from '../shared/customer/eligibility.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** A customer for the operator who decides about it, or wants to know what became of it; eligible or not as its account is now. */
export const handler = serve(
  forCustomer(getApproval, async ({ stored, now, program }) => {
    const customer = customerAnswer(stored, now, program);
    // Without an account of its own, it is its partner's business alone.
    const isJudged = customer.status === 'APPROVAL_REQUIRED' && customer.email !== null;
    const [partner, account] = await Promise.all([
      loadPartner(customer.partnerId),
      isJudged ? loadAccount(customer.email, program) : undefined,
    ]);
    return { answer: { customer, partner, eligibility: isJudged ? eligibility(account, program) : [] } };
  }),
);
