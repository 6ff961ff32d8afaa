/**
 * The steps from a table that lost data to a restored one that the environment uses. Each step asks AWS whether it is done, so a run that
 * was killed goes on where it stopped. `docs/restore.md` has the order for people.
 */
import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DescribeChangeSetCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ExecuteChangeSetCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  ResourceNotFoundException,
  RestoreTableToPointInTimeCommand,
  type StreamViewType,
  type TableDescription,
  type Tag,
  TagResourceCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  GetFunctionConfigurationCommand,
  type LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Environment } from '../infra/environment.ts';
import { nameIn } from '../infra/names.ts';

const TABLE = 'AWS::DynamoDB::Table';

type Resource = {
  Type: string;
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
  Properties?: Record<string, unknown>;
  Metadata?: unknown;
};
/** A template of CloudFormation, as far as these steps read it. */
export type Template = Record<string, unknown> & {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, unknown>;
};

/** The table's properties in the template, which a restored table lacks. */
type TableProperties = {
  DeletionProtectionEnabled?: boolean;
  PointInTimeRecoverySpecification?: { PointInTimeRecoveryEnabled: boolean };
  StreamSpecification?: { StreamViewType: StreamViewType };
  TimeToLiveSpecification?: { AttributeName: string; Enabled: boolean };
};

export type Restoration = {
  environment: Environment;
  /** The moment to which the table is restored. */
  at: Date;
  dynamoDb: DynamoDBClient;
  cloudFormation: CloudFormationClient;
  lambda: LambdaClient;
  /**
   * Puts a template where CloudFormation reads it, and returns its URL. A request may contain 51,200 bytes, and a data stack with many service
   * accounts has more. A deployment uploads its templates, too: what was deployed is small enough for that.
   */
  upload: (template: string) => Promise<string>;
  /** The template of the data stack that this version of the project makes. */
  template: Template;
  /** Deploys the environment, also if no template has changed. */
  deploy: () => Promise<void>;
  /** Waits for a while, before AWS is asked again. */
  pause: () => Promise<void>;
};

/** One step. */
export type Step = {
  title: string;
  isDone: () => Promise<boolean>;
  carryOut: () => Promise<void>;
  /** The error to report if AWS still says, after the step, that it is not done. Without this error, the restore waits and asks AWS again. */
  otherwise?: string;
};

/** The name of the restored table. It contains the moment, so that the next run finds the table again. */
const restoredName = (environment: Pick<Environment, 'name' | 'region'>, at: Date): string =>
  nameIn(environment, `${at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`);

/**
 * The steps of a restore, in their order: mails are held first, and the functions use the restored table last.
 *
 * @throws Error with a sentence, if the environment's file doesn't hold mails, or if this version isn't the deployed one
 */
export async function restoreSteps(restoration: Restoration): Promise<Step[]> {
  const { environment, at, dynamoDb, template, deploy } = restoration;
  if (!environment.hold)
    throw new Error(
      `Set "hold" to true in deploy/${environment.name}.json first: otherwise the last step would release the mails.`,
    );
  const [tableId = '', table] = Object.entries(template.Resources).find(([, { Type }]) => Type === TABLE) ?? [];
  if (!table) throw new Error('The template of the data stack has no table.');
  const { StreamSpecification, TimeToLiveSpecification, ...wanted } = (table.Properties ?? {}) as TableProperties;
  const stack = dataStackOf(restoration, tableId);
  const deployedTemplate = await stack.template();
  // Fails now, instead of half way, if the table can't leave its stack.
  withoutTable(deployedTemplate, tableId);
  const deployed = deployedTemplate.Resources[tableId];
  if (deployed && JSON.stringify(deployed.Properties) !== JSON.stringify(table.Properties))
    throw new Error('The deployed table has other properties than this version makes: check out the deployed release.');
  const target = restoredName(environment, at);
  const source = await lostTable();
  const mails = mailsOf(restoration);

  async function describe(TableName: string): Promise<TableDescription | undefined> {
    const { Table } = await orUndefined(dynamoDb.send(new DescribeTableCommand({ TableName })));
    return Table;
  }
  /** The table that the restored one replaces; `undefined` if AWS no longer knows it. */
  async function lostTable(): Promise<string | undefined> {
    const inStack = await stack.tableName();
    if (inStack !== undefined && inStack !== target) return inStack;
    return (await describe(target))?.RestoreSummary?.SourceTableArn?.split('/')[1];
  }
  /** The tags of people on a table. AWS sets its own tags itself. */
  async function tagsOf(name: string | undefined): Promise<Tag[]> {
    const ResourceArn = name === undefined ? undefined : (await describe(name))?.TableArn;
    if (ResourceArn === undefined) return [];
    const tags: Tag[] = [];
    let NextToken: string | undefined;
    do {
      const page = await dynamoDb.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
      tags.push(...(page.Tags ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return tags.filter(({ Key }) => !Key?.startsWith('aws:'));
  }
  const missingTags = async () => {
    const has = (await tagsOf(target)).map(({ Key, Value }) => `${Key}=${Value}`);
    return (await tagsOf(source)).filter(({ Key, Value }) => !has.includes(`${Key}=${Value}`));
  };
  async function restoreTable(): Promise<void> {
    if (await describe(target)) return;
    if (source === undefined) throw new Error('The data stack has no table that could be restored.');
    const found = await orUndefined(dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName: source })));
    const window = found.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
    if (!window)
      throw new Error(
        `The table ${source} is gone. DynamoDB keeps a backup of it for 35 days: restore that to the name ${target} (docs/restore.md), then run this command again.`,
      );
    const { EarliestRestorableDateTime: from, LatestRestorableDateTime: to } = window;
    if (!from || !to || at < from || at > to)
      throw new Error(
        `The table ${source} can be restored to a moment from ${from?.toISOString()} to ${to?.toISOString()}.`,
      );
    await dynamoDb.send(
      new RestoreTableToPointInTimeCommand({
        SourceTableName: source,
        TargetTableName: target,
        RestoreDateTime: at,
      }),
    );
  }
  const isActive = async () => {
    const { TableStatus, GlobalSecondaryIndexes = [] } = (await describe(target)) ?? {};
    return TableStatus === 'ACTIVE' && GlobalSecondaryIndexes.every(({ IndexStatus }) => IndexStatus === 'ACTIVE');
  };
  const viewType = StreamSpecification?.StreamViewType;
  const TableName = target;
  return [
    {
      title: `hold the mails: ${mails.name} sends none`,
      isDone: async () => {
        const variables = await mails.variables();
        return variables === undefined || variables['HOLD'] === 'true';
      },
      carryOut: mails.hold,
    },
    {
      title: `restore ${source} to ${at.toISOString()}, as the table ${target}`,
      isDone: isActive,
      carryOut: restoreTable,
    },
    {
      title: `stream of changes: ${viewType}`,
      isDone: async () => {
        const { StreamSpecification: has, TableStatus } = (await describe(target)) ?? {};
        return has?.StreamEnabled === true && has.StreamViewType === viewType && TableStatus === 'ACTIVE';
      },
      carryOut: async () => {
        const StreamSpecification = { StreamEnabled: true, StreamViewType: viewType };
        await dynamoDb.send(new UpdateTableCommand({ TableName, StreamSpecification }));
      },
    },
    {
      title: `deletion protection: ${wanted.DeletionProtectionEnabled === true ? 'on' : 'off'}`,
      isDone: async () => {
        const { DeletionProtectionEnabled = false, TableStatus } = (await describe(target)) ?? {};
        return DeletionProtectionEnabled === (wanted.DeletionProtectionEnabled ?? false) && TableStatus === 'ACTIVE';
      },
      carryOut: async () => {
        const { DeletionProtectionEnabled } = wanted;
        await dynamoDb.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled }));
      },
    },
    {
      title: `time to live: the attribute ${TimeToLiveSpecification?.AttributeName}`,
      isDone: async () => {
        const found = await orUndefined(dynamoDb.send(new DescribeTimeToLiveCommand({ TableName })));
        const { AttributeName, TimeToLiveStatus } = found.TimeToLiveDescription ?? {};
        const isOn = TimeToLiveStatus === 'ENABLED' || TimeToLiveStatus === 'ENABLING';
        return isOn && AttributeName === TimeToLiveSpecification?.AttributeName;
      },
      carryOut: async () =>
        void (await dynamoDb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }))),
    },
    {
      title: 'point-in-time recovery: on',
      isDone: async () => {
        const found = await orUndefined(dynamoDb.send(new DescribeContinuousBackupsCommand({ TableName })));
        const recovery = found.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
        return recovery?.PointInTimeRecoveryStatus === 'ENABLED';
      },
      carryOut: async () => {
        const { PointInTimeRecoverySpecification } = wanted;
        await dynamoDb.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification }));
      },
    },
    {
      title: `tags: those of ${source}`,
      isDone: async () => (await describe(target)) !== undefined && (await missingTags()).length === 0,
      carryOut: async () => {
        const ResourceArn = (await describe(target))?.TableArn;
        await dynamoDb.send(new TagResourceCommand({ ResourceArn, Tags: await missingTags() }));
      },
    },
    {
      title: `${stack.name} lets go of ${source}, and keeps it`,
      isDone: async () => !(await stack.has(source)),
      carryOut: stack.letGo,
    },
    {
      title: `${stack.name} imports ${target} under the same logical id (${tableId})`,
      isDone: async () => (await stack.tableName()) === target,
      carryOut: () => stack.importTable(target, table),
    },
    {
      title: 'deploy: the functions use the restored table, and the alarms watch it',
      isDone: async () => (await mails.variables())?.['TABLE_NAME'] === target,
      carryOut: deploy,
      otherwise: `The functions still use ${source}: CloudFormation has not read the outputs of ${stack.name} again. Delete the stack ${nameIn(environment, 'application')}, and run this command again. No data is in that stack.`,
    },
  ];
}

/**
 * Goes through the steps.
 *
 * @param run without it, the steps are only shown
 * @returns how many steps are left
 */
export async function goThrough(
  steps: readonly Step[],
  { run, say, pause }: { run: boolean; say: (line: string) => void; pause: () => Promise<void> },
): Promise<number> {
  let left = 0;
  for (const [index, { title, isDone, carryOut, otherwise }] of steps.entries()) {
    const line = `${index + 1}. ${title}`;
    if (await isDone()) say(`${line}: done`);
    else if (!run) {
      left += 1;
      say(`${line}: to do`);
    } else {
      say(`${line} …`);
      await carryOut();
      while (!(await isDone())) {
        if (otherwise !== undefined) throw new Error(otherwise);
        await pause();
      }
    }
  }
  return left;
}

/** The moment from which the function that sends the mails has used the restored table: until then, it used the lost one. */
export async function lostAt(restoration: Restoration): Promise<string> {
  const changed = await mailsOf(restoration).changedAt();
  if (changed === undefined) throw new Error('There is no function that sends the mails.');
  return new Date(changed).toISOString();
}

/** The function that sends the mails. */
function mailsOf({ environment, lambda, pause }: Restoration) {
  const FunctionName = nameIn(environment, 'deliverMail');
  const configuration = () => orUndefined(lambda.send(new GetFunctionConfigurationCommand({ FunctionName })));
  return {
    name: FunctionName,
    /** The function's environment variables; `undefined` if there is no such function, which sends nothing then. */
    variables: async () => (await configuration()).Environment?.Variables,
    changedAt: async () => (await configuration()).LastModified,
    async hold(): Promise<void> {
      const { Environment: { Variables } = {} } = await configuration();
      const held = { ...Variables, HOLD: 'true' };
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: held } }));
      // Until then, invocations run with the variables of before.
      while ((await configuration()).LastUpdateStatus === 'InProgress') await pause();
    },
  };
}

/** The data stack, as it is deployed. */
function dataStackOf({ environment, cloudFormation, upload, pause }: Restoration, tableId: string) {
  const StackName = nameIn(environment, 'data');

  /** The stack's status when nothing is under way: an update of a run that was killed goes on. */
  async function settled(): Promise<string> {
    for (;;) {
      const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
      const status = stack?.StackStatus ?? '';
      if (!status.endsWith('_IN_PROGRESS')) return status;
      await pause();
    }
  }
  async function template(): Promise<Template> {
    await settled();
    const { TemplateBody = '{"Resources":{}}' } = await cloudFormation.send(
      new GetTemplateCommand({ StackName, TemplateStage: 'Original' }),
    );
    return JSON.parse(TemplateBody) as Template;
  }
  /** The name of the table that the stack has now; `undefined` if it has none. */
  async function tableName(): Promise<string | undefined> {
    if (!(tableId in (await template()).Resources)) return undefined;
    const { StackResourceDetail } = await cloudFormation.send(
      new DescribeStackResourceCommand({ StackName, LogicalResourceId: tableId }),
    );
    return StackResourceDetail?.PhysicalResourceId;
  }
  async function succeeded(wanted: string): Promise<void> {
    const status = await settled();
    if (status !== wanted)
      throw new Error(`The stack ${StackName} is ${status}: its events say why. Then run this command again.`);
  }
  async function update(changed: Template): Promise<void> {
    await cloudFormation.send(
      new UpdateStackCommand({
        StackName,
        TemplateURL: await upload(JSON.stringify(changed)),
        Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
      }),
    );
    await succeeded('UPDATE_COMPLETE');
  }

  return {
    name: StackName,
    template,
    tableName,
    /** Whether the stack has this table. */
    has: async (name: string | undefined) => name !== undefined && (await tableName()) === name,
    /** Takes the table out of the stack. The table itself stays, as the first of the two updates says. */
    async letGo(): Promise<void> {
      const before = await template();
      const table = before.Resources[tableId];
      if (!table) return;
      const others = withoutTable(before, tableId);
      if (table.DeletionPolicy !== 'Retain') {
        const kept = { ...table, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
        await update(withTable(others, tableId, kept));
      }
      await update(others);
    },
    /**
     * Gives the stack a table that exists. An import changes nothing else, and no outputs: the next deployment brings the outputs that refer
     * to the table ("As part of the import operation, you cannot modify or add [Outputs]").
     */
    async importTable(name: string, table: Resource): Promise<void> {
      const before = await template();
      const ChangeSetName = `restore-${Date.now()}`;
      await cloudFormation.send(
        new CreateChangeSetCommand({
          StackName,
          ChangeSetName,
          ChangeSetType: 'IMPORT',
          TemplateURL: await upload(JSON.stringify(withTable(before, tableId, table))),
          Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'],
          ResourcesToImport: [
            { ResourceType: TABLE, LogicalResourceId: tableId, ResourceIdentifier: { TableName: name } },
          ],
        }),
      );
      for (;;) {
        const { Status, StatusReason } = await cloudFormation.send(
          new DescribeChangeSetCommand({ StackName, ChangeSetName }),
        );
        if (Status === 'CREATE_COMPLETE') break;
        if (Status === 'FAILED') throw new Error(`The import of ${name} can't begin: ${StatusReason}`);
        await pause();
      }
      await cloudFormation.send(new ExecuteChangeSetCommand({ StackName, ChangeSetName }));
      await succeeded('IMPORT_COMPLETE');
    },
  };
}

/**
 * A template without its table, and without the outputs that refer to it. No resource of the data stack may refer to the table.
 *
 * @throws Error if another resource refers to the table
 */
export function withoutTable(template: Template, tableId: string): Template {
  const refersToTable = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { Ref, 'Fn::GetAtt': of } = value as { Ref?: unknown; 'Fn::GetAtt'?: unknown };
    return Ref === tableId || [of].flat()[0] === tableId || Object.values(value).some(refersToTable);
  };
  const resources = Object.entries(template.Resources).filter(([id]) => id !== tableId);
  const referring = resources.filter(([, resource]) => refersToTable(resource)).map(([id]) => id);
  if (referring.length > 0) throw new Error(`The table can't be taken out, because ${referring.join()} refers to it.`);
  const outputs = Object.entries(template.Outputs ?? {}).filter(([, output]) => !refersToTable(output));
  return { ...template, Resources: Object.fromEntries(resources), Outputs: Object.fromEntries(outputs) };
}

/** A template with its table. */
const withTable = (template: Template, tableId: string, table: Resource): Template => ({
  ...template,
  Resources: { ...template.Resources, [tableId]: table },
});

/** The answer of AWS; an empty one if AWS doesn't know what was asked for. */
async function orUndefined<Answer extends object>(answer: Promise<Answer>): Promise<Partial<Answer>> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ResourceNotFoundException || (error as Error).name === 'ResourceNotFoundException') return {};
    throw error;
  }
}
