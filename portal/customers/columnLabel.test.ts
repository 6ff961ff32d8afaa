import { expect, it } from 'vitest';
import { LANGUAGES } from '../../shared/contract/vocabulary.ts';
import { COLUMNS } from '../../shared/import/columns.ts';
import { spreadsheetOf, tableOf } from '../../shared/import/spreadsheet.ts';
import { translator } from '../../test/translator.ts';
import { cellLabel, columnLabel, template } from './columnLabel.ts';

it.each(LANGUAGES)(
  'the template in %s can be filled in and read, and so can a column with the name of any field',
  async (lng) => {
    const t = await translator(lng);
    const { columns, unknown } = spreadsheetOf(tableOf(template(t, lng).slice(1)));
    expect(unknown).toEqual([]);
    expect(columns.map(({ column }) => column)).toEqual(COLUMNS.filter((column) => column !== 'idempotencyKey'));
    for (const column of COLUMNS) {
      const labels = ['name', 'email'].includes(column) ? 'x' : columnLabel(t, column);
      const [found] = spreadsheetOf(tableOf(`${labels}\tname\temail`)).columns;
      expect(found?.column).toBe(labels === 'x' ? undefined : column);
    }
  },
);

it('a cell has the name of its field, with that of its column if several columns fill the field', async () => {
  const t = await translator('ru');
  const { columns } = spreadsheetOf(tableOf('Company,Mail,First name,Last name,,city\n'), new Map([['city', '']]));
  expect([0, 1, 2, 3, 4, 5, 6].map((cell) => cellLabel(t, columns, cell))).toEqual([
    'Название',
    'Эл. почта',
    'Контактное лицо (First name)',
    'Контактное лицо (Last name)',
    'Столбец 5, без названия',
    'city',
    'Столбец 7, без названия',
  ]);
});
