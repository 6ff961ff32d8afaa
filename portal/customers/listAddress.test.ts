import { expect, test } from 'vitest';
import { addressOf, filterOf } from './listAddress.ts';

test('a filter is what its address says', () => {
  for (const filter of [
    {},
    { status: 'EXPIRED' as const },
    { query: 'Ветер & Co' },
    { status: 'ACTIVE' as const, query: 'a@b' },
  ]) {
    expect(filterOf(addressOf(filter))).toEqual(filter);
  }
  expect(addressOf({})).toBe('');
});

test('an address that says nothing sensible filters nothing', () => {
  expect(filterOf('?status=NOTHING&query=%20&page=2')).toEqual({});
});
