/** The mails in the history of a customer. */
import type * as z from 'zod/mini';
import type { event } from '../contract/contract.ts';
import { type Delivery, whyOf } from './delivery.ts';
import { type CustomerEvent, TO_OWNERS } from './event.ts';
import { opensInvitation } from './owedMails.ts';

type EventMail = NonNullable<CustomerEvent['mails']>[number];
type MailAnswer = NonNullable<z.output<typeof event>['mails']>[number];

/**
 * A mail of an event with the newest that is known of it. The provider's own address stays its secret.
 *
 * @param newest the delivery of the newest mail with the link: earlier versions kept the reports of SES there alone
 */
export function mailAnswer(
  mail: EventMail,
  { version, at }: Pick<CustomerEvent, 'version' | 'at'>,
  newest: Delivery | undefined,
): MailAnswer {
  const { kind, to } = mail;
  const recipient = kind === 'APPROVAL_REQUESTED' ? 'OPERATORS' : to === TO_OWNERS ? 'OWNERS' : to;
  return { kind, to: recipient, ...fateOf(mail, at, newest?.mailVersion === version ? newest : undefined) };
}

function fateOf(
  { kind, sentAt, failedAt, droppedAt, delivery }: EventMail,
  calledForAt: string,
  newest: Delivery | undefined,
): Pick<MailAnswer, 'status' | 'at' | 'reason' | 'reasonCode'> {
  if (delivery) return delivery;
  if (droppedAt !== undefined) return { status: 'DROPPED', at: droppedAt };
  if (newest && opensInvitation(kind) && (sentAt !== undefined || failedAt !== undefined)) {
    const { status, at } = newest;
    return { status, at, ...whyOf(newest) };
  }
  if (sentAt !== undefined) return { status: 'SENT', at: sentAt };
  return failedAt === undefined ? { status: 'QUEUED', at: calledForAt } : { status: 'FAILED', at: failedAt };
}
