import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { spreadsheetOf, tableOf } from '../../shared/import/spreadsheet.ts';
import { cellsOf, type Place, placeAfter, reasonsByCell } from './cellReasons.ts';
import type { BadRow, Reason } from './checkedFile.ts';

const columnsOf = (header: string) => spreadsheetOf(tableOf(`${header}\n`)).columns;
const field = (path: string): Reason => ({ code: 'FIELD', error: { path, message: 'wrong', code: 'NOT_VALID' } });
const refused = (code: string): Reason => ({ code: 'REFUSED', problem: { code, status: 409, detail: '' } });

describe('a reason', () => {
  const columns = columnsOf('name,First name,Last name,email,phone,adminEmails,idempotencyKey');
  it.each<[Reason, number[]]>([
    [field('name'), [0]],
    [field('email'), [3]],
    [field('person.name'), [1, 2]],
    [field('person.phone'), [4]],
    [field('adminEmails.3'), [5]],
    [field('person.tin'), []],
    [field('person'), []],
    [field(''), []],
    [{ code: 'ERROR_VALUE', cell: 4, column: 'phone', value: '#N/A' }, [4]],
    [{ code: 'SURPLUS_CELLS', cell: 9, value: 'x' }, [9]],
    [{ code: 'QUOTE', cell: 0 }, [0]],
    [{ code: 'QUOTE' }, []],
    [{ code: 'TWICE' }, []],
    [refused('RESEND_TOO_SOON'), [3]],
    [refused('INVITATIONS_DECLINED'), [3]],
    [refused('IDEMPOTENCY_KEY_REUSED'), [6]],
    [refused('INVITATION_LIMIT'), []],
    [refused('INTERNAL'), []],
  ])('%j is about the cells %j', (reason, cells) => {
    expect(cellsOf(reason, columns)).toEqual(cells);
  });

  it('about the name is at the friendly name if the file has no other', () => {
    expect(cellsOf(field('name'), columnsOf('email,friendlyName'))).toEqual([1]);
    expect(cellsOf(refused('IDEMPOTENCY_KEY_REUSED'), columnsOf('email,friendlyName'))).toEqual([]);
  });

  it('stands at its cells in their order, or at the row', () => {
    const reasons = [field('person.phone'), { code: 'TWICE' } as const, field('email'), field('person.name')];
    const found = reasonsByCell({ reasons }, columns);
    expect([...found.cells]).toEqual([
      [1, [field('person.name')]],
      [2, [field('person.name')]],
      [3, [field('email')]],
      [4, [field('person.phone')]],
    ]);
    expect(found.row).toEqual([{ code: 'TWICE' }]);
  });
});

describe('after a correction the focus goes', () => {
  const columns = columnsOf('name,email,phone');
  const bad = (number: number, ...cells: number[]): BadRow => ({
    number,
    name: '',
    cells: [],
    reasons: cells.length > 0 ? cells.map((cell) => ({ code: 'SURPLUS_CELLS', cell, value: '' })) : [{ code: 'TWICE' }],
  });
  const rows = [bad(3, 0, 2), bad(5), bad(8, 1)];
  it.each<[string, Place, BadRow[], Place | undefined]>([
    ['to the same cell if it is still wrong', { number: 3, cell: 0 }, rows, { number: 3, cell: 0 }],
    ['to the next cell of the row', { number: 3, cell: 1 }, rows, { number: 3, cell: 2 }],
    ['to the next row', { number: 4, cell: 0 }, rows, { number: 5, cell: undefined }],
    ['past a cell before it in the same row', { number: 8, cell: 2 }, rows, { number: 3, cell: 0 }],
    ['to the first row from the end of the file', { number: 9, cell: 0 }, rows, { number: 3, cell: 0 }],
    ['nowhere if nothing is wrong', { number: 9, cell: 0 }, [], undefined],
    [
      'to the row itself if it is wrong as a whole',
      { number: 5, cell: undefined },
      rows,
      { number: 5, cell: undefined },
    ],
    ['to the row itself after its cell is right', { number: 5, cell: 2 }, [bad(5)], { number: 5, cell: undefined }],
  ])('%s', (_, last, left, next) => {
    expect(placeAfter(last, left, columns)).toEqual(next);
  });

  test('to each wrong cell in turn, so that a person who corrects them one after the other corrects them all', () => {
    const row = fc.uniqueArray(fc.nat({ max: 2 }), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (all) => {
        let left = all.map((cells, index) => ({ number: index + 2, cells: cells.toSorted() }));
        const sum = left.reduce((count, { cells }) => count + Math.max(1, cells.length), 0);
        let place: Place | undefined = { number: 0, cell: undefined };
        for (let step = 0; step < sum; step++) {
          place = placeAfter(
            place,
            left.map(({ number, cells }) => bad(number, ...cells)),
            columns,
          );
          const { number, cell } = place ?? {};
          expect(left.some((each) => each.number === number)).toBe(true);
          left = left
            .map((each) =>
              each.number === number ? { ...each, cells: each.cells.filter((one) => one !== cell) } : each,
            )
            .filter((each) => each.number !== number || each.cells.length > 0);
          if (!place) return;
        }
        expect(left).toEqual([]);
      }),
    );
  });
});
