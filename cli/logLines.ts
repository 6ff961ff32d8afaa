/** Asks the log files of a local stack the questions that are saved for CloudWatch Logs Insights on AWS. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ASKED, type Column, type Condition, type SavedQuery } from '../infra/savedQueries.ts';

export type LogLine = Record<string, unknown>;
/** The answer to a question: the names of its columns, and its rows, which have values of these columns alone. */
export type Answer = { columns: string[]; rows: LogLine[] };

/** The lines in the log files of a folder, without what is no JSON object (a crash, a warning of Node). */
export const readLogs = (folder: string): LogLine[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n').flatMap(lineOf));

function lineOf(text: string): LogLine[] {
  if (!text.startsWith('{')) return [];
  try {
    return [JSON.parse(text) as LogLine];
  } catch {
    // The end of a line that is being written.
    return [];
  }
}

/**
 * The answer to a question.
 *
 * @param asked the value that the question asks about
 */
export function ask({ where, answer, functions }: SavedQuery, lines: LogLine[], asked = ''): Answer {
  const names: readonly unknown[] | undefined = functions;
  const found = lines
    .filter((line) => !names || names.includes(line['function']))
    .filter((line) => where.every((condition) => holds(condition, line, asked)))
    .sort((one, other) => textOf(one, 'timestamp').localeCompare(textOf(other, 'timestamp')));
  if ('fields' in answer) {
    const shown = ['timestamp', ...answer.fields];
    return { columns: shown, rows: found.map((line) => only(shown, line)) };
  }
  const { columns, by } = answer;
  const groups = Map.groupBy(found, (line) => JSON.stringify(by.map((field) => line[field] ?? null)));
  const rows = [...groups.values()].map((group) => ({
    ...Object.fromEntries(columns.map((column) => [column.name, cellOf(column, group)])),
    ...Object.fromEntries(by.map((field) => [field, group[0]?.[field]])),
  }));
  const [{ name: first }] = columns;
  return {
    columns: [...columns.map(({ name }) => name), ...by],
    rows: rows.sort((one: LogLine, other: LogLine) => Number(other[first]) - Number(one[first])),
  };
}

function holds(condition: Condition, line: LogLine, asked: string): boolean {
  if ('anyOf' in condition) return condition.anyOf.some((each) => holds(each, line, asked));
  const value = line[condition.field];
  if ('isPresent' in condition) return value !== undefined;
  return value === (condition.equals === ASKED ? asked : condition.equals);
}

/** The value of a column for the lines of a row, which are sorted by time. */
function cellOf(column: Column, lines: LogLine[]): unknown {
  if (column.value === 'count') return lines.length;
  const values = lines.map((line) => line[column.of]).filter((value) => value !== undefined);
  if (column.value === 'earliest') return values[0];
  if (column.value === 'latest') return values.at(-1);
  return values.length === 0 ? undefined : Math.max(...values.map(Number));
}

/** The fields of a line that have one of these names. */
const only = (names: readonly string[], line: LogLine): LogLine =>
  Object.fromEntries(names.filter((name) => line[name] !== undefined).map((name) => [name, line[name]]));

const textOf = (line: LogLine, field: string) => String(line[field] ?? '');

/** An answer as text: lines with the fields that they have, or a table without the columns that are empty. */
export function answerText({ columns, rows }: Answer, isTable: boolean): string {
  const shown = (value: unknown) => (value === undefined ? '' : String(value));
  if (!isTable)
    return rows
      .map((row) =>
        columns
          .filter((name) => row[name] !== undefined)
          .map((name) => (name === 'timestamp' ? shown(row[name]) : `${name}=${shown(row[name])}`))
          .join('  '),
      )
      .join('\n');
  const used = columns.filter((name) => rows.some((row) => row[name] !== undefined));
  const cells = [used, ...rows.map((row) => used.map((name) => shown(row[name])))];
  const widths = used.map((_, index) => Math.max(...cells.map((row) => row[index]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
