/** Endpoints: the clouds of a subaccount. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { said } from './fieldFault.ts';
import { cloudId, cloudName, grantableRoleId, timestamp } from './fields.ts';
import { MAX_CLOUD_DELTAS } from './limits.ts';
import type { ProblemCode } from './problem.ts';
import { cloud, cloudSubject, linkableCloud, myCloud, nextPageToken, page } from './resources.ts';

/** The refusals of `createCloud` and of the Billing API's CreateCloud. */
export const CREATE_CLOUD_PROBLEMS = [
  'PARTNER_NOT_PAID',
  'CUSTOMER_NOT_ACTIVE',
  'CLOUD_NAME_TAKEN',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies ProblemCode[];

export const createCloud = endpoint(() => ({
  name: 'createCloud',
  method: 'POST',
  path: '/v1/customers/{customerId}/clouds',
  summary: "Create a cloud in the customer's organization, billed to its subaccount",
  access: 'subaccount.createCloud',
  body: z.strictObject({ name: cloudName() }),
  status: 201,
  answer: cloud,
  problems: CREATE_CLOUD_PROBLEMS,
}));

export const listClouds = endpoint(() => ({
  name: 'listClouds',
  method: 'GET',
  path: '/v1/customers/{customerId}/clouds',
  summary: 'The clouds that are billed to the subaccount',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ clouds: z.array(cloud), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

/** The refusals of `linkCloud` and of the Billing API's BindBillableObject. */
export const LINK_CLOUD_PROBLEMS = [
  'PARTNER_NOT_PAID',
  'CUSTOMER_NOT_ACTIVE',
  'CLOUD_NOT_FOUND',
  'CLOUD_ELSEWHERE',
  'ROLE_INSUFFICIENT',
  'ROLE_TOO_RECENT',
  'ALREADY_LINKED',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies ProblemCode[];

export const linkCloud = endpoint(() => ({
  name: 'linkCloud',
  method: 'POST',
  path: '/v1/customers/{customerId}/clouds/link',
  summary: 'Link an existing cloud of the customer: from now on it is billed to the subaccount',
  access: 'subaccount.linkCloud',
  body: z.strictObject({ cloudId: cloudId() }),
  status: 200,
  answer: cloud,
  problems: LINK_CLOUD_PROBLEMS,
}));

export const unlinkCloud = endpoint(() => ({
  name: 'unlinkCloud',
  method: 'DELETE',
  path: '/v1/customers/{customerId}/clouds/{cloudId}',
  summary:
    'Unlink a cloud that was linked: from now on it is billed to the customer directly. The holder of a cloud may always unlink it, also one that was created here',
  access: 'subaccount.linkCloud',
  holderToo: true,
  status: 204,
  problems: ['CLOUD_NOT_FOUND', 'CLOUD_NOT_LINKED', 'CUSTOMER_STATUS'],
}));

export const listLinkableClouds = endpoint(() => ({
  name: 'listLinkableClouds',
  method: 'GET',
  path: '/v1/customers/{customerId}/linkable-clouds',
  summary:
    "The customer's clouds on which the caller has a role, each linkable or with the reason why not; a page may be short",
  access: 'subaccount.linkCloud',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ clouds: z.array(linkableCloud), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const listMyClouds = endpoint(() => ({
  name: 'listMyClouds',
  method: 'GET',
  path: '/v1/me/clouds',
  summary: "The clouds of the caller's own account, and who has which role on each; a page may be short",
  access: 'signedIn',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ clouds: z.array(myCloud), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const getMyCloudAccess = endpoint(() => ({
  name: 'getMyCloudAccess',
  method: 'GET',
  path: '/v1/me/clouds/{cloudId}/access',
  summary: "A cloud of the caller's own account, and who has which role on it",
  access: 'signedIn',
  status: 200,
  answer: myCloud,
  problems: ['CLOUD_NOT_FOUND'],
}));

export const updateMyCloudAccess = endpoint(() => ({
  name: 'updateMyCloudAccess',
  method: 'PATCH',
  path: '/v1/me/clouds/{cloudId}/access',
  summary:
    "Grant and revoke roles on a cloud of the caller's own account: all of the deltas, or none. A change applies until the provider records a later grant",
  access: 'signedIn',
  body: z.strictObject({
    deltas: z
      .array(
        z.strictObject({
          action: z.enum(['ADD', 'REMOVE']),
          roleId: grantableRoleId(),
          subject: cloudSubject,
          /** With ADD: when the role ends. Without it, the role stays until it is revoked. */
          expiresAt: z.optional(timestamp('expiresAt')),
        }),
      )
      .check(z.minLength(1, said('REQUIRED', 'deltas must have at least 1 entry')), z.maxLength(MAX_CLOUD_DELTAS)),
  }),
  status: 200,
  answer: myCloud,
  problems: ['CLOUD_NOT_FOUND', 'TOO_MANY_BINDINGS', 'STALE_VERSION'],
}));
