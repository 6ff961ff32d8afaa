/**
 * `npm run restore -- <environment> --at TIME`: shows the steps that bring the table back to a moment, and changes nothing. With `--run`,
 * takes the steps. A run that was stopped goes on with the same command.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LOCAL } from '../infra/environment.ts';
import { nameIn } from '../infra/names.ts';
import { argumentsOf, momentOf } from './commandLine.ts';
import { environmentOnAws } from './environments.ts';
import { goThrough, restoreSteps, type Template } from './restoredTable.ts';

const USAGE = `npm run restore -- <environment> --at TIME [--run]

  --at   the moment to which the table is restored, such as 2026-11-27T08:00:00Z
  --run  takes the steps. Without it, they are shown, and nothing changes`;
const PAUSE_MS = 10_000;
/** How long DynamoDB keeps what a table was. */
const KEPT_MS = 35 * 24 * 60 * 60_000;
const root = join(import.meta.dirname, '..');

/** Runs the CDK for an environment, with its output on this terminal. */
function cdk(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [join(root, 'infra/cdk.ts'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`npm run ${args[0]} failed. Run this command again: it goes on from here.`);
}

async function run(): Promise<void> {
  const { name, values } = argumentsOf(USAGE, { at: { type: 'string' }, run: { type: 'boolean', default: false } });
  const time = momentOf(USAGE, 'at', values.at).getTime();
  if (time < Date.now() - KEPT_MS) throw new Error('--at must be in the last 35 days: DynamoDB keeps no older state.');
  if (name === LOCAL) throw new Error('On this machine, the drill shows a restore: docs/restore.md.');
  // DynamoDB restores to a second.
  const at = new Date(Math.floor(time / 1000) * 1000);
  const environment = await environmentOnAws(name);
  const { region } = environment;
  cdk('synth', name);
  const file = join(root, 'cdk.out/deploy', name, `${nameIn(environment, 'data')}.template.json`);
  const pause = () => sleep(PAUSE_MS);
  const steps = await restoreSteps({
    environment,
    at,
    dynamoDb: new DynamoDBClient({ region }),
    cloudFormation: new CloudFormationClient({ region }),
    lambda: new LambdaClient({ region }),
    template: JSON.parse(readFileSync(file, 'utf8')) as Template,
    // The templates are those of before: only the outputs of the data stack have changed.
    deploy: async () => cdk('deploy', name, '--force'),
    pause,
  });
  const left = await goThrough(steps, { run: values.run, say: console.log, pause });
  const release = `npm run release-mails -- ${name} --restored-to ${at.toISOString()} --lost-at <the moment until which the lost table was in use>`;
  console.log(
    left > 0 ? `${left} to do: add --run to do them` : `Restored. Then look at the mails that wait:\n${release}`,
  );
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
