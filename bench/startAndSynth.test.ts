/** How long a deployer waits for a synthesis, and a developer for `npm start`: `npm run bench:start`, with nothing else running. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { buildPages } from '../infra/pages.ts';
import { synthesize } from '../local/synthesize.ts';

const WANTED_SECONDS = 8;
const PATIENCE_MS = 10 * 60_000;
const root = join(import.meta.dirname, '..');

/** Seconds that `work` takes. */
async function secondsOf(what: string, work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  console.log(`${what}: ${seconds.toFixed(1)} s`);
  return seconds;
}

it(`synthesizes an environment within ${WANTED_SECONDS} seconds`, { timeout: PATIENCE_MS }, async () => {
  // The pages are built once for all environments.
  await buildPages();
  // The bundles are built once for each version of the functions, and belong to the first synthesis.
  rmSync(join(root, 'cdk.out/bundles'), { recursive: true, force: true });
  // With AWS's validator, which tests leave out.
  const env = { ...process.env, CDK_VALIDATION: 'true' };
  const synth = () => promisify(execFile)(process.execPath, ['infra/cdk.ts', 'synth', 'local'], { cwd: root, env });
  expect(await secondsOf('synthesis', synth)).toBeLessThan(WANTED_SECONDS);
});

/** Starts the local stack on new data, and stops it once it is ready. */
async function start(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'partner-portal-bench-'));
  const ports = { PORT: '0', OIDC_PORT: '0', SES_PORT: '0', DYNAMODB_PORT: '0' };
  const running = spawn(process.execPath, ['local/start.ts'], {
    cwd: root,
    env: { ...process.env, ...ports, LOCAL_DIR: directory },
  });
  for await (const chunk of running.stdout) if (/^ready /m.test(String(chunk))) break;
  const ended = once(running, 'exit');
  running.kill('SIGINT');
  onTestFinished(async () => {
    await ended;
    rmSync(directory, { recursive: true });
  });
}

it(`starts within ${WANTED_SECONDS} seconds`, { timeout: PATIENCE_MS }, async () => {
  const assembly = dirname((await synthesize('yandex')).directoryOfUpload('any'));
  expect(await secondsOf('start', start)).toBeLessThan(WANTED_SECONDS);
  rmSync(assembly, { recursive: true });
  await secondsOf('start after a change of the sources, with a synthesis', start);
});
