/**
 * The outbox: mails that wait in the table, on the event that calls for them, until they are sent, dropped or given up; and beside the
 * customer, what became of the newest one with the link. `docs/mail.md` follows a mail through it.
 */

import type { DeliveryStatus, MailKind } from '../contract/vocabulary.ts';
import type { Delivery } from '../customer/delivery.ts';
import type { CustomerEvent, Mail, MailMark } from '../customer/event.ts';
import { mailDue } from '../customer/item.ts';
import { opensInvitation } from '../customer/owedMails.ts';
import { bounceKey, customerKey, eventKey, type Key } from '../table/keys.ts';
import { type Alongside, putNew, update } from '../table/table.ts';

/** What calls for mails: an event, or the bounce of an event's mail. */
export type Owing = Pick<CustomerEvent, 'customerId' | 'version' | 'at' | 'mails'>;

/** Where a mail of a kind waits. */
export const owingKey = (customerId: string, version: number, kind: MailKind): Key =>
  kind === 'BOUNCED' ? bounceKey(customerId, version) : eventKey(customerId, version);

/** Whether nothing is left to do for a mail. */
export const isSettled = ({ sentAt, droppedAt, failedAt }: MailMark): boolean =>
  sentAt !== undefined || droppedAt !== undefined || failedAt !== undefined;

/**
 * Marks a mail: it is not sent any more, whoever comes by.
 *
 * @param index its place among the mails that wait together
 * @param last whether it was the last of them that waited: then nothing is due any more
 */
export function settle(key: Key, index: number, mark: MailMark, last: boolean): Alongside {
  const [[name = '', at] = []] = Object.entries(mark);
  const expression = `SET mails[${index}].#mark = :at${last ? ' REMOVE due, dueAt, attempts' : ''}`;
  return {
    write: update(key, expression, {
      condition: 'attribute_exists(pk)',
      names: { '#mark': name },
      values: { ':at': at },
    }),
    refused: 'omit',
  };
}

/**
 * What each report may take the place of. Reports come in any order: a late delay says nothing about a mail that has arrived, while a
 * bounce or a complaint may well follow the delivery.
 */
const REPLACES: Record<DeliveryStatus, readonly DeliveryStatus[]> = {
  SENT: ['FAILED'],
  FAILED: ['SENT', 'DELAYED'],
  DELAYED: ['SENT', 'FAILED', 'DELAYED'],
  DELIVERED: ['SENT', 'FAILED', 'DELAYED'],
  BOUNCED: ['SENT', 'FAILED', 'DELAYED', 'DELIVERED'],
  COMPLAINED: ['SENT', 'FAILED', 'DELAYED', 'DELIVERED', 'BOUNCED'],
};

/** Writes down on the customer what became of a mail with the link, unless more is known already, or a newer mail is on its way. */
export function markDelivery(customerId: string, kind: MailKind, delivery: Delivery): Alongside[] {
  if (!opensInvitation(kind)) return [];
  const replaced = REPLACES[delivery.status];
  const statuses = Object.fromEntries(replaced.map((status) => [`:${status}`, status]));
  const isOlder = `delivery.#status IN (${Object.keys(statuses).join(', ')})`;
  // A mail that was given up has no `sentAt`: SES may have accepted it all the same. SES accepts no mail after it has refused it.
  const isReplaced = delivery.status === 'SENT' ? `${isOlder} AND attribute_not_exists(delivery.sentAt)` : isOlder;
  return [
    {
      write: update(customerKey(customerId), 'SET delivery = :delivery', {
        condition: `mailVersion = :version AND (attribute_not_exists(delivery) OR delivery.mailVersion < :version OR (${isReplaced}))`,
        names: { '#status': 'status' },
        values: { ':delivery': delivery, ':version': delivery.mailVersion, ...statuses },
      }),
      refused: 'omit',
    },
  ];
}

/** Lets a mail wait that follows from a report; there is one for each mail that came back, however often that is reported. */
export function putBounce(customerId: string, version: number, mail: Mail, at: string): Alongside {
  const item = { ...bounceKey(customerId, version), at, mails: [mail], ...mailDue(customerId, at) };
  return { write: putNew(item), refused: 'omit' };
}
