import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAX_SEARCH_KEY_BYTES, searchedEmail, searchKey } from './search.ts';

describe('a search key', () => {
  test.each([
    ['Đại Việt', 'dai viet'],
    ['Ёлка', 'елка'],
    ['ÉCLAIR', 'eclair'],
    ['Straße', 'straße'],
    ['Wind\r\nand\tSons', 'wind  and sons'],
  ])('%s is found as %s', (name, key) => expect(searchKey(name)).toBe(key));

  test("is short for every text, and the key of a text's beginning is the beginning of its key", () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(200), (name, length) => {
        const key = searchKey(name);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(MAX_SEARCH_KEY_BYTES);
        const graphemes = [...new Intl.Segmenter().segment(name)].map(({ segment }) => segment);
        // People type whole graphemes.
        expect(key.startsWith(searchKey(graphemes.slice(0, length).join('')).slice(0, key.length))).toBe(true);
      }),
    );
  });

  test('has as many characters as fit, and no part of a character', () => {
    expect(searchKey('a'.repeat(100))).toBe('a'.repeat(36));
    expect(searchKey('я'.repeat(100))).toBe('я'.repeat(18));
    expect(searchKey('aя', 3)).toBe('aя');
    expect(searchKey('aя', 2)).toBe('a');
    expect(searchKey('яa', 1)).toBe('');
  });
});

describe('an email address in a search', () => {
  test.each([
    ['info@xn--e1afmkfd.xn--p1ai', 'info@пример.рф'],
    ['info@XN--e1afmkfd.example', 'info@пример.example'],
    ['info@wind.example', 'info@wind.example'],
    // An unfinished address: its last label isn't complete, and stays as it is.
    ['info@xn--e1afmkfd.xn--', 'info@пример.xn--'],
    ['info@xn--e1', 'info@xn--e1'],
    ['info@при', 'info@при'],
    ['info@AXN--p1ai', 'info@AXN--p1ai'],
    // The part before @ is never a domain.
    ['xn--p1ai@wind.example', 'xn--p1ai@wind.example'],
    ['a@b@xn--p1ai', 'a@b@рф'],
    ['info', 'info'],
    ['xn--p1ai', 'рф'],
    ['', ''],
  ])('%s is read as %s', (address, read) => expect(searchedEmail(address)).toBe(read));

  test('is found by the beginning of its domain in its own script', () => {
    const key = searchKey(searchedEmail('info@xn--e1afmkfd.xn--p1ai'));
    for (const typed of ['info@', 'info@при', 'INFO@Пример.', 'info@xn--e1afmkfd.'])
      expect(key.startsWith(searchKey(searchedEmail(typed)))).toBe(true);
  });
});
