/** Checks the templates of all environments by independent means: CloudFormation's schemas, AWS's validator, its quotas, cdk-nag. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, App, Stack, Validations } from 'aws-cdk-lib';
import { type CfnLogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import cdk from '../cdk.json' with { type: 'json' };
import { buildBundles } from './bundles.ts';
import { DataStack } from './dataStack.ts';
import { type Environment, environmentNames, environmentsFolder, readEnvironment } from './environment.ts';
import { type ComparedTemplate, losses } from './keepsData.ts';
import { buildPages } from './pages.ts';
import { FUNCTION_NAMES } from './permissions.ts';
import { MAX_PROGRAM_BYTES } from './programs.ts';
import { exceededQuotas, OF_ACCOUNT } from './quotas.ts';
import { schemaOf } from './resourceSchemas.ts';
import { definePartnerPortal } from './stacks.ts';
import { CONTEXT } from './synthesis.ts';
import { type CheckedTemplate, templateFaults } from './templateFaults.ts';

const scratch = mkdtempSync(join(tmpdir(), 'partner-portal-environments-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const bundles = await buildBundles();
const pages = await buildPages();
const { context }: { context: Record<string, unknown> } = cdk;

/** The environment of a file, with other fields, or beside it under another name. Its placeholders stay, which production would refuse. */
function environmentOf(file: string, fields: Record<string, unknown> = {}, name = file): Environment {
  const folder = mkdtempSync(join(scratch, 'deploy-'));
  const content = JSON.parse(readFileSync(join(environmentsFolder, `${file}.json`), 'utf8')) as Environment;
  writeFileSync(join(folder, `${file}.json`), JSON.stringify(content));
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ ...content, ...fields, stage: 'development' }));
  return { ...readEnvironment(name, { folder }), stage: content.stage };
}

type Report = { pluginReports: { violations: { ruleName: string }[] }[] };
const reportIn = (outdir: string) => JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8')) as Report;

/** Synthesizes an app with the context of `cdk.json`, or with another one. */
function assembly(define: (app: App) => unknown, settings: Record<string, unknown> = context) {
  const outdir = mkdtempSync(join(scratch, 'assembly-'));
  const app = new App({ outdir, context: settings });
  define(app);
  return { outdir, synth: () => app.synth() };
}

/** Synthesizes with AWS's validator. */
function validated<Result>(synth: () => Result): Result {
  vi.stubEnv('CDK_VALIDATION', 'true');
  try {
    return synth();
  } finally {
    vi.unstubAllEnvs();
  }
}

/** Synthesizes an environment: its templates by stack, the region of each, its report and what was acknowledged in it. */
function synthesize(environment: Environment) {
  const { outdir, synth } = assembly((app) => definePartnerPortal(app, environment, bundles, pages));
  const { stacks } = validated(synth);
  const acknowledged = readdirSync(outdir)
    .filter((file) => file.endsWith('.metadata.json'))
    .flatMap((file) => {
      const metadata = JSON.parse(readFileSync(join(outdir, file), 'utf8')) as Record<string, Metadata[]>;
      return Object.values(metadata).flat();
    })
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) =>
      Object.entries(data).map(([id, reason]) => ({ finding: id.replace(/^Annotation::/, ''), reason })),
    );
  return {
    account: environment.account,
    templates: Object.fromEntries(
      stacks.map(({ stackName, template }) => [stackName, template as CheckedTemplate]),
    ) as Record<string, CheckedTemplate>,
    regionOf: Object.fromEntries(stacks.map((stack) => [stack.stackName, stack.environment.region])),
    report: reportIn(outdir),
    acknowledged,
  };
}
type Metadata = { type: string; data: Record<string, string> };

/** The rule of a finding: `AwsSolutions-IAM5` of `AwsSolutions-IAM5[Resource::…]`. */
const ruleOf = (finding: string): string => finding.replace(/\[.*/s, '');

/** As many letters as a name may have, and the longest names of regions. */
const LONGEST = 'fourteen-chars';
const FAR = 'ap-southeast-1';

const files = Object.fromEntries(environmentNames().map((name) => [name, synthesize(environmentOf(name))]));
const { production } = files;
const neighbor = synthesize(
  environmentOf(
    'production',
    {
      domain: 'next.cloud.example',
      senderIdentity: 'shared',
      serviceAccounts: ['acme'],
      removedServiceAccounts: ['globex'],
      hold: true,
    },
    LONGEST,
  ),
);
const farAway = synthesize(
  environmentOf(
    'production',
    {
      region: FAR,
      domain: 'far.cloud.example',
      serviceAccounts: ['acme', 'globex'],
      logRetentionDays: 400,
      identityProviders: [
        { name: 'Acme', domains: ['acme.example'], secondFactor: true, metadataUrl: 'https://acme.example/metadata' },
        {
          ...{ name: 'Globex', domains: ['globex.example', 'globex.test'], issuerUrl: 'https://login.globex.example' },
          clientId: 'portal-at-globex',
          clientSecretArn: `arn:aws:secretsmanager:${FAR}:111122223333:secret:globex-AbCdEf`,
        },
      ],
    },
    LONGEST,
  ),
);
const ownIssuer = synthesize(
  environmentOf('development', {
    program: 'vng',
    issuer: {
      url: 'https://id.cloud.example/',
      jwksUri: 'https://id.cloud.example/jwks',
      audience: 'portal',
      clientId: 'portal',
      scope: 'openid email partners',
      apiScope: 'partners',
    },
    operatorClaim: 'groups',
    operatorGroup: 'partner-desk',
  }),
);
type Synthesized = typeof ownIssuer;
const all: [string, Synthesized][] = Object.entries({ ...files, neighbor, farAway, ownIssuer });

/** Fields whose change loses data: what is lost of the data stack of `development`. */
const LOSSES: [field: string, fields: Partial<Environment>, lost: string[]][] = [
  [
    'sender',
    { program: { ...environmentOf('development').program, sender: 'partners@new.example' } },
    ['AWS::SES::EmailIdentity'],
  ],
  ['senderIdentity', { senderIdentity: 'shared' }, ['AWS::SES::EmailIdentity']],
  ['operatorGroup', { operatorGroup: 'staff' }, ['AWS::Cognito::UserPoolGroup']],
  [
    'issuer',
    {
      issuer: {
        ...{ url: 'https://id.cloud.example/', jwksUri: 'https://id.cloud.example/jwks' },
        ...{ audience: 'portal', clientId: 'portal', scope: 'openid email' },
      },
    },
    ['', 'Domain', 'Group', 'ResourceServer'].map((part) => `AWS::Cognito::UserPool${part}`),
  ],
];

test.each(LOSSES)('a changed %s is refused, and the document has its right way', (field, fields, lost) => {
  const environment = environmentOf('development');
  const templateWith = (changed: Partial<Environment>) => {
    const app = new App({ outdir: mkdtempSync(join(scratch, 'assembly-')), context });
    const { stackName } = new DataStack(app, { ...environment, ...changed }, bundles);
    return app.synth().getStackByName(stackName).template as ComparedTemplate;
  };
  const sentences = losses(templateWith({}), templateWith(fields));
  expect(sentences.map((sentence) => /\((AWS::\w+::\w+)\)/.exec(sentence)?.[1]).sort()).toEqual(lost);
  const section = readFileSync('docs/deploy.md', 'utf8').split('### If a deployment would lose data')[1] ?? '';
  expect(section.split('\n### ')[0]).toMatch(new RegExp(`^\\| \`${field}\`.*\\]\\(#`, 'm'));
});

describe.each(all)('the templates of %s', (_, { templates, report, regionOf, account }) => {
  test("have no fault by CloudFormation's schemas, and each reference leads to something", () => {
    expect(Object.keys(templates).length).toBeGreaterThanOrEqual(3);
    expect(Object.values(templates).flatMap((template) => templateFaults(template, templates))).toEqual([]);
  });

  test("have no finding by AWS's validator and cdk-nag, not even a warning", () => {
    expect(report.pluginReports).toEqual([]);
  });

  test('are within the quotas of AWS', () => {
    expect(Object.values(templates).flatMap(exceededQuotas)).toEqual([]);
  });

  test('leave room in each function for the largest program', () => {
    const withLargest = structuredClone(templates);
    for (const { Properties = {} } of Object.values(withLargest).flatMap(({ Resources }) => Object.values(Resources))) {
      const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Record<string, unknown> };
      if ('PROGRAM' in Variables) Variables['PROGRAM'] = 'x'.repeat(MAX_PROGRAM_BYTES);
    }
    expect(Object.values(withLargest).flatMap(exceededQuotas)).toEqual([]);
  });

  test('have each name once', () => {
    const names = namesOf({ templates, regionOf, account });
    expect(names.length).toBeGreaterThan(100);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('reserve no concurrency: a new account has too little of it', () => {
    expect(JSON.stringify(templates)).not.toMatch(/ReservedConcurrentExecutions|ProvisionedConcurren/);
  });
});

test.each([
  ['two environments of one account and region', production, neighbor],
  ['two regions of one environment', neighbor, farAway],
])('%s have no name in common', (_, one, other) => {
  const [names, others] = [one, other].map((each) => each && namesOf(each)) as [string[], string[]];
  expect(names.filter((name) => others.includes(name))).toEqual([]);
  // Neither does one know the other's names. (The comparison of two long texts would take minutes to print.)
  const [prefix = ''] = Object.keys(one?.templates ?? {}).map((name) => name.replace(/[a-z]+$/, ''));
  expect(JSON.stringify(other.templates).includes(prefix)).toBe(false);
});

test('the names that the environments choose are those of these types', () => {
  const types = (production ? namesOf(production) : []).map((name) => name.split(' ')[0]);
  expect([...new Set(types)].sort()).toEqual(
    expect.arrayContaining([
      'AWS::CloudFormation::Stack',
      'AWS::CloudFront::Distribution',
      'AWS::CloudFront::Function',
      'AWS::CloudFront::OriginAccessControl',
      'AWS::CloudFront::ResponseHeadersPolicy',
      'AWS::Cognito::UserPoolDomain',
      'AWS::Events::Rule',
      'AWS::Lambda::Function',
      'AWS::Logs::LogGroup',
      'AWS::S3::Bucket',
      'AWS::SES::ConfigurationSet',
      'AWS::SES::EmailIdentity',
      'AWS::Scheduler::Schedule',
    ]),
  );
});

/** Types whose names are known to a whole account, or to all accounts. All others are known to a region. */
const IN_ACCOUNT = /^AWS::(CloudFront|IAM|Route53)::/;
const IN_WORLD = /^AWS::S3::Bucket$/;

/**
 * The names that a stack chooses, each with its type and with the place in which nothing else may have it. A name inside another resource,
 * such as a group of a user pool, isn't among them.
 */
function namesOf({ templates, regionOf, account }: Pick<Synthesized, 'templates' | 'regionOf' | 'account'>): string[] {
  return Object.entries(templates).flatMap(([stackName, { Resources }]) => {
    const region = `${account} ${regionOf[stackName]}`;
    const placeOf = (type: string) => (IN_WORLD.test(type) ? 'world' : IN_ACCOUNT.test(type) ? account : region);
    return [
      `AWS::CloudFormation::Stack ${stackName} in ${region}`,
      ...Object.values(Resources).flatMap(({ Type, Properties = {} }) =>
        namesIn(Type, Properties).map((name) => `${Type} ${name} in ${placeOf(Type)}`),
      ),
    ];
  });
}

function namesIn(type: string, properties: Record<string, unknown>): string[] {
  const isText = (value: unknown): value is string => typeof value === 'string';
  // The name of the sign-in page is known to a region, although its domain is a part of a pool.
  if (type === 'AWS::Cognito::UserPoolDomain') return [properties['Domain']].filter(isText);
  const { Aliases = [] } = (properties['DistributionConfig'] ?? {}) as { Aliases?: string[] };
  const identifier = (schemaOf(type)?.primaryIdentifier ?? []).map((property) => properties[property]);
  if (identifier.some((value) => typeof value === 'object')) return [];
  const kind = type.split('::').at(-1) ?? '';
  const { Name } = (properties[`${kind}Config`] ?? {}) as { Name?: unknown };
  // By this name, CloudWatch counts the requests of a web ACL.
  const { MetricName } = (properties['VisibilityConfig'] ?? {}) as { MetricName?: unknown };
  const names = [properties['Name'], properties[`${kind}Name`], Name, MetricName].filter(isText);
  return [...new Set([...names, ...(identifier.every(isText) ? [identifier.join(' ')] : [])]), ...Aliases].filter(
    (name) => name !== '',
  );
}

test('an account has room for five environments', () => {
  for (const [name, { templates }] of all) {
    const types = Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).map(({ Type }) => Type));
    const counts = Map.groupBy(
      [...types, ...Object.keys(templates).map(() => 'AWS::CloudFormation::Stack')],
      (type) => type,
    );
    for (const [type, max] of Object.entries(OF_ACCOUNT))
      expect((counts.get(type)?.length ?? 0) * 5, `${type} of ${name}`).toBeLessThanOrEqual(max);
  }
});

test('a bundle is far below the size that Lambda takes', () => {
  // "Lambda quotas": 50 MB zipped, 250 MB unzipped with layers. A bundle is one file, and isn't larger zipped.
  for (const name of FUNCTION_NAMES)
    expect(statSync(join(bundles, name, 'index.mjs')).size, name).toBeLessThan(5 * 1024 * 1024);
});

describe("AWS's validator", () => {
  const logGroup = (properties: Record<string, unknown>, settings: Record<string, unknown> = context) => {
    const planted = assembly((app) => {
      const group = new LogGroup(new Stack(app, 'Planted'), 'Log').node.defaultChild as CfnLogGroup;
      for (const [name, value] of Object.entries(properties)) group.addPropertyOverride(name, value);
    }, settings);
    return { outdir: planted.outdir, synth: () => validated(planted.synth) };
  };
  /** The lines that the synthesis writes to the error output in this test. */
  function saidInThisTest() {
    const said = vi.spyOn(console, 'error').mockImplementation(() => {});
    onTestFinished(() => said.mockRestore());
    return said;
  }

  test('stops a synthesis that breaks a pattern or a length', () => {
    expect(logGroup({ LogGroupName: 'a b' }).synth).toThrow(/LogGroupName: .*does not match pattern/);
    expect(logGroup({ LogGroupName: 'a'.repeat(513) }).synth).toThrow(/LogGroupName: length 513 exceeds maximum 512/);
    expect(logGroup({}).synth).not.toThrow();
  });

  test('says a fault to the person who synthesizes, and lets the command fail', () => {
    const said = saidInThisTest();
    onTestFinished(() => {
      process.exitCode = undefined;
    });
    logGroup({ LogGroupName: 'a b' }, CONTEXT).synth();
    expect(said.mock.calls.join()).toMatch(/LogGroupName: .*does not match pattern/);
    expect(process.exitCode).toBe(1);
  });

  test('warns of a value that is not allowed, which the tests do not accept', () => {
    saidInThisTest();
    const planted = logGroup({ RetentionInDays: 91 });
    planted.synth();
    expect(JSON.stringify(reportIn(planted.outdir).pluginReports)).toContain('RetentionInDays: 91 is not one of');
  });
});

test('a warning of a construct is a finding, and an error lets the command fail', () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  onTestFinished(() => {
    said.mockRestore();
    process.exitCode = undefined;
  });
  const annotated = (annotate: (annotations: Annotations) => void) =>
    assembly((app) => annotate(Annotations.of(new Stack(app, 'Planted'))), CONTEXT).synth();
  annotated((annotations) => annotations.addWarningV2('planted', 'This is planted'));
  expect(said.mock.calls.join()).toContain('This is planted');
  expect(process.exitCode).toBeUndefined();
  annotated((annotations) => annotations.addError('This is wrong'));
  expect(said.mock.calls.join()).toContain('This is wrong');
  expect(process.exitCode).toBe(1);
});

/** The rules of cdk-nag that the code acknowledges, with the reason in short. The code has the reason beside the resource. */
const ACKNOWLEDGED = {
  'AwsSolutions-APIG4': 'functions verify the access token, or the token of the emailed link',
  'AwsSolutions-CFR1': 'the deployer restricts countries',
  'AwsSolutions-CFR3': 'an access log would hold addresses of people',
  'AwsSolutions-CFR4': 'without a domain, CloudFront chooses the TLS policy',
  'AwsSolutions-COG2': 'a second factor is a choice',
  'AwsSolutions-COG8': 'threat protection is billed by user',
  'AwsSolutions-IAM5': 'streams of a log group, and files of a bucket, have names that nobody knows before',
  'AwsSolutions-L1': "the CDK chooses its own function's runtime",
  'AwsSolutions-S1': 'the files of the pages are public',
  'AwsSolutions-SMG4': 'the deployer rotates by adding a key',
  'AwsSolutions-SQS3': 'this queue is the place for failures',
};

describe('cdk-nag', () => {
  const isOfNag = (finding: string) => finding.startsWith('AwsSolutions-');

  test('has the acknowledged findings of this list, each with a reason', () => {
    const acknowledged = all.flatMap((each) => each[1].acknowledged);
    for (const { finding, reason } of acknowledged) expect(reason.split(' ').length, finding).toBeGreaterThan(5);
    const rules = new Set(acknowledged.map(({ finding }) => ruleOf(finding)).filter(isOfNag));
    expect([...rules].sort()).toEqual(Object.keys(ACKNOWLEDGED));
  });

  test('would find each of them: nothing is acknowledged that is no finding', () => {
    const acknowledge = vi.spyOn(Validations.prototype, 'acknowledge').mockImplementation(() => {});
    onTestFinished(() => acknowledge.mockRestore());
    const { outdir, synth } = assembly((app) => definePartnerPortal(app, environmentOf('development'), bundles, pages));
    expect(synth).toThrow();
    const found = reportIn(outdir).pluginReports.flatMap(({ violations }) => violations.map((each) => each.ruleName));
    const acknowledged = files['development']?.acknowledged.map(({ finding }) => finding).filter(isOfNag);
    expect(new Set(acknowledged)).toEqual(new Set(found.filter(isOfNag)));
  });
});
