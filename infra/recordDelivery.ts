import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import { nameIn } from './names.ts';
import { type FunctionParts, PortalFunction } from './portalFunction.ts';

const TIMEOUT_SECONDS = 10;
/** Lambda tries a failed report twice more. */
const RETRIES = 2;
/** The longest time that Lambda keeps a report while it has no capacity to run the function (6 hours). */
const MAX_AGE_HOURS = 6;

/** Records the fate of mails: SES sends reports to EventBridge, and a rule passes them to the function. */
export class RecordDelivery extends PortalFunction {
  constructor(scope: Construct, parts: FunctionParts) {
    super(scope, 'recordDelivery', parts, { timeoutSeconds: TIMEOUT_SECONDS });
    this.configureAsyncInvoke({
      retryAttempts: RETRIES,
      maxEventAge: Duration.hours(MAX_AGE_HOURS),
      onFailure: parts.data.undelivered.onFailure,
    });
    new Rule(scope, 'MailReports', {
      ruleName: nameIn(parts.environment, 'mailReports'),
      description: 'Reports of SES on the mails of the partner portal',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [parts.data.mail.configurationSetName] } } },
      },
      targets: [new LambdaTarget(this)],
    });
  }
}
