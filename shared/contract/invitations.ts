/** Endpoints: the invitation, for the partner, for the holder of the emailed link, and for the invited person. */

import * as z from 'zod/mini';
import { declared, endpoint } from './endpoint.ts';
import { customerName } from './fields.ts';
import {
  customer,
  ELIGIBILITY_PROBLEMS,
  emptyBody,
  invitation,
  linkToken,
  nextPageToken,
  page,
  time,
} from './resources.ts';

export const listMyCustomers = endpoint(() => ({
  name: 'listMyCustomers',
  method: 'GET',
  path: '/v1/me/customers',
  summary: 'The customers that invite the caller, or on which the caller holds a binding',
  access: 'signedIn',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({
    /** `contact`: whether the caller is the customer's contact, who has confirmed the invitation. */
    customers: z.array(z.extend(invitation, { contact: z.boolean() })),
    nextPageToken,
  }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const resendInvite = endpoint(() => ({
  name: 'resendInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/resend',
  summary: 'Mail the invitation again: the deadline starts again, earlier links stay valid',
  access: 'partnerAccount.resendInvite',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: [
    'CUSTOMER_STATUS',
    'EMAIL_OF_MEMBER',
    'EMAIL_UNDELIVERABLE',
    'RESEND_TOO_SOON',
    'INVITATION_LIMIT',
    'REFUSAL_LIMIT',
    'INVITATIONS_DECLINED',
    'CUSTOMER_EXISTS',
    'ACCOUNT_NOT_AVAILABLE',
    'IDEMPOTENCY_KEY_REUSED',
  ],
}));

export const getInviteLink = endpoint(() => ({
  name: 'getInviteLink',
  method: 'GET',
  path: '/v1/customers/{customerId}/invite/link',
  summary: 'The link to copy: it works for someone signed in with the invited email address, and for nobody else',
  access: 'partnerAccount.getInviteLink',
  status: 200,
  answer: z.strictObject({ link: z.string() }),
  problems: ['CUSTOMER_STATUS'],
}));

export const previewInvite = endpoint(() => ({
  name: 'previewInvite',
  method: 'POST',
  path: '/v1/invites/preview',
  summary: 'Show the invitation that the emailed link opens; changes nothing',
  access: 'linkHolder',
  body: linkToken,
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID'],
}));

/** The contact may correct the name that the partner gave. */
const corrected = declared(() => ({ name: z.optional(customerName('name')) }));
/** Whether the recipient wants no more invitations from this partner, to any address of the mailbox. */
const block = declared(() => ({ noMoreInvitations: z.optional(z.boolean()) }));

export const acceptInvite = endpoint(() => ({
  name: 'acceptInvite',
  function: 'acceptInvite',
  method: 'POST',
  path: '/v1/invites/accept',
  summary: 'Confirm, as the holder of the emailed link',
  access: 'linkHolder',
  body: z.extend(linkToken, corrected),
  status: 200,
  answer: invitation,
  problems: [
    'INVITE_LINK_INVALID',
    'EMAIL_OF_MEMBER',
    'CUSTOMER_STATUS',
    'IDEMPOTENCY_KEY_REUSED',
    ...ELIGIBILITY_PROBLEMS,
  ],
}));

export const acceptInviteSignedIn = endpoint(() => ({
  name: 'acceptInviteSignedIn',
  function: 'acceptInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/accept',
  summary: 'Confirm, signed in with the invited email address',
  access: 'subaccount.acceptInvite',
  body: z.strictObject(corrected),
  bodyOptional: true,
  status: 200,
  answer: invitation,
  problems: ['EMAIL_OF_MEMBER', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED', ...ELIGIBILITY_PROBLEMS],
}));

export const declineInvite = endpoint(() => ({
  name: 'declineInvite',
  function: 'declineInvite',
  method: 'POST',
  path: '/v1/invites/decline',
  summary: 'Decline, as the holder of the emailed link',
  access: 'linkHolder',
  body: z.extend(linkToken, block),
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID', 'EMAIL_OF_MEMBER', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const declineInviteSignedIn = endpoint(() => ({
  name: 'declineInviteSignedIn',
  function: 'declineInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/decline',
  summary: 'Decline, signed in with the invited email address',
  access: 'subaccount.declineInvite',
  body: z.strictObject(block),
  bodyOptional: true,
  status: 200,
  answer: invitation,
  problems: ['EMAIL_OF_MEMBER', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const allowInvitations = endpoint(() => ({
  name: 'allowInvitations',
  function: 'allowInvitations',
  method: 'POST',
  path: '/v1/invites/allow',
  summary: 'Let the partner invite the recipient again, as the holder of the emailed link; changes nothing if it may',
  access: 'linkHolder',
  body: linkToken,
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const listBlockedPartners = endpoint(() => ({
  name: 'listBlockedPartners',
  method: 'GET',
  path: '/v1/me/blocked-partners',
  summary: 'The partners from which the caller wants no more invitations, each until when; a page may be short',
  access: 'signedIn',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({
    partners: z.array(z.strictObject({ id: z.string(), name: z.string(), until: time })),
    nextPageToken,
  }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const allowInvitationsSignedIn = endpoint(() => ({
  name: 'allowInvitationsSignedIn',
  function: 'allowInvitations',
  method: 'DELETE',
  path: '/v1/me/blocked-partners/{partnerId}',
  summary: 'Let the partner invite the caller again; changes nothing if it may',
  access: 'signedIn',
  status: 204,
  problems: [],
}));
