import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type WorkbookCell, workbook } from '../../test/workbook.ts';
import { readTable, spreadsheetOf } from './spreadsheet.ts';

const shown = async (...rows: WorkbookCell[][]) =>
  (await readTable(workbook([{ name: 'One', rows }]))).rows.map(({ cells }) => cells);

describe('a workbook', () => {
  test('has its numbers as they are shown', async () => {
    expect(
      await shown([
        { number: 78012345, format: '0000000000' },
        { number: 780123456789 },
        { number: '7.80123456789E11' },
        { number: 7801234567, format: '0.00E+00' },
        { number: 0.5, format: '0%' },
        { number: 74951234567, format: '+0 000 000\\-00\\-00' },
        { number: 45000, format: 'dd.mm.yyyy' },
        { number: 12.5 },
        { error: '#N/A' },
        '0078',
      ]),
    ).toEqual([
      [
        '0078012345',
        '780123456789',
        '780123456789',
        '7.80E+09',
        '50%',
        '+7 495 123-45-67',
        '15.03.2023',
        '12.5',
        '#N/A',
        '0078',
      ],
    ]);
  });

  test('has its dates and its durations, also if its days are counted from 1904', async () => {
    const rows = [
      [
        { number: 43538, format: 'dd.mm.yyyy' },
        { number: 1.5, format: '[h]:mm' },
      ],
    ];
    const { rows: read } = await readTable(workbook([{ name: 'One', rows }], true));
    expect(read.map(({ cells }) => cells)).toEqual([['15.03.2023', '36:00']]);
  });

  test.each(['0.00E+00', '##0.0E+0', '0E+0', '0.0E-0'])(
    'has a fault where %s hides digits of a number',
    async (format) => {
      const rows = [
        ['name', 'email', 'tin'],
        ['A', 'a@b.example', { number: 7801234567, format }],
      ];
      const [row] = spreadsheetOf(await readTable(workbook([{ name: 'One', rows }]))).rows;
      expect(row?.faults).toEqual([expect.objectContaining({ code: 'SHORTENED_NUMBER', column: 'tin' })]);
    },
  );

  test('has the digits of any number of a tax payer, with leading zeros if its format has them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 999_999_999_999 }),
        fc.integer({ min: 1, max: 12 }),
        async (number, length) => {
          expect(await shown([{ number }, { number, format: '0'.repeat(length) }])).toEqual([
            [String(number), String(number).padStart(length, '0')],
          ]);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('is read by the rows and columns of a file, with the same row numbers', async () => {
    const rows = [
      [],
      ['Название', 'Эл. почта', 'ИНН'],
      [],
      ['ООО "Ромашка"', ' a@b.example\u00a0', { number: 78, format: '0000' }],
      ['B', 'b@b.example', { error: '#REF!' }],
    ];
    const { rows: read } = spreadsheetOf(await readTable(workbook([{ name: 'One', rows }])));
    expect(read.map(({ number, row, faults }) => ({ number, row, faults }))).toEqual([
      { number: 4, row: { name: 'ООО "Ромашка"', email: 'a@b.example', person: { tin: '0078' } }, faults: [] },
      {
        number: 5,
        row: expect.anything(),
        faults: [{ code: 'ERROR_VALUE', cell: 2, column: 'ИНН', value: '#REF!' }],
      },
    ]);
  });

  test('is read from its first visible sheet, or from the chosen one', async () => {
    const bytes = workbook([
      { name: 'Lists', rows: [['hidden']], isHidden: true },
      { name: 'Customers', rows: [['first']] },
      { name: 'Клиенты', rows: [['second']] },
    ]);
    const names = ['Customers', 'Клиенты'];
    expect(await readTable(bytes)).toMatchObject({
      rows: [{ cells: ['first'] }],
      sheets: { names, read: 'Customers' },
    });
    expect(await readTable(bytes, { sheet: 'Клиенты' })).toMatchObject({
      rows: [{ cells: ['second'] }],
      sheets: { names, read: 'Клиенты' },
    });
    await expect(readTable(bytes, { sheet: 'None' })).rejects.toMatchObject({
      fault: 'NO_SHEET',
      value: 'Customers, Клиенты',
    });
  });

  test('that is damaged is refused', async () => {
    const bytes = workbook([{ name: 'One', rows: [['name']] }]);
    await expect(readTable(bytes.subarray(0, 200))).rejects.toMatchObject({ fault: 'WORKBOOK_BROKEN' });
    await expect(readTable(Buffer.from('PK\x03\x04'))).rejects.toMatchObject({ fault: 'WORKBOOK_BROKEN' });
  });
});
