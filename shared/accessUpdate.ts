/** How access to a subaccount is changed: one path for `updateAccess` and for the Billing API. */
import { type Caller, grantsOn, holdsRole, type Membership, mayOnSubaccount } from './access.ts';
import { applyDeltas, bindingWrites, loadBound } from './bindings.ts';
import type { AccessDelta, Circumstances } from './customer.ts';
import { roleMissing } from './http.ts';
import { roleNotHeld } from './member.ts';
import { type Alongside, type Changed, changeCustomer, type StoredCustomer } from './table.ts';

/**
 * Grants and revokes roles on the subaccount, all or none. What the caller holds is judged by the same state that is changed.
 *
 * @throws Problem ROLE_MISSING, ROLE_NOT_HELD, ROLE_OF_MEMBERSHIP, TOO_MANY_BINDINGS, CUSTOMER_STATUS, STALE_VERSION
 */
export async function changeAccess(
  stored: StoredCustomer,
  deltas: AccessDelta[],
  { caller, membership }: { caller: Caller; membership: Membership | undefined },
  circumstances: Circumstances,
): Promise<Changed> {
  let writes: Alongside[] = [];
  return changeCustomer({
    customerId: stored.customer.id,
    known: stored,
    circumstances,
    command: async (customer) => {
      const before = await loadBound(customer);
      const grants = grantsOn(customer, caller, membership, before[caller.subject]);
      if (!mayOnSubaccount(grants, 'manageAccess')) throw roleMissing();
      const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
      const foreign = deltas.findIndex(({ roleId }) => !holdsRole(held, roleId));
      const { roleId } = deltas[foreign] ?? {};
      if (roleId !== undefined) throw roleNotHeld(roleId, `deltas.${foreign}.roleId`);
      const { after, effective } = await applyDeltas(customer, before, deltas);
      writes = await bindingWrites(customer, before, after);
      return { type: 'updateAccess', deltas: effective };
    },
    alongside: () => writes,
  });
}
