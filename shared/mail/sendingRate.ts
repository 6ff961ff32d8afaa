/**
 * Limits how many mails are sent in a second, because SES refuses mails above the account's rate. All senders (each shard of the stream,
 * and the schedule) share one count of the mails in the current second.
 */
import { setTimeout } from 'node:timers/promises';
import { SENDING_RATE_KEY } from '../table/keys.ts';
import { updateItem } from '../table/table.ts';

const SECOND_MS = 1000;
/** Spreads the senders that wait for the next second, so that they do not all come in its first millisecond. */
const SPREAD_MS = 200;

/**
 * Waits until a mail may be sent.
 *
 * @param until how long to wait at most (epoch milliseconds)
 * @returns true if the mail may be sent now; false if it was not its turn by then
 */
export async function takeTurn(until: number): Promise<boolean> {
  const rate = Number(process.env['SES_MAILS_PER_SECOND']);
  for (;;) {
    const now = Date.now();
    if (now > until) return false;
    const second = Math.floor(now / SECOND_MS);
    const values = { ':one': 1, ':now': second };
    const join = () =>
      updateItem(SENDING_RATE_KEY, 'SET taken = taken + :one', {
        condition: 'inSecond = :now AND taken < :rate',
        values: { ...values, ':rate': rate },
      });
    const begin = () =>
      updateItem(SENDING_RATE_KEY, 'SET inSecond = :now, taken = :one', {
        condition: 'attribute_not_exists(pk) OR inSecond < :now',
        values,
      });
    // If another sender has begun this second at the same time, join it.
    if ((await join()) || (await begin()) || (await join())) return true;
    const next = (second + 1) * SECOND_MS + Math.random() * SPREAD_MS;
    if (next > until) return false;
    await setTimeout(next - now);
  }
}
