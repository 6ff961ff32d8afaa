/** Customers and their events as items of the table. */

import { traceId } from '../log.ts';
import { FORMAT, FORMAT_ATTRIBUTE, formatOf } from '../table/format.ts';
import {
  APPROVALS,
  customerIdOf,
  customerKey,
  customersOf,
  customersOfStatus,
  duePartition,
  eventKey,
  mailQueueOf,
  versionOf,
} from '../table/keys.ts';
import { searchedEmail, searchKey } from '../table/search.ts';
import { type Item, update } from '../table/table.ts';
import type { Customer } from './customer.ts';
import type { Delivery } from './delivery.ts';
import type { CustomerEvent } from './event.ts';

/** How long the schedule leaves a new mail to the stream. A stream record arrives within a second. */
const STREAM_GRACE_MS = 60_000;
/** The clocks of two functions differ by less. A queued mail is due this long before its event, so that no sender has to wait for it. */
const CLOCKS_DIFFER_MS = 5 * 60_000;

/** When the recipient of a mail can be invited again. */
export type Resendable = { at: string; mailVersion: number };

/** A customer as it is stored: its state, and the delivery of its newest mail. */
export type StoredCustomer = {
  customer: Customer;
  delivery?: Delivery;
  /** Whether the item is in the format of an earlier version: its next change writes all of it. */
  isOlder?: boolean;
};

/**
 * The attributes of a customer's item that hold its state. `delivery` and `resendable` are not among them: they are written by
 * `mail/outbox.ts` alone.
 */
function stateAttributes(customer: Customer): Record<string, unknown> {
  const { id, organization, administrators, statusReason, friendlyName, ...state } = customer;
  const dueAt = customer.remindAt ?? customer.expiresAt ?? customer.removeAt;
  const listed = customer.status !== 'DELETED';
  return {
    ...state,
    friendlyName,
    statusReason,
    organizationId: organization?.id,
    organizationName: organization?.name,
    administrators: administrators.length > 0 ? administrators : undefined,
    listOf: listed ? customersOf(customer.partnerId) : undefined,
    listOfStatus: listed ? customersOfStatus(customer.partnerId, customer.status) : undefined,
    approval: customer.status === 'APPROVAL_REQUIRED' ? APPROVALS : undefined,
    nameKey: searchKey(customer.name) || undefined,
    emailKey: customer.email === null ? undefined : searchKey(searchedEmail(customer.email)),
    due: dueAt === undefined ? undefined : duePartition('STATE', id),
    dueAt,
  };
}

/** The item of a new customer. */
export function toItem(customer: Customer): Item {
  return { ...customerKey(customer.id), ...stateAttributes(customer) };
}

/**
 * The write that sets and removes the attributes that differ, if the stored customer still has the version of `before`. It turns an item of
 * an earlier version into one of today's format, with all attributes.
 */
export function updateState({ customer: before, isOlder = false }: StoredCustomer, after: Customer) {
  const was = stateAttributes(before);
  const is: Record<string, unknown> = { ...stateAttributes(after), ...(isOlder && { [FORMAT_ATTRIBUTE]: FORMAT }) };
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter(
    (name) => was[name] !== is[name] || isOlder,
  );
  const set = names.filter((name) => is[name] !== undefined);
  const removed = names.filter((name) => is[name] === undefined);
  const expression = [
    `SET ${set.map((name) => `#${name} = :${name}`).join(', ')}`,
    ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
  ].join(' ');
  return update(customerKey(after.id), expression, {
    condition: '#version = :before',
    names: Object.fromEntries([...set, ...removed].map((name) => [`#${name}`, name])),
    values: { ':before': before.version, ...Object.fromEntries(set.map((name) => [`:${name}`, is[name]])) },
  });
}

/** A customer from its item in the table, or in an index that holds whole items. */
export function fromItem(item: Item): StoredCustomer {
  const { pk, sk, format, listOf, listOfStatus, approval, nameKey, emailKey, due, dueAt, ...own } = item;
  const { delivery, resendable, ...state } = own;
  const { organizationId, organizationName, administrators = [], ...rest } = state;
  const isOlder = formatOf(item) < FORMAT;
  const customer = {
    ...rest,
    id: customerIdOf({ pk, sk }),
    administrators,
    ...(organizationId !== undefined && { organization: { id: organizationId, name: organizationName } }),
  } as unknown as Customer;
  if (delivery === undefined) return { customer, isOlder };
  const newest = delivery as Delivery;
  const { at, mailVersion } = (resendable ?? {}) as Partial<Resendable>;
  const isOfNewest = at !== undefined && mailVersion === newest.mailVersion;
  return { customer, isOlder, delivery: { ...newest, ...(isOfNewest && { resendableAt: at }) } };
}

/**
 * The item of a new event. If the event calls for mails, the item is due.
 *
 * @param now the moment, which may be before the event's time
 * @param queuedFor the partner in whose queue the mails wait; undefined: they leave at once
 */
export function eventToItem(event: CustomerEvent, now: Date, queuedFor?: string): Item {
  const { customerId, version, ...rest } = event;
  return {
    ...eventKey(customerId, version),
    ...rest,
    traceId: traceId(),
    ...dueOf(event, now, queuedFor),
  };
}

function dueOf({ customerId, mails: [mail] = [] }: CustomerEvent, now: Date, queuedFor: string | undefined) {
  if (!mail) return {};
  const at = now.toISOString();
  const due = queuedFor === undefined ? mailDue(customerId, at) : mailQueued(queuedFor, at);
  // `attempts` says that the mail pauses until it is due: the stream leaves it to the schedule.
  return mail.notBefore === undefined ? due : { ...due, dueAt: mail.notBefore, attempts: 0 };
}

/** The attributes by which the schedule finds a mail, if the stream does not manage to send it. */
export const mailDue = (customerId: string, at: string) => ({
  due: duePartition('MAIL', customerId),
  dueAt: new Date(Date.parse(at) + STREAM_GRACE_MS).toISOString(),
});

/** The attributes by which the schedule finds a mail in the queue of its partner. The stream does not bring it. See `noteMailQueue`. */
export const mailQueued = (partnerId: string, at: string) => ({
  due: mailQueueOf(partnerId),
  dueAt: new Date(Date.parse(at) - CLOCKS_DIFFER_MS).toISOString(),
});

/** An event from its item. */
export function eventFromItem(item: Item): CustomerEvent {
  const { pk, sk, format, traceId: _, due, dueAt, attempts, ...event } = item;
  return {
    ...event,
    customerId: customerIdOf({ pk, sk }),
    version: versionOf({ pk, sk }),
  } as unknown as CustomerEvent;
}
