import { cloudAnswer } from '../shared/cloud/answers.ts';
import { createCloudOf } from '../shared/cloud/cloud.ts';
import { createCloud } from '../shared/contract/contract.ts';
import { replayHeaders } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Creates a cloud in the customer's organization; its name is unique there. */
export const handler = serve(
  forCustomer(createCloud, async ({ body, stored, circumstances }) => {
    const { event, replayed } = await createCloudOf(stored, body, circumstances);
    return { answer: cloudAnswer(event), headers: replayHeaders(replayed) };
  }),
);
