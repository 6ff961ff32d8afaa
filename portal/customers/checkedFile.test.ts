import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type Column, headerKey } from '../../shared/import/columns.ts';
import { readTable, tableOf } from '../../shared/import/spreadsheet.ts';
import { caseFile, SPREADSHEET_CASES } from '../../test/spreadsheetCases.ts';
import { reasonsByCell } from './cellReasons.ts';
import { type CheckedFile, checkedFile, fileWithAllRows, fileWithCell, fileWithoutRow, rowsOf } from './checkedFile.ts';

const checked = (text: string, choices: Record<string, Column | ''> = {}) =>
  checkedFile(tableOf(text), new Map(Object.entries(choices).map(([name, column]) => [headerKey(name), column])));
const numbers = (rows: { number: number }[]) => rows.map(({ number }) => number);
const codes = (file: CheckedFile) =>
  rowsOf(file).bad.map(({ number, reasons }) => [number, reasons.map(({ code }) => code)]);

/** The file after a person corrected all cells of a row. */
const withRow = (file: CheckedFile, number: number, cells: readonly string[]) =>
  cells.reduce((before, value, cell) => fileWithCell(before, number, cell, value), file);

it('a file has good rows, and bad rows with the reasons: faults of the row, a repeated row, and what the server would say', () => {
  const { good, bad } = rowsOf(
    checked('name,email\nA,a@b.example\nA, a@b.example \n#N/A,n@b.example\nB,b@@\nC,c@b.example,x\n'),
  );
  expect(good).toEqual([
    { number: 2, name: 'A', cells: ['A', 'a@b.example'], row: { name: 'A', email: 'a@b.example' } },
  ]);
  expect(bad.map(({ number, reasons }) => [number, reasons])).toEqual([
    [3, [{ code: 'TWICE' }]],
    [4, [{ code: 'ERROR_VALUE', cell: 0, column: 'name', value: '#N/A' }]],
    [5, [{ code: 'FIELD', error: { path: 'email', message: 'email is not valid', code: 'EMAIL_NOT_VALID' } }]],
    [6, [{ code: 'SURPLUS_CELLS', cell: 2, value: 'x' }]],
  ]);
});

it.each(SPREADSHEET_CASES)(
  '$file has the right rows',
  async ({ file, choices = {}, registered = [], rejected = [] }) => {
    const said = new Map(Object.entries(choices).map(([name, column]) => [headerKey(name), column]));
    const rows = rowsOf(checkedFile(await readTable(caseFile(file)), said));
    expect(rows.good.map(({ row }) => row)).toEqual(
      registered.map(([name, email, person]) => ({ name, email, ...(person && { person }) })),
    );
    expect(rows.bad).toHaveLength(rejected.length);
  },
);

it('a file has no rows before its columns are decided, and nothing else if it is no list of customers', () => {
  const undecided = checked('name,email,city\nA,a@b.example,Riga\n');
  expect(undecided).toMatchObject({ spreadsheet: { unknown: ['city'] } });
  expect(undecided.checked).toBeUndefined();
  const list = checked('A,a@b.example\n');
  expect(list).toMatchObject({ fault: { fault: 'NO_HEADER' } });
  expect(list.spreadsheet).toBeUndefined();
});

describe('a correction', () => {
  /** Cells that are right or wrong, by the column in which they stand. */
  const CELLS: Record<string, { right: string; wrong: string[] }> = {
    name: { right: 'Bakery', wrong: ['#N/A', 'a.example', 'B\ufffd', ''] },
    email: { right: 'office@bakery.example', wrong: ['b@@', '', '####', 'ж@b.example'] },
    phone: { right: '+7 495 123-45-67', wrong: ['!', '7.80E+09'] },
    language: { right: 'ru', wrong: ['de', '#REF!'] },
    tin: { right: '7801234567', wrong: ['7.80E+09', 'x'.repeat(300)] },
  };
  const header = Object.keys(CELLS);
  /** A row: for each column a wrong value, or undefined if the right one stands there. */
  const wrongRow = fc.tuple(
    ...header.map((column) => fc.constantFrom(undefined, undefined, ...(CELLS[column]?.wrong ?? []))),
  );
  const rowsOfFile = fc.array(wrongRow, { minLength: 1, maxLength: 6 });
  const textOf = (rows: (string | undefined)[][]) =>
    [
      header,
      ...rows.map((row, number) =>
        row.map((wrong, column) => wrong ?? (column === 0 ? `Bakery ${number}` : CELLS[header[column] ?? '']?.right)),
      ),
    ]
      .map((cells) => cells.join('\t'))
      .join('\n');
  /** The wrong cells of each row. */
  const wrongCells = (file: CheckedFile) => {
    const columns = file.spreadsheet?.columns ?? [];
    return rowsOf(file).bad.flatMap((row) =>
      [...reasonsByCell(row, columns).cells].map(([cell, reasons]) => ({ number: row.number, cell, reasons })),
    );
  };

  test('of one wrong cell of a random row takes away the reasons of this cell, and only these', () => {
    fc.assert(
      fc.property(rowsOfFile, fc.nat(), (rows, some) => {
        const file = checked(textOf(rows));
        const before = wrongCells(file);
        const chosen = before[some % Math.max(1, before.length)];
        fc.pre(chosen !== undefined);
        const { number, cell } = chosen as (typeof before)[number];
        const right = cell === 0 ? `Bakery ${number - 2}` : (CELLS[header[cell] ?? '']?.right ?? '');
        const after = wrongCells(fileWithCell(file, number, cell, right));
        expect(after).toEqual(before.filter((place) => place.number !== number || place.cell !== cell));
      }),
    );
  });

  test('or a row that is left out keeps the sum: good, bad and left out rows are all rows', () => {
    const step = fc.record({
      kind: fc.constantFrom('correct', 'damage', 'leaveOut', 'takeIn'),
      row: fc.nat({ max: 5 }),
    });
    fc.assert(
      fc.property(rowsOfFile, fc.array(step, { maxLength: 12 }), (rows, steps) => {
        let file = checked(textOf(rows));
        for (const { kind, row } of steps) {
          const number = 2 + (row % rows.length);
          const right = header.map((column, index) => (index === 0 ? 'The same' : (CELLS[column]?.right ?? '')));
          if (kind === 'correct') file = withRow(file, number, right);
          if (kind === 'damage') file = withRow(file, number, right.with(1, '@'));
          if (kind === 'leaveOut') file = fileWithoutRow(file, number);
          if (kind === 'takeIn') file = fileWithAllRows(file);
          const sorted = rowsOf(file);
          expect(sorted.good.length + sorted.bad.length + sorted.leftOut).toBe(rows.length);
          // Rows that are the same are sent once.
          const contents = sorted.good.map((each) => JSON.stringify(each.row));
          expect(new Set(contents).size).toBe(contents.length);
        }
      }),
    );
  });

  it('makes a row good, finds duplicates again, and a row is no duplicate of one that is left out', () => {
    const file = checked('name,email\nA,a@b.example\nA,a@@\nB,b@b.example\n');
    expect(codes(file)).toEqual([[3, ['FIELD']]]);
    const same = fileWithCell(file, 3, 1, 'a@b.example');
    expect(codes(same)).toEqual([[3, ['TWICE']]]);
    expect(numbers(rowsOf(same).good)).toEqual([2, 4]);
    const without = fileWithoutRow(same, 2);
    expect(rowsOf(without)).toMatchObject({ bad: [], leftOut: 1 });
    expect(numbers(rowsOf(without).good)).toEqual([3, 4]);
    expect(codes(fileWithAllRows(without))).toEqual([[3, ['TWICE']]]);
    expect(codes(withRow(same, 3, ['A2', 'a2@b.example']))).toEqual([]);
  });

  it('stays if other columns are chosen', () => {
    const file = checked('name,email,city\nA,a@@,Riga\nB,b@b.example,Riga\nC,c@b.example,Riga\n', { city: '' });
    const corrected = fileWithoutRow(fileWithCell(file, 2, 1, 'a@b.example'), 3);
    const other = checkedFile(corrected.table, new Map([['city', 'postAddress']]), corrected);
    expect(rowsOf(other)).toMatchObject({ bad: [], leftOut: 1 });
    expect(rowsOf(other).good[0]?.row).toEqual({ name: 'A', email: 'a@b.example', person: { postAddress: 'Riga' } });
    // A cell that was left out can be wrong in its new field.
    const tooLong = checkedFile(corrected.table, new Map([['city', 'language']]), corrected);
    expect(codes(tooLong)).toEqual([
      [2, ['FIELD']],
      [4, ['FIELD']],
    ]);
    const undecided = checkedFile(corrected.table, new Map(), corrected);
    expect(undecided.checked).toBeUndefined();
    expect(rowsOf(checkedFile(undecided.table, new Map([['city', '' as const]]), undecided)).bad).toEqual([]);
  });

  it('of a wrong quote is enough once no quote is wrong; the quotes around the other cells are not part of them', () => {
    const file = checked('name,email,phone\n"Anna"s,anna@b.example,"+7 495 123-45-67"\nB,b@b.example,\n');
    expect(codes(file)).toEqual([[2, ['QUOTE']]]);
    const [row] = rowsOf(file).bad;
    expect(row?.reasons).toEqual([{ code: 'QUOTE', cell: 0 }]);
    expect(codes(fileWithCell(file, 2, 1, 'other@b.example'))).toEqual([[2, ['QUOTE']]]);
    const { good } = rowsOf(fileWithCell(file, 2, 0, 'Annas'));
    expect(good[0]).toMatchObject({
      number: 2,
      row: { name: 'Annas', email: 'anna@b.example', person: { phone: '+7 495 123-45-67' } },
    });
  });
});
