import { changedAnswer } from '../shared/answers.ts';
import { activateCustomer } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { changeCustomer } from '../shared/table.ts';

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
