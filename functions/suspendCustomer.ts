import { suspendCustomer } from '../shared/contract/contract.ts';
import { changedAnswer } from '../shared/customer/answers.ts';
import { changeServices } from '../shared/customer/suspension.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Stops the services of an active customer: no cloud can be created or linked until the partner resumes the services. */
export const handler = serve(
  forCustomer(suspendCustomer, async ({ body, stored, circumstances }) =>
    changedAnswer(await changeServices(stored, { type: 'suspend', ...body }, circumstances), circumstances),
  ),
);
