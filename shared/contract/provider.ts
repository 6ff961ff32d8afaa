/** Endpoints: the decisions and records of the provider's operators. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { email, nonBlank } from './fields.ts';
import {
  account,
  accountCloud,
  accountCloudFields,
  accountFields,
  customer,
  ELIGIBILITY_PROBLEMS,
  emptyBody,
  nextPageToken,
  page,
  partner,
  reason,
} from './resources.ts';
import { REQUIREMENTS } from './vocabulary.ts';

export const listApprovals = endpoint(() => ({
  name: 'listApprovals',
  method: 'GET',
  path: '/v1/provider/approvals',
  summary: "The customers of all partners that await the provider's approval, the nearest deadline first",
  access: 'operator',
  query: z.strictObject(page),
  status: 200,
  /** `partners`: the partners of these customers, each once. */
  answer: z.strictObject({ customers: z.array(customer), partners: z.array(partner), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const getApproval = endpoint(() => ({
  name: 'getApproval',
  method: 'GET',
  path: '/v1/provider/approvals/{customerId}',
  summary:
    'A customer for the decision of the provider, with each rule of the program and whether its account meets the rule; no rules if there is nothing to decide',
  access: 'operator',
  status: 200,
  answer: z.strictObject({
    customer,
    partner,
    eligibility: z.array(z.strictObject({ rule: z.enum(REQUIREMENTS), met: z.boolean() })),
  }),
  problems: ['CUSTOMER_NOT_FOUND'],
}));

export const approveCustomer = endpoint(() => ({
  name: 'approveCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/approve',
  summary: 'Approve a customer that has confirmed: it is active, with an organization',
  access: 'operator',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_NOT_FOUND', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED', ...ELIGIBILITY_PROBLEMS],
}));

export const rejectCustomer = endpoint(() => ({
  name: 'rejectCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/reject',
  summary: 'Reject a customer that has confirmed',
  access: 'operator',
  body: z.strictObject(reason),
  bodyOptional: true,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_NOT_FOUND', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const putPartner = endpoint(() => ({
  name: 'putPartner',
  method: 'PUT',
  path: '/v1/provider/partners/{partnerId}',
  summary: 'Record a partner, its paid consumption mode and, to begin with, its owners',
  access: 'operator',
  body: z.strictObject({
    name: nonBlank('name'),
    paid: z.boolean(),
    /** People who become owners of the partner account; nobody is removed. */
    owners: z.optional(z.array(email()).check(z.maxLength(20))),
  }),
  status: 200,
  answer: partner,
  problems: ['MEMBER_ELSEWHERE'],
}));

export const putAccount = endpoint(() => ({
  name: 'putAccount',
  method: 'PUT',
  path: '/v1/provider/accounts/{email}',
  summary: 'Record a registered account as the provider knows it',
  access: 'operator',
  body: z.strictObject(accountFields),
  status: 200,
  answer: account,
  problems: [],
}));

export const putAccountCloud = endpoint(() => ({
  name: 'putAccountCloud',
  method: 'PUT',
  path: '/v1/provider/accounts/{email}/clouds/{cloudId}',
  summary: 'Record an existing cloud of a registered account, and who holds which role on it',
  access: 'operator',
  body: z.strictObject(accountCloudFields),
  status: 200,
  answer: accountCloud,
  problems: ['ACCOUNT_NOT_FOUND', 'CLOUD_ELSEWHERE'],
}));
