/** The typed client of the API: a call takes the declaration of an endpoint, and its types follow from the declaration. */
import type * as z from 'zod/mini';
import type { Endpoint } from '../contract/contract.ts';
import { ApiProblem, noAnswer, problemOf } from './ApiProblem.ts';

/** How long a call waits for its answer: longer than a function may run. */
const TIMEOUT_MS = 30_000;

type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathNames<Rest>
  : never;

/** What a call takes: the values for the braces of the path, the query, the body, and for PATCH the version. */
export type Input<E extends Endpoint> = object &
  ([PathNames<E['path']>] extends [never] ? unknown : { path: Record<PathNames<E['path']>, string> }) &
  (E extends { query: infer Query extends z.ZodMiniType } ? { query?: z.input<Query> } : unknown) &
  (E extends { body: infer Body extends z.ZodMiniType }
    ? Record<string, never> extends z.input<Body>
      ? { body?: z.input<Body> }
      : { body: z.input<Body> }
    : unknown) &
  /** The version that the caller has read: if someone else has changed the customer since, the call is refused. */
  (E['method'] extends 'PATCH' ? { ifMatch?: number } : unknown);

/** What a call returns: the body of the answer; undefined if the endpoint answers 204. */
export type Answer<E extends Endpoint> = E extends { answer: infer Body extends z.ZodMiniType }
  ? z.output<Body>
  : undefined;

type CallOptions = {
  /** `Idempotency-Key`: send the same key with each attempt of one action, so that nothing happens twice. */
  key?: string;
  signal?: AbortSignal;
};

export type Client = <E extends Endpoint>(endpoint: E, input: Input<E>, options?: CallOptions) => Promise<Answer<E>>;

export type ClientOptions = {
  /** Origin of the API; by default that of the page. */
  origin?: string;
  /** The access token; undefined if nobody is signed in. */
  token: () => Promise<string | undefined>;
  /** Called if the access token was refused. Returns a new one, or undefined if the session has ended. */
  renew: () => Promise<string | undefined>;
  /** Called if the session has ended. Leads to the sign-in, or fails if the sign-in can't be reached. */
  signIn: () => Promise<void>;
};

/**
 * Makes a client of the API. Its calls renew a refused access token once, and lead to the sign-in if that does not help.
 *
 * @returns a function that calls an endpoint. It throws an ApiProblem if the server refuses, or if no answer comes
 * @example const { customers } = await call(listCustomers, { query: { status: 'ACTIVE' } })
 */
export function createClient({ origin = '', token, renew, signIn }: ClientOptions): Client {
  return async <E extends Endpoint>(endpoint: E, input: Input<E>, options: CallOptions = {}) => {
    const request = (accessToken: string | undefined) => send(origin, endpoint, input, options, accessToken);
    let response = await request(await token());
    if (response.status === 401) {
      const fresh = await renew();
      if (fresh !== undefined) response = await request(fresh);
      // If the sign-in fails, the call still throws the refusal, which says what to do.
      if (response.status === 401) await signIn().catch(() => {});
    }
    if (!response.ok) throw await problemOf(response);
    try {
      return (response.status === 204 ? undefined : await response.json()) as Answer<E>;
    } catch {
      throw noAnswer();
    }
  };
}

async function send(
  origin: string,
  endpoint: Endpoint,
  input: object,
  { key, signal }: CallOptions,
  accessToken: string | undefined,
): Promise<Response> {
  const {
    path = {},
    query,
    body,
    ifMatch,
  } = input as {
    path?: Record<string, string>;
    query?: Record<string, string | undefined>;
    body?: unknown;
    ifMatch?: number;
  };
  try {
    return await fetch(`${origin}${addressOf(endpoint.path, path, query)}`, {
      method: endpoint.method,
      headers: {
        ...(accessToken !== undefined && { authorization: `Bearer ${accessToken}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
        ...(ifMatch !== undefined && { 'if-match': `"${ifMatch}"` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: endedBy(signal),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw noAnswer(error);
  }
}

/** Ends with a signal, or after the longest wait. Browsers of 2023 have no `AbortSignal.any`, and older ones no `AbortSignal.timeout`. */
function endedBy(signal: AbortSignal | undefined): AbortSignal {
  const controller = new AbortController();
  const end = () => controller.abort();
  if (signal?.aborted) end();
  signal?.addEventListener('abort', end, { once: true });
  // In Node, the timer must not keep the process running. A browser's timer is a number.
  (setTimeout(end, TIMEOUT_MS) as Partial<NodeJS.Timeout>).unref?.();
  return controller.signal;
}

function addressOf(template: string, path: Record<string, string>, query: Record<string, string | undefined> = {}) {
  const filled = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const asked = new URLSearchParams(
    Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return asked.size > 0 ? `${filled}?${asked}` : filled;
}

/** Whether the same call may work later: no answer came, or the fault was the server's. */
export const mayPass = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 0 || error.status >= 500);
