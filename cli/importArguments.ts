/** The command line of `npm run import`, and the customers of the file that it names. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Choices, COLUMNS, type Column, headerKey } from '../shared/import/columns.ts';
import { encodingNamed } from '../shared/import/encoding.ts';
import { readTable, spreadsheetOf, type Table } from '../shared/import/spreadsheet.ts';
import { columnsFaultText } from './spreadsheetText.ts';

export const USAGE = `npm run import -- customers.csv [--api URL] [--token TOKEN] [--rejects FILE] [--column NAME=FIELD] …

  --api       origin of the API; without it, the stack that runs on this machine
  --token     access token; better set PORTAL_TOKEN, which no list of processes shows
  --rejects   where the rejected rows go, with the reasons (customers.rejected.csv)
  --column    which field a column is, by the column's name: --column "Ort=postAddress"; --column "Ort=" leaves it out
  --encoding  the encoding of a text file, such as windows-1251; without it, it is recognised
  --sheet     the name of a workbook's sheet; without it, the first one is read`;

/** An expected error that ends the import. Its message is one line for the person at the terminal. */
export class ImportError extends Error {}

/** The options and the file of the command line; no file if the person asks for help. @throws ImportError */
export function readArguments(args: string[]) {
  const { values, positionals } = parsed(args);
  if (values.help) return { values };
  const [file, surplus] = positionals;
  if (file === undefined) throw new ImportError(`Which file? ${USAGE.split('\n', 1)}`);
  if (surplus !== undefined) throw new ImportError(`One file at a time, not "${surplus}" as well.`);
  return { values, file };
}

function parsed(args: string[]) {
  try {
    const options = {
      api: { type: 'string' },
      token: { type: 'string' },
      rejects: { type: 'string' },
      column: { type: 'string', multiple: true },
      encoding: { type: 'string' },
      sheet: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new ImportError(`${error instanceof Error ? error.message.split('\n', 1) : error} (--help says more)`);
  }
}

type Reading = { column?: string[]; encoding?: string; sheet?: string };

/** The customers of a file. @throws ImportError if it is not decided which field each column is */
export async function readCustomers(file: string, { column = [], encoding, sheet }: Reading) {
  const used = encoding === undefined ? undefined : encodingNamed(encoding);
  if (encoding !== undefined && used === undefined) throw new ImportError(`There is no encoding "${encoding}".`);
  const table: Table = await readTable(readFile(file), { encoding: used, sheet });
  const choices = choicesOf(column);
  const spreadsheet = spreadsheetOf(table, choices);
  const has = (name: string) => spreadsheet.columns.some(({ key }) => key === headerKey(name));
  const absent = column.map(nameIn).find((name) => !has(name));
  if (absent !== undefined) {
    const names = spreadsheet.columns.map(({ name }) => `"${name}"`).join(', ');
    throw new ImportError(`--column names "${absent}", which the file doesn't have. Its columns are ${names}.`);
  }
  const fault = columnsFaultText(spreadsheet, table);
  if (fault !== undefined) throw new ImportError(fault);
  return { table, spreadsheet };
}

/** The choices of `--column "Ort=postAddress"`. */
function choicesOf(said: string[]): Choices {
  return new Map(
    said.map((each) => {
      const name = nameIn(each);
      const field = each.slice(name.length + 1).trim();
      const column = COLUMNS.find((known) => known.toLowerCase() === field.toLowerCase());
      if (name === each || (field !== '' && !column))
        throw new ImportError(
          `--column must be as in --column "Ort=postAddress", not "${each}". The fields are ${COLUMNS.join(', ')}.`,
        );
      return [headerKey(name), column ?? ''] satisfies [string, Column | ''];
    }),
  );
}

/** The name of the file's column in `Ort=postAddress`. */
const nameIn = (choice: string): string => choice.replace(/=[^=]*$/, '');

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new ImportError(`There is no file ${file}.`);
    if (code === 'EISDIR') throw new ImportError(`${file} is a folder: name the spreadsheet in it.`);
    throw new ImportError(`The file ${file} can't be read: ${code}.`);
  }
}
