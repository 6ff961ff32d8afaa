/**
 * AWS's quotas, for the tests: those that a template can exceed, and that neither the CDK nor AWS's validator knows. They are the defaults
 * of a new account. Each has the page of AWS that says it.
 */
import type { CheckedTemplate } from './templateFaults.ts';

/** The longest value that a reference stands for here: the ARN of a secret, a function or a queue. */
const LONGEST_REFERENCE = 140;

/** A value as a text, with `LONGEST_REFERENCE` characters for each reference. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Fn::Join' in value) {
    const [separator, parts] = value['Fn::Join'] as [string, unknown[]];
    return parts.map(textOf).join(separator);
  }
  // Names of partitions and suffixes are short: `aws-us-gov`, `amazonaws.com`.
  if ('Ref' in value && String(value.Ref).startsWith('AWS::')) return 'x'.repeat(16);
  return 'x'.repeat(LONGEST_REFERENCE);
}

/** A JSON document of a template as AWS stores it, without white space. */
const documentOf = (value: unknown): string =>
  JSON.stringify(value, (_, each) => (isFunction(each) ? textOf(each) : each));

const isFunction = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.keys(value).length === 1 &&
  /^(Ref|Fn::\w+)$/.test(Object.keys(value)[0] ?? '');

type Properties = Record<string, unknown>;
type Quota = { what: string; max: number; used: (properties: Properties) => number };

const bytes = (text: string): number => Buffer.byteLength(text);
const size = (value: unknown): number => Object.keys((value ?? {}) as object).length;
/** A value inside an object, by its path; `undefined` if it isn't there. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((inside, key) => (inside as Properties | undefined)?.[key], value);

/** Quotas of one resource. */
const OF_RESOURCE: Record<string, Quota[]> = {
  // "Lambda quotas"
  'AWS::Lambda::Function': [
    {
      what: 'bytes of environment variables',
      max: 4096,
      used: (properties) =>
        Object.entries((at(properties, 'Environment', 'Variables') ?? {}) as Properties)
          .map(([name, value]) => bytes(name) + bytes(textOf(value)))
          .reduce((sum, each) => sum + each, 0),
    },
    { what: 'layers', max: 5, used: ({ Layers }) => size(Layers) },
  ],
  // "IAM and AWS STS quotas": all inline policies of a role together, and its trust policy.
  'AWS::IAM::Role': [
    {
      what: 'characters of inline policies',
      max: 10_240,
      used: ({ Policies = [] }) =>
        (Policies as object[])
          .map((each) => documentOf(at(each, 'PolicyDocument')).length)
          .reduce((sum, each) => sum + each, 0),
    },
    {
      what: 'characters of the trust policy',
      max: 2048,
      used: (each) => documentOf(each['AssumeRolePolicyDocument']).length,
    },
  ],
  // "Quotas" of CloudFront
  'AWS::CloudFront::Distribution': [
    { what: 'cache behaviors', max: 25, used: (each) => size(at(each, 'DistributionConfig', 'CacheBehaviors')) },
    { what: 'origins', max: 25, used: (each) => size(at(each, 'DistributionConfig', 'Origins')) },
  ],
  'AWS::CloudFront::Function': [
    { what: 'bytes of code', max: 10_240, used: (each) => bytes(textOf(each['FunctionCode'])) },
  ],
  'AWS::CloudFront::ResponseHeadersPolicy': [
    {
      what: 'characters of the name',
      max: 128,
      used: (each) => textOf(at(each, 'ResponseHeadersPolicyConfig', 'Name')).length,
    },
    {
      what: 'characters of the Content-Security-Policy',
      max: 1783,
      used: (each) =>
        textOf(
          at(
            each,
            'ResponseHeadersPolicyConfig',
            'SecurityHeadersConfig',
            'ContentSecurityPolicy',
            'ContentSecurityPolicy',
          ) ?? '',
        ).length,
    },
    {
      what: 'custom headers',
      max: 10,
      used: (each) => size(at(each, 'ResponseHeadersPolicyConfig', 'CustomHeadersConfig', 'Items')),
    },
  ],
  'AWS::CloudFront::OriginAccessControl': [
    {
      what: 'characters of the name',
      max: 64,
      used: (each) => textOf(at(each, 'OriginAccessControlConfig', 'Name')).length,
    },
  ],
  // "Quotas in Amazon DynamoDB"
  'AWS::DynamoDB::Table': [
    { what: 'global secondary indexes', max: 20, used: (each) => size(each['GlobalSecondaryIndexes']) },
  ],
  // "Amazon EventBridge quotas"
  'AWS::Events::Rule': [
    {
      what: 'characters of the event pattern',
      max: 2048,
      used: (each) => documentOf(each['EventPattern'] ?? '').length,
    },
    { what: 'targets', max: 5, used: (each) => size(each['Targets']) },
  ],
  // "CloudWatch service quotas"
  'AWS::CloudWatch::Alarm': [{ what: 'actions', max: 5, used: (each) => size(each['AlarmActions']) }],
};

/** Quotas of one template ("Understand CloudFormation quotas"). */
const OF_TEMPLATE = { bytes: 1_000_000, Resources: 500, Outputs: 200, Parameters: 200, Mappings: 200 };

/** Quotas of one parent: what the children refer to it by, and how many it may have. */
const OF_PARENT: Record<string, { parent: string; max: number }> = {
  // "Quotas for configuring and running an HTTP API"
  'AWS::ApiGatewayV2::Route': { parent: 'ApiId', max: 300 },
  'AWS::ApiGatewayV2::Integration': { parent: 'ApiId', max: 300 },
  // "Lambda quotas": a function's policy has 20 KB, and a statement less than 400 bytes.
  'AWS::Lambda::Permission': { parent: 'FunctionName', max: 50 },
  // "CloudWatch Logs quotas"
  'AWS::Logs::MetricFilter': { parent: 'LogGroupName', max: 100 },
  // "Quotas in Amazon Cognito"
  'AWS::Cognito::UserPoolResourceServer': { parent: 'UserPoolId', max: 25 },
  'AWS::Cognito::UserPoolClient': { parent: 'UserPoolId', max: 1000 },
};

/** How many resources of a type an account may have, in each region or in all ("Service quotas" of each service). */
export const OF_ACCOUNT: Record<string, number> = {
  'AWS::ApiGatewayV2::Api': 600,
  'AWS::CloudFormation::Stack': 2000,
  'AWS::CloudFront::CachePolicy': 20,
  'AWS::CloudFront::Distribution': 200,
  'AWS::CloudFront::Function': 100,
  'AWS::CloudFront::OriginAccessControl': 100,
  'AWS::CloudFront::OriginRequestPolicy': 20,
  'AWS::CloudFront::ResponseHeadersPolicy': 20,
  'AWS::CloudWatch::Alarm': 5000,
  'AWS::Cognito::UserPool': 1000,
  'AWS::DynamoDB::Table': 2500,
  'AWS::Events::Rule': 300,
  'AWS::IAM::Role': 1000,
  'AWS::S3::Bucket': 100,
  'AWS::WAFv2::WebACL': 100,
};

/** One sentence for each quota that a template exceeds, or a resource in it. */
export function exceededQuotas(template: CheckedTemplate): string[] {
  const exceeds = (who: string, what: string, used: number, max: number) =>
    used > max ? [`${who} has ${used} ${what}, and AWS allows ${max}.`] : [];
  const sections = { ...template } as Record<string, object | undefined>;
  const children = Map.groupBy(
    Object.values(template.Resources).filter(({ Type }) => Type in OF_PARENT),
    ({ Type, Properties = {} }) => `${Type} of ${JSON.stringify(Properties[OF_PARENT[Type]?.parent ?? ''])}`,
  );
  return [
    ...Object.entries(OF_TEMPLATE).flatMap(([what, max]) =>
      exceeds(
        'The template',
        what,
        what === 'bytes' ? bytes(JSON.stringify(template, null, 1)) : size(sections[what]),
        max,
      ),
    ),
    ...[...children].flatMap(([who, { length }]) =>
      exceeds(who, 'resources', length, OF_PARENT[who.split(' ')[0] ?? '']?.max ?? 0),
    ),
    ...Object.entries(template.Resources).flatMap(([id, { Type, Properties = {} }]) =>
      (OF_RESOURCE[Type] ?? []).flatMap(({ what, max, used }) => exceeds(id, what, used(Properties), max)),
    ),
  ];
}
