/** What a customer waits for and what to do next, as sentences of `messages/<language>/customer.ts`. */
import type { Customer } from '../customers/customerStatus.tsx';

type DeliveryState = NonNullable<Customer['delivery']>['status'];

export type NextStep = {
  /** `customer.next.<status>` */
  status:
    | Customer['status']
    | 'APPROVAL_REQUIRED_NO_CONTACT'
    | 'EXPIRED_NO_APPROVAL'
    | 'EXPIRED_UNDELIVERABLE'
    | 'ACTIVE_NO_CLOUDS';
  /** `customer.mail.<mail>`: what became of the invitation mail, while it matters. */
  mail?: DeliveryState | 'NONE';
};

/** Whether no mail reaches the invited address, or its owner wants none: the invitation isn't sent there again. */
export const isUndeliverable = ({ delivery }: Customer): boolean =>
  delivery?.status === 'BOUNCED' || delivery?.status === 'COMPLAINED';

/** @param confirmed whether the invitee had confirmed before the customer expired */
export function nextStep(customer: Customer, confirmed: boolean): NextStep {
  const { status, email, clouds, delivery } = customer;
  switch (status) {
    case 'VERIFICATION_REQUIRED':
      return { status, mail: delivery?.status ?? 'NONE' };
    case 'APPROVAL_REQUIRED':
      return { status: email === null ? 'APPROVAL_REQUIRED_NO_CONTACT' : status };
    case 'ACTIVE':
      return { status: clouds === 0 ? 'ACTIVE_NO_CLOUDS' : status };
    case 'EXPIRED':
      // Without an invitee there was nothing but the approval to wait for.
      if (confirmed || email === null) return { status: 'EXPIRED_NO_APPROVAL' };
      return { status: isUndeliverable(customer) ? 'EXPIRED_UNDELIVERABLE' : status };
    default:
      return { status };
  }
}

/** How long it takes until then, as `14:59`; undefined when it is past. */
export function countdown(until: string, now: number): string | undefined {
  const seconds = Math.ceil((Date.parse(until) - now) / 1000);
  if (seconds <= 0) return undefined;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
