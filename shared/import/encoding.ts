/** Turns the bytes of a text file into text, in the encoding that the file is in. */

import { normalized } from '../contract/fields.ts';

/** The encodings that spreadsheet programs write, by their names in the Encoding Standard. */
export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'windows-1258', 'windows-1252'] as const;

/** Of so many bytes, one is a zero in UTF-16: the other half of a separator, a line end or a letter of an address. */
const BYTES_PER_ZERO = 20;
/** After so many words the encoding is clear. */
const ENOUGH_WORDS = 2000;
const UTF_8_MARK = [0xef, 0xbb, 0xbf];

/** The name of an encoding in the Encoding Standard, by any of its names: `cp1251` → `windows-1251`. Undefined if there is none. */
export function encodingNamed(name: string): string | undefined {
  try {
    return new TextDecoder(name).encoding;
  } catch {
    return undefined;
  }
}

/** The text of a file. Byte order marks are left out; a program that joins files can leave several. */
export function decode(bytes: Uint8Array, encoding: string): string {
  const text = new TextDecoder(encoding).decode(withoutMarks(bytes)).replace(/^\ufeff+/, '');
  // Windows-1258 writes a letter and its tone as two characters. Everything else writes them as one.
  return encoding === 'windows-1258' ? normalized(text, 'NFC') : text;
}

/** The encoding of a text file: by its byte order mark, its zeros, its validity as UTF-8, or the words that it gives. */
export function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return utf16Of(bytes) ?? (isUtf8(withoutMarks(bytes)) ? 'utf-8' : eightBitOf(withoutMarks(bytes)));
}

/** The bytes after the marks of UTF-8. In another encoding, the marks would be letters of the first column's name. */
function withoutMarks(bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (UTF_8_MARK.every((byte, index) => bytes[start + index] === byte)) start += UTF_8_MARK.length;
  return bytes.subarray(start);
}

/** UTF-16 without a mark: in its ASCII characters, either each first or each second byte is zero. */
function utf16Of(bytes: Uint8Array): string | undefined {
  let even = 0;
  let odd = 0;
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if ((even + odd) * BYTES_PER_ZERO < bytes.length || even === odd) return undefined;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** Whether bytes are UTF-8. A few damaged characters don't make them another encoding: only their rows are refused. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return true;
  } catch {
    const text = new TextDecoder().decode(bytes);
    const damaged = text.split('\ufffd').length - 1;
    return damaged < (text.match(/[\u0080-\ufffc]/g)?.length ?? 0);
  }
}

const ASCII_WORD = /^[a-z]+$/i;
const CYRILLIC = /^\p{Script=Cyrillic}+$/u;
const CYRILLIC_VOWEL = /[аеёиоуыэюяєії]/i;
/** Letters with the marks of Vietnamese, each mark as a character of its own (NFD). */
const VIETNAMESE = /^(?:[aeiouy][\u0300-\u0303\u0306\u0309\u031b\u0323]{0,2}|[b-df-hj-np-tv-xzđ])+$/;
/** A Vietnamese word without a letter of ASCII is short: Đô, Á, Ưu. */
const VIETNAMESE_ALONE = /^đ?[^đ]{1,2}$/u;
const LATIN = /^\p{Script=Latin}+$/u;

/** For each encoding of one byte per character, whether it can have been meant: whether a word is one of its languages. */
const IS_WORD: [encoding: string, isWord: (word: string) => boolean][] = [
  ['windows-1251', (word) => CYRILLIC.test(word) && (CYRILLIC_VOWEL.test(word) || !isCapitalised(word))],
  [
    'windows-1258',
    (word) =>
      VIETNAMESE.test(word.normalize('NFD').toLowerCase()) &&
      (/[a-z]/i.test(word) || VIETNAMESE_ALONE.test(word.toLowerCase())),
  ],
  ['windows-1252', (word) => LATIN.test(word) && ascii(word) * 2 >= word.length],
];
/** Abbreviations without a vowel are in one case: г, стр, РФ. */
const isCapitalised = (word: string) => word !== word.toUpperCase() && word !== word.toLowerCase();
const ascii = (word: string) => word.match(/[a-z]/gi)?.length ?? 0;

/** The encoding whose text has the most words of its languages. */
function eightBitOf(bytes: Uint8Array): string {
  let best = { encoding: '', words: Number.NEGATIVE_INFINITY };
  for (const [encoding, isWord] of IS_WORD) {
    let words = 0;
    let seen = 0;
    for (const [word] of decode(bytes, encoding).matchAll(/[\p{L}\p{M}]+/gu)) {
      if (ASCII_WORD.test(word)) continue;
      words += isWord(word) ? 1 : -1;
      if (++seen === ENOUGH_WORDS) break;
    }
    if (words > best.words) best = { encoding, words };
  }
  return best.encoding;
}
