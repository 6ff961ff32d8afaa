import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import yandex from '../shared/program/presets/yandex.json' with { type: 'json' };
import { sized } from '../test/size.ts';
import { close, listen, portOf } from './httpListener.ts';

const root = join(import.meta.dirname, '..');
/** The folders of the project that a start reads. */
const PARTS = ['cli', 'deploy', 'infra', 'local', 'shared', 'functions', 'portal'];
const FILES = ['cdk.json', 'package.json', 'package-lock.json', 'tsconfig.json'];

const FREE_PORTS = { PORT: '0', OIDC_PORT: '0', SES_PORT: '0', DYNAMODB_PORT: '0' };
/** The command of `npm start`, without `node`. */
const START = packageJson.scripts.start.split(' ').slice(1);

/** A folder that is removed after the test. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'partner-portal-start-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The error output of a command that fails; empty if it succeeds. */
const failureOf = (args: string[], cwd: string, environment: NodeJS.ProcessEnv): Promise<string> =>
  promisify(execFile)(process.execPath, args, {
    cwd,
    env: { ...process.env, ...FREE_PORTS, ...environment },
    timeout: 100_000,
  }).then(
    () => '',
    ({ stderr }: { stderr: string }) => stderr,
  );

/** Copies the project with one changed file. @returns a function that runs a script of the copy, and gives its error output */
function inCopy(file: string, change: (content: string) => string, environment: NodeJS.ProcessEnv = {}) {
  const copy = temporaryFolder();
  for (const part of [...PARTS, ...FILES]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const path = join(copy, file);
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  return (script: string): Promise<string> =>
    failureOf([script], copy, { LOCAL_DIR: join(copy, '.local'), ...environment });
}

/** Programs, by the environment that chooses them: whether the provider approves customers. */
const PROGRAMS: [string, NodeJS.ProcessEnv, approves: boolean][] = [
  ['the default program', {}, false],
  ['the program vng', { PROGRAM: 'vng' }, true],
];
test.each(PROGRAMS.slice(0, sized(1, PROGRAMS.length)))(
  'under %s, start says what to open, how to sign in, where the mails are and how to stop; the demo runs beside it',
  async (_, chosen, approves) => {
    const environment = { ...process.env, ...FREE_PORTS, ...chosen, LOCAL_DIR: temporaryFolder() };
    const running = spawn(process.execPath, START, { cwd: root, env: environment });
    onTestFinished(() => void running.kill('SIGKILL'));
    let said = '';
    running.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await expect.poll(() => said, { timeout: 60_000 }).toMatch(/^ready .*\n(.*\n)*.*Ctrl\+C/m);
    const [, portal = ''] = /Open +(http:\S+)/.exec(said) ?? [];
    const [, inbox = ''] = /Mails +(http:\S+)/.exec(said) ?? [];
    expect(await (await fetch(portal)).text()).toContain('<html');
    expect(await (await fetch(inbox)).text()).toContain('<title>Inbox</title>');
    expect(said).toMatch(/Sign in +as owner@acme\.example/);
    expect(said.split('\n').length).toBeLessThan(12);

    const demo = await promisify(execFile)(process.execPath, ['local/demo.ts'], { cwd: root, env: environment });
    expect(demo.stdout).toContain(`That was the whole story. The mails are at ${inbox}`);
    expect(demo.stdout.includes('the provider approves the customer')).toBe(approves);

    running.kill('SIGINT');
    expect(await once(running, 'exit')).toEqual([0, null]);
  },
  120_000,
);

test.each(sized(['PORT'], Object.keys(FREE_PORTS)))(
  'for a taken port, start names the port and the variable that changes it: %s',
  async (variable) => {
    const server = createServer();
    await listen(server, { number: 0, what: '', variable: '' });
    onTestFinished(() => close(server));
    const said = await failureOf(START, root, { LOCAL_DIR: temporaryFolder(), [variable]: String(portOf(server)) });
    expect(said).toMatch(
      new RegExp(
        `^Port ${portOf(server)} \\(.+\\) is taken: stop what listens there, or set ${variable} to another port\\.\n$`,
      ),
    );
  },
);

test('for a port that browsers block, start names the variable', async () => {
  const said = await failureOf(START, root, { LOCAL_DIR: temporaryFolder(), SES_PORT: '6000' });
  expect(said).toBe('SES_PORT must be another port: browsers block port 6000.\n');
});

test('for a data folder that can’t be made, start names the folder and the variable that changes it', async () => {
  const file = join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const said = await failureOf(START, root, { LOCAL_DIR: join(file, 'data') });
  expect(said).toMatch(/^LOCAL_DIR must be a folder that can be written to: .*\n$/);
});

test('for a data folder that can’t be written, start names the path and the variable that changes it', async () => {
  const folder = temporaryFolder();
  // A folder in the place of a file stops an administrator's write too, which permissions wouldn't.
  mkdirSync(join(folder, 'oidc.json.new'));
  const said = await failureOf(START, root, { LOCAL_DIR: folder });
  expect(said).toMatch(/can't be written \(EISDIR\): make the folder writable, or set LOCAL_DIR to another\.\n$/);
});

test('for a project folder that can’t be written, start names the path', async () => {
  const said = await inCopy('cdk.out', () => '')('local/start.ts');
  expect(said).toMatch(/cdk\.out\S* can't be written \(E\w+\): make the folder writable, or start a copy .*\n$/);
});

test('with a Node that is too old, start says which Node to install', async () => {
  const old = join(temporaryFolder(), 'old.cjs');
  writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '20.9.0' })");
  const said = await failureOf(['--require', old, ...START], root, { LOCAL_DIR: temporaryFolder() });
  expect(said).toMatch(
    /^Node 20\.9\.0 is too old: the project runs on the Node 24 that it installs\. Run `npm ci`.*\n$/,
  );
});

test('start and synthesis refuse an invalid program, and name each wrong field', async () => {
  const wrong = { ...yandex, confirmationDays: 0, statusLabels: { ACTIVE: 1 } };
  const run = inCopy('shared/program/presets/acme.json', () => JSON.stringify(wrong), {
    PROGRAM: 'acme',
    ENVIRONMENT: 'local',
  });
  const [start, synthesis] = [await run('local/start.ts'), await run('infra/app.ts')];
  for (const said of [start, synthesis]) {
    expect(said).toContain('The program "acme" is not valid:');
    expect(said).toMatch(/^ {2}"confirmationDays" must be more than 0, not 0\.$/m);
    expect(said).toMatch(/^ {2}"statusLabels\.ACTIVE" must be a text, not 1\.$/m);
  }
  expect(start).not.toContain('    at ');
}, 120_000);

const BROKEN: [string, RegExp][] = [
  ['functions/getMe.ts', /functions\/getMe\.ts:\d+:15: ERROR: Unexpected ";"/],
  ['portal/App.tsx', /The pages can't be built: .*Unexpected token\n.*portal\/App\.tsx:\d+:16/],
  ['infra/stacks.ts', /infra\/stacks\.ts:\d+: Expression expected/],
];
test.each(BROKEN.slice(0, sized(1, BROKEN.length)))(
  'if %s has a syntax error, start says only what is wrong, where, and how to go on',
  async (file, reason) => {
    const said = await inCopy(file, (content) => `${content}const wrong = (;\n`)('local/start.ts');
    expect(said).toMatch(reason);
    expect(said).toMatch(/^The stack can't be synthesized: (.|\n)*\nCorrect that, and start again\./);
    expect(said).not.toMatch(/^ +at |Command failed|node_modules/m);
    expect(said.split('\n').length).toBeLessThan(12);
  },
  120_000,
);
