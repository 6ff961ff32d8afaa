import { anyMemberFromItem, isOpen } from '../shared/access/member.ts';
import { membershipAnswer } from '../shared/access/myMemberships.ts';
import { listMyMemberships } from '../shared/contract/contract.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { loadPartners } from '../shared/partner/partner.ts';
import { membershipKey, PENDING_PREFIX } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the caller's membership, and then the memberships that partners offer to the caller. */
export const handler = serve(
  forSignedIn(listMyMemberships, async ({ caller: { subject }, query: page, now }) => {
    const scope = `${listMyMemberships.name} ${subject}`;
    const { limit, position } = readPage(page, scope);
    const { pk, sk: first } = membershipKey(subject);
    const { items, last } = await query({
      condition: 'pk = :subject AND sk BETWEEN :first AND :last',
      // ~ sorts after every character of a partner's id.
      values: { ':subject': pk, ':first': first, ':last': `${PENDING_PREFIX}~` },
      limit,
      start: position && { pk, sk: position[0] },
    });
    const open = items.filter((item) => isOpen(item['lapsesAt'], now));
    const known = await loadPartners(open.map(({ partnerId }) => String(partnerId)));
    const partners = new Map(known.map((partner) => [partner.id, partner]));
    return {
      answer: {
        memberships: open.flatMap((item) => {
          const partner = partners.get(String(item['partnerId']));
          return partner ? [membershipAnswer(anyMemberFromItem(item), partner)] : [];
        }),
        ...(last && { nextPageToken: pageToken([String(last['sk'])], scope) }),
      },
    };
  }),
);
