import { expect, test } from 'vitest';
import { dynamoDbRequests } from './awsEndpoint.ts';
import { isAllowed, readStatement } from './policy.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/portal';
const allow = { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: table };
const statements = [
  allow,
  { Effect: 'Allow', Action: 'dynamodb:Query', Resource: [`${table}/index/byDue`, `${table}/index/byStatus`] },
].map(readStatement);
const may = (operation: string, input: Record<string, unknown>) =>
  dynamoDbRequests(operation, input).every((request) => isAllowed(statements, request));

test('an action is allowed on the resource of its statement, and on no other', () => {
  expect(may('GetItem', { TableName: 'portal' })).toBe(true);
  expect(may('GetItem', { TableName: 'other' })).toBe(false);
  expect(may('Scan', { TableName: 'portal' })).toBe(false);
});

test('the permission to query an index allows neither the table nor another index', () => {
  expect(may('Query', { TableName: 'portal', IndexName: 'byDue' })).toBe(true);
  expect(may('Query', { TableName: 'portal', IndexName: 'byName' })).toBe(false);
  expect(may('Query', { TableName: 'portal' })).toBe(false);
});

test('a transaction needs the permission for each of its parts', () => {
  const put = { Put: { TableName: 'portal' } };
  expect(may('TransactWriteItems', { TransactItems: [put, put] })).toBe(true);
  expect(may('TransactWriteItems', { TransactItems: [put, { ConditionCheck: { TableName: 'portal' } }] })).toBe(false);
});

test('a request for several items needs the permission on each table', () => {
  const batch = readStatement({ ...allow, Action: 'dynamodb:BatchGetItem' });
  const read = (...tables: string[]) =>
    dynamoDbRequests('BatchGetItem', { RequestItems: Object.fromEntries(tables.map((name) => [name, {}])) });
  expect(read('portal').every((request) => isAllowed([batch], request))).toBe(true);
  expect(read('portal', 'other').every((request) => isAllowed([batch], request))).toBe(false);
  expect(may('BatchGetItem', { RequestItems: { portal: {} } })).toBe(false);
});

test('an unknown request to DynamoDB throws', () => {
  expect(() => may('BatchWriteItem', { RequestItems: { portal: [] } })).toThrow('dynamodb:BatchWriteItem');
});

test.each([
  { ...allow, Effect: 'Deny' },
  { ...allow, Action: 'dynamodb:*' },
  { ...allow, Resource: [table, `${table}/index/*`] },
  { ...allow, Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'x' } } },
  { Effect: 'Allow', NotAction: 'dynamodb:Scan', Resource: table },
  { Effect: 'Allow', Action: 'dynamodb:GetItem', NotResource: table },
])('an unknown kind of statement throws: %j', (statement) => {
  expect(() => readStatement(statement)).toThrow(JSON.stringify(statement));
});
