/** One Lambda function on this machine, in its own worker thread, which starts at the first invocation. */
import { randomUUID } from 'node:crypto';
import { appendFileSync, createWriteStream, type WriteStream } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type ResourceLimits, Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { Clock } from './clock.ts';
import type { WorkerData, WorkerMessage } from './lambdaWorker.ts';
import type { FunctionDefinition } from './stackDefinition.ts';

/** Lambda's limit for a synchronous answer: 6 MB and 100 bytes. */
const MAX_ANSWER_BYTES = 6_291_556;
/** The longest time for loading a bundle (Lambda: "Init phase", 10 seconds). */
const INIT_SECONDS = 10;
/** The code of the worker, bundled as JavaScript: a thread that strips types itself takes 10 MB more. */
const [bundled] = buildSync({
  entryPoints: [fileURLToPath(new URL('./lambdaWorker.ts', import.meta.url))],
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'node',
}).outputFiles;
const workerCode = bundled?.text ?? '';

/** A failed invocation: the function threw, ran out of time or memory, or returned too large an answer. */
export class FunctionError extends Error {
  readonly errorType: string;

  constructor(errorType: string, message: string) {
    super(message);
    this.name = 'FunctionError';
    this.errorType = errorType;
  }
}

type Pending = { resolve: (result: unknown) => void; reject: (error: FunctionError) => void };

/** A running worker, and its invocations without an answer. */
type Sandbox = { worker: Worker; ready: Promise<void>; isReady: boolean; pending: Map<number, Pending> };

type LambdaFunctionOptions = {
  /** Environment variables that add to or replace those of the template. */
  environment: Record<string, string>;
  logDirectory: string;
  clock: Clock;
  heap: ResourceLimits;
  /** Factor on the time limits of AWS for start and answer, for a slow machine. */
  patience: number;
};

/** A function with its worker, its environment and its log. */
export class LambdaFunction {
  readonly definition: FunctionDefinition;
  /** All environment variables of the function's code. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #clock: Clock;
  readonly #heap: ResourceLimits;
  readonly #patience: number;
  readonly #logFile: string;
  readonly #log: WriteStream;
  #sandbox: Sandbox | undefined;
  #invocations = 0;
  #usedAt = 0;

  constructor(
    definition: FunctionDefinition,
    { environment, logDirectory, clock, heap, patience }: LambdaFunctionOptions,
  ) {
    this.definition = definition;
    const { name, directory, memoryMegabytes } = definition;
    this.environment = {
      ...definition.environment,
      ...environment,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      LAMBDA_TASK_ROOT: directory,
    };
    this.#clock = clock;
    this.#heap = heap;
    this.#patience = patience;
    this.#logFile = `${logDirectory}/${definition.name}.log`;
    this.#log = createWriteStream(this.#logFile, { flags: 'a', mode: 0o600 });
  }

  /** Whether the worker runs. */
  get warm(): boolean {
    return this.#sandbox !== undefined;
  }
  /** Whether the worker starts or has an invocation without an answer. */
  get busy(): boolean {
    return this.#sandbox !== undefined && (!this.#sandbox.isReady || this.#sandbox.pending.size > 0);
  }
  /** Time of the last invocation, in milliseconds of a monotonic clock. */
  get usedAt(): number {
    return this.#usedAt;
  }

  /**
   * Invokes the function and returns its result. After a timeout or a crash, the next invocation starts a new worker.
   *
   * @throws FunctionError if the function fails
   */
  async invoke(event: unknown): Promise<unknown> {
    this.#usedAt = performance.now();
    this.#sandbox ??= this.#start();
    const sandbox = this.#sandbox;
    await sandbox.ready;
    const timeoutSeconds = this.definition.timeoutSeconds * this.#patience;
    const id = this.#invocations++;
    const answer = Promise.withResolvers<unknown>();
    sandbox.pending.set(id, answer);
    sandbox.worker.postMessage({
      id,
      requestId: randomUUID(),
      event: JSON.stringify(event),
      deadline: this.#clock.now(this.definition.name) + timeoutSeconds * 1000,
    });
    const timer = setTimeout(() => {
      answer.reject(this.#failure('Sandbox.Timedout', `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`));
      this.#retire(sandbox);
    }, timeoutSeconds * 1000);
    try {
      return await answer.promise;
    } finally {
      clearTimeout(timer);
      sandbox.pending.delete(id);
      if (sandbox !== this.#sandbox && sandbox.pending.size === 0) void sandbox.worker.terminate();
    }
  }

  /** Tells the worker that the clock has changed. */
  followClock(): void {
    this.#sandbox?.worker.postMessage({ clockMoved: true });
  }

  /** Ends the worker, so that the next invocation is a cold start. */
  async stop(): Promise<void> {
    const sandbox = this.#sandbox;
    this.#sandbox = undefined;
    await sandbox?.worker.terminate();
  }

  /** Ends the worker and closes its log. */
  async close(): Promise<void> {
    await this.stop();
    await new Promise((resolve) => this.#log.end(resolve));
  }

  #start(): Sandbox {
    const { name, arn, handler, directory, memoryMegabytes } = this.definition;
    const workerData: WorkerData = {
      module: pathToFileURL(`${directory}/index.mjs`).href,
      handler,
      functionName: name,
      arn,
      memoryMegabytes,
      clock: { shared: this.#clock.shared, place: this.#clock.placeOf(name), moved: this.#clock.moved },
    };
    const worker = new Worker(workerCode, {
      eval: true,
      workerData,
      env: this.environment,
      execArgv: ['--input-type=module'],
      resourceLimits: this.#heap,
      stdout: true,
      stderr: true,
    });
    worker.stdout.pipe(this.#log, { end: false });
    worker.stderr.pipe(this.#log, { end: false });

    const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
    ready.catch(() => {});
    const pending = new Map<number, Pending>();
    const sandbox: Sandbox = { worker, ready, isReady: false, pending };
    const fail = (error: FunctionError): void => {
      if (this.#sandbox === sandbox) this.#sandbox = undefined;
      reject(error);
      for (const answer of pending.values()) answer.reject(error);
    };
    const timer = setTimeout(
      () => {
        fail(this.#failure('Sandbox.Timedout', `Init didn't end within ${INIT_SECONDS} seconds`));
        void worker.terminate();
      },
      INIT_SECONDS * this.#patience * 1000,
    );
    worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) {
        clearTimeout(timer);
        sandbox.isReady = true;
        resolve();
      } else if ('error' in message) {
        const { errorType, errorMessage, trace } = message.error;
        this.#write(trace);
        pending.get(message.id)?.reject(this.#failure(errorType, errorMessage));
      } else if (Buffer.byteLength(message.result) > MAX_ANSWER_BYTES) {
        const text = `Response payload size exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
        pending.get(message.id)?.reject(this.#failure('Function.ResponseSizeTooLarge', text));
      } else {
        pending.get(message.id)?.resolve(JSON.parse(message.result));
      }
    });
    worker.on('error', (error) => {
      const { name: type, message, stack } = error instanceof Error ? error : new Error(String(error));
      this.#write(stack ?? '');
      fail(this.#failure(type, message));
    });
    worker.on('exit', () => {
      clearTimeout(timer);
      fail(new FunctionError('Runtime.ExitError', 'Runtime exited'));
    });
    return sandbox;
  }

  /** Takes the worker out of service: its current invocations may finish, new ones get another worker. */
  #retire(sandbox: Sandbox): void {
    if (this.#sandbox === sandbox) this.#sandbox = undefined;
  }

  #failure(errorType: string, message: string): FunctionError {
    this.#write(JSON.stringify({ level: 'ERROR', errorType, message, function: this.definition.name }));
    return new FunctionError(errorType, message);
  }

  /** Writes past the log's stream: the reason for a dead worker must not wait in a buffer. */
  #write(text: string): void {
    appendFileSync(this.#logFile, `${text}\n`);
  }
}
