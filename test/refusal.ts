/** Requests as bytes, which no client would send, and what every refusal must be like. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { endpointsOf } from '../infra/endpoints.ts';
import { FUNCTION_NAMES } from '../infra/permissions.ts';
import type { LocalStack } from '../local/localStack.ts';
import type { Endpoint } from '../shared/contract/contract.ts';
import { PROBLEMS, type ProblemCode } from '../shared/contract/problem.ts';
import { rpcCode } from '../shared/http/billingForm.ts';

/** `path` goes into the request line as it is; a header may stand there several times. */
export type RawRequest = {
  method: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array | undefined;
};
export type RawAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

/** How many requests of a list are under way at once. */
const PARALLEL = 8;
/** A connection for each request: one that is kept may be closed at the very moment it is used again. */
const agent = new Agent({ keepAlive: false });

/** Sends a request exactly as it is given. */
export function sendRaw(origin: string, { method, path, headers = {}, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  const bytes = Buffer.from(body ?? '');
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        agent,
        hostname,
        port,
        method,
        path,
        headers: { ...headers, 'content-length': bytes.length },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            text: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}

/** Runs a task for each of a list, a few at once; the results are in the list's order. */
export async function inParallel<T, Result>(list: readonly T[], task: (each: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const entries = list.entries();
  const run = async () => {
    for (const [i, each] of entries) results[i] = await task(each);
  };
  await Promise.all(Array.from({ length: PARALLEL }, run));
  return results;
}

/** Headers of every answer that a function gives. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** What no caller may read: the inside of the program. */
const INSIDE =
  /\n\s*at |\bat [\w.<>]+ \(|node_modules|\.mjs|\.ts:\d|DynamoDB|\bzod\b|\b(Type|Syntax|Range|Zod)Error\b|ValidationException|\[object|Invalid input|undefined/i;

export type ProblemBody = {
  code: ProblemCode;
  detail: string;
  errors?: { path: string; message: string }[];
  currentStatus?: string;
};

/** That an answer refuses the request in the one form that refusals have: a 4xx problem that says what to do. */
export function expectRefusal(answer: RawAnswer, what: string): ProblemBody {
  const { status, headers, text } = answer;
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeGreaterThanOrEqual(400);
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  expect(headers, what).toMatchObject({ ...SECURITY_HEADERS, 'content-type': 'application/problem+json' });
  return expectProblem(status, text, what);
}

/** That an answer refuses in the form that its endpoint refuses in. */
export const expectRefusalOf = ({ refuses }: Endpoint, answer: RawAnswer, what: string): ProblemBody =>
  refuses ? expectStatus(answer, what) : expectRefusal(answer, what);

/** That an answer refuses the request in the form of `google.rpc.Status`, and as what. */
function expectStatus({ status, headers, text }: RawAnswer, what: string): ProblemBody {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeGreaterThanOrEqual(400);
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  expect(headers, what).toMatchObject({ ...SECURITY_HEADERS, 'content-type': 'application/json' });
  const { code, message, details } = JSON.parse(text) as { code: number; message: string; details: StatusDetail[] };
  const reason = details.find(({ reason }) => reason)?.reason ?? 'INTERNAL';
  expect(rpcCode(reason, PROBLEMS[reason][0]), what).toMatchObject({ code, status });
  expect(message, what).toMatch(/^\S+ .+ .+\.$/s);
  expect(text, what).not.toMatch(INSIDE);
  expect(text.length, what).toBeLessThan(16_384);
  const violations = details.flatMap(({ fieldViolations = [] }) => fieldViolations);
  const errors = violations.map(({ field, description }) => ({ path: field, message: description }));
  return { code: reason, detail: message, errors };
}

type StatusDetail = { reason?: ProblemCode; fieldViolations?: { field: string; description: string }[] };

/** That a problem, wherever it stands, is a refusal that says what to do, and nothing of the program's inside. */
export function expectProblem(status: number, text: string, what: string): ProblemBody {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  const body = JSON.parse(text) as ProblemBody;
  expect(Object.keys(PROBLEMS), what).toContain(body.code);
  const [ownStatus, title] = PROBLEMS[body.code];
  expect(status, what).toBe(ownStatus);
  expect(body, what).toMatchObject({ type: `urn:partner-portal:problem:${body.code}`, title, status });
  expect(body.detail, what).toMatch(/^\S+ .+ .+\.$/s);
  expect(text, what).not.toMatch(INSIDE);
  for (const { path, message } of body.errors ?? []) {
    expect([typeof path, typeof message], what).toEqual(['string', 'string']);
    expect(message.split(' ').length, `${what}: ${message}`).toBeGreaterThan(2);
  }
  // No list of faults grows with the request.
  expect(text.length, what).toBeLessThan(16_384);
  return body;
}

/** Functions without an endpoint: they work on what earlier requests left to the stream, to a schedule, and to reports of SES. */
const BACKGROUND: readonly string[] = FUNCTION_NAMES.filter((name) => endpointsOf(name).length === 0);
/** Operations that change nothing; every other one is a write. */
const READS = ['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems'];

/**
 * The writes of an endpoint's functions while an action runs, and its result. No write is missed: functions reach the table through
 * the stack's AWS endpoint and by no other way, the endpoint shows a call before it answers the function, and no other test of this
 * worker runs meanwhile. Calls that the engine refuses (status 400) write nothing.
 */
export async function writesDuring<Result>(
  stack: LocalStack,
  action: () => Promise<Result>,
): Promise<{ result: Result; writes: string[] }> {
  const writes: string[] = [];
  const stop = stack.observe(({ functionName, operation, status }) => {
    if (status !== 400 && !READS.includes(operation) && !BACKGROUND.includes(functionName))
      writes.push(`${functionName}: ${operation}`);
  });
  try {
    return { result: await action(), writes };
  } finally {
    stop();
  }
}

/** Requires that no endpoint's function stores, changes or removes anything while an action runs. */
export async function nothingStored<Result>(stack: LocalStack, action: () => Promise<Result>): Promise<Result> {
  const { result, writes } = await writesDuring(stack, action);
  expect(writes).toEqual([]);
  return result;
}
