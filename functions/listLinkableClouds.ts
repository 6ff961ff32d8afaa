import { linkObstacle, loadAccountCloud } from '../shared/cloud/cloud.ts';
import { listLinkableClouds } from '../shared/contract/contract.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { GRANT_PREFIX, grantKey } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the clouds on which the caller has a role, and no others: each linkable, or with the reason why not. */
export const handler = serve(
  forCustomer(listLinkableClouds, async ({ query: page, caller, now, program }) => {
    const { subject } = caller;
    const scope = `${listLinkableClouds.name} ${subject}`;
    const { limit, position } = readPage(page, scope);
    const { items, last } = await query({
      condition: 'pk = :subject AND begins_with(sk, :prefix)',
      values: { ':subject': subject, ':prefix': GRANT_PREFIX },
      limit,
      start: position && grantKey(subject, position[0] ?? ''),
    });
    const clouds = await Promise.all(
      items.map(async ({ sk }) => {
        const id = sk.slice(GRANT_PREFIX.length);
        const cloud = await loadAccountCloud(id);
        if (!cloud) return [];
        const obstacle = linkObstacle(cloud, subject, now, program);
        return [{ id, name: cloud.name, linkable: obstacle === undefined, ...obstacle }];
      }),
    );
    return {
      answer: {
        clouds: clouds.flat(),
        ...(last && { nextPageToken: pageToken([String(last['sk']).slice(GRANT_PREFIX.length)], scope) }),
      },
    };
  }),
);
