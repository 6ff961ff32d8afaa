/** The work of Lambda's event source mapping: reads the table's stream, filters records, and invokes the function with batches. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { callEngine, EngineError, streamArn } from './engine.ts';
import { matchesFilter } from './filterCriteria.ts';
import type { StreamMapping } from './stackDefinition.ts';

/** The pause between two polls without news of a write. Lambda's is the same. */
const POLL_MILLISECONDS = 1000;
/** The pause between retries. Lambda's pauses are longer. */
const RETRY_MILLISECONDS = 200;
/** When the stack stops, the current batch gets so long to finish. */
const STOP_MILLISECONDS = 1000;
/** The poller looks for new shards once in so many polls: engines seldom make one. */
const SHARDS_EVERY_POLLS = 25;

/** The checkpoints are written at most once in this time. After a killed process, the records since then come again, as they may on AWS. */
const CHECKPOINT_MILLISECONDS = 1000;

const STREAMS = 'DynamoDBStreams_20120810';

type StreamOptions = {
  endpoint: string;
  tableName: string;
  tableArn: string;
  mapping: StreamMapping;
  invoke: (event: DynamoDBStreamEvent) => Promise<unknown>;
  /** The file with the sequence number of the last finished record of each shard. */
  checkpointFile: string;
  /** Called with records that are given up (the mapping's on-failure destination). */
  givenUp: (records: DynamoDBRecord[], reason: string) => void;
};

/** Delivers the records of a stream to one function. */
export class StreamPoller {
  /** `paused` leaves records in the stream, `losing` drops them; for tests. */
  mode: 'running' | 'paused' | 'losing' = 'running';
  readonly #options: StreamOptions;
  /** Sequence number of the last finished record, by shard. */
  readonly #checkpoints: Record<string, string>;
  #checkpointsWrittenAt = 0;
  #checkpointsAreOld = false;
  readonly #iterators = new Map<string, string>();
  /** Shards that were read to their end. */
  readonly #finished = new Set<string>();
  #isStopping = false;
  #running: Promise<void> | undefined;
  /** Ends the pause between two polls. */
  #wake = (): void => {};
  #isWoken = false;
  /** Callers of `idle`, who wait for the end of a poll that begins after their call. */
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

  /** Stops polling. The current batch may finish for a second; otherwise it comes again after the next start. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.wake();
    await Promise.race([this.#running, sleep(STOP_MILLISECONDS)]);
    this.#writeCheckpoints();
  }

  /** Polls at once: the table was written. */
  wake(): void {
    this.#isWoken = true;
    this.#wake();
  }

  /** Resolves when all records that were written before this call are delivered; at once for a paused poller. */
  async idle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#asking.push(resolve);
      this.wake();
    });
  }

  async #run(): Promise<void> {
    for (let polls = 0; !this.#isStopping; polls += 1) {
      const asking = this.#asking.splice(0);
      try {
        if (this.mode !== 'paused') {
          if (polls % SHARDS_EVERY_POLLS === 0 || this.#iterators.size === 0) await this.#findShards();
          for (const shard of this.#iterators.keys()) await this.#readShard(shard);
        }
        for (const told of asking) told();
      } catch {
        // The engine doesn't answer, or the iterators are too old: begin again at the checkpoints.
        this.#iterators.clear();
        this.#asking.push(...asking);
      }
      await this.#pause();
      this.#writeCheckpointsInTime();
    }
    for (const told of this.#asking.splice(0)) told();
  }

  /** Waits until the next poll, or until `wake` or `stop`. */
  async #pause(): Promise<void> {
    if (!this.#isWoken) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, POLL_MILLISECONDS);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
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
      // The stream no longer has the record of the checkpoint.
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
      // Paused since the poll began: the records stay in the stream, and are read again later.
      if (this.mode === 'paused') return;
      await this.#process(Records);
      if (NextShardIterator === undefined) {
        this.#iterators.delete(shard);
        this.#finished.add(shard);
      } else {
        this.#iterators.set(shard, NextShardIterator);
      }
      const last = Records.at(-1)?.dynamodb?.SequenceNumber;
      if (last !== undefined) this.#checkpoint(shard, last);
      // Fewer records than asked for: there are no more. A write from now on wakes the poller.
      const more = Records.length === mapping.batchSize && NextShardIterator !== undefined;
      if (!more || this.#isStopping) return;
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

  /** Invokes the function until all records of the batch are delivered or given up. */
  async #deliver(records: DynamoDBRecord[], attempt: number): Promise<void> {
    const { mapping, invoke, givenUp } = this.#options;
    let owed = records;
    let reason: string;
    try {
      const result = await invoke({ Records: records });
      owed = mapping.reportsItemFailures ? afterFirstFailure(records, result) : [];
      reason = 'The function reported them as failed';
    } catch (error) {
      // The stack stops, and the function is not at fault: without a checkpoint, the batch comes again.
      if (this.#isStopping) throw error;
      reason = String(error);
      if (mapping.bisect && records.length > 1) {
        const middle = Math.ceil(records.length / 2);
        // A half counts the attempts of the whole batch.
        await this.#deliver(records.slice(0, middle), attempt);
        await this.#deliver(records.slice(middle), attempt);
        return;
      }
    }
    if (owed.length === 0) return;
    if (this.#isStopping) throw new Error(reason);
    if (attempt >= mapping.retries) return givenUp(owed, reason);
    await sleep(RETRY_MILLISECONDS);
    await this.#deliver(owed, attempt + 1);
  }

  #checkpoint(shard: string, sequenceNumber: string): void {
    this.#checkpoints[shard] = sequenceNumber;
    this.#checkpointsAreOld = true;
    this.#writeCheckpointsInTime();
  }

  #writeCheckpointsInTime(): void {
    if (performance.now() - this.#checkpointsWrittenAt > CHECKPOINT_MILLISECONDS) this.#writeCheckpoints();
  }

  #writeCheckpoints(): void {
    if (!this.#checkpointsAreOld) return;
    this.#checkpointsAreOld = false;
    this.#checkpointsWrittenAt = performance.now();
    const { checkpointFile } = this.#options;
    // A new file replaces the old one, so that a whole file exists at any time.
    writeFileSync(`${checkpointFile}.new`, JSON.stringify(this.#checkpoints));
    renameSync(`${checkpointFile}.new`, checkpointFile);
  }
}

/**
 * The records that Lambda sends again: all from the first failed record on. An unknown identifier counts as a failure of the whole
 * batch, an empty answer as success ("Reporting batch item failures").
 */
function afterFirstFailure(records: DynamoDBRecord[], result: unknown): DynamoDBRecord[] {
  if (result === null || result === undefined) return [];
  const failures = (result as { batchItemFailures?: { itemIdentifier: string }[] | null }).batchItemFailures ?? [];
  if (failures.length === 0) return [];
  const identifiers = failures.map(({ itemIdentifier }) => itemIdentifier);
  const first = records.findIndex(({ dynamodb }) => identifiers.includes(dynamodb?.SequenceNumber ?? ''));
  return records.slice(Math.max(0, first));
}
