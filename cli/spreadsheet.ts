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

type Row = {
  name?: string;
  email?: string;
  language?: string;
  person?: Record<string, string>;
  /** What the row is known by, instead of its content. */
  idempotencyKey?: string;
};

/** A row of the spreadsheet: its number there (the header is row 1), and the registration; or why there is none. */
export type SpreadsheetRow = { number: number; name: string; row: Row; problem?: string };

/** What is wrong with the file as a whole, in one line. */
export class SpreadsheetError extends Error {}

/** @throws SpreadsheetError where the file isn't UTF-8, has no header or an unknown column, or isn't CSV */
export function readSpreadsheet(bytes: Uint8Array): SpreadsheetRow[] {
  const [header, ...records] = recordsOf(decoded(bytes));
  if (!header) throw new SpreadsheetError(`The file is empty. Its first row names the columns: ${COLUMN_NAMES}.`);
  const columns = columnsOf(header.cells);
  return records
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ number, cells }) => {
      const row: Row = {};
      for (const [index, column] of columns.entries()) {
        const cell = cells[index] ?? '';
        if (column === undefined || cell.trim() === '') continue;
        const { person, ...fields } = COLUMNS[column]?.(cell) ?? {};
        Object.assign(row, fields, person && { person: { ...row.person, ...person } });
      }
      const surplus = cells.slice(columns.length).some((cell) => cell.trim() !== '');
      return {
        number,
        name: row.name ?? '',
        row,
        ...(surplus && { problem: 'the row has more cells than the header: is a quote missing?' }),
      };
    });
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SpreadsheetError('The file is not UTF-8. In Excel, save it as "CSV UTF-8".');
  }
}

function recordsOf(text: string): { number: number; cells: string[] }[] {
  try {
    const records = parse(text, {
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }) as unknown as { record: string[]; info: Info }[];
    // Rows as a spreadsheet counts them: a cell with line breaks stands in one row, an empty line is one.
    return records.map(({ record, info }, index) => ({ number: index + 1 + info.empty_lines, cells: record }));
  } catch (error) {
    if (error instanceof CsvError) throw new SpreadsheetError(`The file is not CSV: ${error.message}.`);
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
    throw new SpreadsheetError(`The file has no header. Its first row names the columns: ${COLUMN_NAMES}.`);
  }
  const unknown = names.find((name) => name !== '' && !known(name));
  if (unknown !== undefined) throw new SpreadsheetError(`Unknown column "${unknown}". There are: ${COLUMN_NAMES}.`);
  const columns = names.map((name) => name.toLowerCase());
  const twice = columns.find((name, index) => name !== '' && columns.indexOf(name) !== index);
  if (twice !== undefined) throw new SpreadsheetError(`The column "${twice}" stands there twice.`);
  const missing = REQUIRED_COLUMNS.find((name) => !columns.includes(name));
  if (missing !== undefined) throw new SpreadsheetError(`The column "${missing}" is missing.`);
  return columns.map((name) => name || undefined);
}

/** A cell as CSV writes it. */
export const csvCell = (cell: string | number): string =>
  /[",;\r\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
