/** The parts that endpoints share: the resources of answers, and common fields of requests. */

import * as z from 'zod/mini';
import { declared } from './endpoint.ts';
import { said } from './fieldFault.ts';
import {
  clientId,
  cloudId,
  cloudRoleId,
  customerName,
  domain,
  email,
  memberId,
  namedClientId,
  nonBlank,
  phone,
  required,
  text,
  timestamp,
  tooLong,
} from './fields.ts';
import {
  MAX_ADMIN_EMAILS,
  MAX_CLOUD_GRANTS,
  MAX_IDEMPOTENCY_KEY_LENGTH,
  MAX_IMPORT_ROWS,
  MAX_PAGE_SIZE,
  MAX_PARTNER_DOMAINS,
} from './limits.ts';
import type { ProblemCode } from './problem.ts';
import { ASSIGNABLE_ROLES } from './roles.ts';
import {
  DELIVERY_CAUSES,
  DELIVERY_STATUSES,
  LANGUAGES,
  MAIL_KINDS,
  MEMBER_STATUSES,
  PARTNER_EVENT_TYPES,
  type PersonField,
  ROLE_ORIGINS,
  STATUSES,
} from './vocabulary.ts';

/** The id of a partner (in seed 003: a reseller), in one of the three forms of seed 003. `field` is its name in the request. */
export const partnerIdNamed = (field: string) =>
  text(field).check(
    z.regex(
      /^([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-([0-9a-f]{12}|[0-9a-f]{32})|[a-z][-a-zA-Z0-9.]{0,48}[a-zA-Z0-9])$/,
      said(
        'PARTNER_ID_NOT_VALID',
        `${field} must be a UUID, or 2 to 50 letters, digits, hyphens and dots that begin with a lower-case letter`,
      ),
    ),
  );

/** The schemas of the parameters in paths. A customer id of any form passes: a wrong one is the id of no customer. */
export const PATH_PARAMETERS = {
  customerId: () => z.string(),
  /** The Billing API names the customer's subaccount, whose id equals the customer's. */
  billingAccountId: () => z.string(),
  resourceId: () => z.string(),
  partnerId: () => partnerIdNamed('partnerId'),
  email,
  cloudId,
  memberId,
  clientId: namedClientId,
  operationId: () => z.string(),
} as const;

// Resources.

export const time = declared(() => z.iso.datetime());
/** The language of a mail. */
export const language = declared(() =>
  z.enum(LANGUAGES, {
    error: said('NOT_ONE_OF', `language is not one of ${LANGUAGES.join(', ')}`, { allowed: LANGUAGES }),
  }),
);

/** Legal information about the customer (seed 003, CustomerPerson): every field optional, none limited in length. */
export const person = declared(() =>
  z.strictObject({
    name: z.optional(text('name')),
    longname: z.optional(text('longname')),
    phone: z.optional(phone()),
    email: z.optional(email()),
    postCode: z.optional(text('postCode')),
    postAddress: z.optional(text('postAddress')),
    legalAddress: z.optional(text('legalAddress')),
    tin: z.optional(text('tin')),
  } satisfies Record<PersonField, z.ZodMiniType>),
);

/** Changes of a person: `null` removes a field. */
const personChanges = declared(() =>
  z.strictObject(
    Object.fromEntries(Object.entries(person.shape).map(([field, schema]) => [field, z.nullable(schema)])) as {
      [Field in PersonField]: z.ZodMiniNullable<(typeof person.shape)[Field]>;
    },
  ),
);

export const status = declared(() => z.enum(STATUSES));
const organization = declared(() => z.strictObject({ id: z.string(), name: z.string() }));
const invite = declared(() =>
  z.strictObject({
    email: z.string(),
    expiresAt: time,
    /** When the mail service accepted the newest invitation mail. */
    sentAt: z.optional(time),
    /** When the invitation can be sent again. Absent until the newest mail has left: until then it can't. */
    resendableAt: z.optional(time),
  }),
);
/** The approval that a confirmed customer waits for. `expiresAt` is the provider's deadline. */
const approval = declared(() => z.strictObject({ expiresAt: time }));
/** Why a mail is late or was not delivered: an English sentence, and its cause for other languages. Earlier versions stored no cause. */
const why = declared(() => ({
  reason: z.optional(z.string()),
  reasonCode: z.optional(z.enum(DELIVERY_CAUSES)),
}));
const delivery = declared(() =>
  z.strictObject({
    status: z.enum(['QUEUED', ...DELIVERY_STATUSES]),
    at: time,
    ...why,
    /** A later mail to this address would fail, too: a resend is refused with EMAIL_UNDELIVERABLE. */
    permanent: z.optional(z.literal(true)),
  }),
);

/** A customer; it is a subaccount of its partner, so `billingAccountId` equals `id`. */
export const customer = declared(() =>
  z.strictObject({
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
    /** The words for `status` in this program. */
    statusLabel: z.string(),
    statusReason: z.optional(z.string()),
    /** Until when the recipient wants no more invitations from the partner. Only `getCustomer` says so, of a declined or expired customer. */
    noMoreInvitationsUntil: z.optional(time),
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
  }),
);

/** A customer for its invitee: who invites, the name, the status and the deadline. */
export const invitation = declared(() =>
  z.strictObject({
    id: z.string(),
    name: z.string(),
    partner: z.strictObject({ id: z.string(), name: z.string() }),
    /** The program's name of the provider's cloud. */
    brandName: z.string(),
    /** Whether the provider approves customers, after they have confirmed. Under some programs, only those that are new to it. */
    mayNeedApproval: z.boolean(),
    language,
    status,
    statusLabel: z.string(),
    invite: z.nullable(z.strictObject({ email: z.string(), expiresAt: time })),
    /** Until when the recipient, whose invitation was declined or has expired, wants no more from the partner. A list doesn't say so. */
    noMoreInvitationsUntil: z.optional(time),
    approval: z.nullable(approval),
    organization: z.nullable(organization),
  }),
);

export const cloud = declared(() =>
  z.strictObject({
    id: z.string(),
    name: z.string(),
    organizationId: z.string(),
    billingAccountId: z.string(),
    origin: z.enum(['CREATED', 'LINKED']),
    createdAt: time,
    /** Description and labels of a cloud that was created by the Billing API. */
    description: z.optional(z.string()),
    labels: z.optional(z.record(z.string(), z.string())),
    /** What the customer still has to do after linking, such as paying the old account's charges (seed 002). */
    warning: z.optional(z.strictObject({ code: z.literal('OUTSTANDING_CHARGES'), message: z.string() })),
  }),
);

export const linkableCloud = declared(() =>
  z.strictObject({
    id: z.string(),
    name: z.string(),
    linkable: z.boolean(),
    reason: z.optional(z.enum(['ROLE_TOO_RECENT', 'ROLE_INSUFFICIENT', 'ALREADY_LINKED'])),
    /** With ROLE_TOO_RECENT: when it can be linked. */
    linkableAt: z.optional(time),
  }),
);

/** Who has a role on an existing cloud. PARTNER: the members of a partner whose own roles allow linking. */
export const cloudSubject = declared(() =>
  z.union([
    z.strictObject({ id: email(), type: z.literal('USER') }),
    z.strictObject({ id: clientId(), type: z.literal('SERVICE_ACCOUNT') }),
    z.strictObject({ id: partnerIdNamed('id'), type: z.literal('PARTNER') }),
  ]),
);

/** An existing cloud, for the holder of the account that it belongs to. */
export const myCloud = declared(() =>
  z.strictObject({
    id: z.string(),
    name: z.string(),
    /** The billing account that the cloud is billed to; null: the holder's own. */
    billedTo: z.nullable(z.string()),
    /** The customer to whose subaccount the cloud is linked here; null if there is none. Its id equals `billedTo`. */
    customer: z.nullable(z.strictObject({ id: z.string(), name: z.string() })),
    /** The roles of others. The holder itself may do everything. */
    access: z.array(
      z.strictObject({
        roleId: z.string(),
        subject: z.strictObject({ id: z.string(), type: z.enum(['USER', 'SERVICE_ACCOUNT', 'PARTNER']) }),
        grantedAt: time,
        expiresAt: z.optional(time),
      }),
    ),
  }),
);

export const partner = declared(() =>
  z.strictObject({
    id: z.string(),
    name: z.string(),
    paid: z.boolean(),
    /** The partner's own email domains: a person with an address there becomes a member without an invitation. */
    domains: z.array(z.string()),
  }),
);
export const partnerDomains = declared(() => z.array(domain()).check(z.maxLength(MAX_PARTNER_DOMAINS)));

export const roleId = declared(() =>
  z.enum(ASSIGNABLE_ROLES, {
    error: said('NOT_ONE_OF', `roleId must be one of ${ASSIGNABLE_ROLES.join(', ')}`, { allowed: ASSIGNABLE_ROLES }),
  }),
);
export const subject = declared(() =>
  z.union([
    z.strictObject({ id: email(), type: z.literal('USER') }),
    z.strictObject({ id: clientId(), type: z.literal('SERVICE_ACCOUNT') }),
  ]),
);

/** Where a role comes from: by whom (an email address or a client id) and when, as far as it is known. */
const roleOrigin = declared(() =>
  z.strictObject({
    /**
     * MEMBERSHIP: an owner of the partner. REGISTRATION: registered the customer. ADMINISTRATORS: named in `adminEmails` at the
     * registration. INVITATION: the invited address. CONFIRMATION: confirmed the invitation. GRANT: somebody granted the role.
     */
    type: z.enum(ROLE_ORIGINS),
    by: z.optional(z.string()),
    at: z.optional(time),
  }),
);

/** A role of a person or service account on a subaccount or on its organization. */
export const accessBinding = declared(() =>
  z.strictObject({
    roleId: z.string(),
    subject: z.strictObject({ id: z.string(), type: z.enum(['USER', 'SERVICE_ACCOUNT']) }),
    resource: z.enum(['SUBACCOUNT', 'ORGANIZATION']),
    /** The role comes with an owner's membership of the partner: it can't be revoked on the subaccount. */
    ofMembership: z.optional(z.literal(true)),
    /** The subject is a member of the customer's partner. */
    ofPartner: z.optional(z.literal(true)),
    /** Where the role comes from. It is held as long as one of these holds. */
    origins: z.array(roleOrigin),
  }),
);

/** A person or a service account of a partner, with its roles on the partner account. */
export const member = declared(() =>
  z.strictObject({
    /** Its email address or client id. */
    id: z.string(),
    kind: z.enum(['USER', 'SERVICE_ACCOUNT']),
    email: z.optional(z.string()),
    clientId: z.optional(z.string()),
    /** Signs in through an identity federation: it gets no roles on organizations (seed 000). */
    federated: z.boolean(),
    roles: z.array(z.string()),
    /** INVITED: the member has not accepted yet, and has no rights. */
    status: z.enum(MEMBER_STATUSES),
    /** Until when an invited member can accept. */
    lapsesAt: z.optional(time),
    /** The fate of the invitation's mail, once it is known. */
    delivery: z.optional(delivery),
  }),
);
/** The roles of a member, and whether it signs in through an identity federation; left out, this stays as it is. */
export const memberFields = declared(() => ({
  roles: z.array(roleId).check(z.minLength(1, said('REQUIRED', 'roles must have at least 1 entry'))),
  federated: z.optional(z.boolean()),
}));

/** A membership of the caller, or one that a partner offers to the caller. */
export const membership = declared(() =>
  z.strictObject({
    partnerId: z.string(),
    partnerName: z.string(),
    roles: z.array(z.string()),
    status: z.enum(MEMBER_STATUSES),
    /** Who invites the caller. */
    invitedBy: z.optional(z.string()),
    lapsesAt: z.optional(time),
  }),
);

/** An event of a partner: what was changed by it or about it. */
export const partnerEvent = declared(() =>
  z.strictObject({
    id: z.string(),
    type: z.enum(PARTNER_EVENT_TYPES),
    at: time,
    /** An email address or a client id; OPERATOR. */
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
);

/** A mail that an event called for, with the newest that is known of it. */
const mailOfEvent = declared(() =>
  z.strictObject({
    kind: z.enum(MAIL_KINDS),
    /** An email address; OWNERS (the partner's owners) or OPERATORS (the provider's). */
    to: z.string(),
    /** QUEUED: it waits to be sent. FAILED: it was given up. DROPPED: it was not sent, because it was not true any more. */
    status: z.enum(['QUEUED', ...DELIVERY_STATUSES, 'DROPPED']),
    at: time,
    ...why,
  }),
);

/** An event of a customer: what happened, when, and who did it. */
export const event = declared(() =>
  z.strictObject({
    version: z.int(),
    type: z.string(),
    at: time,
    /** An email address or a client id; LINK_HOLDER, SCHEDULE or OPERATOR. */
    actor: z.string(),
    data: z.record(z.string(), z.unknown()),
    /** The mails that the event called for, each with its fate. */
    mails: z.optional(z.array(mailOfEvent)),
  }),
);

/** A change of a customer as an operation (Billing API). The change is done once the operation has an id. */
export const operation = declared(() =>
  z.strictObject({
    id: z.string(),
    description: z.string(),
    createdAt: time,
    createdBy: z.string(),
    modifiedAt: time,
    done: z.literal(true),
    metadata: z.strictObject({ partnerId: z.string(), customerId: z.string(), cloudId: z.optional(z.string()) }),
    response: z.union([z.strictObject({ id: z.string(), billingAccountId: z.string() }), cloud]),
  }),
);

export const accountFields = declared(() => ({
  registered: z.boolean(),
  customer: z.boolean(),
  /** An amount of money. DynamoDB stores numbers from 1E-130 to 9.9E+125, the SDK's client integers up to 2^53. */
  creditBalance: z
    .number()
    .check(
      z.refine(
        (amount) => amount === 0 || (Math.abs(amount) >= 0.0001 && Math.abs(amount) <= 1e12),
        said('AMOUNT_NOT_VALID', 'creditBalance must be 0, or an amount of money from 0.0001 to 1000000000000'),
      ),
    ),
  usingServices: z.boolean(),
  discounts: z.boolean(),
  poc: z.boolean(),
  billingMode: z.enum(['PREPAID', 'POSTPAID']),
}));
export const account = declared(() => z.strictObject({ email: z.string(), ...accountFields }));

const grant = declared(() =>
  z.union([
    z.strictObject({ email: email(), roleId: cloudRoleId(), grantedAt: timestamp('grantedAt') }),
    z.strictObject({ clientId: clientId(), roleId: cloudRoleId(), grantedAt: timestamp('grantedAt') }),
  ]),
);
export const accountCloudFields = declared(() => ({
  name: nonBlank('name'),
  grants: z.array(grant).check(z.maxLength(MAX_CLOUD_GRANTS)),
  /** The billing account that the provider bills the cloud to, if there is one. */
  billedTo: z.optional(nonBlank('billedTo')),
  outstandingCharges: z.boolean(),
}));
export const accountCloud = declared(() => z.strictObject({ id: z.string(), ...accountCloudFields }));

// Requests.

const pageSizeSaid = () =>
  said('PAGE_SIZE_NOT_VALID', `pageSize must be a number from 1 to ${MAX_PAGE_SIZE}`, { max: MAX_PAGE_SIZE });

export const page = declared(() => ({
  pageSize: z.optional(
    z.pipe(
      z.string().check(z.regex(/^[0-9]{1,4}$/, pageSizeSaid())),
      z.pipe(
        z.transform(Number),
        z.int().check(z.minimum(1, pageSizeSaid()), z.maximum(MAX_PAGE_SIZE, pageSizeSaid())),
      ),
    ),
  ),
  pageToken: z.optional(z.string()),
}));
export const nextPageToken = declared(() => z.optional(z.string()));

/** The token of the emailed link (the part after `#token=`), which proves the mailbox. */
export const linkToken = declared(() => z.strictObject({ token: z.string().check(z.minLength(1, required('token'))) }));
export const emptyBody = declared(() => z.strictObject({}));
/** The reason for an action. The person concerned can read it. */
export const reason = declared(() => ({ reason: z.optional(nonBlank('reason')) }));

/** The fields of a customer that its partner gives. */
const customerFields = declared(() => ({
  name: z.optional(customerName('name')),
  friendlyName: z.optional(customerName('friendlyName')),
  role: z.optional(nonBlank('role')),
  email: z.optional(email()),
  person: z.optional(person),
  language: z.optional(language),
  adminEmails: z.optional(z.array(email()).check(z.maxLength(MAX_ADMIN_EMAILS))),
}));

/** The fields of a new customer. `resellerServed`: its partner serves it alone, so nobody is invited and it has no `email` (seed 003). */
export const newCustomerFields = declared(() => ({ ...customerFields, resellerServed: z.optional(z.boolean()) }));

/**
 * The fields of a change, whose values may be stored ones in a form that an earlier version allowed. `changedForms` has the forms of today,
 * which only values that differ must have.
 */
export const changeFields = declared(() => ({
  ...customerFields,
  name: z.optional(nonBlank('name')),
  friendlyName: z.nullable(z.optional(nonBlank('friendlyName'))),
  person: z.optional(z.extend(personChanges, { phone: z.nullable(z.optional(text('phone'))) })),
}));
export const changedForms = declared(() =>
  z.object({
    name: customerFields.name,
    friendlyName: z.nullable(customerFields.friendlyName),
    person: z.optional(z.object({ phone: personChanges.shape.phone })),
  }),
);

/** The refusals of an account under a program with eligibility rules. */
export const ELIGIBILITY_PROBLEMS = [
  'ACCOUNT_NOT_REGISTERED',
  'ACCOUNT_HAS_CREDIT_BALANCE',
  'ACCOUNT_USES_SERVICES',
  'ACCOUNT_HAS_DISCOUNTS',
  'ACCOUNT_USES_POC',
  'ACCOUNT_NOT_PREPAID',
  'ACCOUNT_NOT_ELIGIBLE',
] as const satisfies ProblemCode[];

/** A row that does not fit its schema is replaced by its issues, so that one wrong row does not refuse the whole list. */
type NotValid = { issues: z.core.$ZodIssue[] };
const eachOnItsOwn = <Row extends z.ZodMiniType>(row: Row) =>
  z.catch(row as unknown as z.ZodMiniType<z.output<Row> | NotValid>, (context) => ({
    // There is no context when the schema is turned into documentation.
    issues: context?.error.issues as z.core.$ZodIssue[],
  }));

/** Customers to register, each row on its own. */
export const customerRows = declared(() =>
  z
    .array(
      eachOnItsOwn(
        z.strictObject({
          ...newCustomerFields,
          /** Recognises the row when it is sent again. A row without a key is recognised by its content. */
          idempotencyKey: z.optional(
            text('idempotencyKey').check(
              z.minLength(1, said('REQUIRED', 'idempotencyKey is empty')),
              z.maxLength(MAX_IDEMPOTENCY_KEY_LENGTH, tooLong('idempotencyKey', MAX_IDEMPOTENCY_KEY_LENGTH)),
            ),
          ),
        }),
      ),
    )
    .check(
      z.minLength(1, said('REQUIRED', 'customers is empty')),
      z.maxLength(
        MAX_IMPORT_ROWS,
        said('TOO_MANY', `customers must have at most ${MAX_IMPORT_ROWS} rows`, { max: MAX_IMPORT_ROWS }),
      ),
    ),
);
