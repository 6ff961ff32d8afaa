import { activateCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { changeCustomer } from '../shared/table/table.ts';

/** The partner resumes the services. */
export const handler = serve(
  forCustomer(activateCustomer, async ({ stored, circumstances }) => {
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: () => ({ type: 'activate' }),
    });
    return changedAnswer(changed, circumstances);
  }),
);
