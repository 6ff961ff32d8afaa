import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import yandex from '../shared/programs/yandex.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
/** What is needed to come as far as the stack. */
const PARTS = ['cli', 'infra', 'local', 'mail', 'shared', 'functions', 'portal'];
const FILES = ['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** What a script of a copy of the project says when it fails, in which a file is another. */
function inCopy(file: string, change: (content: string) => string, environment: NodeJS.ProcessEnv = {}) {
  const copy = mkdtempSync(join(tmpdir(), 'partner-portal-copy-'));
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }));
  for (const part of [...PARTS, ...FILES]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, file);
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  return (script: string): Promise<string> =>
    promisify(execFile)(process.execPath, [script], {
      cwd: copy,
      env: {
        ...process.env,
        LOCAL_DIR: join(copy, '.local'),
        PORT: '0',
        OIDC_PORT: '0',
        SES_PORT: '0',
        DYNAMODB_PORT: '0',
        ...environment,
      },
    }).then(
      () => '',
      ({ stderr }: { stderr: string }) => stderr,
    );
}

test('a program that is not valid lets neither start nor synthesis begin: both name each field that is wrong', async () => {
  const wrong = { ...yandex, confirmationDays: 0, statusLabels: { ACTIVE: 1 } };
  const run = inCopy('shared/programs/acme.json', () => JSON.stringify(wrong), { PROGRAM: 'acme' });
  const [start, synthesis] = [await run('local/start.ts'), await run('infra/app.ts')];
  for (const said of [start, synthesis]) {
    expect(said).toContain('The program "acme" is not valid:');
    expect(said).toMatch(/^ {2}confirmationDays: Too small/m);
    expect(said).toMatch(/^ {2}statusLabels\.ACTIVE: .*expected string/m);
  }
  expect(start).not.toContain('    at ');
}, 120_000);

test.each([
  ['portal/App.tsx', /The pages can't be built: .*Unexpected token\n.*portal\/App\.tsx:\d+:16/],
  ['functions/getMe.ts', /functions\/getMe\.ts:\d+:15: ERROR: Unexpected ";"/],
  ['infra/stack.ts', /infra\/stack\.ts:\d+: Expression expected/],
])(
  'where %s can’t be read, start says what is wrong where and how to go on, and no more',
  async (file, reason) => {
    const said = await inCopy(file, (content) => `${content}const wrong = (;\n`)('local/start.ts');
    expect(said).toMatch(reason);
    expect(said).toMatch(/^The stack can't be synthesized: (.|\n)*\nCorrect that, and start again\./);
    expect(said).not.toMatch(/^ +at |Command failed|node_modules/m);
    expect(said.split('\n').length).toBeLessThan(12);
  },
  120_000,
);
