/**
 * The size of tests: small by default, large with `LONG=1` (`npm run test:long`). Random tests use a fixed seed, so that each run has the
 * same result; `SEED` chooses another seed.
 */

/** Whether the long forms run. */
export const LONG = process.env['LONG'] === '1';

/** What is meant for the form that runs: the short or the long one. */
export const sized = <T>(short: T, long: T): T => (LONG ? long : short);

/** The seed of everything random. */
export const SEED = Number(process.env['SEED'] ?? 1);
