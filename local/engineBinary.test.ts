import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeEach, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { engineBinary } from './engineBinary.ts';
import { close, listen } from './httpListener.ts';

const root = join(import.meta.dirname, '..');
const NAME = `@dynoxide/${process.platform}-${process.arch}`;
const [VERSION = ''] = Object.values(packageJson.optionalDependencies);
const START_AND_STOP = `
  import { startEngine } from './local/engine.ts';
  const engine = await startEngine(undefined);
  console.log((await fetch(engine.endpoint)).status);
  await engine.stop();`;

const scratch = mkdtempSync(join(tmpdir(), 'partner-portal-engine-'));
const tarball = await packEngine();
const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
const registry = createServer((request, response) => {
  if (request.url?.endsWith('.tgz')) response.end(tarball);
  else if (decodeURIComponent(request.url ?? '') !== `/${NAME}`) response.writeHead(404).end();
  else {
    const dist = { tarball: `${registryUrl}/engine.tgz`, integrity };
    response.end(JSON.stringify({ name: NAME, versions: { [VERSION]: { name: NAME, version: VERSION, dist } } }));
  }
});
const registryUrl = await listen(registry, { number: 0, what: 'npm registry', variable: '' });
afterAll(async () => {
  await close(registry);
  rmSync(scratch, { recursive: true });
});

/** The engine as the package that npm downloads. */
async function packEngine(): Promise<Buffer> {
  const folder = join(scratch, 'package');
  mkdirSync(folder);
  const binary = await engineBinary();
  copyFileSync(binary, join(folder, basename(binary)));
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: NAME, version: VERSION }));
  const { stdout } = await promisify(execFile)('npm', ['pack', '--json', folder], { cwd: scratch });
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return readFileSync(join(scratch, filename));
}

/** A copy of the project without an installed engine, whose lockfile has the given checksum. */
function projectWithoutEngine(checksum: string | undefined): string {
  const copy = mkdtempSync(join(scratch, 'project-'));
  for (const part of ['local', 'infra', 'package.json'])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules')).filter((name) => name !== '@dynoxide'))
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  const packages = checksum === undefined ? {} : { [`node_modules/${NAME}`]: { integrity: checksum } };
  writeFileSync(join(copy, 'package-lock.json'), JSON.stringify({ packages }));
  return copy;
}

/** Starts and stops the engine of a project. @returns the output: the status of the engine's answer, or the reason for none */
async function startIn(project: string, registryUrl: string): Promise<{ stdout: string; stderr: string }> {
  const env = {
    ...process.env,
    npm_config_registry: registryUrl,
    npm_config_cache: npmCache,
    npm_config_fetch_retry_mintimeout: '1',
  };
  return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', START_AND_STOP], {
    cwd: project,
    env,
  }).catch((error: { stdout: string; stderr: string }) => error);
}

let npmCache: string;
beforeEach(() => {
  npmCache = mkdtempSync(join(scratch, 'npm-cache-'));
});

test('an engine that is not installed is fetched once, with the checksum of the lockfile', async () => {
  const project = projectWithoutEngine(integrity);
  const first = await startIn(project, registryUrl);
  expect(first).toMatchObject({
    stdout: '200\n',
    stderr: `The DynamoDB engine isn't installed: fetching ${NAME}@${VERSION} with npm, this once.\n`,
  });
  expect(await startIn(project, 'http://127.0.0.1:1')).toMatchObject({ stdout: '200\n', stderr: '' });
}, 60_000);

test('for a platform that the lockfile does not have, the engine is fetched with the checksum of the registry', async () => {
  expect(await startIn(projectWithoutEngine(undefined), registryUrl)).toMatchObject({ stdout: '200\n' });
}, 60_000);

test('an engine that differs from the checksum of the lockfile is refused, and nothing of it stays', async () => {
  const project = projectWithoutEngine(`sha512-${createHash('sha512').update('another').digest('base64')}`);
  const { stdout, stderr } = await startIn(project, registryUrl);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/StartError: The DynamoDB engine .+ can't be fetched \(EINTEGRITY: /);
  expect(readdirSync(join(project, '.cache/engine'))).toEqual([]);
}, 60_000);

test('if the fetch fails, one sentence says how to go on', async () => {
  const { stdout, stderr } = await startIn(projectWithoutEngine(integrity), 'http://127.0.0.1:1');
  expect(stdout).toBe('');
  expect(stderr).toContain(`StartError: The DynamoDB engine ${NAME}@${VERSION} can't be fetched (ECONNREFUSED`);
  expect(stderr).toMatch(/try again with a connection .*, or start AWS's DynamoDB Local .* and set DYNAMODB_ENDPOINT=/);
}, 60_000);
