/**
 * Runs inside a worker thread: one function's bundle, with that function's environment and nothing else.
 * Speaks with `lambdaFunction.ts` in messages; events and results cross as JSON, as they do in Lambda.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { followClock } from './lambdaClock.ts';

/** What the worker is started with. */
export type WorkerData = {
  /** file: URL of the bundle. */
  module: string;
  handler: string;
  functionName: string;
  arn: string;
  memoryMegabytes: number;
  /** The stack's clock, and the place of this function's skew in it. */
  clock: { shared: Float64Array; place: number; moved: boolean };
};

export type Invocation = { id: number; requestId: string; event: string; deadline: number };

/** The clock was moved. */
type ClockMoved = { clockMoved: true };

/** `ready` once the module is loaded; then an answer per invocation. */
export type WorkerMessage =
  | { ready: true }
  | { id: number; result: string }
  | { id: number; error: { errorType: string; errorMessage: string; trace: string } };

const { module, handler, functionName, arn, memoryMegabytes, clock } = workerData as WorkerData;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

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
