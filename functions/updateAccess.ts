import { grantsOn, holdsRole, mayOnSubaccount } from '../shared/access.ts';
import { etag } from '../shared/answers.ts';
import { applyDeltas, bindingWrites, loadBound } from '../shared/bindings.ts';
import { updateAccess } from '../shared/contract.ts';
import { forCustomer, roleMissing, serve } from '../shared/http.ts';
import { roleNotHeld } from '../shared/member.ts';
import { type Alongside, changeCustomer } from '../shared/table.ts';

/** Grants and revokes roles on the subaccount, all or none. What the caller holds is judged by the same state that is changed. */
export const handler = serve(
  forCustomer(updateAccess, async ({ body, stored, caller, membership, circumstances }) => {
    let writes: Alongside[] = [];
    const changed = await changeCustomer({
      customerId: stored.customer.id,
      known: stored,
      circumstances,
      command: async (customer) => {
        const before = await loadBound(customer);
        const grants = grantsOn(customer, caller, membership, before[caller.subject]);
        if (!mayOnSubaccount(grants, 'manageAccess')) throw roleMissing();
        const held = [...grants.onPartnerAccount, ...grants.onSubaccount];
        const foreign = body.deltas.findIndex(({ roleId }) => !holdsRole(held, roleId));
        const { roleId } = body.deltas[foreign] ?? {};
        if (roleId !== undefined) throw roleNotHeld(roleId, `deltas.${foreign}.roleId`);
        const { after, effective } = await applyDeltas(customer, before, body.deltas);
        writes = await bindingWrites(customer, before, after);
        return { type: 'updateAccess', deltas: effective };
      },
      alongside: () => writes,
    });
    return { headers: etag(changed) };
  }),
);
