import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './settings.ts';

/** Long enough to investigate a complaint about an expired invitation. Logs hold ids, no data that people entered. */
const LOG_RETENTION = RetentionDays.THREE_MONTHS;

/** The policy for data when the stack is deleted: production keeps the data. */
export const removalPolicyOf = (stage: Settings['stage']): RemovalPolicy =>
  stage === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;

/** The log of a function, of the API, or of the upload of pages. */
export class PortalLog extends LogGroup {
  constructor(scope: Construct, id: string, stage: Settings['stage']) {
    super(scope, id, { retention: LOG_RETENTION, removalPolicy: removalPolicyOf(stage) });
  }
}
