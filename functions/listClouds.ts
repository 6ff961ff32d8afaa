import type * as z from 'zod/mini';
import { type cloud, listClouds } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { CLOUD_PREFIX, cloudKey, customerKey } from '../shared/keys.ts';
import { pageToken, readPage } from '../shared/page.ts';
import { query } from '../shared/table.ts';

/** The clouds that are billed to the subaccount. */
export const handler = serve(
  forCustomer(listClouds, async ({ query: page, stored }) => {
    const { id } = stored.customer;
    const scope = `${listClouds.name} ${id}`;
    const { limit, position } = readPage(page, scope);
    const { items, last } = await query({
      condition: 'pk = :customer AND begins_with(sk, :prefix)',
      values: { ':customer': customerKey(id).pk, ':prefix': CLOUD_PREFIX },
      limit,
      start: position && cloudKey(id, position[0] ?? ''),
    });
    return {
      answer: {
        clouds: items.map(({ pk, sk, version, ...shown }) => shown as unknown as z.output<typeof cloud>),
        ...(last && { nextPageToken: pageToken([String(last['sk']).slice(CLOUD_PREFIX.length)], scope) }),
      },
    };
  }),
);
