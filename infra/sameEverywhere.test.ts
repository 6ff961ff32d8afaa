import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { synthesize } from '../local/synthesize.ts';

const root = join(import.meta.dirname, '..');
/** What a synthesis reads. */
const SOURCES = ['cli', 'deploy', 'functions', 'infra', 'local', 'portal', 'shared', 'cdk.json', 'package.json'];
/** Written by the CDK if a synthesis was slow; not a part of the deployment. */
const TIMES = 'performance-counters.json';

const filesOf = (folder: string) =>
  globSync('**', { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile() && file !== TIMES)
    .sort();

test('a synthesis in another folder writes the same files, byte by byte: templates, metadata and assets', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'partner-portal-copy-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const source of [...SOURCES, 'package-lock.json', 'tsconfig.json'])
    cpSync(join(root, source), join(copy, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The environment of this process has settings of other tests.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
  execFileSync(process.execPath, ['infra/cdk.ts', 'synth', 'local'], { cwd: copy, stdio: 'pipe', env });

  const there = join(copy, 'cdk.out/deploy/local');
  const here = dirname((await synthesize('yandex')).directoryOfUpload('any'));
  const files = filesOf(here);
  expect(filesOf(there)).toEqual(files);
  expect(files.length).toBeGreaterThan(60);
  // Among them the list of assets of each stack, and the metadata that lead from functions to their assets.
  for (const kind of [/\.assets\.json$/, /\.template\.json$/, /\.metadata\.json$/, /^asset\..*\/index\.mjs$/])
    expect(files.filter((file) => kind.test(file)).length, String(kind)).toBeGreaterThanOrEqual(3);
  const templates = files.filter((file) => file.endsWith('.template.json'));
  expect(templates.some((file) => readFileSync(join(here, file), 'utf8').includes('"aws:asset:path"'))).toBe(true);
  const different = files.filter((file) => !readFileSync(join(here, file)).equals(readFileSync(join(there, file))));
  expect(different).toEqual([]);
});
