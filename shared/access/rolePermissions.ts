/** Who may do what: role by operation, from `roles.json`, as data. */

import rolesJson from '../contract/roles.json' with { type: 'json' };
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';

/** Role by operation, as the first provider documents it for a partner account and for a subaccount. */
export const roles = rolesJson;

export type PartnerOperation = keyof typeof roles.partnerAccount;
export type SubaccountOperation = keyof typeof roles.subaccount;

/** A role as the API names it, such as `billing.accounts.owner`. */
export const billingRole = (name: string) => `billing.accounts.${name}`;
export const OWNER_ROLE = billingRole('owner');
export const ADMIN_ROLE = billingRole('admin');
/** The invitee's role: it comes with the invitation, and "cannot be assigned by hand" (`roles.json`). */
const CUSTOMER_ROLE = billingRole('customer');

/** The roles that somebody can be given. */
export const ASSIGNABLE_ROLES = roles.roles.map(billingRole).filter((role) => role !== CUSTOMER_ROLE);

/** Roles on the organization of a subaccount (seed 000). */
export const ORGANIZATION_OWNER_ROLE = 'organization-manager.organizations.owner';
export const ORGANIZATION_ADMIN_ROLE = 'organization-manager.admin';

/**
 * "suspend, activate and delete need the role on the partner account: a binding on the subaccount, such as its customer's admin
 * holds, is not enough" (`roles.json`, rules).
 */
const PARTNER_ACCOUNT_ALONE: readonly SubaccountOperation[] = ['activateSubaccount', 'deleteUnconfirmed'];

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

/** Whether one of the roles allows the operation on the partner account. */
export function mayOnPartnerAccount(held: string[], operation: PartnerOperation): boolean {
  return roles.partnerAccount[operation].some((role) => held.includes(billingRole(role)));
}

/** Whether one of the roles, on the partner account or on the subaccount, allows the operation on the subaccount. */
export function mayOnSubaccount(grants: Grants, operation: SubaccountOperation): boolean {
  const held = [...grants.onPartnerAccount, ...(PARTNER_ACCOUNT_ALONE.includes(operation) ? [] : grants.onSubaccount)];
  return roles.subaccount[operation].some((role) => held.includes(billingRole(role)));
}

/**
 * Whether someone may grant or revoke a role: "Nobody grants or revokes a role they do not hold themselves". A role is held by
 * who has it, and by who has one that allows everything it allows, and more: so an owner holds all that can be given, an
 * administrator those below its own, and neither of two roles that allow the same holds the other.
 */
export function holdsRole(held: string[], role: string): boolean {
  const wanted = operationsOf(role);
  return held.some((mine) => {
    const allowed = operationsOf(mine);
    return (
      mine === role || (allowed.length > wanted.length && wanted.every((operation) => allowed.includes(operation)))
    );
  });
}

/** Everything that a role allows, on the partner account and on subaccounts. */
function operationsOf(role: string): string[] {
  return Object.entries({ partnerAccount: roles.partnerAccount, subaccount: roles.subaccount }).flatMap(
    ([resource, operations]) =>
      Object.entries(operations)
        .filter(([, allowed]) => allowed.some((name) => billingRole(name) === role))
        .map(([operation]) => `${resource}.${operation}`),
  );
}
