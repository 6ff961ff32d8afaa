import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import type * as z from 'zod/mini';
import type { customer as customerSchema } from '../../shared/contract/contract.ts';
import { useFormat } from '../language/format.ts';
import type { Refusals } from '../messages/Refusals.ts';
import { useRefusals } from '../shell/fieldText.ts';
import { useConfig } from '../shell/me.ts';
import { useProgramLabel } from '../shell/programLabel.ts';

export type Customer = z.output<typeof customerSchema>;
export type Status = Customer['status'];
type Why = Pick<NonNullable<Customer['delivery']>, 'reason' | 'reasonCode'>;

/** Whether the invited address takes no mail, or its owner wants none: the invitation isn't sent there again. */
export const isUndeliverable = ({ delivery }: Customer): boolean => delivery?.permanent === true;

const STATUS_TYPES: Record<Status, StatusIndicatorProps.Type> = {
  VERIFICATION_REQUIRED: 'pending',
  APPROVAL_REQUIRED: 'in-progress',
  ACTIVE: 'success',
  SUSPENDED: 'stopped',
  DECLINED: 'error',
  REJECTED: 'error',
  EXPIRED: 'warning',
};

export const DELIVERY_TYPES: Record<NonNullable<Customer['delivery']>['status'], StatusIndicatorProps.Type> = {
  QUEUED: 'pending',
  SENT: 'success',
  DELIVERED: 'success',
  DELAYED: 'warning',
  BOUNCED: 'error',
  COMPLAINED: 'error',
  FAILED: 'error',
};

/** The name of a status for people: the program's own label, if it has one in the language of the page. */
export function useStatusLabel(): (status: Status) => string {
  const { t } = useTranslation();
  const label = useProgramLabel();
  const { statusLabels } = useConfig();
  return (status) => label(statusLabels[status], t(`status.${status}`));
}

/** The status of a customer, with the reason if one was given. */
export function CustomerStatus({
  customer: { status, statusReason },
}: {
  customer: Pick<Customer, 'status' | 'statusReason'>;
}) {
  const label = useStatusLabel();
  return (
    <StatusIndicator type={STATUS_TYPES[status]}>
      <span className="words">
        {label(status)}
        {statusReason !== undefined && `: ${statusReason}`}
      </span>
    </StatusIndicator>
  );
}

/** Why a mail is late or was not delivered. @param refusals the texts of a language that the server doesn't speak */
export function deliveryReason({ reason, reasonCode }: Why, refusals: Refusals | undefined): string | undefined {
  if (!refusals) return reason;
  // An open portal may be older than the functions.
  const texts: Partial<Record<string, string>> = refusals.undelivered;
  return reasonCode && texts[reasonCode];
}

/** Says why a mail is late or was not delivered: in English in the server's words, in other languages by the code, if there is one. */
export function useDeliveryReason(): (delivery: Why) => string | undefined {
  const refusals = useRefusals();
  return (delivery) => deliveryReason(delivery, refusals);
}

/** The delivery of the newest invitation mail, of a customer or of a member. */
export function DeliveryStatus({ delivery }: { delivery: Customer['delivery'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const reasonOf = useDeliveryReason();
  if (!delivery) return '–';
  const reason = reasonOf(delivery);
  return (
    <StatusIndicator type={DELIVERY_TYPES[delivery.status]}>
      <span className="words">
        {t(`delivery.${delivery.status}`, { since: format.since(delivery.at) })}
        {reason !== undefined && `: ${reason}`}
      </span>
    </StatusIndicator>
  );
}
