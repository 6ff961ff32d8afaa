/** Endpoints: the decisions and records of the provider's operators. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { email, name } from './fields.ts';
import { MAX_NAMED_OWNERS } from './limits.ts';
import {
  account,
  accountCloud,
  accountCloudFields,
  accountFields,
  customer,
  ELIGIBILITY_PROBLEMS,
  emptyBody,
  member,
  memberFields,
  nextPageToken,
  page,
  partner,
  partnerDomains,
  partnerIdNamed,
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
  summary: 'Record a partner: its paid consumption mode, its own email domains and, to begin with, its owners',
  access: 'operator',
  body: z.strictObject({
    name: name('name'),
    paid: z.boolean(),
    /** People who become owners of the partner account; nobody is removed. */
    owners: z.optional(z.array(email()).check(z.maxLength(MAX_NAMED_OWNERS))),
    /** All of the partner's own domains; left out, they stay as they are. */
    domains: z.optional(partnerDomains),
  }),
  status: 200,
  answer: partner,
  problems: ['MEMBER_ELSEWHERE', 'DOMAIN_ELSEWHERE'],
}));

export const putPartnerMember = endpoint(() => ({
  name: 'putPartnerMember',
  method: 'PUT',
  path: '/v1/provider/partners/{partnerId}/members/{memberId}',
  summary: 'Add a member to a partner without an invitation, or change the roles of a member',
  access: 'operator',
  body: z.strictObject(memberFields),
  status: 200,
  answer: member,
  problems: ['PARTNER_NOT_FOUND', 'MEMBER_ELSEWHERE', 'SERVICE_ACCOUNT_NOT_RECORDED', 'LAST_OWNER'],
}));

export const deletePartnerMember = endpoint(() => ({
  name: 'deletePartnerMember',
  method: 'DELETE',
  path: '/v1/provider/partners/{partnerId}/members/{memberId}',
  summary: 'Remove a member of a partner, or withdraw its invitation',
  access: 'operator',
  status: 204,
  problems: ['MEMBER_NOT_FOUND', 'LAST_OWNER'],
}));

export const putServiceAccount = endpoint(() => ({
  name: 'putServiceAccount',
  method: 'PUT',
  path: '/v1/provider/service-accounts/{clientId}',
  summary: 'Record the partner for which a service account works: no other partner can add it as a member',
  access: 'operator',
  body: z.strictObject({ partnerId: partnerIdNamed('partnerId') }),
  status: 200,
  answer: z.strictObject({ clientId: z.string(), partnerId: z.string() }),
  problems: ['PARTNER_NOT_FOUND', 'MEMBER_ELSEWHERE'],
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
