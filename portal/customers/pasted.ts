/** Customers from text that was copied from a spreadsheet, or from a list of addresses, into the form. */
import { emailError, withoutBlankEnds } from '../../shared/contract/fields.ts';
import { type CellRow, cellRows, hasContent } from '../../shared/import/cells.ts';
import { type Column, isColumnName, type Row } from '../../shared/import/columns.ts';
import type { RowFault } from '../../shared/import/faults.ts';
import { damageOf, spreadsheetOf, type Table, tableOf, textOf } from '../../shared/import/spreadsheet.ts';
import { type Draft, emptyDraft } from './registration.ts';

/**
 * A pasted text as rows of the form. `unplaced`: the names of the columns that are left out. `isPart`: without a header, cells were left out. `faults`: why
 * rows are left out, by their numbers in the text.
 */
export type Pasted = { drafts: Draft[]; unplaced: string[]; isPart: boolean; faults: [number, RowFault][] };

/**
 * `Anna Corn <anna@client.example>`, as mail programs write an address with its name (RFC 5322, 3.4), with other brackets
 * (`Anna [mailto:anna@client.example]`), or an address alone.
 */
const MAILBOX =
  /^(?:"?([^"<>;\t\r\n]*?)"?\s*[<[(]\s*(?:mailto:)?([^<>()[\]\s]+@[^<>()[\]\s]+?)\s*[>\])]|(?:mailto:)?([^\s<>()[\],;]+@[^\s<>()[\],;]+))$/i;
/** An address has at most 254 characters, a name about as many. */
const LONGEST_MAILBOX = 500;
/** The number of a row: it is no name. */
const ROW_NUMBER = /^\d+[.)]?$/;

/**
 * The rows of a pasted text. With a header, columns are read as in a file. Without one, a row has an address and a name, in any order.
 *
 * @returns undefined if the text is not a table and not a list of mailboxes: then the field takes it as text
 */
export function pasted(text: string): Pasted | undefined {
  const mailboxes = mailboxesIn(text);
  if (mailboxes) return { drafts: mailboxes.map(draftOf), unplaced: [], isPart: false, faults: [] };
  // Cells that are copied from a spreadsheet have tabs between them, and perhaps other separators in them.
  const table = text.includes('\t') ? { rows: [...cellRows(text, '\t')], delimiter: '\t' } : tableOf(text);
  const rows = table.rows.filter(hasContent);
  if (rows.length < 2 && !text.includes('\t')) return undefined;
  const first = rows[0]?.cells ?? [];
  const isHeader = [...new Set(first)].some(isColumnName) && !first.some((cell) => mailboxIn(cell));
  return (isHeader && withHeader(table)) || withoutHeader(isHeader ? rows.slice(1) : rows);
}

type Mailbox = { name: string; email: string };

/** The mailboxes of a list. Undefined if anything else is in the text, and for one address alone, which a field takes. */
function mailboxesIn(text: string): Mailbox[] | undefined {
  const found: Mailbox[] = [];
  for (const line of text.split(/[\r\n]+/)) {
    let begun = '';
    for (const part of line.split(/([,;])/)) {
      begun += part;
      if (begun.length > LONGEST_MAILBOX) return undefined;
      const mailbox = mailboxIn(begun);
      if (mailbox) found.push(mailbox);
      // A name can have a comma, as in `Corn, Eva <eva@client.example>`.
      if (mailbox || /^[\s,;]*$/.test(begun)) begun = '';
    }
    if (begun !== '') return undefined;
  }
  return found.length > 1 || (found.length === 1 && /[<[(]/.test(text)) ? found : undefined;
}

/** The name and the address of a mailbox; undefined if the text is none. */
function mailboxIn(text: string): Mailbox | undefined {
  const [, name = '', bracketed, alone = ''] = MAILBOX.exec(withoutBlankEnds(text)) ?? [];
  const email = withoutBlankEnds(bracketed ?? alone);
  if (emailError(email) !== undefined) return undefined;
  // Some programs write the address in the place of a name, too.
  return { name: emailError(name) === undefined ? '' : name, email };
}

/** Rows by their header. Only columns that are known are taken. Undefined if the header has no address. */
function withHeader(table: Table): Pasted | undefined {
  const { columns } = spreadsheetOf(table);
  const unknown = columns.filter(({ column }) => column === undefined);
  const hasName = columns.some(({ column }) => column === 'name' || column === 'friendlyName');
  const choices = new Map<string, Column | ''>(unknown.map(({ key }) => [key, '']));
  // In the form, the person sees what became the name.
  if (!hasName) for (const { key, column } of columns) if (column === 'contact') choices.set(key, 'name');
  const { rows } = spreadsheetOf(table, choices);
  if (rows.length === 0) return undefined;
  return {
    drafts: rows.filter(({ faults }) => faults.length === 0).map(({ row }) => draftOf(row)),
    unplaced: unknown.map(({ name }) => name).filter((name) => name !== ''),
    isPart: false,
    faults: rows.flatMap(({ number, faults }) => faults.map((fault): [number, RowFault] => [number, fault])),
  };
}

/** Rows by what is in their cells. Undefined if no cell is an address. */
function withoutHeader(rows: CellRow[]): Pasted | undefined {
  const broken = rows.filter(({ isBroken }) => isBroken);
  const whole = rows.filter(({ isBroken }) => !isBroken);
  const read = whole.map(({ cells }, index) => customerIn(cells.map(textOf), index + 1));
  if (!read.some(({ draft }) => emailError(draft.email) === undefined)) return undefined;
  return {
    drafts: read.map(({ draft }) => draft),
    unplaced: [],
    isPart: read.some(({ isPart }) => isPart),
    faults: broken.map(({ number }) => [number, { code: 'QUOTE' }]),
  };
}

/** The customer in the cells of the row with this number. */
function customerIn(cells: string[], number: number): { draft: Draft; isPart: boolean } {
  const said = cells.filter((text) => text !== '');
  const texts = said.filter((text) => damageOf(text) === undefined);
  const address =
    texts.find((text) => emailError(text) === undefined) ??
    texts.find(mailboxIn) ??
    texts.find((text) => text.includes('@'));
  const others = texts.filter((text) => text !== address);
  const [first = ''] = others;
  const mailbox = address === undefined ? undefined : mailboxIn(address);
  // A number before the other cells is the row's, unless nothing else can be the name: a company can be called 365.
  const hasName = others.length > 1 || mailbox?.name || Number.parseInt(first, 10) === number;
  if (first === said[0] && ROW_NUMBER.test(first) && hasName) others.shift();
  // A text without letters is rather a telephone number.
  const name = others.find((text) => /\p{L}/u.test(text)) ?? (mailbox?.name || others[0]) ?? '';
  const contact = mailbox && name !== mailbox.name ? { person: { name: mailbox.name } } : {};
  const draft = draftOf({ name, email: mailbox?.email ?? address ?? '', ...contact });
  return { draft, isPart: texts.length < said.length || others.some((text) => text !== name) };
}

/** The draft of a row. The form's fields have one line each, so that they would hide line breaks. */
function draftOf({ adminEmails = [], person = {}, idempotencyKey: _, ...fields }: Row): Draft {
  const inOneLine = (texts: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(texts).map(([field, text]) => [field, text.replace(/(?<!\s)\s*[\r\n]\s*/g, ' ')]),
    );
  const empty = emptyDraft();
  return {
    ...empty,
    ...inOneLine(fields),
    adminEmails: adminEmails.join(', '),
    person: { ...empty.person, ...inOneLine(person) },
  };
}
