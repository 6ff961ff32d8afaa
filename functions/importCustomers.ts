import type * as z from 'zod/mini';
import { importCustomers } from '../shared/contract/contract.ts';
import { canonicalEmail } from '../shared/contract/fields.ts';
import { Problem } from '../shared/contract/problem.ts';
import { customerAnswer, replayHeaders } from '../shared/customer/answers.ts';
import type { Changed } from '../shared/customer/store.ts';
import { idempotency } from '../shared/http/circumstances.ts';
import { asProblem } from '../shared/http/refusals.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { notValid } from '../shared/http/validate.ts';
import { inParallel } from '../shared/inParallel.ts';
import { invitedAddress, loadPayingPartner, register } from '../shared/invitation/register.ts';
import { errorFields, writeLog } from '../shared/log.ts';

/** How many rows are registered at the same time. A row takes about 20 ms: one by one, 100 rows still fit the function's ten seconds. */
const PARALLEL = 10;

type Result = z.input<typeof importCustomers.answer>['results'][number];

/**
 * Registers each row of a list on its own, and answers with a result for each row, in the same order. Rows start in order. A
 * row waits for an earlier row with the same address, so the earlier row wins.
 */
export const handler = serve(
  forPartner(importCustomers, async ({ body, sent, membership, circumstances, now, program }) => {
    const { partnerId } = membership;
    const partner = await loadPayingPartner(partnerId, now, program);
    const sentRows = (sent as { customers: unknown[] }).customers;
    const results: Result[] = [];
    const underWay = new Map<string, Promise<unknown>>();
    const seen = new Map<string, number>();

    const registered = async (index: number): Promise<Changed> => {
      const row = body.customers[index];
      if (!row || 'issues' in row) throw notValid(row?.issues ?? [], 'the row');
      const { idempotencyKey, ...registration } = row;
      // A row without a key is recognised by its content, its address as written, and its number among equal rows.
      const content = JSON.stringify([registration, invitedAddress(sentRows[index])]);
      const nth = seen.get(content) ?? 0;
      seen.set(content, nth + 1);
      const key = idempotencyKey ?? JSON.stringify(['row', content, nth]);
      const before = underWay.get(addressOf(registration));
      const registering = (async () => {
        await before?.catch(() => undefined);
        return register(registration, sentRows[index], partner, {
          ...circumstances,
          idempotency: idempotency(partnerId, key, ['createCustomer', {}, registration]),
        });
      })();
      underWay.set(addressOf(registration), registering);
      return registering;
    };

    // Near the day's limit, one row at a time: a refused or replayed row gives its invitation back before the next row needs it.
    const parallel = partner.invitationsLeft < body.customers.length ? 1 : PARALLEL;
    await inParallel([...body.customers.keys()], parallel, async (index) => {
      try {
        const row = await registered(index);
        const at = row.replayed ? new Date(row.customer.createdAt) : now;
        results[index] = { customer: customerAnswer(row, at, program), ...(row.replayed && { replayed: true }) };
      } catch (error) {
        results[index] = refusal(ofRow(error, body.customers[index]));
      }
    });
    const replayed = results.every((result) => 'customer' in result && result.replayed);
    return { answer: { results }, headers: replayHeaders(replayed) };
  }),
);

const addressOf = (registration: unknown) => canonicalEmail(invitedAddress(registration) ?? '@');

/** The error, with a sentence about the row instead of the Idempotency-Key if the row has no key. */
function ofRow(error: unknown, row: object | undefined): unknown {
  if (!(error instanceof Problem) || error.code !== 'CUSTOMER_DELETED' || (row && 'idempotencyKey' in row))
    return error;
  return new Problem(
    'CUSTOMER_DELETED',
    'This very row registered a customer that has been deleted since. To register it again, change the row, or give it an idempotencyKey that is new.',
  );
}

/** The result of a refused row: the problem that `createCustomer` would have answered with. */
function refusal(error: unknown): Result {
  const problem = asProblem(error);
  if (problem.code === 'INTERNAL') {
    writeLog({ level: 'ERROR', endpoint: importCustomers.name, ...errorFields(error) });
  }
  const { retryAfterSeconds } = problem.extras;
  return { problem: { ...problem.toJSON(), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } } as Result;
}
