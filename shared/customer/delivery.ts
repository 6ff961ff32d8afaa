/** The delivery of the newest mail with the link. It is stored beside the state of the customer, and has no version. */
import type { DeliveryStatus } from '../contract/vocabulary.ts';
import type { Customer } from './customer.ts';

export type Delivery = {
  status: DeliveryStatus;
  at: string;
  /** A sentence for the partner. */
  reason?: string;
  /** When SES accepted it. */
  sentAt?: string;
  /** The failure is of the address: a later mail to it would fail, too. */
  permanent?: true;
  /** When the recipient can be invited again. It is stored beside the delivery, because reports replace that. */
  resendableAt?: string;
  /** The version of the event that called for the mail. */
  mailVersion: number;
};

/** The delivery of the mail that invites a member. A later invitation begins without it. */
export type MemberDelivery = Omit<Delivery, 'mailVersion' | 'resendableAt'>;

/** Whether the newest mail with the link, an invitation or a reminder, waits to be sent. */
export const isQueued = ({ status, mailVersion }: Customer, delivery: Delivery | undefined): boolean =>
  status === 'VERIFICATION_REQUIRED' && mailVersion !== undefined && delivery?.mailVersion !== mailVersion;

/** Why no mail reaches the address under which the customer is invited now; undefined if mails may reach it. */
export function undeliverableReason({ mailVersion }: Customer, delivery: Delivery | undefined): string | undefined {
  return delivery?.permanent && delivery.mailVersion === mailVersion ? delivery.reason : undefined;
}
