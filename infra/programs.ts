import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import { type Program, programSchema } from '../shared/program/program.ts';
import { nearestHint } from './nearest.ts';

const programsFolder = join(import.meta.dirname, '../shared/program/presets');

/** Lambda allows 4 KB for all environment variables of a function. The program gets most of it; names and ARNs take the rest. */
export const MAX_PROGRAM_BYTES = 2_816;

/**
 * Reads and validates a program by the name of its preset.
 *
 * @throws Error if the preset is unknown, isn't JSON, has a wrong field, or is too large for a function's environment
 */
export function readProgram(name: string, folder = programsFolder): Program {
  const presets = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
  if (!presets.includes(name)) throw new Error(`There is no program "${name}", but: ${presets.join(', ')}`);
  const result = programSchema.safeParse(readJson(join(folder, `${name}.json`)), { error: en().localeError });
  if (!result.success) {
    const wrong = result.error.issues.flatMap(faultsOf);
    throw new Error(`The program "${name}" is not valid:\n${wrong.map((fault) => `  ${fault}`).join('\n')}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(result.data));
  if (bytes > MAX_PROGRAM_BYTES)
    throw new Error(`The program "${name}" has ${bytes} bytes; ${MAX_PROGRAM_BYTES} fit into a function's environment`);
  return result.data;
}

/** The faults of an issue that zod found. */
function faultsOf(issue: z.core.$ZodIssue): string[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [`${path.join('.')}: ${issue.message}`];
  const known = path.length === 0 ? Object.keys(programSchema.def.shape) : [];
  return issue.keys.map((key) => `${[...path, key].join('.')}: is no field of a program${nearestHint(key, known)}`);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
