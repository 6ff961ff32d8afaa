/** The faults of a spreadsheet in English, each in one line for the terminal. */
import { firstCharacters } from '../shared/contract/fields.ts';
import { COLUMNS } from '../shared/import/columns.ts';
import type { RowFault, SpreadsheetError } from '../shared/import/faults.ts';
import { type Spreadsheet, sampleOf, type Table } from '../shared/import/spreadsheet.ts';

const FIELDS = COLUMNS.join(', ');
const MAX_SAMPLE_LENGTH = 60;

/** Why a file can't be read. */
export function fileFaultText({ fault, value }: SpreadsheetError): string {
  switch (fault) {
    case 'EMPTY':
      return `The file is empty. Its first row names the columns: ${FIELDS}.`;
    case 'NO_HEADER':
      return `The file has no header. Its first row names the columns: ${FIELDS}.`;
    case 'HEADER_BROKEN':
      return `The header can't be read, because a quote in it is wrong: ${value}`;
    case 'OLD_WORKBOOK':
      return 'The file is a workbook of an old Excel, or has a password. Save it as XLSX without a password.';
    case 'WORKBOOK_BROKEN':
      return "The file can't be read as an XLSX workbook. Save it again as XLSX or CSV.";
    case 'NO_SHEET':
      return `The workbook has no such sheet. Its sheets are: ${value}.`;
    case 'NOT_READ':
      return "The file can't be read at the moment. Try again.";
  }
}

/** Why the columns of a file can't be imported, and how to say what they are. Undefined if they can. */
export function columnsFaultText(spreadsheet: Spreadsheet, { encoding }: Table): string | undefined {
  const { unknown, missing, twice, columns } = spreadsheet;
  const said: string[] = [];
  if (unknown.length > 0) {
    const [first = ''] = unknown;
    said.push(
      `Unknown column${unknown.length > 1 ? 's' : ''} ${unknown.map((name) => `"${name}"`).join(', ')}.`,
      `For each one, name its field (--column "${first}=phone") or leave it out (--column "${first}=").`,
      `The fields are ${FIELDS}.`,
    );
  }
  for (const column of missing) said.push(`The column "${column}" is missing.`);
  const [candidate] = columns.filter(({ column }) => column !== 'email' && column !== 'name');
  if (missing.length > 0 && unknown.length === 0 && candidate)
    said.push(`If a column has another name, say so: --column "${candidate.name}=${missing[0]}".`);
  for (const column of twice) said.push(`The column "${column}" appears twice.`);
  if (said.length === 0) return undefined;
  if (encoding !== undefined && encoding !== 'utf-8')
    said.push(`The file was read as ${encoding}; --encoding names another encoding.`);
  return said.join(' ');
}

/** How a file was read, with a sample by which a person sees whether that is right. */
export function readingText(table: Table): string {
  const { encoding, sheets } = table;
  if (sheets) {
    const others = sheets.names.filter((name) => name !== sheets.read);
    return `Read the sheet "${sheets.read}".${others.length > 0 ? ` For another one (${others.join(', ')}): --sheet.` : ''}`;
  }
  const sample = sampleOf(table).replace(/\s+/g, ' ');
  const shown = sample.length > MAX_SAMPLE_LENGTH ? `${firstCharacters(sample, MAX_SAMPLE_LENGTH)}…` : sample;
  return `Read as ${encoding}, for example "${shown}". If letters are wrong, name the encoding with --encoding.`;
}

/** Why a row can't be registered. */
export function rowFaultText(fault: RowFault): string {
  switch (fault.code) {
    case 'QUOTE':
      return 'the row has a quote that is not closed, or text after a closing quote';
    case 'SURPLUS_CELLS':
      return 'the row has more cells than the header: is a quote missing?';
    case 'UNNAMED_COLUMN':
      return `"${fault.value}" is in a column without a name`;
    case 'LOST_CHARACTER':
      return `the row has a character that was lost (\ufffd) in the column ${fault.column}: type it again`;
    case 'SHORTENED_NUMBER':
      return `${fault.column} "${fault.value}" is a number without its last digits: make the column text, and type the number again`;
    case 'ERROR_VALUE':
      return `${fault.column} "${fault.value}" is an error of the spreadsheet program, not a value`;
  }
}
