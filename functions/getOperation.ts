import { cloudAnswer } from '../shared/cloud/answers.ts';
import { getOperation } from '../shared/contract/contract.ts';
import { actorAnswer } from '../shared/customer/answers.ts';
import { DESCRIPTIONS, loadOperation, operationId } from '../shared/customer/operation.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';

/** Shows an operation: a change of a customer that is done. All of its data comes from the event. */
export const handler = serve(
  forCustomer(getOperation, async ({ path, stored }) => {
    const { partnerId } = stored.customer;
    const event = await loadOperation(path['operationId'] ?? '');
    const { customerId, version, type, at, data } = event;
    const cloudId = 'cloudId' in data ? data.cloudId : undefined;
    return {
      answer: {
        id: operationId(customerId, version),
        description: DESCRIPTIONS[type],
        createdAt: at,
        createdBy: actorAnswer(event, false),
        modifiedAt: at,
        done: true as const,
        metadata: { partnerId, customerId, ...(cloudId !== undefined && { cloudId }) },
        response:
          type === 'CloudCreated' || type === 'CloudLinked'
            ? cloudAnswer(event)
            : { id: customerId, billingAccountId: customerId },
      },
    };
  }),
);
