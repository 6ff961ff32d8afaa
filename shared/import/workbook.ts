/** Reads an XLSX workbook. Only `spreadsheet.ts` loads this module, and only for a workbook: the library is large. */
import { formatValue } from 'hucre';
import { type Cell, readXlsx } from 'hucre/xlsx';
import type { CellRow } from './cells.ts';
import { SpreadsheetError } from './faults.ts';

type Workbook = { rows: CellRow[]; sheets: { names: string[]; read: string } };

/**
 * The rows of a sheet, with numbers as they are shown: in the format of their cell.
 *
 * @param sheet the name of the sheet; the first visible one if it is not given
 * @throws SpreadsheetError if the file can't be read or has no such sheet
 */
export async function readWorkbook(bytes: Uint8Array, sheet?: string): Promise<Workbook> {
  const { sheets, dateSystem } = await readXlsx(bytes, { readStyles: true }).catch((cause: unknown) => {
    throw new SpreadsheetError('WORKBOOK_BROKEN', { cause });
  });
  const visible = sheets.filter(({ hidden, veryHidden }) => !hidden && !veryHidden);
  const read = sheet === undefined ? visible[0] : sheets.find(({ name }) => name === sheet);
  if (!read) throw new SpreadsheetError('NO_SHEET', { value: visible.map(({ name }) => name).join(', ') });

  const shown = (value: Cell['value'], cell: Cell | undefined): string => {
    if (value === null) return '';
    const format = cell?.style?.numFmt;
    if (format === undefined || typeof value === 'string') return String(value);
    return formatValue(value, format, { is1904: dateSystem === '1904' });
  };
  return {
    rows: read.rows.map((row, index) => ({
      number: index + 1,
      cells: row.map((value, column) => shown(value, read.cells?.get(`${index},${column}`))),
    })),
    sheets: { names: visible.map(({ name }) => name), read: read.name },
  };
}
