/** Operations: a change of a customer, in the form of the Billing API. The id names the event, so nothing else is stored. */

import { Problem } from '../contract/problem.ts';
import { eventKey } from '../table/keys.ts';
import { getItem } from '../table/table.ts';
import type { CustomerEvent } from './event.ts';
import { eventFromItem } from './item.ts';

const OPERATION_ID = /^(dn2[a-z0-9]{17})\.([1-9][0-9]{0,7})$/;

/** The id of the operation that made a version of a customer: `dn2….7`. */
export const operationId = (customerId: string, version: number): string => `${customerId}.${version}`;

/** The customer and the version that an operation's id names; undefined if the id has another form. */
export function parseOperationId(id: string): { customerId: string; version: number } | undefined {
  const [, customerId, version] = OPERATION_ID.exec(id) ?? [];
  return customerId === undefined ? undefined : { customerId, version: Number(version) };
}

/** The refusal if there is no such operation, or the caller may not know of it. */
export const operationNotFound = () =>
  new Problem(
    'OPERATION_NOT_FOUND',
    'There is no such operation. Take its id unchanged from the answer that named it.',
  );

/**
 * The event of an operation.
 *
 * @throws Problem OPERATION_NOT_FOUND
 */
export async function loadOperation(id: string): Promise<CustomerEvent> {
  const { customerId, version } = parseOperationId(id) ?? {};
  const item = customerId !== undefined && version !== undefined && (await getItem(eventKey(customerId, version)));
  if (!item) throw operationNotFound();
  return eventFromItem(item);
}

/** The description of an operation, by the type of its event. */
export const DESCRIPTIONS: Record<CustomerEvent['type'], string> = {
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
  CloudAccessUpdated: 'Update access to cloud',
};
