/**
 * `npm run import -- customers.csv`: registers the customers of a spreadsheet. It can be stopped at any moment, corrected and run
 * again: the API knows each row by its content, and rows that went in before answer as they did.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, readFileSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MAX_BODY_BYTES, MAX_IMPORT_ROWS } from '../shared/contract/contract.ts';
import {
  readSpreadsheet,
  rejectsFileOf,
  rejectsOf,
  type Spreadsheet,
  SpreadsheetError,
  type SpreadsheetRow,
} from '../shared/import/spreadsheet.ts';
import { showProgress } from './progress.ts';
import { runningStack } from './runningStack.ts';

const USAGE = `npm run import -- customers.csv [--api URL] [--token TOKEN] [--rejects FILE]

  --api      origin of the API; without it, the stack that runs on this machine
  --token    access token; better set PORTAL_TOKEN, which no list of processes shows
  --rejects  where the rejected rows go, with the reasons (customers.rejected.csv)`;

/** Who imports on a local stack. */
const LOCAL_ACCOUNT = 'owner@acme.example';
/** How often a request is sent before the import gives up, and how long it waits where the answer doesn't say. */
const MAX_ATTEMPTS = 8;
/** How often a row is sent that the service fails on while others go through: something in it may be the reason. */
const MAX_ROW_FAILURES = 3;
const PAUSE_SECONDS = 1;
/** Longest wait that is worth it: a limit for the rest of the day is not waited for. */
const MAX_PAUSE_SECONDS = 120;
/** Longer than a function may run. */
const REQUEST_TIMEOUT_MS = 30_000;

/** What ends the import, in one line. */
class ImportError extends Error {}

type Problem = {
  code: string;
  status: number;
  detail: string;
  errors?: { message: string }[];
  retryAfterSeconds?: number;
};
type Result = { customer: { id: string }; replayed?: true } | { problem: Problem };
type Api = { url: string; token: () => Promise<string>; renewable: boolean };

/** A row on its way: `idempotencyKey` where the same row stands in the file more than once. */
type Sent = SpreadsheetRow & { json: string };

const AGAIN = 'Run it again later: nobody is registered twice.';
let stopped = false;

async function run(): Promise<number> {
  const { values, positionals } = readArguments();
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const [file, surplus] = positionals;
  if (file === undefined) throw new ImportError(`Which file? ${USAGE.split('\n', 1)}`);
  if (surplus !== undefined) throw new ImportError(`One file at a time, not "${surplus}" as well.`);
  const spreadsheet = readSpreadsheet(readFile(file));
  const api = await apiOf(values);
  const rejectsFile = values.rejects ?? rejectsFileOf(file);
  if (resolve(rejectsFile) === resolve(file)) throw new ImportError(`--rejects must be another file than ${file}.`);
  return importRows(spreadsheet, api, rejectsFile);
}

function readArguments() {
  try {
    const options = {
      api: { type: 'string' },
      token: { type: 'string' },
      rejects: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const read = parseArgs({ options, allowPositionals: true });
    // What stands on the command line is in the list of processes: from here on, the token isn't.
    process.title = 'import customers';
    return read;
  } catch (error) {
    throw new ImportError(`${error instanceof Error ? error.message.split('\n', 1) : error} (--help says more)`);
  }
}

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

/** The API that is named, or the local stack; with a token. */
async function apiOf({ api, token = process.env['PORTAL_TOKEN'] }: { api?: string; token?: string }): Promise<Api> {
  if (api !== undefined) {
    if (!URL.canParse(api)) throw new ImportError(`--api must be an address such as https://partners.cloud.example`);
    if (!token) throw new ImportError('Not signed in: set PORTAL_TOKEN (or --token) to an access token.');
    return { url: new URL(api).origin, token: async () => token, renewable: false };
  }
  const stack = await runningStack();
  if (!stack) throw new ImportError('No stack is running here: `npm start` first, or name an API with --api.');
  const { portalUrl, oidcIssuer } = stack;
  if (token) return { url: portalUrl, token: async () => token, renewable: false };
  const account = new URLSearchParams({ account: LOCAL_ACCOUNT });
  return {
    url: portalUrl,
    token: async () => (await fetch(`${oidcIssuer}/local/token?${account}`)).text(),
    renewable: true,
  };
}

async function importRows(spreadsheet: Spreadsheet, api: Api, rejectsFile: string): Promise<number> {
  const { rows } = spreadsheet;
  const tally = { registered: 0, before: 0, rejected: 0 };
  const { header, line } = rejectsOf(spreadsheet);
  let rejects: WriteStream | undefined;
  const reject = async (row: SpreadsheetRow, reason: string): Promise<void> => {
    if (!rejects) {
      rejects = createWriteStream(rejectsFile);
      await once(rejects, 'open').catch(({ code }) => {
        throw new ImportError(`The rejects can't be written to ${rejectsFile}: ${code}.`);
      });
      rejects.write(header);
    }
    tally.rejected += 1;
    rejects.write(line(row, reason));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  const progress = showProgress(rows.length, process.stderr);
  let limit: Problem | undefined;
  let answered = false;
  try {
    for (const batch of batches(rows)) {
      if (stopped || limit) break;
      const sendable = batch.filter(({ problem }) => problem === undefined);
      const results = await send(sendable, api);
      // Not before there is an answer: somebody may have corrected what was rejected before.
      if (!answered) keepAside(rejectsFile);
      answered = true;
      let done = 0;
      for (const row of batch) {
        const result = results.get(row);
        limit ??= limitOf(result);
        if (limitOf(result)) continue;
        done += 1;
        if (result && 'customer' in result) tally[result.replayed ? 'before' : 'registered'] += 1;
        else await reject(row, row.problem ?? (result ? reasonOf(result.problem) : ''));
      }
      progress.done(done);
    }
  } finally {
    progress.end();
    if (rejects) await new Promise((resolve) => rejects?.end(resolve));
    const { registered, before, rejected } = tally;
    const count = registered + before + rejected;
    const where = rejected > 0 ? `: see ${rejectsFile}` : '';
    const left = count < rows.length ? ` ${rows.length - count} rows are left.` : '';
    // Of an import that didn't get to its first row, the reason says it all.
    if (count > 0 || left === '' || limit)
      console.log(`${registered} registered, ${before} registered before, ${rejected} rejected${where}.${left}`);
  }
  if (limit) throw new ImportError(`${limit.detail} Run it again then: nobody is registered twice.`);
  if (!stopped) return 0;
  console.log(`Stopped. ${AGAIN}`);
  return 130;
}

/** What an earlier import has rejected is kept beside what this one rejects. */
function keepAside(rejectsFile: string): void {
  if (statSync(rejectsFile, { throwIfNoEntry: false })?.isFile()) renameSync(rejectsFile, `${rejectsFile}.bak`);
}

/** That the partner may send no more invitations today: no fault of the row. */
const limitOf = (result: Result | undefined): Problem | undefined =>
  result && 'problem' in result && result.problem.code === 'INVITATION_LIMIT' ? result.problem : undefined;

/** The first Ctrl+C lets what is on its way come to its end, the second doesn't wait. */
function stop(): void {
  if (stopped) process.exit(130);
  stopped = true;
}

/** As many rows at a time as a request takes, by number and by size. */
function* batches(rows: SpreadsheetRow[]): Generator<Sent[]> {
  const seen = new Map<string, number>();
  let batch: Sent[] = [];
  let bytes = BRACKETS_BYTES;
  for (const row of rows) {
    const content = JSON.stringify(row.row);
    const nth = seen.get(content) ?? 0;
    seen.set(content, nth + 1);
    // A row that stands there twice is a duplicate, and not the first one sent again.
    const json = nth === 0 ? content : JSON.stringify({ ...row.row, idempotencyKey: repeatedKey(content, nth) });
    const size = Buffer.byteLength(json) + 1;
    if (batch.length === MAX_IMPORT_ROWS || bytes + size > MAX_BODY_BYTES) {
      if (batch.length > 0) yield batch;
      batch = [];
      bytes = BRACKETS_BYTES;
    }
    const tooLarge = BRACKETS_BYTES + size > MAX_BODY_BYTES;
    batch.push({ ...row, json, ...(tooLarge && { problem: `the row is larger than ${MAX_BODY_BYTES} bytes` }) });
    if (!tooLarge) bytes += size;
  }
  if (batch.length > 0) yield batch;
}

const body = (rows: Sent[]) => `{"customers":[${rows.map(({ json }) => json).join(',')}]}`;
const BRACKETS_BYTES = body([]).length;
const repeatedKey = (content: string, nth: number) =>
  `row-${createHash('sha256').update(content).digest('hex')}-${nth}`;

/** Sends rows until each has its result; those that met a busy service go again, and for a while those that it fails on. */
async function send(batch: Sent[], api: Api): Promise<Map<Sent, Result>> {
  const results = new Map<Sent, Result>();
  let rest = batch;
  for (let attempt = 1; rest.length > 0; attempt++) {
    const answers = await post(rest, api);
    for (const [index, row] of rest.entries()) results.set(row, answers[index] as Result);
    const pauses = new Map(rest.map((row) => [row, pauseOf(results.get(row), attempt)]));
    rest = rest.filter((row) => pauses.get(row) !== undefined);
    if (rest.length === 0) break;
    if (attempt === MAX_ATTEMPTS) throw new ImportError(`The service is busy. ${AGAIN}`);
    await setTimeout(Math.max(...rest.map((row) => pauses.get(row) ?? 0)) * 1000);
  }
  return results;
}

/** After how many seconds a row may go through that hasn't; undefined where it is done, or won't. */
function pauseOf(result: Result | undefined, attempt: number): number | undefined {
  if (result === undefined || 'customer' in result) return undefined;
  const { status, retryAfterSeconds = PAUSE_SECONDS } = result.problem;
  const passing = limitOf(result) || status === 503 || (status >= 500 && attempt < MAX_ROW_FAILURES);
  return passing && retryAfterSeconds <= MAX_PAUSE_SECONDS ? retryAfterSeconds : undefined;
}

async function post(rows: Sent[], api: Api): Promise<Result[]> {
  for (let attempt = 1; ; attempt++) {
    const answer = await request(rows, api);
    if ('results' in answer) return answer.results;
    const { status, reason, retryAfterSeconds = PAUSE_SECONDS * attempt } = answer;
    const passing = status === 0 || status === 429 || status >= 500 || (status === 401 && api.renewable);
    if (!passing || attempt === MAX_ATTEMPTS || retryAfterSeconds > MAX_PAUSE_SECONDS) throw new ImportError(reason);
    await setTimeout(retryAfterSeconds * 1000);
  }
}

type Refusal = { status: number; reason: string; retryAfterSeconds?: number };

/** One request. Status 0 is an API that can't be reached. */
async function request(rows: Sent[], api: Api): Promise<{ results: Result[] } | Refusal> {
  try {
    const response = await fetch(`${api.url}/v1/customers/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await api.token()}`, 'content-type': 'application/json' },
      body: body(rows),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    if (response.ok) return (await response.json()) as { results: Result[] };
    const { status, headers } = response;
    const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
    const retryAfter = headers.get('retry-after');
    return {
      status,
      reason: wholeReason(status, problem, api),
      ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }),
    };
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    return { status: 0, reason: `${api.url} can't be reached: ${cause?.code ?? message}. ${AGAIN}` };
  }
}

/** Why nothing at all could be registered, in one line. */
function wholeReason(status: number, { code, detail }: Partial<Problem>, { url }: Api): string {
  if (status === 401) return 'Not signed in: the access token is not valid any more. Get a new one, and run it again.';
  return detail ?? `${url} answers ${status} ${code ?? ''}`.trim();
}

/** Why a row was rejected: what is wrong with its fields, or the sentence that says what to do. */
function reasonOf({ status, errors = [], detail }: Problem): string {
  if (status >= 500) return 'the service failed on this row: run it again later, and tell the provider if it stays so';
  return errors.length > 0 ? errors.map(({ message }) => message).join('; ') : detail;
}

try {
  process.exitCode = await run();
} catch (error) {
  const expected = error instanceof ImportError || error instanceof SpreadsheetError;
  console.error(expected ? error.message : error);
  process.exitCode = 1;
}
