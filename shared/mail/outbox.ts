/**
 * The outbox: mails wait in the table, on the event that calls for them, until they are sent, dropped or given up. The customer's item
 * has the delivery of the newest mail with the link. `docs/mail.md` follows a mail through the outbox.
 */

import type { DeliveryStatus, MailKind } from '../contract/vocabulary.ts';
import type { Customer } from '../customer/customer.ts';
import { type Delivery, type MemberDelivery, whyOf } from '../customer/delivery.ts';
import type { CustomerEvent, Mail, MailMark } from '../customer/event.ts';
import { mailQueued, type Resendable } from '../customer/item.ts';
import { opensInvitation } from '../customer/owedMails.ts';
import { traceId } from '../log.ts';
import { bounceKey, customerKey, eventKey, type Key } from '../table/keys.ts';
import { type Alongside, putNew, update, updateItem } from '../table/table.ts';

/** An item that calls for mails: an event of a customer or of a partner, or the bounce of an event's mail. */
export type Owing = Pick<CustomerEvent, 'at' | 'mails'> & Traced;

/** The id of the request that everything follows from. Items of earlier versions have none. */
type Traced = { traceId?: string | undefined };

/** The key of the item on which a mail waits. `version` is that of the event, or of the event whose mail bounced. */
export const owingKey = (customerId: string, version: number, kind: MailKind): Key =>
  kind === 'BOUNCED' ? bounceKey(customerId, version) : eventKey(customerId, version);

/** Whether a mail was sent, dropped or given up. */
export const isSettled = ({ sentAt, droppedAt, failedAt }: MailMark): boolean =>
  sentAt !== undefined || droppedAt !== undefined || failedAt !== undefined;

/**
 * The write that marks a mail as settled, so that no sender sends it again. Left out if the item was removed with its customer.
 *
 * @param index the index of the mail among the item's `mails`
 * @param last whether it is the last open mail of the item: then the item is not due any more
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
 * The statuses that each status may replace. Reports come in any order: a late report of a delay must not replace DELIVERED, but a bounce
 * or a complaint can follow the delivery.
 */
const REPLACES: Record<DeliveryStatus, readonly DeliveryStatus[]> = {
  SENT: ['FAILED'],
  FAILED: ['SENT', 'DELAYED'],
  DELAYED: ['SENT', 'FAILED', 'DELAYED'],
  DELIVERED: ['SENT', 'FAILED', 'DELAYED'],
  BOUNCED: ['SENT', 'FAILED', 'DELAYED', 'DELIVERED'],
  COMPLAINED: ['SENT', 'FAILED', 'DELAYED', 'DELIVERED', 'BOUNCED'],
};

/** The condition under which a delivery takes the place of an earlier one of the same mail. `path`: where the deliveries are stored */
function replacing({ status }: Pick<Delivery, 'status'>, path = 'delivery') {
  const statuses = Object.fromEntries(REPLACES[status].map((each) => [`:${each}`, each]));
  const isOlder = `${path}.#status IN (${Object.keys(statuses).join(', ')})`;
  // A mail that was given up has no `sentAt`: SES may have accepted it all the same. SES accepts no mail after it has refused it.
  const condition = status === 'SENT' ? `${isOlder} AND attribute_not_exists(delivery.sentAt)` : isOlder;
  return { condition, names: { '#status': 'status' }, values: statuses };
}

/**
 * The write of a delivery on the customer: only for a mail with the link, only for the newest, and not over a status that tells more.
 *
 * @param resendableAt when the recipient can be invited again; undefined leaves the stored time
 */
export function markDelivery(
  customerId: string,
  kind: MailKind,
  delivery: Delivery,
  resendableAt?: string,
): Alongside[] {
  if (!opensInvitation(kind)) return [];
  const resendable: Resendable | undefined =
    resendableAt === undefined ? undefined : { at: resendableAt, mailVersion: delivery.mailVersion };
  const { condition, names, values } = replacing(delivery);
  return [
    {
      write: update(
        customerKey(customerId),
        `SET delivery = :delivery${resendable ? ', resendable = :resendable' : ''}`,
        {
          condition: `mailVersion = :version AND (attribute_not_exists(delivery) OR delivery.mailVersion < :version OR (${condition}))`,
          names,
          values: {
            ':delivery': delivery,
            ':version': delivery.mailVersion,
            ...(resendable && { ':resendable': resendable }),
            ...values,
          },
        },
      ),
      refused: 'omit',
    },
  ];
}

/**
 * Keeps a delivery on its mail, for the history of the customer, but not over a status that tells more. Is no part of the transaction with
 * `settle`, which changes the same item.
 *
 * @param index the index of the mail among the item's `mails`
 */
export async function keepOnMail(key: Key, index: number, delivery: Delivery): Promise<void> {
  const { status, at } = delivery;
  const path = `mails[${index}].delivery`;
  const { condition, names, values } = replacing({ status }, path);
  await updateItem(key, `SET ${path} = :delivery`, {
    condition: `attribute_exists(pk) AND (attribute_not_exists(${path}) OR ${condition})`,
    names,
    values: { ':delivery': { status, at, ...whyOf(delivery) }, ...values },
  });
}

/** The write of a delivery on the invitation of a member, not over a status that tells more. A later invitation has another `invitedAt`. */
export function markMemberDelivery(invitation: Key, invitedAt: string, delivery: MemberDelivery): Alongside {
  const { condition, names, values } = replacing(delivery);
  return {
    write: update(invitation, 'SET delivery = :delivery', {
      condition: `invitedAt = :invitedAt AND (attribute_not_exists(delivery) OR (${condition}))`,
      names,
      values: { ':delivery': delivery, ':invitedAt': invitedAt, ...values },
    }),
    refused: 'omit',
  };
}

/**
 * The write of a BOUNCED mail to the outbox, in the queue of the partner: one for each mail that bounced, however often the bounce is
 * reported.
 */
export function putBounce({ id, partnerId }: Customer, version: number, mail: Mail, at: string): Alongside {
  const item = { ...bounceKey(id, version), at, mails: [mail], traceId: traceId(), ...mailQueued(partnerId, at) };
  return { write: putNew(item), refused: 'omit' };
}
