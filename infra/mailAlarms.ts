/** The alarms of mail delivery. Each description says what people notice and what to do; `docs/mail.md` has more. */
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
/** By then, five attempts have failed: the trouble isn't brief. */
const LONG_WAIT_SECONDS = 30 * 60;
/** No pause between two attempts at a mail is longer. A waiting mail therefore shows in every such period. */
const LONGEST_PAUSE = Duration.hours(1);
const PROMPTLY = Duration.minutes(5);

type Watched = { deliverMail: LambdaFunction; recordDelivery: LambdaFunction; undelivered: Queue };

/** The alarms with their topic, to which the operators subscribe. */
export class MailAlarms extends Construct {
  /** Every alarm notifies it. */
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { deliverMail, recordDelivery, undelivered }: Watched) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { displayName: 'Partner portal alarms', enforceSSL: true });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );

    this.#alarm('MailsGivenUp', {
      alarmDescription:
        'Somebody waits for a mail that will not come: deliverMail gave it up after the time that the program allows. The partner sees the reason on the customer. Look for mailsGivenUp in the log of deliverMail, remove the cause, and ask the partner to send the invitation again.',
      metric: this.#logged(deliverMail, 'mailsGivenUp', '$.mailsGivenUp').with({ statistic: 'Sum', period: PROMPTLY }),
      threshold: 1,
    });
    this.#alarm('MailsLate', {
      alarmDescription:
        'Mails are late: the oldest one has waited for more than half an hour, or deliverMail no longer runs. Nothing is lost. Look in the log of deliverMail for the answer of SES: a rate or quota that is used up, a sender that is not verified, an account that may not send.',
      metric: this.#logged(deliverMail, 'longestWaitSeconds', '$.longestWaitSeconds').with({
        statistic: 'Maximum',
        period: LONGEST_PAUSE,
      }),
      threshold: LONG_WAIT_SECONDS,
      // A run reports every minute: without reports, the schedule or the function is broken.
      treatMissingData: TreatMissingData.BREACHING,
    });
    this.#alarm('DeliverMailFails', {
      alarmDescription:
        'Mails may be late by minutes: deliverMail itself fails, not SES. Its next run sends the mails that it left. Look in its log; if the failure came with a deployment, go back to the one before.',
      metric: deliverMail.metricErrors({ period: PROMPTLY }),
      threshold: 1,
      evaluationPeriods: 3,
    });
    this.#alarm('RecordDeliveryFails', {
      alarmDescription:
        'Partners do not see whether their mails arrived: recordDelivery fails. Lambda brings a report twice more within minutes, and then leaves it in the queue of failures. Look in its log; if the failure came with a deployment, go back to the one before.',
      metric: recordDelivery.metricErrors({ period: PROMPTLY }),
      threshold: 1,
      evaluationPeriods: 3,
    });
    this.#alarm('UndeliveredNotEmpty', {
      alarmDescription:
        'A function gave up a record of the table stream (the schedule still sends its mail) or a report of SES (the partner still sees the state before it). Read the messages of the queue, remove the cause, invoke recordDelivery with the reports, then purge the queue.',
      metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: PROMPTLY, statistic: 'Maximum' }),
      threshold: 1,
    });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.topic.topicArn });
  }

  #alarm(id: string, props: Omit<AlarmProps, 'evaluationPeriods'> & { evaluationPeriods?: number }): void {
    new Alarm(this, id, {
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
      ...props,
    }).addAlarmAction(new SnsAction(this.topic));
  }

  /** The metric of a number that a function writes into its log. */
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
