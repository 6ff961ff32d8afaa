import { deleteCustomer } from '../shared/contract/contract.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Deletes a customer that is neither active nor suspended. It disappears at once; the cleanup removes its data. */
export const handler = serve(
  forCustomer(deleteCustomer, async ({ stored, circumstances }) => {
    await changeCustomer(stored, { circumstances, command: () => ({ type: 'delete' }) });
    return {};
  }),
);
