/**
 * The contract: every endpoint of the HTTP API, declared once. The routes of the stack, the local API, the OpenAPI
 * document, the typed client and the tests that walk over all endpoints are derived from these declarations.
 *
 * To add an endpoint, declare it here and write `functions/<its function>.ts`.
 */
import * as z from 'zod/mini';
import {
  clientId,
  cloudId,
  cloudName,
  cloudRoleId,
  email,
  memberId,
  nonBlank,
  phone,
  text,
  timestamp,
} from './fields.ts';
import type { ProblemCode } from './problem.ts';
import { ASSIGNABLE_ROLES, type roles } from './roles.ts';
import { LANGUAGES, REQUIREMENTS, STATUSES } from './vocabulary.ts';

/** Largest request body, in bytes (Billing API: "a request is at most 64 KB"). */
export const MAX_BODY_BYTES = 64 * 1024;
/** Longest Idempotency-Key; the header's draft leaves the length to the server. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** Largest and usual number of entries on a page of a list. */
export const MAX_PAGE_SIZE = 1000;
export const DEFAULT_PAGE_SIZE = 100;
/** Most rows of one import. */
export const MAX_IMPORT_ROWS = 100;
/** Most addresses in `adminEmails`: each is one more item in the transaction that registers the customer (DynamoDB: 100 at most). */
const MAX_ADMIN_EMAILS = 20;
/** Most grants on one account cloud: old and new ones are replaced in one transaction (DynamoDB: 100 items at most). */
const MAX_CLOUD_GRANTS = 40;
/** Most access bindings changed in one request (Billing API, UpdateAccessBindings). */
export const MAX_ACCESS_DELTAS = 1000;

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
  /** The gateway's greedy route for it, where its path is none that the gateway has, such as `/customers/{customerId}:activate`. */
  route?: string;
  summary: string;
  access: Access;
  /** Whether a customer's invitee may call it too, for a reduced view, or for a part of what it does. */
  inviteeToo?: true;
  /** Whether the provider's operators may call it too. */
  operatorToo?: true;
  query?: z.ZodMiniObject;
  body?: z.ZodMiniObject;
  /** Whether the body may be left out; one that takes no fields always may. */
  bodyOptional?: true;
  /** Status of the answer when all went well. */
  status: 200 | 201 | 204;
  /** Absent with the status 204. */
  answer?: z.ZodMiniType;
  /** The refusals that are this endpoint's own; those that its access, body and query bring along are not repeated. */
  problems: readonly ProblemCode[];
  /** How it refuses: with problem details (RFC 9457), unless this says otherwise. */
  refuses?: 'google.rpc.Status';
};

/** A declaration whose function has the endpoint's own name, unless it says otherwise. */
/* @__NO_SIDE_EFFECTS__ */
export function endpoint<const E extends Omit<Endpoint, 'function'> & { function?: string }>(
  declaration: E,
): Omit<E, 'function'> & { function: string } {
  return { ...declaration, function: declaration.function ?? declaration.name };
}

/** The three forms that seed 003 allows for the id of a partner, which is a reseller there. */
export const partnerIdNamed = (field: string) =>
  text(field).check(
    z.regex(
      /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12}|[0-9a-f]{32})|[a-z][-a-zA-Z0-9.]{0,48}[a-zA-Z0-9])$/,
      `${field} must be a UUID, or 2 to 50 letters, digits, hyphens and dots that begin with a lower-case letter`,
    ),
  );

/** What stands in the braces of paths. A `customerId` of any other form is simply no customer's. */
export const PATH_PARAMETERS = {
  customerId: z.string(),
  /** The same in the Billing API, which speaks of a customer's subaccount: a subaccount's id is its customer's. */
  billingAccountId: z.string(),
  resourceId: z.string(),
  partnerId: partnerIdNamed('partnerId'),
  email: email(),
  cloudId: cloudId(),
  memberId: memberId(),
  operationId: z.string(),
} as const;

// Resources, as answers name their fields.

const time = z.iso.datetime();
const language = z.enum(LANGUAGES, { error: `language is not one of ${LANGUAGES.join(', ')}` });

/** Legal information about the customer (seed 003, CustomerPerson): every field optional, none limited in length. */
export const person = z.strictObject({
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
/** What a customer that has confirmed waits for, where the provider approves: until when it may. */
const approval = z.strictObject({ expiresAt: time });
const delivery = z.strictObject({
  status: z.enum(['QUEUED', 'SENT', 'DELIVERED', 'DELAYED', 'BOUNCED', 'COMPLAINED', 'FAILED']),
  at: time,
  reason: z.optional(z.string()),
  /** The address takes no other mail either: EMAIL_UNDELIVERABLE. */
  permanent: z.optional(z.literal(true)),
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
  /** How many clouds are billed to the subaccount. */
  clouds: z.int(),
  invite: z.nullable(invite),
  approval: z.nullable(approval),
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
  approval: z.nullable(approval),
  organization: z.nullable(organization),
});

export const cloud = z.strictObject({
  id: z.string(),
  name: z.string(),
  organizationId: z.string(),
  billingAccountId: z.string(),
  origin: z.enum(['CREATED', 'LINKED']),
  createdAt: time,
  /** What the Billing API was told about a cloud that it created. */
  description: z.optional(z.string()),
  labels: z.optional(z.record(z.string(), z.string())),
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

export const roleId = z.enum(ASSIGNABLE_ROLES, { error: `roleId must be one of ${ASSIGNABLE_ROLES.join(', ')}` });
const subject = z.union([
  z.strictObject({ id: email(), type: z.literal('USER') }),
  z.strictObject({ id: clientId(), type: z.literal('SERVICE_ACCOUNT') }),
]);

/** A role that someone holds on a subaccount, or on its organization. */
export const accessBinding = z.strictObject({
  roleId: z.string(),
  subject: z.strictObject({ id: z.string(), type: z.enum(['USER', 'SERVICE_ACCOUNT']) }),
  resource: z.enum(['SUBACCOUNT', 'ORGANIZATION']),
  /** It comes with the membership of an owner, and goes with it: here it can't be revoked. */
  ofMembership: z.optional(z.literal(true)),
});

/** A person or a service account of a partner, with its roles on the partner account. */
export const member = z.strictObject({
  /** Its email address or client id. */
  id: z.string(),
  kind: z.enum(['USER', 'SERVICE_ACCOUNT']),
  email: z.optional(z.string()),
  clientId: z.optional(z.string()),
  /** Signs in through an identity federation: it gets no roles on organizations (seed 000). */
  federated: z.boolean(),
  roles: z.array(z.string()),
});

/** What happened to a customer: by whom, when, and what it was about. */
export const event = z.strictObject({
  version: z.int(),
  type: z.string(),
  at: time,
  /** An email address or a client id; LINK_HOLDER, SCHEDULE or OPERATOR. */
  actor: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** A change of a customer, as an operation (Billing API): it is done once it has an id. */
export const operation = z.strictObject({
  id: z.string(),
  description: z.string(),
  createdAt: time,
  createdBy: z.string(),
  modifiedAt: time,
  done: z.literal(true),
  metadata: z.strictObject({ partnerId: z.string(), customerId: z.string(), cloudId: z.optional(z.string()) }),
  response: z.union([z.strictObject({ id: z.string(), billingAccountId: z.string() }), cloud]),
});

const accountFields = {
  registered: z.boolean(),
  customer: z.boolean(),
  /** An amount of money. DynamoDB stores numbers from 1E-130 to 9.9E+125, and the SDK's client whole ones up to 2^53. */
  creditBalance: z
    .number()
    .check(
      z.refine(
        (amount) => amount === 0 || (Math.abs(amount) >= 0.0001 && Math.abs(amount) <= 1e12),
        'creditBalance must be 0, or an amount of money from 0.0001 to 1000000000000',
      ),
    ),
  usingServices: z.boolean(),
  discounts: z.boolean(),
  poc: z.boolean(),
  billingMode: z.enum(['PREPAID', 'POSTPAID']),
};
const account = z.strictObject({ email: z.string(), ...accountFields });

const grant = z.union([
  z.strictObject({ email: email(), roleId: cloudRoleId(), grantedAt: timestamp('grantedAt') }),
  z.strictObject({ clientId: clientId(), roleId: cloudRoleId(), grantedAt: timestamp('grantedAt') }),
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
/** Why something was done, as those read it whom it concerns. */
const reason = { reason: z.optional(nonBlank('reason')) };

/** What a partner may say about a customer. */
const customerFields = {
  name: z.optional(nonBlank('name')),
  friendlyName: z.optional(nonBlank('friendlyName')),
  role: z.optional(nonBlank('role')),
  email: z.optional(email()),
  person: z.optional(person),
  language: z.optional(language),
  adminEmails: z.optional(z.array(email()).check(z.maxLength(MAX_ADMIN_EMAILS))),
};

/** What an account can be refused for, where the program has eligibility rules. */
const ELIGIBILITY_PROBLEMS = [
  'ACCOUNT_NOT_REGISTERED',
  'ACCOUNT_HAS_CREDIT_BALANCE',
  'ACCOUNT_USES_SERVICES',
  'ACCOUNT_HAS_DISCOUNTS',
  'ACCOUNT_USES_POC',
  'ACCOUNT_NOT_PREPAID',
  'ACCOUNT_NOT_ELIGIBLE',
] as const satisfies ProblemCode[];

/** Rows of a list that are judged one by one: one that doesn't fit its schema comes as what is wrong with it. */
type NotValid = { issues: z.core.$ZodIssue[] };
/* @__NO_SIDE_EFFECTS__ */
const eachOnItsOwn = <Row extends z.ZodMiniType>(row: Row) =>
  z.catch(row as unknown as z.ZodMiniType<z.output<Row> | NotValid>, (context) => ({
    // Without a context where the schema is documented.
    issues: context?.error.issues as z.core.$ZodIssue[],
  }));

/** Customers to register, each row on its own. A function, so that bundles which don't call it do without it. */
/* @__NO_SIDE_EFFECTS__ */
const customerRows = () =>
  z
    .array(
      eachOnItsOwn(
        z.strictObject({
          ...customerFields,
          /** Makes the row safe to send again; without one, a row is recognised by its content. */
          idempotencyKey: z.optional(
            text('idempotencyKey').check(
              z.minLength(1, 'idempotencyKey is empty'),
              z.maxLength(
                MAX_IDEMPOTENCY_KEY_LENGTH,
                `idempotencyKey must have at most ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`,
              ),
            ),
          ),
        }),
      ),
    )
    .check(
      z.minLength(1, 'customers is empty'),
      z.maxLength(MAX_IMPORT_ROWS, `customers must have at most ${MAX_IMPORT_ROWS} rows`),
    );

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
  summary: 'The customers that invite the caller, or on which it holds a binding',
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
  body: z.strictObject(customerFields),
  status: 201,
  answer: customer,
  problems: [
    'PARTNER_NOT_PAID',
    'CUSTOMER_EXISTS',
    'EMAIL_DOMAIN_NOT_ALLOWED',
    ...ELIGIBILITY_PROBLEMS,
    'RESEND_TOO_SOON',
    'INVITATION_LIMIT',
    'CUSTOMER_DELETED',
    'IDEMPOTENCY_KEY_REUSED',
  ],
});

export const importCustomers = endpoint({
  name: 'importCustomers',
  method: 'POST',
  path: '/v1/customers/batch',
  summary:
    'Register several customers: each row on its own, with a result for each in the same order. Send a corrected list again as a whole: rows that went in before answer as they did',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject({
    customers: customerRows(),
  }),
  status: 200,
  answer: z.strictObject({
    results: z.array(
      z.union([
        /** `replayed`: an earlier request had registered it. */
        z.strictObject({ customer, replayed: z.optional(z.literal(true)) }),
        z.strictObject({
          /** Why the row was refused: the problem that `createCustomer` would have answered with. */
          problem: z.looseObject({ code: z.string(), status: z.int(), title: z.string(), detail: z.string() }),
        }),
      ]),
    ),
  }),
  problems: ['PARTNER_NOT_PAID'],
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

export const updateCustomer = endpoint({
  name: 'updateCustomer',
  method: 'PATCH',
  path: '/v1/customers/{customerId}',
  summary:
    'Change the fields that are given: `name` as the contact who confirmed (an owner where there is none), the others as an owner. A new email is invited, and links sent before stop working',
  access: 'partnerAccount.updateCustomer',
  inviteeToo: true,
  /** `friendlyName: null` removes it. */
  body: z.strictObject({ ...customerFields, friendlyName: z.optional(z.nullable(nonBlank('friendlyName'))) }),
  status: 200,
  answer: z.union([customer, invitation]),
  problems: [
    'NOT_THE_CONTACT',
    'CUSTOMER_STATUS',
    'CUSTOMER_EXISTS',
    'EMAIL_DOMAIN_NOT_ALLOWED',
    ...ELIGIBILITY_PROBLEMS,
    'RESEND_TOO_SOON',
    'INVITATION_LIMIT',
    'STALE_VERSION',
  ],
});

export const deleteCustomer = endpoint({
  name: 'deleteCustomer',
  method: 'DELETE',
  path: '/v1/customers/{customerId}',
  summary: 'Delete a customer that is neither active nor suspended: its email address is free, its data is removed',
  access: 'subaccount.deleteUnconfirmed',
  status: 204,
  problems: ['CUSTOMER_STATUS'],
});

export const approveCustomer = endpoint({
  name: 'approveCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/approve',
  summary: 'Approve a customer that has confirmed: it is active, with an organization',
  access: 'operator',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_NOT_FOUND', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED', ...ELIGIBILITY_PROBLEMS],
});

export const rejectCustomer = endpoint({
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
});

export const suspendCustomer = endpoint({
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
});

export const activateCustomer = endpoint({
  name: 'activateCustomer',
  method: 'POST',
  path: '/v1/customers/{customerId}/activate',
  summary: "Resume a suspended customer's services",
  access: 'partnerAccount.activateCustomer',
  body: emptyBody,
  status: 200,
  answer: customer,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
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
  problems: [
    'CUSTOMER_STATUS',
    'EMAIL_UNDELIVERABLE',
    'RESEND_TOO_SOON',
    'INVITATION_LIMIT',
    'CUSTOMER_EXISTS',
    'IDEMPOTENCY_KEY_REUSED',
  ],
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
  problems: ['INVITE_LINK_INVALID', 'CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED', ...ELIGIBILITY_PROBLEMS],
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
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED', ...ELIGIBILITY_PROBLEMS],
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

export const unlinkCloud = endpoint({
  name: 'unlinkCloud',
  method: 'DELETE',
  path: '/v1/customers/{customerId}/clouds/{cloudId}',
  summary: 'Unlink a cloud that was linked: from now on it is billed to the customer directly',
  access: 'subaccount.linkCloud',
  status: 204,
  problems: ['CLOUD_NOT_FOUND', 'CLOUD_NOT_LINKED', 'CUSTOMER_STATUS'],
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

export const getAccess = endpoint({
  name: 'getAccess',
  method: 'GET',
  path: '/v1/customers/{customerId}/access',
  summary: 'Who holds which role on the subaccount and on its organization; a page may be short',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ accessBindings: z.array(accessBinding), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const updateAccess = endpoint({
  name: 'updateAccess',
  method: 'PATCH',
  path: '/v1/customers/{customerId}/access',
  summary: 'Grant and revoke roles on the subaccount: all of the deltas, or none',
  access: 'subaccount.manageAccess',
  body: z.strictObject({
    deltas: z
      .array(z.strictObject({ action: z.enum(['ADD', 'REMOVE']), roleId, subject }))
      .check(z.minLength(1, 'deltas must have at least 1 entry'), z.maxLength(MAX_ACCESS_DELTAS)),
  }),
  status: 204,
  problems: ['ROLE_NOT_HELD', 'ROLE_OF_MEMBERSHIP', 'TOO_MANY_BINDINGS', 'CUSTOMER_STATUS', 'STALE_VERSION'],
});

export const listEvents = endpoint({
  name: 'listEvents',
  method: 'GET',
  path: '/v1/customers/{customerId}/events',
  summary: 'What has happened to the customer, oldest first',
  access: 'subaccount.viewSubaccount',
  operatorToo: true,
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ events: z.array(event), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const getOperation = endpoint({
  name: 'getOperation',
  method: 'GET',
  path: '/v1/operations/{operationId}',
  summary: 'What a change of a customer came to. Its id is `<customer id>.<version>`',
  access: 'subaccount.viewSubaccount',
  status: 200,
  answer: operation,
  problems: ['OPERATION_NOT_FOUND'],
});

export const listMembers = endpoint({
  name: 'listMembers',
  method: 'GET',
  path: '/v1/members',
  summary: "The partner's members, in alphabetical order",
  access: 'partnerAccount.viewAccount',
  query: z.strictObject(page),
  status: 200,
  answer: z.strictObject({ members: z.array(member), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const putMember = endpoint({
  name: 'putMember',
  method: 'PUT',
  path: '/v1/members/{memberId}',
  summary: 'Add a person (by email) or a service account (by client id), or change its roles',
  access: 'partnerAccount.manageAccess',
  body: z.strictObject({
    roles: z.array(roleId).check(z.minLength(1, 'roles must have at least 1 entry')),
    /** Signs in through an identity federation. */
    federated: z.optional(z.boolean()),
  }),
  status: 200,
  answer: member,
  problems: ['ROLE_NOT_HELD', 'MEMBER_ELSEWHERE', 'LAST_OWNER'],
});

export const deleteMember = endpoint({
  name: 'deleteMember',
  method: 'DELETE',
  path: '/v1/members/{memberId}',
  summary: 'Remove a member: its roles on the partner account are gone, and what it could do by them',
  access: 'partnerAccount.manageAccess',
  status: 204,
  problems: ['MEMBER_NOT_FOUND', 'ROLE_NOT_HELD', 'LAST_OWNER'],
});

export const listApprovals = endpoint({
  name: 'listApprovals',
  method: 'GET',
  path: '/v1/provider/approvals',
  summary: "The customers of all partners that await the provider's approval, the nearest deadline first",
  access: 'operator',
  query: z.strictObject(page),
  status: 200,
  /** `partners`: those of these customers. */
  answer: z.strictObject({ customers: z.array(customer), partners: z.array(partner), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
});

export const getApproval = endpoint({
  name: 'getApproval',
  method: 'GET',
  path: '/v1/provider/approvals/{customerId}',
  summary:
    'A customer as the provider decides about it: whether its account meets each of the rules of the program; none where there is nothing to decide',
  access: 'operator',
  status: 200,
  answer: z.strictObject({
    customer,
    partner,
    eligibility: z.array(z.strictObject({ rule: z.enum(REQUIREMENTS), met: z.boolean() })),
  }),
  problems: ['CUSTOMER_NOT_FOUND'],
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
