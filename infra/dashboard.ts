import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  MathExpression,
  type Metric,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../shared/metrics.ts';
import { type Alarms, RUNBOOKS } from './alarms.ts';
import { apiMetric } from './apiAlarms.ts';
import type { DataStack } from './dataStack.ts';
import { awsMetric, computed, functionMetric, metricsNamespace, portalMetric } from './metrics.ts';
import { prefixOf } from './names.ts';
import { signInMetric, type WatchedSignIn } from './signInAlarms.ts';
import { throttledByTable } from './workAlarms.ts';

/** A dashboard is 24 units wide. */
const FULL_WIDTH = 24;
const HOUR = Duration.hours(1);

type Shown = {
  alarms: Alarms;
  api: HttpApi;
  data: Pick<DataStack, 'table' | 'undelivered'>;
  /** Absent if the environment has an issuer of its own. */
  signIn: WatchedSignIn | undefined;
};

/** The dashboard of an environment: the business on top, then the alarms, then the machine. */
export class PortalDashboard extends Dashboard {
  constructor(scope: Construct, id: string, { alarms, api, data, signIn }: Shown) {
    const { environment } = alarms;
    super(scope, id, { dashboardName: prefixOf(environment), defaultInterval: Duration.days(1) });
    const event = (name: MetricName, label: string) => portalMetric(environment, name, { label, period: HOUR });
    const registered = computed(
      'FILL(invited, 0) + FILL(resellerServed, 0)',
      { invited: event('CustomerInvited', ''), resellerServed: event('CustomerRegistered', '') },
      { label: 'registered', period: HOUR },
    );
    const business: IMetric[] = [
      registered,
      event('InvitationAccepted', 'confirmed'),
      event('becameActive', 'became active'),
      event('InvitationDeclined', 'declined'),
      event('CustomerRejected', 'rejected'),
      event('CustomerExpired', 'expired'),
      event('mailsSent', 'mails sent'),
    ];

    this.addWidgets(text(`# ${environment.program.brandName}: partners and customers`));
    this.addWidgets(
      new SingleValueWidget({
        title: 'In the chosen time',
        metrics: business,
        setPeriodToTimeRange: true,
        width: FULL_WIDTH,
        height: 3,
      }),
    );
    this.addWidgets(
      graph('Customers in an hour', business.slice(0, -1), 16),
      graph('Mails in an hour', [
        event('mailsSent', 'sent'),
        event('mailsGivenUp', 'given up'),
        event('mailQuotaRefusals', 'refused by the quota'),
      ]),
    );

    this.addWidgets(text(`# The machine\nEach alarm has a page in \`${RUNBOOKS}\`.`));
    this.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.all, width: FULL_WIDTH, height: 6 }));
    this.addWidgets(
      graph('Requests', [
        apiMetric(api, 'Count').with({ label: 'all' }),
        apiMetric(api, '4xx').with({ label: '4xx' }),
        apiMetric(api, '5xx').with({ label: '5xx' }),
        portalMetric(environment, 'throttledRequests', { label: 'too many requests' }),
        portalMetric(environment, 'refusedTokens', { label: 'token refused' }),
      ]),
      graph(
        'Answers (ms)',
        ['p50', 'p95', 'p99'].map((each) => apiMetric(api, 'Latency', each).with({ label: each })),
      ),
      graph('Lines of errors by function', [
        new MathExpression({
          expression: `SEARCH('{"${metricsNamespace(environment)}",function} MetricName="errorLines"', 'Sum')`,
          usingMetrics: {},
          label: '',
        }),
      ]),
    );
    this.addWidgets(
      graph('Waiting (s)', [
        portalMetric(environment, 'longestWaitSeconds', { label: 'oldest mail', statistic: 'Maximum' }),
        portalMetric(environment, 'longestOverdueSeconds', { label: 'oldest deadline', statistic: 'Maximum' }),
        computed('age / 1000', { age: streamAge(alarms) }, { label: 'stream' }),
      ]),
      graph('Runs', [
        portalMetric(environment, 'runs', { of: 'deliverMail', label: 'deliverMail' }),
        portalMetric(environment, 'runs', { of: 'expireUnconfirmed', label: 'expireUnconfirmed' }),
        portalMetric(environment, 'mailsHeld', { label: 'mails held' }),
      ]),
      graph('Given up', [
        data.undelivered.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', label: 'in the queue' }),
      ]),
    );
    this.addWidgets(
      graph('Table (units)', [
        tableMetric(data, 'ConsumedReadCapacityUnits').with({ label: 'read' }),
        tableMetric(data, 'ConsumedWriteCapacityUnits').with({ label: 'written' }),
        throttledByTable(data.table),
      ]),
      graph('Functions of the account', [
        awsMetric('Lambda', 'ConcurrentExecutions', {}, { statistic: 'Maximum', label: 'at once' }),
        awsMetric('Lambda', 'Throttles', {}, { label: 'throttled' }),
      ]),
      graph('Reputation at SES (part of all mails)', [
        awsMetric('SES', 'Reputation.BounceRate', {}, { statistic: 'Maximum', period: HOUR, label: 'bounces' }),
        awsMetric('SES', 'Reputation.ComplaintRate', {}, { statistic: 'Maximum', period: HOUR, label: 'complaints' }),
      ]),
    );
    if (signIn)
      this.addWidgets(
        graph('Sign-in', [
          signInMetric(signIn, 'SignInSuccesses', 'SampleCount').with({ label: 'attempts' }),
          signInMetric(signIn, 'SignInSuccesses').with({ label: 'successes' }),
          signInMetric(signIn, 'SignInThrottles').with({ label: 'throttled' }),
          signInMetric(signIn, 'SignUpSuccesses').with({ label: 'signed up' }),
        ]),
      );
  }
}

const text = (markdown: string) => new TextWidget({ markdown, width: FULL_WIDTH, height: 2 });
const graph = (title: string, left: IMetric[], width = 8) => new GraphWidget({ title, left, width, height: 6 });
const streamAge = ({ environment }: Alarms): Metric =>
  functionMetric(environment, 'deliverMail', 'IteratorAge', { statistic: 'Maximum' });
const tableMetric = ({ table }: Shown['data'], metricName: string): Metric =>
  awsMetric('DynamoDB', metricName, { TableName: table.tableName });
