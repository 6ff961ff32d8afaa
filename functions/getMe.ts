import { loadMembership } from '../shared/access/caller.ts';
import { getMe } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartner } from '../shared/partner/partner.ts';

/** Who is signed in. Someone without a partner is told so: `partner` is null. */
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
