import { expect, test } from 'vitest';
import { dynamoDbRequests } from './awsEndpoint.ts';
import { isAllowed, type Statement } from './policy.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/portal';
const statements: Statement[] = [
  { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: table },
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: `${table}/index/byDue` },
];
const may = (operation: string, input: Record<string, unknown>, extra: Statement[] = []) =>
  dynamoDbRequests(operation, input).every((request) => isAllowed([...statements, ...extra], request));

test('an action is allowed on the resource it is granted on, and on no other', () => {
  expect(may('GetItem', { TableName: 'portal' })).toBe(true);
  expect(may('GetItem', { TableName: 'other' })).toBe(false);
  expect(may('Scan', { TableName: 'portal' })).toBe(false);
});

test('the right to query an index is not the right to query the table, nor another index', () => {
  expect(may('Query', { TableName: 'portal', IndexName: 'byDue' })).toBe(true);
  expect(may('Query', { TableName: 'portal', IndexName: 'byName' })).toBe(false);
  expect(may('Query', { TableName: 'portal' })).toBe(false);
});

test('a transaction is authorised as each of its parts', () => {
  const put = { Put: { TableName: 'portal' } };
  expect(may('TransactWriteItems', { TransactItems: [put, put] })).toBe(true);
  expect(may('TransactWriteItems', { TransactItems: [put, { ConditionCheck: { TableName: 'portal' } }] })).toBe(false);
  expect(may('TransactGetItems', { TransactItems: [{ Get: { TableName: 'portal' } }] })).toBe(true);
});

test('a batch is an action of its own on every table in it', () => {
  expect(may('BatchGetItem', { RequestItems: { portal: {} } })).toBe(false);
  const batch: Statement = { Effect: 'Allow', Action: 'dynamodb:Batch*', Resource: table };
  expect(may('BatchGetItem', { RequestItems: { portal: {} } }, [batch])).toBe(true);
  expect(may('BatchGetItem', { RequestItems: { portal: {}, other: {} } }, [batch])).toBe(false);
});

test('wildcards, an explicit deny, and conditions', () => {
  const request = { action: 'ses:SendEmail', resource: 'arn:aws:ses:x:0:identity/cloud.example' };
  const allow: Statement = { Effect: 'Allow', Action: 'ses:Send*', Resource: 'arn:aws:ses:*:identity/*' };
  expect(isAllowed([allow], request)).toBe(true);
  expect(isAllowed([allow, { ...allow, Effect: 'Deny' }], request)).toBe(false);
  const fromUs = { ...allow, Condition: { StringLike: { 'ses:FromAddress': '*@cloud.example' } } };
  const from = (address: string) => ({ ...request, context: { 'ses:FromAddress': [address] } });
  expect(isAllowed([fromUs], from('partners@cloud.example'))).toBe(true);
  expect(isAllowed([fromUs], from('partners@other.example'))).toBe(false);
  expect(isAllowed([fromUs], request)).toBe(false);
});
