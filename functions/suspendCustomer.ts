import { changedAnswer } from '../shared/answers.ts';
import { suspendCustomer } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { changeCustomer } from '../shared/table.ts';

/** The partner stops the services: no clouds are created or linked until it resumes them. */
export const handler = serve(
  forCustomer(suspendCustomer, async ({ body, stored, circumstances }) => {
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: () => ({ type: 'suspend', ...body }),
    });
    return changedAnswer(changed, circumstances);
  }),
);
