import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { REQUESTS_PREFIX } from '../shared/table/keys.ts';
import type { InviteKey } from './inviteKey.ts';
import { type FunctionName, permissionsOf } from './permissions.ts';
import { PortalLog } from './retention.ts';
import type { MailConfiguration, Sender } from './sender.ts';
import type { Settings } from './settings.ts';
import type { PortalTable } from './table.ts';
import type { Undelivered } from './undelivered.ts';

/** CPU comes with memory: 1,769 MB give one whole CPU. With less memory than this, start-up and TLS take noticeably longer. */
const MEMORY_MB = 512;

/** The functions that make links to the portal. */
const LINK_MAKERS: readonly FunctionName[] = ['getInviteLink', 'deliverMail'];

/** The parts of the stack that functions use. A function can reach only the parts that `permissions.ts` allows. */
export type FunctionParts = {
  settings: Settings;
  /** Folder with the functions' bundles. */
  bundles: string;
  portalUrl: string;
  table: PortalTable;
  inviteKey: InviteKey;
  sender: Sender;
  mail: MailConfiguration;
  undelivered: Undelivered;
};

/** A Lambda function with its bundle, a role with the permissions of `permissions.ts`, and its environment. */
export class PortalFunction extends LambdaFunction {
  /**
   * @param environment further variables, beside those that follow from the permissions
   * @param countsRequests whether the function counts its requests for the limit of each partner
   */
  constructor(
    scope: Construct,
    name: FunctionName,
    parts: FunctionParts,
    {
      timeoutSeconds,
      environment = {},
      countsRequests = false,
    }: { timeoutSeconds: number; environment?: Record<string, string>; countsRequests?: boolean },
  ) {
    const logGroup = new PortalLog(scope, `${name}Log`, parts.settings.stage);
    super(scope, name, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(timeoutSeconds),
      code: Code.fromAsset(join(parts.bundles, name)),
      handler: 'index.handler',
      role: new Role(scope, `${name}Role`, {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: { [name]: policyOf(name, parts, logGroup, countsRequests) },
      }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        ...environmentOf(name, parts),
        ...(countsRequests && { PARTNER_REQUESTS_PER_SECOND: parts.settings.partnerRequestsPerSecond }),
        ...environment,
      },
    });
  }
}

function policyOf(
  name: FunctionName,
  { table: { tableArn, streamArn }, inviteKey, sender, mail, undelivered }: FunctionParts,
  logGroup: LogGroup,
  countsRequests: boolean,
): PolicyDocument {
  const { items, query, inviteKey: readsInviteKey, sendMail, stream, failures } = permissionsOf(name);
  const document = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  const add = (actions: string[], resources: string[]) =>
    document.addStatements(new PolicyStatement({ actions, resources }));
  if (items)
    add(
      items.map((action) => `dynamodb:${action}`),
      [tableArn],
    );
  // The function may change a count, also if it may only read everything else.
  if (countsRequests)
    document.addStatements(
      new PolicyStatement({
        actions: ['dynamodb:UpdateItem'],
        resources: [tableArn],
        conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [`${REQUESTS_PREFIX}*`] } },
      }),
    );
  if (query)
    add(
      ['dynamodb:Query'],
      query.map((what) => (what === 'table' ? tableArn : `${tableArn}/index/${what}`)),
    );
  if (readsInviteKey) add(['secretsmanager:GetSecretValue'], [inviteKey.secretArn]);
  if (sendMail) add(['ses:SendRawEmail'], [sender.emailIdentityArn, mail.arn]);
  if (stream)
    add(
      ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      [streamArn],
    );
  if (failures) add(['sqs:SendMessage'], [undelivered.queueArn]);
  return document;
}

function environmentOf(
  name: FunctionName,
  { settings, portalUrl, table, inviteKey, mail }: FunctionParts,
): Record<string, string> {
  const { items, query, inviteKey: readsInviteKey, sendMail } = permissionsOf(name);
  return {
    ...((items || query) && { TABLE_NAME: table.tableName, PROGRAM: JSON.stringify(settings.program) }),
    ...(readsInviteKey && { INVITE_KEY_SECRET: inviteKey.secretArn }),
    ...(sendMail && {
      SES_CONFIGURATION_SET: mail.configurationSetName,
      SES_MAILS_PER_SECOND: settings.mailsPerSecond,
    }),
    ...(LINK_MAKERS.includes(name) && { PORTAL_URL: portalUrl }),
  };
}

/** A policy with one statement. The caller can add more. */
export const allow = (actions: string[], resources: string[]): PolicyDocument =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });
