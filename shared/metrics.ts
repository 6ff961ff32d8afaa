/**
 * Metrics in CloudWatch's embedded format: a line of log whose field `_aws` says which other fields of the line are metrics. So counting
 * costs no request. (CloudWatch User Guide, "Specification: Embedded metric format")
 */

/** Metrics that are no counts. */
const UNITS: Partial<Record<MetricName, 'Seconds'>> = {
  longestWaitSeconds: 'Seconds',
  longestOverdueSeconds: 'Seconds',
};
/** Metrics that are also kept for each function. The dimension is the field `function`, which every line of log has. */
const BY_FUNCTION: readonly MetricName[] = ['errorLines', 'runs'];

/** Everything that functions measure. A field of a log line has the same name. */
export type MetricName =
  /** Events of customers. `becameActive`: the customer got its organization, by whichever event. */
  | EventName
  | 'becameActive'
  /** Lines of the level ERROR. */
  | 'errorLines'
  /** Runs of a function on a schedule. */
  | 'runs'
  /** Mails that SES took; mails that will never be sent; runs in which mails were held. */
  | 'mailsSent'
  | 'mailsGivenUp'
  | 'mailsHeld'
  /** How long the oldest mail of a run had waited. */
  | 'longestWaitSeconds'
  /** Mails that SES refused because the account's quota of the day is used up. */
  | 'mailQuotaRefusals'
  /** Requests that were refused because the partner's invitations of the day are used up. */
  | 'invitationLimitRefusals'
  /** Requests that were refused because they did not come through the distribution. */
  | 'directRequests'
  /** Sign-ins with a password that were refused because the address signs in through an identity provider. */
  | 'refusedPasswords'
  /** How long the oldest work of a run of the cleanup had been due. */
  | 'longestOverdueSeconds';

type EventName =
  | 'CustomerInvited'
  | 'CustomerRegistered'
  | 'InvitationResent'
  | 'InvitationReminded'
  | 'ReminderSkipped'
  | 'InvitationAccepted'
  | 'InvitationDeclined'
  | 'CustomerApproved'
  | 'CustomerRejected'
  | 'CustomerSuspended'
  | 'CustomerActivated'
  | 'CustomerUpdated'
  | 'AccessUpdated'
  | 'CustomerExpired'
  | 'CustomerDeleted'
  | 'CloudCreated'
  | 'CloudLinked'
  | 'CloudUnlinked'
  | 'CloudAccessUpdated';

export type Measured = Partial<Record<MetricName, number>>;

/**
 * The fields of a log line that make numbers metrics of the environment. Without a namespace (`METRICS_NAMESPACE`), the numbers are
 * fields of the line only.
 *
 * @example embedded({ mailsSent: 3 })
 */
export function embedded(measured: Measured): Record<string, unknown> {
  const names = Object.keys(measured) as MetricName[];
  const namespace = process.env['METRICS_NAMESPACE'];
  if (names.length === 0 || !namespace) return measured;
  const directive = (metrics: MetricName[], dimensionSets: string[][]) =>
    metrics.length === 0
      ? []
      : [
          {
            Namespace: namespace,
            Dimensions: dimensionSets,
            Metrics: metrics.map((name) => ({ Name: name, Unit: UNITS[name] ?? 'Count' })),
          },
        ];
  const byFunction = names.filter((name) => BY_FUNCTION.includes(name));
  return {
    ...measured,
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [
        ...directive(
          names.filter((name) => !BY_FUNCTION.includes(name)),
          [[]],
        ),
        ...directive(byFunction, [[], ['function']]),
      ],
    },
  };
}
