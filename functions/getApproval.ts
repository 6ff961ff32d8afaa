import { getApproval } from '../shared/contract/contract.ts';
import { customerAnswer } from '../shared/customer/answers.ts';
import { eligibility, loadAccount } from '../shared/customer/eligibility.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { recordView } from '../shared/partner/events.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Shows a customer to the provider's operators. If it awaits approval: whether its account is eligible now, rule by rule. */
export const handler = serve(
  forCustomer(getApproval, async ({ stored, caller, now, program }) => {
    await recordView(stored.customer, caller.id, now);
    const customer = customerAnswer(stored, now, program);
    // A reseller-served customer has no email address, and so no account to judge.
    const isJudged = customer.status === 'APPROVAL_REQUIRED' && customer.email !== null;
    const [partner, account] = await Promise.all([
      loadPartner(customer.partnerId),
      isJudged ? loadAccount(customer.email, program) : undefined,
    ]);
    return { answer: { customer, partner, eligibility: isJudged ? eligibility(account, program) : [] } };
  }),
);
