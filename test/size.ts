/** The seed of everything random in the tests: the same in every run, until the environment variable `SEED` names another one. */
export const SEED = Number(process.env['SEED'] ?? 1);
