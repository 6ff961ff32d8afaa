import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encoded } from '../../test/encoded.ts';
import { decode, ENCODINGS, encodingNamed, encodingOf } from './encoding.ts';

const RUSSIAN = [
  'ООО «Ромашка»',
  'Вектор',
  'Пекарня',
  'ИП Иванов',
  'АО РЖД',
  'Ещё',
  'улица Мира',
  'Москва',
  'РФ',
  'г.',
  'Гр.',
  'стр. в кв.',
];
const VIETNAMESE = ['Công ty Đá', 'Đại Việt', 'Ánh Dương', 'Công ty Cổ phần Phần mềm', 'Nguyễn Huệ', 'Hà Nội', 'Đô'];
const WESTERN = ['Müller GmbH', 'Bäckerei', 'Société Générale', 'Señor Peña', 'Ångström'];
/** An abbreviation alone can be read in several encodings of Cyrillic. */
const CYRILLIC = ['ООО Ромашка', 'Пекарня', 'ИП Иванов', 'СтройИнвест', 'Улица Мира', 'Москва', 'АО Заря'];
const WORDS: Record<string, string[]> = {
  'utf-8': [...RUSSIAN, ...VIETNAMESE, ...WESTERN],
  'utf-16le': [...RUSSIAN, ...VIETNAMESE],
  'utf-16be': [...RUSSIAN, ...VIETNAMESE],
  'windows-1251': RUSSIAN,
  'windows-1258': VIETNAMESE,
  'windows-1252': ['Müller GmbH', 'Bäckerei', 'Ångström'],
  ibm866: CYRILLIC,
  'koi8-r': CYRILLIC,
  'x-mac-cyrillic': CYRILLIC,
};

describe.each(ENCODINGS)('a file in %s', (encoding) => {
  const words = fc.array(fc.constantFrom(...(WORDS[encoding] ?? [])), { minLength: 1, maxLength: 20 });
  test('is read as that', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('\r\n', '\n', '\r'), (names, end) => {
        const text = ['name;email', ...names.map((name, index) => `${name};c${index}@client.example`)].join(end);
        const bytes = encoded(text, encoding);
        expect(encodingOf(bytes)).toBe(encoding);
        expect(decode(bytes, encoding)).toBe(text);
      }),
    );
  });

  test('may begin with byte order marks, one or several', () => {
    for (const marks of ['\ufeff', '\ufeff\ufeff', '\ufeff\ufeff\ufeff']) {
      const text = 'name,email\nПекарня,a@client.example';
      const isUnicode = encoding.startsWith('utf');
      const bytes = isUnicode
        ? encoded(marks + text, encoding)
        : Buffer.concat([encoded(marks, 'utf-8'), encoded('name,email\n', encoding)]);
      expect(decode(bytes, isUnicode ? encodingOf(bytes) : encoding)).toBe(isUnicode ? text : 'name,email\n');
    }
  });
});

test('one damaged character doesn’t turn UTF-8 into another encoding', () => {
  const bytes = Buffer.concat([Buffer.from('name,email\nПекарня,a@b.example\n'), Buffer.from([0xcf, 0x0a])]);
  expect(encodingOf(bytes)).toBe('utf-8');
  expect(decode(bytes, 'utf-8')).toBe('name,email\nПекарня,a@b.example\n\ufffd\n');
});

test('a character that an earlier conversion lost is a character of UTF-8', () => {
  expect(encodingOf(Buffer.from('name,email\nBad \ufffd,a@b.example\n'))).toBe('utf-8');
});

test('a lone zero doesn’t turn a file into UTF-16', () => {
  expect(encodingOf(Buffer.from(`name,email\nA\0,${'a'.repeat(30)}@client.example\n`))).toBe('utf-8');
});

test('zeros at the end of a file, or in pairs, don’t turn it into UTF-16', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), fc.constantFrom('utf-8', 'windows-1251'), (inside, after, encoding) => {
      const text = `name,email\nПекарня${'\0'.repeat(inside)},a@b.cc\n${'\0'.repeat(after)}`;
      expect(encodingOf(encoded(text, encoding))).toBe(encoding);
    }),
  );
});

test('an encoding has several names', () => {
  expect(encodingNamed('CP1251')).toBe('windows-1251');
  expect(encodingNamed('utf8')).toBe('utf-8');
  expect(encodingNamed('nonsense')).toBeUndefined();
});
