/**
 * The whole deployed stack on this machine: the routes, functions, table, stream, schedules and permissions of the
 * synthesized template. `npm start` and the API tests run it.
 *
 * @example
 * const stack = await startLocalStack({ program: 'yandex', directory: await mkdtemp(join(tmpdir(), 'portal-')) });
 * await fetch(`${stack.portalUrl}/v1/me`, { headers: { authorization: `Bearer ${await stack.token('owner@acme.example')}` } });
 * await stack.stop();
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { JWTPayload } from 'jose';
import { AwsEndpoint, type DynamoDbCall, type MailFailure } from './awsEndpoint.ts';
import { Clock } from './clock.ts';
import { controlRequest } from './control.ts';
import { OPERATOR_GROUP, SERVICE_ACCOUNT } from './demoAccounts.ts';
import { seedDemoData } from './demoData.ts';
import { type DistributionDefinition, serveDistribution, throughDistribution } from './distribution.ts';
import { ENGINE_IDENTITY, ensureTable, startEngine } from './engine.ts';
import { engineProxy } from './engineProxy.ts';
import { EventBus } from './eventBus.ts';
import { sendIcon } from './favicon.ts';
import { makeDigests, type Secret, withSecrets } from './frontDoor.ts';
import { Functions, SMALL, type Warmth } from './functions.ts';
import { createHttpApiServer, type HttpApi, httpApi, type Invoke, serveHttpApi } from './httpApi.ts';
import { answerStarting, close, listen } from './httpListener.ts';
import { type Mail, startInbox } from './inbox.ts';
import type { LambdaFunction } from './lambdaFunction.ts';
import { keep } from './localState.ts';
import { mailReports } from './mailReports.ts';
import {
  API_SCOPE,
  AUDIENCE,
  createOidcIssuer,
  PORTAL_CLIENT,
  PORTAL_SCOPE,
  SECOND_FACTOR_CLAIM,
} from './oidcIssuer.ts';
import { Schedules } from './schedules.ts';
import { SECOND_FACTOR_PATH } from './secondFactors.ts';
import { type FunctionDefinition, readStackDefinition, type SecretDefinition } from './stackDefinition.ts';
import { StartError } from './startError.ts';
import { StreamPoller } from './stream.ts';
import { type Assembly, synthesize } from './synthesize.ts';
import { REGION } from './template.ts';
import { UndeliveredQueue } from './undelivered.ts';

/** Options of a local stack; only `program` and `directory` are required. */
export type LocalStackOptions = {
  /** Name of the program: a file in `shared/program/presets`, without `.json`. */
  program: string;
  /** Folder of everything that outlives a run. */
  directory: string;
  /** Ports to listen on; by default, free ones. */
  ports?: { portal?: number; oidc?: number; ses?: number; dynamoDb?: number };
  /** Origin of an engine that already runs, such as AWS's DynamoDB Local, instead of the embedded one. */
  dynamoDbEndpoint?: string | undefined;
  /** Name of the table, for a separate table in a shared engine. */
  tableName?: string;
  /** `false`: schedules run only through `runSchedule`. */
  schedules?: boolean;
  /** `false`: no demo data are written. */
  demoData?: boolean;
  /** `false`: no throttling, and no limit on a partner's requests or on mails per second, for tests that send more requests than people do. */
  throttling?: boolean;
  /** `true`: mails are held, as after a restore (`"hold": true` in the environment's file). */
  hold?: boolean;
  /** `true`: operators' and owners' actions need a second factor (`"secondFactor": "required"` in the environment's file). */
  secondFactor?: boolean;
  /** How many functions stay warm, and how much memory each has; by default, few and little, for a laptop. */
  warmth?: Warmth;
  /** Factor on the time limits of deployed functions, for a slow machine. */
  patience?: number;
  /** The template and bundles to run, instead of those of this repository. */
  assembly?: Assembly;
  /** Gets news of the stack, one line at a time. */
  say?: (line: string) => void;
};

/** A running stack. */
export type LocalStack = {
  /** Origin of portal and API. */
  portalUrl: string;
  oidcIssuer: string;
  sesUrl: string;
  /** The engine, past all permissions, as options of the SDK's client; and the table's name. */
  dynamoDb: { endpoint: string; tableName: string } & typeof ENGINE_IDENTITY;
  /** Client id and secret of the demo service account. */
  serviceAccount: { clientId: string; clientSecret: string };
  /** Folder of data and logs (`logs/<function>.log`). */
  directory: string;
  /** Makes an access token for any email address or service account; `claims` replace the usual claims. */
  token: (account: string, claims?: JWTPayload) => Promise<string>;
  /** The mails that SES has accepted, oldest first. */
  inbox: () => readonly Mail[];
  /** Resolves at the next mail that SES accepts. */
  nextMail: () => Promise<void>;
  /** The time of functions, schedules and tokens: the machine's time, unless somebody changes it. */
  clock: Clock;
  /**
   * Resolves when the stack has nothing to do: no invocation, no stream record, no report of SES. It doesn't wait for a paused stream,
   * or for the next run of a schedule.
   */
  idle: () => Promise<void>;
  /** A function by its name in the CDK app or its logical id. Throws if there is none. */
  functionOf: (name: string) => LambdaFunction;
  /** The same HTTP API behind the distribution, with `invoke` instead of the stack's functions behind its routes. */
  httpApiOf: (invoke: Invoke) => HttpApi;
  /** Invokes a function with any event, by its name in the CDK app. Throws a FunctionError if the function fails. */
  invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Runs a function now, with the input of its schedule. */
  runSchedule: (functionName: string) => Promise<unknown>;
  /** Runs the scheduled cleanup now. */
  runExpire: () => Promise<unknown>;
  /** Ends a function's worker, so that its next invocation is a cold start. */
  coldStart: (functionName: string) => Promise<void>;
  /** The table's stream: `stream.mode = 'paused'` stops the delivery, `'losing'` drops records. */
  stream: { mode: StreamPoller['mode'] };
  /** `schedules.paused = true` skips scheduled runs. */
  schedules: { paused: boolean };
  /** `ses.failMail = (recipients) => 'hang'` lets mails fail; by default, none fails. */
  ses: { failMail: (recipients: string[]) => MailFailure | undefined };
  /**
   * `aws.interfere = (call) => ({ before: () => 'refuse' })` interferes with functions' requests to AWS; by default, nothing does.
   * `aws.allowed = (functionName, request) => …` is told each request that the function's role allows.
   */
  aws: Pick<AwsEndpoint, 'interfere' | 'allowed'>;
  /** The reports of SES: `reports.mode = 'losing'` drops them, `idle` waits until all of them have been delivered. */
  reports: { mode: EventBus['mode']; idle: () => Promise<void> };
  /** Calls `observer` after every request of a function to DynamoDB, with its consumed capacity, until the returned function is called. */
  observe: (observer: (call: DynamoDbCall) => void) => () => void;
  /** The messages of AWS for denied requests. A denial means that a function lacks a permission. */
  denials: readonly string[];
  stop: () => Promise<void>;
};

/**
 * Starts the stack.
 *
 * @throws StartError with one line that says how to go on
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  // `stop` runs these in reverse order; after a failed start, they end the parts that have started.
  const cleanups: (() => unknown)[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return { ...(await start(options, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: LocalStackOptions, cleanups: (() => unknown)[]): Promise<Omit<LocalStack, 'stop'>> {
  const { directory, ports = {}, warmth = SMALL, patience = 1, say = () => {} } = options;
  const clock = new Clock();
  const logs = `${directory}/logs`;
  try {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new StartError(`LOCAL_DIR must be a folder that can be written to: ${(error as Error).message}`);
  }

  const port = (number: number | undefined, what: string, variable: string) => ({
    number: number ?? 0,
    what,
    variable,
  });
  const assembling = options.assembly ?? synthesize(options.program);
  // It is awaited below; until then, this keeps a failure from being an unhandled rejection.
  Promise.resolve(assembling).catch(() => {});

  // The portal and the issuer need each other's addresses, so both listen before they can serve.
  const apiServer = createHttpApiServer();
  const apiStarted = answerStarting(apiServer);
  const portalUrl = await listen(apiServer, port(ports.portal, 'portal and API', 'PORT'));
  cleanups.push(() => close(apiServer));
  const oidcServer = createServer();
  const oidcStarted = answerStarting(oidcServer);
  const oidcIssuer = await listen(oidcServer, port(ports.oidc, 'OIDC issuer', 'OIDC_PORT'));
  cleanups.push(() => close(oidcServer));
  const issuer = await createOidcIssuer(oidcIssuer, { portalUrl, directory, clock });

  const inbox = await startInbox(port(ports.ses, 'SES inbox', 'SES_PORT'), directory);
  const sesUrl = inbox.url;
  cleanups.push(inbox.close);
  const pollers: StreamPoller[] = [];
  const tableWritten = (): void => {
    for (const poller of pollers) poller.wake();
  };
  const engine = await startDynamoDb(options, tableWritten, cleanups);

  const assembly = await assembling;
  const definition = readStackDefinition(assembly, options.tableName);
  await ensureTable(engine.endpoint, definition.table);

  const secrets = await keepSecrets(definition.secrets, `${directory}/secrets.json`);
  const frontDoorDigests = definition.frontDoor && (await makeDigests(definition.frontDoor, secrets));
  const denials: string[] = [];
  const aws = new AwsEndpoint({
    statementsOf: (functionName) => definition.functions.find(({ name }) => name === functionName)?.statements ?? [],
    dynamoDbEndpoint: engine.endpoint,
    sesEndpoint: sesUrl,
    secrets,
    now: () => clock.now(),
    tableWritten,
    mailSent: (mail) => {
      for (const report of mailReports(mail, definition.mailEvents, new Date(clock.now()))) bus.put(report);
    },
    denied: (message) => {
      denials.push(message);
      say(`DENIED ${message}`);
    },
  });
  const awsUrl = await listen(aws.server, port(0, 'AWS endpoint', ''));
  cleanups.push(() => aws.close());

  const functions = new Functions(definition.functions, {
    environmentOf: (each) =>
      environmentOf(each, {
        ...{ portalUrl, oidcIssuer, awsUrl, frontDoorDigests },
        throttled: options.throttling !== false,
        hold: options.hold === true,
        secondFactor: options.secondFactor === true,
      }),
    logDirectory: logs,
    clock,
    warmth,
    patience,
  });
  cleanups.push(() => functions.close());
  const undelivered = new UndeliveredQueue(`${directory}/undelivered.jsonl`);
  const failed = (functionId: string, reason: string) => {
    const functionArn = functions.get(functionId).definition.arn;
    return { functionArn, reason, now: new Date(clock.now()) };
  };
  const bus = new EventBus({
    rules: definition.rules,
    invoke: (functionId, event) => functions.invoke(functionId, event),
    givenUp: (functionId, event, reason) => undelivered.addEvent(event, failed(functionId, reason)),
  });
  cleanups.push(() => bus.stop());

  const { routes, mappings, schedules, table } = definition;
  const distribution =
    definition.distribution && onThisMachine(definition.distribution, { oidcIssuer, sesUrl, secrets });
  const throttling = options.throttling === false ? { all: UNTHROTTLED, routes: {} } : definition.throttling;
  const httpApiOf = (invoke: Invoke): HttpApi => httpApi({ routes, throttling, invoke, patience });
  const api = serveHttpApi(httpApiOf((functionId, event) => functions.invoke(functionId, event)));
  apiStarted();
  apiServer.on('request', distribution ? serveDistribution(distribution, api) : api);

  for (const [index, mapping] of mappings.entries()) {
    const { name } = functions.get(mapping.functionId).definition;
    const poller = new StreamPoller({
      endpoint: engine.endpoint,
      tableName: table.name,
      tableArn: table.arn,
      mapping,
      invoke: (event) => functions.invoke(mapping.functionId, event),
      checkpointFile: `${directory}/stream-${name}-${index}.json`,
      givenUp: (records, reason) => undelivered.addBatch(records, failed(mapping.functionId, reason)),
    });
    pollers.push(poller);
    poller.start();
  }
  cleanups.push(() => Promise.all(pollers.map((poller) => poller.stop())));

  const runner = new Schedules(schedules, ({ functionId, input }) => functions.invoke(functionId, input), {
    paused: options.schedules === false,
    clock,
  });
  cleanups.push(() => runner.stop());
  const runSchedule = async (functionName: string): Promise<unknown> => {
    const { logicalId } = functions.get(functionName).definition;
    const schedule = schedules.find(({ functionId }) => functionId === logicalId);
    return functions.invoke(logicalId, schedule?.input ?? {});
  };
  const runExpire = (): Promise<unknown> => runSchedule('expireUnconfirmed');

  const control = controlRequest({
    directory,
    held: options.hold === true || definition.functions.some(({ environment }) => environment['HOLD'] === 'true'),
    token: issuer.token,
    runExpire,
    undelivered,
    invoke: (functionArn, event) =>
      functions.invoke(definition.functions.find(({ arn }) => arn === functionArn)?.logicalId ?? functionArn, event),
    dynamoDb: { endpoint: engine.endpoint, tableName: table.name },
    clock,
  });
  const idle = async (): Promise<void> => {
    let begun: number;
    do {
      begun = functions.begun;
      await functions.idle();
      await bus.idle();
      await Promise.all(pollers.map((poller) => poller.idle()));
    } while (functions.begun > begun || functions.isBusy || bus.isBusy);
  };
  oidcStarted();
  oidcServer.on('request', (request, response) => {
    if (request.url?.startsWith('/local/')) void control(request, response);
    else if (request.url === '/favicon.ico') sendIcon(response);
    else issuer.handle(request, response);
  });

  const stack: Omit<LocalStack, 'stop'> = {
    portalUrl,
    oidcIssuer,
    sesUrl,
    dynamoDb: { endpoint: engine.openEndpoint, tableName: table.name, ...ENGINE_IDENTITY },
    serviceAccount: { clientId: SERVICE_ACCOUNT, clientSecret: issuer.serviceAccountSecret },
    directory,
    token: issuer.token,
    inbox: inbox.mails,
    nextMail: inbox.next,
    clock,
    idle,
    functionOf: (name) => functions.get(name),
    httpApiOf: (invoke) => {
      const answer = httpApiOf(invoke);
      return (request, readBody) =>
        answer(distribution ? throughDistribution(distribution, request) : request, readBody);
    },
    invoke: (functionName, event) => functions.invoke(functionName, event),
    runSchedule,
    runExpire,
    coldStart: (functionName) => functions.get(functionName).stop(),
    stream: {
      get mode() {
        return pollers[0]?.mode ?? 'running';
      },
      set mode(mode) {
        for (const poller of pollers) poller.mode = mode;
      },
    },
    schedules: runner,
    ses: aws,
    aws,
    reports: bus,
    observe: (observer) => aws.observe(observer),
    denials,
  };
  if (options.demoData !== false) await seedDemoData(stack);
  return stack;
}

const UNTHROTTLED = { ratePerSecond: Number.POSITIVE_INFINITY, burst: Number.POSITIVE_INFINITY };

/** The engine, with its address for the stack itself (`endpoint`) and for everybody else (`openEndpoint`). */
async function startDynamoDb(
  { dynamoDbEndpoint, directory, ports }: LocalStackOptions,
  tableWritten: () => void,
  cleanups: (() => unknown)[],
): Promise<{ endpoint: string; openEndpoint: string }> {
  if (dynamoDbEndpoint === undefined) {
    const proxy = createServer();
    const proxyStarted = answerStarting(proxy);
    const wanted = { number: ports?.dynamoDb ?? 0, what: 'DynamoDB endpoint', variable: 'DYNAMODB_PORT' };
    const openEndpoint = await listen(proxy, wanted);
    cleanups.push(() => close(proxy));
    const start = () => startEngine(`${directory}/dynamodb.sqlite`);
    // Another process may take the free port before the engine does: then try once with another one.
    const { endpoint, stop } = await start().catch(start);
    cleanups.push(stop);
    proxyStarted();
    proxy.on('request', engineProxy(endpoint, tableWritten));
    return { endpoint, openEndpoint };
  }
  const endpoint = dynamoDbEndpoint.replace(/\/$/, '');
  // Every answer is enough, even a refusal: DynamoDB Local refuses a request without a signature.
  await fetch(endpoint).catch(() => {
    throw new StartError(
      `Nothing answers at DYNAMODB_ENDPOINT ${endpoint}: start the engine there, or unset the variable.`,
    );
  });
  return { endpoint, openEndpoint: endpoint };
}

/** Environment variables that replace those of the template or add to them: addresses, and the function's credentials. */
function environmentOf(
  { name, environment }: FunctionDefinition,
  {
    portalUrl,
    oidcIssuer,
    awsUrl,
    frontDoorDigests,
    throttled,
    hold,
    secondFactor,
  }: {
    portalUrl: string;
    oidcIssuer: string;
    awsUrl: string;
    frontDoorDigests: string | undefined;
    throttled: boolean;
    hold: boolean;
    secondFactor: boolean;
  },
): Record<string, string> {
  const instead: Record<string, string> = {
    PORTAL_URL: portalUrl,
    OIDC_ISSUER: oidcIssuer,
    OIDC_JWKS_URI: `${oidcIssuer}/jwks`,
    OIDC_CLIENT_ID: PORTAL_CLIENT,
    OIDC_SCOPE: API_SCOPE,
    OPERATOR_CLAIM: 'groups',
    OPERATOR_GROUP,
    ...(frontDoorDigests !== undefined && { FRONT_DOOR_DIGESTS: frontDoorDigests }),
    ...(hold && { HOLD: 'true' }),
    ...(!throttled && { SES_MAILS_PER_SECOND: '100000', PARTNER_REQUESTS_PER_SECOND: '100000' }),
  };
  return {
    ...Object.fromEntries(Object.entries(instead).filter(([key]) => key in environment)),
    // Access tokens of the local issuer have an audience; those of a user pool have none.
    ...('OIDC_ISSUER' in environment && {
      OIDC_AUDIENCE: AUDIENCE,
      ...(secondFactor && { SECOND_FACTOR_CLAIM }),
    }),
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    // The endpoint knows the calling function by its access key.
    AWS_ACCESS_KEY_ID: name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_SESSION_TOKEN: 'local',
    AWS_ENDPOINT_URL_DYNAMODB: awsUrl,
    AWS_ENDPOINT_URL_SES: awsUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: awsUrl,
  };
}

/**
 * Changes the pages of a distribution to sign in at the local issuer, instead of the issuer in the template, and to lead to the inbox; and
 * gives its header for the API the value of the secret.
 */
function onThisMachine(
  { behaviors, files }: DistributionDefinition,
  { oidcIssuer, sesUrl, secrets }: { oidcIssuer: string; sesUrl: string; secrets: readonly Secret[] },
): DistributionDefinition {
  const policy = 'content-security-policy';
  for (const { headers } of behaviors)
    if (headers[policy]) headers[policy] = headers[policy].replace(/(?<=connect-src 'self') [^;]+/, ` ${oidcIssuer}`);
  const config = files.get('config.json');
  if (config) {
    const secondFactorUrl = `${oidcIssuer}${SECOND_FACTOR_PATH}`;
    const oidc = { authority: oidcIssuer, clientId: PORTAL_CLIENT, scope: PORTAL_SCOPE, secondFactorUrl };
    config.body = Buffer.from(JSON.stringify({ ...JSON.parse(config.body.toString()), oidc, inbox: sesUrl }));
  }
  const resolved = (headers: Record<string, string>) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, withSecrets(value, secrets)]));
  return {
    behaviors: behaviors.map((each) => ({ ...each, originHeaders: resolved(each.originHeaders) })),
    files,
  };
}

/** The secrets of the template with their values. The first run makes the values, and later runs read them from the file. */
async function keepSecrets(secrets: readonly SecretDefinition[], file: string): Promise<Secret[]> {
  const make = ({ generate: { template, key, length } }: SecretDefinition): string => {
    const random = randomBytes(length).toString('hex').slice(0, length);
    return key === undefined ? random : JSON.stringify({ ...template, [key]: random });
  };
  const values = await keep<Record<string, string>>(file, () =>
    Object.fromEntries(secrets.map((secret) => [secret.name, make(secret)])),
  );
  return secrets.map((secret) => ({ ...secret, value: values[secret.name] ?? make(secret) }));
}
