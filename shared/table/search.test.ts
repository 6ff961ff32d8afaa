import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import cases from '../../test/data/cases/names.json' with { type: 'json' };
import { earlierKey, MAX_SEARCH_KEY_BYTES, searchedEmail, searchKey } from './search.ts';

/** Texts of the characters that a search changes or leaves out, among others. */
const texts = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'aBяЁŁøßÆıŋςΣσΑİ'),
    fc.constantFrom(...`"'’‘«»„“”\u00b4\u02bcʹ′\u05f4 `),
    fc.constantFrom('\u200b', '\u00ad', '\u2800', '\u3164', '\ufeff', '\u200e', '\u{e0061}'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 100,
});
const graphemesOf = (text: string) => [...new Intl.Segmenter().segment(text)].map(({ segment }) => segment);

describe('a search key', () => {
  test.each([
    ['Đại Việt', 'dai viet'],
    ['Ёлка', 'елка'],
    ['ÉCLAIR', 'eclair'],
    ['Straße', 'strasse'],
    ['Wind\r\nand\tSons', 'wind  and sons'],
  ])('%s is found as %s', (name, key) => expect(searchKey(name)).toBe(key));

  test.each(cases.found)('of %s begins with that of %s', (name, query) => {
    expect(searchKey(name).startsWith(searchKey(query))).toBe(true);
  });

  test("is short for every text, and the key of a text's beginning is the beginning of its key", () => {
    fc.assert(
      fc.property(texts, fc.nat(100), (name, length) => {
        const key = searchKey(name);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(MAX_SEARCH_KEY_BYTES);
        // People type whole graphemes.
        const typed = searchKey(graphemesOf(name).slice(0, length).join(''));
        expect(key.startsWith(typed.slice(0, key.length))).toBe(true);
      }),
    );
  });

  test('holds the beginning of the visible text, however many invisible characters and quotes come before it', () => {
    expect(searchKey(`${'\u200b"'.repeat(10_000)}Wind`)).toBe('wind');
  });

  test('is the key of the version before, for a text without quotes, invisible characters and special letters', () => {
    const plain = fc.string({ unit: fc.constantFrom(...'abcXYZйЁäộ0189.,-&+/() '), maxLength: 60 });
    fc.assert(
      fc.property(plain, (rest) => {
        expect(searchKey(`W${rest}`)).toBe(earlierKey(`W${rest}`));
      }),
    );
    expect(earlierKey('“Straße” Łódź')).toBe('“straße” łodz');
    expect(earlierKey("O'Neil")).toBe("o'neil");
  });

  test('has as many characters as fit, and no part of a character', () => {
    expect(searchKey('a'.repeat(100))).toBe('a'.repeat(36));
    expect(searchKey('я'.repeat(100))).toBe('я'.repeat(18));
    expect(earlierKey('aя', 3)).toBe('aя');
    expect(earlierKey('aя', 2)).toBe('a');
    expect(earlierKey('яa', 1)).toBe('');
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
