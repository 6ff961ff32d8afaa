import { isContact } from '../shared/access/grants.ts';
import { holderOf, loadAccountCloud } from '../shared/cloud/accountCloud.ts';
import { accountCloudWrites } from '../shared/cloud/cloud.ts';
import { unlinkCloud } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { accountCloudKey, cloudKey } from '../shared/table/keys.ts';
import { type Alongside, getItem, remove, update } from '../shared/table/table.ts';

/**
 * Unlinks a linked cloud: it is then billed to the customer directly, and can be linked again. A cloud that was created here can be
 * unlinked only by its holder, and stays in the organization.
 */
export const handler = serve(
  forCustomer(unlinkCloud, async ({ path, stored, caller, circumstances }) => {
    const { id: customerId } = stored.customer;
    const { cloudId = '' } = path;
    let released: Alongside[] = [];
    await changeCustomer(stored, {
      circumstances,
      command: async (customer) => {
        const [cloud, recorded] = await Promise.all([
          getItem(cloudKey(customerId, cloudId)),
          loadAccountCloud(cloudId),
        ]);
        if (!cloud) {
          throw new Problem('CLOUD_NOT_FOUND', 'There is no such cloud on this subaccount. GET …/clouds lists them.');
        }
        const isHolder = recorded
          ? holderOf(recorded) === caller.subject
          : // Created before clouds were recorded under accounts: the holder is the contact.
            isContact(customer, caller.subject);
        if (cloud['origin'] !== 'LINKED' && !isHolder) throw notLinked(customer.email !== null);
        released = recorded
          ? [unbindWrite(cloudId, customerId)]
          : accountCloudWrites(caller.id, cloudId, { name: String(cloud['name']) }, 'conflict');
        return { type: 'unlinkCloud', cloudId };
      },
      alongside: () => [{ write: remove(cloudKey(customerId, cloudId)), refused: 'conflict' }, ...released],
    });
    return {};
  }),
);

/** Releases a cloud of its link. The account that it was billed to before the link does not pay for it again. */
const unbindWrite = (cloudId: string, customerId: string): Alongside => ({
  write: update(accountCloudKey(cloudId), 'REMOVE boundTo, billedTo', {
    // A cloud that was created before clouds were recorded under accounts, and that the provider has recorded since, isn't bound.
    condition: 'attribute_exists(pk) AND (attribute_not_exists(boundTo) OR boundTo = :customerId)',
    values: { ':customerId': customerId },
  }),
  refused: 'conflict',
});

const notLinked = (hasContact: boolean) =>
  new Problem(
    'CLOUD_NOT_LINKED',
    hasContact
      ? "The cloud was created in the subaccount's organization. Only the person whose account it belongs to can unlink it: the customer's contact."
      : "The cloud was created in the subaccount's organization. It stays billed to the subaccount, because the customer has no account of its own.",
  );
