import { accessPage } from '../shared/access/accessPage.ts';
import { getAccess } from '../shared/contract/contract.ts';
import { etag } from '../shared/customer/answers.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Lists who holds which role on the subaccount and its organization: by default, by hand, and as an owner of the partner. */
export const handler = serve(
  forCustomer(getAccess, async ({ query: page, stored }) => ({
    answer: await accessPage(stored.customer, page, `${getAccess.name} ${stored.customer.id}`),
    headers: etag(stored),
  })),
);
