/** The wish of a recipient who has declined, and wants no more invitations from the partner. */
import { asOf, type Customer } from '../customer/customer.ts';
import { blockedUntil } from '../partner/cooldown.ts';
import type { Program } from '../program/program.ts';

/**
 * Until when the recipient of a declined or expired invitation wants no more invitations from the partner; undefined if it may be invited.
 * The wish is of the mailbox: the recipient may have expressed or lifted it at another invitation. Reads nothing in other statuses.
 */
export async function loadBlock(stored: Customer, now: Date, program: Program): Promise<string | undefined> {
  const { status, email, partnerId } = asOf(stored, now, program);
  const isRead = email !== null && (status === 'DECLINED' || status === 'EXPIRED');
  return isRead ? blockedUntil({ partnerId, email }, now) : undefined;
}
