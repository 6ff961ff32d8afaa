/**
 * `npm run deploy|diff|synth -- <environment>`: checks the environment's file, and runs the CDK for all stacks of the environment. Further
 * arguments are the CDK's, such as `--require-approval never`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EnvironmentError, environmentNames, LOCAL, readEnvironment } from './environment.ts';

const root = join(import.meta.dirname, '..');
const COMMANDS = ['deploy', 'diff', 'synth'] as const;
type Command = (typeof COMMANDS)[number];

/** A sentence for the person who runs the command. */
class Refusal extends Error {}

function run([command, name, ...args]: string[]): void {
  if (!isCommand(command)) throw new Refusal(`The commands are ${COMMANDS.join(', ')}.`);
  if (args.concat(name ?? '').some((arg) => /^(-c|--context)\b/.test(arg)))
    throw new Refusal(
      'Settings are fields of deploy/<environment>.json now, not -c name=value: docs/deploy.md says which field each setting is.',
    );
  if (name === undefined || name.startsWith('-'))
    throw new Refusal(
      `Name the environment: npm run ${command} -- <environment>. The folder deploy has ${environmentNames().join(', ')}.`,
    );
  if (name === LOCAL && command !== 'synth')
    throw new Refusal('The environment "local" runs on this machine: npm start.');
  readEnvironment(name);
  const output = join('cdk.out', name);
  runCdk(['synth', '--quiet', '--no-notices', '--output', output], name);
  if (command !== 'synth') runCdk([command, '--all', '--app', output, ...args], name);
}

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((command) => command === word);

/** Runs the CDK, with its output on this terminal. */
function runCdk(args: string[], environment: string): void {
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ENVIRONMENT: environment, CDK_DISABLE_CLI_TELEMETRY: 'true' },
  });
  if (status !== 0) process.exit(status ?? 1);
}

try {
  run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Refusal || error instanceof EnvironmentError ? error.message : error);
  process.exitCode = 1;
}
