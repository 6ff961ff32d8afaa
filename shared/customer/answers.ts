/** Turns stored customers and events into the resources of the contract. */
import type * as z from 'zod/mini';
import type { customer as customerSchema, invitation } from '../contract/contract.ts';
import { PERSON_FIELDS, type Status } from '../contract/vocabulary.ts';
import type { Partner } from '../partner/partner.ts';
import type { Program } from '../program/program.ts';
import type { Circumstances } from './command.ts';
import { asOf, type Customer, type Organization, type Person, statusLabel } from './customer.ts';
import { type Delivery, isQueued, whyOf } from './delivery.ts';
import type { CustomerEvent } from './event.ts';
import type { StoredCustomer } from './item.ts';
import type { Changed } from './store.ts';

type CustomerAnswer = z.output<typeof customerSchema>;

/** A customer as it is at this moment, for callers who may view it. Throws an error for a deleted customer. */
export function customerAnswer(
  { customer: stored, delivery }: StoredCustomer,
  now: Date,
  program: Program,
): CustomerAnswer {
  const customer = asOf(stored, now, program);
  const { id, partnerId, name, friendlyName, role, email, person, language, adminEmails } = customer;
  const { statusReason, organization, clouds = 0, version, createdAt, createdBy, updatedAt } = customer;
  const newest = delivery?.mailVersion === customer.mailVersion ? delivery : undefined;
  return {
    id,
    billingAccountId: id,
    partnerId,
    name,
    ...(friendlyName !== undefined && { friendlyName }),
    role,
    email,
    person: personAnswer(person),
    language,
    adminEmails,
    ...statusAnswer(customer, program),
    ...(statusReason !== undefined && { statusReason }),
    organization: organizationAnswer(organization),
    clouds,
    invite: inviteAnswer(customer, newest),
    approval: approvalAnswer(customer),
    ...deliveryAnswer(customer, newest),
    version,
    createdAt,
    createdBy: createdBy.slice(createdBy.indexOf('#') + 1),
    updatedAt,
  };
}

function statusAnswer(customer: Customer, program: Program): { status: Status; statusLabel: string } {
  const { status } = customer;
  if (status === 'DELETED') throw new Error('a deleted customer is shown to nobody');
  return { status, statusLabel: statusLabel(status, program) };
}

function inviteAnswer({ status, email, expiresAt }: Customer, newest: Delivery | undefined): CustomerAnswer['invite'] {
  if (status !== 'VERIFICATION_REQUIRED' || email === null || expiresAt === undefined) return null;
  // After a mail of an earlier version there is no pause.
  const resendableAt = newest?.resendableAt ?? newest?.sentAt ?? newest?.at;
  return {
    email,
    expiresAt,
    ...(newest?.sentAt !== undefined && { sentAt: newest.sentAt }),
    ...(resendableAt !== undefined && { resendableAt }),
  };
}

const approvalAnswer = ({ status, expiresAt }: Customer): CustomerAnswer['approval'] =>
  status === 'APPROVAL_REQUIRED' && expiresAt !== undefined ? { expiresAt } : null;

/** The status of the newest mail: QUEUED only while its invitation is open, because a later mail is dropped and not sent. */
function deliveryAnswer(customer: Customer, newest: Delivery | undefined): Pick<CustomerAnswer, 'delivery'> {
  if (newest) {
    const { status, at, permanent } = newest;
    return { delivery: { status, at, ...whyOf(newest), ...(permanent && { permanent }) } };
  }
  return customer.invitedAt !== undefined && isQueued(customer, newest)
    ? { delivery: { status: 'QUEUED', at: customer.invitedAt } }
    : {};
}

/** The fields in the order of the contract, because the table keeps no order: a repeated answer is equal to the byte. */
const personAnswer = (person: Person): Person =>
  Object.fromEntries(PERSON_FIELDS.map((field) => [field, person[field]]));

const organizationAnswer = (organization: Organization | undefined) =>
  organization ? { id: organization.id, name: organization.name } : null;

/** A customer for its invitee, as it is at this moment. */
export function invitationAnswer(
  stored: Customer,
  partner: Partner,
  now: Date,
  program: Program,
  noMoreInvitationsUntil?: string,
): z.output<typeof invitation> {
  const customer = asOf(stored, now, program);
  const { id, name, language, organization } = customer;
  const invite = inviteAnswer(customer, undefined);
  return {
    id,
    name,
    partner: { id: partner.id, name: partner.name },
    brandName: program.brandName,
    mayNeedApproval: program.providerApproval !== 'NEVER',
    language,
    ...statusAnswer(customer, program),
    invite: invite && { email: invite.email, expiresAt: invite.expiresAt },
    ...(noMoreInvitationsUntil !== undefined && { noMoreInvitationsUntil }),
    approval: approvalAnswer(customer),
    organization: organizationAnswer(organization),
  };
}

/** The customer after a change, for callers who may view it. A replay gets the answer of the first request. */
export function changedAnswer(changed: Changed, { now, program }: Circumstances) {
  return {
    answer: customerAnswer(changed, changed.replayed ? new Date(changed.customer.updatedAt) : now, program),
    headers: { ...etag(changed), ...replayHeaders(changed.replayed) },
  };
}

/** The header that marks a replay: the request changed nothing, and the answer is that of the first request. */
export const replayHeaders = (replayed: boolean): Record<string, string> =>
  replayed ? { 'idempotency-replayed': 'true' } : {};

/** The header with the customer's version, for `If-Match`. */
export const etag = ({ customer }: StoredCustomer): Record<string, string> => ({ etag: `"${customer.version}"` });

/**
 * The actor of an event as the API shows it: an email address, a client id, LINK_HOLDER, SCHEDULE or OPERATOR. Only the provider's
 * operators read which operator decided.
 */
export function actorAnswer({ type, actor }: CustomerEvent, toOperator: boolean): string {
  const provider = type === 'CustomerApproved' || type === 'CustomerRejected';
  return provider && !toOperator ? 'OPERATOR' : actor.slice(actor.indexOf('#') + 1);
}
