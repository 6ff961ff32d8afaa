/** The alarms of mail delivery. Each says what people notice when it goes off, and what to do; `docs/mail.md` says more. */
import { Aws, CfnOutput, Duration } from 'aws-cdk-lib';
import { Alarm, type AlarmProps, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

const NAMESPACE = 'PartnerPortal';
/** Five attempts have failed by then: it isn't a passing disturbance. */
const LONG_WAIT_SECONDS = 30 * 60;
/** No pause between two attempts is longer, so that a mail that waits shows in every such period. */
const LONGEST_PAUSE = Duration.hours(1);
const PROMPTLY = Duration.minutes(5);

type Watched = { deliverMail: LambdaFunction; recordDelivery: LambdaFunction; undelivered: Queue };

export class MailAlarms extends Construct {
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, { deliverMail, recordDelivery, undelivered }: Watched) {
    super(scope, id);
    this.#topic = new Topic(this, 'Topic', { displayName: 'Partner portal alarms', enforceSSL: true });
    this.#topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.#topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );

    this.#alarm('MailsGivenUp', {
      alarmDescription:
        'Somebody waits for a mail that will not come: it was given up after the time that the program allows. The partner reads the reason on the customer. Look for mailsGivenUp in the log of deliverMail, remove the cause, and ask the partner to send the invitation again.',
      metric: this.#logged(deliverMail, 'mailsGivenUp', '$.mailsGivenUp').with({ statistic: 'Sum', period: PROMPTLY }),
      threshold: 1,
    });
    this.#alarm('MailsLate', {
      alarmDescription:
        'Mails are late: the oldest one has waited for more than half an hour, or nobody looks after them any more. Nothing is lost. Look in the log of deliverMail for what SES answers: a rate or quota that is used up, a sender that is not verified, an account that may not send.',
      metric: this.#logged(deliverMail, 'longestWaitSeconds', '$.longestWaitSeconds').with({
        statistic: 'Maximum',
        period: LONGEST_PAUSE,
      }),
      threshold: LONG_WAIT_SECONDS,
      // A run reports each minute: where none does, the schedule or the function is broken.
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.#alarm('DeliverMailFails', {
      alarmDescription:
        'Mails may be late by minutes: deliverMail itself fails, not SES. What it left is sent by its next run. Look in its log; if it came with a deployment, go back to the one before.',
      metric: deliverMail.metricErrors({ period: PROMPTLY }),
      threshold: 1,
      evaluationPeriods: 3,
    });
    this.#alarm('RecordDeliveryFails', {
      alarmDescription:
        'Partners do not see what became of their mails: recordDelivery fails. Lambda brings a report twice more within minutes, and leaves it in the queue of failures then. Look in its log; if it came with a deployment, go back to the one before.',
      metric: recordDelivery.metricErrors({ period: PROMPTLY }),
      threshold: 1,
      evaluationPeriods: 3,
    });
    this.#alarm('UndeliveredNotEmpty', {
      alarmDescription:
        'Something was given up that should not fail: a record of the table stream (its mail is sent by the schedule all the same), or a report of SES (a partner still reads what was so before). Read the messages of the queue, remove the cause, invoke recordDelivery with the reports, then purge the queue.',
      metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: PROMPTLY, statistic: 'Maximum' }),
      threshold: 1,
    });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.#topic.topicArn });
  }

  #alarm(id: string, props: Omit<AlarmProps, 'evaluationPeriods'> & { evaluationPeriods?: number }): void {
    new Alarm(this, id, {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    }).addAlarmAction(new SnsAction(this.#topic));
  }

  /** A number that a function writes into its log, as a metric. */
  #logged(from: LambdaFunction, metricName: string, metricValue: string) {
    return new MetricFilter(this, `${metricName}Metric`, {
      logGroup: from.logGroup,
      filterPattern: FilterPattern.numberValue(metricValue, '>=', 0),
      metricNamespace: NAMESPACE,
      metricName,
      metricValue,
    }).metric();
  }
}
