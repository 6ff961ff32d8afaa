/** Endpoints: who is signed in, who belongs to a partner, and who holds which role on a subaccount. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { said } from './fieldFault.ts';
import { MAX_ACCESS_DELTAS } from './limits.ts';
import type { ProblemCode } from './problem.ts';
import {
  accessBinding,
  emptyBody,
  language,
  member,
  memberFields,
  membership,
  nextPageToken,
  page,
  partner,
  partnerEvent,
  roleId,
  subject,
} from './resources.ts';

export const getMe = endpoint(() => ({
  name: 'getMe',
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in: the user, its partner and its roles there',
  access: 'signedIn',
  status: 200,
  answer: z.strictObject({
    user: z.strictObject({
      id: z.string(),
      email: z.nullable(z.string()),
      /** Present if the person signed in through an identity provider of its organization. */
      federated: z.optional(z.literal(true)),
    }),
    partner: z.nullable(partner),
    roles: z.array(z.string()),
    operator: z.boolean(),
  }),
  problems: [],
}));

export const getAccess = endpoint(() => ({
  name: 'getAccess',
  method: 'GET',
  path: '/v1/customers/{customerId}/access',
  summary: 'Who holds which role on the subaccount and on its organization; a page may be short',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ accessBindings: z.array(accessBinding), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

/** The refusals of `updateAccess` and of the Billing API's UpdateAccessBindings. */
export const UPDATE_ACCESS_PROBLEMS = [
  'ROLE_NOT_HELD',
  'ROLE_OF_MEMBERSHIP',
  'ROLE_OF_CONTACT',
  'TOO_MANY_BINDINGS',
  'CUSTOMER_STATUS',
  'STALE_VERSION',
] as const satisfies ProblemCode[];

export const updateAccess = endpoint(() => ({
  name: 'updateAccess',
  method: 'PATCH',
  path: '/v1/customers/{customerId}/access',
  summary: 'Grant and revoke roles on the subaccount: all of the deltas, or none',
  access: 'subaccount.manageAccess',
  body: z.strictObject({
    deltas: z
      .array(z.strictObject({ action: z.enum(['ADD', 'REMOVE']), roleId, subject }))
      .check(z.minLength(1, said('REQUIRED', 'deltas must have at least 1 entry')), z.maxLength(MAX_ACCESS_DELTAS)),
  }),
  status: 204,
  problems: UPDATE_ACCESS_PROBLEMS,
}));

export const listMembers = endpoint(() => ({
  name: 'listMembers',
  method: 'GET',
  path: '/v1/members',
  summary: "The partner's members, in alphabetical order",
  access: 'partnerAccount.viewAccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ members: z.array(member), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const putMember = endpoint(() => ({
  name: 'putMember',
  method: 'PUT',
  path: '/v1/members/{memberId}',
  summary:
    'Invite a person (by email), or add a recorded service account (by client id), or change the roles of a member; a person with an address in a domain of the partner is a member at once',
  access: 'partnerAccount.manageAccess',
  body: z.strictObject({ ...memberFields, language: z.optional(language) }),
  status: 200,
  answer: member,
  problems: [
    'ROLE_NOT_HELD',
    'SERVICE_ACCOUNT_NOT_RECORDED',
    'INVITATION_LIMIT',
    'RESEND_TOO_SOON',
    'INVITATIONS_DECLINED',
    'LAST_OWNER',
  ],
}));

export const deleteMember = endpoint(() => ({
  name: 'deleteMember',
  method: 'DELETE',
  path: '/v1/members/{memberId}',
  summary: 'Remove a member, with its roles on the partner account and all that they allow; or withdraw its invitation',
  access: 'partnerAccount.manageAccess',
  status: 204,
  problems: ['MEMBER_NOT_FOUND', 'ROLE_NOT_HELD', 'LAST_OWNER'],
}));

export const listPartnerLog = endpoint(() => ({
  name: 'listPartnerLog',
  method: 'GET',
  path: '/v1/partner/events',
  summary:
    "The changes by the partner and about the partner (members, domains, paid mode, refused registrations, views of its customers by the provider's operators), newest first",
  access: 'partnerAccount.readFeed',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ events: z.array(partnerEvent), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const listMyMemberships = endpoint(() => ({
  name: 'listMyMemberships',
  method: 'GET',
  path: '/v1/me/memberships',
  summary: "The caller's membership, and the memberships that partners offer to the caller; a page may be short",
  access: 'signedIn',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ memberships: z.array(membership), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const acceptMembership = endpoint(() => ({
  name: 'acceptMembership',
  method: 'POST',
  path: '/v1/me/memberships/{partnerId}/accept',
  summary: 'Accept a membership, with the verified address that was invited',
  access: 'signedIn',
  body: emptyBody,
  status: 200,
  answer: membership,
  problems: ['MEMBERSHIP_NOT_FOUND', 'MEMBER_ELSEWHERE', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const declineMembership = endpoint(() => ({
  name: 'declineMembership',
  method: 'POST',
  path: '/v1/me/memberships/{partnerId}/decline',
  summary: 'Decline a membership; declining again changes nothing',
  access: 'signedIn',
  body: emptyBody,
  status: 204,
  problems: ['IDEMPOTENCY_KEY_REUSED'],
}));

export const leavePartner = endpoint(() => ({
  name: 'leavePartner',
  method: 'DELETE',
  path: '/v1/me/memberships/{partnerId}',
  summary: 'Leave the partner, with all roles on the partner account',
  access: 'signedIn',
  status: 204,
  problems: ['MEMBERSHIP_NOT_FOUND', 'LAST_OWNER'],
}));
