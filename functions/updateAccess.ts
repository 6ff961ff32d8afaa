import { grantsOn, holdsRole, mayOnSubaccount } from '../shared/access.ts';
import { etag } from '../shared/answers.ts';
import { applyDeltas, bindingWrites, loadAccess, settlePointers } from '../shared/bindings.ts';
import { membershipByAttempt } from '../shared/caller.ts';
import { updateAccess } from '../shared/contract.ts';
import { forCustomer, roleMissing, serve } from '../shared/http.ts';
import { customerIdOf } from '../shared/keys.ts';
import { writeLog } from '../shared/log.ts';
import { roleNotHeld } from '../shared/member.ts';
import { changeCustomer } from '../shared/table.ts';

/**
 * Grants and revokes roles on the subaccount, all or none. What the caller holds is judged by the same state that is changed,
 * and by its membership as it is at each attempt.
 */
export const handler = serve(
  forCustomer(updateAccess, async ({ body, stored, caller, membership: known, circumstances, now, program }) => {
    const membershipNow = membershipByAttempt(caller, known);
    let writes: ReturnType<typeof bindingWrites> = { alongside: [], owing: [] };
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: async (customer) => {
        const membership = await membershipNow();
        const access = await loadAccess(customer);
        const grants = grantsOn(customer, caller, membership, access.bound[caller.subject]);
        if (!mayOnSubaccount(grants, 'manageAccess')) throw roleMissing();
        const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
        const foreign = body.deltas.findIndex(({ roleId }) => !holdsRole(held, roleId));
        const { roleId } = body.deltas[foreign] ?? {};
        if (roleId !== undefined) throw roleNotHeld(roleId, `deltas.${foreign}.roleId`);
        const { after, effective } = await applyDeltas(customer, access.bound, body.deltas);
        writes = bindingWrites(customer, access, after, now);
        return { type: 'updateAccess', deltas: effective };
      },
      alongside: () => writes.alongside,
    });
    for (const key of changed.event ? writes.owing : []) {
      try {
        await settlePointers(key, now, program);
      } catch (error) {
        // The change is done: what is owed still, the schedule settles.
        const { name = 'Error', message = '' } = error instanceof Error ? error : {};
        writeLog({ level: 'ERROR', endpoint: updateAccess.name, customerId: customerIdOf(key), error: name, message });
      }
    }
    return { headers: etag(changed) };
  }),
);
