/** Applies events to a customer. Pure. */

import { type Customer, released } from './customer.ts';
import type { Deadline } from './deadlines.ts';
import type { Confirmed, CustomerEvent } from './event.ts';
import { opensInvitation } from './owedMails.ts';

/** The keys in `recentKeys` are older than the customer's newest change. A client sends a request again within a day. */
const KEYS_KEPT_MS = 24 * 60 * 60_000;

/** The customer after an event. Folding all events of a customer, oldest first, gives its stored state. */
export function evolve(before: Customer | undefined, event: CustomerEvent): Customer {
  const { recentKeys, ...after } = apply(before, event);
  const { version, at } = event;
  const keepsKeys = recentKeys && Date.parse(at) - Date.parse(after.updatedAt) < KEYS_KEPT_MS;
  return {
    ...after,
    version,
    updatedAt: at,
    ...(event.mails?.some(({ kind }) => opensInvitation(kind)) && { invitedAt: at, mailVersion: version }),
    ...(keepsKeys && { recentKeys }),
  };
}

function apply(before: Customer | undefined, event: CustomerEvent): Customer {
  const { type, data, at } = event;
  if (type === 'CustomerInvited' || type === 'CustomerRegistered') {
    const { partnerId, name, friendlyName, role, person, language, adminEmails } = data;
    const registered: Omit<Customer, 'status' | 'email'> = {
      id: event.customerId,
      partnerId,
      version: event.version,
      name,
      ...(friendlyName !== undefined && { friendlyName }),
      role,
      person,
      language,
      adminEmails,
      administrators: adminEmails,
      createdAt: at,
      createdBy: event.actor,
      updatedAt: at,
    };
    if (type === 'CustomerRegistered') return confirm({ ...registered, status: 'ACTIVE', email: null }, data);
    const { email, writtenEmail, nonce } = data;
    const written = writtenEmail !== undefined && { writtenEmail };
    return { ...registered, status: 'VERIFICATION_REQUIRED', email, ...written, nonce, ...deadlineOf(data) };
  }
  if (!before) throw new Error(`${type} of a customer that isn't registered`);
  switch (type) {
    case 'InvitationResent': {
      const { removeAt, statusReason, remindAt, ...customer } = before;
      return { ...customer, status: 'VERIFICATION_REQUIRED', ...deadlineOf(data) };
    }
    case 'InvitationReminded':
    case 'ReminderSkipped': {
      const { remindAt, ...customer } = before;
      return { ...customer, ...(data.remindAt !== undefined && { remindAt: data.remindAt }) };
    }
    case 'InvitationAccepted':
      return { ...confirm(before, data), confirmedAt: at, ...(data.name !== undefined && { name: data.name }) };
    case 'CustomerApproved':
      return confirm(before, data);
    case 'InvitationDeclined':
      return { ...released(before, data.removeAt), status: 'DECLINED', ...statusReasonOf(data) };
    case 'CustomerRejected':
      return { ...released(before, data.removeAt), status: 'REJECTED', ...statusReasonOf(data) };
    case 'CustomerExpired':
      return { ...released(before, data.removeAt), status: 'EXPIRED' };
    case 'CustomerDeleted':
      return { ...released(before, data.removeAt), status: 'DELETED' };
    case 'CustomerSuspended':
      return { ...before, status: 'SUSPENDED', ...statusReasonOf(data) };
    case 'CustomerActivated': {
      const { statusReason, ...customer } = before;
      return { ...customer, status: 'ACTIVE' };
    }
    case 'CustomerUpdated': {
      const { expiresAt, remindAt } = data;
      const { friendlyName, ...others } = data.changes;
      const changes = { ...others, ...(friendlyName !== undefined && { friendlyName: friendlyName ?? undefined }) };
      if (expiresAt === undefined) return { ...before, ...changes };
      // The delivery of mails to the old address says nothing about the new address.
      const { writtenEmail, remindAt: _, invitedAt, mailVersion, ...customer } = before;
      return { ...customer, ...changes, ...deadlineOf({ expiresAt, ...(remindAt !== undefined && { remindAt }) }) };
    }
    case 'AccessUpdated':
      return { ...before, ownBindings: true };
    case 'CloudCreated':
    case 'CloudLinked':
      return { ...before, clouds: (before.clouds ?? 0) + 1 };
    case 'CloudUnlinked':
      return { ...before, clouds: (before.clouds ?? 0) - 1 };
    case 'CloudAccessUpdated':
      return before;
  }
}

const deadlineOf = ({ expiresAt, remindAt }: Deadline): Deadline => ({
  expiresAt,
  ...(remindAt !== undefined && { remindAt }),
});

const statusReasonOf = (data: { reason?: string }) => (data.reason === undefined ? {} : { statusReason: data.reason });

/** The customer after a confirmation or an approval. */
function confirm(customer: Customer, next: Confirmed): Customer {
  const { expiresAt, remindAt, ...rest } = customer;
  return 'organization' in next
    ? { ...rest, status: 'ACTIVE', organization: next.organization }
    : { ...rest, status: 'APPROVAL_REQUIRED', expiresAt: next.expiresAt };
}
