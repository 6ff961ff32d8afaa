import { expect, test } from 'vitest';
import { StackTemplate, type Template } from './template.ts';

const template: Template = {
  Resources: {
    TableABC: { Type: 'AWS::DynamoDB::Table', Metadata: { 'aws:cdk:path': 'PartnerPortal/Table/Resource' } },
    Key: { Type: 'AWS::SecretsManager::Secret' },
    Fn1: { Type: 'AWS::Lambda::Function' },
    Api: { Type: 'AWS::ApiGatewayV2::Api' },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation's
    Sender: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: { 'Fn::Sub': '${AWS::Region}.example' } } },
  },
};
const stack = new StackTemplate({ data: template }, { TableABC: 'table-of-this-run' });
const tableArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/table-of-this-run';

test.each([
  [{ Ref: 'TableABC' }, 'table-of-this-run'],
  [{ 'Fn::GetAtt': ['TableABC', 'Arn'] }, tableArn],
  [{ 'Fn::GetAtt': ['TableABC', 'StreamArn'] }, `${tableArn}/stream/local`],
  [{ 'Fn::Join': ['', [{ 'Fn::GetAtt': ['TableABC', 'Arn'] }, '/index/byDue']] }, `${tableArn}/index/byDue`],
  [{ Ref: 'Key' }, 'arn:aws:secretsmanager:us-east-1:000000000000:secret:Key'],
  [{ Ref: 'Fn1' }, 'Fn1'],
  [{ Ref: 'Sender' }, 'us-east-1.example'],
  [{ 'Fn::GetAtt': ['Fn1', 'Arn'] }, 'arn:aws:lambda:us-east-1:000000000000:function:Fn1'],
  [{ 'Fn::GetAtt': ['Api', 'ApiEndpoint'] }, 'Api.ApiEndpoint'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: placeholders of CloudFormation's
  [{ 'Fn::Sub': '${AWS::Region}/${TableABC}' }, 'us-east-1/table-of-this-run'],
  [{ nested: [{ Ref: 'AWS::AccountId' }, 1] }, { nested: ['000000000000', 1] }],
])('%j', (value, resolved) => {
  expect(stack.resolve(value)).toEqual(resolved);
});

test.each([
  [{ 'Fn::Cidr': ['10.0.0.0/8', 2, 8] }, 'Fn::Cidr'],
  [{ 'Fn::Sub': ['a', {}] }, 'Fn::Sub'],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of CloudFormation's
  [{ 'Fn::Sub': '${TableABC.Arn}' }, 'TableABC.Arn'],
  [{ Ref: 'AWS::NoValue' }, 'AWS::NoValue'],
  [{ 'Fn::GetAtt': ['Gone', 'Arn'] }, 'Gone'],
])('%j is unknown and throws', (value, named) => {
  expect(() => stack.resolve(value)).toThrow(`The templates use ${named}`);
});

test('an unknown section throws', () => {
  const conditional = { ...template, Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } } };
  expect(() => new StackTemplate({ data: conditional })).toThrow('the section Conditions');
});

test('resources have their name in the CDK app', () => {
  expect(stack.resources('AWS::DynamoDB::Table')).toMatchObject([{ name: 'Table' }]);
});
