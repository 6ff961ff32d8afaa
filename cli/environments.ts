/** How an operator's commands reach an environment: on AWS by the names in its stacks, on this machine by the running stack's address. */
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { GetFunctionConfigurationCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type Environment, LOCAL, readEnvironment } from '../infra/environment.ts';
import { nameIn, type StackKind } from '../infra/names.ts';
import { signInFault } from '../infra/signedIn.ts';
import { requireRunningStack } from './runningStack.ts';
import type { Message, Undelivered } from './undelivered.ts';

/** How long a received message is hidden from other readers. Longer than all functions take for a batch of ten messages. */
const HIDDEN_SECONDS = 15 * 60;
/** SQS asks all of its servers if a request waits. */
const WAIT_SECONDS = 2;
const MAX_MESSAGES = 10;

/** An environment on AWS, in whose account and region you are signed in. @throws Error with the sentence that says what is wrong */
export async function environmentOnAws(name: string): Promise<Environment> {
  const environment = readEnvironment(name);
  const fault = await signInFault(environment);
  if (fault !== undefined) throw new Error(fault);
  return environment;
}

/** An output of a stack of an environment. */
export async function stackOutput(environment: Environment, kind: StackKind, name: string): Promise<string> {
  const stackName = nameIn(environment, kind);
  const client = new CloudFormationClient({ region: environment.region });
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
  const value = stack?.Outputs?.find(({ OutputKey }) => OutputKey === name)?.OutputValue;
  if (value === undefined) throw new Error(`The stack ${stackName} has no output ${name}.`);
  return value;
}

/** The variables by which the code of functions finds the table of an environment, and its program. */
export async function variablesOf(environment: Environment): Promise<Record<string, string>> {
  const PROGRAM = JSON.stringify(environment.program);
  if (environment.name !== LOCAL)
    return {
      PROGRAM,
      TABLE_NAME: await stackOutput(environment, 'data', 'TableName'),
      AWS_REGION: environment.region,
    };
  const { dynamoDbEndpoint, tableName } = await requireRunningStack();
  const here = { AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint, AWS_REGION: environment.region };
  return { PROGRAM, TABLE_NAME: tableName, ...here, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
}

/** Whether the function that sends the mails of an environment holds them now, whatever the environment's file says. */
export async function holdsMails(environment: Environment): Promise<boolean> {
  if (environment.name === LOCAL) {
    const status = await fetch(`${(await requireRunningStack()).oidcIssuer}/local/status`);
    return ((await status.json()) as { held: boolean }).held;
  }
  const FunctionName = nameIn(environment, 'deliverMail');
  const lambda = new LambdaClient({ region: environment.region });
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  return Environment?.Variables?.['HOLD'] === 'true';
}

/** The environment with this name: on AWS, or that of the stack on this machine. */
export const environmentNamed = async (name: string): Promise<Environment> =>
  name === LOCAL ? readEnvironment(name, { program: process.env['PROGRAM'] }) : environmentOnAws(name);

/** The queue of undelivered records of an environment on AWS. */
export async function undeliveredOnAws(environment: Environment): Promise<Undelivered> {
  const { region } = environment;
  const QueueUrl = await stackOutput(environment, 'data', 'UndeliveredQueueUrl');
  const sqs = new SQSClient({ region });
  // A function runs for 80 seconds at most. A second invocation would not be wrong, but it would be of no use.
  const lambda = new LambdaClient({ region, maxAttempts: 1, requestHandler: { requestTimeout: 120_000 } });
  /** The receipts of the messages that were received and not removed. */
  const receipts = new Map<string, string>();
  async function* messages(): AsyncGenerator<Message> {
    try {
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl,
            MaxNumberOfMessages: MAX_MESSAGES,
            VisibilityTimeout: HIDDEN_SECONDS,
            WaitTimeSeconds: WAIT_SECONDS,
          }),
        );
        const fresh = Messages.filter(({ MessageId = '' }) => !receipts.has(MessageId));
        if (fresh.length === 0) return;
        for (const { MessageId = '', ReceiptHandle = '' } of fresh) receipts.set(MessageId, ReceiptHandle);
        for (const { MessageId: id = '', Body: body = '' } of fresh) yield { id, body };
      }
    } finally {
      // The messages that are left can be read again at once.
      for (const ReceiptHandle of receipts.values())
        await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    }
  }
  return {
    messages,
    hidden: async () => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesNotVisible'] }),
      );
      return Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0);
    },
    remove: async ({ id }) => {
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: receipts.get(id) }));
      receipts.delete(id);
    },
    invoke: async (functionArn, payload) => {
      const FunctionName = functionArn.replace(/:\$LATEST$/, '');
      if (!FunctionName.includes(`:function:${nameIn(environment, '')}`))
        return `${FunctionName} is no function of the environment ${environment.name}.`;
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }));
      const said = answer.Payload?.transformToString() ?? 'null';
      return answer.FunctionError === undefined ? failureIn(JSON.parse(said)) : said;
    },
  };
}

/** The queue of undelivered records of the stack that runs on this machine. `control` is the address of its controls. */
export function undeliveredHere(control: string): Undelivered {
  const call = (method: string, path: string, body?: unknown) =>
    fetch(`${control}/local/${path}`, { method, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return {
    messages: async function* () {
      yield* (await (await call('GET', 'undelivered')).json()) as Message[];
    },
    hidden: async () => 0,
    remove: async ({ id }) => void (await call('DELETE', `undelivered?${new URLSearchParams({ id })}`)),
    invoke: async (functionArn, payload) => {
      const answer = await call('POST', `invoke?${new URLSearchParams({ function: functionArn })}`, payload);
      const said = await answer.text();
      return answer.ok ? failureIn(JSON.parse(said)) : said;
    },
  };
}

/** Why a function that answered has not done the work; undefined if it has. */
const failureIn = (answer: { held?: boolean } | null): string | undefined =>
  answer?.held ? 'Mails are held. Release them first (docs/restore.md).' : undefined;
