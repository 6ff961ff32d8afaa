import { Duration, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { removalPolicyOf } from './retention.ts';

/** The longest time that SQS keeps a message. */
const RETENTION_DAYS = 14;

/**
 * The records and reports that `deliverMail` and `recordDelivery` gave up, for the operator to look into. No mail is lost: the
 * schedule sends mails from the table.
 */
export class Undelivered extends Queue {
  constructor(scope: Construct, id: string, stage: Environment['stage']) {
    super(scope, id, {
      enforceSSL: true,
      retentionPeriod: Duration.days(RETENTION_DAYS),
      removalPolicy: removalPolicyOf(stage),
    });
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'This queue is itself the on-failure destination, of the table stream and of the reports of SES.',
    });
  }

  /** The queue as the `onFailure` destination of a function or a stream. The CDK's own destinations grant more than sending. */
  get onFailure() {
    return { bind: () => ({ destination: this.queueArn }) };
  }
}
