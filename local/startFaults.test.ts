import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startLocalStack } from './localStack.ts';
import { writeJson } from './localState.ts';
import { portIn, reasonOf } from './startFaults.ts';
import { reasonIn, synthesize } from './synthesize.ts';

/** A folder that is removed after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What start says about the error that some work ends with. */
const saidOf = (work: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(work)
    .then(() => undefined, reasonOf);

/** Sets an environment variable until the end of the test. */
function set(variable: string, value: string): void {
  vi.stubEnv(variable, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

test.each([
  ['6000', 'SES_PORT must be another port: browsers block port 6000.'],
  ['65536', 'SES_PORT must be a port, not "65536".'],
  ['x', 'SES_PORT must be a port, not "x".'],
])('for the port %s, the reason names the variable', async (port, reason) => {
  set('SES_PORT', port);
  expect(await saidOf(() => portIn('SES_PORT'))).toBe(reason);
});

test('for a data folder that can’t be made, the reason names the folder and the variable that changes it', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const start = () => startLocalStack({ program: 'yandex', directory: join(file, 'data') });
  expect(await saidOf(start)).toMatch(/^LOCAL_DIR must be a folder that can be written to: .*\/file\/data\/logs'$/);
});

test('for a data folder that can’t be written, the reason names the path and the variable that changes it', async () => {
  const folder = temporaryFolder();
  set('LOCAL_DIR', folder);
  // A folder in the place of a file stops an administrator's write too, which permissions wouldn't.
  mkdirSync(join(folder, 'oidc.json.new'));
  expect(await saidOf(() => writeJson(join(folder, 'oidc.json'), {}))).toBe(
    `${folder}/oidc.json.new can't be written (EISDIR): make the folder writable, or set LOCAL_DIR to another.`,
  );
});

test('for a project folder that can’t be written, the reason names the path', async () => {
  const file = join(temporaryFolder(), 'cdk.out');
  writeFileSync(file, '');
  expect(await saidOf(() => mkdirSync(join(file, 'local'), { recursive: true }))).toMatch(
    /cdk\.out\S* can't be written \(E\w+\): make the folder writable, or start a copy of the project elsewhere\.$/,
  );
});

test('any other error stays as it is', async () => {
  const error = new Error('unexpected');
  expect(await saidOf(() => Promise.reject(error))).toBe(error);
});

test('if the stacks can’t be synthesized, the reason is the app’s own, without its stack trace', async () => {
  const said = await saidOf(() => synthesize('absent'));
  expect(said).toMatch(/^The stack can't be synthesized: .*deploy\/local\.json is not right:\n.*no program "absent"/);
  expect(said).toMatch(/\nCorrect that, and start again\. \(`npm run synth -- local` says more\.\)$/);
  expect(said).not.toMatch(/^ +at |Command failed|node_modules/m);
});

/** What the CDK's app says about a syntax error, as it was recorded: in a function, in the pages, and in the app itself. */
const SAID: [where: string, said: string, reason: string][] = [
  [
    'a function',
    `✘ [ERROR] Unexpected ";"

    functions/getMe.ts:40:15:
      40 │ const wrong = (;
         ╵                ^

/project/node_modules/esbuild/lib/main.js:1752
  let error = new Error(text);
              ^

Error: Build failed with 1 error:
functions/getMe.ts:40:15: ERROR: Unexpected ";"
    at failureErrorWithLog (/project/node_modules/esbuild/lib/main.js:1752:15) {
  errors: [Getter/Setter],
  warnings: [Getter/Setter]
}

Node.js v24.21.0
node infra/app.ts: Subprocess exited with error 1
`,
    'Build failed with 1 error:\nfunctions/getMe.ts:40:15: ERROR: Unexpected ";"',
  ],
  [
    'the pages',
    `file:///project/infra/pages.ts:34
        throw new Error(\`The pages can't be built: \${reasonIn(stderr)}\`);
              ^

Error: The pages can't be built: [builtin:vite-transform] Unexpected token
     ╭─[ portal/App.tsx:115:16 ]
 115 │ const wrong = (;
    at file:///project/infra/pages.ts:34:15

Node.js v24.21.0
node infra/app.ts: Subprocess exited with error 1
`,
    `The pages can't be built: [builtin:vite-transform] Unexpected token
     ╭─[ portal/App.tsx:115:16 ]
 115 │ const wrong = (;`,
  ],
  [
    'the app',
    `node:internal/modules/run_main:107
    triggerUncaughtException(
    ^

file://${join(import.meta.dirname, '..')}/infra/stacks.ts:36
}
const wrong = (;
               ^

SyntaxError [ERR_INVALID_TYPESCRIPT_SYNTAX]: Expression expected
    at parseTypeScript (node:internal/modules/typescript:72:36) {
  code: 'ERR_INVALID_TYPESCRIPT_SYNTAX'
}

Node.js v24.21.0
node infra/app.ts: Subprocess exited with error 1
`,
    'infra/stacks.ts:36: Expression expected',
  ],
];
test.each(SAID)(
  'of what the app says about a syntax error in %s, the reason is the error and its place',
  (_, said, reason) => {
    expect(reasonIn(said)).toBe(reason);
  },
);
