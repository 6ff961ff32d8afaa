/** The right result of each file of `test/data/cases`, in command line and portal alike. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../shared/import/columns.ts';

/**
 * A file. `choices`: what a person says about its columns. `registered`: name, email and other fields of the rows that are registered.
 * `rejected`: a part of the reason for each other row, in English.
 */
export type SpreadsheetCase = {
  file: string;
  choices?: Record<string, Column | ''>;
  encoding?: string;
  registered?: [name: string, email: string, person?: Record<string, string>][];
  rejected?: string[];
};

export const SPREADSHEET_CASES: SpreadsheetCase[] = [
  {
    file: 'crlf-header-lf-rows.csv',
    registered: [
      ['Mixed Three', 'mixed3@csv.example'],
      ['Mixed Four', 'mixed4@csv.example'],
    ],
  },
  {
    file: 'crlf-middle-lf-tin.csv',
    registered: [
      ['Tail Five', 'tail5@csv.example', { tin: '7805' }],
      ['Tail Six', 'tail6@csv.example', { tin: '7806' }],
    ],
  },
  {
    file: 'lf-header-crlf-rows-tin.csv',
    registered: [
      ['Tail One', 'tail1@csv.example', { tin: '7801' }],
      ['Tail Two', 'tail2@csv.example', { tin: '7802' }],
    ],
  },
  {
    file: 'lone-cr.csv',
    registered: [
      ['Corn Ltd', 'corn@csv.example'],
      ['Wheat Ltd', 'wheat@csv.example'],
    ],
  },
  {
    file: 'lf-in-quotes.csv',
    registered: [
      ['First line\nsecond line', 'add1@csv.example'],
      ['Plain', 'add2@csv.example'],
    ],
  },
  {
    file: 'quotes-inside.csv',
    registered: [
      ['OOO "Daisy"', 'daisy@csv.example'],
      ['Plain Ltd', 'plain@csv.example'],
    ],
  },
  { file: 'formula-zeros.csv', registered: [['Zeros Ltd', 'zeros@csv.example', { tin: '0078012345' }]] },
  { file: 'space-email.csv', registered: [['Space Ltd', 'space@csv.example']] },
  {
    file: 'nbsp-cells.csv',
    registered: [['Nbsp Ltd', 'nbsp@csv.example', { phone: '+7\u00a0495\u00a0123-45-67' }]],
  },
  { file: 'sep-line.csv', registered: [['Sep Ltd', 'sep@csv.example']] },
  { file: 'utf16le-bom.csv', encoding: 'utf-16le', registered: [['Wide Ltd', 'wide@csv.example']] },
  { file: 'utf16le-nobom.csv', encoding: 'utf-16le', registered: [['Wide Ltd', 'wide2@csv.example']] },
  { file: 'cp1251.csv', encoding: 'windows-1251', registered: [['ООО Ромашка', 'cp@csv.example']] },
  { file: 'cp1258.csv', encoding: 'windows-1258', registered: [['Công ty Đá', 'cp8@csv.example']] },
  { file: 'header-nbsp.csv', registered: [['Header Ltd', 'header@csv.example']] },
  {
    file: 'outlook-shape.csv',
    choices: { 'First Name': 'name', 'Last Name': 'name' },
    registered: [['Eva Corn', 'corn@real.example', { phone: '+1 555 0100' }]],
  },
  {
    file: 'real-shape-1.csv',
    choices: { customer_id: '', location: 'postAddress' },
    registered: [['Corn Ltd', 'corn@real.example', { postAddress: 'Riga', phone: '+37112345678' }]],
  },
  {
    file: 'excel-errors.csv',
    rejected: [
      'name "#N/A" is an error of the spreadsheet program, not a value; contact "#REF!" is an error',
      'name "#NAME?" is an error of the spreadsheet program, not a value; contact "#VALUE!" is an error',
    ],
  },
  {
    file: 'scientific-tin.csv',
    rejected: [
      'tin "7.80123E+09" is a number without its last digits',
      'tin "7,80123E+11" is a number without its last digits',
    ],
  },
];

/** The bytes of a case. */
export const caseFile = (file: string): Buffer => readFileSync(join(import.meta.dirname, 'data/cases', file));
