/** The operator's commands check their arguments before they ask AWS or the local stack. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Runs a command. @returns its exit code and what it says */
async function saidBy(program: string, args: string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  return promisify(execFile)(process.execPath, [program, ...args], {
    // No credentials of this machine, and no local stack.
    env: { PATH: process.env['PATH'], HOME: '/nowhere', LOCAL_DIR: '/nowhere', TZ: 'Asia/Tokyo', ...variables },
  }).then(
    ({ stdout }) => `0 ${stdout}`,
    ({ code, stderr }: { code: number; stderr: string }) => `${code} ${stderr}`,
  );
}

const COMMANDS = ['restore', 'redrive', 'release-mails', 'smoke'];
const programOf = (command: string) => `cli/${command.replace('-m', 'M')}.ts`;

test.each(COMMANDS)('npm run %s says its usage, and which option there is not', async (command) => {
  const [help, unknown, two, nowhere] = await Promise.all([
    saidBy(programOf(command), ['--help']),
    saidBy(programOf(command), ['development', '--foo']),
    saidBy(programOf(command), ['development', 'production']),
    saidBy(programOf(command), ['devlopment']),
  ]);
  const usage = help.slice('0 '.length, -1);
  expect(help).toMatch(/^0 /);
  expect(usage).toMatch(new RegExp(`^.*npm run ${command} -- <environment>`));
  expect(unknown).toBe(`1 There is no option --foo.\n\n${usage}\n`);
  expect(nowhere).toMatch(/^1 There is no environment "devlopment" \(did you mean "development"\?\): /);
  expect(two).toBe(`1 Name one environment, not production as well.\n\n${usage}\n`);
});

const NO_ZONE = 'must be a moment with its zone, such as 2026-11-27T08:00:00Z, not 2026-01-27T08:00:00.';
const FUTURE = '2999-01-01T00:00:00+01:00';
const TOKENS = { OWNER_TOKEN: 'a', OPERATOR_TOKEN: 'b' };
test.each<[command: string, args: string[], sentence: string, variables?: NodeJS.ProcessEnv]>([
  ['restore', [], '--at is missing: it must be a moment such as 2026-11-27T08:00:00Z.'],
  ['restore', ['--at'], "Option '--at <value>' argument missing"],
  ['restore', ['--at', '2026-01-27T08:00:00'], `--at ${NO_ZONE}`],
  [
    'restore',
    ['--at', 'yesterday'],
    '--at must be a moment with its zone, such as 2026-11-27T08:00:00Z, not yesterday.',
  ],
  ['restore', ['--at', FUTURE], `--at must be in the past, not ${FUTURE}.`],
  ['restore', ['--at', '2026-01-27T08:00:00Z'], '--at must be in the last 35 days: DynamoDB keeps no older state.'],
  ['release-mails', ['--restored-to', '2026-01-27T08:00:00'], `--restored-to ${NO_ZONE}`],
  ['release-mails', ['--restored-to', '2026-01-27T08:00Z', '--lost-at', '2026-01-27T08:00:00'], `--lost-at ${NO_ZONE}`],
  ['redrive', ['--only', 'recordDelivry'], '--only must be recordDelivery or deliverMail, not recordDelivry.'],
  ['smoke', [], 'Missing: --customer, OWNER_TOKEN, OPERATOR_TOKEN.'],
  ['smoke', ['--customer', 'foo'], '--customer must be an email address, not foo.', TOKENS],
])('npm run %s -- development with %j says what is wrong', async (command, args, sentence, variables) => {
  const said = await saidBy(programOf(command), ['development', ...args], variables);
  expect(said.split('\n', 1)).toEqual([`1 ${sentence}`]);
});

test('npm run smoke -- local asks the stack nothing about a wrong address', async () => {
  expect(await saidBy('cli/smoke.ts', ['local', '--customer', 'foo'])).toMatch(
    /^1 --customer must be an email address/,
  );
});

test('npm run cost says what it wrote, and takes no arguments', async () => {
  expect(await saidBy('bench/costTable.ts', [])).toBe('0 docs/cost.md has the tables already.\n');
  expect(await saidBy('bench/costTable.ts', ['--help'])).toMatch(/^1 npm run cost takes no arguments: .*\n$/);
});
