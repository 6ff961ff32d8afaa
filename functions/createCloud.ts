import { cloudAnswer, cloudItem, replayHeaders } from '../shared/answers.ts';
import { createCloud } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { newCloudId } from '../shared/ids.ts';
import { cloudKey, cloudNameKey } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { changeCustomer, putNew } from '../shared/table.ts';

/** Creates a cloud in the customer's organization; its name is unique there. */
export const handler = serve(
  forCustomer(createCloud, async ({ body, stored, circumstances }) => {
    const { id: customerId } = stored.customer;
    const { name } = body;
    const cloudId = newCloudId(customerId, circumstances.idempotency);
    const { event, replayed } = await changeCustomer({
      customerId,
      known: stored,
      circumstances,
      command: () => ({ type: 'createCloud', cloudId, name }),
      makes: cloudKey(customerId, cloudId),
      alongside: (_, event) => [
        { write: putNew(cloudItem(event)), refused: 'conflict' },
        {
          write: putNew({ ...cloudNameKey(customerId, name), cloudId }),
          refused: new Problem(
            'CLOUD_NAME_TAKEN',
            `A cloud named ${name} exists in this organization. Choose another name.`,
            {
              errors: [{ path: 'name', message: 'a cloud with this name exists' }],
            },
          ),
        },
      ],
    });
    return { answer: cloudAnswer(event), headers: replayHeaders(replayed) };
  }),
);
