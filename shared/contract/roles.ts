/** The names of roles, and which operations each role allows, as the first provider documents them (`roles.json`). */
import rolesJson from './roles.json' with { type: 'json' };

/** Role by operation, for a partner account and for a subaccount. */
export const roles = rolesJson;

export type PartnerOperation = keyof typeof roles.partnerAccount;
export type SubaccountOperation = keyof typeof roles.subaccount;

/** A role as the API names it, such as `billing.accounts.owner`. */
export const billingRole = (name: string) => `billing.accounts.${name}`;
export const OWNER_ROLE = billingRole('owner');
export const ADMIN_ROLE = billingRole('admin');
/** The role that the invitee has by its invitation. It "cannot be assigned by hand" (`roles.json`). */
export const CUSTOMER_ROLE = billingRole('customer');

/** The roles that a person or a service account can be given. */
export const ASSIGNABLE_ROLES = roles.roles.map(billingRole).filter((role) => role !== CUSTOMER_ROLE);

/** Roles on the organization of a subaccount (seed 000). */
export const ORGANIZATION_OWNER_ROLE = 'organization-manager.organizations.owner';
export const ORGANIZATION_ADMIN_ROLE = 'organization-manager.admin';
