import { loadMembership } from '../shared/access/caller.ts';
import { getMe } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Says who is signed in. `partner` is null if the caller belongs to no partner. */
export const handler = serve(
  forSignedIn(getMe, async ({ caller }) => {
    const membership = await loadMembership(caller.subject);
    return {
      answer: {
        user: { id: caller.id, email: caller.email },
        partner: membership ? await loadPartner(membership.partnerId) : null,
        roles: membership?.roles ?? [],
        operator: caller.operator,
      },
    };
  }),
);
