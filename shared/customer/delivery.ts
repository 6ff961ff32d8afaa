/** The delivery of the newest mail with the link. It is stored beside the state of the customer, and has no version. */
import type { DeliveryCause, DeliveryStatus } from '../contract/vocabulary.ts';
import type { Customer } from './customer.ts';

/** Why a mail is late or was not delivered. */
export type Why = {
  /** An English sentence for the partner. */
  reason: string;
  /** The same for pages in other languages. Deliveries of earlier versions have none. */
  reasonCode: DeliveryCause;
};

export type Delivery = Partial<Why> & {
  status: DeliveryStatus;
  at: string;
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

/** Why a delivery is as it is, as far as that is known. */
export const whyOf = ({ reason, reasonCode }: Partial<Why>): Partial<Why> => ({
  ...(reason !== undefined && { reason }),
  ...(reasonCode !== undefined && { reasonCode }),
});

/** Whether the newest mail with the link, an invitation or a reminder, waits to be sent. */
export const isQueued = ({ status, mailVersion }: Customer, delivery: Delivery | undefined): boolean =>
  status === 'VERIFICATION_REQUIRED' && mailVersion !== undefined && delivery?.mailVersion !== mailVersion;

/** Why no mail reaches the address under which the customer is invited now; undefined if mails may reach it. */
export function undeliverableReason({ mailVersion }: Customer, delivery: Delivery | undefined): string | undefined {
  return delivery?.permanent && delivery.mailVersion === mailVersion ? delivery.reason : undefined;
}
