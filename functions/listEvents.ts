import type * as z from 'zod/mini';
import { type event, listEvents } from '../shared/contract/contract.ts';
import { actorAnswer } from '../shared/customer/answers.ts';
import type { Delivery } from '../shared/customer/delivery.ts';
import type { CustomerEvent } from '../shared/customer/event.ts';
import { eventFromItem } from '../shared/customer/item.ts';
import { mailAnswer } from '../shared/customer/mailAnswer.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import { recordView } from '../shared/partner/events.ts';
import { customerKey, EVENT_PREFIX, eventKey, versionOf } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { query } from '../shared/table/table.ts';

/** Lists the events of a customer: the audit trail, without internal data. */
export const handler = serve(
  forCustomer(listEvents, async ({ query: page, stored, caller, grants, now }) => {
    const { id } = stored.customer;
    const newestFirst = page.order === 'desc';
    const scope = `${listEvents.name} ${id}${newestFirst ? ' desc' : ''}`;
    const { limit, position } = readPage(page, scope);
    // Without a role on the customer, the caller reads it as an operator.
    if (!grants.any) await recordView(stored.customer, caller.id, now);
    const { items, last } = await query({
      condition: 'pk = :customer AND begins_with(sk, :prefix)',
      values: { ':customer': customerKey(id).pk, ':prefix': EVENT_PREFIX },
      limit,
      newestFirst,
      start: position && eventKey(id, Number(position[0])),
    });
    return {
      answer: {
        events: items.map(eventFromItem).map((each) => eventAnswer(each, stored.delivery, caller.operator)),
        ...(last && {
          nextPageToken: pageToken([String(versionOf({ pk: String(last['pk']), sk: String(last['sk']) }))], scope),
        }),
      },
    };
  }),
);

/** An event without its internal data: the idempotency key, and the nonce, from which the emailed link is made. */
function eventAnswer(
  shownEvent: CustomerEvent,
  newest: Delivery | undefined,
  toOperator: boolean,
): z.output<typeof event> {
  const { version, type, at, data, mails = [] } = shownEvent;
  const { nonce, changes, ...shown } = data as Record<string, unknown> & { changes?: Record<string, unknown> };
  const { nonce: newNonce, ...others } = changes ?? {};
  return {
    version,
    type,
    at,
    actor: actorAnswer(shownEvent, toOperator),
    data: { ...shown, ...(changes && { changes: others }) },
    ...(mails.length > 0 && { mails: mails.map((mail) => mailAnswer(mail, shownEvent, newest)) }),
  };
}
