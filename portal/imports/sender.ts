/** Sends the rows of imports: one import after the other, one request after the other. */
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import type { Client } from '../../shared/client/client.ts';
import { importCustomers, listCustomers } from '../../shared/contract/contract.ts';
import {
  type ImportResult,
  type ImportRow,
  isTooLarge,
  pauseAfter,
  pauseOf,
  TOO_LARGE,
} from '../../shared/import/sendRows.ts';
import type { Imports, SentRow } from './database.ts';
import type { Import, Stop } from './job.ts';

/** The longest pause, if the service does not ask for a longer one. */
const MAX_PAUSE_SECONDS = 60;
/** How often a request is sent on which the service fails (status 500): the reason may be in the request. */
const MAX_FAILURES = 8;

/** Pauses for as long as nothing could be sent: 1 second, then 2, 4, … */
const growing = (attempt: number): number => Math.min(2 ** (attempt - 1), MAX_PAUSE_SECONDS);

/**
 * Sends until no import is running.
 *
 * @param rest waits for so many seconds; less if the network comes back, or if the import is stopped
 * @param signal ends the sending; a request that is under way counts as without an answer
 * @returns `signIn` if the session has ended: its imports go on after the person has signed in
 */
export async function sendImports(
  imports: Imports,
  call: Client,
  rest: (seconds: number, id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<'signIn' | 'sent'> {
  let attempt = 0;
  while (!signal.aborted) {
    const batch = await imports.nextBatch();
    if (!batch) return 'sent';
    const { id, since } = batch.job;
    attempt += 1;
    try {
      if (since === undefined) await imports.setSince(id, await newest(call, signal));
      const answers = await answersOf(call, batch, signal);
      const seconds = Math.max(0, ...answers.map(([{ failures = 0 }, result]) => pauseOf(result, failures + 1) ?? 0));
      // If rows were done, the service is there: the pauses begin again with the shortest one.
      if (answers.some(([{ failures = 0 }, result]) => pauseOf(result, failures + 1) === undefined)) attempt = 0;
      await imports.answer(id, answers);
      if (seconds > 0) {
        const pause = attempt > 0 ? Math.max(seconds, growing(attempt)) : seconds;
        if (attempt > 0) await imports.pause(id, { why: 'service', until: inSeconds(pause) });
        await rest(pause, id);
      }
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status === 401) {
        await imports.pause(id, { why: 'signIn' });
        return 'signIn';
      }
      const seconds = pauseAfter(error, growing(attempt));
      if (seconds === undefined || (error.status === 500 && attempt >= MAX_FAILURES)) {
        await imports.stop(id, stopOf(error));
        attempt = 0;
        continue;
      }
      const why = error.status === 0 ? 'network' : 'service';
      await imports.pause(id, { why, until: inSeconds(seconds) });
      await rest(seconds, id);
    }
  }
  return 'sent';
}

const inSeconds = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();

/** When the newest customer was created; empty if there is none. */
async function newest(call: Client, signal: AbortSignal): Promise<string> {
  const { customers } = await call(listCustomers, { query: { pageSize: '1' } }, { signal });
  return customers[0]?.createdAt ?? '';
}

async function answersOf(
  call: Client,
  { job: { language }, rows }: { job: Import; rows: SentRow[] },
  signal: AbortSignal,
): Promise<[SentRow, ImportResult][]> {
  const fitting = rows.filter(({ row }) => !isTooLarge(row));
  const customers = fitting.map(({ row }) => row as ImportRow);
  const results =
    customers.length > 0 ? (await call(importCustomers, { body: { customers, language } }, { signal })).results : [];
  return rows.map((row) => [row, (results[fitting.indexOf(row)] as ImportResult | undefined) ?? TOO_LARGE]);
}

/** The refusal of a whole request, with all that the server says. */
const stopOf = (error: ApiProblem): Stop => ({ why: 'problem', problem: { ...error.body, status: error.status } });
