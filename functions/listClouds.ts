import { cloudsPage } from '../shared/cloud/cloud.ts';
import { listClouds } from '../shared/contract/contract.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Lists the clouds that are billed to the subaccount. */
export const handler = serve(
  forCustomer(listClouds, async ({ query, stored }) => ({ answer: await cloudsPage(stored.customer.id, query) })),
);
