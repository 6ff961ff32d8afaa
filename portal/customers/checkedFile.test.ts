import { expect, it } from 'vitest';
import { headerKey } from '../../shared/import/columns.ts';
import { readTable, tableOf } from '../../shared/import/spreadsheet.ts';
import { caseFile, SPREADSHEET_CASES } from '../../test/spreadsheetCases.ts';
import { checkedFile } from './checkedFile.ts';

const checked = (text: string) => checkedFile(tableOf(text), new Map());

it('a file has good rows, and bad rows with the reasons: faults of the row, a repeated row, and what the server would say', () => {
  const { rows } = checked('name,email\nA,a@b.example\nA, a@b.example \n#N/A,n@b.example\nB,b@@\nC,c@b.example,x\n');
  expect(rows?.good).toEqual([
    { number: 2, name: 'A', cells: ['A', 'a@b.example'], row: { name: 'A', email: 'a@b.example' } },
  ]);
  expect(rows?.bad.map(({ number, reasons }) => [number, reasons])).toEqual([
    [3, [{ code: 'TWICE' }]],
    [4, [{ code: 'ERROR_VALUE', column: 'name', value: '#N/A' }]],
    [5, [{ code: 'FIELD', message: 'email is not valid' }]],
    [6, [{ code: 'SURPLUS_CELLS', value: 'x' }]],
  ]);
});

it.each(SPREADSHEET_CASES)(
  '$file has the right rows',
  async ({ file, choices = {}, registered = [], rejected = [] }) => {
    const said = new Map(Object.entries(choices).map(([name, column]) => [headerKey(name), column]));
    const { rows } = checkedFile(await readTable(caseFile(file)), said);
    expect(rows?.good.map(({ row }) => row)).toEqual(
      registered.map(([name, email, person]) => ({ name, email, ...(person && { person }) })),
    );
    expect(rows?.bad).toHaveLength(rejected.length);
  },
);

it('a file has no rows before its columns are decided, and nothing else if it is no list of customers', () => {
  expect(checked('name,email,city\nA,a@b.example,Riga\n')).toMatchObject({ spreadsheet: { unknown: ['city'] } });
  expect(checked('name,email,city\nA,a@b.example,Riga\n').rows).toBeUndefined();
  expect(checked('A,a@b.example\n')).toEqual({ fault: expect.objectContaining({ fault: 'NO_HEADER' }) });
});
