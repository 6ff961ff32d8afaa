import { holderOf, loadAccountCloud } from '../shared/cloud/accountCloud.ts';
import { unlinkCloud } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { changeCustomer } from '../shared/customer/store.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { accountCloudKey, cloudKey } from '../shared/table/keys.ts';
import { getItem, remove, update } from '../shared/table/table.ts';

/**
 * Unlinks a linked cloud: it is then billed to the customer directly, and can be linked again. A cloud that was created here can be
 * unlinked only by its holder, and stays in the organization.
 */
export const handler = serve(
  forCustomer(unlinkCloud, async ({ path, stored, caller, circumstances }) => {
    const { id: customerId } = stored.customer;
    const { cloudId = '' } = path;
    await changeCustomer(stored, {
      circumstances,
      command: async () => {
        const [cloud, recorded] = await Promise.all([
          getItem(cloudKey(customerId, cloudId)),
          loadAccountCloud(cloudId),
        ]);
        if (!cloud) {
          throw new Problem('CLOUD_NOT_FOUND', 'There is no such cloud on this subaccount. GET …/clouds lists them.');
        }
        if (cloud['origin'] !== 'LINKED' && !(recorded && holderOf(recorded) === caller.subject)) {
          throw new Problem(
            'CLOUD_NOT_LINKED',
            "The cloud was created in the subaccount's organization. Only the customer's contact can unlink it.",
          );
        }
        return { type: 'unlinkCloud', cloudId };
      },
      alongside: () => [
        { write: remove(cloudKey(customerId, cloudId)), refused: 'conflict' },
        {
          write: update(accountCloudKey(cloudId), 'REMOVE boundTo', {
            condition: 'boundTo = :customerId',
            values: { ':customerId': customerId },
          }),
          refused: 'conflict',
        },
      ],
    });
    return {};
  }),
);
