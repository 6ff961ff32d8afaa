/** Whether the tests run in their long forms: thousands of random examples instead of some hundred. */
export const LONG = process.env['LONG'] === '1';

/** The seed of everything random in the tests: the same in each run, until the environment variable `SEED` names another one. */
export const SEED = Number(process.env['SEED'] ?? 1);
