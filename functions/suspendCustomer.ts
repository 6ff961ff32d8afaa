import { suspendCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Stops the services of an active customer: no cloud can be created or linked until the partner resumes the services. */
export const handler = serve(
  forCustomer(suspendCustomer, async ({ body, stored, circumstances }) => {
    const { name: partnerName } = await loadPartner(stored.customer.partnerId);
    const changed = await changeCustomer(stored, {
      circumstances,
      command: () => ({ type: 'suspend', partnerName, ...body }),
    });
    return changedAnswer(changed, circumstances);
  }),
);
