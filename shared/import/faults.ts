/** The faults of a file of customers, and of its rows. The texts are the clients': the portal has them in three languages. */

export type FileFault =
  | 'EMPTY'
  | 'NO_HEADER'
  | 'HEADER_BROKEN'
  | 'OLD_WORKBOOK'
  | 'WORKBOOK_BROKEN'
  | 'NO_SHEET'
  | 'NOT_READ';

/** The refusal of a file. `value`: what is meant, such as the name of a sheet. */
export class SpreadsheetError extends Error {
  readonly fault: FileFault;
  readonly value: string;

  constructor(fault: FileFault, { value = '', cause }: { value?: string; cause?: unknown } = {}) {
    super(fault, { cause });
    this.fault = fault;
    this.value = value;
  }
}

/**
 * Why a row can't be registered: the fault, with the place of its cell in the row (from 0), the name of the column and the cell's text.
 * A wrong quote can be in no particular cell.
 */
export type RowFault =
  | { code: 'QUOTE'; cell?: number }
  | { code: 'SURPLUS_CELLS' | 'UNNAMED_COLUMN'; cell: number; value: string }
  | { code: 'LOST_CHARACTER' | 'SHORTENED_NUMBER' | 'ERROR_VALUE'; cell: number; column: string; value: string };
