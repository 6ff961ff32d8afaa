/**
 * `npm run deploy|diff|synth -- <environment>`: checks the environment's file, and runs the CDK for all stacks of the environment.
 * `npm run bootstrap -- <environment>` prepares its account and regions for that. Further arguments are the CDK's, such as
 * `--require-approval never`.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { concurrencyFault, concurrencyOf } from './concurrency.ts';
import { type Environment, EnvironmentError, environmentNames, LOCAL, readEnvironment } from './environment.ts';
import { rotationFault } from './frontDoor.ts';
import { type ComparedTemplate, losses } from './keepsData.ts';
import { nameIn, regionOf, STACKS, type StackKind } from './names.ts';
import { deployedTemplate, senderFault, signInFault } from './signedIn.ts';

const root = join(import.meta.dirname, '..');
const COMMANDS = ['bootstrap', 'deploy', 'diff', 'synth'] as const;
type Command = (typeof COMMANDS)[number];

/** The stacks with resources that no deployment may lose. */
const KEPT: StackKind[] = ['data', 'pages'];

/** A sentence for the person who runs the command. */
class Refusal extends Error {}

async function run([command, name, ...args]: string[]): Promise<void> {
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
  if (command !== 'synth') {
    const fault =
      (await signInFault(environment)) ?? (command === 'deploy' ? await senderFault(environment) : undefined);
    if (fault !== undefined) throw new Refusal(fault);
  }
  if (command === 'bootstrap') {
    const regions = new Set(STACKS.map((kind) => regionOf(environment, kind)));
    const places = [...regions].map((region) => `aws://${environment.account}/${region}`);
    // Without an app: the CDK would synthesize it, and uses nothing of it.
    return runCdk(['bootstrap', ...places, '--app=', '--no-notices', ...args], name);
  }
  if (command === 'deploy') {
    const application = await deployedTemplate(environment.region, nameIn(environment, 'application'));
    const fault = rotationFault(application, environment);
    if (fault !== undefined) throw new Refusal(fault);
  }
  const output = join('cdk.out/deploy', name);
  // `synth` writes no commit, so that equal sources make equal templates.
  synthesize(name, output, command === 'synth' ? undefined : commitOf(root));
  if (command === 'synth') return console.log(`The templates of ${name} are in ${output}.`);
  if (command === 'deploy') {
    await checkConcurrency(environment, join(root, output));
    await refuseLosses(environment, join(root, output));
  }
  runCdk([command, '--all', '--app', output, ...args], name);
}

/**
 * Refuses a deployment that would delete or replace what can't be made again.
 *
 * @param output folder of the synthesized stacks
 */
async function refuseLosses(environment: Environment, output: string): Promise<void> {
  const templates = readdirSync(output).filter((file) =>
    KEPT.some((kind) => file === `${nameIn(environment, kind)}.template.json`),
  );
  const found = await Promise.all(
    templates.map(async (file) => {
      const before = await deployedTemplate(environment.region, file.replace('.template.json', ''));
      return losses(before, JSON.parse(readFileSync(join(output, file), 'utf8')) as ComparedTemplate);
    }),
  );
  const sentences = found.flat();
  if (sentences.length > 0)
    throw new Refusal(
      `The deployment has not begun, because it would lose data:\n${sentences.map((each) => `  ${each}`).join('\n')}\ndocs/deploy.md says how to go on ("If a deployment would lose data").`,
    );
}

/**
 * Refuses a deployment that reserves more concurrent executions than the account has left, and says if the account has few.
 *
 * @param output folder of the synthesized stacks
 */
async function checkConcurrency(environment: Environment, output: string): Promise<void> {
  const { region } = environment;
  const application = nameIn(environment, 'application');
  const after = JSON.parse(readFileSync(join(output, `${application}.template.json`), 'utf8')) as ComparedTemplate;
  const before = await deployedTemplate(region, application);
  const account = await concurrencyOf(region).catch((error: unknown) => error as Error);
  // A person who may deploy need not be allowed to read the settings of Lambda.
  if (account instanceof Error)
    return console.error(`The limit of concurrent functions is unknown (${account.message}).`);
  const { fault, warning } = concurrencyFault(account, { before, after, region });
  if (fault !== undefined) throw new Refusal(fault);
  if (warning !== undefined) console.error(warning);
}

const isCommand = (word: string | undefined): word is Command => COMMANDS.some((command) => command === word);

/** What the CDK says after each synthesis: advice about its own commands and settings. */
const ADVICE = /^(Successfully synthesized to |Supply a stack id |\d+ feature flags are not configured)/;

/** The commit of a folder, with `-changed` if files differ from it; `undefined` without Git. */
function commitOf(folder: string): string | undefined {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: folder, encoding: 'utf8' });
  const head = git('rev-parse', 'HEAD');
  if (head.status !== 0) return undefined;
  return `${head.stdout.trim()}${git('status', '--porcelain').stdout === '' ? '' : '-changed'}`;
}

/**
 * Writes the stacks into a folder. Says what the CDK says, without its advice.
 *
 * @param commit becomes an output of the application's stack
 */
function synthesize(environment: string, output: string, commit: string | undefined): void {
  const args = ['synth', '--quiet', '--no-notices', '--output', output];
  const ended = spawnCdk(args, environment, 'pipe', commit === undefined ? {} : { DEPLOYED_COMMIT: commit });
  const lines = `${ended.stdout}${ended.stderr}`.split('\n').filter((line) => !ADVICE.test(line));
  process.stderr.write(lines.join('\n'));
  if (ended.status !== 0) process.exit(ended.status ?? 1);
}

/** Runs the CDK, with its output on this terminal. */
function runCdk(args: string[], environment: string): void {
  const { status } = spawnCdk(args, environment, 'inherit');
  if (status !== 0) process.exit(status ?? 1);
}

const spawnCdk = (args: string[], environment: string, stdio: 'pipe' | 'inherit', more: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args], {
    cwd: root,
    stdio,
    encoding: 'utf8',
    env: {
      ...process.env,
      ...more,
      ENVIRONMENT: environment,
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      // Saves a second: Node compiles the CDK once.
      NODE_COMPILE_CACHE: join(root, 'cdk.out/compiled'),
    },
  });

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Refusal || error instanceof EnvironmentError ? error.message : error);
  process.exitCode = 1;
}
