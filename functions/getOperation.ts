import { actorAnswer, cloudAnswer } from '../shared/answers.ts';
import { getOperation } from '../shared/contract.ts';
import type { CustomerEvent } from '../shared/customer.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { eventKey } from '../shared/keys.ts';
import { operationId, operationNotFound, parseOperationId } from '../shared/operation.ts';
import { eventFromItem, getItem } from '../shared/table.ts';

/** What the change did, in a word or two. */
const DESCRIPTIONS: Record<CustomerEvent['type'], string> = {
  CustomerInvited: 'Invite customer',
  CustomerRegistered: 'Create reseller-served customer',
  InvitationResent: 'Send invitation again',
  InvitationReminded: 'Remind of invitation',
  ReminderSkipped: 'Skip reminder of invitation',
  InvitationAccepted: 'Accept invitation',
  InvitationDeclined: 'Decline invitation',
  CustomerApproved: 'Approve customer',
  CustomerRejected: 'Reject customer',
  CustomerSuspended: 'Suspend customer',
  CustomerActivated: 'Activate customer',
  CustomerUpdated: 'Update customer',
  AccessUpdated: 'Update access bindings',
  CustomerExpired: 'Expire customer',
  CustomerDeleted: 'Delete customer',
  CloudCreated: 'Create cloud',
  CloudLinked: 'Link cloud',
  CloudUnlinked: 'Unlink cloud',
};

/** An operation is a change of a customer, which has happened or isn't there: the event tells all about it. */
export const handler = serve(
  forCustomer(getOperation, async ({ path, stored }) => {
    const { partnerId } = stored.customer;
    const { customerId = '', version = 0 } = parseOperationId(path['operationId'] ?? '') ?? {};
    const item = await getItem(eventKey(customerId, version));
    if (!item) throw operationNotFound();
    const event = eventFromItem(item);
    const { type, at, data } = event;
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
