/** Registers many customers: as few requests as possible, each row with its result. */
import type * as z from 'zod/mini';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { type Client, mayPass } from '../../shared/client/client.ts';
import {
  type createCustomer,
  importCustomers,
  MAX_BODY_BYTES,
  MAX_IMPORT_ROWS,
} from '../../shared/contract/contract.ts';
import type { FieldError } from '../../shared/contract/problem.ts';
import type { Customer } from './customerStatus.tsx';

/** `idempotencyKey` tells rows apart that aren't known by their content. */
export type ImportRow = z.input<typeof createCustomer.body> & { idempotencyKey?: string };

/** What came of a row: registered, registered by an earlier request, or refused. */
export type ImportResult = { customer: Customer; replayed?: true } | { problem: RowProblem };
export type RowProblem = { code: string; status: number; detail: string; errors?: FieldError[] };

/** How often rows that met a busy service are sent again, and how long each try waits longer than the one before. */
const MAX_ATTEMPTS = 5;
const PAUSE_MS = 1000;

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
const ENVELOPE_BYTES = bytesOf({ customers: [] });

/** The rows in as many requests as they need, by number and by size. */
export function batchesOf<Row>(rows: readonly Row[]): Row[][] {
  const batches: Row[][] = [];
  let bytes = 0;
  for (const row of rows) {
    const size = bytesOf(row) + 1;
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
 * Sends the rows, a batch after the other. What was sent before an answer was lost can be sent again: nobody is registered twice.
 *
 * @param progress told of each row's result as it comes
 * @throws ApiProblem where a batch as a whole is refused, or no answer comes after several tries
 */
export async function importRows(
  call: Client,
  rows: readonly ImportRow[],
  progress: (index: number, result: ImportResult) => void,
  signal?: AbortSignal,
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
        attempt,
      );
      const busy = rest.filter((_, index) => isBusy(results[index]) && attempt < MAX_ATTEMPTS);
      for (const [index, each] of rest.entries()) {
        const result = results[index];
        if (result && !busy.includes(each)) progress(each.index, result);
      }
      rest = busy;
      if (rest.length > 0) await pause(attempt);
    }
  }
}

const isBusy = (result: ImportResult | undefined) =>
  result !== undefined && 'problem' in result && result.problem.status >= 500;

async function send(call: Client, customers: ImportRow[], firstAttempt: number): Promise<ImportResult[]> {
  for (let attempt = firstAttempt; ; attempt++) {
    try {
      const { results } = await call(importCustomers, { body: { customers } });
      return results as ImportResult[];
    } catch (error) {
      const passing = mayPass(error) || (error instanceof ApiProblem && error.status === 429);
      if (!passing || attempt >= MAX_ATTEMPTS) throw error;
      await pause(attempt);
    }
  }
}

const pause = (attempt: number) => new Promise((resolve) => setTimeout(resolve, attempt * PAUSE_MS));
