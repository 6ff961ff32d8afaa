import { suspendCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** The partner stops the services: no clouds are created or linked until it resumes them. */
export const handler = serve(
  forCustomer(suspendCustomer, async ({ body, stored, circumstances }) => {
    const changed = await changeCustomer(stored, { circumstances, command: () => ({ type: 'suspend', ...body }) });
    return changedAnswer(changed, circumstances);
  }),
);
