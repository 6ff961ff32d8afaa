import { cloudEtag, loadMyCloud, myCloudAnswer } from '../shared/cloud/myCloud.ts';
import { getMyCloudAccess } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';

/** Shows the holder of a cloud who has which role on it. */
export const handler = serve(
  forSignedIn(getMyCloudAccess, async ({ path, caller, now }) => {
    const { cloudId = '' } = path;
    const cloud = await loadMyCloud(cloudId, caller);
    return { answer: await myCloudAnswer(cloudId, cloud, now), headers: cloudEtag(cloud) };
  }),
);
