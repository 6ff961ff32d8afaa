/**
 * The limit on a partner's requests: one partner must not use up what all partners share. All members and service accounts of the partner
 * have it together. The requests are counted in windows of a few seconds, without a write for each request: an instance of a function
 * serves some requests of a window without counting them, and takes more in blocks.
 */
import { Problem } from '../contract/problem.ts';
import { errorFields, writeLog } from '../log.ts';
import { requestsKey } from '../table/keys.ts';
import { updateItem } from '../table/table.ts';

/**
 * The length of a window. With the default of 25 requests a second, a window has 125, and two windows that meet have 250. The uncounted
 * requests of each instance of each function come on top, in each window. The API takes 400 at once (`infra/api.ts`), from all partners
 * together.
 */
const WINDOW_SECONDS = 5;
/**
 * The part of a window's requests that an instance serves without counting: 5 of 125. People at work stay below it, so that their requests
 * cost nothing more. It is so small because it comes on top of the limit, once for each instance.
 */
const FREE_PART = 1 / 25;
/** The largest block, as a part of a window's requests: the unused rest of a block is lost for the other instances. */
const BLOCK_PART = 1 / 10;

/** The requests that an instance of a function may serve in a window. */
export type Allowance = { window: number; served: number; allowed: number; usedUp: boolean };

/** The limit in a window, and its parts, for a number of requests per second. */
export const windowOf = (perSecond: number) => ({
  requests: perSecond * WINDOW_SECONDS,
  free: Math.max(1, Math.floor(perSecond * WINDOW_SECONDS * FREE_PART)),
  largestBlock: Math.max(1, Math.floor(perSecond * WINDOW_SECONDS * BLOCK_PART)),
});
type Window = ReturnType<typeof windowOf>;

/** The number of the window at a moment. */
export const windowAt = (now: Date): number => Math.floor(now.getTime() / (WINDOW_SECONDS * 1000));

/** The seconds until the next window begins: from 1 to the length of a window. */
export const secondsLeft = (now: Date): number =>
  Math.max(1, Math.ceil((windowAt(now) + 1) * WINDOW_SECONDS - now.getTime() / 1000));

/** The allowance of an instance that has served no request in this window. */
export const newAllowance = (window: number, { free }: Window): Allowance => ({
  window,
  served: 0,
  allowed: free,
  usedUp: false,
});

/** The next block of an instance: as much as it was allowed so far, so that an instance with few requests takes few. */
export const blockOf = ({ allowed }: Allowance, { largestBlock }: Window): number => Math.min(allowed, largestBlock);

/** Counts a request within the allowance. @returns false if the allowance is used up */
export function serve(allowance: Allowance): boolean {
  if (allowance.served >= allowance.allowed) return false;
  allowance.served += 1;
  return true;
}

/** The allowances of this instance in one window, by partner, and of callers whose partner is not known yet. */
const allowances = new Map<string, Shared>();
/** Requests that an instance serves at the same time take a block together. */
type Shared = Allowance & { taking?: Promise<void> };

/** Another window, an earlier one too, makes all allowances new: a clock that was ahead keeps no partner out. */
function allowanceOf(who: string, now: Date, size: Window): Shared {
  const window = windowAt(now);
  const [known] = allowances.values();
  if (known?.window !== window) allowances.clear();
  const allowance: Shared = allowances.get(who) ?? newAllowance(window, size);
  allowances.set(who, allowance);
  return allowance;
}

const perSecond = (): number => Number(process.env['PARTNER_REQUESTS_PER_SECOND'] ?? Number.POSITIVE_INFINITY);

/** Whether this instance has just served so many requests of a caller that the caller's partner has to be found out. */
export const isFrequent = (subject: string, now: Date): boolean =>
  !serve(allowanceOf(subject, now, windowOf(perSecond())));

/** Counts a request of a partner. @throws Problem REQUEST_LIMIT */
export async function countRequest(partnerId: string, now: Date): Promise<void> {
  const size = windowOf(perSecond());
  const allowance = allowanceOf(partnerId, now, size);
  while (!serve(allowance)) {
    if (allowance.usedUp) throw limitReached(now, size);
    allowance.taking ??= takeBlock(partnerId, allowance, size).finally(() => {
      delete allowance.taking;
    });
    await allowance.taking;
  }
}

/** Takes a block of the partner's requests. If the count fails, the block is given: the limit must not stop anybody's work. */
async function takeBlock(partnerId: string, allowance: Allowance, size: Window): Promise<void> {
  const block = blockOf(allowance, size);
  const taken = await take(partnerId, allowance.window, block, size.requests).catch((error: unknown) => {
    writeLog({ level: 'ERROR', work: 'countRequest', partnerId, ...errorFields(error) });
    return true;
  });
  if (taken) allowance.allowed += block;
  else allowance.usedUp = true;
}

async function take(partnerId: string, window: number, block: number, requests: number): Promise<boolean> {
  const key = requestsKey(partnerId);
  const values = { ':window': window, ':block': block };
  const join = () =>
    updateItem(key, 'SET taken = taken + :block', {
      condition: 'inWindow = :window AND taken <= :rest',
      values: { ...values, ':rest': requests - block },
    });
  // A window in the future was written by a clock that is ahead. It is as stale as one in the past.
  const begin = () =>
    updateItem(key, 'SET inWindow = :window, taken = :block', {
      makes: true,
      condition: 'attribute_not_exists(pk) OR inWindow <> :window',
      values,
    });
  // If another instance has begun this window at the same time, join it.
  return (await join()) || (await begin()) || (await join());
}

function limitReached(now: Date, { requests }: Window): Problem {
  const retryAfterSeconds = secondsLeft(now);
  return new Problem(
    'REQUEST_LIMIT',
    `Your partner has used up its limit partnerRequestsPerSecond: ${requests / WINDOW_SECONDS} requests a second, counted over ${WINDOW_SECONDS} seconds, for all its members and service accounts together. Send the request again in ${retryAfterSeconds} s, and fewer requests at once.`,
    { retryAfterSeconds },
  );
}
