import { membershipByAttempt } from '../shared/access/caller.ts';
import {
  allowMemberChange,
  loadMember,
  memberAnswer,
  memberElsewhere,
  memberWrites,
  NO_MEMBER,
  subjectOf,
} from '../shared/access/member.ts';
import { putMember } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Adds a person or a service account as a member, also before its first sign-in, or changes the roles of a member. */
export const handler = serve(
  forPartner(putMember, async ({ path, body, caller, membership, now }) => {
    const { partnerId } = membership;
    const { memberId = '' } = path;
    const subject = subjectOf(memberId);
    const after = { roles: [...new Set(body.roles)].sort(), federated: body.federated ?? false };
    const membershipNow = membershipByAttempt(caller, membership);
    await retryConflicts(async () => {
      const before = await loadMember(subject);
      if (before && before.partnerId !== partnerId) throw memberElsewhere(memberId, 'memberId');
      allowMemberChange(partnerId, await membershipNow(), before ?? NO_MEMBER, after);
      return transact(memberWrites(subject, partnerId, before, after, now));
    });
    return { answer: memberAnswer({ subject, partnerId, ...after }) };
  }),
);
