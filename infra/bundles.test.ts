import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildBundles, releaseOf } from './bundles.ts';
import { endpointsOf } from './endpoints.ts';
import { FUNCTION_NAMES } from './permissions.ts';

const folder = await buildBundles();

/** The names of the endpoints that a bundle declares. A declaration begins with the endpoint's name, method and path. */
function declaredIn(functionName: string): string[] {
  const bundle = readFileSync(join(folder, functionName, 'index.mjs'), 'utf8');
  return [...bundle.matchAll(/name:"(\w+)",(?:function:"\w+",)?method:"[A-Z]+",path:"\//g)].map(
    ([, name = '']) => name,
  );
}

test.each(FUNCTION_NAMES)('the bundle of %s holds the declarations of its own endpoints, and no others', (name) => {
  expect(declaredIn(name).sort()).toEqual(
    endpointsOf(name)
      .map((endpoint) => endpoint.name)
      .sort(),
  );
});

test('a release is named after the code of all functions: it changes with the code, and only then', () => {
  const copy = mkdtempSync(join(tmpdir(), 'partner-portal-bundles-'));
  onTestFinished(() => rmSync(copy, { recursive: true }));
  for (const name of ['getMe', 'deliverMail']) cpSync(join(folder, name), join(copy, name), { recursive: true });
  const release = releaseOf(copy);
  expect(release).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
  expect(releaseOf(copy)).toBe(release);
  writeFileSync(join(copy, 'getMe/index.mjs'), 'another line of code', { flag: 'a' });
  expect(releaseOf(copy)).not.toBe(release);
});

/** The environment that a function needs to start. Nothing answers at the address. */
const environment = {
  OIDC_JWKS_URI: 'https://127.0.0.1:9/jwks',
  PROGRAM: '{}',
  AWS_REGION: 'eu-central-1',
  TABLE_NAME: 't',
};

test('a function starts without loading `fetch`, which would take a fifth of its start', () => {
  const loaded = (code: string) =>
    execFileSync(
      process.execPath,
      ['--input-type=module', '-e', `${code}; console.log(process.moduleLoadList.join())`],
      {
        env: environment,
        encoding: 'utf8',
      },
    );
  expect(loaded(`await import('${join(folder, 'createCustomer', 'index.mjs')}')`)).not.toContain('undici');
  expect(loaded('Headers')).toContain('undici');
});
