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

  test('has as many characters as fit, and no part of a character', () => {
    expect(searchKey('a'.repeat(100))).toBe('a'.repeat(36));
    expect(searchKey('я'.repeat(100))).toBe('я'.repeat(18));
    expect(searchKey('aя', 3)).toBe('aя');
    expect(searchKey('aя', 2)).toBe('a');
    expect(searchKey('яa', 1)).toBe('');
  });
});

describe('an address that is searched', () => {
  test.each([
    ['info@xn--e1afmkfd.xn--p1ai', 'info@пример.рф'],
    ['info@XN--e1afmkfd.example', 'info@пример.example'],
    ['info@wind.example', 'info@wind.example'],
    // A beginning: the last label isn't whole, and says nothing in the script of people.
    ['info@xn--e1afmkfd.xn--', 'info@пример.xn--'],
    ['info@xn--e1', 'info@xn--e1'],
    ['info@при', 'info@при'],
    ['info@AXN--p1ai', 'info@AXN--p1ai'],
    // The part before @ is not a domain, whatever it looks like.
    ['xn--p1ai@wind.example', 'xn--p1ai@wind.example'],
    ['a@b@xn--p1ai', 'a@b@рф'],
    ['info', 'info'],
    ['xn--p1ai', 'рф'],
    ['', ''],
  ])('%s is read as %s', (address, read) => expect(searchedEmail(address)).toBe(read));

  test('is found by the beginning of its domain in the script of people', () => {
    const key = searchKey(searchedEmail('info@xn--e1afmkfd.xn--p1ai'));
    for (const typed of ['info@', 'info@при', 'INFO@Пример.', 'info@xn--e1afmkfd.'])
      expect(key.startsWith(searchKey(searchedEmail(typed)))).toBe(true);
  });
});
