import { putAccount } from '../shared/contract/contract.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { accountKey } from '../shared/table/keys.ts';
import { put, transactOrBusy } from '../shared/table/table.ts';

/** Records what the provider knows of a registered account: eligibility is judged by it. */
export const handler = serve(
  forOperator(putAccount, async ({ path, body }) => {
    const { email = '' } = path;
    await transactOrBusy([{ write: put({ ...accountKey(email), ...body }), refused: 'conflict' }]);
    return { answer: { email, ...body } };
  }),
);
