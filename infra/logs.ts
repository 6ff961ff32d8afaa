import { Validations } from 'aws-cdk-lib';
import { type ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { prefixOf } from './names.ts';
import { FUNCTION_NAMES, type FunctionName, POOL_TRIGGERS } from './permissions.ts';
import { removalPolicyOf } from './retention.ts';

/** The logs that aren't a function's: the access log of the API, the upload of the pages, and the digests of the front door. */
type LogName = FunctionName | 'api' | 'upload' | 'frontDoor';

/** The name of a log group. */
export const logGroupName = (environment: Environment, name: LogName): string => `/${prefixOf(environment)}/${name}`;

/**
 * The log groups of all functions, of the API, and of the functions that work during a deployment. They are data: an application that is made
 * again goes on writing into them. Logs hold ids, no data that people entered.
 */
export class PortalLogs extends Construct {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id);
    const names: LogName[] = [...FUNCTION_NAMES, 'api', 'upload', 'frontDoor'];
    // Without a user pool, there are no triggers.
    for (const name of names.filter(
      (each) => !POOL_TRIGGERS.some((trigger) => trigger === each) || !environment.issuer,
    ))
      new LogGroup(this, name, {
        logGroupName: logGroupName(environment, name),
        retention: environment.logRetentionDays,
        removalPolicy: removalPolicyOf(environment.stage),
      });
  }
}

/** A log group by its name. */
export const logOf = (scope: Construct, environment: Environment, name: LogName): ILogGroup =>
  LogGroup.fromLogGroupName(scope, `${name}Log`, logGroupName(environment, name));

/** Says to the checks why the role that writes a log has a wildcard: the streams of a log group have names of Lambda's choice. */
export function acknowledgeLogStreams(role: Construct, environment: Environment, name: LogName): void {
  const { region, account } = environment;
  const group = logGroupName(environment, name);
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:${region}:${account}:log-group:${group}:*]`,
    reason: 'It writes into any stream of its own log group. Lambda chooses the names of the streams.',
  });
}
