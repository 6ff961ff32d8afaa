import { listBlockedPartners } from '../shared/contract/contract.ts';
import { mailboxOf } from '../shared/contract/fields.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { blockOf } from '../shared/partner/cooldown.ts';
import { loadPartners } from '../shared/partner/partner.ts';
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
    const untils = new Map(
      items.flatMap((item) => {
        const until = blockOf(item, now);
        return until === undefined ? [] : [[item.sk.slice(MAILED_BY_PREFIX.length), until] as const];
      }),
    );
    const partners = await loadPartners([...untils.keys()]);
    return {
      answer: {
        partners: partners.map(({ id, name }) => ({ id, name, until: untils.get(id) ?? '' })),
        ...(last && {
          nextPageToken: pageToken(
            [last['sk'] as string].map((sk) => sk.slice(MAILED_BY_PREFIX.length)),
            scope,
          ),
        }),
      },
    };
  }),
);
