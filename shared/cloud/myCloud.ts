/** Clouds for the holder of the account that they belong to. */
import type * as z from 'zod/mini';
import type { Caller } from '../access/grants.ts';
import type { myCloud } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { loadCustomer } from '../customer/store.ts';
import { type AccountCloud, type CloudRole, holderOf, loadAccountCloud, rolesOn } from './accountCloud.ts';

/** The cloud with this id, if the caller is its holder. @throws Problem CLOUD_NOT_FOUND */
export async function loadMyCloud(cloudId: string, { subject }: Caller): Promise<AccountCloud> {
  const cloud = await loadAccountCloud(cloudId);
  if (cloud && holderOf(cloud) === subject) return cloud;
  throw new Problem('CLOUD_NOT_FOUND', 'There is no such cloud in your account. GET /v1/me/clouds lists yours.');
}

/** A cloud as its holder reads it. */
export async function myCloudAnswer(id: string, cloud: AccountCloud, now: Date): Promise<z.input<typeof myCloud>> {
  const { name, billedTo, boundTo } = cloud;
  const bound = boundTo === undefined ? undefined : await loadCustomer(boundTo);
  return {
    id,
    name,
    billedTo: boundTo ?? billedTo ?? null,
    customer: bound ? { id: bound.customer.id, name: bound.customer.name } : null,
    access: rolesOn(cloud, now)
      // The table keeps no order.
      .sort((one, other) => (placeOf(one) < placeOf(other) ? -1 : 1))
      .map(({ subject, ...role }) => ({ ...role, subject: namedCloudSubject(subject) })),
  };
}

const placeOf = ({ subject, roleId }: CloudRole) => `${subject} ${roleId}`;

function namedCloudSubject(subject: CloudRole['subject']) {
  const at = subject.indexOf('#');
  return { id: subject.slice(at + 1), type: subject.slice(0, at) as 'USER' | 'SERVICE_ACCOUNT' | 'PARTNER' };
}

/** The header with the cloud's revision, for `If-Match`. */
export const cloudEtag = ({ revision }: AccountCloud): Record<string, string> => ({ etag: `"${revision}"` });
