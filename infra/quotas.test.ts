import { expect, test } from 'vitest';
import { exceededQuotas } from './quotas.ts';

const exceeded = (Type: string, Properties: object, count = 1) =>
  exceededQuotas({
    Resources: Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`It${index}`, { Type, Properties: { ...Properties } }]),
    ),
  });

test('references count with the length of an ARN, and the names of AWS with theirs', () => {
  const variables = (ends: string) => ({
    Environment: { Variables: { A: { Ref: 'Queue' }, B: { 'Fn::Join': ['', [{ Ref: 'AWS::Region' }, ends]] } } },
  });
  // Two names of one letter, one ARN of 140, one name of AWS of 16.
  expect(exceeded('AWS::Lambda::Function', variables('b'.repeat(4096 - 158)))).toEqual([]);
  expect(exceeded('AWS::Lambda::Function', variables('b'.repeat(4096 - 157)))).toEqual([
    'It0 has 4097 bytes of environment variables, and AWS allows 4096.',
  ]);
});

const named = (config: string, length: number) => ({ [config]: { Name: 'a'.repeat(length) } });
const policy = (resource: string) => ({
  AssumeRolePolicyDocument: {},
  Policies: [{ PolicyDocument: { Statement: [{ Resource: resource }] } }, { PolicyDocument: {} }],
});

test.each<[string, object, string]>([
  ['AWS::IAM::Role', policy('a'.repeat(10_240)), 'characters of inline policies, and AWS allows 10240.'],
  [
    'AWS::IAM::Role',
    { AssumeRolePolicyDocument: 'a'.repeat(2048) },
    'characters of the trust policy, and AWS allows 2048.',
  ],
  [
    'AWS::CloudFront::OriginAccessControl',
    named('OriginAccessControlConfig', 65),
    '65 characters of the name, and AWS allows 64.',
  ],
  [
    'AWS::CloudFront::ResponseHeadersPolicy',
    named('ResponseHeadersPolicyConfig', 129),
    '129 characters of the name, and AWS allows 128.',
  ],
  ['AWS::CloudFront::Function', { FunctionCode: 'a'.repeat(10_241) }, '10241 bytes of code, and AWS allows 10240.'],
  [
    'AWS::DynamoDB::Table',
    { GlobalSecondaryIndexes: Array(21).fill({}) },
    '21 global secondary indexes, and AWS allows 20.',
  ],
])('%s over a quota is found', (type, properties, sentence) => {
  expect(exceeded(type, properties)).toEqual([expect.stringContaining(sentence)]);
});

test('a template with too much of everything is found, and too many routes of one API', () => {
  const route = { ApiId: { Ref: 'Api' }, RouteKey: 'GET /' };
  expect(exceeded('AWS::ApiGatewayV2::Route', route, 300)).toEqual([]);
  expect(exceeded('AWS::ApiGatewayV2::Route', { ...route, Target: 'a'.repeat(2000) }, 501)).toEqual([
    expect.stringMatching(/^The template has \d+ bytes, and AWS allows 1000000\.$/),
    'The template has 501 Resources, and AWS allows 500.',
    'AWS::ApiGatewayV2::Route of {"Ref":"Api"} has 501 resources, and AWS allows 300.',
  ]);
});
