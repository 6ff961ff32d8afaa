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

test('a permission for keys with a prefix allows items with such keys, and no others', () => {
  const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['REQUESTS#*'] } };
  const counting = [
    readStatement({ Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: table, Condition: condition }),
  ];
  const mayUpdate = (pk: string) =>
    dynamoDbRequests('UpdateItem', { TableName: 'portal', Key: { pk: { S: pk } } }).every((request) =>
      isAllowed(counting, request),
    );
  expect(mayUpdate('REQUESTS#acme')).toBe(true);
  expect(mayUpdate('PARTNER#acme')).toBe(false);
  const part = { Update: { TableName: 'portal', Key: { pk: { S: 'PARTNER#acme' } } } };
  const parts = dynamoDbRequests('TransactWriteItems', { TransactItems: [part] });
  expect(parts.some((request) => isAllowed(counting, request))).toBe(false);
});

test('a permission for the mails of a sender allows all recipients, and no other sender', () => {
  const identity = 'arn:aws:ses:us-east-1:000000000000:identity/';
  const sending = { Effect: 'Allow', Action: 'ses:SendRawEmail', Resource: `${identity}*` };
  const condition = { StringEquals: { 'ses:FromAddress': 'portal@cloud.example' } };
  const ofSender = [readStatement({ ...sending, Condition: condition })];
  const maySend = (fromAddress: string, resource: string) =>
    isAllowed(ofSender, { action: 'ses:SendRawEmail', resource, fromAddress });
  expect(maySend('portal@cloud.example', `${identity}anna@dev.example`)).toBe(true);
  expect(maySend('other@cloud.example', `${identity}anna@dev.example`)).toBe(false);
  expect(maySend('portal@cloud.example', 'arn:aws:ses:us-east-1:000000000000:configuration-set/mail')).toBe(false);
  expect(() => readStatement(sending)).toThrow('identity/*');
  expect(() => readStatement({ ...sending, Resource: '*', Condition: condition })).toThrow('"Resource":"*"');
});

test('a permission for keys with several prefixes allows items with any of them', () => {
  const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['USER#*', 'PARTNER#*'] } };
  const reading = [
    readStatement({ Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table, Condition: condition }),
  ];
  const mayRead = (pk: string) =>
    dynamoDbRequests('GetItem', { TableName: 'portal', Key: { pk: { S: pk } } }).every((request) =>
      isAllowed(reading, request),
    );
  expect(['USER#a', 'PARTNER#acme', 'CUSTOMER#1', 'USER'].map(mayRead)).toEqual([true, true, false, false]);
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

test('the streams of a log group may have any name', () => {
  const logs = {
    ...allow,
    Action: 'logs:PutLogEvents',
    Resource: 'arn:aws:logs:us-east-1:000000000000:log-group:/a:*',
  };
  expect(readStatement(logs)).toBe(logs);
});

test.each([
  { ...allow, Resource: `${table}:*` },
  { ...allow, Effect: 'Deny' },
  { ...allow, Action: 'dynamodb:*' },
  { ...allow, Resource: [table, `${table}/index/*`] },
  { ...allow, Condition: { StringEquals: { 'dynamodb:LeadingKeys': 'x' } } },
  { ...allow, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*'] } } },
  { ...allow, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['A#*', '*'] } } },
  { ...allow, Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [] } } },
  { Effect: 'Allow', NotAction: 'dynamodb:Scan', Resource: table },
  { Effect: 'Allow', Action: 'dynamodb:GetItem', NotResource: table },
])('an unknown kind of statement throws: %j', (statement) => {
  expect(() => readStatement(statement)).toThrow(JSON.stringify(statement));
});
