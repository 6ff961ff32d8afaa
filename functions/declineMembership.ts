import { endInvitationWrites } from '../shared/access/inviteMember.ts';
import { loadInvited } from '../shared/access/member.ts';
import { declineMembership } from '../shared/contract/contract.ts';
import { replayHeaders } from '../shared/customer/answers.ts';
import { keyUseWrites, loadKeyUse } from '../shared/customer/keyUse.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { membershipKey } from '../shared/table/keys.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Declines the membership that a partner offers. Without an open invitation there is nothing to do. */
export const handler = serve(
  forSignedIn(declineMembership, async ({ path, caller: { subject }, now, circumstances: { idempotency } }) => {
    const replayed = await retryConflicts(async () => {
      const [invited, use] = await Promise.all([
        loadInvited(subject, path['partnerId'] ?? '', now),
        loadKeyUse(membershipKey(subject), idempotency),
      ]);
      // A late retry must not decline a newer invitation.
      if (!invited || use) return use !== undefined;
      const writes = [
        ...endInvitationWrites(invited, { type: 'MemberDeclined', actor: subject, now }),
        ...keyUseWrites(membershipKey(subject), idempotency, now),
      ];
      return (await transact(writes)) === 'conflict' ? 'conflict' : false;
    });
    return { headers: replayHeaders(replayed) };
  }),
);
