/** Spares the recipients of a customer's invitations: the writes of the cooldown that belong to an event. */
import { mailboxOf } from '../contract/fields.ts';
import { endWaitSoon, oweInvitation } from '../partner/cooldown.ts';
import type { Alongside } from '../table/table.ts';
import type { Circumstances } from './command.ts';
import type { Customer } from './customer.ts';
import type { Delivery } from './delivery.ts';
import type { CustomerEvent } from './event.ts';

/** Whether an event invites the customer's address, whether or not the program mails this invitation. */
const invites = ({ type, data }: CustomerEvent): boolean =>
  type === 'CustomerInvited' ||
  type === 'InvitationResent' ||
  (type === 'CustomerUpdated' && data.expiresAt !== undefined);

/** Whether an event calls for an invitation mail, which the partner's limits count. A reminder is not one. */
export const callsForInvitation = (event: CustomerEvent | null): boolean =>
  event !== null && invites(event) && event.mails !== undefined;

/**
 * The writes that reserve the recipient of an invitation mail, and that end the wait for a mail which is not wanted any more.
 *
 * @param before undefined for a new customer
 * @param delivery the delivery of its newest mail; undefined if none is known
 * @returns writes that may be refused with RESEND_TOO_SOON or INVITATIONS_DECLINED
 */
export function spareRecipient(
  before: Customer | undefined,
  after: Customer,
  event: CustomerEvent,
  delivery: Delivery | undefined,
  { now, program }: Circumstances,
): Alongside[] {
  const { partnerId } = after;
  const writes: Alongside[] = [];
  const withdrawn = after.status === 'DELETED' || mailboxOf(before?.email ?? '') !== mailboxOf(after.email ?? '');
  if (before?.email != null && before.invitedAt !== undefined && withdrawn) {
    const mayWait = delivery?.mailVersion !== before.mailVersion;
    if (mayWait) writes.push(endWaitSoon({ partnerId, email: before.email }, before.invitedAt, now));
  }
  if (after.email !== null && invites(event)) {
    const at = callsForInvitation(event) ? event.at : undefined;
    writes.push(oweInvitation({ partnerId, email: after.email }, at, now, program));
  }
  return writes;
}
