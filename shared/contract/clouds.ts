/** Endpoints: the clouds of a subaccount. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { cloudId, cloudName } from './fields.ts';
import type { ProblemCode } from './problem.ts';
import { cloud, linkableCloud, nextPageToken, page } from './resources.ts';

/** The refusals of `createCloud` and of the Billing API's CreateCloud. */
export const CREATE_CLOUD_PROBLEMS = [
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
  summary: 'Unlink a cloud that was linked: from now on it is billed to the customer directly',
  access: 'subaccount.linkCloud',
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
