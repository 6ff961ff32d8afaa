import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cellRows, cellsOf, hasWrongQuote, mendedRow } from './cells.ts';

const read = (text: string, delimiter = ',') => [...cellRows(text, delimiter)];
const cells = (text: string, delimiter?: string) => read(text, delimiter).map((row) => row.cells);

const DELIMITER = fc.constantFrom(',', ';', '\t', '|');
/** A text of letters, and of everything that means something in CSV. */
const TEXT = fc.string({
  unit: fc.constantFrom('a', 'Я', 'ệ', '@', ' ', '"', ',', ';', '\t', '\r', '\n', '\u00a0', '='),
});
/** A cell as a careful program writes it: quoted if it has to be, and sometimes if it need not be. */
const quoted = (cell: string, always: boolean) =>
  always || /[",;\t\r\n|]|^ | $/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
const TABLE = fc.array(fc.array(fc.tuple(TEXT, fc.boolean()), { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 6,
});
const LINE_END = fc.constantFrom('\r\n', '\n', '\r');

describe('the rows of a text', () => {
  test('are those that were written, whatever ends each row', () => {
    fc.assert(
      fc.property(TABLE, DELIMITER, fc.array(LINE_END, { minLength: 6, maxLength: 6 }), (table, delimiter, ends) => {
        const text = table
          .map((row, index) => row.map(([cell, always]) => quoted(cell, always)).join(delimiter) + ends[index])
          .join('');
        // CR at the end of one row and LF as the whole next row would be one line end.
        fc.pre(!text.includes('\r\n') || ends.every((end) => end !== '\r'));
        const written = table.map((row) => row.map(([cell]) => cell));
        expect(cells(text, delimiter)).toEqual(written);
      }),
    );
  });

  test('are those that another reader of CSV reads, wherever it can read the text', () => {
    fc.assert(
      fc.property(TEXT, fc.constantFrom(',', ';'), (text, delimiter) => {
        let expected: string[][];
        try {
          expected = parse(text, { delimiter, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] });
        } catch {
          return;
        }
        expect(cells(text, delimiter)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  test('have a number, which counts empty rows, and rows with line breaks once', () => {
    expect(read('a\n\n"b\r\nc",d\n\ne')).toEqual([
      { number: 1, cells: ['a'] },
      { number: 2, cells: [''] },
      { number: 3, cells: ['b\r\nc', 'd'] },
      { number: 4, cells: [''] },
      { number: 5, cells: ['e'] },
    ]);
  });

  test('take a quote inside an unquoted cell as a character, and blanks around a quoted cell as nothing', () => {
    expect(cells('OOO "Daisy",d@x, "a, b" ,5", "c\n="0078",""')).toEqual([
      ['OOO "Daisy"', 'd@x', 'a, b', '5"', ' "c'],
      ['="0078"', ''],
    ]);
    expect(cells('a\t"b"\t c ', '\t')).toEqual([['a', 'b', ' c ']]);
  });

  test.each([
    ['a quote that is not closed', '"Anna,a@x', []],
    ['text after a closing quote', '"Anna" Corn,a@x', []],
    ['a cell that ends in another line with text after its end', '"Anna\nCorn" Ltd,a@x', [2]],
  ])('that have %s are broken alone', (_, wrong, alsoBroken) => {
    for (const after of ['B,b@x', '"B",b@x', 'B,"b@x"', 'B,"1, St\nFloor 2"', 'OOO "B",b@x', '5 "B"",b']) {
      const rows = read(`N,e\n${wrong}\n${after}\nC,"c, d"`);
      const first = wrong.split('\n').length + 1;
      expect(rows.filter(({ isBroken }) => isBroken).map(({ number }) => number)).toEqual([
        2,
        ...alsoBroken.map((line) => line + 1),
      ]);
      expect(rows.slice(first).map((row) => row.cells)).toEqual(cells(`${after}\nC,"c, d"`));
      expect(rows[1]?.cells).toEqual((wrong.split('\n')[0] ?? '').split(','));
    }
  });

  test('that are good are read below a quote that is not closed, also with a quote as the sign for inches', () => {
    const line = fc.constantFrom('5" Pipes,c@x', 'Corn "Uno" 12",c@x', 'OOO"D",d@x', '"E, F",e@x', 'G,g@x');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 4 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const rows = read(['N,e', '"B,b@x', ...lines].join(end)).slice(2);
        expect(rows).toEqual(lines.map((each, index) => ({ number: index + 3, cells: cells(each)[0] })));
      }),
    );
  });

  test('are read in a time that grows with the text, also if each has a wrong quote', () => {
    for (const row of ['"A,a@x.example', '"A ""B"",a@x', 'A "B,a@x', '"A"B,"', 'A,"a\n5" b,c'])
      for (const end of ['\n', '\r']) {
        const started = performance.now();
        cells(`${row}${end}`.repeat(40_000));
        expect(performance.now() - started, row).toBeLessThan(5_000);
      }
  }, 60_000);

  test('lose no character, however broken the text is', () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const letters = (all: string) => [...all].filter((each) => /[aЯệ@=]/.test(each)).join('');
        expect(letters(cells(text).flat().join())).toBe(letters(text));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the separator', () => {
  const isName = (cell: string) => ['name', 'email'].includes(cell.trim());
  test.each([
    ['name,email;x', ','],
    ['name;email,x', ';'],
    ['name\temail', '\t'],
    ['\n;;\nname;email', ';'],
    ['"a,b";email', ';'],
    ['x;y;z', ';'],
    ['"a, b, c";d', ';'],
    ['sep=|\nname|email', '|'],
    ['SEP=;\r\nname;email', ';'],
    ['"sep=;"\rname;email', ';'],
    ['sep=;;;\nname;email', ';'],
    ['sep=; \nname;email', ';'],
    ['"sep=|"||\nname|email;x', '|'],
    ['sep=;,,\nname,email,phone', ','],
    ['\r\n;;\r\nsep=|\r\nname|email', '|'],
    ['sep=\t\t\nname\temail', '\t'],
  ])('of %j is %j', (text, delimiter) => {
    expect(cellsOf(text, isName).delimiter).toBe(delimiter);
  });

  test('is not a row', () => {
    expect(cellsOf('sep=;\r\nname;email\r\na;b', isName).rows).toEqual([
      { number: 1, cells: ['name', 'email'] },
      { number: 2, cells: ['a', 'b'] },
    ]);
    for (const end of ['\n', '\r', '\r\n'])
      expect(cellsOf(['', 'sep=|', 'name|email'].join(end), isName).rows.at(-1)).toEqual({
        number: 3,
        cells: ['name', 'email'],
      });
  });
});

describe('a wrong quote', () => {
  test.each(['"Anna', '"Anna" Corn', 'Floor 2"', '"a"b"', '"', 'x"y'])('is in the cell %j', (cell) => {
    expect(hasWrongQuote(cell)).toBe(true);
  });

  test.each(['', 'Anna', '"Anna"', ' "a ""b""" ', 'OOO "Daisy"', '""'])('is not in the cell %j', (cell) => {
    expect(hasWrongQuote(cell)).toBe(false);
  });

  test('keeps its row broken until no cell has one; then the other cells are without the quotes around them', () => {
    expect(mendedRow(2, ['"Anna', '"x"'])).toEqual({ number: 2, cells: ['"Anna', '"x"'], isBroken: true });
    expect(mendedRow(2, ['Anna', '"1 ""Main"" St"', 'OOO "Daisy"'])).toEqual({
      number: 2,
      cells: ['Anna', '1 "Main" St', 'OOO "Daisy"'],
    });
  });

  test('is found in each broken row whose cell begins with a quote', () => {
    fc.assert(
      fc.property(TEXT, DELIMITER, (text, delimiter) => {
        for (const { cells, isBroken } of read(text, delimiter)) {
          if (isBroken && cells.some((cell) => /^"[^"]*$/.test(cell))) expect(cells.some(hasWrongQuote)).toBe(true);
        }
      }),
    );
  });
});
