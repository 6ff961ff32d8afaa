/**
 * `npm run deploy|diff|synth -- <environment>`: checks the environment's file, and runs the CDK for all stacks of the environment.
 * `npm run bootstrap -- <environment>` prepares its account and regions for that. Further arguments are the CDK's, such as
 * `--require-approval never`.
 */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { EnvironmentError, environmentNames, LOCAL, readEnvironment } from './environment.ts';
import { regionOf, STACKS } from './names.ts';
import { Refusal } from './refusal.ts';
import { APP, appVariables, COMPILED_ONCE } from './synthesis.ts';

const root = join(import.meta.dirname, '..');
const COMMANDS = ['bootstrap', 'deploy', 'diff', 'synth'] as const;
type Command = (typeof COMMANDS)[number];

/**
 * Runs a command, given its arguments.
 *
 * @throws Refusal or EnvironmentError with a sentence for the person who runs it
 */
export async function run([command, name, ...args]: string[]): Promise<void> {
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
  const environment = readEnvironment(name);
  const output = join('cdk.out/deploy', name);
  if (command === 'synth') {
    // Without the commit: equal sources make equal templates.
    synthesize(name, output);
    return console.log(`The templates of ${name} are in ${output}.`);
  }
  // A synthesis doesn't wait for the clients of AWS.
  const { checkEnvironment, checkSignIn, checkTemplates } = await import('./beforeDeployment.ts');
  await checkSignIn(environment);
  if (command === 'bootstrap') {
    const regions = new Set(STACKS.map((kind) => regionOf(environment, kind)));
    const places = [...regions].map((region) => `aws://${environment.account}/${region}`);
    // Without an app: the CDK would synthesize it, and uses nothing of it.
    return runCdk(['bootstrap', ...places, '--app=', '--no-notices', ...args], name);
  }
  if (command === 'deploy') await checkEnvironment(environment);
  synthesize(name, output, commitOf(root));
  if (command === 'deploy') await checkTemplates(environment, join(root, output));
  runCdk([command, '--all', '--app', output, ...args], name);
}

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((command) => command === word);

/** The commit of a folder, with `-changed` if files differ from it; `undefined` without Git. */
function commitOf(folder: string): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) return undefined;
  return `${head.stdout.trim()}${git('status', '--porcelain').stdout === '' ? '' : '-changed'}`;
}

/**
 * Writes the stacks into a folder. What the app says of them is on this terminal.
 *
 * @param commit becomes an output of the application's stack
 */
const synthesize = (environment: string, output: string, commit?: string): void =>
  runNode([APP], {
    ...appVariables(output),
    ENVIRONMENT: environment,
    ...(commit !== undefined && { DEPLOYED_COMMIT: commit }),
  });

/** Runs the CDK, with its output on this terminal. */
const runCdk = (args: string[], environment: string): void =>
  runNode([join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    ...COMPILED_ONCE,
    ENVIRONMENT: environment,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  });

/** Runs a program. If it fails, this process ends as the program did. */
function runNode(args: string[], variables: NodeJS.ProcessEnv): void {
  const env = { ...process.env, ...variables };
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit', env });
  if (status !== 0) process.exit(status ?? 1);
}

if (import.meta.main)
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Refusal || error instanceof EnvironmentError ? error.message : error);
    process.exitCode = 1;
  }
