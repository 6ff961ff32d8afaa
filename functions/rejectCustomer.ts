import { rejectCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Rejects a customer for the provider. The address is then free for another invitation. */
export const handler = serve(
  forCustomer(rejectCustomer, async ({ body, stored, circumstances }) => {
    const { name: partnerName } = await loadPartner(stored.customer.partnerId);
    const changed = await changeCustomer(stored, {
      circumstances,
      command: () => ({ type: 'reject', partnerName, ...body }),
    });
    return changedAnswer(changed, circumstances);
  }),
);
