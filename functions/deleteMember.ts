import { membershipByAttempt } from '../shared/access/caller.ts';
import { allowMemberChange, NO_MEMBER, subjectOf } from '../shared/access/member.ts';
import { removeMember } from '../shared/access/removeMember.ts';
import { deleteMember } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';

/** Removes a member from the partner, or withdraws its invitation. */
export const handler = serve(
  forPartner(deleteMember, async ({ path, caller, membership, now }) => {
    const { partnerId } = membership;
    const membershipNow = membershipByAttempt(caller, membership);
    await removeMember(subjectOf(path['memberId'] ?? ''), partnerId, {
      actor: caller.subject,
      now,
      allow: async (before) =>
        allowMemberChange(partnerId, await membershipNow(), before, { ...NO_MEMBER, federated: before.federated }),
    });
    return {};
  }),
);
