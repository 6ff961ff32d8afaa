/** What the API shows of what is stored: the resources of the contract. */
import type * as z from 'zod/mini';
import type { cloud, customer as customerSchema, invitation, partner as partnerSchema } from './contract.ts';
import {
  asOf,
  type Circumstances,
  type Customer,
  type CustomerEvent,
  resendableAt,
  type Status,
  statusLabel,
} from './customer.ts';
import { partnerKey } from './keys.ts';
import type { Program } from './program.ts';
import { type Changed, type Delivery, getItem, type StoredCustomer } from './table.ts';

type CustomerAnswer = z.output<typeof customerSchema>;
type PartnerAnswer = z.output<typeof partnerSchema>;

/** A customer for those who may view it, as it is at this moment. */
export function customerAnswer(
  { customer: stored, delivery }: StoredCustomer,
  now: Date,
  program: Program,
): CustomerAnswer {
  const customer = asOf(stored, now, program);
  const { id, partnerId, name, friendlyName, role, email, person, language, adminEmails } = customer;
  const { statusReason, organization, version, createdAt, createdBy, updatedAt } = customer;
  const newest = delivery?.mailVersion === customer.mailVersion ? delivery : undefined;
  return {
    id,
    billingAccountId: id,
    partnerId,
    name,
    ...(friendlyName !== undefined && { friendlyName }),
    role,
    email,
    person,
    language,
    adminEmails,
    ...statusAnswer(customer, program),
    ...(statusReason !== undefined && { statusReason }),
    organization: organization ?? null,
    invite: inviteAnswer(customer, newest, program),
    ...(customer.invitedAt !== undefined && { delivery: deliveryAnswer(newest, customer.invitedAt) }),
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

function inviteAnswer(customer: Customer, newest: Delivery | undefined, program: Program): CustomerAnswer['invite'] {
  const { status, email, expiresAt } = customer;
  if (status !== 'VERIFICATION_REQUIRED' || email === null || expiresAt === undefined) return null;
  const resendable = resendableAt(customer, program);
  return {
    email,
    expiresAt,
    ...(newest?.status === 'SENT' && { sentAt: newest.at }),
    ...(resendable !== undefined && { resendableAt: resendable }),
  };
}

function deliveryAnswer(newest: Delivery | undefined, invitedAt: string): CustomerAnswer['delivery'] {
  if (!newest) return { status: 'QUEUED', at: invitedAt };
  const { status, at, reason } = newest;
  return { status, at, ...(reason !== undefined && { reason }) };
}

/** What its invitee reads of a customer. */
export function invitationAnswer(
  stored: Customer,
  partner: PartnerAnswer,
  now: Date,
  program: Program,
): z.output<typeof invitation> {
  const customer = asOf(stored, now, program);
  const { id, name, language, organization } = customer;
  const invite = inviteAnswer(customer, undefined, program);
  return {
    id,
    name,
    partner: { id: partner.id, name: partner.name },
    brandName: program.brandName,
    language,
    ...statusAnswer(customer, program),
    invite: invite && { email: invite.email, expiresAt: invite.expiresAt },
    organization: organization ?? null,
  };
}

/** The cloud that an event created or linked. */
export function cloudAnswer(event: CustomerEvent | null): z.output<typeof cloud> {
  if (event?.type !== 'CloudCreated' && event?.type !== 'CloudLinked') throw new Error(`${event?.type} makes no cloud`);
  const { cloudId: id, name, organizationId } = event.data;
  return {
    id,
    name,
    organizationId,
    billingAccountId: event.customerId,
    origin: event.type === 'CloudCreated' ? 'CREATED' : 'LINKED',
    createdAt: event.at,
    ...(event.type === 'CloudLinked' && event.data.outstandingCharges && { warning: OUTSTANDING_CHARGES }),
  };
}

const OUTSTANDING_CHARGES = {
  code: 'OUTSTANDING_CHARGES',
  message: 'The cloud had charges on its old billing account. Pay what is outstanding there.',
} as const;

/** A partner, as the provider has recorded it. */
export async function loadPartner(partnerId: string): Promise<PartnerAnswer> {
  const { name = partnerId, paid = false } = ((await getItem(partnerKey(partnerId))) ?? {}) as Partial<PartnerAnswer>;
  return { id: partnerId, name, paid };
}

/** The customer after a change, for those who may view it; a replay is answered as of the first time. */
export function changedAnswer(changed: Changed, { now, program }: Circumstances) {
  return {
    answer: customerAnswer(changed, changed.replayed ? new Date(changed.customer.updatedAt) : now, program),
    headers: { ...etag(changed), ...replayHeaders(changed.replayed) },
  };
}

/** That an answer is the one a first request got: its repetition did nothing. */
export const replayHeaders = (replayed: boolean): Record<string, string> =>
  replayed ? { 'idempotency-replayed': 'true' } : {};

/** The version of a customer, as `If-Match` takes it. */
export const etag = ({ customer }: StoredCustomer): Record<string, string> => ({ etag: `"${customer.version}"` });
