/** The wish of a recipient who has declined, and wants no more invitations from the partner. */
import type { Customer } from '../customer/customer.ts';
import { blockedUntil } from '../partner/cooldown.ts';

/**
 * Until when the recipient of a declined invitation wants no more invitations from the partner; undefined if it may be invited. The wish is
 * of the mailbox: the recipient may have expressed or lifted it at another invitation. Reads nothing in other statuses.
 */
export async function loadBlock(
  { status, email, partnerId }: Pick<Customer, 'status' | 'email' | 'partnerId'>,
  now: Date,
): Promise<string | undefined> {
  return status === 'DECLINED' && email !== null ? blockedUntil({ partnerId, email }, now) : undefined;
}
