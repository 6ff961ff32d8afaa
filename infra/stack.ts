import { type App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { PortalApi } from './api.ts';
import { DeliverMail } from './deliverMail.ts';
import { PortalDistribution } from './distribution.ts';
import { ExpireUnconfirmed } from './expireUnconfirmed.ts';
import { InviteKey } from './inviteKey.ts';
import { MailAlarms } from './mailAlarms.ts';
import { portalConfig, uploadPages } from './pageUpload.ts';
import type { FunctionParts } from './portalFunction.ts';
import { RecordDelivery } from './recordDelivery.ts';
import { PortalLog } from './retention.ts';
import { MailConfiguration, Sender } from './sender.ts';
import type { Settings } from './settings.ts';
import { makeSignIn } from './signIn.ts';
import { PortalTable } from './table.ts';
import { Undelivered } from './undelivered.ts';

/**
 * Defines the whole app: the stack, and the checks that must pass before the stack is synthesized.
 *
 * @param bundles folder with the functions' bundles
 * @param pages folder with the web pages
 */
export function definePartnerPortal(app: App, settings: Settings, bundles: string, pages: string): PartnerPortal {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return new PartnerPortal(app, settings, bundles, pages);
}

/**
 * The partner portal on AWS. Each part is in the file of its name. The parts make their resources directly in the stack: a logical id
 * comes from the place of its resource, and if the id of a deployed table changed, CloudFormation would make another table.
 */
export class PartnerPortal extends Stack {
  constructor(app: App, settings: Settings, bundles: string, pages: string) {
    const { stage, program } = settings;
    super(app, 'PartnerPortal', { description: 'Partner portal', terminationProtection: stage === 'production' });
    const api = new PortalApi(this, 'Api', stage);
    const distribution = new PortalDistribution(this, 'Portal', api, settings);
    const parts: FunctionParts = {
      settings,
      bundles,
      portalUrl: settings.portalUrl ?? distribution.url,
      table: new PortalTable(this, 'Table', stage),
      inviteKey: new InviteKey(this, 'InviteKey', stage),
      sender: new Sender(this, 'Sender', program.sender),
      mail: new MailConfiguration(this, 'Mail'),
      undelivered: new Undelivered(this, 'Undelivered', stage),
    };
    const signIn = makeSignIn(this, parts);
    api.routeEndpoints(parts, signIn.environment);
    uploadPages(distribution, {
      folder: pages,
      config: portalConfig(program, signIn.oidc),
      logGroup: new PortalLog(this, 'UploadLog', stage),
    });
    const deliverMail = new DeliverMail(this, parts);
    const recordDelivery = new RecordDelivery(this, parts);
    new MailAlarms(this, 'MailAlarms', { deliverMail, recordDelivery, undelivered: parts.undelivered });
    new ExpireUnconfirmed(this, parts);

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'PortalUrl', { value: parts.portalUrl });
    new CfnOutput(this, 'DistributionUrl', { value: distribution.url });
    new CfnOutput(this, 'TableName', { value: parts.table.tableName });
    new CfnOutput(this, 'InviteKeySecretArn', { value: parts.inviteKey.secretArn });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: parts.undelivered.queueUrl });
  }
}
