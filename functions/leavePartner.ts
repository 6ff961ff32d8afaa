import { departureTime, loadMember, memberWrites } from '../shared/access/member.ts';
import { membershipNotFound } from '../shared/access/myMemberships.ts';
import { leavePartner } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Ends the caller's own membership of the partner that the request names. The last owner stays. */
export const handler = serve(
  forSignedIn(leavePartner, async ({ path: { partnerId = '' }, caller: { subject } }) => {
    await retryConflicts(async () => {
      const before = await loadMember(subject);
      if (before?.partnerId !== partnerId) throw membershipNotFound();
      const change = { subject, partnerId, before, after: undefined };
      return transact(memberWrites({ ...change, type: 'MemberLeft', actor: subject, now: departureTime() }));
    });
    return {};
  }),
);
