/** The file of a spreadsheet's rejected rows, which a person corrects and imports. */
import { REJECT_COLUMNS } from './columns.ts';
import type { Spreadsheet, SpreadsheetRow } from './spreadsheet.ts';

/** The byte order mark. Without it, Excel does not read a file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The file of rejected rows, with the header and separator of the original.
 *
 * @returns the header, and `line`, which makes the line of a row: its number, the reason, its cells
 */
export function rejectsOf({ header, delimiter }: Pick<Spreadsheet, 'header' | 'delimiter'>) {
  return {
    header: headerLine([...REJECT_COLUMNS, ...header], delimiter),
    line: ({ number, cells }: Pick<SpreadsheetRow, 'number' | 'cells'>, reason: string) =>
      csvLine([String(number), reason, ...cells], delimiter),
  };
}

/** The name of the file for rejected rows: `customers.csv` → `customers.rejected.csv`. */
export const rejectsFileOf = (file: string): string => file.replace(/(\.csv|\.xlsx)?$/i, '.rejected.csv');

/** The first line of a CSV file. */
export const headerLine = (cells: string[], delimiter: string): string => BYTE_ORDER_MARK + csvLine(cells, delimiter);

function csvLine(cells: string[], delimiter: string): string {
  const written = (cell: string) =>
    /[",;\t\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return `${cells.map(written).join(delimiter)}\r\n`;
}
