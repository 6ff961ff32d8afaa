/**
 * AWS as functions see it: DynamoDB, SES and Secrets Manager behind one address. The endpoint checks every request against the IAM
 * statements of the calling function in the template, so that a missing permission fails here as it would when deployed. The access
 * key of a request is the name of the calling function.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { ENGINE_AUTHORIZATION, isRead } from './engine.ts';
import { post, textOf } from './httpClient.ts';
import { isOfWebPage } from './httpListener.ts';
import { type AwsRequest, isAllowed, type Statement } from './policy.ts';
import type { SecretDefinition } from './stackDefinition.ts';
import { ACCOUNT, REGION } from './template.ts';

/** One request of a function to DynamoDB, for tests that count and inspect requests. */
export type DynamoDbCall = {
  functionName: string;
  /** `TransactWriteItems`, … */
  operation: string;
  input: Record<string, unknown>;
  status: number;
  /** Holds `ConsumedCapacity`, which the endpoint requests for observers. */
  output: Record<string, unknown>;
  milliseconds: number;
};

/** A request of a function to AWS, for tests that interfere with requests. */
export type AwsCall = {
  functionName: string;
  service: 'dynamodb' | 'ses';
  operation: string;
  /** The JSON of a request to DynamoDB, the form of one to SES. */
  input: Record<string, unknown>;
};
/** Acts around a request. `refuse` drops the connection: `before` AWS does anything, or `after`, so that the function gets no answer. */
export type Interference = {
  before?: () => 'refuse' | undefined | Promise<'refuse' | undefined>;
  after?: () => 'refuse' | undefined | Promise<'refuse' | undefined>;
};

/** A mail that SES has taken. */
export type SentMail = {
  messageId: string;
  source: string;
  recipients: string[];
  configurationSet: string | null;
  tags: Record<string, string>;
};

/** A failure of a mail on its way to SES. `loseAnswer`: SES sends the mail, but the function gets no answer. */
export type MailFailure = 'throttle' | 'reject' | 'hang' | 'refuse' | 'loseAnswer';

type AwsEndpointOptions = {
  statementsOf: (functionName: string) => readonly Statement[];
  dynamoDbEndpoint: string;
  sesEndpoint: string;
  secrets: readonly (SecretDefinition & { value: string })[];
  /** The time of the stack's clock, in milliseconds since the epoch. */
  now: () => number;
  /** Called after each write to the table. */
  tableWritten: () => void;
  /** Called when SES has taken a mail. */
  mailSent: (mail: SentMail) => void;
  /** Called with the message of each denied request. */
  denied: (message: string) => void;
};

type Call = { functionName: string; headers: IncomingHttpHeaders; path: string; body: string };
type Answer = { status: number; headers?: IncomingHttpHeaders; body: string };

/** The operations whose answer tells the capacity they consumed. */
const METERED = /^(Get|Put|Update|Delete|Batch|Transact)\w*Items?$|^(BatchWriteItem|Query|Scan)$/;
/** The IAM action of each part of a transaction. */
const TRANSACT_ACTIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
} as const;

/** The endpoint. The caller lets `server` listen. */
export class AwsEndpoint {
  readonly server: Server;
  /** Chooses the failure of a mail by its recipients; tests set it. */
  failMail: (recipients: string[]) => MailFailure | undefined = () => undefined;
  /** Chooses the interference with a request; tests set it. */
  interfere: (call: AwsCall) => Interference | undefined = () => undefined;
  /** Called with each request that a function's role allows; tests set it. */
  allowed: (functionName: string, request: AwsRequest) => void = () => {};
  readonly #options: AwsEndpointOptions;
  readonly #observers = new Set<(call: DynamoDbCall) => void>();

  constructor(options: AwsEndpointOptions) {
    this.#options = options;
    this.server = createServer(async (incoming, response) => {
      if (isOfWebPage(incoming)) return void response.writeHead(403).end();
      const body = await textOf(incoming);
      const [, functionName = '', service = ''] =
        /Credential=([^/]*)\/[^/]*\/[^/]*\/([^/]*)\//.exec(incoming.headers.authorization ?? '') ?? [];
      const call = {
        functionName,
        headers: incoming.headers,
        path: incoming.url ?? '/',
        body,
      };
      const answer = await this.#answer(service, call).catch(
        (error: unknown): Answer => ({
          status: 500,
          body: JSON.stringify({ __type: 'InternalServerError', message: String(error) }),
        }),
      );
      if (answer === 'refuse') incoming.socket.destroy();
      if (typeof answer === 'string') return;
      // At a date minutes away from the function's own, the SDK repeats each refused request.
      const date = new Date(options.now()).toUTCString();
      response.writeHead(answer.status, { 'x-amzn-requestid': randomUUID(), ...answer.headers, date });
      response.end(answer.body);
    });
    // AWS keeps an idle connection for longer than Node does. If this end closed it, a request that is on its way would be repeated.
    this.server.keepAliveTimeout = 0;
  }

  /** Calls `observer` after every request to DynamoDB, until the returned function is called. */
  observe(observer: (call: DynamoDbCall) => void): () => void {
    this.#observers.add(observer);
    return () => this.#observers.delete(observer);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async #answer(service: string, call: Call): Promise<Answer | 'refuse' | 'hang'> {
    switch (service) {
      case 'dynamodb': {
        const operation = operationOf(call);
        const input = JSON.parse(call.body) as Record<string, unknown>;
        return this.#around({ service, operation, input }, call, () => this.#dynamoDb(call, operation, input));
      }
      case 'ses': {
        const input = Object.fromEntries(new URLSearchParams(call.body));
        return this.#around({ service, operation: input['Action'] ?? '', input }, call, () => this.#ses(call));
      }
      case 'secretsmanager':
        return this.#secret(call);
      default:
        return {
          status: 400,
          body: JSON.stringify({ __type: 'UnrecognizedClientException', message: 'Not a service of this stack' }),
        };
    }
  }

  async #around<Other>(
    about: Omit<AwsCall, 'functionName'>,
    { functionName }: Call,
    answer: () => Promise<Answer | Other>,
  ): Promise<Answer | Other | 'refuse'> {
    const { before, after } = this.interfere({ functionName, ...about }) ?? {};
    if ((await before?.()) === 'refuse') return 'refuse';
    const answered = await answer();
    return (await after?.()) ?? answered;
  }

  /** The message of AWS for the first request that isn't allowed; `undefined` if all are. */
  #denial({ functionName }: Call, requests: AwsRequest[]): string | undefined {
    const statements = this.#options.statementsOf(functionName);
    const refused = requests.find((wanted) => !isAllowed(statements, wanted));
    if (!refused) {
      for (const wanted of requests) this.allowed(functionName, wanted);
      return undefined;
    }
    const user = `arn:aws:sts::${ACCOUNT}:assumed-role/${functionName}/${functionName}`;
    const { action, resource } = refused;
    const message = `User: ${user} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
    this.#options.denied(message);
    return message;
  }

  async #dynamoDb(call: Call, operation: string, input: Record<string, unknown>): Promise<Answer> {
    const denial = this.#denial(call, dynamoDbRequests(operation, input));
    if (denial !== undefined) return denied(denial, 'com.amazon.coral.service#AccessDeniedException');
    const observed = this.#observers.size > 0;
    const metered = observed && METERED.test(operation);
    const body = metered ? JSON.stringify({ ...input, ReturnConsumedCapacity: 'INDEXES' }) : call.body;
    const start = performance.now();
    const answer = await this.#forward(this.#options.dynamoDbEndpoint, {
      ...call,
      headers: { ...call.headers, authorization: ENGINE_AUTHORIZATION },
      body,
    });
    if (answer.status === 200 && !isRead(operation)) this.#options.tableWritten();
    if (observed) {
      const { functionName } = call;
      const output = JSON.parse(answer.body) as Record<string, unknown>;
      const milliseconds = performance.now() - start;
      for (const observer of this.#observers)
        observer({ functionName, operation, input, status: answer.status, output, milliseconds });
    }
    return answer;
  }

  async #ses(call: Call): Promise<Answer | 'refuse' | 'hang'> {
    const form = new URLSearchParams(call.body);
    const address = /([^\s<>]+)>?\s*$/.exec(form.get('Source') ?? '')?.[1] ?? '';
    const action = `ses:${form.get('Action')}`;
    const configurationSet = form.get('ConfigurationSetName');
    const arn = (resource: string): string => `arn:aws:ses:${REGION}:${ACCOUNT}:${resource}`;
    const recipients = [...form].filter(([key]) => key.startsWith('Destinations.member.')).map(([, value]) => value);
    const denial = this.#denial(
      call,
      [
        // The verified identity is the domain.
        `identity/${address.split('@')[1]}`,
        ...(configurationSet === null ? [] : [`configuration-set/${configurationSet}`]),
        // In the sandbox, which development is in, the identities of the recipients are checked, too.
        ...recipients.map((recipient) => `identity/${recipient}`),
      ].map((resource) => ({ action, resource: arn(resource), fromAddress: address })),
    );
    if (denial !== undefined) return sesError(403, 'AccessDenied', denial);
    if (action !== 'ses:SendRawEmail') throw notKnown(action);

    const failure = this.failMail(recipients);
    if (failure === 'throttle') return sesError(400, 'Throttling', 'Maximum sending rate exceeded.');
    if (failure === 'reject') return sesError(400, 'MessageRejected', 'Email address is not verified.');
    if (failure === 'hang' || failure === 'refuse') return failure;
    const tags = Object.fromEntries(
      [...form].flatMap(([key, name]) => {
        const [, member] = /^Tags\.member\.(\d+)\.Name$/.exec(key) ?? [];
        return member === undefined ? [] : [[name, form.get(`Tags.member.${member}.Value`) ?? '']];
      }),
    );
    // "The tag name or the tag value must only contain ASCII letters, numbers, underscores, or dashes" (SES, MessageTag).
    const refused = Object.entries(tags)
      .flat()
      .find((text) => !/^[\w-]{1,255}$/.test(text));
    if (refused !== undefined) return sesError(400, 'InvalidParameterValue', `Invalid tag <${refused}>.`);
    const answer = await this.#forward(this.#options.sesEndpoint, call);
    const [, messageId] = /<MessageId>(.*)<\/MessageId>/.exec(answer.body) ?? [];
    if (answer.status === 200 && messageId !== undefined) {
      this.#options.mailSent({ messageId, source: address, recipients, configurationSet, tags });
    }
    if (failure === 'loseAnswer') return 'refuse';
    // The local SES writes refusals in JSON, which the SDK can't read.
    return answer.status === 200 ? answer : sesError(400, 'ValidationError', answer.body);
  }

  #secret(call: Call): Answer {
    const { SecretId } = JSON.parse(call.body) as { SecretId: string };
    const action = `secretsmanager:${operationOf(call)}`;
    const denial = this.#denial(call, [{ action, resource: SecretId }]);
    if (denial !== undefined) return denied(denial, 'AccessDeniedException');
    const secret = this.#options.secrets.find(({ arn }) => arn === SecretId);
    if (action !== 'secretsmanager:GetSecretValue' || !secret) throw notKnown(`${action} of ${SecretId}`);
    return awsJson(200, {
      ARN: secret.arn,
      Name: secret.name,
      SecretString: secret.value,
      VersionId: '00000000-0000-0000-0000-000000000000',
      VersionStages: ['AWSCURRENT'],
    });
  }

  async #forward(endpoint: string, { headers, path, body }: Call): Promise<Answer> {
    const { 'content-length': _, host: __, ...passed } = headers;
    const answer = await post(`${endpoint}${path}`, passed, body);
    const { connection, 'keep-alive': ___, 'transfer-encoding': ____, ...kept } = answer.headers;
    return { ...answer, headers: kept };
  }
}

/** The operation in the target of a call: `GetItem` of `DynamoDB_20120810.GetItem`. */
const operationOf = ({ headers }: Call): string => String(headers['x-amz-target']).split('.').at(-1) ?? '';

const awsJson = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(body),
});
const denied = (message: string, type: string): Answer => awsJson(400, { __type: type, Message: message });

const sesError = (status: number, code: string, message: string): Answer => ({
  status,
  headers: { 'content-type': 'text/xml' },
  body: `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message.replace(/[<&]/g, ' ')}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
});

const notKnown = (call: string) => new Error(`A function calls ${call}, which local/awsEndpoint.ts doesn't know.`);

/**
 * The requests that IAM checks for a call to DynamoDB: one for each part of a transaction, and the index instead of the table for a
 * query on an index.
 *
 * @throws Error at an operation that functions don't use
 */
export function dynamoDbRequests(operation: string, input: Record<string, unknown>): AwsRequest[] {
  const table = (name: unknown): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${name}`;
  if (operation === 'TransactWriteItems') {
    const items = input['TransactItems'] as Partial<Record<keyof typeof TRANSACT_ACTIONS, { TableName: string }>>[];
    return items.flatMap((item) =>
      Object.entries(item).map(([part, { TableName }]) => ({
        action: `dynamodb:${TRANSACT_ACTIONS[part as keyof typeof TRANSACT_ACTIONS]}`,
        resource: table(TableName),
      })),
    );
  }
  if (operation === 'BatchGetItem')
    return Object.keys(input['RequestItems'] as object).map((TableName) => ({
      action: `dynamodb:${operation}`,
      resource: table(TableName),
    }));
  const { TableName, IndexName } = input;
  if (TableName === undefined) throw notKnown(`dynamodb:${operation}`);
  const index = IndexName === undefined ? '' : `/index/${IndexName}`;
  const { Key } = input as { Key?: { pk?: { S?: string } } };
  return [{ action: `dynamodb:${operation}`, resource: table(TableName) + index, leadingKey: Key?.pk?.S }];
}
