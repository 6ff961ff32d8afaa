/**
 * `npm test`: runs the checks, then the tests, and then lists the slowest files. Arguments go to vitest, as in `npm test -- test/api`.
 * The last line is `N passed, N failed`, in which each check counts as one.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseCLI, startVitest, type TestModule, type Vitest } from 'vitest/node';
import { synthesizePrograms } from './globalSetup.ts';
import { LONG, SEED } from './size.ts';

const root = join(import.meta.dirname, '..');
const CHECKS = ['types', 'lint', 'dead'];
const SLOWEST = 10;

/** Runs the checks at the same time. */
async function failedChecks(): Promise<string[]> {
  const codes = await Promise.all(
    CHECKS.map(async (check) => {
      const [code] = await once(spawn('npm', ['run', '-s', check], { cwd: root, stdio: 'inherit' }), 'exit');
      if (code !== 0) console.error(`\nnpm run ${check} failed.\n`);
      return code;
    }),
  );
  return CHECKS.filter((_, index) => codes[index] !== 0);
}

async function runTests(): Promise<Vitest> {
  const { filter, options } = parseCLI(['vitest', 'run', ...process.argv.slice(2)]);
  const vitest = await startVitest(filter, { ...options, watch: false });
  await vitest.close();
  return vitest;
}

/** The number of tests per result. A file that can't be loaded, and an error outside of tests, each count as one failed test. */
function countTests(vitest: Vitest, modules: TestModule[]): { passed: number; failed: number; skipped: number } {
  const counts = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0, pending: 0 };
  for (const module of modules) {
    const before = counts.failed;
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
    if (!module.ok() && counts.failed === before) counts.failed += 1;
  }
  return counts;
}

function printSlowest(modules: TestModule[]): void {
  const timed = modules
    .map((module) => ({ file: relative(root, module.moduleId), seconds: module.diagnostic().duration / 1000 }))
    .sort((one, other) => other.seconds - one.seconds);
  console.log(`\nThe ${SLOWEST} slowest files, in seconds:`);
  for (const { file, seconds } of timed.slice(0, SLOWEST)) console.log(`${seconds.toFixed(1).padStart(8)}  ${file}`);
}

/**
 * CPU seconds of this process and of all child processes that have ended (proc(5), `/proc/self/stat`: utime to cstime, in hundredths
 * of a second). Empty on systems without this file.
 */
function cpuSeconds(): string {
  try {
    const [, fields = ''] = readFileSync('/proc/self/stat', 'utf8').split(') ');
    const ticks = fields.split(' ').slice(11, 15).map(Number);
    return `${(ticks.reduce((sum, each) => sum + each, 0) / 100).toFixed(0)} s of CPU, `;
  } catch {
    return '';
  }
}

const startedAt = performance.now();
console.log(`${LONG ? 'The long forms' : 'The short forms'}, SEED=${SEED}`);
// The checks leave a core for what all tests need. If this fails, `globalSetup.ts` says so.
const [failed] = await Promise.all([failedChecks(), synthesizePrograms().catch(() => {})]);
let counts = { passed: 0, failed: 0, skipped: 0 };
if (failed.length === 0) {
  const vitest = await runTests();
  const modules = vitest.state.getTestModules();
  counts = countTests(vitest, modules);
  printSlowest(modules);
}
console.log(`\n${cpuSeconds()}${((performance.now() - startedAt) / 1000).toFixed(0)} s in all`);
process.exitCode = failed.length + counts.failed > 0 ? 1 : 0;
const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
console.log(
  `${CHECKS.length - failed.length + counts.passed} passed, ${failed.length + counts.failed} failed${skipped}`,
);
