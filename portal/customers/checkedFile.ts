/** A file of customers, checked before anything is sent. */
import type { FieldError } from '../../shared/contract/problem.ts';
import type { Choices } from '../../shared/import/columns.ts';
import { type RowFault, SpreadsheetError } from '../../shared/import/faults.ts';
import type { ImportRow, RowProblem } from '../../shared/import/sendRows.ts';
import { type Spreadsheet, type SpreadsheetRow, spreadsheetOf, type Table } from '../../shared/import/spreadsheet.ts';
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

/** A file that was checked: it has a refusal, or columns, or rows once its columns are decided. */
export type CheckedFile = {
  fault?: SpreadsheetError;
  spreadsheet?: Spreadsheet;
  rows?: { good: GoodRow[]; bad: BadRow[] };
};

/** Finds the columns and the rows of a file that can be sent. @param choices what a person says about the columns */
export function checkedFile(table: Table, choices: Choices): CheckedFile {
  try {
    const spreadsheet = spreadsheetOf(table, choices);
    const { unknown, missing, twice } = spreadsheet;
    const isDecided = unknown.length + missing.length + twice.length === 0;
    return { spreadsheet, ...(isDecided && { rows: checkedRows(spreadsheet.rows) }) };
  } catch (fault) {
    if (!(fault instanceof SpreadsheetError)) throw fault;
    return { fault };
  }
}

function checkedRows(rows: SpreadsheetRow[]) {
  const good: GoodRow[] = [];
  const bad: BadRow[] = [];
  const seen = new Set<string>();
  for (const { number, name, cells, row, faults } of rows) {
    const content = JSON.stringify(row);
    const registration = row as ImportRow;
    const reasons: Reason[] =
      faults.length > 0
        ? faults
        : seen.has(content)
          ? [{ code: 'TWICE' }]
          : problemsOf(registration).map((error) => ({ code: 'FIELD', error }));
    seen.add(content);
    if (reasons.length > 0) bad.push({ number, name, cells, reasons });
    else good.push({ number, name, cells, row: registration });
  }
  return { good, bad };
}
