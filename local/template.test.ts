import { expect, test } from 'vitest';
import { StackTemplate } from './template.ts';

const stack = new StackTemplate(
  {
    Parameters: { Stage: { Default: 'test' } },
    Conditions: {
      IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
      IsNot: { 'Fn::Not': [{ Condition: 'IsTest' }] },
    },
    Resources: {
      TableABC: { Type: 'AWS::DynamoDB::Table', Metadata: { 'aws:cdk:path': 'PartnerPortal/Table/Resource' } },
      Key: { Type: 'AWS::SecretsManager::Secret' },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation's
      Fn1: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { 'Fn::Sub': 'one-${Stage}' } } },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: { Ref: 'Fn1' }, Name: 'live' } },
      Api: { Type: 'AWS::ApiGatewayV2::Api' },
      Never: { Type: 'AWS::Lambda::Function', Condition: 'IsNot' },
    },
  },
  { TableABC: 'table-of-this-run' },
);
const tableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/table-of-this-run';

test.each([
  [{ Ref: 'TableABC' }, 'table-of-this-run'],
  [{ 'Fn::GetAtt': ['TableABC', 'Arn'] }, tableArn],
  [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['TableABC', 'Arn'] }, '/index/*']] }, `${tableArn}/index/*`],
  [{ Ref: 'Key' }, 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Key'],
  [{ Ref: 'Fn1' }, 'one-test'],
  [{ Ref: 'Alias' }, 'arn:aws:lambda:us-east-1:000000000000:function:one-test:Alias'],
  [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'Api.ApiEndpoint'],
  [
    // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of CloudFormation's
    { 'Fn::Sub': ['${AWS::Region}/${name}/${!literal}/${TableABC.Arn}', { name: { Ref: 'Stage' } }] },
    `us-east-1/test/\${literal}/${tableArn}`,
  ],
  [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  [{ 'Fn::If': ['IsTest', 'yes', 'no'] }, 'yes'],
  [[{ Ref: 'AWS::NoValue' }, 1], [1]],
  [
    { Effect: 'Allow', Condition: { StringEquals: { a: { Ref: 'Stage' } } } },
    { Effect: 'Allow', Condition: { StringEquals: { a: 'test' } } },
  ],
])('%j', (value, resolved) => {
  expect(stack.resolve(value)).toEqual(resolved);
});

test('an intrinsic function that is not known here fails loudly', () => {
  expect(() => stack.resolve({ 'Fn::Cidr': ['10.0.0.0/8', 2, 8] })).toThrow('Fn::Cidr');
});

test('resources have the name of the CDK app, and those whose condition is false are not there', () => {
  expect(stack.resources('AWS::DynamoDB::Table')).toMatchObject([{ name: 'Table' }]);
  expect(stack.resources('AWS::Lambda::Function').map(({ logicalId }) => logicalId)).toEqual(['Fn1']);
});
