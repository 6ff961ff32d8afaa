/**
 * `npm run restore -- <environment> --at TIME`: shows the steps that bring the table back to a moment, and changes nothing. With `--run`,
 * takes the steps. A run that was stopped goes on with the same command.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type Environment, LOCAL } from '../infra/environment.ts';
import { nameIn } from '../infra/names.ts';
import { argumentsOf, momentOf } from './commandLine.ts';
import { environmentOnAws } from './environments.ts';
import { goThrough, lostAt, type Restoration, restoreSteps, type Template } from './restoredTable.ts';

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

/**
 * Uploads templates to the bucket that `cdk bootstrap` has made, as a deployment does.
 *
 * @throws Error if you may not use the bucket
 */
async function uploadsTo({ account, region }: Environment): Promise<(template: string) => Promise<string>> {
  const s3 = new S3Client({ region });
  const of = { Bucket: `cdk-hnb659fds-assets-${account}-${region}`, ExpectedBucketOwner: account };
  await s3.send(new HeadBucketCommand(of)).catch((error: Error) => {
    throw new Error(`The restore would upload templates to the bucket ${of.Bucket}, which answers: ${error.name}.`);
  });
  return async (Body) => {
    const Key = `restore/${createHash('sha256').update(Body).digest('hex')}.json`;
    await s3.send(new PutObjectCommand({ ...of, Key, Body }));
    return `https://${of.Bucket}.s3.${region}.amazonaws.com/${Key}`;
  };
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
  const restoration: Restoration = {
    environment,
    at,
    dynamoDb: new DynamoDBClient({ region }),
    cloudFormation: new CloudFormationClient({ region }),
    lambda: new LambdaClient({ region }),
    upload: await uploadsTo(environment),
    template: JSON.parse(readFileSync(file, 'utf8')) as Template,
    // The templates are those of before: only the outputs of the data stack have changed.
    deploy: async () => cdk('deploy', name, '--force'),
    pause,
  };
  const steps = await restoreSteps(restoration);
  const left = await goThrough(steps, { run: values.run, say: console.log, pause });
  if (left > 0) return console.log(`${left} to do: add --run to do them`);
  const times = `--restored-to ${at.toISOString()} --lost-at ${await lostAt(restoration)}`;
  console.log(
    `Restored. Note the two times, and look at the mails that wait:\nnpm run release-mails -- ${name} ${times}`,
  );
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
