/** What a customer waits for, and the next step, as sentences of `messages/<language>/customer.ts`. */
import { type Customer, isUndeliverable } from '../customers/customerStatus.tsx';
import type { MayOn } from './mayOn.ts';

type DeliveryState = NonNullable<Customer['delivery']>['status'];

type Step = {
  /** `customer.next.<status>` */
  status:
    | Customer['status']
    | 'APPROVAL_REQUIRED_NO_CONTACT'
    | 'EXPIRED_NO_APPROVAL'
    | 'EXPIRED_UNDELIVERABLE'
    | 'EXPIRED_NO_MORE'
    | 'DECLINED_NO_MORE'
    | 'ACTIVE_NO_CLOUDS';
  /** `customer.mail.<mail>`: the delivery of the invitation mail, as long as the customer waits for an answer. */
  mail?: DeliveryState | 'NONE';
};

export type NextStep = Step & {
  /** `customer.advice.<advice>`: what to do about the status, if the person may do it. */
  advice?: keyof typeof ADVISED;
  /** `customer.mailAdvice.<mailAdvice>`: what to do about the mail, if the person may do it. */
  mailAdvice?: Exclude<DeliveryState | 'NONE', 'QUEUED'> | 'BOUNCED_FOR_NOW';
};

/** Each advice, with the permission that it needs. */
const ADVISED = {
  ACTIVE_NO_CLOUDS: 'createCloud',
  SUSPENDED: 'activate',
  DECLINED: 'addAgain',
  DECLINED_NO_MORE: 'addAgain',
  REJECTED: 'addAgain',
  EXPIRED: 'resend',
  EXPIRED_UNDELIVERABLE: 'addAgain',
  EXPIRED_NO_MORE: 'addAgain',
  EXPIRED_NO_APPROVAL: 'addAgain',
} as const satisfies Partial<Record<Step['status'], keyof MayOn>>;

const isAdvised = (status: Step['status']): status is keyof typeof ADVISED => status in ADVISED;

/** Whether the advised action is not possible now, although the person may do it. */
const isHindered = (status: Step['status'], { isUnpaid }: MayOn) => status === 'ACTIVE_NO_CLOUDS' && isUnpaid;

/** The advices to invite the customer again. A customer without an invitee is added again: its button says enough. */
const INVITES: readonly Step['status'][] = ['REJECTED', 'EXPIRED_NO_APPROVAL'];

/** The next step of a customer. @param confirmed whether the invitee confirmed before the customer expired */
export function nextStep(customer: Customer, confirmed: boolean, may: MayOn): NextStep {
  const { status, mail } = stepOf(customer, confirmed);
  const isSaid = !(isHindered(status, may) || (customer.email === null && INVITES.includes(status)));
  return {
    status,
    ...(isAdvised(status) && may[ADVISED[status]] && isSaid && { advice: status }),
    ...(mail && { mail }),
    ...(mail &&
      mail !== 'QUEUED' &&
      may.resend && { mailAdvice: mail === 'BOUNCED' && !isUndeliverable(customer) ? 'BOUNCED_FOR_NOW' : mail }),
  };
}

function stepOf(customer: Customer, confirmed: boolean): Step {
  const { status, email, clouds, delivery } = customer;
  switch (status) {
    case 'VERIFICATION_REQUIRED':
      return { status, mail: delivery?.status ?? 'NONE' };
    case 'APPROVAL_REQUIRED':
      return { status: email === null ? 'APPROVAL_REQUIRED_NO_CONTACT' : status };
    case 'ACTIVE':
      return { status: clouds === 0 ? 'ACTIVE_NO_CLOUDS' : status };
    case 'DECLINED':
      return { status: customer.noMoreInvitationsUntil === undefined ? status : 'DECLINED_NO_MORE' };
    case 'EXPIRED':
      // A customer without an invitee waited only for the approval.
      if (confirmed || email === null) return { status: 'EXPIRED_NO_APPROVAL' };
      if (customer.noMoreInvitationsUntil !== undefined) return { status: 'EXPIRED_NO_MORE' };
      return { status: isUndeliverable(customer) ? 'EXPIRED_UNDELIVERABLE' : status };
    default:
      return { status };
  }
}

/** The time until a moment as `14:59` (minutes and seconds); undefined when the moment is past. */
export function countdown(until: string, now: number): string | undefined {
  const seconds = Math.ceil((Date.parse(until) - now) / 1000);
  if (seconds <= 0) return undefined;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
