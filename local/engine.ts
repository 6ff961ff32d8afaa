/** The DynamoDB-compatible engine: a native binary beside this process, and plain calls to it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineBinary } from './engineBinary.ts';
import type { TableDefinition } from './stackDefinition.ts';
import { StartError } from './startError.ts';
import { REGION } from './template.ts';

/**
 * Who signs every request to the engine: AWS's DynamoDB Local keeps separate tables for each pair of access key and
 * region, so whoever wants to see the stack's table must come as this one.
 */
export const ENGINE_IDENTITY = {
  region: REGION,
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const;

/** Engines look at the access key and the region, and verify nothing. */
export const ENGINE_AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=local/20260101/${REGION}/dynamodb/aws4_request, SignedHeaders=host, Signature=0`;

/** How long the engine may take until it answers; it takes some 30 ms. */
const START_MILLISECONDS = 10_000;

export type Engine = { endpoint: string; stop: () => Promise<void> };

/**
 * Starts the embedded engine.
 *
 * @param file database file; without it everything is in memory
 * @throws StartError when there is no binary for this platform, or the engine doesn't start
 */
export async function startEngine(port: number, file: string | undefined): Promise<Engine> {
  const args = [
    'serve',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    ...(file === undefined ? [] : ['--db-path', file]),
  ];
  const child = spawnBound(await engineBinary(), args);
  const endpoint = `http://127.0.0.1:${port}`;
  let output = '';
  child.stderr?.on('data', (chunk) => {
    output += chunk;
  });
  const deadline = Date.now() + START_MILLISECONDS;
  // Its own word comes first: what answers might be another one's engine on the same port.
  while (!output.includes('listening') || !(await answers(endpoint))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.stdin?.end();
      throw new StartError(
        `The DynamoDB engine didn't start on port ${port}: ${output.trim() || `exit code ${child.exitCode}`}.`,
      );
    }
    await sleep(20);
  }
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
 * Starts a program that ends with this process, however that ends: a shell holds the other end of its standard input,
 * and stops the program when this process is gone, `kill -9` included.
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
  // Its own process group: Ctrl+C reaches this process alone, which then stops the engine in its turn.
  return spawn('sh', ['-c', script, program, ...args], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
}

async function answers(endpoint: string): Promise<boolean> {
  return fetch(endpoint, { signal: AbortSignal.timeout(1000) }).then(
    (response) => response.ok,
    () => false,
  );
}

/** An error that the engine answers with. */
export class EngineError extends Error {
  /** `ResourceNotFoundException`, … */
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.name = 'EngineError';
    this.code = code;
  }
}

/** Calls DynamoDB or DynamoDB Streams: `callEngine(endpoint, 'DynamoDB_20120810.GetItem', {…})`. */
export async function callEngine<Answer>(endpoint: string, target: string, input: unknown): Promise<Answer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': target,
      'x-amz-date': '20260101T000000Z',
      authorization: ENGINE_AUTHORIZATION,
    },
    body: JSON.stringify(input),
  });
  const answer = (await response.json()) as { __type?: string; message?: string; Message?: string };
  if (!response.ok) {
    throw new EngineError(
      answer.__type?.split('#').at(-1) ?? String(response.status),
      answer.message ?? answer.Message ?? '',
    );
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
 * Makes the table as the template defines it, unless it is there.
 *
 * @throws StartError when a table of another definition is there
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

/** The table's description; nothing when there is no such table. */
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

/** ARN of the table's stream, as the engine calls it. */
export async function streamArn(endpoint: string, tableName: string): Promise<string | undefined> {
  return (await describeTable(endpoint, tableName))?.LatestStreamArn;
}

/** Everything of a table that can't be changed in place here, in a comparable form. */
function shape({ KeySchema, AttributeDefinitions = [], GlobalSecondaryIndexes = [] }: TableDescription): string {
  return JSON.stringify([
    sorted(KeySchema),
    AttributeDefinitions.map(sorted).sort(),
    GlobalSecondaryIndexes.map(({ IndexName, KeySchema, Projection }) =>
      sorted({ IndexName, KeySchema, Projection }),
    ).sort(),
  ]);
}

/** JSON with the keys of every object in order. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([one], [other]) => (one < other ? -1 : 1)))
      : entry,
  );
