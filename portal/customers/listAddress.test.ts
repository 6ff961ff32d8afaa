import { expect, test } from 'vitest';
import { addressOf, filterOf, pageOf, tokensOf } from './listAddress.ts';

const FILTERS = [
  {},
  { status: 'EXPIRED' as const },
  { query: 'Ветер & Co' },
  { status: 'ACTIVE' as const, query: 'a@b' },
];

test('a filter is what its address says', () => {
  for (const filter of FILTERS) expect(filterOf(addressOf(filter))).toEqual(filter);
  expect(addressOf({})).toBe('');
});

test('an address that says nothing sensible filters nothing', () => {
  expect(filterOf('?status=NOTHING&query=%20&page=2')).toEqual({});
});

test('a page is in the address beside the filter', () => {
  for (const filter of FILTERS) {
    const address = addressOf(filter, { index: 3, token: 'a-b_c' });
    expect(pageOf(address)).toEqual({ index: 3, token: 'a-b_c' });
    expect(filterOf(address)).toEqual(filter);
    expect(pageOf(addressOf(filter))).toEqual({ index: 1 });
  }
});

test('an address that names no page leads to the first one', () => {
  for (const search of [
    '',
    '?page=3',
    '?pageToken=a',
    '?page=1&pageToken=a',
    '?page=x&pageToken=a',
    '?page=2.5&pageToken=a',
  ])
    expect(pageOf(search), search).toEqual({ index: 1 });
  expect(pageOf('?page=1000000000&pageToken=a')).toEqual({ index: 1 });
});

test('the tokens of the pages before are those of the tab, if it has come from there', () => {
  const third = { index: 3, token: 'c' };
  expect(tokensOf(third, ['b', 'c'])).toEqual(['b', 'c']);
  expect(tokensOf({ index: 1 }, [])).toEqual([]);
  // Opened elsewhere, or the address was changed by hand.
  for (const known of [undefined, [], ['c'], ['b', 'x'], ['b', 'c', 'd']])
    expect(tokensOf(third, known), String(known)).toEqual([undefined, 'c']);
});
