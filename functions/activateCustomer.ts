import { activateCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Resumes the services of a suspended customer. */
export const handler = serve(
  forCustomer(activateCustomer, async ({ stored, circumstances }) => {
    const { name: partnerName } = await loadPartner(stored.customer.partnerId);
    const changed = await changeCustomer(stored, { circumstances, command: () => ({ type: 'activate', partnerName }) });
    return changedAnswer(changed, circumstances);
  }),
);
