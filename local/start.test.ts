import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import yandex from '../shared/programs/yandex.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
/** What is needed to come as far as the program. */
const PARTS = ['infra', 'local', 'shared', 'functions', 'portal', 'cdk.json', 'package.json', 'package-lock.json'];

test('a program that is not valid lets neither start nor synthesis begin: both name each field that is wrong', async () => {
  const copy = mkdtempSync(join(tmpdir(), 'partner-portal-copy-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const part of PARTS) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const wrong = { ...yandex, confirmationDays: 0, statusLabels: { ACTIVE: 1 } };
  writeFileSync(join(copy, 'shared/programs/acme.json'), JSON.stringify(wrong));

  const run = (script: string) =>
    promisify(execFile)(process.execPath, [script], {
      cwd: copy,
      env: {
        ...process.env,
        PROGRAM: 'acme',
        LOCAL_DIR: join(copy, '.local'),
        PORT: '0',
        OIDC_PORT: '0',
        SES_PORT: '0',
        DYNAMODB_PORT: '0',
      },
    }).then(
      () => '',
      ({ stderr }: { stderr: string }) => stderr,
    );
  const [start, synthesis] = [await run('local/start.ts'), await run('infra/app.ts')];
  for (const said of [start, synthesis]) {
    expect(said).toContain('The program "acme" is not valid:');
    expect(said).toMatch(/^ {2}confirmationDays: Too small/m);
    expect(said).toMatch(/^ {2}statusLabels\.ACTIVE: .*expected string/m);
  }
  expect(start).not.toContain('    at ');
}, 120_000);
