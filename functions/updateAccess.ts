import { changeAccess } from '../shared/accessUpdate.ts';
import { etag } from '../shared/answers.ts';
import { updateAccess } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';

/** Grants and revokes roles on the subaccount, all or none. */
export const handler = serve(
  forCustomer(updateAccess, async ({ body, stored, caller, membership, circumstances }) => {
    const changed = await changeAccess(stored, body.deltas, { caller, membership }, circumstances);
    return { headers: etag(changed) };
  }),
);
