import { membershipByAttempt } from '../shared/access/caller.ts';
import { allowMemberChange, loadMember, memberWrites, NO_MEMBER, subjectOf } from '../shared/access/member.ts';
import { deleteMember } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Removes a member from the partner. One owner always stays, even if several are removed at the same time. */
export const handler = serve(
  forPartner(deleteMember, async ({ path, caller, membership, now }) => {
    const { partnerId } = membership;
    const { memberId = '' } = path;
    const subject = subjectOf(memberId);
    const membershipNow = membershipByAttempt(caller, membership);
    await retryConflicts(async () => {
      const before = await loadMember(subject);
      if (before?.partnerId !== partnerId) {
        throw new Problem('MEMBER_NOT_FOUND', 'There is no such member. GET /v1/members lists those of your partner.');
      }
      allowMemberChange(partnerId, await membershipNow(), before, { ...NO_MEMBER, federated: before.federated });
      return transact(memberWrites(subject, partnerId, before, undefined, now));
    });
    return {};
  }),
);
