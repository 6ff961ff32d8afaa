/**
 * A customer's state, and what time makes of it. Pure.
 *
 * `decide.ts` says what a command does to a customer, `evolve.ts` what an event makes of it.
 */
import type * as z from 'zod/mini';
import type { person } from '../contract/contract.ts';
import type { Language, Status } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Subject } from '../table/keys.ts';
import { removalAfterExpiry } from './deadlines.ts';

/** Legal information about the customer (seed 003, CustomerPerson). */
export type Person = z.output<typeof person>;

/** What a partner says about a customer. */
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
  /** DELETED is a customer whose data is about to be removed: to everyone but the cleanup it doesn't exist. */
  status: Status | 'DELETED';
  statusReason?: string;
  /** The invited address; null for a reseller-served customer, which has no invitee. */
  email: string | null;
  /** The address as the partner wrote it, where that isn't its canonical form. */
  writtenEmail?: string | undefined;
  /** Who got administrator's rights with the registration; a later change of `adminEmails` moves no grant (seed 000). */
  administrators: string[];
  createdAt: string;
  createdBy: Actor;
  updatedAt: string;
  /** Bound into the emailed link; anew with a new address, so that old links die. */
  nonce?: string;
  /** When a mail with the link was last asked for, and the version of that event: `delivery` tells what became of that mail. */
  invitedAt?: string;
  mailVersion?: number;
  /** Until when the customer may confirm, or the provider approve. */
  expiresAt?: string;
  /** When the customer is reminded of its invitation next. */
  remindAt?: string;
  /** When the personal data of a customer that came to nothing is removed. */
  removeAt?: string;
  /** When the invitee confirmed. */
  confirmedAt?: string;
  organization?: Organization;
  /** How many clouds are billed to it; absent: none yet. */
  clouds?: number;
  /** Whether somebody has granted or revoked access to this subaccount by hand: then its bindings have to be read. */
  ownBindings?: true;
  /** The newest idempotency keys (hashed), each with the version of what it did. */
  recentKeys: { key: string; version: number }[];
};

/**
 * The customer as time has made it, whether or not the cleanup has come by: past its deadline it is EXPIRED, past its
 * retention DELETED.
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

/** Whether the customer waits for a confirmation or an approval, which has a deadline. */
export const awaits = (customer: Customer) => ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED'].includes(customer.status);

/** Whether the registration has come to nothing. */
export const isOver = (customer: Customer) => ['DECLINED', 'REJECTED', 'EXPIRED', 'DELETED'].includes(customer.status);

/** Whether an invitation is open or can be opened again with a new mail. */
export function isInvited(customer: Customer): boolean {
  return customer.status === 'VERIFICATION_REQUIRED' || isExpiredInvitation(customer);
}

/** Expired before it confirmed; a customer that expired awaiting approval has nothing to confirm again. */
const isExpiredInvitation = (customer: Customer) => customer.status === 'EXPIRED' && customer.confirmedAt === undefined;

/** Whether the customer holds its email address: nobody else may be invited under it meanwhile. */
export function holdsEmail(customer: Customer): boolean {
  return !isOver(customer);
}

/** The customer without what only a living one has: its deadline goes, the day of its removal comes. */
export function released(customer: Customer, removeAt: string): Customer {
  const { expiresAt, remindAt, statusReason, ...rest } = customer;
  return { ...rest, removeAt };
}

/** What people read for a status under the program. */
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

/** Its id follows from the customer's, `dn2…` → `bpf…`: there is one organization for each. */
export function organizationOf(customerId: string, name: string): Organization {
  return { id: customerId.replace(/^dn2/, 'bpf'), name: `For subaccount '${name}'` };
}

/** The customer whose organization has this id; none where it isn't an organization's. */
export const customerIdOfOrganization = (organizationId: string): string | undefined =>
  organizationId.startsWith('bpf') ? organizationId.replace(/^bpf/, 'dn2') : undefined;
