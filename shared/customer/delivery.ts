/** What became of the newest mail with the link: it stands beside the state of the customer, and has no version. */
import type { DeliveryStatus } from '../contract/vocabulary.ts';
import type { Customer } from './customer.ts';

export type Delivery = {
  status: DeliveryStatus;
  at: string;
  /** A sentence for the partner. */
  reason?: string;
  /** When SES accepted it. */
  sentAt?: string;
  /** Whether the address will take no other mail either. */
  permanent?: true;
  /** The version of the event that called for it. */
  mailVersion: number;
};

/** Why no mail reaches the address that the customer is invited under now, where that is known. */
export function undeliverableReason({ mailVersion }: Customer, delivery: Delivery | undefined): string | undefined {
  return delivery?.permanent && delivery.mailVersion === mailVersion ? delivery.reason : undefined;
}
