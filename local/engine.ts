/** The DynamoDB-compatible engine: a native binary in its own process, and plain calls to it. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineBinary } from './engineBinary.ts';
import { post } from './httpClient.ts';
import { close, portOf } from './httpListener.ts';
import type { TableDefinition } from './stackDefinition.ts';
import { StartError } from './startError.ts';
import { REGION } from './template.ts';

/**
 * The signer of every request to the engine. AWS's DynamoDB Local keeps separate tables for each pair of access key and region, so
 * that other clients find the stack's table only with this pair.
 */
export const ENGINE_IDENTITY = {
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** A header that every engine accepts: engines read the access key and the region, and verify no signature. */
export const ENGINE_AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;

/** The longest wait for the engine's first answer, which usually takes some 30 ms. */
const START_MILLISECONDS = 10_000;

/** A running engine: `endpoint` is its origin. */
export type Engine = { endpoint: string; stop: () => Promise<void> };

/**
 * Starts the embedded engine, at an address of its own choice.
 *
 * @param file database file; without it, the tables are in memory
 * @throws StartError if there is no binary for this platform, or if the engine doesn't start
 */
export async function startEngine(file: string | undefined): Promise<Engine> {
  const { host, port } = await hiddenAddress();
  const args = ['serve', '--host', host, '--port', String(port), ...(file === undefined ? [] : ['--db-path', file])];
  const child = spawnBound(await engineBinary(), args);
  const endpoint = `http://${host}:${port}`;
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const deadline = Date.now() + START_MILLISECONDS;
  // An answer alone isn't enough: it might come from another engine on the same port.
  while (!output.includes('listening') || !(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.stdin?.end();
      throw new StartError(
        `The DynamoDB engine didn't start at ${endpoint}: ${output.trim() || `exit code ${child.exitCode}`}.`,
      );
    }
    await sleep(20);
  }
  if (file !== undefined) indexStream(file);
  return {
    endpoint,
    stop: async () => {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.stdin?.end();
      await exited;
    },
  };
}

/**
 * Adds an index to a stream's records. Without it, the engine reads all records of the stream at each write to the table and at each read of
 * the stream: after 16,000 records, a write takes ten times as long.
 */
function indexStream(file: string): void {
  using database = new DatabaseSync(file, { timeout: START_MILLISECONDS });
  database.exec(
    'CREATE INDEX IF NOT EXISTS stream_order ON _stream_records (table_name, CAST(sequence_number AS INTEGER))',
  );
}

/**
 * A free address that no web page finds: the engine answers every page that calls it. All of 127.0.0.0/8 is this machine (RFC 1122,
 * 3.2.1.3), and one of 16 million hosts with one of thousands of ports can't be guessed. macOS has 127.0.0.1 alone: there, a page that
 * tries all ports would find the engine. The port is also free at 127.0.0.1: otherwise the engine takes it for its own, and doesn't start.
 */
export async function hiddenAddress(): Promise<{ host: string; port: number }> {
  const probe = createServer();
  const listening = async (host: string, port: number): Promise<number> => {
    probe.listen(port, host);
    await once(probe, 'listening');
    return portOf(probe);
  };
  const port = await listening('127.0.0.1', 0);
  await close(probe);
  const random = [127, randomInt(256), randomInt(256), randomInt(1, 255)].join('.');
  const isFree = await listening(random, port).then(
    () => close(probe).then(() => true),
    () => false,
  );
  return { host: isFree ? random : '127.0.0.1', port };
}

/**
 * Starts a program that ends with this process, even if this process is killed with `kill -9`: a shell reads a pipe from this
 * process, and stops the program when the pipe closes.
 */
function spawnBound(program: string, args: string[]) {
  if (process.platform === 'win32') return spawn(program, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  const script = `exec 3<&0
    "$0" "$@" <&- 3<&- >/dev/null & engine=$!
    { read _ <&3; kill $engine; } >/dev/null 2>&1 & watch=$!
    exec 3<&-
    wait $engine; code=$?
    kill $watch 2>/dev/null
    exit $code`;
  // In its own process group: Ctrl+C reaches only this process, which stops the engine after everything that uses it.
  return spawn('sh', ['-c', script, program, ...args], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
    (response) => response.ok,
    () => false,
  );
}

/** Whether an operation of DynamoDB, such as `GetItem`, leaves all tables as they are. */
export const isRead = (operation: string): boolean => /^(Get|BatchGet|TransactGet|Query|Scan|Describe)/.test(operation);

/** An error that the engine has answered. */
export class EngineError extends Error {
  /** `ResourceNotFoundException`, … */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'EngineError';
    this.code = code;
  }
}

/**
 * Calls DynamoDB or DynamoDB Streams, past all permissions.
 *
 * @example await callEngine(endpoint, 'DynamoDB_20120810.GetItem', { TableName, Key })
 * @throws EngineError if the engine refuses the call
 */
export async function callEngine<Answer>(endpoint: string, target: string, input: unknown): Promise<Answer> {
  const { status, body } = await post(
    endpoint,
    {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization: ENGINE_AUTHORIZATION,
    },
    JSON.stringify(input),
  );
  const answer = JSON.parse(body) as { __type?: string; message?: string; Message?: string };
  if (status !== 200) {
    throw new EngineError(answer.__type?.split('#').at(-1) ?? String(status), answer.message ?? answer.Message ?? '');
  }
  return answer as Answer;
}

type TableDescription = {
  KeySchema: unknown;
  AttributeDefinitions?: { AttributeName: string }[];
  GlobalSecondaryIndexes?: { IndexName: string; KeySchema: unknown; Projection: unknown }[];
  LatestStreamArn?: string;
};

/**
 * Makes the table as the template defines it, unless it exists.
 *
 * @throws StartError if the table exists with other keys or indexes
 */
export async function ensureTable(endpoint: string, { name, create, ttlAttribute }: TableDefinition): Promise<void> {
  const table = await describeTable(endpoint, name);
  if (table) {
    if (shape(table) !== shape(create as TableDescription)) {
      throw new StartError(
        'The keys or indexes of the table have changed since it was made: remove the data (LOCAL_DIR, by default .local) and start again, or take another LOCAL_DIR.',
      );
    }
    return;
  }
  await callEngine(endpoint, 'DynamoDB_20120810.CreateTable', create);
  if (ttlAttribute !== undefined) {
    await callEngine(endpoint, 'DynamoDB_20120810.UpdateTimeToLive', {
      TableName: name,
      TimeToLiveSpecification: { Enabled: true, AttributeName: ttlAttribute },
    });
  }
}

/** The table's description; `undefined` if there is no such table. */
async function describeTable(endpoint: string, name: string): Promise<TableDescription | undefined> {
  try {
    const { Table } = await callEngine<{ Table: TableDescription }>(endpoint, 'DynamoDB_20120810.DescribeTable', {
      TableName: name,
    });
    return Table;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/** The engine's ARN of the table's stream. */
export async function streamArn(endpoint: string, tableName: string): Promise<string | undefined> {
  return (await describeTable(endpoint, tableName))?.LatestStreamArn;
}

/** The parts of a table that can't be changed in place here, as a text to compare. */
function shape({ KeySchema, AttributeDefinitions = [], GlobalSecondaryIndexes = [] }: TableDescription): string {
  return JSON.stringify([
    sorted(KeySchema),
    AttributeDefinitions.map(sorted).sort(),
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) =>
      sorted({ IndexName, KeySchema, Projection }),
    ).sort(),
  ]);
}

/** JSON with the keys of every object in alphabetical order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
