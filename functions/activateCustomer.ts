import { activateCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Resumes the services of a suspended customer. */
export const handler = serve(
  forCustomer(activateCustomer, async ({ stored, circumstances }) => {
    const changed = await changeCustomer(stored, { circumstances, command: () => ({ type: 'activate' }) });
    return changedAnswer(changed, circumstances);
  }),
);
