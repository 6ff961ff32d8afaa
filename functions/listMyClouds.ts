import { holderOf } from '../shared/cloud/accountCloud.ts';
import { grantsPage } from '../shared/cloud/grants.ts';
import { myCloudAnswer } from '../shared/cloud/myCloud.ts';
import { listMyClouds } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';

/** Most clouds on a page: a cloud can have hundreds of roles, and an answer of Lambda 6 MB. */
const MAX_CLOUDS = 25;

/** Lists the clouds of the caller's own account, and who has which role on each. */
export const handler = serve(
  forSignedIn(listMyClouds, async ({ query, caller: { subject }, now }) => {
    const page = { ...query, pageSize: Math.min(query.pageSize ?? MAX_CLOUDS, MAX_CLOUDS) };
    const { found, ...next } = await grantsPage([subject], page, `${listMyClouds.name} ${subject}`);
    const mine = found.filter(({ cloud }) => holderOf(cloud) === subject);
    return {
      answer: { clouds: await Promise.all(mine.map(({ id, cloud }) => myCloudAnswer(id, cloud, now))), ...next },
    };
  }),
);
