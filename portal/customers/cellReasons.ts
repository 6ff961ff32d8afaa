/** The cells of a bad row that are wrong, and the order in which a person corrects them. */
import type { CREATE_CUSTOMER_PROBLEMS } from '../../shared/contract/customers.ts';
import { COLUMNS, type Column, type FileColumn } from '../../shared/import/columns.ts';
import type { BadRow, Reason } from './checkedFile.ts';
import { fieldAt } from './fields.ts';

/** The fields that refusals are about. The others are about a row as a whole. */
const COLUMN_OF_REFUSAL: Record<(typeof CREATE_CUSTOMER_PROBLEMS)[number], Column | undefined> = {
  PARTNER_NOT_PAID: undefined,
  CUSTOMER_EXISTS: 'email',
  ACCOUNT_NOT_AVAILABLE: 'email',
  EMAIL_OF_MEMBER: 'email',
  EMAIL_DOMAIN_NOT_ALLOWED: 'email',
  ACCOUNT_NOT_REGISTERED: 'email',
  ACCOUNT_HAS_CREDIT_BALANCE: 'email',
  ACCOUNT_USES_SERVICES: 'email',
  ACCOUNT_HAS_DISCOUNTS: 'email',
  ACCOUNT_USES_POC: 'email',
  ACCOUNT_NOT_PREPAID: 'email',
  ACCOUNT_NOT_ELIGIBLE: 'email',
  RESEND_TOO_SOON: 'email',
  INVITATION_LIMIT: undefined,
  REFUSAL_LIMIT: undefined,
  INVITATIONS_DECLINED: 'email',
  CUSTOMER_DELETED: undefined,
  IDEMPOTENCY_KEY_REUSED: 'idempotencyKey',
};

/** The column of a field, by its path in the request: `person.name` → `contact`. */
function columnAt(path: string): Column | undefined {
  const field = fieldAt(path).replace(/^person\./, '');
  return path === 'person.name' ? 'contact' : COLUMNS.find((column) => column === field);
}

/** The cells that a reason is about, by their places in the row. Empty if it is about the row as a whole. */
export function cellsOf(reason: Reason, columns: readonly FileColumn[]): number[] {
  if ('cell' in reason && reason.cell !== undefined) return [reason.cell];
  const of = (wanted: Column | undefined) =>
    columns.flatMap(({ column }, index) => (wanted !== undefined && column === wanted ? [index] : []));
  if (reason.code === 'REFUSED')
    return of(COLUMN_OF_REFUSAL[reason.problem.code as keyof typeof COLUMN_OF_REFUSAL] as Column | undefined);
  if (reason.code !== 'FIELD') return [];
  const column = columnAt(reason.error.path);
  const cells = of(column);
  // A file may have friendly names only.
  return cells.length === 0 && column === 'name' ? of('friendlyName') : cells;
}

/** The reasons of a bad row: at its cells, in their order, and those about the row as a whole. */
export function reasonsByCell(
  { reasons }: Pick<BadRow, 'reasons'>,
  columns: readonly FileColumn[],
): { cells: Map<number, Reason[]>; row: Reason[] } {
  const found = new Map<number, Reason[]>();
  const row: Reason[] = [];
  for (const reason of reasons) {
    const cells = cellsOf(reason, columns);
    if (cells.length === 0) row.push(reason);
    for (const cell of cells) found.set(cell, [...(found.get(cell) ?? []), reason]);
  }
  return { cells: new Map([...found].sort(([one], [other]) => one - other)), row };
}

/** A cell: the number of its row, and its place in the row. `cell` is undefined for a row with no wrong cell. */
export type Place = { number: number; cell: number | undefined };

/**
 * The place to correct after another one was corrected: the same cell if it is still wrong, or the next one; from the end of the file, the
 * first one. Undefined if nothing is wrong.
 */
export function placeAfter(
  { number, cell }: Place,
  rows: readonly BadRow[],
  columns: readonly FileColumn[],
): Place | undefined {
  const first = (row: BadRow, from = 0): Place | undefined => {
    const { cells } = reasonsByCell(row, columns);
    if (cells.size === 0) return from === 0 ? { number: row.number, cell: undefined } : undefined;
    const next = [...cells.keys()].find((each) => each >= from);
    return next === undefined ? undefined : { number: row.number, cell: next };
  };
  const same = rows.find((row) => row.number === number);
  const following = rows.find((row) => row.number > number) ?? rows[0];
  return (same && first(same, cell ?? 0)) ?? (following && first(following));
}
