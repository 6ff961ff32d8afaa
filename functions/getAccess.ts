import { etag } from '../shared/answers.ts';
import { accessPage } from '../shared/bindings.ts';
import { getAccess } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';

/** Who holds which role on the subaccount and its organization: by default, by hand, and as the partner's owners. */
export const handler = serve(
  forCustomer(getAccess, async ({ query: page, stored }) => ({
    answer: await accessPage(stored.customer, page, `${getAccess.name} ${stored.customer.id}`),
    headers: etag(stored),
  })),
);
