import type * as z from 'zod/mini';
import { importCustomers } from '../shared/contract/contract.ts';
import { canonicalEmail } from '../shared/contract/fields.ts';
import { Problem } from '../shared/contract/problem.ts';
import { customerAnswer, replayHeaders } from '../shared/customer/answers.ts';
import type { Idempotency } from '../shared/customer/command.ts';
import { newCustomerId } from '../shared/customer/ids.ts';
import { type Changed, replayRegistration } from '../shared/customer/store.ts';
import { idempotency } from '../shared/http/circumstances.ts';
import { asProblem } from '../shared/http/refusals.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import { notValid } from '../shared/http/validate.ts';
import { inParallel } from '../shared/inParallel.ts';
import { giveBack, reserveInvitations } from '../shared/invitation/dailyLimit.ts';
import {
  invitedAddress,
  isInvitation,
  loadPayingPartner,
  type Registration,
  register,
} from '../shared/invitation/register.ts';
import { errorFields, writeLog } from '../shared/log.ts';
import { customerKey } from '../shared/table/keys.ts';
import { getItems, type Item } from '../shared/table/table.ts';

/** How many rows are registered at the same time. A row takes about 20 ms: one by one, 100 rows still fit the function's ten seconds. */
const PARALLEL = 10;
/** More new rows than a person adds in a form are an import: their mails wait in the partner's queue. */
const MAILS_AT_ONCE = 10;
/** With less time left, no other row starts: after conflicts a row is attempted for five seconds, and its last attempt takes time, too. */
const ROW_MS = 6_000;
/** With less time left, the batch answers without the rows that are still under way. */
const ANSWER_MS = 1_000;
/** With less time left, the batch answers, although the unused invitations are not given back yet. */
const LAST_MS = 300;

type Result = z.input<typeof importCustomers.answer>['results'][number];
type Row = { registration: Registration; sent: unknown; id: string; idempotency: Idempotency };

/**
 * Registers each row of a list on its own, and answers with a result for each row, in the same order. Rows start in order. A row waits for an
 * earlier row with the same address, so the earlier row wins. A row that was registered before is recognised first, and costs one query.
 */
export const handler = serve(
  forPartner(importCustomers, async ({ body, sent, membership, circumstances, now, program, context }) => {
    const { partnerId } = membership;
    const sentRows = (sent as { customers: unknown[] }).customers;
    const rows = rowsOf(body.customers, sentRows, partnerId);
    const results: Result[] = [];
    const isTimeLeft = (milliseconds: number) => context.getRemainingTimeInMillis() >= milliseconds;

    const prepare = async () => {
      const [partner, known] = await Promise.all([loadPayingPartner(partnerId, now, program), loadKnown(rows)]);
      const wanted = rows.filter((row) => row && isInvitation(row.registration) && !known.has(row.id)).length;
      return {
        partner,
        known,
        wanted,
        block: await reserveInvitations(partnerId, wanted, circumstances, wanted > MAILS_AT_ONCE),
      };
    };
    const preparing = prepare().catch((error: unknown) => {
      const problem = asProblem(error);
      if (problem.code !== 'INTERNAL') throw problem;
      writeLog({ level: 'ERROR', ...errorFields(error) });
    });
    const prepared = await unlessTimeIsUp(preparing, context.getRemainingTimeInMillis() - ANSWER_MS);
    if (!prepared) {
      // A reservation that comes too late is given back.
      void preparing.then((late) => late && giveBack(late.block)).catch(() => undefined);
      return { answer: { results: rows.map(() => refusal(notTried())) } };
    }
    const { partner, known, wanted, block } = prepared;

    const begun = new Set<number>();
    const underWay = new Map<string, Promise<unknown>>();
    const registered = async (index: number): Promise<Changed> => {
      const row = rows[index];
      if (!row) throw invalid(body.customers[index]);
      const { registration, idempotency } = row;
      const stored = known.get(row.id);
      if (stored && isTimeLeft(ROW_MS)) return replayRegistration(stored, idempotency, now, program);
      // A row without an address waits for no other.
      const line = addressOf(registration) ?? row.id;
      const before = underWay.get(line);
      const registering = (async () => {
        await before?.catch(() => undefined);
        if (!isTimeLeft(ROW_MS)) throw notTried();
        const inLanguage = { language: body.language, ...registration };
        return register(inLanguage, row.sent, partner, { ...circumstances, idempotency }, block);
      })();
      underWay.set(line, registering);
      return registering;
    };

    // Near the day's limit, one row at a time: a refused row gives its invitation back before the next row needs it.
    const parallel = block.count < wanted ? 1 : PARALLEL;
    const all = inParallel([...rows.keys()], parallel, async (index) => {
      begun.add(index);
      try {
        const row = await registered(index);
        const at = row.replayed ? new Date(row.customer.createdAt) : now;
        results[index] = { customer: customerAnswer(row, at, program), ...(row.replayed && { replayed: true }) };
      } catch (error) {
        results[index] = refusal(ofRow(error, body.customers[index]));
      }
    });
    await unlessTimeIsUp(all, context.getRemainingTimeInMillis() - ANSWER_MS);
    // Before the invitations are given back, because rows that are still under way are refused from then on.
    const answered = rows.map((_, index) => results[index] ?? refusal(begun.has(index) ? notKnown() : notTried()));
    await unlessTimeIsUp(giveBack(block), context.getRemainingTimeInMillis() - LAST_MS);
    const replayed = answered.every((result) => 'customer' in result && result.replayed);
    return { answer: { results: answered }, headers: replayHeaders(replayed) };
  }),
);

/** The valid rows, each with the id under which its customer is registered; undefined in the place of an invalid row. */
function rowsOf(given: Given[], sent: unknown[], partnerId: string): (Row | undefined)[] {
  const seen = new Map<string, number>();
  return given.map((row, index) => {
    if ('issues' in row) return undefined;
    const { idempotencyKey, ...registration } = row;
    // A row without a key is recognised by its content, its address as written, and its number among equal rows.
    const content = JSON.stringify([registration, invitedAddress(sent[index])]);
    const nth = seen.get(content) ?? 0;
    seen.set(content, nth + 1);
    const key = idempotencyKey ?? JSON.stringify(['row', content, nth]);
    const known = idempotency(partnerId, key, ['createCustomer', {}, registration]);
    return { registration, sent: sent[index], id: newCustomerId(partnerId, known), idempotency: known };
  });
}

type Given = z.output<typeof importCustomers.body>['customers'][number];

const invalid = (row: Given | undefined) => notValid(row && 'issues' in row ? row.issues : [], 'the row');

/** The customers that are stored under the ids of rows: an earlier request registered them. */
async function loadKnown(rows: (Row | undefined)[]): Promise<Map<string, Item>> {
  const ids = [...new Set(rows.flatMap((row) => row?.id ?? []))];
  const items = await getItems(ids.map(customerKey));
  return new Map(ids.flatMap((id, i) => (items[i] ? [[id, items[i]] as const] : [])));
}

/** The result of the work; undefined if the time is up before. The work goes on then. */
async function unlessTimeIsUp<Done>(work: Promise<Done>, milliseconds: number): Promise<Done | undefined> {
  const { promise: timeIsUp, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  return Promise.race([work, timeIsUp]).finally(() => clearTimeout(timer));
}

const notTried = () =>
  new Problem('NOT_TRIED', 'There was no time left for this row in the request. Send the row again.', {
    retryAfterSeconds: 1,
  });

/** The row may be registered by now: sent again, it gets the first answer. */
const notKnown = () =>
  new Problem('TRY_AGAIN', 'The time of the request was over before this row was done. Send the row again.', {
    retryAfterSeconds: 2,
  });

function addressOf(registration: Registration): string | undefined {
  const address = invitedAddress(registration);
  return address === undefined ? undefined : canonicalEmail(address);
}

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
    writeLog({ level: 'ERROR', ...errorFields(error) });
  }
  const { retryAfterSeconds } = problem.extras;
  return { problem: { ...problem.toJSON(), ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) } } as Result;
}
