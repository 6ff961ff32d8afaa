/** Reads the parts that run locally from the synthesized templates. */
import { type DistributionDefinition, readDistribution } from './distribution.ts';
import type { FilterPattern } from './filterCriteria.ts';
import { readStatement, type Statement } from './policy.ts';
import type { Route } from './routes.ts';
import type { Assembly } from './synthesize.ts';
import { type Resolved, StackTemplate } from './template.ts';

/** A Lambda function. */
export type FunctionDefinition = {
  logicalId: string;
  /** The function's name in the CDK app, such as `createCustomer`. */
  name: string;
  arn: string;
  /** `index.handler` */
  handler: string;
  /** Folder of the bundle. */
  directory: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  memoryMegabytes: number;
  /** Everything that the function's role allows. */
  statements: Statement[];
};

/** The table. */
export type TableDefinition = {
  logicalId: string;
  name: string;
  arn: string;
  /** The request of CreateTable. */
  create: Record<string, unknown>;
  ttlAttribute: string | undefined;
};

/** An event source mapping from the table's stream to a function. */
export type StreamMapping = {
  functionId: string;
  batchSize: number;
  /** A record passes if one filter matches, or if there are no filters. */
  filters: FilterPattern[];
  /** Whether a failed batch is split in two. */
  bisect: boolean;
  retries: number;
  reportsItemFailures: boolean;
};

/** A schedule of EventBridge Scheduler. */
export type ScheduleDefinition = {
  name: string;
  functionId: string;
  everySeconds: number;
  input: unknown;
};

/** A rule of EventBridge's default bus. */
export type RuleDefinition = {
  name: string;
  pattern: FilterPattern;
  functionIds: string[];
};

/** The events that a configuration set of SES sends to EventBridge (`send`, `delivery`, …). */
export type MailEvents = { configurationSet: string; events: string[] };

/** A secret of Secrets Manager. */
export type SecretDefinition = {
  arn: string;
  name: string;
  /** How the secret's value is made (`GenerateSecretString`). */
  generate: { template: Record<string, unknown>; key: string | undefined; length: number };
};

/** The digests of the front door's secret: the code that makes them, and its properties. */
export type FrontDoorDefinition = { code: string; properties: { Secret: string; Keys: string[] } };

/** The whole stack. `functionId` and `functionIds` in its parts are logical ids. */
export type StackDefinition = {
  functions: FunctionDefinition[];
  routes: Route[];
  throttling: Throttling;
  table: TableDefinition;
  mappings: StreamMapping[];
  schedules: ScheduleDefinition[];
  rules: RuleDefinition[];
  mailEvents: MailEvents[];
  secrets: SecretDefinition[];
  distribution: DistributionDefinition | undefined;
  frontDoor: FrontDoorDefinition | undefined;
};

/** The throttling of the stage: `routes` has limits for single routes by route key, `all` has the limit of the other routes. */
export type Throttling = { all: Throttle; routes: Record<string, Throttle> };
/** A token bucket. */
export type Throttle = { ratePerSecond: number; burst: number };

/** API Gateway's limit for an account, for a stage without its own limit. */
const ACCOUNT_THROTTLE: Throttle = { ratePerSecond: 10_000, burst: 5_000 };

type RouteSettings = { ThrottlingRateLimit?: number; ThrottlingBurstLimit?: number };
type TableProperties = {
  KeySchema: unknown;
  AttributeDefinitions: unknown;
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
  StreamSpecification?: { StreamViewType: string };
  TimeToLiveSpecification?: { AttributeName: string; Enabled?: boolean };
};

const TABLE = 'AWS::DynamoDB::Table';

/**
 * Reads the templates of an environment as one stack.
 *
 * @param tableName replaces the table's name of the template
 * @throws Error at a part of the template that doesn't run locally
 */
export function readStackDefinition(
  { templates, directoryOf, directoryOfUpload }: Assembly,
  tableName?: string,
): StackDefinition {
  const [tableId] =
    Object.values(templates)
      .flatMap(({ Resources }) => Object.entries(Resources))
      .find(([, { Type }]) => Type === TABLE) ?? [];
  if (tableId === undefined) throw new Error('The templates have no table.');
  const stack = new StackTemplate(templates, tableName === undefined ? {} : { [tableId]: tableName });
  const [table] = stack.resources<TableProperties>(TABLE);
  if (!table) throw new Error('The templates have no table.');

  const statements = roleStatements(stack);
  const functions = stack
    .resources<{
      Role: string;
      Handler?: string;
      Timeout?: number;
      MemorySize?: number;
      Environment?: { Variables?: Record<string, string> };
    }>('AWS::Lambda::Function')
    // Functions of custom resources work only during a deployment.
    .filter(({ metadata }) => !String(metadata['aws:cdk:path']).includes('/Custom::'))
    .map(({ logicalId, name, properties, metadata }) => ({
      logicalId,
      name,
      arn: stack.arnOf(logicalId),
      handler: properties.Handler ?? 'index.handler',
      directory: directoryOf(logicalId, metadata),
      environment: stringValues(properties.Environment?.Variables ?? {}),
      // Lambda's defaults.
      timeoutSeconds: properties.Timeout ?? 3,
      memoryMegabytes: properties.MemorySize ?? 128,
      statements: (statements.get(properties.Role) ?? []).map(readStatement),
    }));
  const functionIdIn = (arnOrName: string): string => {
    const found = functions.find(({ logicalId, arn }) => arnOrName === arn || arnOrName === stack.nameOf(logicalId));
    if (!found) throw new Error(`The template has no function ${arnOrName}.`);
    return found.logicalId;
  };

  return {
    functions,
    routes: readRoutes(stack, functionIdIn),
    throttling: readThrottling(stack),
    table: tableDefinition(stack, table),
    mappings: readMappings(stack, functionIdIn),
    schedules: readSchedules(stack, functionIdIn),
    rules: readRules(stack, functionIdIn),
    mailEvents: readMailEvents(stack),
    secrets: readSecrets(stack),
    distribution: readDistribution(stack, directoryOfUpload),
    frontDoor: readFrontDoor(stack),
  };
}

function readFrontDoor(stack: StackTemplate): FrontDoorDefinition | undefined {
  type Digests = FrontDoorDefinition['properties'] & { ServiceToken: string };
  const [digests] = stack.resources<Digests>('Custom::FrontDoorDigests');
  const maker = stack
    .resources<{ Code: { ZipFile: string } }>('AWS::Lambda::Function')
    .find(({ logicalId }) => digests && stack.arnOf(logicalId) === digests.properties.ServiceToken);
  return digests && maker && { code: maker.properties.Code.ZipFile, properties: digests.properties };
}

const stringValues = (values: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, String(value)]));

/** The statements of each role, by the role's ARN. */
function roleStatements(stack: StackTemplate): Map<string, object[]> {
  const besides = stack.resources('AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy');
  if (besides[0]) throw new Error(`${besides[0].name} is a policy outside its role: give the role an inline policy.`);
  const roles = stack.resources<{ Policies?: { PolicyDocument: { Statement: object[] } }[] }>('AWS::IAM::Role');
  return new Map(
    roles.map(({ logicalId, properties: { Policies = [] } }) => [
      stack.arnOf(logicalId),
      Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ]),
  );
}

function readRoutes(stack: StackTemplate, functionIdIn: (arn: string) => string): Route[] {
  const integrations = new Map(
    stack
      .resources<{ IntegrationUri: string }>('AWS::ApiGatewayV2::Integration')
      .map(({ logicalId, properties }) => [stack.nameOf(logicalId), properties.IntegrationUri]),
  );
  return stack
    .resources<{ RouteKey: string; Target: string }>('AWS::ApiGatewayV2::Route')
    .map(({ properties: { RouteKey, Target } }) => ({
      routeKey: RouteKey,
      functionId: functionIdIn(integrations.get(Target.replace('integrations/', '')) ?? Target),
    }));
}

function readThrottling(stack: StackTemplate): Throttling {
  const [stage] = stack.resources<{
    DefaultRouteSettings?: RouteSettings;
    RouteSettings?: Record<string, RouteSettings>;
  }>('AWS::ApiGatewayV2::Stage');
  const throttle = (settings: RouteSettings = {}): Throttle => ({
    ratePerSecond: settings.ThrottlingRateLimit ?? ACCOUNT_THROTTLE.ratePerSecond,
    burst: settings.ThrottlingBurstLimit ?? ACCOUNT_THROTTLE.burst,
  });
  return {
    all: throttle(stage?.properties.DefaultRouteSettings),
    routes: Object.fromEntries(
      Object.entries(stage?.properties.RouteSettings ?? {}).map(([key, settings]) => [key, throttle(settings)]),
    ),
  };
}

function tableDefinition(stack: StackTemplate, { logicalId, properties }: Resolved<TableProperties>): TableDefinition {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, StreamSpecification } = properties;
  const { TimeToLiveSpecification: ttl } = properties;
  const name = stack.nameOf(logicalId);
  return {
    logicalId,
    name,
    arn: stack.arnOf(logicalId),
    create: {
      TableName: name,
      KeySchema,
      AttributeDefinitions,
      ...(GlobalSecondaryIndexes && {
        GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) => ({
          IndexName,
          KeySchema,
          Projection,
        })),
      }),
      ...(StreamSpecification && {
        StreamSpecification: { StreamEnabled: true, StreamViewType: StreamSpecification.StreamViewType },
      }),
      BillingMode: 'PAY_PER_REQUEST',
    },
    ttlAttribute: ttl?.Enabled === false ? undefined : ttl?.AttributeName,
  };
}

function readMappings(stack: StackTemplate, functionIdIn: (arn: string) => string): StreamMapping[] {
  return stack
    .resources<{
      FunctionName: string;
      BatchSize?: number;
      FilterCriteria?: { Filters?: { Pattern: string }[] };
      BisectBatchOnFunctionError?: boolean;
      MaximumRetryAttempts?: number;
      FunctionResponseTypes?: string[];
    }>('AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => ({
      functionId: functionIdIn(properties.FunctionName),
      batchSize: properties.BatchSize ?? 100,
      filters: (properties.FilterCriteria?.Filters ?? []).map(({ Pattern }) => JSON.parse(Pattern) as FilterPattern),
      bisect: properties.BisectBatchOnFunctionError ?? false,
      // -1, the default, means retries for as long as the record exists.
      retries:
        properties.MaximumRetryAttempts === undefined || properties.MaximumRetryAttempts < 0
          ? Infinity
          : properties.MaximumRetryAttempts,
      reportsItemFailures: properties.FunctionResponseTypes?.includes('ReportBatchItemFailures') ?? false,
    }));
}

function readSchedules(stack: StackTemplate, functionIdIn: (arn: string) => string): ScheduleDefinition[] {
  return stack
    .resources<{ ScheduleExpression: string; State?: string; Target: { Arn: string; Input?: string } }>(
      'AWS::Scheduler::Schedule',
    )
    .filter(({ properties }) => properties.State !== 'DISABLED')
    .map(({ name, properties: { ScheduleExpression, Target } }) => ({
      name,
      functionId: functionIdIn(Target.Arn),
      everySeconds: rateSeconds(ScheduleExpression),
      input: Target.Input === undefined ? {} : JSON.parse(Target.Input),
    }));
}

function readRules(stack: StackTemplate, functionIdIn: (arn: string) => string): RuleDefinition[] {
  return stack
    .resources<{ EventPattern?: FilterPattern; State?: string; Targets?: { Arn: string }[] }>('AWS::Events::Rule')
    .filter(({ properties }) => properties.State !== 'DISABLED' && properties.EventPattern !== undefined)
    .map(({ name, properties: { EventPattern: pattern = {}, Targets = [] } }) => ({
      name,
      pattern,
      functionIds: Targets.map(({ Arn }) => functionIdIn(Arn)),
    }));
}

function readMailEvents(stack: StackTemplate): MailEvents[] {
  type Destination = { Enabled?: boolean; MatchingEventTypes: string[]; EventBridgeDestination?: object };
  return stack
    .resources<{ ConfigurationSetName: string; EventDestination: Destination }>(
      'AWS::SES::ConfigurationSetEventDestination',
    )
    .map(({ properties }) => properties)
    .filter(({ EventDestination: { Enabled, EventBridgeDestination } }) => Enabled !== false && EventBridgeDestination)
    .map(({ ConfigurationSetName: configurationSet, EventDestination: { MatchingEventTypes: events } }) => ({
      configurationSet,
      events,
    }));
}

/** `rate(15 minutes)` in seconds. */
function rateSeconds(expression: string): number {
  const [, count, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (unit === undefined) throw new Error(`The schedule ${expression} isn't a rate: only rates run locally.`);
  return Number(count) * { minute: 60, hour: 3600, day: 86_400 }[unit as 'minute' | 'hour' | 'day'];
}

function readSecrets(stack: StackTemplate): SecretDefinition[] {
  return stack
    .resources<{
      GenerateSecretString?: { SecretStringTemplate?: string; GenerateStringKey?: string; PasswordLength?: number };
    }>('AWS::SecretsManager::Secret')
    .map(({ logicalId, properties: { GenerateSecretString: generate } }) => ({
      arn: stack.arnOf(logicalId),
      name: stack.nameOf(logicalId),
      generate: {
        template: JSON.parse(generate?.SecretStringTemplate ?? '{}') as Record<string, unknown>,
        key: generate?.GenerateStringKey,
        length: generate?.PasswordLength ?? 32,
      },
    }));
}
