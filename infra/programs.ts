import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  const json = readJson(join(folder, `${name}.json`));
  const result = programSchema.safeParse(json, { error: rightOf });
  if (!result.success) {
    const wrong = faultsOf(result.error.issues, json);
    throw new Error(`The program "${name}" is not valid:\n${wrong.map((fault) => `  ${fault}`).join('\n')}`);
  }
  const bytes = Buffer.byteLength(JSON.stringify(result.data));
  if (bytes > MAX_PROGRAM_BYTES)
    throw new Error(`The program "${name}" has ${bytes} bytes; ${MAX_PROGRAM_BYTES} fit into a function's environment`);
  return result.data;
}

/** Describes the right value, by the type that zod expects. */
const TYPES: Record<string, string> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

/** Describes the right value of a field, for an issue without a sentence of its own. */
function rightOf(issue: z.core.$ZodRawIssue): string {
  if (issue.code === 'invalid_type') return `must be ${TYPES[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`;
  if (issue.code !== 'too_small') return 'is not valid';
  if (issue.origin !== 'number') return 'must have something in it';
  return `must be ${issue.inclusive ? `${issue.minimum} or more` : `more than ${issue.minimum}`}`;
}

/** The sentences of the issues that zod found in a program. */
function faultsOf(issues: readonly z.core.$ZodIssue[], program: unknown): string[] {
  const unknown = issues.flatMap((issue) => {
    if (issue.code !== 'unrecognized_keys') return [];
    const known = issue.path.length === 0 ? Object.keys(programSchema.def.shape) : [];
    return issue.keys.map(
      (key) => `"${[...issue.path, key].join('.')}" is no field of a program${nearestHint(key, known)}.`,
    );
  });
  const wrong = issues.flatMap(({ code, path, message }) => {
    if (code === 'unrecognized_keys') return [];
    const name = path.length === 0 ? 'The file' : `"${path.join('.')}"`;
    const given = path.reduce<unknown>((inside, key) => (inside as Record<PropertyKey, unknown>)?.[key], program);
    if (!message.startsWith('must')) return [`${name} ${message}.`];
    if (given !== undefined) return [`${name} ${message}, not ${JSON.stringify(given)}.`];
    // The file has it under a misspelt name.
    if (unknown.some((sentence) => sentence.includes(`(did you mean ${name}?)`))) return [];
    return [`${name} is missing: it ${message}.`];
  });
  return [...unknown, ...wrong];
}

function readJson(file: string): unknown {
  try {
    // Some editors write a byte order mark, which nobody sees.
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}
