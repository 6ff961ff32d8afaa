/** An import as a job: its rows, their states, and its numbers. Pure. */

import type { ProblemBody } from '../../shared/client/ApiProblem.ts';
import {
  type ImportResult,
  type ImportRow,
  isDailyLimit,
  pauseOf,
  type RowProblem,
} from '../../shared/import/sendRows.ts';
import type { Spreadsheet } from '../../shared/import/spreadsheet.ts';
import type { BadRow, GoodRow, Reason } from '../customers/checkedFile.ts';
import type { Language } from '../language/language.ts';

/**
 * `waiting`: not answered yet. `registered`: by this import. `before`: registered before this import. `refused`: by the server.
 * `toCorrect`: was not sent, because it has faults, or because the person has corrected it and not sent it yet. `leftOut`: the person does not want the row.
 */
export const ROW_STATES = ['waiting', 'registered', 'before', 'refused', 'toCorrect', 'leftOut'] as const;
export type RowState = (typeof ROW_STATES)[number];

/** How many rows are in each state. Together they are all rows of the import. */
export type Numbers = Record<RowState, number>;

export type ImportedRow = {
  importId: string;
  /** The row's number in the file. */
  number: number;
  name: string;
  /** The cells as they are in the file, or as the person has corrected them; none once the row is registered. */
  cells: string[];
  state: RowState;
  /** What is sent for the row; absent as long as it has faults. */
  row?: ImportRow;
  /** Why the row has to be corrected: its faults, or the rest of the server's refusal after a correction. */
  reasons?: Reason[];
  /** The server's refusal. */
  problem?: RowProblem;
  /** A request with this row has left. As long as the row is waiting, nobody knows what the request did. */
  isSent?: true;
  /** How often the service has failed on this row. */
  failures?: number;
  customerId?: string;
};

/** Why a running import sends nothing for a while. `until`: when it tries again. */
export type Pause = { why: 'network' | 'service'; until: string } | { why: 'signIn' };

/** Why an import was stopped. `limit`: the partner's limit of the day, which ends at `until`. */
export type Stop = { why: 'person' } | { why: 'limit'; until: string } | { why: 'problem'; problem: ProblemBody };

export type Import = {
  id: string;
  partnerId: string;
  /** The name of the file. */
  file: string;
  /** The columns of the file, by which a corrected row is checked. */
  sheet: Omit<Spreadsheet, 'rows'>;
  /** The language of the mails to customers for which the file names none. */
  language: Language;
  createdAt: string;
  state: 'running' | 'stopped' | 'done';
  numbers: Numbers;
  /** When the partner's newest customer was created, before this import sent anything; empty if there was none. By the server's clock. */
  since?: string;
  pause?: Pause;
  stop?: Stop;
  /** The person has closed the notification about the present state. */
  isDismissed?: true;
};

/** A file that the person has looked at: its rows that can be sent, and its rows that have to be corrected. */
export type NewImport = { file: string; spreadsheet: Spreadsheet; language: Language; good: GoodRow[]; bad: BadRow[] };

const NO_ROWS: Numbers = { waiting: 0, registered: 0, before: 0, refused: 0, toCorrect: 0, leftOut: 0 };

/** For how many days an import without open rows stays in the list. */
const KEPT_DAYS = 30;
/** For how many days an import with open rows stays. */
const OPEN_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

/** Numbers in which these rows have moved from one state to another. */
export function moved(
  numbers: Numbers,
  moves: readonly (readonly [from: RowState | undefined, to: RowState])[],
): Numbers {
  const next = { ...numbers };
  for (const [from, to] of moves) {
    if (from !== undefined) next[from] -= 1;
    next[to] += 1;
  }
  return next;
}

/** How many rows an import has. */
export const allRows = (numbers: Numbers): number => ROW_STATES.reduce((sum, state) => sum + numbers[state], 0);

/** The states of the rows that the person has to deal with. */
export const OPEN_STATES = ['refused', 'toCorrect'] as const satisfies RowState[];

/** How many rows the person has to deal with. */
export const openRows = ({ refused, toCorrect }: Numbers): number => refused + toCorrect;

/** How many per cent of the rows need nothing more from the service. */
export const progressOf = ({ numbers }: Import): number => 100 * (1 - numbers.waiting / allRows(numbers));

/** The address of an import's page. */
export const pageOf = ({ id }: Pick<Import, 'id'>): string => `/customers/imports/${id}`;

/** How many rows are lost if the import is forgotten. */
export const unfinishedRows = (numbers: Numbers): number => numbers.waiting + openRows(numbers);

/** The import of a file, and its rows. */
export function begun(
  { file, spreadsheet, language, good, bad }: NewImport,
  { id, partnerId, now }: { id: string; partnerId: string; now: Date },
): { job: Import; rows: ImportedRow[] } {
  const { rows: _, ...sheet } = spreadsheet;
  const rows: ImportedRow[] = [
    ...good.map(({ number, name, cells, row }) => ({
      importId: id,
      number,
      name,
      cells,
      row,
      state: 'waiting' as const,
    })),
    ...bad.map(({ number, name, cells, reasons }) => ({
      importId: id,
      number,
      name,
      cells,
      reasons,
      state: 'toCorrect' as const,
    })),
  ];
  const numbers = moved(
    NO_ROWS,
    rows.map(({ state }) => [undefined, state]),
  );
  const job: Import = { id, partnerId, file, sheet, language, createdAt: now.toISOString(), state: 'running', numbers };
  return { job: withNumbers(job, numbers), rows };
}

/** The import after its rows have changed: done if no row waits, and running again if a row of a done import waits. */
export function withNumbers(job: Import, numbers: Numbers): Import {
  if (numbers.waiting === 0 && job.state !== 'done') return { ...inState(job, 'done'), numbers };
  if (numbers.waiting > 0 && job.state === 'done') return { ...inState(job, 'running'), numbers };
  return { ...job, numbers };
}

/** The import in another state. What was said about the state before no longer holds. */
export function inState(job: Import, state: Import['state'], stop?: Stop): Import {
  const { pause: _pause, stop: _stop, isDismissed: _isDismissed, ...rest } = job;
  return { ...rest, state, ...(stop && { stop }) };
}

/**
 * A row after its answer.
 *
 * The server recognises a row that it has registered before (`replayed`), but does not say which import sent it then. The row counts as
 * registered by this import if this import has sent it without getting an answer, and its customer is newer than the newest customer
 * from before this import. Both times are the server's, so the clock of this computer does not matter.
 */
export function answered(row: ImportedRow, result: ImportResult, isSentBefore: boolean, since = ''): ImportedRow {
  const { importId, number, name } = row;
  if ('customer' in result) {
    const { id, createdAt } = result.customer;
    const isOwn = !result.replayed || (isSentBefore && createdAt > since);
    // Nobody needs the cells any more.
    return { importId, number, name, cells: [], state: isOwn ? 'registered' : 'before', customerId: id };
  }
  const { problem } = result;
  const failures = (row.failures ?? 0) + Number(problem.status >= 500 && problem.status !== 503);
  if (pauseOf(result, failures) !== undefined || isDailyLimit(problem)) return { ...row, failures };
  const { isSent, ...rest } = row;
  // A row on which the service failed may be registered all the same.
  return { ...rest, ...(isSent && problem.status >= 500 && { isSent }), state: 'refused', problem, failures: 0 };
}

/** A row that the person sends: a refused one, or a corrected one. */
export const sentAgain = ({ problem: _problem, reasons: _reasons, ...row }: ImportedRow): ImportedRow => ({
  ...row,
  state: 'waiting',
});

/** A row that the person does not want. Nobody needs its cells any more. */
export const leftOut = ({ importId, number, name }: ImportedRow): ImportedRow => ({
  importId,
  number,
  name,
  cells: [],
  state: 'leftOut',
});

/** A row that the person has to deal with, with the reasons; without reasons, it is corrected and can be sent. */
export function badRowOf({ number, name, cells, reasons, problem }: ImportedRow): BadRow {
  return { number, name, cells, reasons: reasons ?? (problem ? reasonsOf(problem) : []) };
}

function reasonsOf(problem: RowProblem): Reason[] {
  const { errors = [] } = problem;
  return errors.length > 0 ? errors.map((error) => ({ code: 'FIELD', error })) : [{ code: 'REFUSED', problem }];
}

/**
 * Whether nobody has to see the import any more. Names and telephone numbers do not stay in a browser for ever, even if the person has
 * forgotten about rows.
 */
export function isOld({ state, numbers, createdAt }: Import, now: Date): boolean {
  const days = (now.getTime() - Date.parse(createdAt)) / DAY_MS;
  return days > (state === 'done' && openRows(numbers) === 0 ? KEPT_DAYS : OPEN_DAYS);
}
