/** Where the roles of the list of access bindings come from. Pure. */
import type * as z from 'zod/mini';
import type { accessBinding } from '../contract/contract.ts';
import { ADMIN_ROLE, CUSTOMER_ROLE, ORGANIZATION_ADMIN_ROLE } from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';
import { isGranted, isInvitee, type OwnBindings, originsOfAdministrator, sinceDeparture } from './grants.ts';

export type RoleOrigin = z.output<typeof accessBinding>['origins'][number];

/**
 * The origins of a role that a subject holds by default or by hand.
 *
 * @param member whether the subject belongs to the customer's partner
 * @param own the subject's roles by hand
 * @param leftAt when the subject last left the partner
 */
export function roleOrigins(
  customer: Customer,
  subject: Subject,
  roleId: string,
  { member, own = {}, leftAt }: { member: boolean; own?: OwnBindings | undefined; leftAt?: string | undefined },
): RoleOrigin[] {
  const { createdAt: at, createdBy, confirmedAt } = customer;
  const isAdministrators = roleId === ADMIN_ROLE || roleId === ORGANIZATION_ADMIN_ROLE;
  const byDefault = isAdministrators
    ? originsOfAdministrator(customer, subject, member, leftAt).map((type): RoleOrigin => {
        if (type === 'CONFIRMATION') return { type, ...(confirmedAt !== undefined && { at: confirmedAt }) };
        return { type, at, ...(type === 'ADMINISTRATORS' && { by: idOf(createdBy) }) };
      })
    : [];
  const isInvited = roleId === CUSTOMER_ROLE && isInvitee(customer, subject);
  const byHand = sinceDeparture(own, leftAt)[roleId];
  return [
    ...byDefault,
    ...(isInvited ? [{ type: 'INVITATION' as const }] : []),
    ...(isGranted(byHand)
      ? [{ type: 'GRANT' as const, ...(typeof byHand === 'object' && { by: idOf(byHand.by), at: byHand.at }) }]
      : []),
  ];
}

const idOf = (actor: string) => actor.slice(actor.indexOf('#') + 1);
