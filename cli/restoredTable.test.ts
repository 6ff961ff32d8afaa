/**
 * A restore on a simulated account. Tables, streams, time to live, tags and protection are those of the embedded engine, which takes the
 * SDK's requests as DynamoDB does. The engine has no backups, and there is no CloudFormation here: these are simulated by their documented
 * rules.
 */
import { readFileSync } from 'node:fs';
import {
  CreateChangeSetCommand,
  type CreateChangeSetCommandInput,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ListTagsOfResourceCommand,
  RestoreTableToPointInTimeCommand,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Environment, LOCAL, readEnvironment } from '../infra/environment.ts';
import { type ComparedTemplate, losses } from '../infra/keepsData.ts';
import { ENGINE_IDENTITY, type Engine, startEngine } from '../local/engine.ts';
import { sized } from '../test/size.ts';
import {
  goThrough,
  lostAt,
  type Restoration,
  restoreSteps,
  type Step,
  type Template,
  withoutTable,
} from './restoredTable.ts';

const AT = new Date('2026-11-27T08:00:00Z');
const [FROM, TO] = [new Date('2026-11-01T00:00:00Z'), new Date('2026-11-27T09:30:00Z')];
const READS = /^(Get|Describe|List)/;

let engine: Engine;
let tables: DynamoDBClient;
beforeAll(async () => {
  engine = await startEngine(undefined);
  tables = new DynamoDBClient({ endpoint: engine.endpoint, ...ENGINE_IDENTITY });
});
afterAll(() => engine.stop());

const TABLE_ID = 'Table';
/** The data stack, with the table as it was released. */
function templateOf(stage: Environment['stage']): Template {
  const text = readFileSync(new URL('../infra/released/table.json', import.meta.url), 'utf8');
  const { table } = JSON.parse(text) as { table: object };
  const policy = stage === 'production' ? 'Retain' : 'Delete';
  return {
    Resources: {
      [TABLE_ID]: {
        Type: 'AWS::DynamoDB::Table',
        Properties: { ...table, DeletionProtectionEnabled: stage === 'production' },
        DeletionPolicy: policy,
        UpdateReplacePolicy: policy,
        Metadata: { 'aws:cdk:path': 'Data/Table' },
      },
      Queue: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'Data/Queue' } },
      // A client of a service account has about 600 bytes in the template.
      ...Object.fromEntries(
        Array.from({ length: 100 }, (_, index) => [
          `ServiceAccount${index}`,
          { Type: 'AWS::Cognito::UserPoolClient', Properties: { ClientName: 'acme'.padEnd(520, 'x') } },
        ]),
      ),
    },
    Outputs: {
      TableName: { Value: { Ref: TABLE_ID } },
      PublishStream: { Value: { 'Fn::GetAtt': [TABLE_ID, 'StreamArn'] } },
      QueueUrl: { Value: { Ref: 'Queue' } },
    },
  };
}
const TEMPLATES = { production: templateOf('production'), development: templateOf('development') };

/** Whether outputs refer to the table. */
const refersToTable = (outputs: unknown) => JSON.stringify(outputs).includes(`"${TABLE_ID}"`);

class Killed extends Error {}
let accounts = 0;

/** An account whose table lost data. `killAfter`: the run is killed after so many changes. */
async function account(stage: Environment['stage'] = 'production') {
  accounts += 1;
  const lost = `lost-${accounts}`;
  // The region is a part of the restored table's name, so that each account has its own.
  const environment: Environment = {
    ...readEnvironment(LOCAL),
    ...{ name: 'drill', stage, hold: true, region: `eu-central-${accounts}` },
  };
  const { DeletionProtectionEnabled, ...properties } = TEMPLATES[stage].Resources[TABLE_ID]?.Properties ?? {};
  const keys = ['KeySchema', 'AttributeDefinitions', 'GlobalSecondaryIndexes', 'BillingMode'];
  const create = Object.fromEntries(Object.entries(properties).filter(([name]) => keys.includes(name)));
  const make = (TableName: string) =>
    tables.send(new CreateTableCommand({ ...(create as unknown as CreateTableCommandInput), TableName }));
  await make(lost);
  const { Table } = await tables.send(new DescribeTableCommand({ TableName: lost }));
  await tables.send(
    new TagResourceCommand({ ResourceArn: Table?.TableArn, Tags: [{ Key: 'cost-centre', Value: '42' }] }),
  );

  const state = {
    template: structuredClone(TEMPLATES[stage]),
    status: 'UPDATE_COMPLETE',
    physical: lost as string | undefined,
    deleted: [] as string[],
    variables: { HOLD: 'false', TABLE_NAME: lost, PROGRAM: '{}' } as Record<string, string>,
    recovered: [lost],
    changeSet: undefined as CreateChangeSetCommandInput | undefined,
    readsOutputs: true,
    /** How often DynamoDB still says that it makes the restored table. */
    creating: 0,
  };
  /** Every change that was made, in its order. */
  const changes: string[] = [];
  let killAfter = Number.POSITIVE_INFINITY;

  const uploaded = new Map<string, string>();
  type Given = { TemplateBody?: string | undefined; TemplateURL?: string | undefined };
  function replace({ TemplateBody: inRequest = '', TemplateURL = '' }: Given, imports?: string): void {
    if (inRequest.length > 51_200) throw new Error('templateBody must have length less than or equal to 51200');
    const next = JSON.parse(uploaded.get(TemplateURL) ?? inRequest) as Template;
    const before = state.template;
    if (JSON.stringify(next) === JSON.stringify(before)) throw new Error('No updates are to be performed.');
    if (refersToTable(next.Outputs) && !(TABLE_ID in next.Resources)) throw new Error('Unresolved resource dependency');
    if (imports !== undefined) {
      const { [TABLE_ID]: added, ...others } = next.Resources;
      expect(others).toEqual(before.Resources);
      if (JSON.stringify(next.Outputs) !== JSON.stringify(before.Outputs))
        throw new Error('As part of the import operation, you cannot modify or add [Outputs]');
      if (added?.DeletionPolicy === undefined) throw new Error('Resources to import must have a DeletionPolicy');
      state.physical = imports;
    } else if (!(TABLE_ID in next.Resources)) {
      if (before.Resources[TABLE_ID]?.DeletionPolicy !== 'Retain') state.deleted.push(state.physical ?? '');
      state.physical = undefined;
    } else expect(state.physical).toBeDefined();
    state.template = next;
    // Only the next question finds the stack at rest.
    state.status = imports === undefined ? 'UPDATE_IN_PROGRESS' : 'IMPORT_IN_PROGRESS';
  }

  async function answer(command: object): Promise<unknown> {
    if (command instanceof GetFunctionConfigurationCommand)
      return {
        Environment: { Variables: state.variables },
        LastUpdateStatus: 'Successful',
        LastModified: '2026-11-27T09:30:00.000+0000',
      };
    if (command instanceof UpdateFunctionConfigurationCommand) {
      state.variables = command.input.Environment?.Variables ?? {};
      return {};
    }
    if (command instanceof DescribeStacksCommand) {
      const StackStatus = state.status;
      state.status = StackStatus.replace('IN_PROGRESS', 'COMPLETE');
      return { Stacks: [{ StackStatus }] };
    }
    if (command instanceof GetTemplateCommand) return { TemplateBody: JSON.stringify(state.template) };
    if (command instanceof DescribeStackResourceCommand)
      return { StackResourceDetail: { PhysicalResourceId: state.physical } };
    if (command instanceof UpdateStackCommand) return replace(command.input);
    if (command instanceof CreateChangeSetCommand) {
      state.changeSet = command.input;
      return {};
    }
    if (command instanceof DescribeChangeSetCommand) return { Status: 'CREATE_COMPLETE' };
    if (command instanceof ExecuteChangeSetCommand) {
      const { ResourcesToImport: [resource] = [], ...given } = state.changeSet ?? {};
      return replace(given, resource?.ResourceIdentifier?.['TableName'] ?? '');
    }
    if (command instanceof RestoreTableToPointInTimeCommand) {
      state.creating = 4;
      return make(command.input.TargetTableName ?? '');
    }
    if (command instanceof UpdateContinuousBackupsCommand) return state.recovered.push(command.input.TableName ?? '');
    if (command instanceof DescribeContinuousBackupsCommand) {
      const PointInTimeRecoveryStatus = state.recovered.includes(command.input.TableName ?? '')
        ? 'ENABLED'
        : 'DISABLED';
      const window = { EarliestRestorableDateTime: FROM, LatestRestorableDateTime: TO };
      return {
        ContinuousBackupsDescription: { PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus, ...window } },
      };
    }
    const said = await tables.send(command as DescribeTableCommand);
    // DynamoDB's description of a table that it has restored.
    if (command instanceof DescribeTableCommand && command.input.TableName !== lost && said.Table) {
      said.Table.RestoreSummary = {
        SourceTableArn: `arn:aws:dynamodb:eu-central-1:111122223333:table/${lost}`,
        RestoreDateTime: AT,
        RestoreInProgress: state.creating > 0,
      };
      if (state.creating > 0) said.Table.TableStatus = 'CREATING';
      state.creating -= 1;
    }
    return said;
  }
  async function send(command: object): Promise<unknown> {
    const name = command.constructor.name.replace('Command', '');
    const said = await answer(command);
    if (READS.test(name)) return said;
    changes.push(name);
    // AWS has made the change, and nobody hears of it.
    if (changes.length >= killAfter) throw new Killed();
    return said;
  }
  const client = { send } as never;
  const restoration: Restoration = {
    environment,
    at: AT,
    dynamoDb: client,
    cloudFormation: client,
    lambda: client,
    upload: async (text) => {
      const url = `https://assets.example/${uploaded.size}`;
      uploaded.set(url, text);
      return url;
    },
    template: TEMPLATES[stage],
    deploy: async () => {
      expect(state.physical, 'a deployment without the imported table would make an empty one').toBeDefined();
      // Otherwise `npm run deploy` refuses to begin.
      expect(losses(state.template as ComparedTemplate, TEMPLATES[stage] as ComparedTemplate)).toEqual([]);
      state.template = structuredClone(TEMPLATES[stage]);
      if (state.readsOutputs) state.variables = { ...state.variables, TABLE_NAME: state.physical ?? '' };
      changes.push('deploy');
      if (changes.length >= killAfter) throw new Killed();
    },
    pause: async () => {},
  };
  const said: string[] = [];
  /** Runs the command once, and returns the steps that are left. */
  const run = async (options: { run: boolean; killAfter?: number } = { run: true }) => {
    killAfter = options.killAfter ?? Number.POSITIVE_INFINITY;
    said.length = 0;
    const steps: Step[] = await restoreSteps(restoration);
    return goThrough(steps, { run: options.run, say: (line) => said.push(line), pause: restoration.pause });
  };
  return {
    state,
    changes,
    said,
    run,
    restoration,
    lost,
    target: `partner-portal-drill-${environment.region}-20261127T080000Z`,
  };
}

/** The settings of a table, as DynamoDB describes them. */
async function settingsOf(TableName: string) {
  const { Table } = await tables.send(new DescribeTableCommand({ TableName }));
  const { TimeToLiveDescription } = await tables.send(new DescribeTimeToLiveCommand({ TableName }));
  const { Tags } = await tables.send(new ListTagsOfResourceCommand({ ResourceArn: Table?.TableArn }));
  return {
    stream: Table?.StreamSpecification?.StreamViewType,
    isProtected: Table?.DeletionProtectionEnabled ?? false,
    ttl: TimeToLiveDescription?.AttributeName,
    tags: Tags,
  };
}

const expectRestored = async ({ state, lost, target }: Awaited<ReturnType<typeof account>>, isProtected = true) => {
  expect(await settingsOf(target)).toEqual({
    stream: 'NEW_IMAGE',
    isProtected,
    ttl: 'ttl',
    tags: [{ Key: 'cost-centre', Value: '42' }],
  });
  expect(state.recovered).toContain(target);
  expect(state).toMatchObject({ physical: target, deleted: [], variables: { HOLD: 'true', TABLE_NAME: target } });
  expect(state.variables['PROGRAM']).toBe('{}');
  // The lost table is there to be looked at.
  expect((await tables.send(new DescribeTableCommand({ TableName: lost }))).Table?.TableStatus).toBe('ACTIVE');
};

test('a dry run says all steps, and changes nothing', async () => {
  const there = await account();
  expect(await there.run({ run: false })).toBe(10);
  expect(there.said.every((line) => line.endsWith(': to do'))).toBe(true);
  expect(there.changes).toEqual([]);
});

test('a restored table gets all that it lacks, and takes the place of the lost one in its stack', async () => {
  const there = await account();
  await there.run();
  await expectRestored(there);
  // Mails are held before anything else.
  expect(there.changes[0]).toBe('UpdateFunctionConfiguration');
  expect(there.changes.at(-1)).toBe('deploy');
  expect(await lostAt(there.restoration)).toBe('2026-11-27T09:30:00.000Z');

  const made = there.changes.length;
  expect(await there.run()).toBe(0);
  expect(there.said.every((line) => line.endsWith(': done'))).toBe(true);
  expect(there.changes).toHaveLength(made);
});

test('in development, the lost table stays, too', async () => {
  const there = await account('development');
  await there.run();
  await expectRestored(there, false);
});

test('a run that is killed after any change goes on with the same command, and makes no table twice', async () => {
  for (const stage of sized<Environment['stage'][]>(['production'], ['production', 'development'])) {
    const whole = await account(stage);
    await whole.run();
    for (let killAfter = 1; killAfter <= whole.changes.length; killAfter++) {
      const there = await account(stage);
      await expect(there.run({ run: true, killAfter })).rejects.toThrow(Killed);
      await there.run();
      await expectRestored(there, stage === 'production');
      expect(there.changes.filter((name) => name === 'RestoreTableToPointInTime')).toHaveLength(1);
    }
  }
});

describe('a restore does not begin', () => {
  const refused = async (change: (restoration: Restoration) => void) => {
    const there = await account();
    change(there.restoration);
    const { message } = await there.run().then(
      () => new Error('It has begun'),
      (error: Error) => error,
    );
    expect(there.changes.filter((name) => name !== 'UpdateFunctionConfiguration')).toEqual([]);
    return message;
  };

  test('if the file of the environment would release the mails', async () => {
    expect(await refused(({ environment }) => Object.assign(environment, { hold: false }))).toMatch(
      /^Set "hold" to true in deploy\/drill\.json/,
    );
  });

  test('if another version is deployed', async () => {
    const changed = structuredClone(TEMPLATES.production);
    Object.assign(changed.Resources[TABLE_ID]?.Properties ?? {}, { BillingMode: 'PROVISIONED' });
    const message = await refused((restoration) => Object.assign(restoration, { template: changed }));
    expect(message).toMatch(/check out the deployed release/);
  });

  test('if a resource of the deployed stack refers to the table', async () => {
    const there = await account();
    there.state.template.Resources['Alarm'] = {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: { Name: { Ref: TABLE_ID } },
    };
    await expect(there.run({ run: false })).rejects.toThrow("can't be taken out, because Alarm refers to it");
  });

  test('to a moment that DynamoDB does not keep', async () => {
    const message = await refused((restoration) => Object.assign(restoration, { at: new Date(FROM.getTime() - 1000) }));
    expect(message).toMatch(/from 2026-11-01T00:00:00\.000Z to 2026-11-27T09:30:00\.000Z\.$/);
  });
});

test('if the functions still use the lost table after the deployment, a sentence says how to go on', async () => {
  const there = await account();
  there.state.readsOutputs = false;
  await expect(there.run()).rejects.toThrow(
    `Delete the stack partner-portal-drill-${there.restoration.environment.region}-application, and run this command again.`,
  );
});

test('a table to which a resource of its stack refers is not taken out', () => {
  const template = structuredClone(TEMPLATES.production);
  template.Resources['Alarm'] = { Type: 'AWS::CloudWatch::Alarm', Properties: { Name: [{ Ref: TABLE_ID }] } };
  expect(() => withoutTable(template, TABLE_ID)).toThrow("can't be taken out, because Alarm refers to it");
});
