import { loadPartner } from '../shared/answers.ts';
import { loadMembership } from '../shared/caller.ts';
import { getMe } from '../shared/contract.ts';
import { forSignedIn, serve } from '../shared/http.ts';

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
