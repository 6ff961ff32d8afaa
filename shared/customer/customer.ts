/**
 * A customer's state, and how time changes it. Pure.
 *
 * `decide.ts` turns a command into an event, `evolve.ts` applies an event to the state.
 */
import type * as z from 'zod/mini';
import type { person } from '../contract/contract.ts';
import type { Language, Status } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Subject } from '../table/keys.ts';
import { removalAfterExpiry } from './deadlines.ts';

/** Legal information about the customer (seed 003, CustomerPerson). */
export type Person = z.output<typeof person>;

/** The fields of a customer that its partner gives. */
export type Details = {
  name: string;
  friendlyName?: string | undefined;
  role: string;
  person: Person;
  language: Language;
  adminEmails: string[];
};

export type Organization = { id: string; name: string };

/** Who did something: a person or a service account, the holder of the emailed link, or the schedule. */
export type Actor = Subject | 'LINK_HOLDER' | 'SCHEDULE';

export type Customer = Details & {
  id: string;
  partnerId: string;
  /** The version of the newest event. */
  version: number;
  /** DELETED: the cleanup will remove the data. For everyone else, the customer does not exist. */
  status: Status | 'DELETED';
  statusReason?: string;
  /** The invited address; null for a reseller-served customer, which has no invitee. */
  email: string | null;
  /** The address as the partner wrote it, if that differs from the canonical form. */
  writtenEmail?: string | undefined;
  /** Who became administrator at the registration. A later change of `adminEmails` changes no grant (seed 000). */
  administrators: string[];
  createdAt: string;
  createdBy: Actor;
  updatedAt: string;
  /** Part of the emailed link's token. A new address gets a new nonce, so that earlier links stop working. */
  nonce?: string;
  /** When an event last called for a mail with the link, and the version of this event. `delivery` is the status of this mail. */
  invitedAt?: string;
  mailVersion?: number;
  /** Until when the customer may confirm, or the provider approve. */
  expiresAt?: string;
  /** When the next reminder of the invitation is sent. */
  remindAt?: string;
  /** When the personal data of a declined, rejected, expired or deleted customer is removed. */
  removeAt?: string;
  /** When the invitee confirmed. */
  confirmedAt?: string;
  organization?: Organization;
  /** How many clouds are billed to its subaccount; absent: none yet. */
  clouds?: number;
  /** Whether access to the subaccount was ever changed by hand. If not, its access items need not be read. */
  ownBindings?: true;
  /**
   * Idempotency keys (hashed), each with the version that its request made, as earlier releases kept them. Today each key has an item of
   * its own. They are dropped once no client sends them any more.
   */
  recentKeys?: { key: string; version: number }[];
};

/**
 * The customer at a moment: EXPIRED after its deadline, DELETED after its retention, whether or not the cleanup has run.
 */
export function asOf(customer: Customer, now: Date, program: Program): Customer {
  let current = customer;
  if (awaits(current) && current.expiresAt !== undefined && current.expiresAt <= now.toISOString()) {
    current = { ...released(current, removalAfterExpiry(current.expiresAt, program)), status: 'EXPIRED' };
  }
  if (current.removeAt !== undefined && current.removeAt <= now.toISOString()) {
    current = { ...current, status: 'DELETED' };
  }
  return current;
}

/** Whether the customer waits for a confirmation or an approval. Both have a deadline. */
export const awaits = (customer: Customer) => ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED'].includes(customer.status);

/** Whether the registration has ended without an active customer: declined, rejected, expired or deleted. */
export const isOver = (customer: Customer) => ['DECLINED', 'REJECTED', 'EXPIRED', 'DELETED'].includes(customer.status);

/** Whether the invitation is open, or a new mail can open it again. */
export function isInvited(customer: Customer): boolean {
  return customer.status === 'VERIFICATION_REQUIRED' || isExpiredInvitation(customer);
}

/** Expired before it confirmed. A customer that expired while it awaited approval has confirmed already. */
const isExpiredInvitation = (customer: Customer) => customer.status === 'EXPIRED' && customer.confirmedAt === undefined;

/** Whether the customer holds its email address, so that no other customer can be invited under it. */
export function holdsEmail(customer: Customer): boolean {
  return !isOver(customer);
}

/** The customer at the end of its registration: without deadline, reminder and reason, but with the time of its removal. */
export function released(customer: Customer, removeAt: string): Customer {
  const { expiresAt, remindAt, statusReason, ...rest } = customer;
  return { ...rest, removeAt };
}

/** The words for a status in the program. */
export function statusLabel(status: Customer['status'], program: Program): string {
  const ordinary = {
    VERIFICATION_REQUIRED: 'Verification required',
    APPROVAL_REQUIRED: 'Awaiting approval',
    ACTIVE: 'Active',
    SUSPENDED: 'Suspended',
    DECLINED: 'Declined',
    REJECTED: 'Rejected',
    EXPIRED: 'Expired',
    DELETED: 'Deleted',
  };
  return (status !== 'DELETED' ? program.statusLabels[status] : undefined) ?? ordinary[status];
}

/** The organization of a customer. Each customer has one, so its id is derived from the customer's: `dn2…` → `bpf…`. */
export function organizationOf(customerId: string, name: string): Organization {
  return { id: customerId.replace(/^dn2/, 'bpf'), name: `For subaccount '${name}'` };
}

/** The id of the customer whose organization has this id; undefined if it is not the id of an organization. */
export const customerIdOfOrganization = (organizationId: string): string | undefined =>
  organizationId.startsWith('bpf') ? organizationId.replace(/^bpf/, 'dn2') : undefined;
