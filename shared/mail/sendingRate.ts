/**
 * How fast mails leave: SES refuses what is beyond the account's rate. All who send at the same time (each shard of the stream, and
 * the schedule) share one count, of the mails of the current second.
 */
import { setTimeout } from 'node:timers/promises';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { SENDING_RATE_KEY } from '../table/keys.ts';
import { updateItem } from '../table/table.ts';

const SECOND_MS = 1000;
/** So that those who wait for the next second don't all come at its first millisecond. */
const SPREAD_MS = 200;

/**
 * Waits until a mail may be sent.
 *
 * @param until epoch milliseconds
 * @returns whether it may, by then
 */
export async function takeTurn(until: number): Promise<boolean> {
  const rate = Number(process.env['SES_MAILS_PER_SECOND']);
  for (;;) {
    const now = Date.now();
    if (now > until) return false;
    const second = Math.floor(now / SECOND_MS);
    const join = () => count('SET taken = taken + :one', 'inSecond = :now AND taken < :rate', { now: second, rate });
    const begin = () =>
      count('SET inSecond = :now, taken = :one', 'attribute_not_exists(pk) OR inSecond < :now', { now: second });
    // Of two who begin a second, the slower joins it.
    if ((await join()) || (await begin()) || (await join())) return true;
    const next = (second + 1) * SECOND_MS + Math.random() * SPREAD_MS;
    if (next > until) return false;
    await setTimeout(next - now);
  }
}

async function count(
  expression: string,
  condition: string,
  { now, rate }: { now: number; rate?: number },
): Promise<boolean> {
  try {
    const values = { ':one': 1, ':now': now, ...(rate !== undefined && { ':rate': rate }) };
    await updateItem(SENDING_RATE_KEY, { expression, condition, values });
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
