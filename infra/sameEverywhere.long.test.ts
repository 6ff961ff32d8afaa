import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { buildBundles } from './bundles.ts';
import { buildPages } from './pages.ts';
import { appVariables } from './synthesis.ts';

const root = join(import.meta.dirname, '..');
/** What a synthesis reads. */
const SOURCES = [
  ...['cli', 'deploy', 'functions', 'infra', 'local', 'portal', 'shared'],
  ...['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'],
];
/** Written by the CDK if a synthesis was slow; not a part of the deployment. */
const TIMES = 'performance-counters.json';

const filesOf = (folder: string) =>
  globSync('**', { cwd: folder })
    .filter((file) => statSync(join(folder, file)).isFile() && file !== TIMES)
    .sort();

/** An environment with much of what production has: the edge stack makes a certificate, and a trigger has permissions of its own. */
const ENVIRONMENT = {
  stage: 'development',
  account: '510111222333',
  region: 'eu-central-1',
  program: 'yandex',
  domain: 'partners.firm.cloud',
  alarmAddress: 'ops@firm.cloud',
  secondFactor: 'required',
  signInMails: 'ses',
  serviceAccounts: ['acme'],
  identityProviders: [{ name: 'Acme', domains: ['acme.com'], metadataUrl: 'https://id.acme.com/metadata' }],
};

/** Synthesizes the environment in a folder that has the sources. Returns the folder of the stacks. */
async function synthesizeIn(folder: string): Promise<string> {
  for (const source of SOURCES) cpSync(join(root, source), join(folder, source), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'deploy/firm.json'), JSON.stringify(ENVIRONMENT));
  // The environment of this process has settings of other tests. AWS's validator changes no file, and takes half of the time.
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CDK_VALIDATION: 'false', ENVIRONMENT: 'firm' };
  const output = join(folder, 'cdk.out/deploy/firm');
  await promisify(execFile)(process.execPath, ['infra/app.ts'], {
    cwd: folder,
    // Without Node's store of compiled code, in which files of these folders would stay.
    env: { ...env, ...appVariables(output), NODE_COMPILE_CACHE: undefined },
  });
  return output;
}

test('a synthesis in another folder writes the same files, byte by byte: templates, metadata and assets', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'partner-portal-copies-'));
  onTestFinished(() => rmSync(scratch, { recursive: true }));
  const [one, other] = [join(scratch, 'one'), join(scratch, 'a longer path/other')];
  // One takes over the bundles and pages of this folder, which are built already. The other builds them.
  for (const built of await Promise.all([buildBundles(), buildPages()]))
    cpSync(built, join(one, relative(root, built)), { recursive: true });
  const [here, there] = await Promise.all([synthesizeIn(one), synthesizeIn(other)]);
  const files = filesOf(here);
  expect(filesOf(there)).toEqual(files);
  expect(files.length).toBeGreaterThan(60);
  // Among them the list of assets of each stack, and the metadata that lead from functions to their assets.
  for (const kind of [/\.assets\.json$/, /\.template\.json$/, /\.metadata\.json$/, /^asset\..*\/index\.mjs$/])
    expect(files.filter((file) => kind.test(file)).length, String(kind)).toBeGreaterThanOrEqual(3);
  const text = (file: string) => readFileSync(join(here, file), 'utf8');
  const templates = files.filter((file) => file.endsWith('.template.json'));
  expect(templates.filter((file) => text(file).includes('AWS::CertificateManager::Certificate'))).toHaveLength(1);
  expect(templates.filter((file) => text(file).includes('AWS::IAM::')).length).toBeGreaterThanOrEqual(2);
  expect(templates.some((file) => text(file).includes('"aws:asset:path"'))).toBe(true);
  const different = files.filter((file) => !readFileSync(join(here, file)).equals(readFileSync(join(there, file))));
  expect(different).toEqual([]);
});
