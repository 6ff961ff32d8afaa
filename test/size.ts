/**
 * The size of tests: small by default, large with `LONG=1` (`npm run test:long`). Random tests use a fixed seed, so that each run has the
 * same result; `SEED` chooses another seed.
 */

/** Whether the long forms run. */
export const LONG = process.env['LONG'] === '1';

/** A number for the short form or for the long form, whichever runs. */
export const sized = (short: number, long: number): number => (LONG ? long : short);

/** The seed of everything random. */
export const SEED = Number(process.env['SEED'] ?? 1);
