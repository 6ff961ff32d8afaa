/**
 * `npm run import -- customers.csv`: registers the customers of a spreadsheet. The import can be stopped at any moment, and the file
 * corrected and imported again: the API knows each row by its content, and gives a repeated row the answer that it had before.
 */
import { createHash } from 'node:crypto';
import { openSync, renameSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import { ApiProblem, noAnswer } from '../shared/client/ApiProblem.ts';
import { type Client, createClient } from '../shared/client/client.ts';
import { SpreadsheetError } from '../shared/import/faults.ts';
import { rejectsFileOf, rejectsOf } from '../shared/import/rejects.ts';
import {
  type ImportResult,
  type ImportRow,
  isDailyLimit,
  type RowProblem,
  sendRows,
} from '../shared/import/sendRows.ts';
import type { Spreadsheet, SpreadsheetRow } from '../shared/import/spreadsheet.ts';
import { ImportError, readArguments, readCustomers, USAGE } from './importArguments.ts';
import { showProgress } from './progress.ts';
import { runningStack } from './runningStack.ts';
import { fileFaultText, readingText, rowFaultText } from './spreadsheetText.ts';

/** The account that imports on a local stack. */
const LOCAL_ACCOUNT = 'owner@acme.example';

type Api = { url: string; call: Client };

const AGAIN = 'Run it again later: nobody is registered twice.';
const stopping = new AbortController();

async function run(): Promise<number> {
  const { values, file } = readArguments(process.argv.slice(2));
  // The list of processes shows the command line. From here on, it doesn't show the token.
  process.title = 'import customers';
  if (file === undefined) {
    console.log(USAGE);
    return 0;
  }
  const { table, spreadsheet } = await readCustomers(file, values);
  const api = await apiOf(values);
  const rejectsFile = values.rejects ?? rejectsFileOf(file);
  if (resolve(rejectsFile) === resolve(file)) throw new ImportError(`--rejects must be another file than ${file}.`);
  console.log(readingText(table));
  return importRows(spreadsheet, api, rejectsFile);
}

/** The API of the arguments, or the one of the local stack, with a client that sends the token. */
async function apiOf({ api, token = process.env['PORTAL_TOKEN'] }: { api?: string; token?: string }): Promise<Api> {
  if (api !== undefined) {
    if (!URL.canParse(api)) throw new ImportError(`--api must be an address such as https://partners.cloud.example`);
    if (!token) throw new ImportError('Not signed in: set PORTAL_TOKEN (or --token) to an access token.');
    return apiAt(new URL(api).origin, async () => token);
  }
  const stack = await runningStack();
  if (!stack) throw new ImportError('No stack is running here: `npm start` first, or name an API with --api.');
  const { portalUrl, oidcIssuer } = stack;
  if (token) return apiAt(portalUrl, async () => token);
  const address = `${oidcIssuer}/local/token?${new URLSearchParams({ account: LOCAL_ACCOUNT })}`;
  const fresh = async () => {
    const response = await fetch(address).catch((error: unknown) => {
      throw noAnswer(error);
    });
    return response.text();
  };
  return apiAt(portalUrl, fresh, fresh);
}

/** @param renew gets a new token after a refused one; absent for a token that the person gave */
const apiAt = (url: string, token: () => Promise<string>, renew?: () => Promise<string>): Api => ({
  url,
  call: createClient({ origin: url, token, renew: async () => renew?.(), signIn: async () => {} }),
});

async function importRows(spreadsheet: Spreadsheet, { url, call }: Api, rejectsFile: string): Promise<number> {
  const { rows } = spreadsheet;
  const sendable = withKeys(rows).filter(({ faults }) => faults.length === 0);
  const results = new Map<number, ImportResult>();
  const tally = { registered: 0, before: 0, rejected: 0 };
  const rejects = rejectsIn(rejectsFile, spreadsheet);
  const progress = showProgress(rows.length, process.stderr);
  let limit: RowProblem | undefined;
  let next = 0;

  /** Counts the rows up to the first one without a result, so that rejects stand in the order of the file. */
  const count = (): void => {
    // Only after an answer: an import that fails earlier must not move the rejects, which a person may be correcting.
    rejects.keepEarlierAside();
    let done = 0;
    for (let row = rows[next]; row && (row.faults.length > 0 || results.has(row.number)); row = rows[++next]) {
      const result = results.get(row.number);
      if (result && 'problem' in result && isDailyLimit(result.problem)) continue;
      done += 1;
      if (result && 'customer' in result) {
        tally[result.replayed ? 'before' : 'registered'] += 1;
      } else {
        tally.rejected += 1;
        rejects.write(row, result ? reasonOf(result.problem) : row.faults.map(rowFaultText).join('; '));
      }
    }
    progress.done(done);
  };

  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const ending = new AbortController();
  try {
    await sendRows(
      call,
      sendable.map(({ row }) => row),
      (answered) => {
        for (const [index, result] of answered) {
          results.set(sendable[index]?.number ?? 0, result);
          if ('problem' in result && isDailyLimit(result.problem)) limit = result.problem;
        }
        count();
        if (limit) ending.abort();
      },
      { signal: AbortSignal.any([stopping.signal, ending.signal]) },
    );
    count();
  } catch (error) {
    if (error instanceof ApiProblem) throw new ImportError(wholeReason(error, url));
    if (!stopping.signal.aborted && !ending.signal.aborted) throw error;
  } finally {
    progress.end();
    const { registered, before, rejected } = tally;
    const counted = registered + before + rejected;
    const where = rejected > 0 ? `: see ${rejectsFile}` : '';
    const left = counted < rows.length ? ` ${rows.length - counted} rows are left.` : '';
    // If the import ended before its first row, the error says everything.
    if (counted > 0 || left === '' || limit)
      console.log(`${registered} registered, ${before} registered before, ${rejected} rejected${where}.${left}`);
  }
  if (limit) throw new ImportError(`${limit.detail} Run it again then: nobody is registered twice.`);
  if (!stopping.signal.aborted) return 0;
  console.log(`Stopped. ${AGAIN}`);
  return 130;
}

/** Adds an idempotency key to each row that repeats an earlier row of the file: the row is a duplicate, not the first one sent again. */
function withKeys(rows: SpreadsheetRow[]): (Omit<SpreadsheetRow, 'row'> & { row: ImportRow })[] {
  const seen = new Map<string, number>();
  return rows.map((each) => {
    const content = JSON.stringify(each.row);
    const nth = seen.get(content) ?? 0;
    seen.set(content, nth + 1);
    const row = each.row as ImportRow;
    if (nth === 0) return { ...each, row };
    const digest = createHash('sha256').update(content).digest('hex');
    return { ...each, row: { ...row, idempotencyKey: `row-${digest}-${nth}` } };
  });
}

/** The file of the rejected rows. The first rejected row creates the file. */
function rejectsIn(path: string, spreadsheet: Spreadsheet) {
  const { header, line } = rejectsOf(spreadsheet);
  let earlierIsAside = false;
  let file: number | undefined;
  return {
    /** Renames the rejects of an earlier import to `….bak`. */
    keepEarlierAside: (): void => {
      if (!earlierIsAside && statSync(path, { throwIfNoEntry: false })?.isFile()) renameSync(path, `${path}.bak`);
      earlierIsAside = true;
    },
    write: (row: SpreadsheetRow, reason: string): void => {
      file ??= begin();
      writeSync(file, line(row, reason));
    },
  };

  function begin(): number {
    try {
      const opened = openSync(path, 'w');
      writeSync(opened, header);
      return opened;
    } catch (error) {
      throw new ImportError(`The rejects can't be written to ${path}: ${(error as NodeJS.ErrnoException).code}.`);
    }
  }
}

/** The first Ctrl+C waits for the current request to end. The second one does not wait. */
function stop(): void {
  if (stopping.signal.aborted) process.exit(130);
  stopping.abort();
}

/** Why the whole import could not continue, in one line. */
function wholeReason({ status, message, cause }: ApiProblem, url: string): string {
  if (status === 0) {
    const { cause: reason, message: said = '' } = (cause ?? {}) as { cause?: { code?: string }; message?: string };
    return `${url} can't be reached: ${reason?.code ?? said}. ${AGAIN}`;
  }
  if (status === 401) return 'Not signed in: the access token is not valid any more. Get a new one, and run it again.';
  if (status === 503) return `The service is busy. ${AGAIN}`;
  return message || `${url} answers ${status}.`;
}

/** Why a row was rejected: the errors of its fields, or the sentence that says what to do. */
function reasonOf({ status, errors = [], detail }: RowProblem): string {
  if (status >= 500) return 'the service failed on this row: run it again later, and tell the provider if it stays so';
  return errors.length > 0 ? errors.map(({ message }) => message).join('; ') : detail;
}

try {
  process.exitCode = await run();
} catch (error) {
  if (error instanceof SpreadsheetError) console.error(fileFaultText(error));
  else console.error(error instanceof ImportError ? error.message : error);
  process.exitCode = 1;
}
