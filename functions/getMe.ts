import { loadMembership } from '../shared/access/caller.ts';
import { loadMember, membershipWrites } from '../shared/access/member.ts';
import { getMe } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import type { Subject } from '../shared/table/keys.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** Says who is signed in. `partner` is null if the caller belongs to no partner. */
export const handler = serve(
  forSignedIn(getMe, async ({ caller, now }) => {
    const membership = await loadMembership(caller.subject);
    if (caller.federated && membership && !membership.federated) await recordFederation(caller.subject, now);
    return {
      answer: {
        user: { id: caller.id, email: caller.email, ...(caller.federated && { federated: caller.federated }) },
        partner: membership ? await loadPartner(membership.partnerId) : null,
        roles: membership?.roles ?? [],
        operator: caller.operator,
      },
    };
  }),
);

/**
 * Records that a member signs in through an identity provider. Who became a member without accepting, or before the provider was there, is
 * not known as federated yet. The portal asks who is signed in before anything else.
 */
async function recordFederation(subject: Subject, now: Date): Promise<void> {
  await retryConflicts(async () => {
    const before = await loadMember(subject);
    if (!before || before.federated) return 'done';
    const after = { roles: before.roles, federated: true };
    const { partnerId } = before;
    return transact(
      membershipWrites({ subject, partnerId, before, after, type: 'MemberChanged', actor: subject, now }),
    );
  });
}
