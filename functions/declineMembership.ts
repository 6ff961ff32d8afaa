import { endInvitationWrites } from '../shared/access/inviteMember.ts';
import { loadInvited } from '../shared/access/member.ts';
import { declineMembership } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Declines the membership that a partner offers. Without an open invitation there is nothing to do. */
export const handler = serve(
  forSignedIn(declineMembership, async ({ path, caller: { subject }, now }) => {
    await retryConflicts(async () => {
      const invited = await loadInvited(subject, path['partnerId'] ?? '', now);
      if (!invited) return 'done';
      return transact(endInvitationWrites(invited, { type: 'MemberDeclined', actor: subject, now }));
    });
    return {};
  }),
);
