/** What was given up: what the messages in the queue of undelivered records mean, and how they are sent again. */

/** A message of the queue. */
export type Message = { id: string; body: string };

/** The queue of an environment, and its functions. */
export type Undelivered = {
  /** The messages that lie in the queue now, each once. */
  messages: () => AsyncIterable<Message>;
  /** How many messages a run has taken out that was stopped since, or that still goes on: they come back after a while. */
  hidden: () => Promise<number>;
  /** Removes a message. */
  remove: (message: Message) => Promise<void>;
  /** Invokes a function and waits for its answer. Returns why the function failed; undefined if it did not. */
  invoke: (functionArn: string, payload: unknown) => Promise<string | undefined>;
};

/** What a message is about. */
export type GivenUp = {
  /** The function that failed, by its name in the stack, such as `recordDelivery`. */
  name: string;
  functionArn: string;
  failedAt: string;
  /** What was given up, in a few words. */
  what: string;
  /** The payload that does the work again. */
  payload: unknown;
};

type Destination = {
  timestamp?: string;
  requestContext?: { functionArn?: string; condition?: string };
  requestPayload?: { 'detail-type'?: string; detail?: { mail?: { tags?: Record<string, string[]> } } };
  responsePayload?: { errorMessage?: string };
  DDBStreamBatchInfo?: { batchSize?: number; approximateArrivalOfFirstRecord?: string };
};

/**
 * What a message is about; undefined for a message that no function of the stack has sent.
 *
 * A failed asynchronous invocation holds its whole event (`requestPayload`). A failed batch of the stream holds only its place in the stream
 * (`DDBStreamBatchInfo`), for 24 hours. The stream is not read again: the table itself holds the owed mails, and a run of the schedule
 * (an empty payload) sends them, however old they are.
 */
export function givenUp({ body }: Message): GivenUp | undefined {
  const message = parsed(body);
  const functionArn = message?.requestContext?.functionArn ?? '';
  const [, name] = /:function:(?:[\w-]*-)?(\w+)(?::\$LATEST)?$/.exec(functionArn) ?? [];
  if (!message || name === undefined) return undefined;
  const about = { name, functionArn, failedAt: message.timestamp ?? 'at an unknown time' };
  if (message.DDBStreamBatchInfo) {
    const { batchSize = 0, approximateArrivalOfFirstRecord } = message.DDBStreamBatchInfo;
    const since = approximateArrivalOfFirstRecord === undefined ? '' : ` since ${approximateArrivalOfFirstRecord}`;
    return { ...about, what: `${batchSize} records of the stream${since}`, payload: {} };
  }
  if (message.requestPayload === undefined) return undefined;
  const { 'detail-type': type = 'an event', detail } = message.requestPayload;
  const tags = detail?.mail?.tags ?? {};
  const of = ['customer', 'version', 'kind'].flatMap((tag) => tags[tag]?.[0] ?? []).join(' ');
  const why = message.responsePayload?.errorMessage ?? message.requestContext?.condition ?? 'for an unknown reason';
  return { ...about, what: [type, of, `(${why})`].filter(Boolean).join(' '), payload: message.requestPayload };
}

function parsed(body: string): Destination | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The functions whose failures are in the queue. */
export const FUNCTIONS = ['recordDelivery', 'deliverMail'];

type Redrive = {
  /** Without it, the messages are only shown. */
  send: boolean;
  /** The function whose messages are meant; undefined: all. */
  only?: string | undefined;
  say: (line: string) => void;
};

/**
 * Shows the messages and sends each to its function again. A message is removed only after its function has done the work, so the command
 * can be stopped at any moment, and run again: both functions do the same work twice without harm.
 *
 * @returns how many messages were done, and how many are left
 */
export async function redrive(
  queue: Undelivered,
  { send, only, say }: Redrive,
): Promise<{ done: number; left: number }> {
  const hidden = await queue.hidden();
  if (hidden > 0) say(`${hidden} taken out by another run: if it was stopped, they come back within 15 minutes`);
  let [done, left] = [0, hidden];
  /** The runs of this command by function and payload: one run of the schedule is enough for all batches of the stream. */
  const runs = new Map<string, Promise<string | undefined>>();
  for await (const message of queue.messages()) {
    const given = givenUp(message);
    if (!given) {
      say(`${message.id}  unknown: look at it in the queue\n  ${message.body.slice(0, 200)}`);
      left += 1;
      continue;
    }
    if (only !== undefined && given.name !== only) continue;
    const { name, functionArn, failedAt, what, payload } = given;
    const about = `${failedAt}  ${name}  ${what}`;
    if (!send) {
      say(about);
      left += 1;
      continue;
    }
    const run = JSON.stringify([functionArn, payload]);
    const running = runs.get(run) ?? queue.invoke(functionArn, payload);
    runs.set(run, running);
    const failure = await running;
    if (failure === undefined) await queue.remove(message);
    say(`${failure === undefined ? 'done ' : 'left '} ${about}${failure === undefined ? '' : `\n  ${failure}`}`);
    if (failure === undefined) done += 1;
    else left += 1;
  }
  return { done, left };
}
