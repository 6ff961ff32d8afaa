import { Duration } from 'aws-cdk-lib';
import type { Alarms } from './alarms.ts';
import { awsMetric, computed, functionMetric, portalMetric } from './metrics.ts';
import type { PortalTable } from './table.ts';

/** The stream brings a mail within a second. Its records are given up after five minutes. */
const STREAM_LATE_MS = 60_000;
/** Four runs of the cleanup. */
const CLEANUP_PERIOD = Duration.hours(1);
const LONG_OVERDUE_SECONDS = 60 * 60;
/** The SDK repeats a few throttled requests, and nobody notices. */
const THROTTLED_IN_PERIOD = 10;

/** The operations of the functions. An alarm can compute with ten metrics at most. */
const OPERATIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'TransactWriteItems',
] as const;

/** The requests that DynamoDB throttled, on the table or on one of its indexes. */
export const throttledByTable = (table: PortalTable) =>
  computed(
    'SUM(METRICS())',
    Object.fromEntries(
      OPERATIONS.map((operation) => [
        `m${operation}`,
        awsMetric('DynamoDB', 'ThrottledRequests', { TableName: table.tableName, Operation: operation }),
      ]),
    ),
    { label: 'throttled' },
  );

/** Alarms on the table and on the work that it owes: stream and deadlines. */
export function watchWork(alarms: Alarms, table: PortalTable): void {
  const { environment } = alarms;

  alarms.raise('TableThrottled', {
    notices:
      'People wait, and some see an error page: DynamoDB refuses requests, because too many of them are for one partition of the table.',
    metric: throttledByTable(table),
    threshold: THROTTLED_IN_PERIOD,
    evaluationPeriods: 2,
  });
  alarms.raise('StreamLate', {
    notices:
      'An invitation takes minutes instead of a second: the stream of the table lags. The schedule sends the mails that it does not bring.',
    metric: functionMetric(environment, 'deliverMail', 'IteratorAge', { statistic: 'Maximum' }),
    threshold: STREAM_LATE_MS,
    evaluationPeriods: 2,
  });
  alarms.raiseIfNotRun('CleanupNotRun', {
    notices:
      'Customers get no reminders, and customers that nobody confirmed stay in the lists as they are: the cleanup has not run for an hour. Links and buttons respect the deadlines all the same.',
    metric: portalMetric(environment, 'runs', { of: 'expireUnconfirmed', period: CLEANUP_PERIOD }),
  });
  alarms.raise('CleanupFails', {
    notices:
      'Reminders and notices of expiry are late, or some of them: runs of the cleanup break off. The next run goes on with the rest.',
    metric: functionMetric(environment, 'expireUnconfirmed', 'Errors', { period: CLEANUP_PERIOD }),
    threshold: 2,
  });
  alarms.raise('DeadlinesLate', {
    notices:
      'A customer waits for its reminder, or one that expired is still shown with its data: the oldest deadline was due more than an hour ago.',
    metric: portalMetric(environment, 'longestOverdueSeconds', {
      statistic: 'Maximum',
      period: Duration.minutes(30),
    }),
    threshold: LONG_OVERDUE_SECONDS,
  });
}
