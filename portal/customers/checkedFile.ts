/** A file of customers, checked and corrected before anything is sent. Nothing here changes its arguments. */
import type { FieldError } from '../../shared/contract/problem.ts';
import { type CellRow, mendedRow } from '../../shared/import/cells.ts';
import type { Choices, FileColumn } from '../../shared/import/columns.ts';
import { type RowFault, SpreadsheetError } from '../../shared/import/faults.ts';
import type { ImportRow, RowProblem } from '../../shared/import/sendRows.ts';
import {
  customerOf,
  type Spreadsheet,
  type SpreadsheetRow,
  spreadsheetOf,
  type Table,
} from '../../shared/import/spreadsheet.ts';
import { cellsOf } from './cellReasons.ts';
import { problemsOf } from './registration.ts';

/** Why a row is not sent or was refused. */
export type Reason =
  | RowFault
  | { code: 'TWICE' }
  | { code: 'FIELD'; error: FieldError }
  | { code: 'REFUSED'; problem: RowProblem };

/** A row of the file that was not sent, or was refused. */
export type BadRow = Pick<SpreadsheetRow, 'number' | 'name' | 'cells'> & { reasons: Reason[] };
export type GoodRow = Pick<SpreadsheetRow, 'number' | 'name' | 'cells'> & { row: ImportRow };

/** A file with the choices and corrections of a person. It has a refusal, or columns, or checked rows once its columns are decided. */
export type CheckedFile = {
  table: Table;
  choices: Choices;
  fault?: SpreadsheetError;
  spreadsheet?: Spreadsheet;
  /** Each row with what is wrong in it alone, in the order of the file. */
  checked?: (GoodRow | BadRow)[];
  /** The rows that the person corrected, by their numbers. They stay if other columns are chosen. */
  corrected: ReadonlyMap<number, CellRow>;
  leftOut: ReadonlySet<number>;
};

type Corrections = Pick<CheckedFile, 'corrected' | 'leftOut'>;
const NO_CORRECTIONS: Corrections = { corrected: new Map(), leftOut: new Set() };

/** Finds the columns of a file, and checks its rows. @param choices what a person says about the columns */
export function checkedFile(
  table: Table,
  choices: Choices,
  { corrected, leftOut }: Corrections = NO_CORRECTIONS,
): CheckedFile {
  const file = { table, choices, corrected, leftOut };
  try {
    const spreadsheet = spreadsheetOf(table, choices);
    const { unknown, missing, twice, rows } = spreadsheet;
    if (unknown.length + missing.length + twice.length > 0) return { ...file, spreadsheet };
    const checked = rows.map((row) => {
      const instead = corrected.get(row.number);
      return instead ? checkedRow(spreadsheet, instead) : checkedCustomer(row, spreadsheet.columns);
    });
    return { ...file, spreadsheet, checked };
  } catch (fault) {
    if (!(fault instanceof SpreadsheetError)) throw fault;
    return { ...file, fault };
  }
}

/**
 * Checks a row by the columns of its file. What is wrong between rows is not found: see `rowsOf`.
 *
 * @param row a row of the file, or a bad row that has corrected cells
 */
export const checkedRow = ({ columns }: Pick<Spreadsheet, 'columns'>, row: CellRow | BadRow): GoodRow | BadRow =>
  checkedCustomer(customerOf('reasons' in row ? correctedRow(row) : row, columns), columns);

/** The cells of a bad row after a correction. A wrong quote stays a fault until no cell has one. */
const correctedRow = ({ number, cells, reasons }: BadRow): CellRow =>
  reasons.some(({ code }) => code === 'QUOTE') ? mendedRow(number, cells) : { number, cells };

function checkedCustomer(
  { number, name, cells, row, faults }: SpreadsheetRow,
  columns: readonly FileColumn[],
): GoodRow | BadRow {
  const registration = row as ImportRow;
  const reasons: Reason[] = [...faults];
  if (!faults.some(({ code }) => code === 'QUOTE')) {
    // Of a damaged cell, the damage is said alone.
    const damaged = faults.map(({ cell }) => cell);
    for (const error of problemsOf(registration)) {
      const reason: Reason = { code: 'FIELD', error };
      if (!cellsOf(reason, columns).some((cell) => damaged.includes(cell))) reasons.push(reason);
    }
  }
  return reasons.length > 0 ? { number, name, cells, reasons } : { number, name, cells, row: registration };
}

/** The cells of a row with another value in one of them. */
export const cellsWith = (cells: readonly string[], cell: number, value: string): string[] =>
  Array.from({ length: Math.max(cells.length, cell + 1) }, (_, at) => (at === cell ? value : (cells[at] ?? '')));

/** The file after a person corrected a cell. */
export function fileWithCell(file: CheckedFile, number: number, cell: number, value: string): CheckedFile {
  const { spreadsheet, checked } = file;
  const before = checked?.find((row) => row.number === number);
  if (!spreadsheet || !checked || !before) return file;
  const cells = cellsWith(before.cells, cell, value);
  const row = 'reasons' in before ? correctedRow({ ...before, cells }) : { number, cells };
  return {
    ...file,
    checked: checked.map((each) => (each === before ? checkedRow(spreadsheet, row) : each)),
    corrected: new Map(file.corrected).set(number, row),
  };
}

/** The file without a row. */
export const fileWithoutRow = (file: CheckedFile, number: number): CheckedFile => ({
  ...file,
  leftOut: new Set(file.leftOut).add(number),
});

/** The file with all its rows again. */
export const fileWithAllRows = (file: CheckedFile): CheckedFile => ({ ...file, leftOut: new Set() });

/** The rows of a file: each one is to be sent, to be corrected, or left out. */
export type FileRows = { good: GoodRow[]; bad: BadRow[]; leftOut: number };

/** Sorts the rows of a file. A row with the same content as an earlier one is bad, unless the earlier one is left out. */
export function rowsOf({ checked = [], leftOut }: CheckedFile): FileRows {
  const rows: FileRows = { good: [], bad: [], leftOut: 0 };
  const seen = new Set<string>();
  for (const each of checked) {
    if (leftOut.has(each.number)) rows.leftOut++;
    else if ('reasons' in each) rows.bad.push(each);
    else {
      const content = JSON.stringify(each.row);
      const { number, name, cells } = each;
      if (seen.has(content)) rows.bad.push({ number, name, cells, reasons: [{ code: 'TWICE' }] });
      else rows.good.push(each);
      seen.add(content);
    }
  }
  return rows;
}
