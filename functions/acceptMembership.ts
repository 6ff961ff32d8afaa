import { loadInvited, loadMember, memberWrites } from '../shared/access/member.ts';
import { memberOfAnother, membershipAnswer, membershipNotFound } from '../shared/access/myMemberships.ts';
import { acceptMembership } from '../shared/contract/contract.ts';
import { replayHeaders } from '../shared/customer/answers.ts';
import { keyUseWrites, loadKeyUse } from '../shared/customer/keyUse.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { membershipKey } from '../shared/table/keys.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/**
 * Accepts the membership that a partner offers. From then on the caller has its roles. Accepting again answers as before. Invitations by
 * other partners stay.
 */
export const handler = serve(
  forSignedIn(acceptMembership, async ({ path, caller, now, circumstances: { idempotency } }) => {
    const { partnerId = '' } = path;
    const { subject } = caller;
    const accepted = await retryConflicts(async () => {
      const [before, invited, use] = await Promise.all([
        loadMember(subject),
        loadInvited(subject, partnerId, now),
        loadKeyUse(membershipKey(subject), idempotency),
      ]);
      // A late retry must not accept a newer invitation, which may be to other roles.
      if (use) return { roles: use['roles'] as string[], replayed: true };
      if (before?.partnerId === partnerId) return { ...before, replayed: false };
      if (!invited) throw membershipNotFound();
      if (before) throw memberOfAnother();
      const { roles } = invited;
      // A person who signs in through an identity provider is federated, also if the partner didn't say so.
      const federated = invited.federated || caller.federated === true;
      const change = { subject, partnerId, before, after: { roles, federated }, accepted: invited };
      const writes = [
        ...memberWrites({ ...change, type: 'MemberAccepted', actor: subject, now }),
        ...keyUseWrites(membershipKey(subject), idempotency, now, { request: idempotency?.request, roles }),
      ];
      return (await transact(writes)) === 'conflict' ? 'conflict' : { roles, replayed: false };
    });
    const answer = membershipAnswer({ roles: accepted.roles }, await loadPartner(partnerId));
    return { answer, headers: replayHeaders(accepted.replayed) };
  }),
);
