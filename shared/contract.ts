/**
 * The contract: every endpoint of the HTTP API, declared once. The routes of the stack, the local API, the OpenAPI
 * document, the typed client and the tests that walk over all endpoints are derived from these declarations.
 *
 * To add an endpoint, declare it here and write `functions/<its function>.ts`.
 */
import * as z from 'zod/mini';
import type { roles } from './access.ts';
import type { ProblemCode } from './problem.ts';
import { LANGUAGES, STATUSES } from './program.ts';
import { clientId, cloudId, cloudName, email, nonBlank, phone, text, timestamp } from './text.ts';

/** Largest request body, in bytes (Billing API: "a request is at most 64 KB"). */
export const MAX_BODY_BYTES = 64 * 1024;
/** Longest Idempotency-Key; the header's draft leaves the length to the server. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** Largest and usual number of entries on a page of a list. */
export const MAX_PAGE_SIZE = 1000;
export const DEFAULT_PAGE_SIZE = 100;
/** Most addresses in `adminEmails`: each is one more item in the transaction that registers the customer (DynamoDB: 100 at most). */
const MAX_ADMIN_EMAILS = 20;
/** Most grants on one account cloud: old and new ones are replaced in one transaction (DynamoDB: 100 items at most). */
const MAX_CLOUD_GRANTS = 40;

/**
 * Who may call an endpoint: anyone who holds the emailed link, anyone signed in, an operator of the provider, or whoever
 * has a role that `roles.json` allows the operation: on the partner account, or on the subaccount as well.
 */
export type Access =
  | 'linkHolder'
  | 'signedIn'
  | 'operator'
  | `partnerAccount.${keyof typeof roles.partnerAccount}`
  | `subaccount.${keyof typeof roles.subaccount}`;

/** What one endpoint takes and gives. `Path` are the names in braces of `path`. */
export type Endpoint = {
  /** Its name in the OpenAPI document and the typed client; unique. */
  name: string;
  /** The Lambda function that serves it: `functions/<function>.ts`. */
  function: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  summary: string;
  access: Access;
  /** Whether a customer's invitee may call it too, for a reduced view. */
  inviteeToo?: true;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniObject;
  /** Status of the answer when all went well. */
  status: 200 | 201;
  answer: z.ZodMiniType;
  /** The refusals that are this endpoint's own; those that its access, body and query bring along are not repeated. */
  problems: readonly ProblemCode[];
};

/** A declaration whose function has the endpoint's own name, unless it says otherwise. */
/* @__NO_SIDE_EFFECTS__ */
function endpoint<const E extends Omit<Endpoint, 'function'> & { function?: string }>(
  declaration: E,
): Omit<E, 'function'> & { function: string } {
  return { ...declaration, function: declaration.function ?? declaration.name };
}

/** What stands in the braces of paths. A `customerId` of any other form is simply no customer's. */
export const PATH_PARAMETERS = {
  customerId: z.string(),
  /** The three forms that seed 003 allows for a reseller's id. */
  partnerId: z
    .string()
    .check(
      z.regex(
        /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12}|[0-9a-f]{32})|[a-z][-a-zA-Z0-9.]{0,48}[a-zA-Z0-9])$/,
        'partnerId must be a UUID, or 2 to 50 letters, digits, hyphens and dots that begin with a lower-case letter',
      ),
    ),
  email: email(),
  cloudId: cloudId(),
} as const;

// Resources, as answers name their fields.

const time = z.iso.datetime();
const language = z.enum(LANGUAGES, { error: `language is not one of ${LANGUAGES.join(', ')}` });

/** Legal information about the customer (seed 003, CustomerPerson): every field optional, none limited in length. */
const person = z.strictObject({
  name: z.optional(text('name')),
  longname: z.optional(text('longname')),
  phone: z.optional(phone()),
  email: z.optional(email()),
  postCode: z.optional(text('postCode')),
  postAddress: z.optional(text('postAddress')),
  legalAddress: z.optional(text('legalAddress')),
  tin: z.optional(text('tin')),
});

const status = z.enum(STATUSES);
const organization = z.strictObject({ id: z.string(), name: z.string() });
const invite = z.strictObject({
  email: z.string(),
  expiresAt: time,
  /** When the mail service accepted the newest invitation mail. */
  sentAt: z.optional(time),
  /** From when on the invitation can be sent again. */
  resendableAt: z.optional(time),
});
const delivery = z.strictObject({
  status: z.enum(['QUEUED', 'SENT', 'FAILED']),
  at: time,
  reason: z.optional(z.string()),
});

/** A customer; it is a subaccount of its partner, so `billingAccountId` equals `id`. */
export const customer = z.strictObject({
  id: z.string(),
  billingAccountId: z.string(),
  partnerId: z.string(),
  name: z.string(),
  friendlyName: z.optional(z.string()),
  role: z.string(),
  email: z.nullable(z.string()),
  person,
  language,
  adminEmails: z.array(z.string()),
  status,
  /** What people read for `status` under this program. */
  statusLabel: z.string(),
  statusReason: z.optional(z.string()),
  organization: z.nullable(organization),
  invite: z.nullable(invite),
  delivery: z.optional(delivery),
  version: z.int(),
  createdAt: time,
  createdBy: z.string(),
  updatedAt: time,
});

/** What its invitee reads of a customer: who invites, the name, the status and the deadline. */
export const invitation = z.strictObject({
  id: z.string(),
  name: z.string(),
  partner: z.strictObject({ id: z.string(), name: z.string() }),
  /** The provider's cloud, as the program calls it. */
  brandName: z.string(),
  language,
  status,
  statusLabel: z.string(),
  invite: z.nullable(z.strictObject({ email: z.string(), expiresAt: time })),
  organization: z.nullable(organization),
});

export const cloud = z.strictObject({
  id: z.string(),
  name: z.string(),
  organizationId: z.string(),
  billingAccountId: z.string(),
  origin: z.enum(['CREATED', 'LINKED']),
  createdAt: time,
  /** What is left to do after linking, such as paying the old account's outstanding charges (seed 002). */
  warning: z.optional(z.strictObject({ code: z.literal('OUTSTANDING_CHARGES'), message: z.string() })),
});

const linkableCloud = z.strictObject({
  id: z.string(),
  name: z.string(),
  linkable: z.boolean(),
  reason: z.optional(z.enum(['ROLE_TOO_RECENT', 'ROLE_INSUFFICIENT', 'ALREADY_LINKED'])),
  /** With ROLE_TOO_RECENT: from when on it can be linked. */
  linkableAt: z.optional(time),
});

export const partner = z.strictObject({ id: z.string(), name: z.string(), paid: z.boolean() });

const accountFields = {
  registered: z.boolean(),
  customer: z.boolean(),
  creditBalance: z.number(),
  usingServices: z.boolean(),
  discounts: z.boolean(),
  poc: z.boolean(),
  billingMode: z.enum(['PREPAID', 'POSTPAID']),
};
const account = z.strictObject({ email: z.string(), ...accountFields });

const grant = z.union([
  z.strictObject({ email: email(), roleId: nonBlank('roleId'), grantedAt: timestamp('grantedAt') }),
  z.strictObject({ clientId: clientId(), roleId: nonBlank('roleId'), grantedAt: timestamp('grantedAt') }),
]);
const accountCloudFields = {
  name: nonBlank('name'),
  grants: z.array(grant).check(z.maxLength(MAX_CLOUD_GRANTS)),
  /** The billing account that the provider bills the cloud to, where there is one. */
  billedTo: z.optional(nonBlank('billedTo')),
  outstandingCharges: z.boolean(),
};
const accountCloud = z.strictObject({ id: z.string(), ...accountCloudFields });

// What lists take.

const page = {
  pageSize: z.optional(
    z.pipe(
      z.string().check(z.regex(/^[0-9]{1,4}$/, `pageSize must be a number from 1 to ${MAX_PAGE_SIZE}`)),
      z.pipe(
        z.transform(Number),
        z
          .int()
          .check(
            z.minimum(1, `pageSize must be a number from 1 to ${MAX_PAGE_SIZE}`),
            z.maximum(MAX_PAGE_SIZE, `pageSize must be a number from 1 to ${MAX_PAGE_SIZE}`),
          ),
      ),
    ),
  ),
  pageToken: z.optional(z.string()),
};
const nextPageToken = z.optional(z.string());

/** Proof of the mailbox: what stands behind `#token=` in the emailed link. */
const linkToken = z.strictObject({ token: z.string().check(z.minLength(1, 'token is required')) });
const emptyBody = z.strictObject({});

// Endpoints.

export const getMe = endpoint({
  name: 'getMe',
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in: the user, its partner and its roles there',
  access: 'signedIn',
  status: 200,
  answer: z.strictObject({
    user: z.strictObject({ id: z.string(), email: z.nullable(z.string()) }),
    partner: z.nullable(partner),
    roles: z.array(z.string()),
    operator: z.boolean(),
  }),
  problems: [],
});

export const listMyCustomers = endpoint({
  name: 'listMyCustomers',
  method: 'GET',
  path: '/v1/me/customers',
  summary: 'The customers that invite the caller, or that name it as an administrator',
  access: 'signedIn',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ customers: z.array(invitation), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const createCustomer = endpoint({
  name: 'createCustomer',
  method: 'POST',
  path: '/v1/customers',
  summary: 'Register a customer: its subaccount appears, and the invitation is mailed',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject({
    name: z.optional(nonBlank('name')),
    friendlyName: z.optional(nonBlank('friendlyName')),
    role: z.optional(nonBlank('role')),
    email: z.optional(email()),
    person: z.optional(person),
    language: z.optional(language),
    adminEmails: z.optional(z.array(email()).check(z.maxLength(MAX_ADMIN_EMAILS))),
  }),
  status: 201,
  answer: customer,
  problems: [
    'PARTNER_NOT_PAID',
    'CUSTOMER_EXISTS',
    'EMAIL_DOMAIN_NOT_ALLOWED',
    'CUSTOMER_DELETED',
    'IDEMPOTENCY_KEY_REUSED',
  ],
});

export const listCustomers = endpoint({
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
});

export const getCustomer = endpoint({
  name: 'getCustomer',
  method: 'GET',
  path: '/v1/customers/{customerId}',
  summary: 'A customer; its invitee reads who invites, the name, the status and the deadline',
  access: 'subaccount.viewSubaccount',
  inviteeToo: true,
  status: 200,
  answer: z.union([customer, invitation]),
  problems: [],
});

export const resendInvite = endpoint({
  name: 'resendInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/resend',
  summary: 'Mail the invitation again: the deadline starts anew, earlier links stay alive',
  access: 'partnerAccount.resendInvite',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_STATUS', 'RESEND_TOO_SOON', 'CUSTOMER_EXISTS', 'IDEMPOTENCY_KEY_REUSED'],
});

export const getInviteLink = endpoint({
  name: 'getInviteLink',
  method: 'GET',
  path: '/v1/customers/{customerId}/invite/link',
  summary: 'The link to copy: it works for someone signed in with the invited email address, and for nobody else',
  access: 'partnerAccount.getInviteLink',
  status: 200,
  answer: z.strictObject({ link: z.string() }),
  problems: ['CUSTOMER_STATUS'],
});

export const previewInvite = endpoint({
  name: 'previewInvite',
  method: 'POST',
  path: '/v1/invites/preview',
  summary: 'What the emailed link invites to; changes nothing',
  access: 'linkHolder',
  body: linkToken,
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID'],
});

export const acceptInvite = endpoint({
  name: 'acceptInvite',
  function: 'acceptInvite',
  method: 'POST',
  path: '/v1/invites/accept',
  summary: 'Confirm, as the holder of the emailed link',
  access: 'linkHolder',
  body: linkToken,
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
});

export const acceptInviteSignedIn = endpoint({
  name: 'acceptInviteSignedIn',
  function: 'acceptInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/accept',
  summary: 'Confirm, signed in with the invited email address',
  access: 'subaccount.acceptInvite',
  body: emptyBody,
  status: 200,
  answer: invitation,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
});

export const declineInvite = endpoint({
  name: 'declineInvite',
  function: 'declineInvite',
  method: 'POST',
  path: '/v1/invites/decline',
  summary: 'Decline, as the holder of the emailed link',
  access: 'linkHolder',
  body: linkToken,
  status: 200,
  answer: invitation,
  problems: ['INVITE_LINK_INVALID', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
});

export const declineInviteSignedIn = endpoint({
  name: 'declineInviteSignedIn',
  function: 'declineInvite',
  method: 'POST',
  path: '/v1/customers/{customerId}/invite/decline',
  summary: 'Decline, signed in with the invited email address',
  access: 'subaccount.declineInvite',
  body: emptyBody,
  status: 200,
  answer: invitation,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
});

export const createCloud = endpoint({
  name: 'createCloud',
  method: 'POST',
  path: '/v1/customers/{customerId}/clouds',
  summary: "Create a cloud in the customer's organization, billed to its subaccount",
  access: 'subaccount.createCloud',
  body: z.strictObject({ name: cloudName() }),
  status: 201,
  answer: cloud,
  problems: ['CUSTOMER_NOT_ACTIVE', 'CLOUD_NAME_TAKEN', 'IDEMPOTENCY_KEY_REUSED'],
});

export const listClouds = endpoint({
  name: 'listClouds',
  method: 'GET',
  path: '/v1/customers/{customerId}/clouds',
  summary: 'The clouds that are billed to the subaccount',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ clouds: z.array(cloud), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const linkCloud = endpoint({
  name: 'linkCloud',
  method: 'POST',
  path: '/v1/customers/{customerId}/clouds/link',
  summary: 'Link an existing cloud: from now on it is billed to the subaccount',
  access: 'subaccount.linkCloud',
  body: z.strictObject({ cloudId: cloudId() }),
  status: 200,
  answer: cloud,
  problems: [
    'CUSTOMER_NOT_ACTIVE',
    'CLOUD_NOT_FOUND',
    'ROLE_INSUFFICIENT',
    'ROLE_TOO_RECENT',
    'ALREADY_LINKED',
    'IDEMPOTENCY_KEY_REUSED',
  ],
});

export const listLinkableClouds = endpoint({
  name: 'listLinkableClouds',
  method: 'GET',
  path: '/v1/customers/{customerId}/linkable-clouds',
  summary: 'The clouds on which the caller has a role, each linkable or with the reason why not',
  access: 'subaccount.linkCloud',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ clouds: z.array(linkableCloud), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const putPartner = endpoint({
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
});

export const putAccount = endpoint({
  name: 'putAccount',
  method: 'PUT',
  path: '/v1/provider/accounts/{email}',
  summary: 'Record what the provider knows of a registered account',
  access: 'operator',
  body: z.strictObject(accountFields),
  status: 200,
  answer: account,
  problems: [],
});

export const putAccountCloud = endpoint({
  name: 'putAccountCloud',
  method: 'PUT',
  path: '/v1/provider/accounts/{email}/clouds/{cloudId}',
  summary: 'Record an existing cloud of a registered account, and who holds which role on it',
  access: 'operator',
  body: z.strictObject(accountCloudFields),
  status: 200,
  answer: accountCloud,
  problems: ['ACCOUNT_NOT_FOUND', 'CLOUD_ELSEWHERE'],
});
