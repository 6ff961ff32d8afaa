import { deleteCustomer } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { changeCustomer } from '../shared/table.ts';

/** Deletes a customer that came to nothing: from now on it doesn't exist, and the cleanup removes its data. */
export const handler = serve(
  forCustomer(deleteCustomer, async ({ stored, circumstances }) => {
    await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: () => ({ type: 'delete' }),
    });
    return {};
  }),
);
