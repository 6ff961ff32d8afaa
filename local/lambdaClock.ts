/**
 * The stack's clock inside a worker thread. It replaces `Date` and timeouts, even in a bundle that has already imported them.
 * Intervals and `AbortSignal.timeout` keep the machine's time: functions don't measure the stack's time with them.
 */
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import timersPromises from 'node:timers/promises';
import { timeOf } from './clock.ts';

const RealDate = Date;
const { setTimeout: startTimer, clearTimeout: stopTimer } = timers;
const pending = new Set<ClockTimeout>();
let isInPlace = false;

/**
 * Follows a change of the clock: the first call replaces `Date` and timeouts, and each call fires the timeouts that have ended.
 *
 * @param shared the numbers of `Clock.shared`
 * @param place index of the function's skew
 */
export function followClock(shared: Float64Array, place: number): void {
  if (!isInPlace) putInPlace(() => timeOf(shared, place));
  isInPlace = true;
  for (const timeout of pending) timeout.arm();
}

/** A timeout that ends at a time of the clock. It has the methods of Node's `Timeout` that callers use. */
class ClockTimeout {
  readonly #callback: () => void;
  readonly #endsAt: number;
  #timer: NodeJS.Timeout | undefined;
  #keepsAlive = true;

  constructor(callback: () => void, milliseconds: number) {
    this.#callback = callback;
    this.#endsAt = Date.now() + milliseconds;
    pending.add(this);
    this.arm();
  }

  /** Waits for the time that is left now. If the clock stands still meanwhile, it waits again. */
  arm(): void {
    stopTimer(this.#timer);
    this.#timer = startTimer(
      () => {
        if (Date.now() < this.#endsAt) return this.arm();
        this.close();
        this.#callback();
      },
      Math.max(0, this.#endsAt - Date.now()),
    );
    if (!this.#keepsAlive) this.#timer.unref();
  }

  close(): void {
    stopTimer(this.#timer);
    pending.delete(this);
  }

  unref(): this {
    this.#keepsAlive = false;
    this.#timer?.unref();
    return this;
  }

  ref(): this {
    this.#keepsAlive = true;
    this.#timer?.ref();
    return this;
  }
}

function putInPlace(now: () => number): void {
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
    apply: () => new RealDate(now()).toString(),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  const setTimeout = (callback: (...args: unknown[]) => void, milliseconds = 0, ...args: unknown[]): ClockTimeout =>
    new ClockTimeout(() => callback(...args), milliseconds);
  const clearTimeout = (timeout: ClockTimeout | NodeJS.Timeout | undefined): void =>
    timeout instanceof ClockTimeout ? timeout.close() : stopTimer(timeout);
  const sleep = (milliseconds?: number, value?: unknown): Promise<unknown> =>
    new Promise((resolve) => setTimeout(() => resolve(value), milliseconds));
  Object.assign(globalThis, { setTimeout, clearTimeout });
  Object.assign(timers, { setTimeout, clearTimeout });
  Object.assign(timersPromises, { setTimeout: sleep });
  syncBuiltinESMExports();
}
