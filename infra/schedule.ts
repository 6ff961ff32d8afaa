import { Aws, Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Environment } from './environment.ts';
import { nameIn } from './names.ts';
import { allow, type PortalFunction } from './portalFunction.ts';

/** Runs a function every so many minutes. A failed run isn't repeated: the next run finishes its work. */
export class Schedule extends CfnSchedule {
  constructor(scope: Construct, target: PortalFunction, environment: Environment, minutes: number) {
    const name = target.node.id;
    const role = new Role(scope, `${name}ScheduleRole`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { invoke: allow(['lambda:InvokeFunction'], [target.functionArn]) },
    });
    super(scope, `${name}Schedule`, {
      name: nameIn(environment, name),
      scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: target.functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0 } },
    });
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(minutes) });
  }
}
