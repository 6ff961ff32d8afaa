import { describe, expect, test } from 'vitest';
import { givenUp, type Message, redrive, type Undelivered } from './undelivered.ts';

const arn = (name: string) =>
  `arn:aws:lambda:eu-central-1:111122223333:function:partner-portal-production-eu-central-1-${name}`;
/** As "Capturing records of Lambda asynchronous invocations" shows it. */
const report = (id: string, version: string): Message => ({
  id,
  body: JSON.stringify({
    version: '1.0',
    timestamp: '2026-11-14T18:16:05.568Z',
    requestContext: {
      requestId: 'e4b46cbf-b738-xmpl-8880-a18cdf61200e',
      functionArn: `${arn('recordDelivery')}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    requestPayload: {
      'detail-type': 'Email Bounced',
      detail: {
        eventType: 'Bounce',
        mail: { tags: { customer: ['dn2abc'], version: [version], kind: ['INVITATION'] } },
      },
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorMessage: 'the table is away' },
  }),
});
/** As "Retaining discarded batches for a DynamoDB event source in Lambda" shows it. */
const batch = (id: string): Message => ({
  id,
  body: JSON.stringify({
    requestContext: {
      requestId: '316aa6d0-8154-xmpl-9af7-85d5f4a6bc81',
      functionArn: arn('deliverMail'),
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 1,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-11-14T00:13:49.717Z',
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000001573689847184-864758bb',
      startSequenceNumber: '800000000003126276362',
      endSequenceNumber: '800000000003126276362',
      approximateArrivalOfFirstRecord: '2026-11-14T00:13:19Z',
      approximateArrivalOfLastRecord: '2026-11-14T00:13:19Z',
      batchSize: 2,
      streamArn: 'arn:aws:dynamodb:eu-central-1:111122223333:table/x/stream/y',
    },
  }),
});
const foreign: Message = { id: 'foreign', body: 'hello' };

/** A queue in memory. `fails` says which payload its functions fail on. */
function queueOf(messages: Message[], fails: (payload: unknown) => boolean = () => false) {
  const left = [...messages];
  const invoked: [string, unknown][] = [];
  const queue: Undelivered = {
    messages: async function* () {
      yield* [...left];
    },
    hidden: async () => 0,
    remove: async ({ id }) =>
      void left.splice(
        left.findIndex((each) => each.id === id),
        1,
      ),
    invoke: async (functionArn, payload) => {
      invoked.push([functionArn, payload]);
      return fails(payload) ? 'still away' : undefined;
    },
  };
  return { queue, invoked, left: () => left.map(({ id }) => id) };
}

describe('a message', () => {
  test('of a report holds the whole event, and says which mail it is about and why it was given up', () => {
    expect(givenUp(report('r', '3'))).toMatchObject({
      name: 'recordDelivery',
      failedAt: '2026-11-14T18:16:05.568Z',
      what: 'Email Bounced dn2abc 3 INVITATION (the table is away)',
      payload: { detail: { eventType: 'Bounce' } },
    });
  });

  test('of the stream holds only its place: the schedule sends what the table owes', () => {
    expect(givenUp(batch('b'))).toMatchObject({
      name: 'deliverMail',
      what: '2 records of the stream since 2026-11-14T00:13:19Z',
      payload: {},
    });
  });

  test.each(['hello', '1', 'null', '{}', '{"requestContext":{"functionArn":"arn:aws:lambda:x:y:function:f"}}'])(
    'that no function of the stack has sent is unknown: %s',
    (body) => expect(givenUp({ id: 'x', body })).toBeUndefined(),
  );
});

describe('a redrive', () => {
  const all = [report('one', '1'), batch('two'), report('three', '2'), batch('four'), foreign];
  const said: string[] = [];
  const say = (line: string) => said.push(line);

  test('changes nothing unless it is to send', async () => {
    const { queue, invoked, left } = queueOf(all);
    expect(await redrive(queue, { send: false, say })).toEqual({ done: 0, left: 5 });
    expect([invoked, left()]).toEqual([[], ['one', 'two', 'three', 'four', 'foreign']]);
    expect(said.join('\n')).toMatch(/Email Bounced dn2abc 1 .*\n.*2 records of the stream/);
  });

  test('sends each report, and runs the schedule once for all batches of the stream', async () => {
    const { queue, invoked, left } = queueOf(all);
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 4, left: 1 });
    expect(
      invoked.map(
        ([functionArn]) =>
          givenUp({ id: '', body: JSON.stringify({ requestContext: { functionArn }, requestPayload: {} }) })?.name,
      ),
    ).toEqual(['recordDelivery', 'deliverMail', 'recordDelivery']);
    expect(left()).toEqual(['foreign']);
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 0, left: 1 });
  });

  test('keeps the messages whose function fails', async () => {
    const { queue, left } = queueOf(all, (payload) => JSON.stringify(payload).includes('"2"'));
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 3, left: 2 });
    expect(left()).toEqual(['three', 'foreign']);
    expect(said.at(-1)).toMatch(/foreign/);
  });

  test('that is stopped before it removes a message sends the message again', async () => {
    const { queue, invoked, left } = queueOf([report('one', '1')]);
    const stopped = { ...queue, remove: () => Promise.reject(new Error('stopped')) };
    await expect(redrive(stopped, { send: true, say })).rejects.toThrow('stopped');
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 1, left: 0 });
    expect([invoked.length, left()]).toEqual([2, []]);
  });

  test('after one that was stopped counts the messages that it has taken out', async () => {
    const { queue } = queueOf([]);
    expect(await redrive({ ...queue, hidden: async () => 3 }, { send: true, say })).toEqual({ done: 0, left: 3 });
    expect(said.at(-1)).toMatch(/^3 taken out by another run/);
  });

  test('of one function leaves the messages of others', async () => {
    const { queue, left } = queueOf(all);
    await redrive(queue, { send: true, only: 'recordDelivery', say });
    expect(left()).toEqual(['two', 'four', 'foreign']);
  });
});
