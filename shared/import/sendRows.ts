/** Registers many customers through the API, in as few requests as possible, with a result for each row. */
import type * as z from 'zod/mini';
import { ApiProblem, noAnswer, type ProblemBody } from '../client/ApiProblem.ts';
import { type Answer, type Client, mayPass } from '../client/client.ts';
import { type createCustomer, importCustomers, MAX_BODY_BYTES, MAX_IMPORT_ROWS } from '../contract/contract.ts';

/** A row: the body of `createCustomer`. `idempotencyKey` distinguishes rows with the same content. */
export type ImportRow = z.input<typeof createCustomer.body> & { idempotencyKey?: string };

type BatchLanguage = z.input<typeof importCustomers.body>['language'];
type Registered = Extract<Answer<typeof importCustomers>['results'][number], { customer: unknown }>;
export type RowProblem = ProblemBody & { code: string; status: number; detail: string };
/** The result of a row: the registered customer (`replayed`: by an earlier request), or the refusal. */
export type ImportResult = Registered | { problem: RowProblem };

/** How often a request is sent, or a row that the service was too busy for, before the import gives up. */
const MAX_ATTEMPTS = 8;
/** How often a row is sent that makes the service fail (status 500): the reason may be in the row. */
export const MAX_ROW_FAILURES = 3;
/** The pause if the answer has no `Retry-After`. */
const PAUSE_SECONDS = 1;
/** The longest pause. For a longer one, such as the rest of the day, the import ends with the refusal. */
const MAX_PAUSE_SECONDS = 120;

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
const ENVELOPE_BYTES = bytesOf({ customers: [], language: 'en' });
/** The bytes of a row and the comma after it. */
const rowBytes = (row: unknown) => bytesOf(row) + 1;
/** Whether a row alone is larger than a request may be. */
const isTooLarge = (row: unknown): boolean => ENVELOPE_BYTES + rowBytes(row) > MAX_BODY_BYTES;

/** Splits the rows into batches for one request each, by the contract's limits of rows and bytes. */
export function batchesOf<Row>(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = isTooLarge(row) ? 0 : rowBytes(row);
    const batch = batches.at(-1);
    if (!batch || batch.length === MAX_IMPORT_ROWS || bytes + size > MAX_BODY_BYTES) {
      batches.push([row]);
      bytes = ENVELOPE_BYTES + size;
    } else {
      batch.push(row);
      bytes += size;
    }
  }
  return batches;
}

/**
 * Sends the rows, one batch after another. If an answer is lost, the rows can be sent again: no customer is registered twice.
 *
 * @param report called after each request with its results, each with the index of its row
 * @param options `language`: of the mails to customers whose rows name none. `signal`: ends the import before the next request
 * @throws ApiProblem if a batch as a whole is refused, if no answer comes, or if the service stays busy
 */
export async function sendRows(
  call: Client,
  rows: readonly ImportRow[],
  report: (results: [index: number, result: ImportResult][]) => void,
  { language, signal }: { language?: BatchLanguage; signal?: AbortSignal } = {},
): Promise<void> {
  let first = 0;
  for (const batch of batchesOf(rows)) {
    let rest = batch.map((row, index) => ({ row, index: first + index }));
    first += batch.length;
    for (let attempt = 1; rest.length > 0; attempt++) {
      signal?.throwIfAborted();
      const results = await send(
        call,
        rest.map(({ row }) => row),
        language,
      );
      const answered = rest.map((each, i) => ({
        ...each,
        result: results[i],
        pauseSeconds: pauseOf(results[i], attempt),
      }));
      report(
        answered.flatMap(({ index, result, pauseSeconds }) =>
          result && pauseSeconds === undefined ? [[index, result]] : [],
        ),
      );
      const waiting = answered.filter(({ pauseSeconds }) => pauseSeconds !== undefined);
      if (waiting.length > 0 && attempt === MAX_ATTEMPTS) throw busy(waiting[0]?.result);
      if (waiting.length > 0) await pause(Math.max(...waiting.map(({ pauseSeconds = 0 }) => pauseSeconds)));
      rest = waiting;
    }
  }
}

/** The result of a row that is too large to be sent. */
const TOO_LARGE: ImportResult = {
  problem: { code: 'BODY_TOO_LARGE', status: 413, detail: `the row is larger than ${MAX_BODY_BYTES} bytes` },
};

/** Whether a row was refused because the partner has reached a limit of the day. The row itself is not at fault. */
export const isDailyLimit = ({ code }: Pick<RowProblem, 'code'>): boolean =>
  code === 'INVITATION_LIMIT' || code === 'REFUSAL_LIMIT';

/**
 * After how many seconds a row is sent again; undefined if it is done.
 *
 * @param attempt which attempt this was, or how often the service has failed on the row
 */
export function pauseOf(result: ImportResult | undefined, attempt: number): number | undefined {
  if (!result || 'customer' in result) return undefined;
  const { code, status, retryAfterSeconds = PAUSE_SECONDS } = result.problem;
  const passes = status === 503 || isDailyLimit({ code }) || (status >= 500 && attempt < MAX_ROW_FAILURES);
  return passes && retryAfterSeconds <= MAX_PAUSE_SECONDS ? retryAfterSeconds : undefined;
}

const busy = (result: ImportResult | undefined) =>
  new ApiProblem(503, result && 'problem' in result ? result.problem : {});

/**
 * Sends rows in one request. @returns the results, in the order of the rows
 *
 * @throws ApiProblem as without an answer, if it is not the API's: the sign-in page of a network can answer in its place
 */
export async function answersOf(
  call: Client,
  rows: readonly ImportRow[],
  language?: BatchLanguage,
  signal?: AbortSignal,
): Promise<ImportResult[]> {
  const customers = rows.filter((row) => !isTooLarge(row));
  if (customers.length === 0) return rows.map(() => TOO_LARGE);
  const body = { customers, ...(language !== undefined && { language }) };
  const answer: Partial<Answer<typeof importCustomers>> = await call(
    importCustomers,
    { body },
    { ...(signal && { signal }) },
  );
  if (!Array.isArray(answer.results) || answer.results.length !== customers.length) throw noAnswer();
  // The problem of a row has the same members as the body of a refusal.
  const results = answer.results as ImportResult[];
  return rows.map((row) => results[customers.indexOf(row)] ?? TOO_LARGE);
}

async function send(call: Client, rows: ImportRow[], language?: BatchLanguage): Promise<ImportResult[]> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await answersOf(call, rows, language);
    } catch (error) {
      const seconds = pauseAfter(error, attempt * PAUSE_SECONDS);
      if (attempt === MAX_ATTEMPTS || seconds === undefined) throw error;
      await pause(seconds);
    }
  }
}

/**
 * After how many seconds a request that failed is sent again; undefined if its refusal stands.
 *
 * @param usual the seconds if the answer has no `Retry-After`
 */
export function pauseAfter(error: unknown, usual: number): number | undefined {
  if (!(error instanceof ApiProblem) || !(mayPass(error) || error.status === 429)) return undefined;
  const seconds = error.retryAfterSeconds ?? usual;
  return seconds <= MAX_PAUSE_SECONDS ? seconds : undefined;
}

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
