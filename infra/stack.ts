import { join } from 'node:path';
import { type App, Aws, CfnOutput, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  EventSourceMapping,
  FilterCriteria,
  FilterRule,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  ConfigurationSet,
  ConfigurationSetTlsPolicy,
  DkimIdentity,
  EasyDkimSigningKeyLength,
  EmailIdentity,
  EmailSendingEvent,
  EventDestination,
  Identity,
  SuppressionReasons,
} from 'aws-cdk-lib/aws-ses';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { PortalConfig } from '../portal/config.ts';
import { duePartitions, INDEXES, TABLE_KEYS, TTL_ATTRIBUTE } from '../shared/keys.ts';
import { PortalDistribution } from './distribution.ts';
import { ENDPOINTS, endpointsOf, routeOf } from './endpoints.ts';
import { MailAlarms } from './mailAlarms.ts';
import { type FunctionName, PERMISSIONS, type Permissions, permissionsOf } from './permissions.ts';
import type { Settings } from './settings.ts';
import { SignIn, USER_POOL_ORIGINS } from './userPool.ts';

/** CPU comes with memory (1,769 MB are a whole one): with less than this, start-up and TLS take noticeably longer. */
const MEMORY_MB = 512;
/** Nobody waits longer for an answer; DynamoDB's is there in milliseconds, also after a few conflicts. */
const API_TIMEOUT_SECONDS = 10;
/** Cognito gives a trigger 5 seconds. */
const TRIGGER_TIMEOUT_SECONDS = 5;
/** A run of the schedule is over before the next one starts. */
const MAIL_INTERVAL_MINUTES = 1;
const MAIL_TIMEOUT_SECONDS = 55;
const REPORT_TIMEOUT_SECONDS = 10;
/** The longest that Lambda keeps a report for which there is no room to run. One that fails is tried twice more. */
const REPORT_MAX_AGE_HOURS = 6;
const EXPIRE_INTERVAL_MINUTES = 15;
const EXPIRE_TIMEOUT_SECONDS = 10 * 60;

/** A mail is one call to SES of some 100 ms: a batch is through well within the timeout. */
const STREAM_BATCH_RECORDS = 10;
/** The schedule takes over what the stream doesn't manage, with backoff: there is no point in insisting here. */
const STREAM_RETRIES = 2;
const STREAM_MAX_AGE_MINUTES = 5;

/**
 * A partner program has some hundreds of people at work at the same time: this is plenty for them, and a client that runs wild is
 * stopped before it takes all the 1,000 functions that an account may run at once. (No function reserves any of them: a new
 * account has so few that the deployment would fail.)
 */
const REQUESTS_PER_SECOND = 100;
const REQUEST_BURST = 200;

/** Long enough to look into a complaint about an invitation that has expired. Logs hold ids, not what people entered. */
const LOG_RETENTION = RetentionDays.THREE_MONTHS;
/** The longest that SQS keeps a message. */
const FAILURE_RETENTION_DAYS = 14;
/** Letters and digits, of almost 6 bits each: more than the 256 bits that HMAC-SHA-256 can use. */
const INVITE_KEY_LENGTH = 64;

/** The functions that write the address of the portal into a link. */
const LINK_MAKERS: readonly FunctionName[] = ['getInviteLink', 'deliverMail'];

/**
 * Defines the whole app: the stack, and the checks without which it isn't synthesized.
 *
 * @param bundles folder with the functions' bundles
 * @param pages folder with the web pages
 */
export function definePartnerPortal(app: App, settings: Settings, bundles: string, pages: string): PartnerPortal {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return new PartnerPortal(app, settings, bundles, pages);
}

/** The partner portal on AWS. */
export class PartnerPortal extends Stack {
  readonly #settings: Settings;
  readonly #bundles: string;
  readonly #removalPolicy: RemovalPolicy;
  readonly #table: Table;
  readonly #inviteKey: Secret;
  readonly #mail: ConfigurationSet;
  readonly #sender: EmailIdentity;
  readonly #undelivered: Queue;
  readonly #portalUrl: string;
  readonly #signIn: Record<string, string>;

  constructor(app: App, settings: Settings, bundles: string, pages: string) {
    const production = settings.stage === 'production';
    super(app, 'PartnerPortal', { description: 'Partner portal', terminationProtection: production });
    this.#settings = settings;
    this.#bundles = bundles;
    this.#removalPolicy = production ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.#table = this.#makeTable(production);
    this.#inviteKey = this.#makeInviteKey();
    this.#mail = new ConfigurationSet(this, 'Mail', {
      // The link in the mail is proof of the mailbox: it must not be readable on its way.
      tlsPolicy: ConfigurationSetTlsPolicy.REQUIRE,
      reputationMetrics: true,
      suppressionReasons: SuppressionReasons.BOUNCES_AND_COMPLAINTS,
      // Nobody is tracked, even where the account's Virtual Deliverability Manager tracks: it would rewrite links and add a picture.
      vdmOptions: { engagementMetrics: false },
    });
    this.#sender = this.#makeSender();
    this.#undelivered = this.#makeUndelivered();

    const api = new HttpApi(this, 'Api', { apiName: 'PartnerPortal', createDefaultStage: false });
    this.#limitAndLog(api);
    const { portalUrl, certificateArn, issuer, jwksUri } = settings;
    const distribution = new PortalDistribution(this, 'Portal', {
      api,
      domain: portalUrl && certificateArn ? { name: new URL(portalUrl).hostname, certificateArn } : undefined,
      signInOrigins:
        issuer && jwksUri ? [...new Set([issuer, jwksUri].map((url) => new URL(url).origin))] : USER_POOL_ORIGINS,
    });
    this.#portalUrl = portalUrl ?? distribution.url;
    const { environment, oidc } = this.#makeSignIn(production);
    this.#signIn = environment;
    this.#routeEndpoints(api);
    distribution.upload(pages, this.#portalConfig(oidc), this.#makeLogGroup('UploadLog'));
    const deliverMail = this.#deliverMail();
    const recordDelivery = this.#recordDelivery();
    new MailAlarms(this, 'MailAlarms', { deliverMail, recordDelivery, undelivered: this.#undelivered });
    this.#schedule(this.#makeFunction('expireUnconfirmed', EXPIRE_TIMEOUT_SECONDS), EXPIRE_INTERVAL_MINUTES);

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
    new CfnOutput(this, 'PortalUrl', { value: this.#portalUrl });
    new CfnOutput(this, 'DistributionUrl', { value: distribution.url });
    new CfnOutput(this, 'TableName', { value: this.#table.tableName });
    new CfnOutput(this, 'InviteKeySecretArn', { value: this.#inviteKey.secretArn });
    new CfnOutput(this, 'UndeliveredQueueUrl', { value: this.#undelivered.queueUrl });
  }

  #makeTable(production: boolean): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: TABLE_KEYS.partition, type: AttributeType.STRING },
      sortKey: { name: TABLE_KEYS.sort, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      // With the AWS managed key, every use of it is in CloudTrail; with the default one it isn't.
      encryption: TableEncryption.AWS_MANAGED,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: TTL_ATTRIBUTE,
      stream: StreamViewType.NEW_IMAGE,
      deletionProtection: production,
      removalPolicy: this.#removalPolicy,
    });
    for (const [indexName, { partition, sort, projection }] of Object.entries(INDEXES))
      table.addGlobalSecondaryIndex({
        indexName,
        partitionKey: { name: partition, type: AttributeType.STRING },
        sortKey: { name: sort, type: AttributeType.STRING },
        projectionType: ProjectionType[projection],
      });
    return table;
  }

  /**
   * The key of the emailed links: `{"current": "k1", "k1": "…"}`. To rotate it, add `k2` and make it current; links that were
   * sent before keep working for as long as `k1` stays.
   */
  #makeInviteKey(): Secret {
    const secret = new Secret(this, 'InviteKey', {
      description: 'Keys of the emailed invitation links, by key id',
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ current: 'k1' }),
        generateStringKey: 'k1',
        passwordLength: INVITE_KEY_LENGTH,
        excludePunctuation: true,
      },
      removalPolicy: this.#removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'The deployer rotates it by adding a key and making it current: a schedule would not know for how long sent links must live.',
    });
    return secret;
  }

  /**
   * The domain that mails come from, signed with DKIM, and with a MAIL FROM of its own, so that SPF is the domain's as well (DMARC). Its
   * DNS records are the deployer's to make: the stack's outputs name them.
   */
  #makeSender(): EmailIdentity {
    const domain = this.#senderDomain();
    const sender = new EmailIdentity(this, 'Sender', {
      identity: Identity.domain(domain),
      dkimIdentity: DkimIdentity.easyDkim(EasyDkimSigningKeyLength.RSA_2048_BIT),
      mailFromDomain: `mail.${domain}`,
    });
    for (const [i, { name, value }] of sender.dkimRecords.entries())
      new CfnOutput(this, `SenderDkim${i + 1}`, { value: `${name} CNAME ${value}` });
    new CfnOutput(this, 'SenderMailFrom', {
      value: `mail.${domain} MX 10 feedback-smtp.${Aws.REGION}.amazonses.com, TXT "v=spf1 include:amazonses.com ~all"`,
    });
    return sender;
  }

  /** What `deliverMail` and `recordDelivery` gave up on: to look into. No mail is lost with it, the schedule sends from the table. */
  #makeUndelivered(): Queue {
    const queue = new Queue(this, 'Undelivered', {
      enforceSSL: true,
      retentionPeriod: Duration.days(FAILURE_RETENTION_DAYS),
      removalPolicy: this.#removalPolicy,
    });
    Validations.of(queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself where failures end: the on-failure destination of the table stream and of the reports of SES.',
    });
    return queue;
  }

  #limitAndLog(api: HttpApi): void {
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: REQUESTS_PER_SECOND, burstLimit: REQUEST_BURST },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.#makeLogGroup('AccessLog')),
        // The route and not the path, which may have an email address in it; no query string, no header.
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            time: '$context.requestTime',
            route: '$context.routeKey',
            status: '$context.status',
            latencyMs: '$context.responseLatency',
            functionMs: '$context.integrationLatency',
            error: '$context.error.message',
          }),
        ),
      },
    });
  }

  /** Where access tokens come from, as functions and pages read it: the deployer's issuer, or a user pool. */
  #makeSignIn(production: boolean): { environment: Record<string, string>; oidc: PortalConfig['oidc'] } {
    const { issuer, jwksUri, audience, clientId, scope, operatorClaim, operatorGroup, serviceAccounts } =
      this.#settings;
    const operators = { OPERATOR_CLAIM: operatorClaim, OPERATOR_GROUP: operatorGroup };
    if (issuer && jwksUri && audience && clientId)
      return {
        environment: { OIDC_ISSUER: issuer, OIDC_JWKS_URI: jwksUri, OIDC_AUDIENCE: audience, ...operators },
        oidc: { authority: issuer, clientId, scope },
      };
    const pool = new SignIn(this, 'SignIn', {
      portalUrl: this.#portalUrl,
      operatorGroup,
      serviceAccounts,
      addEmailClaims: this.#makeFunction('addEmailClaims', TRIGGER_TIMEOUT_SECONDS),
      production,
    });
    return { environment: { OIDC_ISSUER: pool.issuer, OIDC_JWKS_URI: pool.jwksUri, ...operators }, oidc: pool.oidc };
  }

  #portalConfig(oidc: PortalConfig['oidc']): PortalConfig {
    const { program } = this.#settings;
    return {
      brandName: program.brandName,
      defaultLanguage: program.defaultLanguage,
      defaultRole: program.defaultRole,
      statusLabels: program.statusLabels,
      providerApproval: program.providerApproval,
      allowedEmailDomains: program.allowedEmailDomains,
      oidc,
    };
  }

  #routeEndpoints(api: HttpApi): void {
    for (const [name, endpoints] of Map.groupBy(ENDPOINTS, (endpoint) => endpoint.function)) {
      if (!isFunctionName(name)) throw new Error(`infra/permissions.ts does not say what ${name} may do`);
      const integration = new HttpLambdaIntegration(
        `${name}Integration`,
        this.#makeFunction(name, API_TIMEOUT_SECONDS),
      );
      const routes = new Map(endpoints.map((endpoint) => [`${endpoint.method} ${routeOf(endpoint)}`, endpoint]));
      for (const endpoint of routes.values())
        this.#route(
          api,
          { method: HttpMethod[endpoint.method], path: routeOf(endpoint), integration },
          endpoint.access === 'linkHolder'
            ? 'Who holds the emailed link may call it: the function verifies the token in the body.'
            : "The function verifies the access token: the gateway's own authorizer accepts a fixed list of clients, so that each service account would need a deployment.",
        );
    }
  }

  #route(
    api: HttpApi,
    { method, path, integration }: { method: HttpMethod; path: string; integration: HttpLambdaIntegration },
    whyNoAuthorizer: string,
  ): void {
    for (const route of api.addRoutes({ methods: [method], path, integration }))
      Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason: whyNoAuthorizer });
  }

  /** Sends what new events call for, from the stream within a second, and on a schedule what is still owed. */
  #deliverMail(): LambdaFunction {
    const deliverMail = this.#makeFunction('deliverMail', MAIL_TIMEOUT_SECONDS);
    new EventSourceMapping(this, 'MailStream', {
      target: deliverMail,
      eventSourceArn: this.#streamArn(),
      startingPosition: StartingPosition.TRIM_HORIZON,
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: {
            NewImage: {
              [INDEXES.byDue.partition]: { S: duePartitions('MAIL') },
            },
          },
        }),
      ],
      batchSize: STREAM_BATCH_RECORDS,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: STREAM_RETRIES,
      maxRecordAge: Duration.minutes(STREAM_MAX_AGE_MINUTES),
      onFailure: this.#toUndelivered(),
    });
    this.#schedule(deliverMail, MAIL_INTERVAL_MINUTES);
    return deliverMail;
  }

  /** What becomes of mails: SES reports it to EventBridge, which brings it to `recordDelivery`. */
  #recordDelivery(): LambdaFunction {
    const { DELIVERY, BOUNCE, COMPLAINT, DELIVERY_DELAY, REJECT, SEND } = EmailSendingEvent;
    this.#mail.addEventDestination('Reports', {
      destination: EventDestination.eventBus(EventBus.fromEventBusName(this, 'DefaultBus', 'default')),
      // Neither OPEN nor CLICK: nobody is tracked.
      events: [SEND, DELIVERY, BOUNCE, COMPLAINT, DELIVERY_DELAY, REJECT],
    });
    const recordDelivery = this.#makeFunction('recordDelivery', REPORT_TIMEOUT_SECONDS);
    recordDelivery.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(REPORT_MAX_AGE_HOURS),
      onFailure: this.#toUndelivered(),
    });
    new Rule(this, 'MailReports', {
      description: 'What SES reports of the mails of the partner portal',
      eventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [this.#mail.configurationSetName] } } },
      },
      targets: [new LambdaTarget(recordDelivery)],
    });
    return recordDelivery;
  }

  /** Not the CDK's own destinations, which grant more than sending. */
  #toUndelivered() {
    return { bind: () => ({ destination: this.#undelivered.queueArn }) };
  }

  /** Runs a function at an interval. A run that fails isn't repeated: the next one finds what it left. */
  #schedule(target: LambdaFunction, minutes: number): void {
    const name = target.node.id;
    target.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(minutes) });
    const role = new Role(this, `${name}ScheduleRole`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: { invoke: allow(['lambda:InvokeFunction'], [target.functionArn]) },
    });
    new CfnSchedule(this, `${name}Schedule`, {
      scheduleExpression: minutes === 1 ? 'rate(1 minute)' : `rate(${minutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: target.functionArn, roleArn: role.roleArn, retryPolicy: { maximumRetryAttempts: 0 } },
    });
  }

  /** A function with its bundle, a role with what `permissions.ts` allows it, and the environment that it needs. */
  #makeFunction(name: FunctionName, timeoutSeconds: number): LambdaFunction {
    const logGroup = this.#makeLogGroup(`${name}Log`);
    return new LambdaFunction(this, name, {
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: MEMORY_MB,
      timeout: Duration.seconds(timeoutSeconds),
      code: Code.fromAsset(join(this.#bundles, name)),
      handler: 'index.handler',
      role: new Role(this, `${name}Role`, {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        inlinePolicies: { [name]: this.#policy(permissionsOf(name), logGroup) },
      }),
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: this.#environment(name),
    });
  }

  #makeLogGroup(id: string): LogGroup {
    return new LogGroup(this, id, { retention: LOG_RETENTION, removalPolicy: this.#removalPolicy });
  }

  #policy({ items, query, inviteKey, sendMail, stream, failures }: Permissions, logGroup: LogGroup): PolicyDocument {
    const table = this.#table.tableArn;
    const document = allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    const add = (actions: string[], resources: string[]) =>
      document.addStatements(new PolicyStatement({ actions, resources }));
    if (items)
      add(
        items.map((action) => `dynamodb:${action}`),
        [table],
      );
    if (query)
      add(
        ['dynamodb:Query'],
        query.map((what) => (what === 'table' ? table : `${table}/index/${what}`)),
      );
    if (inviteKey) add(['secretsmanager:GetSecretValue'], [this.#inviteKey.secretArn]);
    if (sendMail)
      add(
        ['ses:SendRawEmail'],
        [this.#sender.emailIdentityArn, this.#sesArn('configuration-set', this.#mail.configurationSetName)],
      );
    if (stream) {
      add(
        ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        [this.#streamArn()],
      );
    }
    if (failures) add(['sqs:SendMessage'], [this.#undelivered.queueArn]);
    return document;
  }

  #environment(name: FunctionName): Record<string, string> {
    const { items, query, inviteKey, sendMail } = permissionsOf(name);
    const isForSignedIn = endpointsOf(name).some(({ access }) => access !== 'linkHolder');
    return {
      ...((items || query) && { TABLE_NAME: this.#table.tableName, PROGRAM: JSON.stringify(this.#settings.program) }),
      ...(inviteKey && { INVITE_KEY_SECRET: this.#inviteKey.secretArn }),
      ...(sendMail && {
        SES_CONFIGURATION_SET: this.#mail.configurationSetName,
        SES_MAILS_PER_SECOND: this.#settings.mailsPerSecond,
      }),
      ...(LINK_MAKERS.includes(name) && { PORTAL_URL: this.#portalUrl }),
      ...(isForSignedIn && this.#signIn),
    };
  }

  #senderDomain(): string {
    const { sender } = this.#settings.program;
    return sender.slice(sender.lastIndexOf('@') + 1).replace(/>\s*$/, '');
  }

  #sesArn(resource: string, resourceName: string): string {
    return this.formatArn({ service: 'ses', resource, resourceName });
  }

  #streamArn(): string {
    if (!this.#table.tableStreamArn) throw new Error('The table has no stream');
    return this.#table.tableStreamArn;
  }
}

/** A policy with one statement, to which others can be added. */
const allow = (actions: string[], resources: string[]) =>
  new PolicyDocument({ statements: [new PolicyStatement({ actions, resources })] });

const isFunctionName = (name: string): name is FunctionName => Object.hasOwn(PERMISSIONS, name);
