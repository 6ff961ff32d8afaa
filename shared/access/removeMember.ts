/** Ends a membership, or withdraws the invitation of a member who has not accepted. */
import { endWaitSoon } from '../partner/cooldown.ts';
import type { PartnerActor } from '../partner/events.ts';
import type { Subject } from '../table/keys.ts';
import { retryConflicts, transact } from '../table/table.ts';
import { endInvitationWrites } from './inviteMember.ts';
import {
  departureTime,
  loadInvited,
  loadMember,
  type MemberRoles,
  memberNotFound,
  memberWrites,
  namedSubject,
} from './member.ts';

/**
 * Removes a member of a partner. One owner always stays, even if several are removed at the same time.
 *
 * @param allow refuses a caller who may not remove the member; called at each attempt
 * @throws Problem MEMBER_NOT_FOUND, LAST_OWNER, TRY_AGAIN
 */
export async function removeMember(
  subject: Subject,
  partnerId: string,
  { actor, now, allow }: { actor: PartnerActor; now: Date; allow?: (before: MemberRoles) => Promise<void> },
): Promise<void> {
  await retryConflicts(async () => {
    // In this order, a person who accepts between the two reads is found.
    const invited = await loadInvited(subject, partnerId, now);
    const member = await loadMember(subject);
    const before = member?.partnerId === partnerId ? member : undefined;
    const found = before ?? invited;
    if (!found) throw memberNotFound();
    await allow?.(found);
    if (before) {
      const removed = { type: 'MemberRemoved', actor, now: departureTime() } as const;
      return transact(memberWrites({ subject, partnerId, before, after: undefined, ...removed }));
    }
    if (!invited) return 'conflict';
    const { invitedAt, delivery } = invited;
    const waitEnds = endWaitSoon({ partnerId, email: namedSubject(subject).id }, invitedAt, now);
    return transact([
      ...endInvitationWrites(invited, { type: 'MemberInvitationWithdrawn', actor, now }),
      // A mail with a delivery has left.
      ...(delivery ? [] : [waitEnds]),
    ]);
  });
}
