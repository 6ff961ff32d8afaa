import { putAccount } from '../shared/contract/contract.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { accountKey } from '../shared/table/keys.ts';
import { put, transactOrBusy } from '../shared/table/table.ts';

/** Records a registered account as the provider knows it. Eligibility is judged by this record. */
export const handler = serve(
  forOperator(putAccount, async ({ path, body }) => {
    const { email = '' } = path;
    await transactOrBusy([{ write: put({ ...accountKey(email), ...body }), refused: 'conflict' }]);
    return { answer: { email, ...body } };
  }),
);
