/** Who may do what: role by operation, from `roles.json`, as data. */
import type { Customer } from './customer.ts';
import type { Subject } from './keys.ts';
import rolesJson from './roles.json' with { type: 'json' };

/** Role by operation, as the first provider documents it for a partner account and for a subaccount. */
export const roles = rolesJson;

export type PartnerOperation = keyof typeof roles.partnerAccount;
export type SubaccountOperation = keyof typeof roles.subaccount;

/** A role as the API names it, such as `billing.accounts.owner`. */
export const billingRole = (name: string) => `billing.accounts.${name}`;

/** A partner's member: the partner it belongs to, and its roles on the partner account. */
export type Membership = { partnerId: string; roles: string[] };

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

/**
 * What the caller holds with regard to a customer: its membership, and the roles that were granted when the customer was
 * registered (creator, administrators, invitee) and when it became active (invitee). All derived, none copied.
 */
export function grantsOn(customer: Customer, caller: Caller, membership: Membership | undefined): Grants {
  const member = membership?.partnerId === customer.partnerId;
  const invitee = caller.email !== null && caller.email === customer.email;
  const administrator =
    caller.subject === customer.createdBy ||
    (caller.email !== null && customer.administrators.includes(caller.email)) ||
    // It has confirmed, and the provider has approved where its program says so (ADR 2).
    (invitee && customer.organization !== undefined);
  const onSubaccount = [
    ...(administrator ? [billingRole('admin')] : []),
    ...(invitee ? [billingRole('customer')] : []),
  ];
  return {
    onPartnerAccount: member ? membership.roles : [],
    onSubaccount,
    any: member || onSubaccount.length > 0,
  };
}

/** Whether one of the roles allows the operation on the partner account. */
export function mayOnPartnerAccount(held: string[], operation: PartnerOperation): boolean {
  return roles.partnerAccount[operation].some((role) => held.includes(billingRole(role)));
}

/** Whether one of the roles, on the partner account or on the subaccount, allows the operation on the subaccount. */
export function mayOnSubaccount(grants: Grants, operation: SubaccountOperation): boolean {
  const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
  return roles.subaccount[operation].some((role) => held.includes(billingRole(role)));
}
