import { changeAccess } from '../shared/access/changeAccess.ts';
import { updateAccess } from '../shared/contract/contract.ts';
import { etag } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Grants and revokes roles on the subaccount, all or none. */
export const handler = serve(
  forCustomer(updateAccess, async ({ body, stored, caller, membership, circumstances }) => {
    const changed = await changeAccess(stored, body.deltas, { caller, membership }, circumstances);
    return { headers: etag(changed) };
  }),
);
