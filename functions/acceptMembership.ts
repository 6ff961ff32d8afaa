import { loadInvited, loadMember, memberWrites } from '../shared/access/member.ts';
import { memberOfAnother, membershipAnswer, membershipNotFound } from '../shared/access/myMemberships.ts';
import { acceptMembership } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/**
 * Accepts the membership that a partner offers. From then on the caller has its roles. Accepting again answers as before. Invitations by
 * other partners stay.
 */
export const handler = serve(
  forSignedIn(acceptMembership, async ({ path, caller, now }) => {
    const { partnerId = '' } = path;
    const { subject } = caller;
    const accepted = await retryConflicts(async () => {
      const [before, invited] = await Promise.all([loadMember(subject), loadInvited(subject, partnerId, now)]);
      if (before?.partnerId === partnerId) return before;
      if (!invited) throw membershipNotFound();
      if (before) throw memberOfAnother();
      const { roles, federated } = invited;
      const change = { subject, partnerId, before, after: { roles, federated }, accepted: invited };
      const writes = memberWrites({ ...change, type: 'MemberAccepted', actor: subject, now });
      const { lapsesAt, ...member } = invited;
      return (await transact(writes)) === 'conflict' ? 'conflict' : member;
    });
    return { answer: membershipAnswer(accepted, await loadPartner(partnerId)) };
  }),
);
