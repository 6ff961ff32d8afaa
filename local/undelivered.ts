/** The queue of undelivered records of a local stack: a file of messages, in the form that AWS gives them. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { DynamoDBRecord } from 'aws-lambda';

export type UndeliveredMessage = { id: string; body: string };

/** A function that gave up, and why. */
type Failed = { functionArn: string; reason: string; now: Date };

/** The messages in a file, one a line. */
export class UndeliveredQueue {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** All messages. Lines of earlier versions, which can't be sent again, are none. */
  messages(): UndeliveredMessage[] {
    return this.#lines()
      .map((line) => JSON.parse(line) as Partial<UndeliveredMessage>)
      .filter((message): message is UndeliveredMessage => message.body !== undefined);
  }

  /** Removes a message. A message that is gone already is no error, as in SQS. */
  remove(id: string): void {
    const kept = this.#lines().filter((line) => (JSON.parse(line) as Partial<UndeliveredMessage>).id !== id);
    writeFileSync(`${this.#file}.new`, kept.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }

  #lines(): string[] {
    return existsSync(this.#file) ? readFileSync(this.#file, 'utf8').split('\n').filter(Boolean) : [];
  }

  /** Adds a failed asynchronous invocation ("Capturing records of Lambda asynchronous invocations"). */
  addEvent(event: unknown, failed: Failed): void {
    this.#add(failed, 'RetriesExhausted', { requestPayload: event, responsePayload: { errorMessage: failed.reason } });
  }

  /** Adds a failed batch of the stream: its place in the stream, without the records ("Retaining discarded batches for DynamoDB"). */
  addBatch(records: DynamoDBRecord[], failed: Failed): void {
    const place = (record: DynamoDBRecord | undefined) => record?.dynamodb?.SequenceNumber;
    const arrival = (record: DynamoDBRecord | undefined) =>
      new Date((record?.dynamodb?.ApproximateCreationDateTime ?? 0) * 1000).toISOString();
    this.#add(failed, 'RetryAttemptsExhausted', {
      DDBStreamBatchInfo: {
        startSequenceNumber: place(records[0]),
        endSequenceNumber: place(records.at(-1)),
        approximateArrivalOfFirstRecord: arrival(records[0]),
        approximateArrivalOfLastRecord: arrival(records.at(-1)),
        batchSize: records.length,
        streamArn: records[0]?.eventSourceARN,
      },
    });
  }

  #add({ functionArn, now }: Failed, condition: string, what: object): void {
    const body = JSON.stringify({
      version: '1.0',
      timestamp: now.toISOString(),
      requestContext: { requestId: randomUUID(), functionArn, condition },
      ...what,
    });
    appendFileSync(this.#file, `${JSON.stringify({ id: randomUUID(), body })}\n`, { mode: 0o600 });
  }
}
