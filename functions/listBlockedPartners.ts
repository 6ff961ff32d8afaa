import { listBlockedPartners } from '../shared/contract/contract.ts';
import { mailboxOf } from '../shared/contract/fields.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { blockOf } from '../shared/partner/cooldown.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { MAILED_BY_PREFIX, mailedByKey } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the partners from which the caller's mailbox wants no more invitations. */
export const handler = serve(
  forSignedIn(listBlockedPartners, async ({ caller, query: page, now }) => {
    const scope = `${listBlockedPartners.name} ${caller.subject}`;
    const { limit, position } = readPage(page, scope);
    const { pk } = mailedByKey('', mailboxOf(caller.id));
    const { items, last } = await query({
      condition: 'pk = :mailbox AND begins_with(sk, :prefix)',
      values: { ':mailbox': pk, ':prefix': MAILED_BY_PREFIX },
      limit,
      start: position && { pk, sk: MAILED_BY_PREFIX + position[0] },
    });
    const blocking = items.flatMap((item) => {
      const until = blockOf(item, now);
      return until === undefined ? [] : [{ partnerId: item.sk.slice(MAILED_BY_PREFIX.length), until }];
    });
    const partners = blocking.map(async ({ partnerId, until }) => {
      const { id, name } = await loadPartner(partnerId);
      return { id, name, until };
    });
    return {
      answer: {
        partners: await Promise.all(partners),
        ...(last && { nextPageToken: pageToken([String(last['sk']).slice(MAILED_BY_PREFIX.length)], scope) }),
      },
    };
  }),
);
