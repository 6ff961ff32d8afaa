import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Column, headerKey } from './columns.ts';
import { rejectsFileOf, rejectsOf } from './rejects.ts';
import { readTable, sampleOf, spreadsheetOf, tableOf } from './spreadsheet.ts';

type Choice = Record<string, Column | ''>;
const choices = (all: Choice = {}) => new Map(Object.entries(all).map(([name, column]) => [headerKey(name), column]));
const read = (text: string, choice?: Choice) => spreadsheetOf(tableOf(text), choices(choice));
const rows = (text: string, choice?: Choice) => read(text, choice).rows.map(({ row }) => row);
const faults = (text: string) => read(text).rows.map((row) => row.faults);

const fileOf = (name: string) => readFileSync(join(import.meta.dirname, '../../test/data/cases', name));
const two = (one: [string, string], other: [string, string]) => [one, other].map(([name, email]) => ({ name, email }));

describe('the case', () => {
  test.each([
    ['crlf-header-lf-rows.csv', two(['Mixed Three', 'mixed3@csv.example'], ['Mixed Four', 'mixed4@csv.example'])],
    [
      'crlf-middle-lf-tin.csv',
      [
        { name: 'Tail Five', email: 'tail5@csv.example', person: { tin: '7805' } },
        { name: 'Tail Six', email: 'tail6@csv.example', person: { tin: '7806' } },
      ],
    ],
    [
      'lf-header-crlf-rows-tin.csv',
      [
        { name: 'Tail One', email: 'tail1@csv.example', person: { tin: '7801' } },
        { name: 'Tail Two', email: 'tail2@csv.example', person: { tin: '7802' } },
      ],
    ],
    ['lone-cr.csv', two(['Corn Ltd', 'corn@csv.example'], ['Wheat Ltd', 'wheat@csv.example'])],
    ['lf-in-quotes.csv', two(['First line\nsecond line', 'add1@csv.example'], ['Plain', 'add2@csv.example'])],
    ['quotes-inside.csv', two(['OOO "Daisy"', 'daisy@csv.example'], ['Plain Ltd', 'plain@csv.example'])],
    ['formula-zeros.csv', [{ name: 'Zeros Ltd', email: 'zeros@csv.example', person: { tin: '0078012345' } }]],
    ['space-email.csv', [{ name: 'Space Ltd', email: 'space@csv.example' }]],
    [
      'nbsp-cells.csv',
      [{ name: 'Nbsp Ltd', email: 'nbsp@csv.example', person: { phone: '+7\u00a0495\u00a0123-45-67' } }],
    ],
    ['sep-line.csv', [{ name: 'Sep Ltd', email: 'sep@csv.example' }]],
    ['utf16le-bom.csv', [{ name: 'Wide Ltd', email: 'wide@csv.example' }]],
    ['utf16le-nobom.csv', [{ name: 'Wide Ltd', email: 'wide2@csv.example' }]],
    ['cp1251.csv', [{ name: 'ООО Ромашка', email: 'cp@csv.example' }]],
    ['cp1258.csv', [{ name: 'Công ty Đá', email: 'cp8@csv.example' }]],
    ['header-nbsp.csv', [{ name: 'Header Ltd', email: 'header@csv.example' }]],
  ])('%s is read as it was meant', async (name, expected) => {
    const { rows, unknown } = spreadsheetOf(await readTable(fileOf(name)));
    expect(unknown).toEqual([]);
    expect(rows.map(({ row }) => row)).toEqual(expected);
    expect(rows.flatMap((row) => row.faults)).toEqual([]);
  });

  test.each([
    ['utf16le-bom.csv', 'utf-16le', 'Wide Ltd'],
    ['utf16le-nobom.csv', 'utf-16le', 'Wide Ltd'],
    ['cp1251.csv', 'windows-1251', 'ООО Ромашка'],
    ['cp1258.csv', 'windows-1258', 'Công ty Đá'],
    ['sep-line.csv', 'utf-8', 'Sep Ltd'],
  ])('%s says that it was read as %s, with the sample %j', async (name, encoding, sample) => {
    const table = await readTable(fileOf(name));
    expect(table.encoding).toBe(encoding);
    expect(sampleOf(table)).toBe(sample);
  });

  test.each([
    [
      'excel-errors.csv',
      [
        [
          { code: 'ERROR_VALUE', column: 'name', value: '#N/A' },
          { code: 'ERROR_VALUE', column: 'contact', value: '#REF!' },
        ],
        [
          { code: 'ERROR_VALUE', column: 'name', value: '#NAME?' },
          { code: 'ERROR_VALUE', column: 'contact', value: '#VALUE!' },
        ],
      ],
    ],
    [
      'scientific-tin.csv',
      [
        [
          { code: 'SHORTENED_NUMBER', column: 'tin', value: '7.80123E+09' },
          { code: 'SHORTENED_NUMBER', column: 'postCode', value: '1.9E+05' },
        ],
        [{ code: 'SHORTENED_NUMBER', column: 'tin', value: '7,80123E+11' }],
      ],
    ],
  ])('%s has rows with faults at their cells', async (name, expected) => {
    expect(spreadsheetOf(await readTable(fileOf(name))).rows.map((row) => row.faults)).toEqual(expected);
  });

  test('outlook-shape.csv needs a name, and real-shape-1.csv has columns without a place', async () => {
    const outlook = await readTable(fileOf('outlook-shape.csv'));
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
    const shape = await readTable(fileOf('real-shape-1.csv'));
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

describe('a cell that Excel has damaged', () => {
  const column = fc.constantFrom('name', 'phone', 'tin', 'postCode', 'contact', 'postAddress', 'idempotencyKey');
  const shortened = fc
    .tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('', '.5', ',80123'),
      fc.constantFrom('E', 'e'),
      fc.integer({ min: 5, max: 20 }),
    )
    .map(([digit, rest, e, exponent]) => `${digit}${rest}${e}+${String(exponent).padStart(2, '0')}`);
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
    ...['#ДЕЛ/0!', '####', 'Err:502', 'Ошибка:502'],
  );
  test('is named with its column, whichever column it is', () => {
    fc.assert(
      fc.property(column, fc.oneof(shortened, error), fc.constantFrom('', ' '), (header, value, blank) => {
        const code = /^\d/.test(value) ? 'SHORTENED_NUMBER' : 'ERROR_VALUE';
        expect(faults(`email\t${header}\tfriendlyName\na@b.example\t${blank}${value}\tA`)).toEqual([
          [{ code, column: header, value }],
        ]);
      }),
    );
  });

  test.each(['1E5', 'E+09', '7801234567', '+7 800', '#1 Pizza', 'C#', '5E Ltd', 'Yahoo!', '1.9', 'A1E+05', '#Team!x'])(
    'is not %j',
    (value) => {
      expect(faults(`name,email\n${value},a@b.example`)).toEqual([[]]);
    },
  );
});

describe('a row', () => {
  test('that can’t be read is rejected alone, by its number', () => {
    const { rows } = read('name,email\n"Anna,anna@b.example\nB,b@b.example\n');
    expect(rows).toEqual([
      { number: 2, cells: ['"Anna', 'anna@b.example'], name: '', row: {}, faults: [{ code: 'QUOTE' }] },
      { number: 3, cells: ['B', 'b@b.example'], name: 'B', row: { name: 'B', email: 'b@b.example' }, faults: [] },
    ]);
  });

  test('with content under no column, or under a column without a name, is refused', () => {
    expect(faults('name,email,\nA,a@b.example,x\nB,b@b.example, \nC,c@b.example,,y\n')).toEqual([
      [{ code: 'UNNAMED_COLUMN', value: 'x' }],
      [],
      [{ code: 'SURPLUS_CELLS', value: 'y' }],
    ]);
    expect(read('name,email,\nA,a@b.example,x\n', { '': '' }).rows[0]?.faults).toEqual([]);
    expect(rows('name,email,\nA,a@b.example,x\n', { '': 'contact' })[0]?.person).toEqual({ name: 'x' });
  });

  test('with a lost character is refused, unless its column is left out', () => {
    expect(faults('name,email\nB\ufffd,b@b.example')).toEqual([
      [{ code: 'LOST_CHARACTER', column: 'name', value: 'B\ufffd' }],
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
    const table = await readTable(fileOf('cp1258.csv'), { encoding: 'windows-1251' });
    expect(table.encoding).toBe('windows-1251');
    expect(sampleOf(table)).toBe('Cфng ty Рб');
  });

  test('of an old Excel is refused', async () => {
    await expect(readTable(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).rejects.toMatchObject({ fault: 'OLD_WORKBOOK' });
  });
});
