/** Reads a partner's spreadsheet of customers (a text file or an XLSX workbook) into rows of an import. */
import { withoutBlankEnds } from '../contract/fields.ts';
import { type CellRow, cellsOf, hasContent, hasWrongQuote } from './cells.ts';
import {
  type Choices,
  type Column,
  columnsMissing,
  columnsOf,
  columnsTwice,
  type FileColumn,
  headerKey,
  isColumnName,
  REJECT_COLUMNS,
  type Row,
  registrationOf,
} from './columns.ts';
import { decode, encodingOf } from './encoding.ts';
import { type RowFault, SpreadsheetError } from './faults.ts';

/** The rows of a file before they are customers. `encoding`: of a text file. `sheets`: of a workbook, with the one that was read. */
export type Table = {
  rows: CellRow[];
  delimiter: string;
  encoding?: string;
  sheets?: { names: string[]; read: string };
};

/** The choices of a person about a file: the encoding of a text file, or the name of a workbook's sheet. */
export type TableOptions = { encoding?: string | undefined; sheet?: string | undefined };

/** A row: its number (as a spreadsheet program shows it), its cells as written, the registration, and why it can't be registered. */
export type SpreadsheetRow = { number: number; cells: string[]; name: string; row: Row; faults: RowFault[] };

/** A spreadsheet of customers. Its rows are there once its columns are decided: none is `unknown`, `missing` or there `twice`. */
export type Spreadsheet = {
  header: string[];
  columns: FileColumn[];
  /** For each column, its first text; empty if nothing is in the column. */
  samples: string[];
  /** The names of the columns that nobody knows. */
  unknown: string[];
  missing: ('name' | 'email')[];
  twice: Column[];
  rows: SpreadsheetRow[];
  delimiter: string;
};

/** The first bytes of a ZIP archive, as which an XLSX workbook is stored. */
const WORKBOOK = [0x50, 0x4b, 0x03, 0x04];
/** The first bytes of an XLS workbook, and of an XLSX workbook with a password. */
const OLD_WORKBOOK = [0xd0, 0xcf, 0x11, 0xe0];

/**
 * Reads the rows of a file.
 *
 * @throws SpreadsheetError if the file is no text file and no XLSX workbook, or if there is no such sheet
 */
export async function readTable(bytes: Uint8Array, { encoding, sheet }: TableOptions = {}): Promise<Table> {
  const beginsWith = (first: number[]) => first.every((byte, index) => bytes[index] === byte);
  if (beginsWith(OLD_WORKBOOK)) throw new SpreadsheetError('OLD_WORKBOOK');
  if (beginsWith(WORKBOOK)) {
    const { readWorkbook } = await import('./workbook.ts');
    return { ...(await readWorkbook(bytes, sheet)), delimiter: ',' };
  }
  const used = encoding ?? encodingOf(bytes);
  return { ...tableOf(decode(bytes, used)), encoding: used };
}

/** Reads the rows of a text. */
export const tableOf = (text: string): Table => cellsOf(text, isColumnName);

/**
 * The customers of a file. Empty rows are left out, also those above the header.
 *
 * @throws SpreadsheetError if the file is empty or has no header
 */
export function spreadsheetOf({ rows, delimiter }: Table, choices: Choices = new Map()): Spreadsheet {
  const [first, ...rest] = rows.filter(hasContent);
  if (!first) throw new SpreadsheetError('EMPTY');
  if (first.isBroken) throw new SpreadsheetError('HEADER_BROKEN', { value: first.cells.join(delimiter) });
  const isOwn = (_: string, index: number) => !REJECT_COLUMNS.includes(headerKey(first.cells[index] ?? ''));
  const header = first.cells.filter(isOwn);
  const others = rest.map((row) => ({ ...row, cells: row.cells.filter(isOwn) }));
  const columns = columnsOf(header, choices);
  if (!isHeader(header, columns)) throw new SpreadsheetError('NO_HEADER');
  const unknown = columns.filter(({ key, column }) => key !== '' && column === undefined).map(({ name }) => name);
  const missing = columnsMissing(columns);
  const twice = columnsTwice(columns);
  const isDecided = unknown.length + missing.length + twice.length === 0;
  return {
    header,
    columns,
    samples: header.map((_, index) => others.find((row) => textOf(row.cells[index] ?? ''))?.cells[index]?.trim() ?? ''),
    unknown,
    missing,
    twice,
    rows: isDecided ? others.map((row) => customerOf(row, columns)) : [],
    delimiter,
  };
}

/** Whether a row is a header: it has a name that is known, or several cells, none of which is an address. */
const isHeader = (header: string[], columns: FileColumn[]): boolean =>
  columns.some(({ column }) => column !== undefined) ||
  (header.length > 1 && !header.some((cell) => cell.includes('@')));

/** The customer of a row, by the columns of its file. */
export function customerOf({ number, cells, isBroken }: CellRow, columns: readonly FileColumn[]): SpreadsheetRow {
  if (isBroken) {
    const cell = cells.findIndex(hasWrongQuote);
    return { number, cells, name: '', row: {}, faults: [{ code: 'QUOTE', ...(cell >= 0 && { cell }) }] };
  }
  const said: [Column, string][] = [];
  const faults: RowFault[] = [];
  for (const [index, cell] of cells.entries()) {
    const text = textOf(cell);
    const of = columns[index];
    if (text === '' || of?.column === '') continue;
    const fault = faultOf(text, index, of);
    if (fault) faults.push(fault);
    if (of?.column) said.push([of.column, text]);
  }
  const row = registrationOf(said);
  return { number, cells, name: row.name ?? row.friendlyName ?? '', row, faults };
}

/** A cell's text, without the blank and invisible characters around it. A formula that is a text alone is how programs keep Excel from changing digits. */
export function textOf(cell: string): string {
  const [, formula] = /^\s*="((?:[^"]|"")*)"\s*$/.exec(cell) ?? [];
  return withoutBlankEnds(formula?.replaceAll('""', '"') ?? cell);
}

/**
 * A number that lost its digits: a spreadsheet program shows it so (in the formats `0.00E+00`, `##0.0E+0`, `0.0E-0`), and saves what it shows.
 * Without a decimal sign and a sign of its exponent, it may be a value: `3E5`.
 */
const SHORTENED_NUMBER = /^[+\-\u2212]?(?:\d+E[+\-\u2212]|(?:\d+[.,]\d*|[.,]\d+)E[+\-\u2212]?)\d{1,3}$/i;
/** Errors of formulas in the languages of Excel, LibreOffice and Google Sheets, and what stands in the place of a value. */
const ERROR_VALUES = [
  // `#REF!`, `#ИМЯ?`, `#ДЕЛ/0!`, `#¡VALOR!`
  /^#[¡¿]?\p{Lu}[\p{Lu}\d/_]*[!?]$/u,
  // `#N/A`, `#Н/Д`, `#N/A Requesting Data...`; `#GETTING_DATA`
  /^#(?:\p{Lu}\/\p{Lu}(?: .*)?|n\/a|\p{Lu}+(?:_\p{Lu}+)+|NV|YOK|FMT)$/u,
  /^(?:Err|Ошибка|Ошб?|Lỗi):\d{3}$/i,
  // The number is wider than its column. The value is not there yet.
  /^(?:#{2,}|(?:Loading|Загрузка|Đang tải)(?:\.{3}|…))$/i,
];

/** Why a cell can't be what its column wants. */
function faultOf(text: string, cell: number, column: FileColumn | undefined): RowFault | undefined {
  if (column === undefined) return { code: 'SURPLUS_CELLS', cell, value: text };
  if (column.column === undefined) return { code: 'UNNAMED_COLUMN', cell, value: text };
  const code = damageOf(text);
  return code && { code, cell, column: column.name, value: text };
}

/** How a text was damaged before it came here; undefined if it is whole. */
export function damageOf(text: string): 'LOST_CHARACTER' | 'SHORTENED_NUMBER' | 'ERROR_VALUE' | undefined {
  // A conversion puts U+FFFD in the place of a character that it doesn't know. The API refuses it.
  if (text.includes('\ufffd')) return 'LOST_CHARACTER';
  if (SHORTENED_NUMBER.test(text)) return 'SHORTENED_NUMBER';
  if (ERROR_VALUES.some((form) => form.test(text))) return 'ERROR_VALUE';
  return undefined;
}

/** A text of the file by which a person sees whether the encoding is right: the first one with other letters than those of ASCII. */
export function sampleOf({ rows }: Table): string {
  const [header, ...others] = rows.filter(hasContent);
  const cells = [...others, ...(header ? [header] : [])].flatMap((row) => row.cells.map((cell) => cell.trim()));
  const hasLetters = (text: string) => /\p{L}/u.test(text);
  return cells.find((cell) => hasLetters(cell.replace(/[a-z]/gi, ''))) ?? cells.find(hasLetters) ?? '';
}
