import { cloudsPage } from '../shared/cloud.ts';
import { listClouds } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';

/** The clouds that are billed to the subaccount. */
export const handler = serve(
  forCustomer(listClouds, async ({ query, stored }) => ({ answer: await cloudsPage(stored.customer.id, query) })),
);
