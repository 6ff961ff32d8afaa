import type * as z from 'zod/mini';
import { listPartnerLog, type partnerEvent } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import type { PartnerEvent } from '../shared/partner/events.ts';
import { EVENT_PREFIX, partnerEventIdOf, partnerEventKey, partnerKey } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { type Item, query } from '../shared/table/table.ts';

/** Lists the events of the caller's partner, newest first: who changed what about the partner, and when. */
export const handler = serve(
  forPartner(listPartnerLog, async ({ query: page, membership: { partnerId } }) => {
    const scope = `${listPartnerLog.name} ${partnerId}`;
    const { limit, position } = readPage(page, scope);
    const { items, last } = await query({
      condition: 'pk = :partner AND begins_with(sk, :prefix)',
      values: { ':partner': partnerKey(partnerId).pk, ':prefix': EVENT_PREFIX },
      limit,
      newestFirst: true,
      start: position && partnerEventKey(partnerId, position[0] ?? ''),
    });
    return {
      answer: {
        events: items.map(eventAnswer),
        ...(last && { nextPageToken: pageToken([partnerEventIdOf(last as Item)], scope) }),
      },
    };
  }),
);

/** An event as its partner reads it. Which of the provider's operators acted is the provider's own business. */
function eventAnswer(item: Item): z.output<typeof partnerEvent> {
  const { type, at, actor, data } = item as Item & Omit<PartnerEvent, 'at'> & { at: string };
  const by = actor.startsWith('OPERATOR#') ? 'OPERATOR' : actor.slice(actor.indexOf('#') + 1);
  return { id: partnerEventIdOf(item), type, at, actor: by, data };
}
