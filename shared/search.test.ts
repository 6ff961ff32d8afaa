import { describe, expect, test } from 'vitest';
import { fc } from '../test/fastCheck.ts';
import { MAX_SEARCH_KEY_BYTES, searchKey } from './search.ts';

describe('a search key', () => {
  test.each([
    ['Đại Việt', 'dai viet'],
    ['Ёлка', 'елка'],
    ['ÉCLAIR', 'eclair'],
    ['Straße', 'straße'],
    ['Wind\r\nand\tSons', 'wind  and sons'],
  ])('%s is found as %s', (name, key) => expect(searchKey(name)).toBe(key));

  test('is short whatever the text, and the key of its beginning is the beginning of its key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(200), (name, length) => {
        const key = searchKey(name);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(MAX_SEARCH_KEY_BYTES);
        const graphemes = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
        // What is typed ends between two letters as people see them.
        expect(key.startsWith(searchKey(graphemes.slice(0, length).join('')).slice(0, key.length))).toBe(true);
      }),
    );
  });
});
