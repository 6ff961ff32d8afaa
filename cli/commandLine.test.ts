/** The operator's commands check their arguments before they ask AWS or the local stack. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { saidBy } from '../test/saidBy.ts';
import { sized } from '../test/size.ts';
import { argumentsOf, momentOf } from './commandLine.ts';

const COMMANDS = ['restore', 'redrive', 'release-mails', 'smoke'];
const programOf = (command: string) => `cli/${command.replace('-m', 'M')}.ts`;

const NO_ZONE = 'must be a moment with its zone, such as 2026-11-27T08:00:00Z, not 2026-01-27T08:00:00.';
const FUTURE = '2999-01-01T00:00:00+01:00';
const TOKENS = { OWNER_TOKEN: 'a', OPERATOR_TOKEN: 'b' };

test.each(COMMANDS)('npm run %s says which option there is not, and its usage', async (command) => {
  const unknown = await saidBy(programOf(command), ['development', '--foo']);
  expect(unknown).toMatch(/^1 There is no option --foo\.\n\n/);
  expect(unknown).toMatch(new RegExp(`\n\n.*npm run ${command} -- <environment>`));
});

describe('the arguments of a command', () => {
  const USAGE = 'npm run test -- <environment> [--at TIME]';
  const argumentsIn = (...args: string[]) => {
    const { argv } = process;
    onTestFinished(() => {
      process.argv = argv;
    });
    process.argv = [...argv.slice(0, 2), ...args];
    return argumentsOf(USAGE, { at: { type: 'string' } });
  };
  const sentence = (said: string) => `${said}\n\n${USAGE}`;

  test('are the environment and the options', () => {
    const { name, values } = argumentsIn('development', '--at', 'now');
    expect([name, { ...values }]).toEqual(['development', { at: 'now' }]);
  });

  test.each([
    [[], 'Name the environment.'],
    [['development', 'production'], 'Name one environment, not production as well.'],
    [['development', '--foo'], 'There is no option --foo.'],
    [['development', '--at'], "Option '--at <value>' argument missing"],
  ])('%j are refused with the usage', (args, said) => {
    expect(() => argumentsIn(...args)).toThrow(new Error(sentence(said)));
  });

  test.each([
    ['2026-01-27T08:00:00Z', '2026-01-27T08:00:00.000Z'],
    ['2026-01-27T08:00:00.5+01:00', '2026-01-27T07:00:00.500Z'],
    ['2026-01-27T08:00Z', '2026-01-27T08:00:00.000Z'],
  ])('may have the moment %s', (text, moment) => {
    expect(momentOf(USAGE, 'at', text).toISOString()).toBe(moment);
  });

  test.each([
    [undefined, '--at is missing: it must be a moment such as 2026-11-27T08:00:00Z.'],
    ['2026-01-27T08:00:00', `--at ${NO_ZONE}`],
    ['yesterday', '--at must be a moment with its zone, such as 2026-11-27T08:00:00Z, not yesterday.'],
    [FUTURE, `--at must be in the past, not ${FUTURE}.`],
  ])('can not have the moment %s', (text, said) => {
    expect(() => momentOf(USAGE, 'at', text)).toThrow(new Error(sentence(said)));
  });
});

type Wrong = [command: string, args: string[], sentence: string, variables?: NodeJS.ProcessEnv];
/** Faults that only the command itself checks. */
const WRONG: Wrong[] = [
  ['restore', ['--at', '2026-01-27T08:00:00Z'], '--at must be in the last 35 days: DynamoDB keeps no older state.'],
  ['redrive', ['--only', 'recordDelivry'], '--only must be recordDelivery or deliverMail, not recordDelivry.'],
  ['smoke', [], 'Missing: --customer, OWNER_TOKEN, OPERATOR_TOKEN.'],
];
const MORE: Wrong[] = [
  ['release-mails', ['--restored-to', '2026-01-27T08:00Z', '--lost-at', '2026-01-27T08:00:00'], `--lost-at ${NO_ZONE}`],
  ['smoke', ['--customer', 'foo'], '--customer must be an email address, not foo.', TOKENS],
  ['restore', [], '--at is missing: it must be a moment such as 2026-11-27T08:00:00Z.'],
  ['restore', ['--at'], "Option '--at <value>' argument missing"],
  ['restore', ['--at', '2026-01-27T08:00:00'], `--at ${NO_ZONE}`],
  ['restore', ['--at', FUTURE], `--at must be in the past, not ${FUTURE}.`],
  ['release-mails', ['--restored-to', '2026-01-27T08:00:00'], `--restored-to ${NO_ZONE}`],
];
test.each(sized(WRONG, [...WRONG, ...MORE]))(
  'npm run %s -- development with %j says what is wrong',
  async (command, args, sentence, variables) => {
    const said = await saidBy(programOf(command), ['development', ...args], variables);
    expect(said.split('\n', 1)).toEqual([`1 ${sentence}`]);
  },
);

test('npm run smoke -- local asks the stack nothing about a wrong address', async () => {
  expect(await saidBy('cli/smoke.ts', ['local', '--customer', 'foo'])).toMatch(
    /^1 --customer must be an email address/,
  );
});
