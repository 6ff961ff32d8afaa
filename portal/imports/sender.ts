/** Sends the rows of imports: one import after the other, one request after the other. */
import { ApiProblem, noAnswer } from '../../shared/client/ApiProblem.ts';
import type { Client } from '../../shared/client/client.ts';
import { getMe, listCustomers } from '../../shared/contract/contract.ts';
import { answersOf, type ImportResult, type ImportRow, pauseAfter, pauseOf } from '../../shared/import/sendRows.ts';
import type { Imports, SentRow } from './database.ts';
import type { Stop } from './job.ts';

/** The longest pause, if the service does not ask for a longer one. */
const MAX_PAUSE_SECONDS = 60;
/** How often a request is sent on which the service fails (status 500): the reason may be in the request. */
const MAX_FAILURES = 8;

/** Pauses for as long as nothing could be sent: 1 second, then 2, 4, … */
const growing = (attempt: number): number => Math.min(2 ** (attempt - 1), MAX_PAUSE_SECONDS);

export type Outcome = 'signIn' | 'elsewhere' | 'sent';

/**
 * Sends until no import is running.
 *
 * @param rest waits for so many seconds; less if the network comes back, or if the import is stopped
 * @param signal ends the sending; a request that is under way counts as without an answer
 * @returns `signIn` if the session has ended: its imports go on after the person has signed in. `elsewhere` if the person belongs to another
 * partner now: its customers would get the rows
 */
export async function sendImports(
  imports: Imports,
  call: Client,
  rest: (seconds: number, id: string) => Promise<void>,
  signal: AbortSignal,
): Promise<Outcome> {
  let attempt = 0;
  let failures = 0;
  /** Nobody changes the partner between two requests that follow each other at once. */
  let isPartnerKnown = false;
  while (!signal.aborted) {
    const batch = await imports.nextBatch();
    if (!batch) return 'sent';
    const { id, since, pause } = batch.job;
    attempt += 1;
    try {
      if (!isPartnerKnown && (await partnerIdOf(call, signal)) !== imports.partnerId) return 'elsewhere';
      isPartnerKnown = true;
      // Not before an answer: two tabs whose sessions have ended would end each other's pause again and again.
      if (pause?.why === 'signIn') await imports.endPause(id);
      if (since === undefined) await imports.setSince(id, await newest(call, signal));
      const rows = batch.rows.map(({ row }) => row as ImportRow);
      const results = await answersOf(call, rows, batch.job.language, signal);
      const answers = batch.rows.map((row, index): [SentRow, ImportResult] => [row, results[index] as ImportResult]);
      failures = 0;
      const seconds = Math.max(0, ...answers.map(([{ failures = 0 }, result]) => pauseOf(result, failures + 1) ?? 0));
      // If rows were done, the service is there: the pauses begin again with the shortest one.
      if (answers.some(([{ failures = 0 }, result]) => pauseOf(result, failures + 1) === undefined)) attempt = 0;
      await imports.answer(id, answers);
      if (seconds > 0) {
        const wait = attempt > 0 ? Math.max(seconds, growing(attempt)) : seconds;
        if (attempt > 0) await imports.pause(id, { why: 'service', until: inSeconds(wait) });
        await rest(wait, id);
        isPartnerKnown = false;
      }
    } catch (error) {
      if (signal.aborted) break;
      if (!(error instanceof ApiProblem)) throw error;
      if (error.status === 401) {
        await imports.pause(id, { why: 'signIn' });
        return 'signIn';
      }
      const seconds = pauseAfter(error, growing(attempt));
      if (error.status === 500) failures += 1;
      isPartnerKnown = false;
      if (seconds === undefined || failures >= MAX_FAILURES) {
        await imports.stop(id, stopOf(error));
        attempt = 0;
        failures = 0;
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

/** The partner of the person; undefined if there is none. */
async function partnerIdOf(call: Client, signal: AbortSignal): Promise<string | undefined> {
  const { partner } = await call(getMe, {}, { signal });
  if (partner === undefined) throw noAnswer();
  return partner?.id;
}

/** When the newest customer was created; empty if there is none. */
async function newest(call: Client, signal: AbortSignal): Promise<string> {
  const { customers } = await call(listCustomers, { query: { pageSize: '1' } }, { signal });
  if (!Array.isArray(customers)) throw noAnswer();
  return customers[0]?.createdAt ?? '';
}

/** The refusal of a whole request, with all that the server says. */
const stopOf = (error: ApiProblem): Stop => ({ why: 'problem', problem: { ...error.body, status: error.status } });
