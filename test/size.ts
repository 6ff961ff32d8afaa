/**
 * How much tests do: little by default, much with `LONG=1` (`npm run test:long`). Random tests use fixed seeds, so that each run gives
 * the same result; `SEED` chooses another one.
 */

/** Whether the long forms run. */
export const LONG = process.env['LONG'] === '1';

/** A size of a test: the short form, or the long one. */
export const sized = (short: number, long: number): number => (LONG ? long : short);

/** Seed of everything random. */
export const SEED = Number(process.env['SEED'] ?? 1);
