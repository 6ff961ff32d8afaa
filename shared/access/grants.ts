/** The caller, and the roles that it holds with regard to a customer. Pure. */
import { ADMIN_ROLE, CUSTOMER_ROLE } from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';

/** A partner's member: the partner it belongs to, and its roles on the partner account. */
export type Membership = { partnerId: string; roles: string[]; federated?: boolean };

/** The caller: a person, known by the verified email address, or a service account, known by its client id. */
export type Caller = {
  subject: Subject;
  kind: 'USER' | 'SERVICE_ACCOUNT';
  /** The email address in canonical form, or the client id. */
  id: string;
  email: string | null;
  operator: boolean;
  /** Whether the sign-in has proved a second factor; `true` as well if the environment requires none. */
  secondFactor: boolean;
  /** Present if the person signed in through an identity provider of its organization. */
  federated?: true;
};

/** The roles of a caller with regard to one customer. */
export type Grants = {
  /** Roles on the partner account; they hold for each of its subaccounts. */
  onPartnerAccount: string[];
  /** Roles on this subaccount alone. */
  onSubaccount: string[];
  /** Whether the caller may know of the customer at all. */
  any: boolean;
};

/** A change of a role by hand: whether it granted or revoked the role, by whom, and when (RFC 3339). */
export type ByHand = { granted: boolean; by: Subject; at: string };
/**
 * The roles of one subject that were granted or revoked by hand. They override its roles by default. Older ones are `true` (granted) or
 * `false` (revoked): the customer's events say by whom and when (`withOrigins`).
 */
export type OwnBindings = Record<string, boolean | ByHand>;

export const isGranted = (binding: OwnBindings[string] | undefined): boolean =>
  typeof binding === 'object' ? binding.granted : binding === true;

/**
 * The roles of a caller with regard to a customer. They come from its membership; from the customer's registration (creator,
 * administrators, invitee) and activation (invitee), which are derived on each call and not stored; and from changes by hand.
 *
 * @param own the caller's roles by hand
 * @param leftAt when the caller last left the customer's partner: what was granted to it until then does not count any more
 */
export function grantsOn(
  customer: Customer,
  caller: Pick<Caller, 'subject'>,
  membership: Membership | undefined,
  own: OwnBindings = {},
  leftAt?: string,
): Grants {
  const member = membership?.partnerId === customer.partnerId;
  const defaults = [
    ...(isAdministrator(customer, caller.subject, member, leftAt) ? [ADMIN_ROLE] : []),
    ...(isInvitee(customer, caller.subject) ? [CUSTOMER_ROLE] : []),
  ];
  const onSubaccount = withOwn(defaults, sinceDeparture(sinceConfirmation(customer, caller.subject, own), leftAt));
  return {
    onPartnerAccount: member ? membership.roles : [],
    onSubaccount,
    any: member || onSubaccount.length > 0,
  };
}

/** The roles by hand without those that were revoked before the person confirmed: its own roles come from the confirmation. */
function sinceConfirmation(customer: Customer, subject: Subject, own: OwnBindings): OwnBindings {
  const { confirmedAt } = customer;
  if (confirmedAt === undefined || !isContact(customer, subject)) return own;
  const counts = (binding: OwnBindings[string]) =>
    isGranted(binding) || typeof binding !== 'object' || binding.at > confirmedAt;
  return Object.fromEntries(Object.entries(own).filter(([, binding]) => counts(binding)));
}

/**
 * The roles by hand without those that were granted before a departure. A role that was revoked stays revoked. A binding without a time is
 * older than all departures: both are stored since the same version.
 */
export function sinceDeparture(own: OwnBindings, leftAt: string | undefined): OwnBindings {
  if (leftAt === undefined) return own;
  const counts = (binding: OwnBindings[string]) =>
    !isGranted(binding) || (typeof binding === 'object' && binding.at > leftAt);
  return Object.fromEntries(Object.entries(own).filter(([, binding]) => counts(binding)));
}

/** The roles by default, changed by the roles by hand. */
function withOwn(defaults: string[], own: OwnBindings): string[] {
  const granted = Object.keys(own).filter((role) => isGranted(own[role]));
  return [...new Set([...defaults.filter((role) => own[role] === undefined || isGranted(own[role])), ...granted])];
}

/** Whether a subject is the customer's invitee: the person with the invited address. */
export const isInvitee = ({ email }: Customer, subject: Subject): boolean =>
  email !== null && subject === `USER#${email}`;

/**
 * Whether a subject is administrator by default (ADR 2): the creator of the customer, as long as it belongs to the partner; the
 * administrators named at the registration; and the invitee, once the customer has become active. The first two lose the role when they
 * leave the partner, also for the time after a return. The invitee has it from its confirmation, and keeps it.
 *
 * @param member whether the subject belongs to the customer's partner
 * @param leftAt when the subject last left the partner
 */
export const isAdministrator = (customer: Customer, subject: Subject, member: boolean, leftAt?: string): boolean =>
  originsOfAdministrator(customer, subject, member, leftAt).length > 0;

/** What makes a subject administrator by default; see `isAdministrator`. */
export function originsOfAdministrator(
  customer: Customer,
  subject: Subject,
  member: boolean,
  leftAt?: string,
): ('REGISTRATION' | 'ADMINISTRATORS' | 'CONFIRMATION')[] {
  const { createdBy, createdAt, administrators, organization } = customer;
  const hasStayed = leftAt === undefined || createdAt > leftAt;
  const isNamed = administrators.some((email) => subject === `USER#${email}`);
  return [
    ...(hasStayed && member && subject === createdBy ? (['REGISTRATION'] as const) : []),
    ...(hasStayed && isNamed ? (['ADMINISTRATORS'] as const) : []),
    ...(organization !== undefined && isInvitee(customer, subject) ? (['CONFIRMATION'] as const) : []),
  ];
}

/** Whether a subject is the customer's contact: the invitee who has confirmed. */
export const isContact = (customer: Customer, subject: Subject): boolean =>
  customer.confirmedAt !== undefined && isInvitee(customer, subject);
