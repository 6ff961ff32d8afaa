/** Reads a partner's spreadsheet of customers (CSV by RFC 4180 or as Excel writes it) into rows of an import. */
import { CsvError, type Info, parse } from 'csv-parse/sync';

/** The columns of a spreadsheet by their names in lower case, each with the fields of a registration that its cell fills. */
const COLUMNS: Record<string, (cell: string) => Row> = {
  name: (name) => ({ name }),
  longname: (longname) => ({ person: { longname } }),
  contact: (name) => ({ person: { name } }),
  phone: (phone) => ({ person: { phone } }),
  email: (email) => ({ email }),
  postcode: (postCode) => ({ person: { postCode } }),
  postaddress: (postAddress) => ({ person: { postAddress } }),
  legaladdress: (legalAddress) => ({ person: { legalAddress } }),
  tin: (tin) => ({ person: { tin } }),
  language: (language) => ({ language }),
  idempotencykey: (idempotencyKey) => ({ idempotencyKey }),
};
const COLUMN_NAMES =
  'name, longname, contact, phone, email, postCode, postAddress, legalAddress, tin, language, idempotencyKey';
const REQUIRED_COLUMNS = ['name', 'email'];
/** The first columns of a spreadsheet of rejected rows. Reading skips them, so that the corrected file can be imported as it is. */
const REJECT_COLUMNS = ['row', 'reason'];

type Row = {
  name?: string;
  email?: string;
  language?: string;
  person?: Record<string, string>;
  /** Recognises the row when it is sent again, instead of its content. */
  idempotencyKey?: string;
};

/** A row of the spreadsheet: its number (the header is row 1), its cells and the registration. `problem`: why it can't be registered. */
export type SpreadsheetRow = { number: number; cells: string[]; name: string; row: Row; problem?: string };
/** A spreadsheet: the header, which names the column of each cell, the rows, and the separator of their cells. */
export type Spreadsheet = { header: string[]; rows: SpreadsheetRow[]; delimiter: string };

/** What is wrong with a file as a whole. */
type FileFault = 'EMPTY' | 'NOT_UTF8' | 'NOT_CSV' | 'NO_HEADER' | 'UNKNOWN_COLUMN' | 'COLUMN_TWICE' | 'COLUMN_MISSING';

/** The refusal of a file. Its message is one line for people; `fault` is for programs. */
export class SpreadsheetError extends Error {
  readonly fault: FileFault;
  /** The column with the fault; empty if the fault is not of one column. */
  readonly column: string;

  constructor(fault: FileFault, message: string, column = '') {
    super(message);
    this.fault = fault;
    this.column = column;
  }
}

/**
 * Reads a spreadsheet from the bytes of its file. Empty rows are left out.
 *
 * @throws SpreadsheetError if the file is empty, is not UTF-8 or CSV, or its header is missing or wrong
 */
export function readSpreadsheet(bytes: Uint8Array): Spreadsheet {
  const text = decoded(bytes);
  const delimiter = delimiterOf(text);
  const [first, ...records] = recordsOf(text, delimiter);
  if (!first)
    throw new SpreadsheetError('EMPTY', `The file is empty. Its first row names the columns: ${COLUMN_NAMES}.`);
  const own = (_: string, index: number) => !REJECT_COLUMNS.includes(columnName(first.cells[index]));
  const header = first.cells.filter(own);
  const columns = columnsOf(header);
  const rows = records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ number, cells }) => ({ number, cells: cells.filter(own) }))
    .map(({ number, cells }) => {
      const row: Row = {};
      for (const [index, column] of columns.entries()) {
        const cell = cells[index] ?? '';
        if (column === undefined || cell.trim() === '') continue;
        const { person, ...fields } = COLUMNS[column]?.(cell) ?? {};
        Object.assign(row, fields, person && { person: { ...row.person, ...person } });
      }
      const problem = problemOf(cells, columns.length);
      return { number, cells, name: row.name ?? '', row, ...(problem !== undefined && { problem }) };
    });
  return { header, rows, delimiter };
}

/** Why a row can't be a registration; undefined if it can. */
function problemOf(cells: string[], columns: number): string | undefined {
  if (cells.slice(columns).some((cell) => cell.trim() !== ''))
    return 'the row has more cells than the header: is a quote missing?';
  // A conversion puts U+FFFD in the place of a character that it doesn't know. The API refuses it.
  if (cells.some((cell) => cell.includes('\ufffd')))
    return 'the row has a character that was lost (\ufffd): type it anew';
  return undefined;
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SpreadsheetError('NOT_UTF8', 'The file is not UTF-8. In Excel, save it as "CSV UTF-8".');
  }
}

function recordsOf(text: string, delimiter: string): { number: number; cells: string[] }[] {
  try {
    const records = parse(text, {
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: Info }[];
    // Count rows as a spreadsheet does: a cell with line breaks is part of one row, an empty line is a row.
    return records.map(({ record, info }, index) => ({ number: index + 1 + info.empty_lines, cells: record }));
  } catch (error) {
    if (error instanceof CsvError) throw new SpreadsheetError('NOT_CSV', `The file is not CSV: ${error.message}.`);
    throw error;
  }
}

/** The separator of the cells, from the header: no name of a column has one. Excel writes semicolons where the decimal sign is a comma. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The column of each cell of the header; undefined for an empty cell. */
function columnsOf(header: string[]): (string | undefined)[] {
  const names = header.map((cell) => cell.trim());
  const known = (name: string) => Object.hasOwn(COLUMNS, name.toLowerCase());
  if (!names.some(known)) {
    throw new SpreadsheetError(
      'NO_HEADER',
      `The file has no header. Its first row names the columns: ${COLUMN_NAMES}.`,
    );
  }
  const unknown = names.find((name) => name !== '' && !known(name));
  if (unknown !== undefined)
    throw new SpreadsheetError('UNKNOWN_COLUMN', `Unknown column "${unknown}". There are: ${COLUMN_NAMES}.`, unknown);
  const columns = names.map(columnName);
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
  if (twice !== undefined) throw new SpreadsheetError('COLUMN_TWICE', `The column "${twice}" appears twice.`, twice);
  const missing = REQUIRED_COLUMNS.find((name) => !columns.includes(name));
  if (missing !== undefined)
    throw new SpreadsheetError('COLUMN_MISSING', `The column "${missing}" is missing.`, missing);
  return columns.map((name) => name || undefined);
}

const columnName = (cell = ''): string => cell.trim().toLowerCase();

/** The byte order mark. Without it, Excel does not read a file as UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The spreadsheet of rejected rows, with the header and separator of the original.
 *
 * @returns the header, and `line`, which makes the line of a row: its number, the reason, its cells
 */
export function rejectsOf({ header, delimiter }: Pick<Spreadsheet, 'header' | 'delimiter'>) {
  const line = (cells: string[]) => `${cells.map(csvCell).join(delimiter)}\r\n`;
  return {
    header: BYTE_ORDER_MARK + line([...REJECT_COLUMNS, ...header]),
    line: ({ number, cells }: Pick<SpreadsheetRow, 'number' | 'cells'>, reason: string) =>
      line([String(number), reason, ...cells]),
  };
}

/** The name of the file for rejected rows: `customers.csv` → `customers.rejected.csv`. */
export const rejectsFileOf = (file: string): string => file.replace(/(\.csv)?$/i, '.rejected.csv');

const csvCell = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
