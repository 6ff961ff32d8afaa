import { changedAnswer } from '../shared/answers.ts';
import { rejectCustomer } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { changeCustomer } from '../shared/table.ts';

/** The provider rejects: the address is free for another invitation. */
export const handler = serve(
  forCustomer(rejectCustomer, async ({ body, stored, circumstances }) => {
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: () => ({ type: 'reject', ...body }),
    });
    return changedAnswer(changed, circumstances);
  }),
);
