/** Which operations a role allows, by the tables of `shared/contract/roles.json`. */

import { Problem } from '../contract/problem.ts';
import { billingRole, type PartnerOperation, roles, type SubaccountOperation } from '../contract/roles.ts';
import type { Grants } from './grants.ts';

/**
 * "suspend, activate and delete need the role on the partner account: a binding on the subaccount, such as its customer's admin
 * holds, is not enough" (`roles.json`, rules).
 */
const PARTNER_ACCOUNT_ALONE: readonly SubaccountOperation[] = ['activateSubaccount', 'deleteUnconfirmed'];

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
 * Whether someone may grant or revoke a role: "Nobody grants or revokes a role they do not hold themselves". A person holds a role
 * that it has, and each role that allows less than a role that it has. So an owner holds all assignable roles, an administrator holds
 * the roles below its own, and of two roles that allow the same, neither holds the other.
 *
 * @param held the full names of the roles that the person has
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

/** Everything that a role allows by the source, on the partner account and on subaccounts. */
function operationsOf(role: string): string[] {
  return Object.entries({ partnerAccount: roles.partnerAccount, subaccount: roles.subaccount }).flatMap(
    ([resource, operations]) =>
      Object.entries(operations)
        .filter(([operation]) => !roles.additions.includes(operation))
        .filter(([, allowed]) => allowed.some((name) => billingRole(name) === role))
        .map(([operation]) => `${resource}.${operation}`),
  );
}

/** The refusal of a caller who may know of the customer, but has no role that allows the operation. */
export const roleMissing = () =>
  new Problem(
    'ROLE_MISSING',
    'Your roles do not allow this. Ask an owner of the partner account to do it, or for a role that may.',
  );
