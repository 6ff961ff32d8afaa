/** Requests as bytes, such as no ordinary client sends, and the form of every refusal. */
import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { expect } from 'vitest';
import { endpointsOf } from '../infra/endpoints.ts';
import { FUNCTION_NAMES } from '../infra/permissions.ts';
import type { LocalStack } from '../local/localStack.ts';
import type { Endpoint } from '../shared/contract/contract.ts';
import { PROBLEMS, type ProblemCode } from '../shared/contract/problem.ts';
import { rpcCode } from '../shared/http/billingForm.ts';

/** `path` is sent unchanged in the request line. A header may have several values, each on a line of its own. */
export type RawRequest = {
  method: string;
  path: string;
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array | undefined;
};
export type RawAnswer = { status: number; headers: IncomingHttpHeaders; text: string };

/** The number of requests under way at once. */
const PARALLEL = 8;
/** One connection per request: a server may close a kept connection just when it is used again. */
const agent = new Agent({ keepAlive: false });

/** Sends a request exactly as given. */
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

/** Runs a task for each entry of a list, a few at a time. The results have the order of the list. */
export async function inParallel<T, Result>(list: readonly T[], task: (each: T) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  const entries = list.entries();
  const run = async () => {
    for (const [i, each] of entries) results[i] = await task(each);
  };
  await Promise.all(Array.from({ length: PARALLEL }, run));
  return results;
}

/** The headers of every answer of a function. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

/** Internals of the program, which no caller may read. */
const INSIDE =
  /\n\s*at |\bat [\w.<>]+ \(|node_modules|\.mjs|\.ts:\d|DynamoDB|\bzod\b|\b(Type|Syntax|Range|Zod)Error\b|ValidationException|\[object|Invalid input|undefined/i;

export type ProblemBody = {
  code: ProblemCode;
  detail: string;
  errors?: { path: string; message: string; code?: string }[];
  currentStatus?: string;
};

/** Requires that an answer refuses the request in the one form of refusals: a 4xx problem that says what to do. */
export function expectRefusal(answer: RawAnswer, what: string): ProblemBody {
  const { status, headers, text } = answer;
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeGreaterThanOrEqual(400);
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  expect(headers, what).toMatchObject({ ...SECURITY_HEADERS, 'content-type': 'application/problem+json' });
  return expectProblem(status, text, what);
}

/** Requires that an answer refuses in the form of its endpoint. */
export const expectRefusalOf = ({ refuses }: Endpoint, answer: RawAnswer, what: string): ProblemBody =>
  refuses ? expectStatus(answer, what) : expectRefusal(answer, what);

/** Requires that an answer refuses in the form of `google.rpc.Status`. @returns the refusal as a problem */
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

/** Requires that a problem, at any place, is a refusal that says what to do, and shows no internals of the program. */
export function expectProblem(status: number, text: string, what: string): ProblemBody {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBeLessThan(500);
  const body = JSON.parse(text) as ProblemBody;
  expect(Object.keys(PROBLEMS), what).toContain(body.code);
  const [ownStatus, title] = PROBLEMS[body.code];
  expect(status, what).toBe(ownStatus);
  expect(body, what).toMatchObject({ type: `urn:partner-portal:problem:${body.code}`, title, status });
  expect(body.detail, what).toMatch(/^\S+ .+ .+\.$/s);
  expect(text, what).not.toMatch(INSIDE);
  for (const { path, message, code } of body.errors ?? []) {
    expect([typeof path, typeof message], what).toEqual(['string', 'string']);
    // NOT_VALID tells a page nothing: only a value that has no name among the fields of the request may have it.
    expect(code, `${what}: ${message}`).toMatch(/^[A-Z_]+$/);
    if (!/ is not valid$/.test(message)) expect(code, `${what}: ${message}`).not.toBe('NOT_VALID');
    expect(message.split(' ').length, `${what}: ${message}`).toBeGreaterThan(2);
  }
  // The list of faults must not grow with the request.
  expect(text.length, what).toBeLessThan(16_384);
  return body;
}

/** Functions without an endpoint: they work on the stream, on a schedule, or on SES's reports. */
const BACKGROUND: readonly string[] = FUNCTION_NAMES.filter((name) => endpointsOf(name).length === 0);
/** The keys of what is written before a mail is called for: a partner's invitations of a day, and the note that it has a queue of mails. */
const IN_ADVANCE = /"MAILS#|"MAIL_QUEUE"/;
/** The operations of DynamoDB that change nothing. All others count as writes. */
const READS = ['GetItem', 'BatchGetItem', 'Query', 'TransactGetItems'];

/**
 * The result of an action, and the writes of endpoints' functions while it runs. No write is missed: functions reach the table only
 * through the stack's AWS endpoint, which reports a call before it answers the function, and no other test of this worker runs meanwhile.
 * Calls that the engine refuses (status 400) write nothing. What is written in advance, and of no effect after a refusal, is none either.
 */
export async function writesDuring<Result>(
  stack: LocalStack,
  action: () => Promise<Result>,
): Promise<{ result: Result; writes: string[] }> {
  const writes: string[] = [];
  const stop = stack.observe(({ functionName, operation, input, status }) => {
    const inAdvance = operation === 'UpdateItem' && IN_ADVANCE.test(JSON.stringify(input['Key']));
    if (status !== 400 && !inAdvance && !READS.includes(operation) && !BACKGROUND.includes(functionName))
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
