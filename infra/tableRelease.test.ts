import { describe, expect, test } from 'vitest';
import { releasedTable, type TableRelease, tableFaults, tableNow } from './tableRelease.ts';

const index = (IndexName: string, attribute = `${IndexName}Key`) => ({
  IndexName,
  KeySchema: [{ AttributeName: attribute, KeyType: 'HASH' }],
});
const release = (names: string[], more: Partial<TableRelease> & { property?: string } = {}): TableRelease => ({
  format: 3,
  queried: ['byDue'],
  ...more,
  table: {
    BillingMode: more.property ?? 'PAY_PER_REQUEST',
    AttributeDefinitions: ['pk', ...names.map((name) => `${name}Key`)].map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: names.map((name) => index(name)),
  },
});
const before = release(['byDue', 'byName']);

test('this version changes no more of the table than a release may', () => {
  expect(tableFaults(releasedTable(), tableNow())).toEqual([]);
});

describe('a release', () => {
  test.each([
    ['changes nothing', release(['byDue', 'byName'])],
    ['makes one index', release(['byDue', 'byName', 'byTax'])],
    ['drops one index that its predecessor does not query', release(['byDue'])],
    ['changes something else', release(['byDue', 'byName'], { property: 'PROVISIONED' })],
    ['writes the next format', release(['byDue', 'byName'], { format: 4 })],
  ])('is right if it %s', (_, next) => expect(tableFaults(before, next)).toEqual([]));

  test.each([
    ['makes two indexes', release(['byDue', 'byName', 'byTax', 'byCity']), /makes byTax and makes byCity/],
    ['makes one index and drops another', release(['byDue', 'byTax']), /makes byTax and drops byName/],
    [
      'changes something beside its index',
      release(['byDue', 'byName', 'byTax'], { property: 'PROVISIONED' }),
      /makes byTax\. Leave the change of BillingMode/,
    ],
    [
      'makes an index together with the next format',
      release(['byDue', 'byName', 'byTax'], { format: 4 }),
      /makes byTax\. Leave the change of the format/,
    ],
    ['drops an index that its predecessor queries', release(['byName']), /still query byDue/],
    ['skips a format', release(['byDue', 'byName'], { format: 5 }), /The format after 3 is 4, not 5/],
    ['goes back to an earlier format', release(['byDue', 'byName'], { format: 2 }), /The format after 3 is 4, not 2/],
  ])('is refused if it %s', (_, next, fault) =>
    expect(tableFaults(before, next)).toEqual([expect.stringMatching(fault)]),
  );

  test('is refused if it changes the type of an attribute', () => {
    const next = release(['byDue', 'byName', 'byTax']);
    next.table.AttributeDefinitions?.splice(0, 1, { AttributeName: 'pk', AttributeType: 'N' });
    expect(tableFaults(before, next)).toEqual(['The attribute pk has another type than in the items of the table.']);
  });

  test('is refused if it changes an index under its name', () => {
    const next = structuredClone(before);
    next.table.GlobalSecondaryIndexes = [index('byDue'), index('byName', 'otherKey')];
    expect(tableFaults(before, next)).toEqual([expect.stringMatching(/^The index byName is another one/)]);
  });
});
