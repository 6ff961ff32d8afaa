import { expect, test } from 'vitest';
import { type CheckedTemplate, templateFaults } from './templateFaults.ts';

/** A small template without a fault. */
const template = (): CheckedTemplate => ({
  Parameters: { Version: { Type: 'String' } },
  Conditions: { IsHere: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-central-1'] } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: [] }, Tags: [{ Key: 'part', Value: 'portal' }] },
    },
    Code: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
        Code: { S3Bucket: { 'Fn::Sub': 'assets-${AWS::AccountId}-${Version}' }, S3Key: 'code.zip' },
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Timeout: { 'Fn::If': ['IsHere', 10, 20] },
        MemorySize: 512,
        Architectures: ['arm64'],
        Environment: { Variables: { LEVEL: 'info' } },
        LoggingConfig: { LogFormat: 'JSON' },
      },
      DependsOn: ['Role'],
    },
    Alarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Condition: 'IsHere',
      Properties: {
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 0.5,
        ActionsEnabled: true,
        Dimensions: [{ Name: 'FunctionName', Value: { Ref: 'Code' } }],
      },
    },
    Upload: { Type: 'Custom::Upload', Properties: { ServiceToken: { 'Fn::GetAtt': 'Code.Arn' }, Anything: 1 } },
  },
  Outputs: { Result: { Value: { 'Fn::GetAtt': ['Upload', 'AnyAttribute'] } } },
});

test('a template without a fault has none', () => {
  expect(templateFaults(template())).toEqual([]);
});

const code = (fields: object) => ({ Code: fields });
const alarm = (fields: object) => ({ Alarm: fields });
const other = { Other: { Outputs: { There: { Value: 'a' } } } as unknown as CheckedTemplate };

test.each<[string, string, object]>([
  ['an unknown type', 'Alarm has the unknown type AWS::CloudWatch::Alert.', { Alarm: 'AWS::CloudWatch::Alert' }],
  ['an unknown property', 'Code has the unknown Timeot.', code({ Timeot: 10 })],
  [
    'an unknown property of an object',
    'Code.LoggingConfig has the unknown Format.',
    code({ LoggingConfig: { Format: 1 } }),
  ],
  ['a missing property', 'Code lacks Role.', code({ Role: undefined })],
  ['a missing property in a list', 'Alarm.Dimensions[0] lacks Value.', alarm({ Dimensions: [{ Name: 'a' }] })],
  ['a text instead of a number', 'Code.MemorySize must be a whole number, not "512".', code({ MemorySize: '512' })],
  ['a fraction', 'Code.MemorySize must be a whole number, not 0.5.', code({ MemorySize: 0.5 })],
  ['a number instead of a text', 'Code.Description must be a string, not 1.', code({ Description: 1 })],
  ['a text instead of a decimal number', 'Alarm.Threshold must be a number, not "1".', alarm({ Threshold: '1' })],
  [
    'a text instead of a boolean',
    'Alarm.ActionsEnabled must be true or false, not "true".',
    alarm({ ActionsEnabled: 'true' }),
  ],
  ['no list', 'Code.Architectures must be a list, not "arm64".', code({ Architectures: 'arm64' })],
  ['no object', 'Code.Environment must be an object, not "a".', code({ Environment: 'a' })],
  [
    'a map of wrong values',
    'Code.Environment.Variables.LEVEL must be a string, not 1.',
    code({ Environment: { Variables: { LEVEL: 1 } } }),
  ],
  [
    'a wrong alternative',
    'Code.Timeout must be a whole number, not "20".',
    code({ Timeout: { 'Fn::If': ['IsHere', 10, '20'] } }),
  ],
  [
    'a value that is not allowed',
    'Code.LoggingConfig.LogFormat must be one of Text, JSON, not "XML".',
    code({ LoggingConfig: { LogFormat: 'XML' } }),
  ],
  ['a resource that is not there', "Code refers to Rolle, which doesn't exist.", code({ Role: { Ref: 'Rolle' } })],
  [
    'an attribute that is not there',
    "Code refers to Role.Url, which doesn't exist.",
    code({ Role: { 'Fn::GetAtt': ['Role', 'Url'] } }),
  ],
  [
    'a name in a text that is not there',
    "Code refers to Versoin, which doesn't exist.",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the syntax of Fn::Sub
    code({ Description: { 'Fn::Sub': 'of ${Versoin}' } }),
  ],
  [
    'a condition that is not there',
    "Code refers to the condition IsThere, which doesn't exist.",
    code({ Timeout: { 'Fn::If': ['IsThere', 10, 20] } }),
  ],
  [
    'an output that is not there',
    "Code refers to the output Here of Other, which doesn't exist.",
    code({ Role: { 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'Here' } } }),
  ],
  [
    'a circle',
    'Resources refer to each other in a circle: Role → Code → Role.',
    { Role: { Description: { Ref: 'Code' } } },
  ],
])('%s is found', (_, sentence, changes) => {
  const changed = structuredClone(template());
  for (const [id, change] of Object.entries(changes)) {
    const resource = changed.Resources[id];
    if (typeof change === 'string') Object.assign(resource ?? {}, { Type: change });
    else Object.assign(resource?.Properties ?? {}, change);
  }
  // As a template is written: without properties that are undefined.
  expect(templateFaults(JSON.parse(JSON.stringify(changed)), other)).toEqual([sentence]);
});

test('a field, a token of a custom resource, a dependency and a mapping are checked, too', () => {
  const changed = template();
  Object.assign(changed.Resources['Role'] ?? {}, { Depends: 'Code', DependsOn: 'Nothing', Condition: 'Never' });
  Object.assign(changed.Resources['Upload'] ?? {}, { Properties: { Size: { 'Fn::FindInMap': ['Sizes', 'a', 'b'] } } });
  expect(templateFaults(changed)).toEqual([
    'Role has the unknown field Depends.',
    'Upload lacks ServiceToken.',
    "Role refers to Nothing, which doesn't exist.",
    "Role refers to the condition Never, which doesn't exist.",
    "Upload refers to the mapping Sizes, which doesn't exist.",
  ]);
});
