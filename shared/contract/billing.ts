/**
 * The methods of the provider's public Billing API (`docs/billing-api.md`). One function serves all of them. A method allows the same
 * callers as the endpoint of this project's own API that does the same.
 */

import * as z from 'zod/mini';
import { UPDATE_ACCESS_PROBLEMS } from './access.ts';
import { CREATE_CLOUD_PROBLEMS, LINK_CLOUD_PROBLEMS } from './clouds.ts';
import { CREATE_CUSTOMER_PROBLEMS } from './customers.ts';
import { declared, type Endpoint, endpoint } from './endpoint.ts';
import { clientId, cloudId, cloudName, customerName, email, nonBlank, text } from './fields.ts';
import { MAX_ACCESS_DELTAS, MAX_PAGE_SIZE } from './limits.ts';
import { partnerIdNamed, person, roleId } from './resources.ts';

/** The gateway can't route paths such as `/customers/{customerId}:activate`: these routes send all paths with a prefix to the function. */
const BILLING = '/billing/v1/{proxy+}';
const RESOURCE_MANAGER = '/resource-manager/v1/{proxy+}';
const OPERATIONS = '/operations/{proxy+}';

/** Longest page token, in characters. */
const MAX_PAGE_TOKEN_LENGTH = 100;
/** Longest description of a cloud, in characters. */
const MAX_DESCRIPTION_LENGTH = 256;
/** Most labels on a cloud. */
const MAX_LABELS = 64;

/** Declares a method of the Billing API. */
/* @__NO_SIDE_EFFECTS__ */
function method<const E extends Omit<Endpoint, 'function' | 'status' | 'refuses'>>(declare: () => E) {
  return endpoint(() => ({ ...declare(), function: 'billingApi', status: 200, refuses: 'google.rpc.Status' }));
}

/** A field with its description for the OpenAPI document. */
const field = <Schema extends z.ZodMiniType>(about: string, schema: Schema): Schema => schema.check(z.describe(about));

// Requests.

const resellerId = declared(() =>
  field('The reseller: the partner that the caller belongs to', partnerIdNamed('resellerId')),
);

const customerPerson = declared(() =>
  z.strictObject({
    name: field('The contact person', person.shape.name),
    longname: field("The legal entity's full name", person.shape.longname),
    phone: field('A telephone number or a phoneword', person.shape.phone),
    email: field("The person's email address; this API sends no mail to it", person.shape.email),
    postCode: field('Postal code', person.shape.postCode),
    postAddress: field('Postal address', person.shape.postAddress),
    legalAddress: field('Registered address', person.shape.legalAddress),
    tin: field('Taxpayer identification number', person.shape.tin),
  }),
);

const page = declared(() => ({
  pageSize: field(
    `Most entries of the page, at most ${MAX_PAGE_SIZE}; 0 or nothing: the service chooses`,
    z.optional(
      z.pipe(
        z
          .string()
          .check(
            z.regex(
              new RegExp(`^(${MAX_PAGE_SIZE}|[0-9]{1,3})$`),
              `pageSize must be a number from 0 to ${MAX_PAGE_SIZE}`,
            ),
          ),
        z.transform((digits: string) => Number(digits) || undefined),
      ),
    ),
  ),
  pageToken: field(
    '`nextPageToken` of the previous page',
    z.optional(
      z
        .string()
        .check(z.maxLength(MAX_PAGE_TOKEN_LENGTH, `pageToken must have at most ${MAX_PAGE_TOKEN_LENGTH} characters`)),
    ),
  ),
}));
const nextPageToken = declared(() =>
  field('The token of the next page; absent on the last page', z.optional(z.string())),
);

const billableObject = declared(() =>
  z.strictObject({
    id: field('The cloud', cloudId()),
    type: field('The type of the object', z.enum(['cloud'], { error: 'type must be cloud' })),
  }),
);

/** Types of subjects, in the names of the provider's interface and of this project's own API. */
const USER_TYPES = ['userAccount', 'federatedUser', 'USER'] as const;
const SERVICE_ACCOUNT_TYPES = ['serviceAccount', 'SERVICE_ACCOUNT'] as const;
const subject = declared(() =>
  z.union([
    z.strictObject({ id: email(), type: z.enum(USER_TYPES) }),
    z.strictObject({ id: clientId(), type: z.enum(SERVICE_ACCOUNT_TYPES) }),
  ]),
);

/** A change of a role. In proto3 JSON, an enum is sent by its name or by its number. */
const action = declared(() =>
  z.pipe(
    z.literal(['ADD', 'REMOVE', 1, 2]),
    z.transform((sent: 'ADD' | 'REMOVE' | 1 | 2) => (sent === 1 ? 'ADD' : sent === 2 ? 'REMOVE' : sent)),
  ),
);

const labels = declared(() =>
  z.pipe(
    z
      .record(text('labels').check(z.minLength(1, 'a label has no name')), text('labels'))
      .check(
        z.refine((given) => Object.keys(given).length <= MAX_LABELS, `labels must have at most ${MAX_LABELS} entries`),
      ),
    z.transform((given: Record<string, string>) => (Object.keys(given).length > 0 ? given : undefined)),
  ),
);

// Answers. In proto3 JSON, an empty field is absent.

const time = declared(() => z.iso.datetime());

export const billingCustomer = declared(() =>
  z.strictObject({
    id: field('The customer', z.string()),
    billingAccountId: field('Its subaccount, which has the same id', z.string()),
  }),
);

export const billableObjectBinding = declared(() =>
  z.strictObject({
    effectiveTime: field('Since when the object is billed to the account', time),
    billableObject: z.strictObject({ id: z.string(), type: z.literal('cloud') }),
  }),
);

const cloud = declared(() =>
  z.strictObject({
    id: field('The cloud', z.string()),
    createdAt: field('When it was created', time),
    name: field('Unique in its organization', z.string()),
    description: field('The purpose of the cloud', z.optional(z.string())),
    organizationId: field('The organization that it belongs to', z.string()),
    labels: field("The reseller's own names and values", z.optional(z.record(z.string(), z.string()))),
  }),
);

/** An `Any` in JSON: a message with its type beside its fields. */
const any = <Name extends string, Shape extends z.core.$ZodLooseShape>(name: Name, shape: Shape) =>
  z.strictObject({ '@type': z.literal(`type.googleapis.com/${name}`), ...shape });

/** A change of a customer as an operation. The change is done once the operation has an id. */
export const billingOperation = declared(() =>
  z.strictObject({
    id: field('The id of the operation, for Operation.Get', z.string()),
    description: field('What was done, in at most 256 characters', z.string()),
    createdAt: field('When it began', time),
    createdBy: field(
      'Who requested it: the email address of a user, or the client id of a service account',
      z.string(),
    ),
    modifiedAt: field('When it last changed', time),
    done: field('Whether it is over', z.literal(true)),
    metadata: field(
      'The objects of the operation',
      z.union([
        any('yandex.cloud.billing.v1.CustomerMetadata', { resellerId: z.string(), customerId: z.string() }),
        any('yandex.cloud.billing.v1.BindBillableObjectMetadata', { billableObjectId: z.string() }),
        any('yandex.cloud.access.UpdateAccessBindingsMetadata', { resourceId: z.string() }),
        any('yandex.cloud.resourcemanager.v1.CreateCloudMetadata', { cloudId: z.string() }),
      ]),
    ),
    response: field(
      'The result. A refused request has no operation: the status of its answer says why',
      z.union([
        any('yandex.cloud.billing.v1.Customer', billingCustomer.shape),
        any('yandex.cloud.billing.v1.BillableObjectBinding', billableObjectBinding.shape),
        any('yandex.cloud.resourcemanager.v1.Cloud', cloud.shape),
        any('google.protobuf.Empty', { value: z.strictObject({}) }),
      ]),
    ),
  }),
);

// Methods.

export const billingListCustomers = method(() => ({
  name: 'billingListCustomers',
  method: 'GET',
  path: '/billing/v1/customers',
  route: BILLING,
  summary: "Billing API, Customer.List: the reseller's customers, newest first",
  access: 'partnerAccount.listCustomers',
  query: z.strictObject({ resellerId, ...page }),
  answer: z.strictObject({ customers: z.optional(z.array(billingCustomer)), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const billingInvite = method(() => ({
  name: 'billingInvite',
  method: 'POST',
  path: '/billing/v1/customers:invite',
  route: BILLING,
  summary: 'Billing API, Customer.Invite: register a customer, and ask it by mail to confirm',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject({
    resellerId,
    name: field("The customer's name", customerName('name')),
    invitationEmail: field('The address that is asked to confirm', email()),
    person: customerPerson,
  }),
  answer: billingOperation,
  problems: CREATE_CUSTOMER_PROBLEMS,
}));

export const billingCreateResellerServed = method(() => ({
  name: 'billingCreateResellerServed',
  method: 'POST',
  path: '/billing/v1/customers:createResellerServedCustomer',
  route: BILLING,
  summary:
    'Billing API, Customer.CreateResellerServed: register a customer that the reseller serves alone, without a confirmation',
  access: 'partnerAccount.createCustomer',
  body: z.strictObject({
    resellerId,
    name: field("The customer's name", customerName('name')),
    person: customerPerson,
  }),
  answer: billingOperation,
  problems: ['RESELLER_SERVED_NOT_ALLOWED', 'PARTNER_NOT_PAID', 'CUSTOMER_DELETED', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const billingActivate = method(() => ({
  name: 'billingActivate',
  method: 'POST',
  path: '/billing/v1/customers/{customerId}:activate',
  route: BILLING,
  summary: "Billing API, Customer.Activate: resume a suspended customer's services",
  access: 'partnerAccount.activateCustomer',
  body: z.strictObject({}),
  answer: billingOperation,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const billingSuspend = method(() => ({
  name: 'billingSuspend',
  method: 'POST',
  path: '/billing/v1/customers/{customerId}:suspend',
  route: BILLING,
  summary: "Billing API, Customer.Suspend: stop an active customer's services",
  access: 'partnerAccount.suspendCustomer',
  body: z.strictObject({}),
  answer: billingOperation,
  problems: ['CUSTOMER_STATUS', 'IDEMPOTENCY_KEY_REUSED'],
}));

export const billingBindBillableObject = method(() => ({
  name: 'billingBindBillableObject',
  method: 'POST',
  path: '/billing/v1/billingAccounts/{billingAccountId}/billableObjectBindings',
  route: BILLING,
  summary: 'Billing API, BillingAccount.BindBillableObject: link an existing cloud to the subaccount',
  access: 'subaccount.linkCloud',
  body: z.strictObject({ billableObject }),
  answer: billingOperation,
  problems: LINK_CLOUD_PROBLEMS,
}));

export const billingListBillableObjectBindings = method(() => ({
  name: 'billingListBillableObjectBindings',
  method: 'GET',
  path: '/billing/v1/billingAccounts/{billingAccountId}/billableObjectBindings',
  route: BILLING,
  summary: 'Billing API, BillingAccount.ListBillableObjectBindings: the clouds that are billed to the subaccount',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  answer: z.strictObject({ billableObjectBindings: z.optional(z.array(billableObjectBinding)), nextPageToken }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const billingListAccessBindings = method(() => ({
  name: 'billingListAccessBindings',
  method: 'GET',
  path: '/billing/v1/billingAccounts/{resourceId}:listAccessBindings',
  route: BILLING,
  summary:
    'Billing API, BillingAccount.ListAccessBindings: who holds which role on the subaccount; a page may be short',
  access: 'subaccount.viewSubaccount',
  query: z.strictObject(page),
  answer: z.strictObject({
    accessBindings: z.optional(
      z.array(
        z.strictObject({
          roleId: field('The role', z.string()),
          subject: z.strictObject({
            id: field('The email address of a user, or the client id of a service account', z.string()),
            type: z.enum(['userAccount', 'serviceAccount']),
          }),
        }),
      ),
    ),
    nextPageToken,
  }),
  problems: ['PAGE_TOKEN_INVALID'],
}));

export const billingUpdateAccessBindings = method(() => ({
  name: 'billingUpdateAccessBindings',
  method: 'PATCH',
  path: '/billing/v1/billingAccounts/{resourceId}:updateAccessBindings',
  route: BILLING,
  summary:
    'Billing API, BillingAccount.UpdateAccessBindings: grant and revoke roles on the subaccount, all of them or none',
  access: 'subaccount.manageAccess',
  body: z.strictObject({
    accessBindingDeltas: field(
      'The roles to grant and to revoke, applied in this order',
      z
        .array(
          z.strictObject({
            action,
            accessBinding: z.strictObject({ roleId: field('The role', roleId), subject }),
          }),
        )
        .check(z.minLength(1, 'accessBindingDeltas must have at least 1 entry'), z.maxLength(MAX_ACCESS_DELTAS)),
    ),
  }),
  answer: billingOperation,
  problems: UPDATE_ACCESS_PROBLEMS,
}));

export const billingCreateCloud = method(() => ({
  name: 'billingCreateCloud',
  method: 'POST',
  path: '/resource-manager/v1/clouds',
  route: RESOURCE_MANAGER,
  summary: "Resource Manager API, Cloud.Create: create a cloud in a customer's organization, billed to its subaccount",
  access: 'subaccount.createCloud',
  body: z.strictObject({
    organizationId: field("The customer's organization", nonBlank('organizationId')),
    name: field('Unique in the organization', cloudName()),
    description: field(
      `The purpose of the cloud, in at most ${MAX_DESCRIPTION_LENGTH} characters`,
      z.optional(
        text('description').check(
          z.refine(
            (given) => [...given].length <= MAX_DESCRIPTION_LENGTH,
            `description must have at most ${MAX_DESCRIPTION_LENGTH} characters`,
          ),
        ),
      ),
    ),
    labels: field(`Names and values, at most ${MAX_LABELS}`, z.optional(labels)),
  }),
  answer: billingOperation,
  problems: [...CREATE_CLOUD_PROBLEMS, 'CUSTOMER_NOT_FOUND'],
}));

export const billingGetOperation = method(() => ({
  name: 'billingGetOperation',
  method: 'GET',
  path: '/operations/{operationId}',
  route: OPERATIONS,
  summary: 'Operation API, Operation.Get: the result of a change of a customer',
  access: 'subaccount.viewSubaccount',
  answer: billingOperation,
  problems: ['OPERATION_NOT_FOUND'],
}));
