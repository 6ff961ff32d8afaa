import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Long enough to look into a complaint about an invitation that has expired. Logs hold ids, not what people entered. */
const LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** What happens to data when the stack is deleted: in production, the data stays. */
export const removalPolicyOf = (stage: Settings['stage']): RemovalPolicy =>
  stage === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** A log of a function, of the API or of the upload of pages. */
export class PortalLog extends LogGroup {
  constructor(scope: Construct, id: string, stage: Settings['stage']) {
    super(scope, id, { retention: LOG_RETENTION, removalPolicy: removalPolicyOf(stage) });
  }
}
