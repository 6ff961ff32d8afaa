/** Endpoints: a partner's customers. */

import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { text } from './fields.ts';
import type { ProblemCode } from './problem.ts';
import {
  changeFields,
  customer,
  customerRows,
  ELIGIBILITY_PROBLEMS,
  emptyBody,
  event,
  invitation,
  newCustomerFields,
  nextPageToken,
  operation,
  page,
  reason,
  status,
} from './resources.ts';

/** The refusals of `createCustomer` and of the Billing API's Invite. */
export const CREATE_CUSTOMER_PROBLEMS = [
  'PARTNER_NOT_PAID',
  'CUSTOMER_EXISTS',
  'ACCOUNT_NOT_AVAILABLE',
  'EMAIL_OF_MEMBER',
  'EMAIL_DOMAIN_NOT_ALLOWED',
  ...ELIGIBILITY_PROBLEMS,
  'RESEND_TOO_SOON',
  'INVITATION_LIMIT',
  'REFUSAL_LIMIT',
  'INVITATIONS_DECLINED',
  'CUSTOMER_DELETED',
  'IDEMPOTENCY_KEY_REUSED',
] as const satisfies ProblemCode[];

export const createCustomer = endpoint(() => ({
  name: 'createCustomer',
  method: 'POST',
  path: '/v1/customers',
  summary:
    'Register a customer: its subaccount appears, and the invitation is mailed. With `resellerServed`, nobody is invited: its partner serves it alone',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject(newCustomerFields),
  status: 201,
  answer: customer,
  problems: [...CREATE_CUSTOMER_PROBLEMS, 'RESELLER_SERVED_NOT_ALLOWED'],
}));

export const importCustomers = endpoint(() => ({
  name: 'importCustomers',
  method: 'POST',
  path: '/v1/customers/batch',
  summary:
    'Register several customers: each row on its own, with a result for each in the same order. You can send a corrected list again as a whole: rows that were registered before get the same answer',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject({
    customers: customerRows,
    /** The language of the mails to customers whose rows name none. A row is recognised without it. */
    language: newCustomerFields.language,
  }),
  status: 200,
  answer: z.strictObject({
    results: z.array(
      z.union([
        /** `replayed`: an earlier request registered this customer. */
        z.strictObject({ customer, replayed: z.optional(z.literal(true)) }),
        z.strictObject({
          /** Why the row was refused: the problem that `createCustomer` would have answered with. */
          problem: z.looseObject({ code: z.string(), status: z.int(), title: z.string(), detail: z.string() }),
        }),
      ]),
    ),
  }),
  problems: ['PARTNER_NOT_PAID'],
}));

export const listCustomers = endpoint(() => ({
  name: 'listCustomers',
  method: 'GET',
  path: '/v1/customers',
  summary:
    "The partner's customers, newest first; with `query`, those whose name (or email, if it contains @) begins with it",
  access: 'partnerAccount.listCustomers',
  query: z.strictObject({ ...page, status: z.optional(status), query: z.optional(text('query')) }),
  status: 200,
  answer: z.strictObject({ customers: z.array(customer), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const getCustomer = endpoint(() => ({
  name: 'getCustomer',
  method: 'GET',
  path: '/v1/customers/{customerId}',
  summary: 'A customer; its invitee reads who invites, the name, the status and the deadline',
  access: 'subaccount.viewSubaccount',
  inviteeToo: true,
  status: 200,
  answer: z.union([customer, invitation]),
  problems: [],
}));

export const updateCustomer = endpoint(() => ({
  name: 'updateCustomer',
  method: 'PATCH',
  path: '/v1/customers/{customerId}',
  summary:
    'Change the given fields: the contact changes `name` (an owner, if the customer has no contact), an owner changes the others. A new email is invited, and earlier links stop working',
  access: 'partnerAccount.updateCustomer',
  inviteeToo: true,
  /** A JSON merge patch (RFC 7396): fields of `person` that are not named stay. `null` removes such a field, and `friendlyName`. */
  body: z.strictObject(changeFields),
  status: 200,
  answer: z.union([customer, invitation]),
  problems: [
    'NOT_THE_CONTACT',
    'CUSTOMER_STATUS',
    'CUSTOMER_EXISTS',
    'ACCOUNT_NOT_AVAILABLE',
    'EMAIL_OF_MEMBER',
    'EMAIL_DOMAIN_NOT_ALLOWED',
    ...ELIGIBILITY_PROBLEMS,
    'RESEND_TOO_SOON',
    'INVITATION_LIMIT',
    'REFUSAL_LIMIT',
    'INVITATIONS_DECLINED',
    'STALE_VERSION',
  ],
}));

export const deleteCustomer = endpoint(() => ({
  name: 'deleteCustomer',
  method: 'DELETE',
  path: '/v1/customers/{customerId}',
  summary: 'Delete a customer that is neither active nor suspended: its email address is free, its data is removed',
  access: 'subaccount.deleteUnconfirmed',
  status: 204,
  problems: ['CUSTOMER_STATUS'],
}));

export const suspendCustomer = endpoint(() => ({
  name: 'suspendCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/suspend',
  summary: "Stop an active customer's services",
  access: 'partnerAccount.suspendCustomer',
  body: z.strictObject(reason),
  bodyOptional: true,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const activateCustomer = endpoint(() => ({
  name: 'activateCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/activate',
  summary: "Resume a suspended customer's services",
  access: 'partnerAccount.activateCustomer',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const listEvents = endpoint(() => ({
  name: 'listEvents',
  method: 'GET',
  path: '/v1/customers/{customerId}/events',
  summary:
    'What has happened to the customer, oldest first, or newest first with `order=desc`; and what became of the mails about it',
  access: 'subaccount.viewSubaccount',
  operatorToo: true,
  query: z.strictObject({ ...page, order: z.optional(z.enum(['asc', 'desc'])) }),
  status: 200,
  answer: z.strictObject({ events: z.array(event), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const getOperation = endpoint(() => ({
  name: 'getOperation',
  method: 'GET',
  path: '/v1/operations/{operationId}',
  summary: 'The result of a change of a customer. Its id is `<customer id>.<version>`',
  access: 'subaccount.viewSubaccount',
  status: 200,
  answer: operation,
  problems: ['OPERATION_NOT_FOUND'],
}));
