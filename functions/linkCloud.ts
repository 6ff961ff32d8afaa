import { cloudAnswer } from '../shared/cloud/answers.ts';
import { linkCloudTo } from '../shared/cloud/cloud.ts';
import { linkCloud } from '../shared/contract/contract.ts';
import { replayHeaders } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Links an existing cloud, if the caller has held the linking role on it for the program's `rolePropagationMinutes`. */
export const handler = serve(
  forCustomer(linkCloud, async ({ body, stored, caller, membership, circumstances }) => {
    const { event, replayed } = await linkCloudTo(stored, body.cloudId, { caller, membership }, circumstances);
    return { answer: cloudAnswer(event), headers: replayHeaders(replayed) };
  }),
);
