import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, describe, expect, test } from 'vitest';
import { IDLE } from '../bench/costTable.ts';
import { withoutTable } from '../cli/restoredTable.ts';
import { INDEXES, type IndexName } from '../shared/table/keys.ts';
import { buildBundles, metafileOf, releaseOf } from './bundles.ts';
import { ENDPOINTS, endpointsOf, isLimitedByPartner, routeOf } from './endpoints.ts';
import { type Environment, LOCAL, readEnvironment } from './environment.ts';
import { STACKS, type StackKind } from './names.ts';
import { buildPages } from './pages.ts';
import { FUNCTION_NAMES, type FunctionName, POOL_TRIGGERS, permissionsOf } from './permissions.ts';
import { schemaOf } from './resourceSchemas.ts';
import { definePartnerPortal, type PartnerPortal } from './stacks.ts';

/**
 * Limits of the bundles' sizes, minified, with a little room. The DynamoDB client, jose, zod and middy have 210 KB. The state machine
 * and its store add 20 KB, the rules about outsiders and refusals 5 KB, the limits on invitations and requests 9 KB, the front door 1 KB, the
 * second factor 1 KB, the forms of names and phones 3 KB, the fields of log lines 1 KB, Secrets Manager 10 KB, SES 40 KB, the MIME composer
 * 41 KB, the texts of the mails 42 KB, all use cases of the Billing API 31 KB, the schema of import rows 12 KB of zod, and the list of domains
 * 13 KB in the functions that read a customer's name. The trigger that reads users has the client of Cognito. Every KB slows a cold start: if
 * a bundle is over its budget, look at the metafile first.
 */
const BUNDLE_BUDGET_KB = {
  trigger: 40,
  triggerWithUsers: 175,
  api: 296,
  import: 319,
  apiWithInviteKey: 296,
  billingApi: 342,
  mail: 340,
};
const DOMAINS_KB: Partial<Record<FunctionName, number>> = { createCustomer: 13, updateCustomer: 13, acceptInvite: 13 };

/** Where production is in these tests. */
const ACCOUNT = '510111222333';
const REGION = 'eu-central-1';

const scratch = mkdtempSync(join(tmpdir(), 'partner-portal-test-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const bundles = await buildBundles();
const metafile = metafileOf(bundles);
const pages = await buildPages();

/** Synthesizes an environment as the CDK does: the environment `local` with other fields. */
function synthesize(fields: Partial<Environment> = {}, change: (stacks: PartnerPortal) => void = () => {}) {
  const outdir = mkdtempSync(join(scratch, 'assembly-'));
  const { context } = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: Record<string, unknown> };
  const app = new App({ outdir, context });
  const stacks = definePartnerPortal(app, { ...readEnvironment(LOCAL), ...fields }, bundles, pages);
  change(stacks);
  const assembly = app.synth();
  const templates = Object.fromEntries(
    assembly.stacks.map(({ stackName, template }) => [stackName, template as StackTemplate]),
  );
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;
  const resources = Object.assign({}, ...Object.values(templates).map((each) => withValues(each.Resources, templates)));
  return {
    templates,
    /** The stacks as one. */
    template: Template.fromJSON({ Resources: resources }),
    resources: resources as Record<string, Resource>,
    report,
  };
}
type StackTemplate = {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, { Value: unknown; Export?: unknown }>;
};

/** Replaces the references to other stacks by what they refer to. */
function withValues(value: unknown, templates: Record<string, StackTemplate>): unknown {
  if (Array.isArray(value)) return value.map((entry) => withValues(entry, templates));
  if (typeof value !== 'object' || value === null) return value;
  if ('Fn::GetStackOutput' in value) {
    const { StackName, OutputName } = value['Fn::GetStackOutput'] as { StackName: string; OutputName: string };
    return withValues(templates[StackName]?.Outputs?.[OutputName]?.Value, templates);
  }
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withValues(entry, templates)]));
}

type Resource = {
  Type: string;
  Properties: Record<string, unknown>;
  DeletionPolicy?: string;
  DependsOn?: string[];
};
type Report = { pluginReports: unknown[] };
type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: object };
type Properties = {
  Environment?: { Variables: Record<string, unknown> };
  Code: { S3Key: string };
  Role: { 'Fn::GetAtt': [string, string] };
  LoggingConfig: { LogGroup: string };
};

const development = synthesize();
const PRODUCTION = {
  name: 'production',
  stage: 'production',
  account: ACCOUNT,
  region: REGION,
  domain: 'partners.cloud.example',
  serviceAccounts: ['acme', 'globex'],
  logRetentionDays: 400,
  alarmAddress: 'ops@cloud.example',
  secondFactor: 'required',
  identityProviders: [
    {
      name: 'Acme',
      domains: ['acme.example'],
      secondFactor: true,
      metadataUrl: 'https://login.acme.example/metadata',
    },
    {
      name: 'Globex',
      domains: ['globex.example', 'globex.test'],
      secondFactor: false,
      issuerUrl: 'https://login.globex.example',
      clientId: 'portal-at-globex',
      clientSecretArn: `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:globex-AbCdEf`,
    },
  ],
} satisfies Partial<Environment>;
const production = synthesize(PRODUCTION);
const namedIssuer = synthesize({
  issuer: {
    url: 'https://id.cloud.example/',
    jwksUri: 'https://id.cloud.example/jwks',
    audience: 'https://partners.cloud.example',
    clientId: 'portal',
    scope: 'openid email partners',
    apiScope: 'partners',
  },
  operatorClaim: 'groups',
  operatorGroup: 'partner-desk',
});

const { template, resources } = development;

/** Renders `Fn::Join` and similar functions as one string, such as `<Table.Arn>/index/byDue`. */
function plain(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Ref' in value) return `<${value.Ref}>`;
  if ('Fn::GetAtt' in value) return `<${(value['Fn::GetAtt'] as string[]).join('.')}>`;
  if ('Fn::Join' in value) return ((value['Fn::Join'] as [string, unknown[]])[1] ?? []).map(plain).join('');
  return JSON.stringify(value);
}
const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

const only = (type: string, all = resources): string => {
  const ids = Object.keys(all).filter((id) => all[id]?.Type === type);
  if (ids.length !== 1) throw new Error(`There are ${ids.length} of ${type}`);
  return ids[0] ?? '';
};
/** The resources of a type, without those of the CDK's custom resources, which work only during a deployment. */
const ofType = (type: string, all = resources) =>
  Object.entries(all).filter(([id, { Type }]) => Type === type && !/^Custom[A-Z]/.test(id));

/** Logical id and properties of a function, by its name. */
function functionOf(name: string, all = resources): [string, Properties] {
  const found = ofType('AWS::Lambda::Function', all).find(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name);
  if (!found) throw new Error(`There is no function ${name}`);
  return [found[0], found[1].Properties as Properties];
}

const environmentOf = (name: string, all = resources) => functionOf(name, all)[1].Environment?.Variables ?? {};

/** Every action of a function's role, with its resource and its condition. */
function allowed(name: string, all = resources): string[] {
  const role = all[functionOf(name, all)[1].Role['Fn::GetAtt'][0]]?.Properties as {
    Policies: { PolicyDocument: { Statement: Statement[] } }[];
  };
  return role.Policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource, Condition }) =>
      list(Action).flatMap((action) =>
        list(Resource).map(
          (resource) => `${action} ${plain(resource)}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`,
        ),
      ),
    )
    .sort();
}

describe('routes', () => {
  const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
  const functionBehind = (routeKey: string) => {
    const target = plain(routes.find(({ RouteKey }) => RouteKey === routeKey)?.['Target']);
    const integration = resources[/<(.*)>/.exec(target)?.[1] ?? '']?.Properties;
    return { integration, functionId: /<(.*)\.Arn>/.exec(plain(integration?.['IntegrationUri']))?.[1] };
  };

  test.each(ENDPOINTS)('$method $path goes to $function', (endpoint) => {
    const { method, function: name } = endpoint;
    const { integration, functionId } = functionBehind(`${method} ${routeOf(endpoint)}`);
    expect(functionId).toBe(functionOf(name)[0]);
    expect(integration?.['PayloadFormatVersion']).toBe('2.0');
  });

  test('are those of the contract and no others', () => {
    expect(routes).toHaveLength(new Set(ENDPOINTS.map((each) => `${each.method} ${routeOf(each)}`)).size);
  });

  test('a client that runs wild is throttled', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 400, ThrottlingBurstLimit: 400 },
    });
  });

  test('a client without sign-in uses up nothing of the limit for signed-in people', () => {
    const stage = resources[only('AWS::ApiGatewayV2::Stage')];
    const limits = stage?.Properties['RouteSettings'] as Record<string, { ThrottlingRateLimit: number }>;
    const anonymous = ENDPOINTS.filter(({ access }) => access === 'linkHolder');
    expect(Object.keys(limits).sort()).toEqual(anonymous.map((each) => `${each.method} ${routeOf(each)}`).sort());
    for (const { ThrottlingRateLimit } of Object.values(limits)) expect(ThrottlingRateLimit).toBeLessThan(100);
    // API Gateway refuses settings for a route that isn't there yet.
    const first = stage?.DependsOn?.map((id) => resources[id]?.Properties['RouteKey']);
    expect(first).toEqual(expect.arrayContaining(Object.keys(limits)));
  });

  test('the access log has no query string, no header and no path, which could name a person', () => {
    const stage = resources[only('AWS::ApiGatewayV2::Stage')]?.Properties['AccessLogSettings'];
    const { Format } = stage as { Format: string };
    expect(Format.match(/\$[\w.]+/g)).toEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.integrationLatency',
      '$context.integration.integrationStatus',
      '$context.integration.requestId',
      '$context.identity.sourceIp',
      '$context.error.message',
      '$context.integrationErrorMessage',
    ]);
  });
});

describe('permissions', () => {
  const table = `<${only('AWS::DynamoDB::Table')}.Arn>`;
  const stream = `<${only('AWS::DynamoDB::Table')}.StreamArn>`;
  const secret = `<${Object.keys(resources).find((id) => id.startsWith('InviteKey'))}>`;
  const queue = `<${only('AWS::SQS::Queue')}.Arn>`;
  const ses = 'arn:<AWS::Partition>:ses:us-east-1:000000000000';
  const onKeys = (prefixes: readonly string[]) =>
    JSON.stringify({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': prefixes.map((each) => `${each}*`) } });
  const onRequestCounts = onKeys(['REQUESTS#']);
  const targetOf = (what: 'table' | IndexName) => (what === 'table' ? table : `${table}/index/${what}`);

  test.each(FUNCTION_NAMES)('%s has the permissions of permissions.ts, and no others', (name) => {
    const { items = [], keys, query = [], inviteKey, sendMail, stream: readsStream, failures } = permissionsOf(name);
    const log = `arn:<AWS::Partition>:logs:us-east-1:000000000000:log-group:/partner-portal-local-us-east-1/${name}:*`;
    expect(log).toContain(`:${functionOf(name)[1].LoggingConfig.LogGroup}:`);
    expect(allowed(name)).toEqual(
      [
        `logs:CreateLogStream ${log}`,
        `logs:PutLogEvents ${log}`,
        ...items.map((action) => `dynamodb:${action} ${table}${keys ? ` if ${onKeys(keys)}` : ''}`),
        ...query.map((what) => `dynamodb:Query ${targetOf(what)}`),
        ...(endpointsOf(name).some(isLimitedByPartner) ? [`dynamodb:UpdateItem ${table} if ${onRequestCounts}`] : []),
        ...(inviteKey ? [`secretsmanager:GetSecretValue ${secret}`] : []),
        ...(sendMail
          ? [
              `ses:SendRawEmail ${ses}:identity/cloud.example`,
              // In the sandbox of SES, the recipient's identity is checked, too.
              `ses:SendRawEmail ${ses}:identity/* if {"StringEquals":{"ses:FromAddress":"partners@cloud.example"}}`,
              `ses:SendRawEmail ${ses}:configuration-set/<${only('AWS::SES::ConfigurationSet')}>`,
            ]
          : []),
        ...(readsStream
          ? [
              `dynamodb:DescribeStream ${stream}`,
              `dynamodb:GetRecords ${stream}`,
              `dynamodb:GetShardIterator ${stream}`,
              `dynamodb:ListStreams ${stream}`,
            ]
          : []),
        ...(failures ? [`sqs:SendMessage ${queue}`] : []),
      ].sort(),
    );
  });

  test('only functions that read single items have a condition on keys, which AWS does not explain for transactions', () => {
    const limited = FUNCTION_NAMES.filter((name) => permissionsOf(name).keys);
    for (const name of limited) expect(permissionsOf(name).items, name).toEqual(['GetItem']);
    expect(limited).toEqual(expect.arrayContaining(['previewInvite', 'listCustomers']));
  });

  test('every function of the contract has permissions, and every function with permissions is deployed', () => {
    const named = new Set(ENDPOINTS.map((endpoint) => endpoint.function));
    const others = ['addEmailClaims', 'deliverMail', 'expireUnconfirmed', 'recordDelivery', 'writeSignInMail'];
    expect([...named, ...others].sort()).toEqual([...FUNCTION_NAMES].sort());
    expect(ofType('AWS::Lambda::Function')).toHaveLength(FUNCTION_NAMES.length);
  });

  test('in production, mails may be sent with the identity of the sender, and with no other', () => {
    const sends = allowed('deliverMail', production.resources).filter((each) => each.startsWith('ses:'));
    expect(sends).toEqual([
      expect.stringMatching(/^ses:SendRawEmail \S+:configuration-set\/<\w+>$/),
      expect.stringMatching(/^ses:SendRawEmail \S+:identity\/cloud\.example$/),
    ]);
  });

  test('no role may scan the table, and no role has a wildcard for actions or resources', () => {
    const statements = ofType('AWS::IAM::Role').flatMap(([, { Properties }]) =>
      (Properties['Policies'] as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
        ({ PolicyDocument }) => PolicyDocument.Statement,
      ),
    );
    expect(statements.length).toBeGreaterThan(FUNCTION_NAMES.length);
    for (const { Action, Resource, Condition } of statements) {
      for (const action of list(Action)) expect(action).not.toMatch(/Scan|PartiQL|\*/);
      // Except the objects of a bucket, which are files, the streams of a log group, and the recipients of the sender's mails.
      for (const resource of list(Resource).map(plain))
        expect(
          resource
            .replace(/^arn:\S+:(s3:::\S+\/|log-group:\S+:)\*$/, '')
            .replace(Condition ? /:identity\/\*$/ : '', ''),
        ).not.toContain('*');
    }
    expect(Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Policy')).toEqual([]);
    for (const [, { Properties }] of ofType('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  test('each function has a role of its own', () => {
    const roles = FUNCTION_NAMES.map((name) => functionOf(name)[1].Role['Fn::GetAtt'][0]);
    expect(new Set(roles).size).toBe(FUNCTION_NAMES.length);
  });
});

describe('functions', () => {
  test('all run on Node 24 and arm64, from a bundle with one file', () => {
    for (const [, { Properties }] of ofType('AWS::Lambda::Function'))
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON' },
      });
  });

  test.each(FUNCTION_NAMES)('the bundle of %s is within its budget', (name) => {
    const { items, query, inviteKey, sendMail, readsUsers } = permissionsOf(name);
    const { trigger, triggerWithUsers, api, apiWithInviteKey, billingApi, mail } = BUNDLE_BUDGET_KB;
    if (name === 'billingApi') return expect(kilobytesOf(name)).toBeLessThan(billingApi);
    if (name === 'importCustomers') return expect(kilobytesOf(name)).toBeLessThan(BUNDLE_BUDGET_KB.import);
    const budget = sendMail
      ? mail
      : inviteKey
        ? apiWithInviteKey
        : items || query
          ? api
          : readsUsers
            ? triggerWithUsers
            : trigger;
    expect(kilobytesOf(name)).toBeLessThan(budget + (DOMAINS_KB[name] ?? 0));
  });
  const kilobytesOf = (name: FunctionName) => statSync(join(bundles, name, 'index.mjs')).size / 1024;

  test('no bundle has credential providers, endpoint discovery or event streams of the SDK', () => {
    const sources = Object.keys(metafile.inputs);
    expect(sources.join()).toContain('client-dynamodb');
    const unused = /credential-provider|nested-clients|token-providers|mnemonist|event-streams/;
    expect(sources.filter((source) => unused.test(source))).toEqual([]);
  });

  test('the packages that lay out mails work at build time, and are in no bundle', () => {
    const sources = Object.keys(metafile.inputs);
    expect(sources.join()).toContain('nodemailer/dist/esm/mime-node');
    const unused = /node_modules\/(@?react|prettier|html-to-text)|\.tsx$|nodemailer.*(mime-types|fetch)/;
    expect(sources.filter((source) => unused.test(source))).toEqual([]);
  });

  test('every bundle loads without other files, and has a handler', () => {
    const environment = {
      TABLE_NAME: 't',
      PROGRAM: '{}',
      OIDC_JWKS_URI: 'http://127.0.0.1:9',
      AWS_REGION: 'eu-west-1',
    };
    const script = `for (const name of ${JSON.stringify(FUNCTION_NAMES)})
      console.log(name, typeof (await import(${JSON.stringify(`${bundles}/`)} + name + '/index.mjs')).handler);
      process.exit();`;
    const loaded = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
      env: environment,
      encoding: 'utf8',
    });
    expect(loaded.trim().split('\n')).toEqual(FUNCTION_NAMES.map((name) => `${name} function`));
  });

  test('all know their release, except the triggers of the user pool: a release leaves the stack of the data alone', () => {
    const releases = FUNCTION_NAMES.map((name) => environmentOf(name)['RELEASE']);
    expect(new Set(releases)).toEqual(new Set([releaseOf(bundles), undefined]));
    expect(FUNCTION_NAMES.filter((_, index) => releases[index] === undefined).sort()).toEqual(
      [...POOL_TRIGGERS].sort(),
    );
  });

  test('only functions with signed-in callers know the issuer', () => {
    const informed = FUNCTION_NAMES.filter((name) => 'OIDC_ISSUER' in environmentOf(name));
    const signedIn = FUNCTION_NAMES.filter((name) => endpointsOf(name).some(({ access }) => access !== 'linkHolder'));
    expect(informed).toEqual(signedIn);
    expect(informed).not.toContain('previewInvite');
    expect(informed).toContain('acceptInvite');
  });

  test('every function that answers requests knows the digests of the front door, and no other', () => {
    const informed = FUNCTION_NAMES.filter((name) => 'FRONT_DOOR_DIGESTS' in environmentOf(name));
    expect(informed).toEqual(FUNCTION_NAMES.filter((name) => endpointsOf(name).length > 0));
  });

  test('only functions whose callers can belong to a partner know the limit of a partner', () => {
    const informed = FUNCTION_NAMES.filter((name) => 'PARTNER_REQUESTS_PER_SECOND' in environmentOf(name));
    expect(informed).toEqual(FUNCTION_NAMES.filter((name) => endpointsOf(name).some(isLimitedByPartner)));
    expect(informed).toEqual(expect.arrayContaining(['getMe', 'createCustomer', 'billingApi']));
    expect(informed).not.toContain('putPartner');
  });

  test.each<[string, FunctionName[]]>([
    ['INVITE_KEY_SECRET', ['previewInvite', 'acceptInvite', 'declineInvite', 'allowInvitations', 'deliverMail']],
    ['SES_CONFIGURATION_SET', ['deliverMail']],
    ['SES_MAILS_PER_SECOND', ['deliverMail']],
    ['PORTAL_URL', ['getInviteLink', 'deliverMail']],
  ])('%s is known only to the functions that need it', (variable, names) => {
    expect(FUNCTION_NAMES.filter((name) => variable in environmentOf(name)).sort()).toEqual(names.sort());
  });

  test('the program reaches the functions that use the table', () => {
    const { PROGRAM, TABLE_NAME } = environmentOf('createCustomer');
    expect(JSON.parse(String(PROGRAM))).toMatchObject({ brandName: 'Yandex Cloud', confirmationDays: 14 });
    expect(TABLE_NAME).toEqual({ Ref: only('AWS::DynamoDB::Table') });
  });

  test('equal sources make equal assets', () => {
    const assets = (all: typeof resources) => FUNCTION_NAMES.map((name) => functionOf(name, all)[1].Code.S3Key);
    expect(assets(production.resources)).toEqual(assets(development.resources));
  });
});

describe('the distribution', () => {
  const config = (all = resources) =>
    all[only('AWS::CloudFront::Distribution', all)]?.Properties['DistributionConfig'] as {
      DefaultCacheBehavior: Behavior;
      CacheBehaviors: Behavior[];
      Origins: { Id: string; DomainName: unknown; CustomOriginConfig?: object; S3OriginConfig?: object }[];
      HttpVersion: string;
      CustomErrorResponses: { ErrorCode: number; ErrorCachingMinTTL: number; ResponsePagePath?: string }[];
    };
  type Behavior = {
    PathPattern: string;
    TargetOriginId: string;
    AllowedMethods?: string[];
    CachePolicyId: string;
    Compress: boolean;
    OriginRequestPolicyId?: string;
    ResponseHeadersPolicyId: unknown;
    ViewerProtocolPolicy: string;
  };
  const { DefaultCacheBehavior: pages, CacheBehaviors: others, Origins: origins } = config();
  const originOf = ({ TargetOriginId }: Behavior) => origins.find(({ Id }) => Id === TargetOriginId);
  const headersOf = ({ ResponseHeadersPolicyId }: Behavior, all = resources) =>
    all[plain(ResponseHeadersPolicyId).slice(1, -1)]?.Properties['ResponseHeadersPolicyConfig'] as {
      SecurityHeadersConfig: { ContentSecurityPolicy: { ContentSecurityPolicy: unknown } };
      CustomHeadersConfig: { Items: { Header: string; Value: string; Override: boolean }[] };
    };
  const securityOf = (behavior: Behavior, all = resources) => headersOf(behavior, all).SecurityHeadersConfig;
  const customHeadersOf = (behavior: Behavior) => headersOf(behavior).CustomHeadersConfig.Items;
  const contentSecurityPolicy = (behavior: Behavior, all = resources) =>
    plain(securityOf(behavior, all).ContentSecurityPolicy.ContentSecurityPolicy);
  /** Managed policies ("Use managed cache policies", "… origin request policies"). */
  const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
  const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
  const ALL_VIEWER_EXCEPT_HOST_HEADER = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

  test('passes every request of the contract to the API unchanged, and caches no answer', () => {
    for (const { path } of ENDPOINTS) {
      const behavior = others.find(({ PathPattern }) => path.startsWith(PathPattern.replace('*', '')));
      expect(behavior, path).toMatchObject({
        CachePolicyId: CACHING_DISABLED,
        OriginRequestPolicyId: ALL_VIEWER_EXCEPT_HOST_HEADER,
        ViewerProtocolPolicy: 'https-only',
      });
      expect(behavior?.AllowedMethods?.toSorted()).toEqual([
        'DELETE',
        'GET',
        'HEAD',
        'OPTIONS',
        'PATCH',
        'POST',
        'PUT',
      ]);
      const origin = behavior && originOf(behavior);
      expect(plain(origin?.DomainName)).toBe(
        `<${only('AWS::ApiGatewayV2::Api')}>.execute-api.us-east-1.<AWS::URLSuffix>`,
      );
      expect(origin?.CustomOriginConfig).toMatchObject({
        OriginProtocolPolicy: 'https-only',
        OriginSSLProtocols: ['TLSv1.2'],
      });
    }
  });

  test("caches no error either, and replaces none: one partner's 404 hides nothing from another", () => {
    const { CustomErrorResponses } = config();
    // The codes that CloudFront caches for ten seconds by default.
    expect(CustomErrorResponses.map(({ ErrorCode }) => ErrorCode)).toEqual([
      400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504,
    ]);
    for (const { ErrorCachingMinTTL, ResponsePagePath } of CustomErrorResponses)
      expect([ErrorCachingMinTTL, ResponsePagePath]).toEqual([0, undefined]);
  });

  test('serves every page, the invitation page included, from a bucket that nobody else reads', () => {
    const bucket = only('AWS::S3::Bucket');
    for (const behavior of [pages, others.find(({ PathPattern }) => PathPattern === '/invite/*')]) {
      expect(behavior).toMatchObject({
        CachePolicyId: CACHING_OPTIMIZED,
        Compress: true,
        ViewerProtocolPolicy: 'redirect-to-https',
        FunctionAssociations: [{ EventType: 'viewer-request' }],
      });
      const origin = behavior && originOf(behavior);
      expect(plain(origin?.DomainName)).toBe(`<${bucket}.RegionalDomainName>`);
      expect(origin).toHaveProperty('OriginAccessControlId');
    }
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { SigningBehavior: 'always', SigningProtocol: 'sigv4' },
    });
    expect(resources[bucket]?.Properties).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('speaks HTTP/2 and 3, at its own name, or at the deployer’s name with TLS 1.2 or newer', () => {
    expect(config()).toMatchObject({ HttpVersion: 'http2and3', Enabled: true });
    expect(config()).not.toHaveProperty('Aliases');
    expect(config(production.resources)).toMatchObject({
      HttpVersion: 'http2and3',
      Aliases: ['partners.cloud.example'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
    });
  });

  test('lets pages load only their own files, connect only to the sign-in, and be framed by nobody', () => {
    const policy = (connect: string) =>
      `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; connect-src 'self'${connect}`;
    expect(contentSecurityPolicy(pages)).toBe(
      policy(
        ' https://cognito-idp.us-east-1.amazonaws.com https://partner-portal-local-us-east-1-000000000000.auth.us-east-1.amazoncognito.com',
      ),
    );
    expect(contentSecurityPolicy(config(namedIssuer.resources).DefaultCacheBehavior, namedIssuer.resources)).toBe(
      policy(' https://id.cloud.example'),
    );
    const invite = others.find(({ PathPattern }) => PathPattern === '/invite/*');
    expect(invite && contentSecurityPolicy(invite)).toBe(
      policy("; require-trusted-types-for 'script'; trusted-types 'none'"),
    );
  });

  test('sends HSTS and nosniff with every answer, of the API too', () => {
    for (const behavior of [pages, ...others])
      expect(securityOf(behavior), behavior.PathPattern).toMatchObject({
        ContentTypeOptions: { Override: true },
        StrictTransportSecurity: {
          AccessControlMaxAgeSec: 730 * 24 * 60 * 60,
          IncludeSubdomains: true,
          Override: true,
        },
      });
  });

  test('lets pages send no referrer, and switches off the browser features that no page uses', () => {
    for (const behavior of [pages, ...others.filter(({ PathPattern }) => PathPattern === '/invite/*')]) {
      expect(securityOf(behavior)).toMatchObject({ ReferrerPolicy: { ReferrerPolicy: 'no-referrer', Override: true } });
      const [permissions, ...more] = customHeadersOf(behavior);
      expect(more).toEqual([]);
      expect(permissions).toMatchObject({ Header: 'Permissions-Policy', Override: true });
      for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb'])
        expect(permissions?.Value.split(', ')).toContain(`${feature}=()`);
      // The portal copies links to the clipboard.
      expect(permissions?.Value).not.toContain('clipboard');
    }
  });

  test('gets the assets, which browsers keep, before the pages, which browsers check each time', () => {
    const uploads = ofType('Custom::CDKBucketDeployment').map(([id, { Properties, DependsOn }]) => ({
      id,
      DependsOn,
      ...Properties,
    }));
    const [assets, rest] = uploads;
    expect(uploads).toHaveLength(2);
    expect(assets).toMatchObject({
      Exclude: ['*'],
      Include: ['assets/*'],
      Prune: false,
      SystemMetadata: { 'cache-control': 'public, max-age=31536000, immutable' },
    });
    expect(rest).toMatchObject({ Exclude: ['assets/*'], SystemMetadata: { 'cache-control': 'no-cache' } });
    expect(rest?.DependsOn).toContain(assets?.id);
  });

  test('gets its files from a function that reads the built pages, writes files to the bucket, and may do nothing else', () => {
    const uploader = Object.entries(resources).find(([id]) => /^CustomCDKBucketDeployment\w{40}$/.test(id));
    const [[id, role] = ['', undefined]] = ofType('AWS::IAM::Role').filter(([name]) =>
      name.startsWith('UploadsUploader'),
    );
    expect(uploader?.[1].Properties['Role']).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    const policies = role?.Properties['Policies'] as { PolicyDocument: { Statement: Statement[] } }[];
    const files = 'arn:<AWS::Partition>:s3:::partner-portal-local-us-east-1-pages-000000000000';
    expect(
      policies
        .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
        .map(({ Action, Resource }) => `${list(Action).join()} ${list(Resource).map(plain).join()}`),
    ).toEqual([
      expect.stringMatching(/^logs:CreateLogStream,logs:PutLogEvents arn:\S+\/upload:\*$/),
      expect.stringMatching(/^s3:GetObject arn:.*:s3:::.*assets.*\/\*$/),
      `s3:ListBucket ${files}`,
      `s3:PutObject,s3:DeleteObject,s3:AbortMultipartUpload ${files}/*`,
    ]);
  });

  test('is the origin of links and of sign-in, unless the deployer sets another origin', () => {
    const domain = `https://<${only('AWS::CloudFront::Distribution')}.DomainName>`;
    expect(plain(environmentOf('deliverMail')['PORTAL_URL'])).toBe(domain);
    const { CallbackURLs = [], LogoutURLs = [] } = (resources[only('AWS::Cognito::UserPoolClient')]?.Properties ??
      {}) as Record<string, unknown[]>;
    expect([...CallbackURLs, ...LogoutURLs].map(plain)).toEqual([`${domain}/`, `${domain}/`]);
    expect(environmentOf('deliverMail', production.resources)['PORTAL_URL']).toBe('https://partners.cloud.example');
  });
});

describe('the table', () => {
  test('is billed by use, can be restored to any point in time, removes expired items, and streams new images', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  test('has the indexes of keys.ts', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: Object.entries(INDEXES).map(([IndexName, { partition, sort, projection }]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: projection },
      })),
    });
  });
});

describe('mail', () => {
  test('is sent from the stream of new items that owe a mail; a batch with a bad record is split, and retries end', () => {
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      FunctionName: { Ref: functionOf('deliverMail')[0] },
      EventSourceArn: { 'Fn::GetAtt': [only('AWS::DynamoDB::Table'), 'StreamArn'] },
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 2,
      MaximumRecordAgeInSeconds: 300,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [only('AWS::SQS::Queue'), 'Arn'] } } },
      FilterCriteria: {
        Filters: [
          {
            Pattern: Match.serializedJson({
              eventName: ['INSERT'],
              dynamodb: {
                NewImage: {
                  due: { S: ['DUE#MAIL#0', 'DUE#MAIL#1', 'DUE#MAIL#2', 'DUE#MAIL#3'] },
                },
              },
            }),
          },
        ],
      },
    });
  });

  test('goes over TLS or not at all, and its links and opening are not tracked', () => {
    template.hasResourceProperties('AWS::SES::ConfigurationSet', {
      DeliveryOptions: { TlsPolicy: 'REQUIRE' },
      TrackingOptions: Match.absent(),
      VdmOptions: { DashboardOptions: { EngagementMetrics: 'DISABLED' } },
    });
  });

  test('comes from a domain that signs it and has a return path of its own', () => {
    template.hasResourceProperties('AWS::SES::EmailIdentity', {
      EmailIdentity: 'cloud.example',
      DkimSigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' },
      MailFromAttributes: { MailFromDomain: 'mail.cloud.example' },
    });
  });

  test('has its fate reported to recordDelivery, and nobody is tracked', () => {
    template.hasResourceProperties('AWS::SES::ConfigurationSetEventDestination', {
      ConfigurationSetName: { Ref: only('AWS::SES::ConfigurationSet') },
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['send', 'delivery', 'bounce', 'complaint', 'deliveryDelay', 'reject'],
      },
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.ses'],
        detail: { mail: { tags: { 'ses:configuration-set': [{ Ref: only('AWS::SES::ConfigurationSet') }] } } },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [functionOf('recordDelivery')[0], 'Arn'] } })],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: functionOf('recordDelivery')[0] },
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [only('AWS::SQS::Queue'), 'Arn'] } } },
    });
  });

  test('only deliverMail has the SES client and may send', () => {
    const withClient = Object.entries(metafile.outputs)
      .filter(([, { inputs }]) => Object.keys(inputs).some((input) => input.includes('@aws-sdk/client-ses/')))
      .map(([file]) => file.split('/').at(-2));
    expect(withClient).toEqual(['deliverMail']);
    expect(FUNCTION_NAMES.filter((name) => allowed(name).join().includes('ses:'))).toEqual(['deliverMail']);
  });

  test.each([
    // The last mails of a run may be under way when the next run begins, but no longer than their lease.
    ['deliverMail', 'rate(1 minute)', 2 * 60],
    ['expireUnconfirmed', 'rate(15 minutes)', 15 * 60],
  ])('%s runs at %s, and ends within %d seconds', (name, scheduleExpression, seconds) => {
    const [id] = functionOf(name);
    const arn = { 'Fn::GetAtt': [id, 'Arn'] };
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: scheduleExpression,
      Target: { Arn: arn, RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: id },
      MaximumRetryAttempts: 0,
    });
    expect(resources[id]?.Properties['Timeout']).toBeLessThan(seconds);
  });

  test('has links whose key is made with the stack', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: {
        SecretStringTemplate: '{"current":"k1"}',
        GenerateStringKey: 'k1',
        PasswordLength: 64,
        ExcludePunctuation: true,
      },
    });
  });
});

describe('watch', () => {
  type AlarmProperties = {
    AlarmName: string;
    AlarmDescription: string;
    AlarmActions: unknown[];
    OKActions: unknown[];
    Namespace?: string;
    MetricName?: string;
    Dimensions?: { Name: string; Value: unknown }[];
    Metrics?: {
      Id: string;
      Expression?: string;
      MetricStat?: { Metric: { Namespace: string; MetricName: string; Dimensions?: { Value: unknown }[] } };
    }[];
  };
  const alarmsIn = (all: Record<string, Resource>) =>
    ofType('AWS::CloudWatch::Alarm', all).map(([, { Properties }]) => Properties as AlarmProperties);
  const idOf = ({ AlarmName }: AlarmProperties) => AlarmName.split('-').at(-1) ?? '';
  const RUNBOOKS = 'docs/runbooks';
  /** Fields of log lines, in the access log or written by functions. */
  const LOGGED = [
    ...['status', 'functionMs', 'level', 'error', 'partnerId', 'runs'],
    ...['mailsGivenUp', 'longestWaitSeconds', 'mailQuotaRefusals', 'invitationLimitRefusals', 'longestOverdueSeconds'],
  ];
  const pages = readdirSync(RUNBOOKS).filter((file) => file !== 'README.md');

  test('no alarm is without a runbook, and no runbook without an alarm', () => {
    expect(
      alarmsIn(resources)
        .map((each) => `${idOf(each)}.md`)
        .sort(),
    ).toEqual(pages.sort());
  });

  test.each(pages)('the runbook %s says the symptom, what to check and what to fix, with commands', (file) => {
    const page = readFileSync(join(RUNBOOKS, file), 'utf8');
    expect(page.split('\n', 1)[0]).toMatch(new RegExp(`^# .*\\b${file.replace('.md', '')}\\b`));
    expect([...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(['Symptom', 'Check', 'Fix']);
    const check = page.slice(page.indexOf('## Check'), page.indexOf('## Fix'));
    expect(check).toMatch(/```sh\n[^`]+```/);
    expect(readFileSync(join(RUNBOOKS, 'README.md'), 'utf8')).toContain(`](${file})`);
  });

  test('errors of something that few people use raise an alarm: one in each of three hours of six', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: Match.stringLikeRegexp('-ErrorLinesAgain$'),
      ...{ Threshold: 1, EvaluationPeriods: 6, DatapointsToAlarm: 3 },
      Metrics: Match.arrayWith([Match.objectLike({ MetricStat: Match.objectLike({ Period: 3600 }) })]),
    });
  });

  test('what production has without customers is what the table of costs counts', () => {
    type Stat = { MetricStat?: { Metric: { Namespace: string } } };
    const alarmed = ofType('AWS::CloudWatch::Alarm', production.resources).flatMap(([, { Properties }]) => {
      const stats = (Properties['Metrics'] as Stat[] | undefined)?.flatMap(
        ({ MetricStat }) => MetricStat?.Metric ?? [],
      );
      return stats ?? [Properties as { Namespace: string; MetricName: string; Dimensions?: unknown }];
    });
    const own = alarmed.filter(({ Namespace }) => !Namespace.startsWith('AWS/'));
    const nameOf = (metric: object) =>
      JSON.stringify(
        Object.entries(metric)
          .filter(([key]) => /^(MetricName|Dimensions)$/.test(key))
          .sort(),
      );
    const acls = ofType('AWS::WAFv2::WebACL', production.resources);
    const count = (type: string) => ofType(type, production.resources).length;
    expect({
      webAcl: acls.length,
      webAclRule: acls.flatMap(([, { Properties }]) => Properties['Rules']).length,
      alarm: alarmed.length,
      metric: new Set(own.map(nameOf)).size,
      dashboard: count('AWS::CloudWatch::Dashboard'),
      secret: count('AWS::SecretsManager::Secret'),
      kmsKey: count('AWS::KMS::Key'),
    }).toEqual(IDLE);
  });

  test.each(pages)('the commands of the runbook %s name what there is', (file) => {
    const commands = [...readFileSync(join(RUNBOOKS, file), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].join('\n');
    const named = (pattern: RegExp) => [...commands.matchAll(pattern)].map(([, name = '']) => name);
    // Names that the reader would have to put together are names that nothing below checks.
    expect(commands).toContain('P=partner-portal-production-eu-central-1 # ');
    expect(commands).not.toMatch(/<(environment|region|domain|\w+Arn)>/);
    const functions: string[] = [...FUNCTION_NAMES];
    expect([...functions, 'api', '$f']).toEqual(expect.arrayContaining(named(/\/\$P\/(\$?\w+)/g)));
    expect([...functions, ...STACKS, '$1']).toEqual(expect.arrayContaining(named(/--\S+-name \$P-(\$?\w+)/g)));
    expect(functions).toEqual(expect.arrayContaining(named(/for f in ([\w ]+);/g).flatMap((each) => each.split(' '))));
    const outputs = Object.values(development.templates).flatMap(({ Outputs = {} }) => Object.keys(Outputs));
    // Only a deployment makes the output `Commit`.
    expect([...outputs, 'Commit']).toEqual(expect.arrayContaining(named(/(?:OutputKey=='|output \w+ )(\w+)/g)));
    const fields = named(/\$\.([\w.]+)/g).filter((field) => field !== 'type' && !field.startsWith('record.'));
    expect(LOGGED).toEqual(expect.arrayContaining(fields));
  });

  test.each(['ApiFails.md', 'ErrorLines.md'])('the runbook %s reads the lines of all functions, not of one', (file) => {
    const commands = readFileSync(join(RUNBOOKS, file), 'utf8').match(/ (aws logs|ask) .*/g) ?? [];
    expect(commands).not.toEqual([]);
    expect(FUNCTION_NAMES.filter((name) => commands.some((command) => command.includes(name)))).toEqual([]);
  });

  test.each(['deploy.md', 'first-deployment.md'])('the commands of %s read outputs that there are', (file) => {
    const commands = [...readFileSync(join('docs', file), 'utf8').matchAll(/```sh\n([\s\S]*?)```/g)].join('\n');
    const outputs = Object.entries(production.templates).flatMap(([stack, { Outputs = {} }]) =>
      Object.keys(Outputs).map((name) => `${stack.split('-').at(-1)} ${name}`),
    );
    const read = [...commands.matchAll(/\$\(out (\w+ \S+?)\)/g)].map(([, output]) => output);
    expect(read).toContain('data ServiceAccountClientIdacme');
    // Only a deployment makes the output `Commit`.
    expect([...outputs, 'application Commit']).toEqual(expect.arrayContaining(read));
    expect(outputs.filter((output) => commands.includes(`<${output.split(' ')[1]}>`))).toEqual([]);
  });

  test.each(Object.entries({ development, production, namedIssuer }))(
    'every alarm of %s says what a person notices, leads to its runbook, and tells its beginning and its end',
    (_, stage) => {
      const topic = [{ Ref: only('AWS::SNS::Topic', stage.resources) }];
      for (const alarm of alarmsIn(stage.resources)) {
        // One or two sentences about people, mails or answers, not about metrics.
        expect(alarm.AlarmDescription).toMatch(/^[A-Z][^.]+\.( [A-Z][^.]+\.){0,2} What to check and to do: /);
        expect(alarm.AlarmDescription).toContain(`${RUNBOOKS}/${idOf(alarm)}.md`);
        expect(alarm.AlarmActions).toEqual(topic);
        expect(alarm.OKActions).toEqual(topic);
      }
    },
  );

  test('with an issuer of its own, an environment has no alarms on a user pool', () => {
    const ofPool = (all: Record<string, Resource>) =>
      alarmsIn(all)
        .map(idOf)
        .filter((id) => id.startsWith('SignIn'));
    expect(ofPool(resources)).toHaveLength(3);
    expect(ofPool(namedIssuer.resources)).toEqual([]);
  });

  test('each fault of an environment is one that an alarm sees', () => {
    const seen = alarmsIn(resources).flatMap(({ Namespace, MetricName, Metrics = [] }) => [
      ...(Namespace ? [`${Namespace} ${MetricName}`] : []),
      ...Metrics.flatMap(({ MetricStat }) =>
        MetricStat ? [`${MetricStat.Metric.Namespace} ${MetricStat.Metric.MetricName}`] : [],
      ),
    ]);
    expect(seen).toEqual(
      expect.arrayContaining([
        'AWS/ApiGateway 5xx',
        'AWS/ApiGateway Latency',
        'AWS/DynamoDB ThrottledRequests',
        'AWS/Lambda IteratorAge',
        'AWS/Lambda Throttles',
        'AWS/SES Reputation.BounceRate',
        'AWS/SES Reputation.ComplaintRate',
        'AWS/SES Send',
        'AWS/Cognito SignInSuccesses',
        ...(
          [
            'throttledRequests',
            'directRequests',
            'errorLines',
            'runs',
            'longestWaitSeconds',
            'longestOverdueSeconds',
            'mailsHeld',
          ] as const
        ).map((name) => `partner-portal-local-us-east-1 ${name}`),
      ]),
    );
  });

  test('the alarm on the triggers of sign-in counts both, without the refusals that are as they should be', () => {
    const alarm = alarmsIn(resources).find((each) => idOf(each) === 'SignInTriggerFails');
    const metrics = (alarm?.Metrics ?? []).map(({ Id, Expression, MetricStat }) => [
      Id,
      Expression ?? [MetricStat?.Metric.MetricName, MetricStat?.Metric.Dimensions?.[0]?.Value],
    ]);
    expect(Object.fromEntries(metrics)).toEqual({
      expr_1: 'FILL(ofClaims, 0) - FILL(refusals, 0) + FILL(ofMails, 0)',
      ofClaims: ['Errors', 'partner-portal-local-us-east-1-addEmailClaims'],
      refusals: ['passwordRefusals', undefined],
      ofMails: ['Errors', 'partner-portal-local-us-east-1-writeSignInMail'],
    });
  });

  test('two environments of an account measure into namespaces of their own, which their functions know', () => {
    const own = (all: Record<string, Resource>) => [
      ...new Set(JSON.stringify(alarmsIn(all)).match(/"Namespace":"partner-portal[^"]*"/g)),
    ];
    expect(own(production.resources)).toEqual(['"Namespace":"partner-portal-production-eu-central-1"']);
    for (const [, { Properties }] of ofType('AWS::Lambda::Function', production.resources))
      expect((Properties as Properties).Environment?.Variables).toMatchObject({
        METRICS_NAMESPACE: 'partner-portal-production-eu-central-1',
      });
  });

  test('the patterns of the access log name fields that the access log has', () => {
    const stage = resources[only('AWS::ApiGatewayV2::Stage')]?.Properties['AccessLogSettings'] as { Format: string };
    const patterns = ofType('AWS::Logs::MetricFilter').map(([, { Properties }]) => String(Properties['FilterPattern']));
    const fields = patterns.flatMap((pattern) => [...pattern.matchAll(/\$\.(\w+)/g)].map(([, field]) => field));
    expect(fields.length).toBeGreaterThan(1);
    expect(Object.keys(JSON.parse(stage.Format) as object)).toEqual(expect.arrayContaining(fields));
  });

  test('the alarms go encrypted to the address of the environment, and only CloudWatch of this account may send', () => {
    const withAddress = production.resources;
    const topic = only('AWS::SNS::Topic', withAddress);
    expect(withAddress[topic]?.Properties['KmsMasterKeyId']).toEqual({
      'Fn::GetAtt': [only('AWS::KMS::Key', withAddress), 'Arn'],
    });
    expect(withAddress[only('AWS::SNS::Subscription', withAddress)]?.Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'ops@cloud.example',
      TopicArn: { Ref: topic },
    });
    for (const type of ['AWS::SNS::TopicPolicy', 'AWS::KMS::Key']) {
      const policies = withAddress[only(type, withAddress)]?.Properties as
        | Record<string, { Statement: (Statement & { Principal: unknown })[] }>
        | undefined;
      const ofCloudWatch = (policies?.['PolicyDocument'] ?? policies?.['KeyPolicy'])?.Statement.filter(
        ({ Principal }) => JSON.stringify(Principal).includes('cloudwatch'),
      );
      expect(ofCloudWatch).toMatchObject([{ Condition: { StringEquals: { 'aws:SourceAccount': expect.anything() } } }]);
    }
    expect(ofType('AWS::SNS::Subscription')).toEqual([]);
  });

  test('the dashboard shows the business above the machine', () => {
    const body = plain(resources[only('AWS::CloudWatch::Dashboard')]?.Properties['DashboardBody']);
    const places = ['registered', 'confirmed', 'became active', 'expired', 'mails sent', '# The machine', '5xx'].map(
      (each) => body.indexOf(each),
    );
    expect(Math.min(...places)).toBeGreaterThan(0);
    expect(Math.max(...places.slice(0, 5))).toBeLessThan(places[5] ?? 0);
    expect(places[6]).toBeGreaterThan(places[5] ?? 0);
  });
});

describe('sign-in', () => {
  test('is a user pool that verifies emails, with a trigger that adds them to access tokens', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', {
      UserPoolTier: 'ESSENTIALS',
      UsernameAttributes: ['email'],
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      LambdaConfig: {
        PreTokenGenerationConfig: {
          LambdaArn: { 'Fn::GetAtt': [functionOf('addEmailClaims')[0], 'Arn'] },
          LambdaVersion: 'V2_0',
        },
      },
    });
    for (const name of POOL_TRIGGERS) expect(allowed(name).filter((action) => !action.startsWith('logs:'))).toEqual([]);
  });

  test('knows who has a second factor where the environment requires one, and there alone', () => {
    expect(Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::RolePolicy')).toEqual([]);
    const policy = only('AWS::IAM::RolePolicy', production.resources);
    const { RoleName, PolicyDocument } = (production.resources[policy] as Resource).Properties as {
      RoleName: object;
      PolicyDocument: { Statement: Statement[] };
    };
    const [role] = functionOf('addEmailClaims', production.resources)[1].Role['Fn::GetAtt'];
    expect(RoleName).toEqual({ Ref: role });
    expect(PolicyDocument.Statement.map(({ Action, Resource }) => [Action, plain(Resource)])).toEqual([
      ['cognito-idp:AdminGetUser', `<${only('AWS::Cognito::UserPool', production.resources)}.Arn>`],
    ]);
    expect(environmentOf('addEmailClaims', production.resources)).toMatchObject({ SECOND_FACTOR_CLAIM: 'mfa' });
    // Every function that verifies a token checks the claim; on a laptop and in development, none does.
    for (const name of FUNCTION_NAMES) {
      const verifies = 'OIDC_ISSUER' in environmentOf(name, production.resources);
      const checks = verifies || name === 'addEmailClaims';
      expect('SECOND_FACTOR_CLAIM' in environmentOf(name, production.resources), name).toBe(checks);
      expect(environmentOf(name)).not.toHaveProperty('SECOND_FACTOR_CLAIM');
    }
    // The page on which a person sets it up calls the user pool with this scope.
    production.template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      AllowedOAuthScopes: ['openid', 'email', 'aws.cognito.signin.user.admin', Match.anyValue()],
    });
  });

  test("sends its mails from the sender of all mails, with settings that recordDelivery's rule doesn't match", () => {
    const sets = ofType('AWS::SES::ConfigurationSet', production.resources).map(([id]) => id);
    expect(sets).toHaveLength(2);
    const pool = production.resources[only('AWS::Cognito::UserPool', production.resources)] as Resource;
    const { EmailConfiguration, LambdaConfig } = pool.Properties as {
      EmailConfiguration: { ConfigurationSet: { Ref: string }; SourceArn: unknown };
      LambdaConfig: Record<string, unknown>;
    };
    const set = EmailConfiguration.ConfigurationSet.Ref;
    expect(sets).toContain(set);
    expect(EmailConfiguration).toMatchObject({
      EmailSendingAccount: 'DEVELOPER',
      From: 'Partner portal <partners@cloud.example>',
      ReplyToEmailAddress: 'partner-support@cloud.example',
    });
    expect(plain(EmailConfiguration.SourceArn)).toBe(
      `arn:<AWS::Partition>:ses:${REGION}:${ACCOUNT}:identity/cloud.example`,
    );
    expect(pool.DependsOn).toContain(only('AWS::SES::EmailIdentity', production.resources));
    expect(LambdaConfig['CustomMessage']).toEqual({
      'Fn::GetAtt': [functionOf('writeSignInMail', production.resources)[0], 'Arn'],
    });
    const destination = only('AWS::SES::ConfigurationSetEventDestination', production.resources);
    const reported = (production.resources[destination] as Resource).Properties['ConfigurationSetName'];
    expect(reported).not.toEqual({ Ref: set });
    expect(JSON.stringify(ofType('AWS::Events::Rule', production.resources))).not.toContain(set);
    // In its sandbox, SES sends to verified addresses alone: a development environment keeps Cognito's sender.
    template.hasResourceProperties('AWS::Cognito::UserPool', { EmailConfiguration: Match.absent() });
  });

  test('goes through the identity providers of the environment, each with its domains', () => {
    const providers = ofType('AWS::Cognito::UserPoolIdentityProvider', production.resources).map(
      ([, { Properties }]) => Properties,
    );
    expect(providers).toMatchObject([
      {
        ProviderName: 'Acme',
        ProviderType: 'SAML',
        IdpIdentifiers: ['acme.example'],
        ProviderDetails: { MetadataURL: 'https://login.acme.example/metadata' },
        AttributeMapping: { email: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress' },
      },
      {
        ProviderName: 'Globex',
        ProviderType: 'OIDC',
        IdpIdentifiers: ['globex.example', 'globex.test'],
        ProviderDetails: {
          oidc_issuer: 'https://login.globex.example',
          client_id: 'portal-at-globex',
          // The secret is read during the deployment, and isn't in the template.
          client_secret: `{{resolve:secretsmanager:arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:globex-AbCdEf:SecretString:::}}`,
          authorize_scopes: 'openid email',
        },
        AttributeMapping: { email: 'email' },
      },
    ]);
    production.template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      GenerateSecret: false,
      SupportedIdentityProviders: ['COGNITO', 'Acme', 'Globex'],
    });
    expect(JSON.parse(String(environmentOf('addEmailClaims', production.resources)['IDENTITY_PROVIDERS']))).toEqual([
      { name: 'Acme', domains: ['acme.example'], secondFactor: true },
      { name: 'Globex', domains: ['globex.example', 'globex.test'], secondFactor: false },
    ]);
    // Clients of service accounts stay with the pool.
    production.template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      ClientName: 'acme',
      SupportedIdentityProviders: ['COGNITO'],
    });
  });

  test("lets the portal in with a code and no secret, and each partner's service account with its own secret", () => {
    production.template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
      AllowedOAuthFlows: ['code'],
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
      CallbackURLs: ['https://partners.cloud.example/'],
    });
    for (const ClientName of ['acme', 'globex'])
      production.template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
        ClientName,
        AllowedOAuthFlows: ['client_credentials'],
        GenerateSecret: true,
      });
    production.template.resourceCountIs('AWS::Cognito::UserPoolClient', 3);
    template.resourceCountIs('AWS::Cognito::UserPoolClient', 1);
  });

  test("with the deployer's own issuer, there is no user pool and no trigger, and functions know the issuer", () => {
    expect(Object.values(namedIssuer.resources).filter(({ Type }) => Type.startsWith('AWS::Cognito'))).toEqual([]);
    for (const name of POOL_TRIGGERS) expect(() => functionOf(name, namedIssuer.resources)).toThrow();
    expect(environmentOf('getMe', namedIssuer.resources)).toMatchObject({
      OIDC_ISSUER: 'https://id.cloud.example/',
      OIDC_JWKS_URI: 'https://id.cloud.example/jwks',
      OIDC_AUDIENCE: 'https://partners.cloud.example',
      OIDC_CLIENT_ID: 'portal',
      OIDC_SCOPE: 'partners',
      OPERATOR_CLAIM: 'groups',
      OPERATOR_GROUP: 'partner-desk',
    });
  });

  test('without an own issuer, functions know the user pool, whose access tokens have no audience', () => {
    const pool = only('AWS::Cognito::UserPool');
    expect(plain(environmentOf('getMe')['OIDC_ISSUER'])).toBe(`<${pool}.ProviderURL>`);
    expect(plain(environmentOf('getMe')['OIDC_JWKS_URI'])).toBe(`<${pool}.ProviderURL>/.well-known/jwks.json`);
    expect(environmentOf('getMe')).not.toHaveProperty('OIDC_AUDIENCE');
    // The client of the portal and the scope of the API tell its tokens from those of other clients of the pool.
    expect(environmentOf('getMe')['OIDC_CLIENT_ID']).toEqual({ Ref: only('AWS::Cognito::UserPoolClient') });
    template.hasResourceProperties('AWS::Cognito::UserPoolResourceServer', {
      Identifier: 'partner-portal',
      Scopes: [{ ScopeName: 'api' }],
    });
    expect(environmentOf('getMe')['OIDC_SCOPE']).toBe('partner-portal/api');
    expect(environmentOf('getMe')).toMatchObject({ OPERATOR_CLAIM: 'cognito:groups', OPERATOR_GROUP: 'operators' });
  });
});

describe('stages', () => {
  const keepsData = ['AWS::DynamoDB::Table', 'AWS::Cognito::UserPool', 'AWS::SQS::Queue'];
  const knownByAddress = [
    'AWS::ApiGatewayV2::Api',
    'AWS::CloudFront::Distribution',
    'AWS::Cognito::UserPoolClient',
    'AWS::Cognito::UserPoolDomain',
    'AWS::S3::Bucket',
    'AWS::SES::ConfigurationSet',
    'AWS::SES::EmailIdentity',
    'AWS::SNS::Topic',
    'AWS::SecretsManager::Secret',
  ];

  test('in production, data outlives the stack and is not deleted by accident', () => {
    for (const type of keepsData)
      expect(production.resources[only(type, production.resources)]?.DeletionPolicy).toMatch(/^Retain/);
    expect(production.resources['InviteKey69E63EB5']?.DeletionPolicy).toMatch(/^Retain/);
    production.template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    production.template.hasResourceProperties('AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' });
  });

  test('a first deployment of production that fails leaves only what is protected from deletion, and has no fixed name', () => {
    const left = Object.values(production.resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(left.map(({ Type }) => Type).sort()).toEqual(['AWS::Cognito::UserPool', 'AWS::DynamoDB::Table']);
    for (const { Properties = {} } of left) {
      expect(Properties).not.toHaveProperty('TableName');
      expect(Properties).not.toHaveProperty('UserPoolName');
    }
  });

  /**
   * CloudFormation knows a resource by its logical id. If the id changes, an update deletes the deployed resource (or leaves it behind)
   * and makes an empty one: a table without customers, mails without a verified sender.
   */
  test('an update keeps the deployed resources that hold data or that others know by their address', () => {
    expect(
      Object.entries(production.resources)
        .filter(([, { Type }]) => [...keepsData, ...knownByAddress].includes(Type))
        .map(([logicalId]) => logicalId)
        .sort(),
    ).toEqual([
      'AlarmsTopic3A2DFEBA',
      'ApiF70053CD',
      'FrontDoor201A7CE0',
      'InviteKey69E63EB5',
      'Mail6A3D1F64',
      'PortalDistribution29412EF8',
      'PortalFilesA1E38FB9',
      'SenderF5F9B8E0',
      'SignInMail35852466',
      'SignInPoolDomain8B2A7811',
      'SignInPoolFD298EFA',
      'SignInPoolServiceAccountacme47C188A9',
      'SignInPoolServiceAccountglobex619299B9',
      'SignInPortal93774E70',
      'TableCD117FA1',
      'UndeliveredF3CF66A9',
    ]);
  });

  test('a development stack is deleted completely', () => {
    for (const { DeletionPolicy = 'Delete' } of Object.values(resources)) expect(DeletionPolicy).toBe('Delete');
    template.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });

  test.each([
    ['development', development, 90],
    ['production', production, PRODUCTION.logRetentionDays],
    ['namedIssuer', namedIssuer, 90],
  ] as const)('every log of %s is deleted after the days that its file says', (_, stage, days) => {
    stage.template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: days });
    const logGroups = ofType('AWS::Logs::LogGroup', stage.resources).length;
    // The other three are the access log of the API, and the logs of the upload and of the front door's digests.
    expect(logGroups).toBe(ofType('AWS::Lambda::Function', stage.resources).length + 3);
  });
});

describe('the stacks', () => {
  const kindOf = (stackName: string) => stackName.split('-').at(-1) as StackKind;
  const all = { development, production, namedIssuer };
  /** Resources of one kind of stack. */
  const resourcesOf = (kind: StackKind, { templates } = production) =>
    Object.entries(templates).find(([stackName]) => kindOf(stackName) === kind)?.[1].Resources ?? {};

  test.each(Object.entries(all))('of %s refer only to stacks that are deployed before them', (_, { templates }) => {
    for (const [stackName, template] of Object.entries(templates)) {
      const before = STACKS.slice(0, STACKS.indexOf(kindOf(stackName)));
      for (const [, other = ''] of JSON.stringify(template).matchAll(/"Fn::GetStackOutput":\{"StackName":"([^"]+)"/g))
        expect(before, `${stackName} refers to ${other}`).toContain(kindOf(other));
    }
    expect(JSON.stringify(templates).includes('Fn::GetStackOutput')).toBe(true);
  });

  test('lock each other by no export', () => {
    for (const { templates } of Object.values(all))
      expect(/"Export"|ImportValue/.test(JSON.stringify(templates))).toBe(false);
  });

  test('have at most 450 resources each, of the 500 that CloudFormation allows', () => {
    for (const { templates } of Object.values(all))
      for (const [stackName, { Resources }] of Object.entries(templates))
        expect(Object.keys(Resources).length, stackName).toBeLessThanOrEqual(450);
  });

  test('let the table leave the data stack, so that a restored one takes its place: only outputs refer to it', () => {
    for (const each of [development, production]) {
      const [data] = Object.entries(each.templates).flatMap(([name, found]) => (/-data$/.test(name) ? [found] : []));
      const rest = withoutTable(data as Parameters<typeof withoutTable>[0], only('AWS::DynamoDB::Table'));
      expect(Object.keys(rest.Resources)).toHaveLength(Object.keys(data?.Resources ?? {}).length - 1);
      expect(JSON.stringify(rest)).not.toContain(only('AWS::DynamoDB::Table'));
    }
  });

  test('keep everything with a state in the data stack, except the files of the pages and the secret of the distribution', () => {
    const stateful = STACKS.flatMap((kind) =>
      Object.values(resourcesOf(kind))
        .filter(({ Type }) => schemaOf(Type)?.isStateful)
        .map(({ Type }) => `${kind} ${Type}`),
    );
    expect([...new Set(stateful)].filter((each) => !each.startsWith('data ')).sort()).toEqual([
      'pages AWS::S3::Bucket',
      // The secret that functions and distribution share: it is made again with the distribution.
      'pages AWS::SecretsManager::Secret',
    ]);
    expect(stateful).toEqual(expect.arrayContaining(['data AWS::DynamoDB::Table', 'data AWS::Cognito::UserPool']));
  });

  test('keep in production what the data stack has, but for what is made again', () => {
    const notKept = Object.values(resourcesOf('data')).filter(
      ({ DeletionPolicy = '' }) => !/^Retain/.test(DeletionPolicy),
    );
    expect([...new Set(notKept.map(({ Type }) => Type))].sort()).toEqual([
      'AWS::Cognito::UserPoolIdentityProvider',
      'AWS::IAM::Role',
      'AWS::IAM::RolePolicy',
      'AWS::Lambda::Function',
      'AWS::Lambda::Permission',
      'AWS::SES::ConfigurationSet',
      'AWS::SES::ConfigurationSetEventDestination',
      'AWS::SNS::Subscription',
      'AWS::SNS::TopicPolicy',
      'AWS::SQS::QueuePolicy',
      'AWS::WAFv2::WebACL',
      'AWS::WAFv2::WebACLAssociation',
    ]);
  });

  test('deleting the application and making it again changes no template of the other stacks', () => {
    // Another application, of which nothing is left.
    const again = synthesize(PRODUCTION, ({ application }) => {
      for (const child of application.node.children) application.node.tryRemoveChild(child.node.id);
      new Topic(application, 'Other', { enforceSSL: true });
    });
    for (const [stackName, template] of Object.entries(again.templates))
      if (kindOf(stackName) !== 'application') {
        const withoutOutputs = ({ Resources }: StackTemplate) => Resources;
        expect(withoutOutputs(template), stackName).toEqual(
          withoutOutputs(production.templates[stackName] as StackTemplate),
        );
      }
  });
});

describe('the checks', () => {
  test.each(Object.entries({ development, production, namedIssuer }))(
    'of cdk-nag and of the constructs find nothing in %s, not even a warning',
    (_, stage) => {
      expect(stage.report.pluginReports).toEqual([]);
    },
  );

  test('a finding stops the synthesis', () => {
    const withOpenQueue = () => synthesize({}, ({ application }) => new Queue(application, 'Open'));
    expect(withOpenQueue).toThrow(/AwsSolutions-SQS4/);
  });
});
