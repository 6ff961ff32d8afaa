import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { REQUESTS_PREFIX } from '../shared/table/keys.ts';
import type { DataStack } from './dataStack.ts';
import type { Environment } from './environment.ts';
import { acknowledgeLogStreams, logOf } from './logs.ts';
import { metricsNamespace } from './metrics.ts';
import { nameIn } from './names.ts';
import { type FunctionName, permissionsOf } from './permissions.ts';
import { acknowledgeRecipients, sendMailStatements } from './sender.ts';

/** CPU comes with memory: 1,769 MB give one whole CPU. With less memory than this, start-up and TLS take noticeably longer. */
const MEMORY_MB = 512;

/** The functions that make links to the portal. */
const LINK_MAKERS: readonly FunctionName[] = ['getInviteLink', 'deliverMail'];

/** The parts of an environment that functions use. A function can reach only the parts that `permissions.ts` allows. */
export type FunctionParts = {
  environment: Environment;
  /** Folder with the functions' bundles. */
  bundles: string;
  /** The release that the log lines name. Absent for the triggers of the user pool: a release of the application leaves their stack alone. */
  release?: string;
  data: Pick<DataStack, 'table' | 'inviteKey' | 'mail' | 'undelivered'>;
  /** Absent for the triggers of the user pool, which are made before the portal has an address. */
  portalUrl?: string;
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
    const logGroup = logOf(scope, parts.environment, name);
    const role = new Role(scope, `${name}Role`, {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      inlinePolicies: { [name]: policyOf(scope, name, parts, logGroup, countsRequests) },
    });
    acknowledgeLogStreams(role, parts.environment, name);
    if (permissionsOf(name).sendMail) acknowledgeRecipients(role, parts.environment);
    super(scope, name, {
      functionName: nameIn(parts.environment, name),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(timeoutSeconds),
      code: Code.fromAsset(join(parts.bundles, name)),
      handler: 'index.handler',
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: {
        METRICS_NAMESPACE: metricsNamespace(parts.environment),
        ...environmentOf(name, parts),
        ...(parts.release !== undefined && { RELEASE: parts.release }),
        ...(countsRequests && { PARTNER_REQUESTS_PER_SECOND: String(parts.environment.partnerRequestsPerSecond) }),
        ...environment,
      },
    });
  }
}

function policyOf(
  scope: Construct,
  name: FunctionName,
  { environment, data }: FunctionParts,
  logGroup: ILogGroup,
  countsRequests: boolean,
): PolicyDocument {
  const { table, inviteKey, mail, undelivered } = data;
  const { tableArn, streamArn } = table;
  const { items, keys, query, inviteKey: readsInviteKey, sendMail, stream, failures } = permissionsOf(name);
  const document = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  const add = (actions: string[], resources: string[]) =>
    document.addStatements(new PolicyStatement({ actions, resources }));
  const addOnItems = (actions: readonly string[], prefixes?: readonly string[]) =>
    document.addStatements(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [tableArn],
        ...(prefixes && {
          conditions: {
            'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((prefix) => `${prefix}*`) },
          },
        }),
      }),
    );
  if (items) addOnItems(items, keys);
  // The function may change a count, also if it may only read everything else.
  if (countsRequests) addOnItems(['UpdateItem'], [REQUESTS_PREFIX]);
  if (query)
    add(
      ['dynamodb:Query'],
      query.map((what) => (what === 'table' ? tableArn : `${tableArn}/index/${what}`)),
    );
  if (readsInviteKey) add(['secretsmanager:GetSecretValue'], [inviteKey.secretArn]);
  if (sendMail) document.addStatements(...sendMailStatements(scope, environment, mail.arn));
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
  { environment, portalUrl, data: { table, inviteKey, mail } }: FunctionParts,
): Record<string, string> {
  const { items, query, inviteKey: readsInviteKey, sendMail } = permissionsOf(name);
  return {
    ...((items || query) && { TABLE_NAME: table.tableName, PROGRAM: JSON.stringify(environment.program) }),
    ...(readsInviteKey && { INVITE_KEY_SECRET: inviteKey.secretArn }),
    ...(sendMail && {
      SES_CONFIGURATION_SET: mail.configurationSetName,
      SES_MAILS_PER_SECOND: String(environment.mailsPerSecond),
    }),
    ...(LINK_MAKERS.includes(name) && portalUrl !== undefined && { PORTAL_URL: portalUrl }),
  };
}

/** A policy with one statement. The caller can add more. */
export const allow = (actions: string[], resources: string[]): PolicyDocument =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });
