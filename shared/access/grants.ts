/** Who is calling, and the roles that the caller holds with regard to a customer. Pure. */
import { ADMIN_ROLE, CUSTOMER_ROLE } from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';

/** A partner's member: the partner it belongs to, and its roles on the partner account. */
export type Membership = { partnerId: string; roles: string[]; federated?: boolean };

/** Who is calling: a person by its verified email address, or a service account by its client id. */
export type Caller = {
  subject: Subject;
  kind: 'USER' | 'SERVICE_ACCOUNT';
  /** The email address in canonical form, or the client id. */
  id: string;
  email: string | null;
  operator: boolean;
};

/** What a caller holds with regard to one customer. */
export type Grants = {
  /** Roles on the partner account; they hold for each of its subaccounts. */
  onPartnerAccount: string[];
  /** Roles on this subaccount alone. */
  onSubaccount: string[];
  /** Whether the caller may know of the customer at all. */
  any: boolean;
};

/** Roles that somebody was granted (`true`) or lost (`false`) on a subaccount by hand: they go before what it has by default. */
export type OwnBindings = Record<string, boolean>;

/**
 * What the caller holds with regard to a customer: its membership; the roles that came with the customer's registration
 * (creator, administrators, invitee) and with its becoming active (invitee), which are derived, not copied; and what was
 * granted or revoked by hand since.
 */
export function grantsOn(
  customer: Customer,
  caller: Pick<Caller, 'subject'>,
  membership: Membership | undefined,
  own: OwnBindings = {},
): Grants {
  const member = membership?.partnerId === customer.partnerId;
  const defaults = [
    ...(isAdministrator(customer, caller.subject, member) ? [ADMIN_ROLE] : []),
    ...(isInvitee(customer, caller.subject) ? [CUSTOMER_ROLE] : []),
  ];
  const onSubaccount = withOwn(defaults, own);
  return {
    onPartnerAccount: member ? membership.roles : [],
    onSubaccount,
    any: member || onSubaccount.length > 0,
  };
}

/** Roles by default, with what was granted and revoked by hand. */
function withOwn(defaults: string[], own: OwnBindings): string[] {
  const granted = Object.keys(own).filter((role) => own[role]);
  return [...new Set([...defaults.filter((role) => own[role] !== false), ...granted])];
}

/** Whether a subject is the one that the customer invites. */
export const isInvitee = ({ email }: Customer, subject: Subject): boolean =>
  email !== null && subject === `USER#${email}`;

/**
 * Whether a subject is administrator by default: who registered the customer, for as long as it belongs to the partner; those
 * named then; and the invitee, once it has confirmed and the customer has become active (ADR 2).
 */
export function isAdministrator(customer: Customer, subject: Subject, member: boolean): boolean {
  return (
    (member && subject === customer.createdBy) ||
    customer.administrators.some((email) => subject === `USER#${email}`) ||
    (customer.organization !== undefined && isInvitee(customer, subject))
  );
}

/** The customer's contact: the invitee, once it has confirmed. */
export const isContact = (customer: Customer, subject: Subject): boolean =>
  customer.confirmedAt !== undefined && isInvitee(customer, subject);
