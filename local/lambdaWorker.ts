/**
 * Runs inside a worker thread: loads the bundle of one function, which has only its own environment.
 * It exchanges messages with `lambdaFunction.ts`. Events and results are JSON, as in Lambda.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from './lambdaClock.ts';

/** The data with which a worker starts. */
export type WorkerData = {
  /** URL of the bundle (`file:`). */
  module: string;
  handler: string;
  functionName: string;
  arn: string;
  memoryMegabytes: number;
  /** The stack's clock: its numbers, the index of the function's skew, and whether it was ever changed. */
  clock: { shared: Float64Array; place: number; moved: boolean };
};

/** A request to run the function: `event` is JSON, `deadline` is in milliseconds since the epoch. */
export type Invocation = { id: number; requestId: string; event: string; deadline: number };

/** The news that the clock has changed. */
type ClockMoved = { clockMoved: true };

/** A worker sends `ready` after loading the bundle, and then one answer for each invocation. */
export type WorkerMessage =
  | { ready: true }
  | { id: number; result: string }
  | { id: number; error: { errorType: string; errorMessage: string; trace: string } };

const { module, handler, functionName, arn, memoryMegabytes, clock } = workerData as WorkerData;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

/**
 * An `import()` of `node:http` reads all its exports, and three of them load Node's WebSocket client: a sixth of a cold start's computing.
 * Only addresses without TLS, as on this machine, need that import.
 */
const http = process.getBuiltinModule('node:http');
for (const name of ['WebSocket', 'CloseEvent', 'MessageEvent']) Object.defineProperty(http, name, { value: undefined });

if (clock.moved) followClock(clock.shared, clock.place);
const exported = (await import(module)) as Record<string, (event: unknown, context: unknown) => Promise<unknown>>;
const handle = exported[handler.slice(handler.lastIndexOf('.') + 1)];

parentPort?.on('message', async (message: Invocation | ClockMoved) => {
  if ('clockMoved' in message) return followClock(clock.shared, clock.place);
  const { id, requestId, event, deadline } = message;
  try {
    if (!handle) throw new Error(`${functionName} exports no ${handler}`);
    const result = await handle(JSON.parse(event), {
      awsRequestId: requestId,
      functionName,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMegabytes),
      logGroupName: `/aws/lambda/${functionName}`,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: false,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    post({ id, result: JSON.stringify(result ?? null) });
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    post({ id, error: { errorType: name, errorMessage: message, trace: stack ?? '' } });
  }
});
post({ ready: true });
