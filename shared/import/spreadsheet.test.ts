import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowFaultText } from '../../cli/spreadsheetText.ts';
import { caseFile, SPREADSHEET_CASES } from '../../test/spreadsheetCases.ts';
import { type Column, headerKey } from './columns.ts';
import { rejectsFileOf, rejectsOf } from './rejects.ts';
import { readTable, sampleOf, spreadsheetOf, tableOf } from './spreadsheet.ts';

type Choice = Record<string, Column | ''>;
const choices = (all: Choice = {}) => new Map(Object.entries(all).map(([name, column]) => [headerKey(name), column]));
const read = (text: string, choice?: Choice) => spreadsheetOf(tableOf(text), choices(choice));
const rows = (text: string, choice?: Choice) => read(text, choice).rows.map(({ row }) => row);
const faults = (text: string) => read(text).rows.map((row) => row.faults);

describe('the case', () => {
  test('is there for each file', () => {
    const files = readdirSync(join(import.meta.dirname, '../../test/data/cases')).filter((file) =>
      file.endsWith('.csv'),
    );
    expect(SPREADSHEET_CASES.map(({ file }) => file).sort()).toEqual(files.sort());
  });

  test.each(SPREADSHEET_CASES)('$file is read as it was meant', async (each) => {
    const table = await readTable(caseFile(each.file));
    expect(table.encoding).toBe(each.encoding ?? 'utf-8');
    const { rows } = spreadsheetOf(table, choices(each.choices));
    const expected = (each.registered ?? []).map(([name, email, person]) => ({
      name,
      email,
      ...(person && { person }),
    }));
    expect(rows.filter(({ faults }) => faults.length === 0).map(({ row }) => row)).toEqual(expected);
    const reasons = rows
      .filter(({ faults }) => faults.length > 0)
      .map(({ faults }) => faults.map(rowFaultText).join('; '));
    expect(reasons).toEqual((each.rejected ?? []).map((reason) => expect.stringContaining(reason)));
  });

  test.each([
    ['utf16le-bom.csv', 'Wide Ltd'],
    ['real-shape-1.csv', 'Corn Ltd'],
    ['nbsp-cells.csv', 'Nbsp Ltd'],
    ['cp1251.csv', 'ООО Ромашка'],
    ['cp1258.csv', 'Công ty Đá'],
  ])('%s has the sample %j', async (name, sample) => {
    expect(sampleOf(await readTable(caseFile(name)))).toBe(sample);
  });

  test.each([
    [
      'excel-errors.csv',
      [
        [
          { code: 'ERROR_VALUE', cell: 0, column: 'name', value: '#N/A' },
          { code: 'ERROR_VALUE', cell: 2, column: 'contact', value: '#REF!' },
        ],
        [
          { code: 'ERROR_VALUE', cell: 0, column: 'name', value: '#NAME?' },
          { code: 'ERROR_VALUE', cell: 2, column: 'contact', value: '#VALUE!' },
        ],
      ],
    ],
    [
      'scientific-tin.csv',
      [
        [
          { code: 'SHORTENED_NUMBER', cell: 2, column: 'tin', value: '7.80123E+09' },
          { code: 'SHORTENED_NUMBER', cell: 3, column: 'postCode', value: '1.9E+05' },
        ],
        [{ code: 'SHORTENED_NUMBER', cell: 2, column: 'tin', value: '7,80123E+11' }],
      ],
    ],
  ])('%s has rows with faults at their cells', async (name, expected) => {
    expect(spreadsheetOf(await readTable(caseFile(name))).rows.map((row) => row.faults)).toEqual(expected);
  });

  test('outlook-shape.csv needs a name, and real-shape-1.csv has columns without a place', async () => {
    const outlook = await readTable(caseFile('outlook-shape.csv'));
    expect(spreadsheetOf(outlook)).toMatchObject({ unknown: [], missing: ['name'], rows: [] });
    expect(spreadsheetOf(outlook).columns.map(({ column }) => column)).toEqual([
      'contact',
      'contact',
      'email',
      'phone',
    ]);
    expect(spreadsheetOf(outlook, choices({ 'First Name': 'name', 'Last Name': 'name' })).rows[0]?.row).toEqual({
      name: 'Eva Corn',
      email: 'corn@real.example',
      person: { phone: '+1 555 0100' },
    });
    expect(spreadsheetOf(outlook, choices({ 'First Name': 'name', 'Last Name': '' })).rows[0]?.row.name).toBe('Eva');
    const shape = await readTable(caseFile('real-shape-1.csv'));
    expect(spreadsheetOf(shape)).toMatchObject({ unknown: ['customer_id', 'location'], missing: [], rows: [] });
    expect(spreadsheetOf(shape, choices({ customer_id: '', location: 'postAddress' })).rows[0]?.row).toEqual({
      name: 'Corn Ltd',
      email: 'corn@real.example',
      person: { postAddress: 'Riga', phone: '+37112345678' },
    });
  });
});

test('cells have no blanks around them, of any kind; a formula that is a text is the text', () => {
  const blank = fc.string({ unit: fc.constantFrom(' ', '\u00a0', '\u2009', '\u3000', '\ufeff', '\t'), maxLength: 3 });
  const written = fc.constantFrom(
    (text: string) => text,
    (text: string) => `="${text}"`,
    (text: string) => `"=""${text}"""`,
    (text: string) => `"${text}"`,
  );
  fc.assert(
    fc.property(blank, blank, written, fc.stringMatching(/^\d{1,12}$/), (before, after, write, digits) => {
      const quoted = write(digits).startsWith('"');
      // Only blanks of ASCII may stand around quotes.
      const [left, right] = quoted ? ['', ''] : [before, after];
      expect(rows(`name,email,tin\nA,a@b.example,${left}${write(digits)}${right}\n`)).toEqual([
        { name: 'A', email: 'a@b.example', person: { tin: digits } },
      ]);
    }),
  );
});

test('a formula that is a text has no blanks and no invisible characters around the text', () => {
  expect(rows('name,email,tin,phone\nA,\u202aa@b.example\u202c,=" 0078\u00a0",\u200b112 \u200e')).toEqual([
    { name: 'A', email: 'a@b.example', person: { tin: '0078', phone: '112' } },
  ]);
});

describe('a cell that Excel has damaged', () => {
  const column = fc.constantFrom('name', 'phone', 'tin', 'postCode', 'contact', 'postAddress', 'idempotencyKey');
  const shortened = fc
    .tuple(
      fc.constantFrom('', '+', '-', '\u2212'),
      fc.integer({ min: 1, max: 999 }),
      fc.constantFrom('', '.', '.5', ',80123'),
      fc.constantFrom('E', 'e'),
      fc.constantFrom('+', '-', ''),
      fc.integer({ min: 1, max: 308 }),
      fc.integer({ min: 1, max: 3 }),
    )
    // An integer needs the sign of its exponent.
    .map(([sign, digits, rest, e, plus, exponent, width]) => {
      const of = plus || (rest === '' ? '+' : '');
      return `${sign}${digits}${rest}${e}${of}${String(exponent).padStart(width, '0')}`;
    });
  const error = fc.constantFrom(
    ...[
      '#N/A',
      '#NAME?',
      '#REF!',
      '#VALUE!',
      '#DIV/0!',
      '#NUM!',
      '#NULL!',
      '#SPILL!',
      '#Н/Д',
      '#ИМЯ?',
      '#ЗНАЧ!',
      '#ССЫЛКА!',
    ],
    ...['#ДЕЛ/0!', '#ЧИСЛО!', '#ПУСТО!', '#ПЕРЕНОС!', '####', 'Err:502', 'Ошибка:502', 'Ош:502', 'Lỗi:502'],
    ...[
      '#GETTING_DATA',
      '#CALC!',
      '#FIELD!',
      '#BLOCKED!',
      '#UNKNOWN!',
      '#CONNECT!',
      '#BUSY!',
      '#EXTERNAL!',
      '#PYTHON!',
    ],
    ...[
      '#ERROR!',
      '#N/A N/A',
      '#n/a',
      '#NV',
      '#N/D',
      '#I/T',
      '#¡VALOR!',
      '#¿NOMBRE?',
      '#ÜBERLAUF!',
      '#NENÍ_K_DISPOZICI',
    ],
    ...['#ОЖИДАНИЕ_ДАННЫХ', 'Loading...', 'Загрузка…'],
  );
  const damaged = fc.oneof(
    shortened.map((value) => ['SHORTENED_NUMBER', value] as const),
    error.map((value) => ['ERROR_VALUE', value] as const),
  );
  test('is named with its column, whichever column it is', () => {
    fc.assert(
      fc.property(column, damaged, fc.constantFrom('', ' '), (header, [code, value], blank) => {
        expect(faults(`email\t${header}\tfriendlyName\na@b.example\t${blank}${value}\tA`)).toEqual([
          [{ code, cell: 1, column: header, value }],
        ]);
      }),
    );
  });

  test.each([
    ...[
      '1E5',
      '3E',
      'E+09',
      '7801234567',
      '+7 800',
      '5E Ltd',
      '1.9',
      'A1E+05',
      '7.8E+1234',
      '1.2.3E+4',
      '7801E10',
      '.E+1',
    ],
    ...[
      '#1 Pizza',
      '#1 Pipes',
      '#1!',
      'C#',
      'Yahoo!',
      '#Team!x',
      '#Team!',
      '#AC/DC',
      '#',
      '#N',
      '#A_',
      'Error',
      'Loading',
    ],
  ])('is not %j', (value) => {
    expect(faults(`name,email\n${value},a@b.example`)).toEqual([[]]);
  });
});

describe('a row', () => {
  test('that can’t be read is rejected alone, by its number', () => {
    const { rows } = read('name,email\n"Anna,anna@b.example\nB,b@b.example\n');
    expect(rows).toEqual([
      { number: 2, cells: ['"Anna', 'anna@b.example'], name: '', row: {}, faults: [{ code: 'QUOTE', cell: 0 }] },
      { number: 3, cells: ['B', 'b@b.example'], name: 'B', row: { name: 'B', email: 'b@b.example' }, faults: [] },
    ]);
  });

  test('with content under no column, or under a column without a name, is refused', () => {
    expect(faults('name,email,\nA,a@b.example,x\nB,b@b.example, \nC,c@b.example,,y\n')).toEqual([
      [{ code: 'UNNAMED_COLUMN', cell: 2, value: 'x' }],
      [],
      [{ code: 'SURPLUS_CELLS', cell: 3, value: 'y' }],
    ]);
    expect(read('name,email,\nA,a@b.example,x\n', { '': '' }).rows[0]?.faults).toEqual([]);
    expect(rows('name,email,\nA,a@b.example,x\n', { '': 'contact' })[0]?.person).toEqual({ name: 'x' });
  });

  test('with a lost character is refused, unless its column is left out', () => {
    expect(faults('name,email\nB\ufffd,b@b.example')).toEqual([
      [{ code: 'LOST_CHARACTER', cell: 0, column: 'name', value: 'B\ufffd' }],
    ]);
    expect(read('name,email,x\nB,b@b.example,\ufffd', { x: '' }).rows[0]?.faults).toEqual([]);
  });

  test('has the number that a spreadsheet program shows, also below empty rows and the line of the separator', () => {
    const empty = fc.array(fc.constantFrom('', ';', ' ; ;', '\u00a0'), { maxLength: 4 });
    fc.assert(
      fc.property(empty, empty, fc.boolean(), (above, between, hasLine) => {
        const lines = [...above, 'name;email', ...between, 'A;a@b.example'];
        const [row] = read([...(hasLine ? ['sep=;'] : []), ...lines].join('\r\n')).rows;
        expect(row).toMatchObject({ number: lines.length, row: { name: 'A' } });
      }),
    );
  });

  test('can be named by its friendly name', () => {
    expect(read('friendlyName,email\nA,a@b.example').rows[0]?.name).toBe('A');
  });
});

describe('a file', () => {
  test.each([
    ['', 'EMPTY'],
    ['\n;;\n', 'EMPTY'],
    ['Anna,anna@client.example\n', 'NO_HEADER'],
    ['Anna\nBob\n', 'NO_HEADER'],
    ['name,"email\nA,a@b.example\n', 'HEADER_BROKEN'],
  ])('%j is refused: %s', (text, fault) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ fault }));
  });

  test('names all its unknown columns at once, and those that stand twice', () => {
    expect(read('name,email,colour,size\n')).toMatchObject({ unknown: ['colour', 'size'], missing: [], twice: [] });
    expect(read('Kunde,Adresse\n')).toMatchObject({ unknown: ['Kunde', 'Adresse'], missing: ['name', 'email'] });
    expect(read('name,email,email\n')).toMatchObject({ unknown: [], twice: ['email'] });
  });

  test('of rejected rows gives each cell back as it was: separators, quotes, tabs, line breaks', () => {
    const cells = ['a;b', 'a, "b"', 'a\tb', 'a\r\nb', 'a\nb', 'a\rb', ' a '];
    const line = `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')}\n`;
    const original = read(`name;email;tin;phone;postCode;longname;postAddress\n${line}`);
    const [row] = original.rows;
    expect(row?.cells).toEqual(cells);
    const rejects = rejectsOf(original);
    const again = read((rejects.header + (row ? rejects.line(row, 'a reason') : '')).slice(1));
    expect(again.rows.map((each) => each.cells.slice(-cells.length))).toEqual([cells]);
  });

  test('of rejected rows is read without its first columns', () => {
    const original = read('Name;Email\nA;"a;b"\n');
    const rejects = rejectsOf(original);
    const [row] = original.rows;
    expect(row).toBeDefined();
    const text = rejects.header + (row ? rejects.line(row, 'email is "not" valid; correct it') : '');
    expect(text).toBe('\ufeffrow;reason;Name;Email\r\n2;"email is ""not"" valid; correct it";A;"a;b"\r\n');
    expect(rows(text.slice(1))).toEqual([{ name: 'A', email: 'a;b' }]);
    expect(rejectsOf({ header: ['a|b'], delimiter: '|' }).header).toBe('\ufeffrow|reason|"a|b"\r\n');
    expect(['a.csv', 'b.XLSX', 'c'].map(rejectsFileOf)).toEqual(['a.rejected.csv', 'b.rejected.csv', 'c.rejected.csv']);
  });

  test('is read in the encoding that a person names', async () => {
    const table = await readTable(caseFile('cp1258.csv'), { encoding: 'windows-1251' });
    expect(table.encoding).toBe('windows-1251');
    expect(sampleOf(table)).toBe('Cфng ty Рб');
  });

  test('of an old Excel is refused', async () => {
    await expect(readTable(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject({ fault: 'OLD_WORKBOOK' });
  });
});
