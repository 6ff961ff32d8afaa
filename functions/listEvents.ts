import type * as z from 'zod/mini';
import { type event, listEvents } from '../shared/contract/contract.ts';
import { actorAnswer } from '../shared/customer/answers.ts';
import type { Delivery } from '../shared/customer/delivery.ts';
import type { CustomerEvent } from '../shared/customer/event.ts';
import { eventFromItem } from '../shared/customer/item.ts';
import { mailAnswer } from '../shared/customer/mailAnswer.ts';
import { opensInvitation } from '../shared/customer/owedMails.ts';
import { forCustomer, serve } from '../shared/http/serve.ts';
import type { Owing } from '../shared/mail/outbox.ts';
import { recordView } from '../shared/partner/events.ts';
import { bounceKey, customerKey, EVENT_PREFIX, eventKey, versionOf } from '../shared/table/keys.ts';
import { pageToken, readPage } from '../shared/table/page.ts';
import { type Item, query, queryAll } from '../shared/table/table.ts';

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
    const events = items.map(eventFromItem);
    const bounces = await bouncesOf(id, events);
    return {
      answer: {
        events: events.map((each) => eventAnswer(each, bounces.get(each.version), stored.delivery, caller.operator)),
        ...(last && {
          nextPageToken: pageToken([String(versionOf({ pk: String(last['pk']), sk: String(last['sk']) }))], scope),
        }),
      },
    };
  }),
);

/** Only a complaint takes the place of a bounce. Earlier versions kept no delivery with the mail. */
const mayHaveBounced = ({ kind, delivery }: NonNullable<CustomerEvent['mails']>[number]): boolean =>
  opensInvitation(kind) && (!delivery || delivery.status === 'BOUNCED' || delivery.status === 'COMPLAINED');

/** The items with the mails that say that a mail of an event bounced, by the version of the event. */
async function bouncesOf(customerId: string, events: readonly CustomerEvent[]): Promise<Map<number, Owing>> {
  const versions = events.filter(({ mails = [] }) => mails.some(mayHaveBounced)).map(({ version }) => version);
  if (versions.length === 0) return new Map();
  const [first, last] = [Math.min(...versions), Math.max(...versions)].map((each) => bounceKey(customerId, each).sk);
  const bounces = new Map<number, Owing>();
  const pages = queryAll({
    condition: 'pk = :customer AND sk BETWEEN :first AND :last',
    values: { ':customer': customerKey(customerId).pk, ':first': first, ':last': last },
    limit: versions.length,
  });
  for await (const items of pages) for (const item of items) bounces.set(versionOf(item), item as Item & Owing);
  return bounces;
}

/** An event without its internal data: the idempotency key, and the nonce, from which the emailed link is made. */
function eventAnswer(
  shownEvent: CustomerEvent,
  bounce: Owing | undefined,
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
    ...(mails.length > 0 && {
      mails: [
        ...mails.map((mail) => mailAnswer(mail, shownEvent, newest)),
        ...(bounce?.mails ?? []).map((mail) => mailAnswer(mail, { version, at: bounce?.at ?? at }, undefined)),
      ],
    }),
  };
}
