import { describe, expect, test } from 'vitest';
import { type ComparedTemplate, losses } from './keepsData.ts';

const table = {
  Type: 'AWS::DynamoDB::Table',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
  },
};
const pool = {
  Type: 'AWS::Cognito::UserPool',
  DeletionPolicy: 'Retain',
  Properties: { DeletionProtection: 'ACTIVE' },
};
const secret = {
  Type: 'AWS::SecretsManager::Secret',
  DeletionPolicy: 'RetainExceptOnCreate',
  Properties: { GenerateSecretString: { PasswordLength: 32 } },
};
const client = {
  Type: 'AWS::Cognito::UserPoolClient',
  DeletionPolicy: 'Retain',
  Properties: {
    ClientName: 'acme',
    GenerateSecret: true,
    UserPoolId: { Ref: 'Pool' },
    AllowedOAuthFlowsUserPoolClient: true,
  },
};
const switchedOff = {
  ...client,
  DeletionPolicy: 'Delete',
  Properties: { ...client.Properties, AllowedOAuthFlowsUserPoolClient: false },
};
const log = { Type: 'AWS::Logs::LogGroup', DeletionPolicy: 'Retain', Properties: { LogGroupName: '/a' } };
const BEFORE: ComparedTemplate = { Resources: { Table: table, Pool: pool, Key: secret, Acme: client, Log: log } };

/** The losses of a deployment that changes the resources of `BEFORE`; `undefined` takes a resource out. */
const lossesOf = (
  changed: Record<string, NonNullable<ComparedTemplate['Resources']>[string] | undefined>,
  before = BEFORE,
) => losses(before, JSON.parse(JSON.stringify({ Resources: { ...before.Resources, ...changed } })) as ComparedTemplate);

describe('a deployment is refused', () => {
  test.each([
    ['that deletes a resource', { Table: undefined }, 'Table (AWS::DynamoDB::Table) would be deleted.'],
    [
      'that gives the logical id to another type',
      { Table: { ...table, Type: 'AWS::DynamoDB::GlobalTable' } },
      'Table (AWS::DynamoDB::Table) would be replaced by another resource, of the type AWS::DynamoDB::GlobalTable.',
    ],
    [
      'that changes the keys of the table',
      { Table: { ...table, Properties: { ...table.Properties, KeySchema: [] } } },
      'Table (AWS::DynamoDB::Table) would be replaced by an empty one, because its property KeySchema changes.',
    ],
    [
      'that names the table, which had a name of CloudFormation',
      { Table: { ...table, Properties: { ...table.Properties, TableName: 'portal' } } },
      'Table (AWS::DynamoDB::Table) would be replaced by an empty one, because its property TableName changes.',
    ],
    [
      'that moves a client to another pool, so that it gets another secret',
      { Acme: { ...client, Properties: { ...client.Properties, UserPoolId: { Ref: 'Other' } } } },
      'Acme (AWS::Cognito::UserPoolClient) would be replaced by an empty one, because its property UserPoolId changes.',
    ],
    [
      'that makes a development environment of production',
      { Pool: { ...pool, DeletionPolicy: 'Delete' } },
      'Pool (AWS::Cognito::UserPool) would be deleted together with its stack, and is kept now.',
    ],
    [
      'that no longer keeps a secret',
      { Key: { ...secret, DeletionPolicy: 'Delete' } },
      'Key (AWS::SecretsManager::Secret) would be deleted together with its stack, and is kept now.',
    ],
    [
      'that leaves out a service account',
      { Acme: undefined },
      'The client of the service account "acme" would be deleted, with the secret that its partner holds: name "acme" in "serviceAccounts" again, or in "removedServiceAccounts".',
    ],
  ])('%s', (_, changed, sentence) => {
    expect(lossesOf(changed)).toEqual([sentence]);
  });

  test.each([
    ['TimeToLiveSpecification', { TimeToLiveSpecification: { AttributeName: 'at', Enabled: true } }],
    ['PointInTimeRecoverySpecification', { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } }],
    ['DeletionProtectionEnabled', { DeletionProtectionEnabled: false }],
  ])('that changes %s of the table', (property, properties) => {
    expect(lossesOf({ Table: { ...table, Properties: { ...table.Properties, ...properties } } })).toEqual([
      `Table (AWS::DynamoDB::Table) would lose data or its protection, because its property ${property} changes.`,
    ]);
  });

  test('that takes the protection of the pool away, or gives a secret another value', () => {
    expect(
      lossesOf({
        Pool: { ...pool, Properties: {} },
        Key: { ...secret, Properties: { SecretString: 'known' } },
      }),
    ).toEqual([
      'Pool (AWS::Cognito::UserPool) would lose data or its protection, because its property DeletionProtection changes.',
      'Key (AWS::SecretsManager::Secret) would lose data or its protection, because its property GenerateSecretString changes.',
    ]);
  });

  test('that no longer keeps a resource which an update replaces', () => {
    expect(lossesOf({ Table: { ...table, UpdateReplacePolicy: 'Delete' } })).toEqual([
      'Table (AWS::DynamoDB::Table) would be deleted if an update replaces it, and is kept now.',
    ]);
  });

  test('with a sentence for each loss', () => {
    expect(lossesOf({ Table: undefined, Pool: undefined })).toHaveLength(2);
  });

  test('if it loses a resource of a type that nobody has thought of', () => {
    const before = { Resources: { Files: { Type: 'AWS::EFS::FileSystem' } } };
    expect(lossesOf({ Files: undefined }, before)).toEqual(['Files (AWS::EFS::FileSystem) would be deleted.']);
  });
});

describe('a deployment goes on', () => {
  test.each([
    ['that changes nothing', {}],
    [
      'that changes what CloudFormation changes in place',
      { Table: { ...table, Properties: { ...table.Properties, BillingMode: 'PROVISIONED' } } },
    ],
    [
      'that keeps a client, but for a failed creation, and a secret always',
      {
        Acme: { ...client, DeletionPolicy: 'RetainExceptOnCreate' },
        Key: { ...secret, DeletionPolicy: 'Retain' },
      },
    ],
    ['that adds a resource', { Other: { ...table } }],
    ['without the log of a function that is no more', { Log: undefined }],
    ['that switches the client of a removed service account off', { Acme: switchedOff }],
  ])('%s', (_, changed) => {
    expect(lossesOf(changed)).toEqual([]);
  });

  test('that deletes a client which was switched off before', () => {
    expect(lossesOf({ Acme: undefined }, { Resources: { Acme: switchedOff } })).toEqual([]);
  });

  test('that is the first one', () => {
    expect(losses({}, BEFORE)).toEqual([]);
  });
});
