import type { Program } from './program.ts';

/**
 * The program that this function runs under, from the environment variable `PROGRAM`: put there by the stack, which has validated
 * it. It isn't validated again, so that a function that needs zod for nothing else does without.
 */
export function currentProgram(): Program {
  loaded ??= JSON.parse(process.env['PROGRAM'] ?? '') as Program;
  return loaded;
}
let loaded: Program | undefined;
