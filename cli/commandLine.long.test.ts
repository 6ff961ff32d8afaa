/** The usage that the operator’s commands print. */
import { expect, test } from 'vitest';
import { saidBy } from '../test/saidBy.ts';

const COMMANDS = ['restore', 'redrive', 'release-mails', 'smoke'];
const programOf = (command: string) => `cli/${command.replace('-m', 'M')}.ts`;

test.each(COMMANDS)('npm run %s -- --help says the same usage, and a wrong environment is refused', async (command) => {
  const [help, unknown, nowhere] = await Promise.all([
    saidBy(programOf(command), ['--help']),
    saidBy(programOf(command), ['development', '--foo']),
    saidBy(programOf(command), ['devlopment']),
  ]);
  expect(nowhere).toMatch(/^1 There is no environment "devlopment" \(did you mean "development"\?\): /);
  expect(help).toMatch(/^0 /);
  expect(unknown).toBe(`1 There is no option --foo.\n\n${help.slice('0 '.length)}`);
});

test('npm run cost says what it wrote, and takes no arguments', async () => {
  expect(await saidBy('bench/costTable.ts', [])).toBe('0 docs/cost.md has the tables already.\n');
  expect(await saidBy('bench/costTable.ts', ['--help'])).toMatch(/^1 npm run cost takes no arguments: .*\n$/);
});
