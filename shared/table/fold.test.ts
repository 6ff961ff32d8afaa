import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fold } from './fold.ts';

describe('a text in a search', () => {
  test.each([
    ['Đại Việt', 'dai viet'],
    ['Ёлка Йод', 'елка иод'],
    ['a\tb\r\nc\u00a0d', 'a b  c d'],
    ['ﬁ Ⅳ', 'fi iv'],
    ['đĐð\u00d0', 'dddd'],
    ['ŁØÆŒÞĦŦŊ ẞß ıİI', 'loaeoethhtn ssss iii'],
    ['ƏƁƗƎɃȺ', 'abiaba'],
    ['Ґалаґан Қазақ Әңһұ', 'галаган казак анху'],
    ['ΟΔΟΣ ΟΔΟς', 'οδοσ οδοσ'],
    [`O'Neil O’Neil O\u02bcNeil O\u00b4Neil O\u0060Neil O′Neil O＇Neil`, 'oneil oneil oneil oneil oneil oneil oneil'],
    ['“Ромашка” „Ромашка“ «Ромашка» "Ромашка"', 'ромашка ромашка ромашка ромашка'],
    ['« Ромашка » ООО', 'ромашка  ооо'],
    ['בע״מ 「東京」', 'בעמ 東京'],
    ['W\u200bi\u00adn\u2060d\ufeff \u200eLtd\u2800', 'wind ltd'],
  ])('%s is searched as %j', (value, folded) => expect(fold(value)).toBe(folded));

  test('stays as it is once it is folded, whichever character it has', () => {
    const changed: string[] = [];
    for (let code = 0; code < 0x30000; code += 1) {
      const folded = fold(`a${String.fromCodePoint(code)}b`);
      if (fold(folded) !== folded) changed.push(code.toString(16));
    }
    expect(changed).toEqual([]);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(fold(fold(value))).toBe(fold(value));
      }),
    );
  });

  test('is found with or without the quotes and invisible characters in it', () => {
    const noise = fc.constantFrom(...`"'’‘\`«»„“”‚‛‟‹›ʼ′`, '\u00b4', '\u200b', '\u200d', '\u2060', '\u2800', '\ufe0f');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...'aЯłб9 -'), noise)), (pairs) => {
        const plain = pairs.map(([letter]) => letter).join('');
        expect(fold(pairs.flat().join(''))).toBe(fold(plain));
      }),
    );
  });
});
