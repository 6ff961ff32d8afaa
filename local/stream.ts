/** What Lambda's event source mapping does: reads the table's stream, filters, and invokes the function in batches. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { callEngine, EngineError, streamArn } from './engine.ts';
import { matchesFilter } from './filterCriteria.ts';
import type { StreamMapping } from './stackDefinition.ts';

const POLL_MILLISECONDS = 200;
/** Lambda waits between retries as well, for longer. */
const RETRY_MILLISECONDS = 200;
/** How long a batch may take to finish when the stack stops. */
const STOP_MILLISECONDS = 1000;
/** How often new shards are looked for; engines seldom make one. */
const SHARDS_EVERY_POLLS = 25;

const STREAMS = 'DynamoDBStreams_20120810';

type StreamOptions = {
  endpoint: string;
  tableName: string;
  tableArn: string;
  mapping: StreamMapping;
  invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  /** Where the last record of each shard that is done with is kept. */
  checkpointFile: string;
  /** Called with records that were given up (the mapping's on-failure destination). */
  givenUp: (records: DynamoDBRecord[], reason: string) => void;
};

export class StreamPoller {
  /** `paused` leaves records where they are, `losing` drops them unseen: both for tests. */
  mode: 'running' | 'paused' | 'losing' = 'running';
  readonly #options: StreamOptions;
  /** Sequence number of the last finished record, by shard. */
  readonly #checkpoints: Record<string, string>;
  readonly #iterators = new Map<string, string>();
  /** Shards that were read to their end. */
  readonly #finished = new Set<string>();
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  /** Ends the pause between two readings. */
  #wake = (): void => {};
  #isWoken = false;
  /** Told once a reading that began after they asked has found nothing more. */
  #asking: (() => void)[] = [];

  constructor(options: StreamOptions) {
    this.#options = options;
    const { checkpointFile } = options;
    this.#checkpoints = existsSync(checkpointFile)
      ? (JSON.parse(readFileSync(checkpointFile, 'utf8')) as Record<string, string>)
      : {};
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Stops reading. What is being worked on may finish; what doesn't in time comes again after the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#running, sleep(STOP_MILLISECONDS)]);
  }

  /** Reads again at once: something was written. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Until everything that was written before this call is delivered. A paused poller delivers nothing: it is not waited for. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#asking.push(resolve);
      this.wake();
    });
  }

  async #run(): Promise<void> {
    for (let polls = 0; !this.#stopping.signal.aborted; polls += 1) {
      const asking = this.#asking.splice(0);
      try {
        if (this.mode !== 'paused') {
          if (polls % SHARDS_EVERY_POLLS === 0 || this.#iterators.size === 0) await this.#findShards();
          for (const shard of this.#iterators.keys()) await this.#readShard(shard);
        }
        for (const told of asking) told();
      } catch {
        // The engine is away or its iterators are too old: begin again at the checkpoints.
        this.#iterators.clear();
        this.#asking.push(...asking);
      }
      await this.#pause();
    }
    for (const told of this.#asking.splice(0)) told();
  }

  /** Waits a while, or until it is woken or stopped. */
  async #pause(): Promise<void> {
    if (!this.#isWoken) {
      const awake = new AbortController();
      this.#wake = () => awake.abort();
      const signal = AbortSignal.any([this.#stopping.signal, awake.signal]);
      await sleep(POLL_MILLISECONDS, undefined, { signal }).catch(() => {});
    }
    this.#isWoken = false;
  }

  async #findShards(): Promise<void> {
    const { endpoint, tableName } = this.#options;
    const StreamArn = await streamArn(endpoint, tableName);
    const { StreamDescription } = await callEngine<{ StreamDescription: { Shards: { ShardId: string }[] } }>(
      endpoint,
      `${STREAMS}.DescribeStream`,
      { StreamArn },
    );
    for (const { ShardId } of StreamDescription.Shards) {
      if (this.#iterators.has(ShardId) || this.#finished.has(ShardId)) continue;
      this.#iterators.set(ShardId, await this.#iteratorOf(StreamArn, ShardId));
    }
  }

  async #iteratorOf(StreamArn: string | undefined, ShardId: string): Promise<string> {
    const iterator = (position: object): Promise<{ ShardIterator: string }> =>
      callEngine(this.#options.endpoint, `${STREAMS}.GetShardIterator`, { StreamArn, ShardId, ...position });
    const SequenceNumber = this.#checkpoints[ShardId];
    const beginning = { ShardIteratorType: 'TRIM_HORIZON' };
    if (SequenceNumber === undefined) return (await iterator(beginning)).ShardIterator;
    try {
      return (await iterator({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber })).ShardIterator;
    } catch (error) {
      // The records up to there are gone.
      if (error instanceof EngineError && error.code === 'TrimmedDataAccessException')
        return (await iterator(beginning)).ShardIterator;
      throw error;
    }
  }

  async #readShard(shard: string): Promise<void> {
    const { endpoint, mapping } = this.#options;
    for (;;) {
      const ShardIterator = this.#iterators.get(shard);
      const { Records, NextShardIterator } = await callEngine<{
        Records: DynamoDBRecord[];
        NextShardIterator?: string;
      }>(endpoint, `${STREAMS}.GetRecords`, { ShardIterator, Limit: mapping.batchSize });
      await this.#process(Records);
      if (NextShardIterator === undefined) {
        this.#iterators.delete(shard);
        this.#finished.add(shard);
      } else {
        this.#iterators.set(shard, NextShardIterator);
      }
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      if (last !== undefined) this.#checkpoint(shard, last);
      if (Records.length === 0 || NextShardIterator === undefined || this.#stopping.signal.aborted) return;
    }
  }

  async #process(records: DynamoDBRecord[]): Promise<void> {
    const { mapping, tableArn } = this.#options;
    if (this.mode === 'losing') return;
    const wanted = records
      .map((record) => ({ ...record, eventSourceARN: `${tableArn}/stream/local` }))
      .filter(
        (record) => mapping.filters.length === 0 || mapping.filters.some((filter) => matchesFilter(filter, record)),
      );
    if (wanted.length > 0) await this.#deliver(wanted, 0);
  }

  /** Invokes the function until the batch is done with, one way or the other. */
  async #deliver(records: DynamoDBRecord[], attempt: number): Promise<void> {
    const { mapping, invoke, givenUp } = this.#options;
    let owed = records;
    let reason: string;
    try {
      const result = await invoke({ Records: records });
      owed = mapping.reportsItemFailures ? afterFirstFailure(records, result) : [];
      reason = 'The function reported them as failed';
    } catch (error) {
      // Without a checkpoint: it wasn't the function that failed.
      if (this.#stopping.signal.aborted) throw error;
      reason = String(error);
      if (mapping.bisect && records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        // A half starts with the attempts that its whole has used up.
        await this.#deliver(records.slice(0, middle), attempt);
        await this.#deliver(records.slice(middle), attempt);
        return;
      }
    }
    if (owed.length === 0) return;
    if (this.#stopping.signal.aborted) throw new Error(reason);
    if (attempt >= mapping.retries) return givenUp(owed, reason);
    await sleep(RETRY_MILLISECONDS);
    await this.#deliver(owed, attempt + 1);
  }

  #checkpoint(shard: string, sequenceNumber: string): void {
    const { checkpointFile } = this.#options;
    this.#checkpoints[shard] = sequenceNumber;
    // Written beside it and renamed, so that there is a whole file at any time.
    writeFileSync(`${checkpointFile}.new`, JSON.stringify(this.#checkpoints));
    renameSync(`${checkpointFile}.new`, checkpointFile);
  }
}

/**
 * What Lambda sends again: everything from the first failed record on. An answer that isn't one counts as a failure of
 * the whole batch, an empty one as success ("Reporting batch item failures").
 */
function afterFirstFailure(records: DynamoDBRecord[], result: unknown): DynamoDBRecord[] {
  if (result === null || result === undefined) return [];
  const failures = (result as { batchItemFailures?: { itemIdentifier: string }[] | null }).batchItemFailures ?? [];
  if (failures.length === 0) return [];
  const identifiers = failures.map(({ itemIdentifier }) => itemIdentifier);
  const first = records.findIndex(({ dynamodb }) => identifiers.includes(dynamodb?.SequenceNumber ?? ''));
  return records.slice(Math.max(0, first));
}
