import { activateCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeServices } from '../shared/customer/suspension.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Resumes the services of a suspended customer. */
export const handler = serve(
  forCustomer(activateCustomer, async ({ stored, circumstances }) =>
    changedAnswer(await changeServices(stored, { type: 'activate' }, circumstances), circumstances),
  ),
);
