/** A partner's spreadsheet of customers: CSV as RFC 4180 has it and as Excel writes it, made into rows of an import. */
import { CsvError, type Info, parse } from 'csv-parse/sync';

/** The columns that a spreadsheet can have, and where their cells go in a registration. */
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
/** The columns that a spreadsheet of rejected rows has before its own: once it is corrected, it is read as it is. */
const REJECT_COLUMNS = ['row', 'reason'];

type Row = {
  name?: string;
  email?: string;
  language?: string;
  person?: Record<string, string>;
  /** What the row is known by, instead of its content. */
  idempotencyKey?: string;
};

/** A row of the spreadsheet: its number there (the header is row 1), its cells, and the registration; or why there is none. */
export type SpreadsheetRow = { number: number; cells: string[]; name: string; row: Row; problem?: string };
/** The header, which names the column of each cell, and the rows; what separates their cells. */
export type Spreadsheet = { header: string[]; rows: SpreadsheetRow[]; delimiter: string };

/** What is wrong with a file as a whole. */
type FileFault = 'EMPTY' | 'NOT_UTF8' | 'NOT_CSV' | 'NO_HEADER' | 'UNKNOWN_COLUMN' | 'COLUMN_TWICE' | 'COLUMN_MISSING';

/** What is wrong with the file as a whole, in one line. */
export class SpreadsheetError extends Error {
  readonly fault: FileFault;
  /** The column that it is about. */
  readonly column: string;

  constructor(fault: FileFault, message: string, column = '') {
    super(message);
    this.fault = fault;
    this.column = column;
  }
}

/** @throws SpreadsheetError where the file isn't UTF-8, has no header or an unknown column, or isn't CSV */
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

/** Why a row can't be a registration. */
function problemOf(cells: string[], columns: number): string | undefined {
  if (cells.slice(columns).some((cell) => cell.trim() !== ''))
    return 'the row has more cells than the header: is a quote missing?';
  // What a conversion leaves of a character that it doesn't know: no request can have it.
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
    // Rows as a spreadsheet counts them: a cell with line breaks stands in one row, an empty line is one.
    return records.map(({ record, info }, index) => ({ number: index + 1 + info.empty_lines, cells: record }));
  } catch (error) {
    if (error instanceof CsvError) throw new SpreadsheetError('NOT_CSV', `The file is not CSV: ${error.message}.`);
    throw error;
  }
}

/** Excel separates by semicolons where the comma is the decimal sign. Which it is, the header tells: no column's name has any. */
function delimiterOf(text: string): string {
  const [header = ''] = text.split(/\r?\n/, 1);
  const count = (delimiter: string) => header.split(delimiter).length;
  return [',', ';', '\t'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** The column that each cell of the header names; undefined for one that is empty. */
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
  if (twice !== undefined)
    throw new SpreadsheetError('COLUMN_TWICE', `The column "${twice}" stands there twice.`, twice);
  const missing = REQUIRED_COLUMNS.find((name) => !columns.includes(name));
  if (missing !== undefined)
    throw new SpreadsheetError('COLUMN_MISSING', `The column "${missing}" is missing.`, missing);
  return columns.map((name) => name || undefined);
}

const columnName = (cell = ''): string => cell.trim().toLowerCase();

/** Without it Excel takes a file for something else than UTF-8. */
const BYTE_ORDER_MARK = '\ufeff';

/**
 * The spreadsheet that rejected rows go to, in the form of the one that they come from: its header, and a line for each, with what is
 * wrong with it before all that stands in it.
 */
export function rejectsOf({ header, delimiter }: Pick<Spreadsheet, 'header' | 'delimiter'>) {
  const line = (cells: string[]) => `${cells.map(csvCell).join(delimiter)}\r\n`;
  return {
    header: BYTE_ORDER_MARK + line([...REJECT_COLUMNS, ...header]),
    line: ({ number, cells }: Pick<SpreadsheetRow, 'number' | 'cells'>, reason: string) =>
      line([String(number), reason, ...cells]),
  };
}

/** The name of that spreadsheet, beside the one that it is about. */
export const rejectsFileOf = (file: string): string => file.replace(/(\.csv)?$/i, '.rejected.csv');

const csvCell = (cell: string): string => (/[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
