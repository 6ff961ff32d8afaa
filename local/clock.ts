/**
 * The time of a local stack. It is the machine's time, unless a test sets, freezes or advances it, or gives one function a skew.
 * The parts of the stack call this clock. The workers of functions read its numbers from shared memory (`lambdaClock.ts`), so that
 * bundles don't know of it.
 */

/** Indexes of the shared numbers. From the last index on, there is a skew for each function, in milliseconds. */
const SHIFT = 0;
const FROZEN_AT = 1;
const FIRST_SKEW = 2;
/** Enough numbers for a skew of every function. */
const PLACES = 256;

/** The machine's time, kept because this clock replaces `Date` in a worker. */
const machineNow = Date.now;

/** The clock of one stack. */
export class Clock {
  /** `[shift, frozenAt or NaN, skew of a function, …]` in milliseconds, shared with the workers. */
  readonly shared = new Float64Array(new SharedArrayBuffer(PLACES * Float64Array.BYTES_PER_ELEMENT));
  /** Whether the clock was ever changed. Until then, workers keep the machine's `Date` and timers. */
  moved = false;
  readonly #places = new Map<string, number>();
  readonly #listeners = new Set<(movedMs: number) => void>();

  constructor() {
    this.shared[FROZEN_AT] = Number.NaN;
  }

  /** Milliseconds since the epoch; with the skew of a function if its name is given. */
  now(functionName?: string): number {
    return timeOf(this.shared, functionName === undefined ? undefined : this.placeOf(functionName));
  }

  /** Moves the clock to this time. */
  set(time: Date): void {
    this.#move(time.getTime() - this.now());
  }

  /** Moves the clock forward: timeouts that end by then fire, and schedules that are due run. */
  advance(milliseconds: number): void {
    this.#move(milliseconds);
  }

  /** Stops time until `resume`. `set` and `advance` still move the clock. */
  freeze(): void {
    if (Number.isNaN(this.shared[FROZEN_AT])) this.shared[FROZEN_AT] = this.now();
    this.#told(0);
  }

  /** Lets time continue from the frozen time. */
  resume(): void {
    const frozenAt = this.shared[FROZEN_AT] ?? Number.NaN;
    if (Number.isNaN(frozenAt)) return;
    this.shared[SHIFT] = frozenAt - machineNow();
    this.shared[FROZEN_AT] = Number.NaN;
    this.#told(0);
  }

  /** Sets a function's clock ahead of the stack's clock, or behind if `milliseconds` is negative. */
  skew(functionName: string, milliseconds: number): void {
    this.shared[this.placeOf(functionName)] = milliseconds;
    this.#told(0);
  }

  /** Index of a function's skew in the shared numbers. */
  placeOf(functionName: string): number {
    const place = this.#places.get(functionName) ?? FIRST_SKEW + this.#places.size;
    this.#places.set(functionName, place);
    return place;
  }

  /** Calls `listener` after each change, with the milliseconds that the clock moved (0 for a freeze, a resume or a skew). */
  onMove(listener: (movedMs: number) => void): void {
    this.#listeners.add(listener);
  }

  #move(milliseconds: number): void {
    const place = Number.isNaN(this.shared[FROZEN_AT]) ? SHIFT : FROZEN_AT;
    this.shared[place] = (this.shared[place] ?? 0) + milliseconds;
    this.#told(milliseconds);
  }

  #told(movedMs: number): void {
    this.moved = true;
    for (const listener of this.#listeners) listener(movedMs);
  }
}

/** The time in the shared numbers, in milliseconds since the epoch, with the skew at `place`. */
export function timeOf(shared: Float64Array, place: number | undefined): number {
  const frozenAt = shared[FROZEN_AT] ?? Number.NaN;
  const time = Number.isNaN(frozenAt) ? machineNow() + (shared[SHIFT] ?? 0) : frozenAt;
  return time + (place === undefined ? 0 : (shared[place] ?? 0));
}
