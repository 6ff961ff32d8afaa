/** Changes access to a subaccount, for `updateAccess` and for the Billing API. */

import type { AccessDelta, Circumstances } from '../customer/command.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { type Changed, changeCustomer } from '../customer/store.ts';
import { errorFields, writeLog } from '../log.ts';
import { customerIdOf } from '../table/keys.ts';
import type { Alongside } from '../table/table.ts';
import { applyDeltas, loadAccessWithOrigins, subjectOfDelta } from './bindings.ts';
import { membershipByAttempt, whileMember } from './caller.ts';
import { customersSide, loadPeopleAround, NOBODY } from './customersSide.ts';
import { loadDepartures, loadGrants } from './departures.ts';
import { type Caller, isGranted, type Membership, sinceDeparture } from './grants.ts';
import { roleNotHeld } from './member.ts';
import { bindingWrites, settlePointers } from './pointers.ts';
import { holdsRole } from './rolePermissions.ts';

/**
 * Grants and revokes roles on the subaccount: all of the deltas, or none. Each attempt checks that the caller holds these roles, on the
 * state that it changes, and with the membership of that moment.
 *
 * @throws Problem ROLE_NOT_HELD, ROLE_OF_MEMBERSHIP, ROLE_OF_CONTACT, TOO_MANY_BINDINGS, CUSTOMER_STATUS, STALE_VERSION
 */
export async function changeAccess(
  stored: StoredCustomer,
  deltas: AccessDelta[],
  { caller, membership: known }: { caller: Caller; membership: Membership | undefined },
  circumstances: Circumstances,
): Promise<Changed> {
  const { now, program } = circumstances;
  const membershipNow = membershipByAttempt(caller, known);
  let writes: ReturnType<typeof bindingWrites> = { alongside: [], owing: [] };
  let asMember: Alongside[] = [];
  const changed = await changeCustomer(stored, {
    circumstances,
    command: async (customer) => {
      const membership = await membershipNow();
      const { partnerId } = customer;
      asMember =
        membership?.partnerId === partnerId ? [whileMember({ subject: caller.subject, partnerId }, 'conflict')] : [];
      const access = await loadAccessWithOrigins(customer);
      const grants = await loadGrants(customer, caller, membership, access.bound[caller.subject] ?? {});
      const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
      const foreign = deltas.findIndex(({ roleId }) => !holdsRole(held, roleId));
      const { roleId } = deltas[foreign] ?? {};
      if (roleId !== undefined) throw roleNotHeld(roleId, `deltas.${foreign}.roleId`);
      // A role that was granted and then lost by leaving can be granted again.
      const grantedAgain = deltas.filter((delta) => isGranted(access.bound[subjectOfDelta(delta)]?.[delta.roleId]));
      const subjectsAgain = grantedAgain.map(subjectOfDelta);
      const departures = await loadDepartures(partnerId, subjectsAgain);
      const before = { ...access.bound };
      for (const [subject, leftAt] of departures) before[subject] = sinceDeparture(before[subject] ?? {}, leftAt);
      const origin = { by: caller.subject, at: now.toISOString() };
      // Only the customer's people grant a role that is granted already with an effect.
      const people =
        subjectsAgain.length > 0 && asMember.length === 0
          ? await loadPeopleAround(customer, access.bound, [caller.subject, ...subjectsAgain])
          : NOBODY;
      const { gives } = customersSide(customer, people);
      const { after, effective } = await applyDeltas(customer, before, deltas, origin, gives);
      writes = bindingWrites(customer, access, after, now);
      return { type: 'updateAccess', deltas: effective };
    },
    alongside: () => [...asMember, ...writes.alongside],
  });
  for (const key of changed.event ? writes.owing : []) {
    try {
      await settlePointers(key, now, program);
    } catch (error) {
      // The change is committed. The schedule writes the pointers that are left.
      writeLog({ level: 'ERROR', work: 'updateAccess', customerId: customerIdOf(key), ...errorFields(error) });
    }
  }
  return changed;
}
