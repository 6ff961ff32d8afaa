import { describe, expect, test } from 'vitest';
import { SpreadsheetError } from '../shared/import/faults.ts';
import { readTable, spreadsheetOf } from '../shared/import/spreadsheet.ts';
import { caseFile } from '../test/spreadsheetCases.ts';
import { workbook } from '../test/workbook.ts';
import { columnsFaultText, fileFaultText, readingText } from './spreadsheetText.ts';

/** The sentence with which the command refuses a file. */
async function refusalOf(content: string | Buffer): Promise<string | undefined> {
  try {
    const table = await readTable(Buffer.from(content));
    return columnsFaultText(spreadsheetOf(table), table);
  } catch (error) {
    if (error instanceof SpreadsheetError) return fileFaultText(error);
    throw error;
  }
}

describe('a file that is not a list of customers', () => {
  test.each<[what: string, content: string | Buffer, message: RegExp]>([
    ['an empty file', '', /^The file is empty/],
    ['a file without a header', 'Anna,anna@client.example\n', /^The file has no header/],
    ['an unknown column', 'name,email,colour\n', /^Unknown column "colour"/],
    ['unknown columns', 'name,email,colour,size\n', /^Unknown columns "colour", "size"\. .*--column "colour="/],
    ['another name', 'first name,email\n', /^The column "name" is missing.* --column "first name=name"/],
    ['a column twice', 'name,email,email\n', /^The column "email" appears twice/],
    ['no addresses', 'name,phone\n', /^The column "email" is missing/],
    ['an open quote', 'name,"email\n', /^The header can't be read/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /^The file is a workbook of an old Excel/],
    ['a broken workbook', 'PK\x03\x04', /^The file can't be read as an XLSX workbook/],
    ['a sheet of notes', workbook([{ name: 'Notes', rows: [['nothing']] }]), /^The file has no header/],
    ['all unknown columns at once', caseFile('real-shape-1.csv'), /^Unknown columns "customer_id", "location"\./],
    ['names in parts', caseFile('outlook-shape.csv'), /^The column "name" is missing\./],
  ])('is refused in one line: %s', async (_, content, message) => {
    const refusal = (await refusalOf(content)) ?? '';
    expect(refusal).toMatch(message);
    expect(refusal.trim().split('\n')).toHaveLength(1);
  });
});

test('the encoding of a file is said with a sample, and the sheet of a workbook with the others', async () => {
  const textOf = async (content: Uint8Array, sheet?: string) => readingText(await readTable(content, { sheet }));
  expect(await textOf(caseFile('cp1251.csv'))).toMatch(/^Read as windows-1251, for example "ООО Ромашка"\./);
  const sheets = ['Notes', 'Customers'].map((name) => ({ name, rows: [['name', 'email']] }));
  expect(await textOf(workbook(sheets), 'Customers')).toBe(
    'Read the sheet "Customers". For another one (Notes): --sheet.',
  );
  expect(await textOf(workbook(sheets.slice(0, 1)))).toBe('Read the sheet "Notes".');
});
