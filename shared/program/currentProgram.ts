import type { Program } from './program.ts';

/**
 * The program of this deployment, from the environment variable `PROGRAM`. The stack has validated it before, so it is not validated
 * again: a function that does not need zod otherwise does not load it.
 */
export function currentProgram(): Program {
  loaded ??= JSON.parse(process.env['PROGRAM'] ?? '') as Program;
  return loaded;
}
let loaded: Program | undefined;
