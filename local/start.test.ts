import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { runningStack } from '../cli/runningStack.ts';
import packageJson from '../package.json' with { type: 'json' };
import yandex from '../shared/program/presets/yandex.json' with { type: 'json' };
import { LONG, sized } from '../test/size.ts';
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

/** The error output of start in a copy of the project with one changed file. */
function saidInCopy(
  file: string,
  change: (content: string) => string,
  environment: NodeJS.ProcessEnv,
): Promise<string> {
  const copy = temporaryFolder();
  for (const part of [...PARTS, ...FILES]) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // The built pages: the copy builds its own after a change of their sources.
  if (file !== 'cdk.out') cpSync(join(root, 'cdk.out/pages'), join(copy, 'cdk.out/pages'), { recursive: true });
  const path = join(copy, file);
  writeFileSync(path, change(existsSync(path) ? readFileSync(path, 'utf8') : ''));
  return failureOf(['local/start.ts'], copy, { LOCAL_DIR: join(copy, '.local'), ...environment });
}

/** Programs, by the environment that chooses them: whether the provider approves customers. */
const PROGRAMS: [string, NodeJS.ProcessEnv, approves: boolean][] = [
  ['the default program', {}, false],
  ['the program vng', { PROGRAM: 'vng' }, true],
];
test.each(PROGRAMS.slice(0, sized(1, PROGRAMS.length)))(
  'under %s, start says what to open, how to sign in, where the mails are and how to stop; the demo finds it',
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

    expect(await runningStack(environment.LOCAL_DIR)).toMatchObject({ portalUrl: portal, sesUrl: inbox });
    // `test/api/smoke.test.ts` runs the demo, too.
    if (LONG) {
      const demo = await promisify(execFile)(process.execPath, ['local/demo.ts'], { cwd: root, env: environment });
      expect(demo.stdout).toContain(`That was the whole story. The mails are at ${inbox}`);
      expect(demo.stdout.includes('the provider approves the customer')).toBe(approves);
    }

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

test('with a Node that is too old, start says which Node to install', async () => {
  const old = join(temporaryFolder(), 'old.cjs');
  writeFileSync(old, "Object.defineProperty(process.versions, 'node', { value: '20.9.0' })");
  const said = await failureOf(['--require', old, ...START], root, { LOCAL_DIR: temporaryFolder() });
  expect(said).toMatch(
    /^Node 20\.9\.0 is too old: the project runs on the Node 24 that it installs\. Run `npm ci`.*\n$/,
  );
});

/** Faults of a project for which start runs in a copy of it: only in the long form. */
const FAULTS: [file: string, change: (content: string) => string, environment: NodeJS.ProcessEnv, said: RegExp[]][] = [
  ...[
    ['functions/getMe.ts', /functions\/getMe\.ts:\d+:15: ERROR: Unexpected ";"/] as const,
    ['portal/App.tsx', /The pages can't be built: .*Unexpected token\n.*portal\/App\.tsx:\d+:16/] as const,
    ['infra/stacks.ts', /infra\/stacks\.ts:\d+: Expression expected/] as const,
  ].map(([file, reason]): (typeof FAULTS)[number] => [
    file,
    (content) => `${content}const wrong = (;\n`,
    {},
    [/^The stack can't be synthesized: (.|\n)*\nCorrect that, and start again\./, reason],
  ]),
  [
    'shared/program/presets/acme.json',
    () => JSON.stringify({ ...yandex, confirmationDays: 0, statusLabels: { ACTIVE: 1 } }),
    { PROGRAM: 'acme' },
    [
      /The program "acme" is not valid:/,
      /^ {2}"confirmationDays" must be more than 0, not 0\.$/m,
      /^ {2}"statusLabels\.ACTIVE" must be a text, not 1\.$/m,
    ],
  ],
  [
    'cdk.out',
    () => '',
    {},
    [/^.*cdk\.out\S* can't be written \(E\w+\): make the folder writable, or start a copy .*\n$/m],
  ],
];
test.each(sized([], FAULTS))(
  'with a fault in %s, start says only what is wrong, where, and how to go on',
  async (file, change, environment, reasons) => {
    const said = await saidInCopy(file, change, environment);
    for (const reason of reasons) expect(said).toMatch(reason);
    expect(said).not.toMatch(/^ +at |Command failed|node_modules/m);
    expect(said.split('\n').length).toBeLessThan(12);
  },
  120_000,
);
