/**
 * Makes small changes (mutants) in the pure modules, and requires that the unit tests notice at least 90 % of those in each module. Lists
 * the changes that the tests did not notice.
 *
 * @example npm run test:mutants
 * @example npm run test:mutants shared/table/search.ts shared/table/page.ts
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { EQUIVALENT, MODULES } from './mutants/modules.ts';

/** The share of a module's mutants that its unit tests must notice. */
const MIN_SHARE = 0.9;

const modules = process.argv.length > 2 ? process.argv.slice(2) : MODULES;
const mutants = await new Stryker({
  mutate: modules,
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.unit.config.ts' },
  plugins: [import.meta.resolve('@stryker-mutator/vitest-runner'), import.meta.resolve('./mutants/ignoreIo.ts')].map(
    (url) => fileURLToPath(url),
  ),
  ignorers: ['io'],
  coverageAnalysis: 'perTest',
  // A mutant of a constant takes effect before a test begins: finding it would need a run of all tests. (Stryker would take the constants
  // of a module that a test imports again for code of this test. No unit test imports a module again.)
  ignoreStatic: true,
  // TypeScript 7 has no compiler API. Stryker doesn't look for one if the file it would read doesn't exist.
  tsconfigFile: 'none.json',
  ignorePatterns: ['cdk.out', 'docs'],
  tempDirName: '.local/mutants',
  concurrency: 1,
  reporters: ['progress-append-only'],
  allowConsoleColors: false,
}).runMutationTest();

let failed = false;
const fail = (line: string) => {
  failed = true;
  console.error(line);
};

for (const module of modules) {
  const source = readFileSync(module, 'utf8').split('\n');
  const equivalent = new Set(Object.values(EQUIVALENT[module] ?? {}).flat());
  const stale = new Set(equivalent);
  let noticed = 0;
  const unnoticed: string[] = [];
  for (const { fileName, status, location, replacement } of mutants) {
    if (path.relative('.', fileName) !== module) continue;
    if (status === 'Killed' || status === 'Timeout') noticed++;
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    const mutant = `${between(source, location)} → ${oneLine(replacement)}`;
    stale.delete(mutant);
    if (!equivalent.has(mutant)) unnoticed.push(`${module}:${location.start.line}  ${mutant}`);
  }
  const total = noticed + unnoticed.length;
  const share = noticed / total;
  console.log(`${(100 * share).toFixed(1).padStart(5)} % of ${total}  ${module}`);
  for (const line of unnoticed) console.log(`        ${line}`);
  if (!(share >= MIN_SHARE)) fail(`The tests notice less than ${100 * MIN_SHARE} % of the mutants of ${module}.`);
  for (const mutant of stale) fail(`${module} has no such unnoticed mutant any more: ${mutant}`);
}
process.exitCode = failed ? 1 : 0;

type Place = { line: number; column: number };

/** The source text between two places, on one line. */
function between(source: string[], { start, end }: { start: Place; end: Place }): string {
  const lines = source.slice(start.line - 1, end.line);
  const last = lines.length - 1;
  lines[last] = lines[last]?.slice(0, end.column - 1) ?? '';
  lines[0] = lines[0]?.slice(start.column - 1) ?? '';
  return oneLine(lines.join('\n'));
}

function oneLine(code: string): string {
  return code.replace(/\s+/g, ' ');
}
