import { type App, CfnOutput } from 'aws-cdk-lib';
import { AlarmTopic } from './alarmTopic.ts';
import type { Environment } from './environment.ts';
import { InviteKey } from './inviteKey.ts';
import { PortalLogs } from './logs.ts';
import { POOL_TRIGGERS } from './permissions.ts';
import { PortalStack } from './portalStack.ts';
import { MailConfiguration, makeSenderIdentity } from './sender.ts';
import { PortalTable } from './table.ts';
import { Undelivered } from './undelivered.ts';
import { SignInPool } from './userPool.ts';

/**
 * Everything that can't be made again from the code: customers, sign-ins, clients with their secrets, the key of the emailed links, the
 * sender's DKIM, what could not be processed, logs, and who gets the alarms. It knows nothing of the other stacks. The triggers of the user pool are here,
 * because the pool refers to them.
 *
 * A logical id comes from the place of its resource, and if the id of a deployed table changed, CloudFormation would make another table.
 */
export class DataStack extends PortalStack {
  readonly table: PortalTable;
  readonly inviteKey: InviteKey;
  readonly mail: MailConfiguration;
  readonly undelivered: Undelivered;
  readonly alarms: AlarmTopic;
  /** `undefined` if the environment has an issuer of its own. */
  readonly signIn: SignInPool | undefined;

  constructor(app: App, environment: Environment, bundles: string) {
    super(app, environment, 'data', 'customers, sign-in, secrets, sender');
    const { stage } = environment;
    const logs = new PortalLogs(this, 'Logs', environment);
    this.table = new PortalTable(this, 'Table', stage);
    this.inviteKey = new InviteKey(this, 'InviteKey', stage);
    const sender = environment.senderIdentity === 'own' ? makeSenderIdentity(this, environment) : undefined;
    this.mail = new MailConfiguration(this, 'Mail', environment);
    this.undelivered = new Undelivered(this, 'Undelivered', stage);
    this.alarms = new AlarmTopic(this, 'Alarms', environment);
    this.signIn = environment.issuer ? undefined : new SignInPool(this, 'SignIn', { environment, bundles, data: this });
    // The triggers' log groups are named, not referred to, so that the order has to be said.
    for (const trigger of POOL_TRIGGERS) this.signIn?.node.addDependency(logs.node.findChild(trigger));
    // Cognito sends only from an identity that SES has.
    if (sender) this.signIn?.node.addDependency(sender);

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'InviteKeySecretArn', { value: this.inviteKey.secretArn });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: this.undelivered.queueUrl });
  }
}
