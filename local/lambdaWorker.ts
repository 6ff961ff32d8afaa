/**
 * Runs inside a worker thread: one function's bundle, with that function's environment and nothing else.
 * Speaks with `lambdaFunction.ts` in messages; events and results cross as JSON, as they do in Lambda.
 */
import { parentPort, workerData } from 'node:worker_threads';

/** What the worker is started with. */
export type WorkerData = {
  /** file: URL of the bundle. */
  module: string;
  handler: string;
  functionName: string;
  arn: string;
  memoryMegabytes: number;
};

export type Invocation = { id: number; requestId: string; event: string; deadline: number };

/** `ready` once the module is loaded; then an answer per invocation. */
export type WorkerMessage =
  | { ready: true }
  | { id: number; result: string }
  | { id: number; error: { errorType: string; errorMessage: string; trace: string } };

const { module, handler, functionName, arn, memoryMegabytes } = workerData as WorkerData;
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

const exported = (await import(module)) as Record<string, (event: unknown, context: unknown) => Promise<unknown>>;
const handle = exported[handler.slice(handler.lastIndexOf('.') + 1)];

parentPort?.on('message', async ({ id, requestId, event, deadline }: Invocation) => {
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
