import { expect, test } from 'vitest';
import { type FilterPattern, matchesFilter } from './filterCriteria.ts';

const event = {
  eventName: 'INSERT',
  dynamodb: { NewImage: { sk: { S: 'EVENT#00000001' }, due: { S: 'DUE#MAIL#2' } }, SizeBytes: 120 },
};

test.each<[string, FilterPattern, boolean]>([
  ['equal', { eventName: ['INSERT'] }, true],
  ['one of several', { eventName: ['REMOVE', 'INSERT'] }, true],
  ['none of several', { eventName: ['REMOVE', 'MODIFY'] }, false],
  ['begins with', { dynamodb: { NewImage: { sk: { S: [{ prefix: 'EVENT#' }] } } } }, true],
  ['begins otherwise', { dynamodb: { NewImage: { sk: { S: [{ prefix: 'CUSTOMER' }] } } } }, false],
  ['every field counts', { eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: ['x'] } } } }, false],
  ['exists', { dynamodb: { NewImage: { due: { S: [{ exists: true }] } } } }, true],
  ['is missing', { dynamodb: { OldImage: { due: { S: [{ exists: false }] } } } }, true],
  ['prefix of a missing field', { dynamodb: { OldImage: { sk: { S: [{ prefix: '' }] } } } }, false],
  ['anything but', { eventName: [{ 'anything-but': ['REMOVE'] }] }, true],
  ['anything but this', { eventName: [{ 'anything-but': ['INSERT'] }] }, false],
  ['a range', { dynamodb: { SizeBytes: [{ numeric: ['>', 0, '<=', 120] }] } }, true],
  ['outside the range', { dynamodb: { SizeBytes: [{ numeric: ['>', 120] }] } }, false],
])('%s', (_, pattern, passes) => {
  expect(matchesFilter(pattern, event)).toBe(passes);
});

test('an unknown comparison throws instead of passing records', () => {
  expect(() => matchesFilter({ eventName: [{ cidr: '10.0.0.0/8' } as never] }, event)).toThrow('cidr');
});
