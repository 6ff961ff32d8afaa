import { expect, test } from 'vitest';
import { FORMAT } from './format.ts';
import { put, putNew, update, upsert } from './table.ts';

const key = { pk: 'PARTNER#acme', sk: 'PARTNER' };

test('a new item says its format', () => {
  for (const write of [put({ ...key, name: 'Acme' }), putNew({ ...key, name: 'Acme' })])
    expect(write.Put?.Item).toEqual({ ...key, name: 'Acme', format: FORMAT });
});

test.each([
  ['SET a = :a', 'SET a = :a, #format = :format'],
  ['SET a = if_not_exists(a, :a) + :b, b = :b', 'SET a = if_not_exists(a, :a) + :b, b = :b, #format = :format'],
  ['SET a = :a REMOVE b, c', 'SET a = :a, #format = :format REMOVE b, c'],
  ['SET a = :a ADD b :b', 'SET a = :a, #format = :format ADD b :b'],
])('an update that may make an item says it, too: %s', (expression, expected) => {
  const { Update } = upsert(key, expression, { names: { '#x': 'x' }, values: { ':a': 1 }, condition: 'x' });
  expect(Update).toMatchObject({
    UpdateExpression: expected,
    ConditionExpression: 'x',
    ExpressionAttributeNames: { '#x': 'x', '#format': 'format' },
    ExpressionAttributeValues: { ':a': 1, ':format': FORMAT },
  });
});

test('another update leaves the format as it is', () => {
  expect(update(key, 'SET a = :a', { values: { ':a': 1 } }).Update).toMatchObject({ UpdateExpression: 'SET a = :a' });
});
