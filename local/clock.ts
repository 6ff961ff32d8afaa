/**
 * The time of a local stack. It is the machine's, unless a test sets, freezes or advances it, or lets one function's clock run ahead.
 * The stack's own parts read it here; each function's worker reads the same numbers from shared memory (`lambdaClock.ts`), so that no
 * bundle knows of it.
 */

/** Places of the shared numbers. The skews of functions follow, in milliseconds. */
const SHIFT = 0;
const FROZEN_AT = 1;
const FIRST_SKEW = 2;
/** More than the stack has functions. */
const PLACES = 256;

/** The machine's own: in a worker, `Date` is replaced by this clock. */
const machineNow = Date.now;

export class Clock {
  /** `[shift, frozenAt or NaN, skew of a function, …]` in milliseconds; workers share it. */
  readonly shared = new Float64Array(new SharedArrayBuffer(PLACES * Float64Array.BYTES_PER_ELEMENT));
  /** Whether it was ever moved. Until then, workers keep the machine's `Date` and timers. */
  moved = false;
  readonly #places = new Map<string, number>();
  readonly #listeners = new Set<(movedMs: number) => void>();

  constructor() {
    this.shared[FROZEN_AT] = Number.NaN;
  }

  /** Milliseconds since the epoch; with a function's name: as that function sees it. */
  now(functionName?: string): number {
    return timeOf(this.shared, functionName === undefined ? undefined : this.placeOf(functionName));
  }

  /** Goes on from this time. */
  set(time: Date): void {
    this.#move(time.getTime() - this.now());
  }

  /** Lets time pass at once: timers that end by then fire, and schedules whose turn it is run. */
  advance(milliseconds: number): void {
    this.#move(milliseconds);
  }

  /** Stops time, until it is resumed; `set` and `advance` move it all the same. */
  freeze(): void {
    if (Number.isNaN(this.shared[FROZEN_AT])) this.shared[FROZEN_AT] = this.now();
    this.#told(0);
  }

  /** Lets time go on from where it was stopped. */
  resume(): void {
    const frozenAt = this.shared[FROZEN_AT] ?? Number.NaN;
    if (Number.isNaN(frozenAt)) return;
    this.shared[SHIFT] = frozenAt - machineNow();
    this.shared[FROZEN_AT] = Number.NaN;
    this.#told(0);
  }

  /** Lets one function's clock be ahead by so much; behind, if it is negative. */
  skew(functionName: string, milliseconds: number): void {
    this.shared[this.placeOf(functionName)] = milliseconds;
    this.#told(0);
  }

  /** Place of a function's skew in the shared numbers. */
  placeOf(functionName: string): number {
    const place = this.#places.get(functionName) ?? FIRST_SKEW + this.#places.size;
    this.#places.set(functionName, place);
    return place;
  }

  /** Calls `listener` after each move, with how far time went. */
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

/** The time that the shared numbers say, in milliseconds since the epoch, for the function whose skew is at `place`. */
export function timeOf(shared: Float64Array, place: number | undefined): number {
  const frozenAt = shared[FROZEN_AT] ?? Number.NaN;
  const time = Number.isNaN(frozenAt) ? machineNow() + (shared[SHIFT] ?? 0) : frozenAt;
  return time + (place === undefined ? 0 : (shared[place] ?? 0));
}
