/** Turns the bytes of a text file into text, in the encoding that the file is in. */

import { normalized } from '../contract/fields.ts';

/** The encodings that spreadsheet programs write, by their names in the Encoding Standard. */
export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'utf-16be',
  'windows-1251',
  'windows-1258',
  'windows-1252',
  'ibm866',
  'koi8-r',
  'x-mac-cyrillic',
] as const;

/** Of so many bytes, one is a zero in UTF-16: the other half of a separator, a line end or a letter of an address. */
const BYTES_PER_ZERO = 20;
/** The shortest address has so many characters of ASCII, each of which has a zero in UTF-16. */
const FEWEST_ZEROS = 6;
/** The other bytes can be zero in a few letters: Ā is U+0100. */
const ZEROS_PER_OTHER = 4;
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
  // Zeros in pairs, or in a row at the end of a file, are no half of a character; they are about as often even as odd.
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const [more, fewer] = [Math.max(even, odd), Math.min(even, odd)];
  if (more < FEWEST_ZEROS || more * BYTES_PER_ZERO < bytes.length || fewer * ZEROS_PER_OTHER > more) return undefined;
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
/** Russian, Ukrainian, Belarusian and Bulgarian letters. A wrong encoding gives those of other languages: Ђ, љ. */
const CYRILLIC = /^[а-яёєіїґў]+$/i;
const CYRILLIC_VOWEL = /[аеёиоуыэюяєії]/i;
/** The most frequent letters in Russian. In another order of the alphabet, other letters stand in their place. */
const CYRILLIC_FREQUENT = /[оеаинтсрвл]/gi;
/** Other cases are those of a wrong encoding: in Windows-1251, the KOI8-R of `Пекарня` is `оЕЙЮПМЪ`. */
const USUAL_CASE = /^(?:\p{Lu}?\p{Ll}+|\p{Lu}+|(?:\p{Lu}\p{Ll}+)+)$/u;
/** Letters with the marks of Vietnamese, each mark as a character of its own (NFD). */
const VIETNAMESE = /^(?:[aeiouy][\u0300-\u0303\u0306\u0309\u031b\u0323]{0,2}|[b-df-hj-np-tv-xzđ])+$/;
/** A Vietnamese word without a letter of ASCII is short: Đô, Á, Ưu. */
const VIETNAMESE_ALONE = /^đ?[^đ]{1,2}$/u;
const LATIN = /^\p{Script=Latin}+$/u;

/** How much a word speaks for an encoding: by its letters if it is one of the encoding's languages. */
type Score = (word: string) => number;
const cyrillic: Score = (word) => {
  const isWord = CYRILLIC.test(word) && USUAL_CASE.test(word) && (CYRILLIC_VOWEL.test(word) || !isCapitalised(word));
  return isWord ? word.length + (word.match(CYRILLIC_FREQUENT)?.length ?? 0) / 100 : -word.length;
};
const vietnamese: Score = (word) =>
  VIETNAMESE.test(word.normalize('NFD').toLowerCase()) &&
  (/[a-z]/i.test(word) || VIETNAMESE_ALONE.test(word.toLowerCase()))
    ? word.length
    : -word.length;
/** A letter and its tone would be two letters. */
const western: Score = (word) => (LATIN.test(word) && ascii(word) * 2 >= word.length ? ascii(word) + 1 : -word.length);

/** The encodings of one byte per character. Of those that fit a text alike, the first one is taken. */
const SCORES: [encoding: (typeof ENCODINGS)[number], score: Score][] = [
  ['windows-1251', cyrillic],
  ['windows-1258', vietnamese],
  ['windows-1252', western],
  ['ibm866', cyrillic],
  ['koi8-r', cyrillic],
  ['x-mac-cyrillic', cyrillic],
];
/** Abbreviations without a vowel are in one case: г, стр, РФ. */
const isCapitalised = (word: string) => word !== word.toUpperCase() && word !== word.toLowerCase();
const ascii = (word: string) => word.match(/[a-z]/gi)?.length ?? 0;
/** A word, with the symbols inside it that a wrong encoding gives (`Ро┌│`), which make it none. */
const WORD = /(?:[\p{L}\p{M}]|(?![\0-\x7f])[\p{S}\p{Cf}])+/gu;

/** The encoding whose text has the most words of its languages. */
function eightBitOf(bytes: Uint8Array): string {
  let best = { encoding: '', points: Number.NEGATIVE_INFINITY };
  for (const [encoding, score] of SCORES) {
    let points = 0;
    let seen = 0;
    for (const [word] of decode(bytes, encoding).matchAll(WORD)) {
      if (ASCII_WORD.test(word) || !/\p{L}/u.test(word)) continue;
      points += score(word);
      if (++seen === ENOUGH_WORDS) break;
    }
    if (points > best.points) best = { encoding, points };
  }
  return best.encoding;
}
