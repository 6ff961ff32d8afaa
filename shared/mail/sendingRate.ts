/**
 * Limits how many mails are sent in a second, because SES refuses mails above the account's rate. A mail to several recipients counts as
 * several: SES's limits count recipients ("Managing your Amazon SES sending limits"). All senders (each shard of the stream,
 * and the schedule) share one count of the mails in the current second.
 */
import { setTimeout } from 'node:timers/promises';
import { SENDING_RATE_KEY } from '../table/keys.ts';
import { updateItem } from '../table/table.ts';

const SECOND_MS = 1000;
/** Spreads the senders that wait for the next second, so that they do not all come in its first millisecond. */
const SPREAD_MS = 200;
/** The part of the rate that the schedule may use: the rest is kept for the stream, whose mails leave at once. */
const SCHEDULED_SHARE = 0.8;

/** The two ways on which mails come: the stream brings new mails, the schedule takes mails that wait. */
export type Way = 'stream' | 'schedule';

const ratePerSecond = () => Number(process.env['SES_MAILS_PER_SECOND']);

/**
 * A sender whose request is late (two seconds, until the SDK sends it again) finds a second that lies ahead of its own. Only a second
 * further ahead is of a wrong clock.
 */
const AHEAD_SECONDS = 3;

/**
 * How many mails the senders of a way may give to SES in a second. A rate of 1 (SES's sandbox) can't be split: there, the schedule lets the
 * stream go first.
 */
export const shareOf = (way: Way, rate: number): number =>
  way === 'stream' ? rate : Math.max(1, Math.floor(rate * SCHEDULED_SHARE));

/** How long after the begin of a second a sender asks that waits for it: first the senders of the stream, then those of the schedule. */
export const askAgainAfter = (way: Way, random = Math.random()): number =>
  random * SPREAD_MS + (way === 'stream' ? 0 : SPREAD_MS);

/** How many turns a mail needs: one for each recipient, but not more than its way has in a second. */
export const turnsFor = (recipients: number, way: Way, rate: number): number =>
  Math.min(recipients, shareOf(way, rate));

/**
 * Waits until a mail may be sent to all its recipients. The turns are taken one by one, so that a mail to many doesn't wait until nobody
 * else wants a second.
 *
 * @param taken how many turns the mail has already
 * @returns true if the mail may be sent now; false if not all turns came by `until`
 */
export async function takeTurns(way: Way, recipients: number, until: number, taken: number): Promise<boolean> {
  const wanted = turnsFor(recipients, way, ratePerSecond());
  for (let turns = taken; turns < wanted; turns++) if (!(await takeTurn(way, until))) return false;
  return true;
}

/**
 * Waits until a mail may be sent to one recipient.
 *
 * @param way whose share of the rate counts
 * @param until how long to wait at most (epoch milliseconds)
 * @returns true if the mail may be sent now; false if it was not its turn by then
 */
export async function takeTurn(way: Way, until: number): Promise<boolean> {
  const share = shareOf(way, ratePerSecond());
  for (;;) {
    const now = Date.now();
    if (now > until) return false;
    const second = Math.floor(now / SECOND_MS);
    const values = { ':one': 1, ':now': second };
    const join = () =>
      updateItem(SENDING_RATE_KEY, 'SET taken = taken + :one', {
        condition: 'inSecond = :now AND taken < :share',
        values: { ...values, ':share': share },
      });
    const begin = () =>
      updateItem(SENDING_RATE_KEY, 'SET inSecond = :now, taken = :one', {
        makes: true,
        // A second that lies far ahead is of a sender whose clock is ahead. Nobody waits until that second is over.
        condition: 'attribute_not_exists(pk) OR inSecond < :now OR inSecond > :ahead',
        values: { ...values, ':ahead': second + AHEAD_SECONDS },
      });
    // If another sender has begun this second at the same time, join it.
    if ((await join()) || (await begin()) || (await join())) return true;
    const next = (second + 1) * SECOND_MS + askAgainAfter(way);
    if (next > until) return false;
    await setTimeout(next - now);
  }
}
