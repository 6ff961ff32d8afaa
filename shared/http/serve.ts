/**
 * How a function serves its endpoints: one declared middy stack, the same for all. A handler gets what the contract
 * declares, parsed and authorised, and returns the answer; refusals are thrown as `Problem`s and answered here.
 */
import { createHash } from 'node:crypto';
import middy, { type MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { loadOwnBindings } from '../access/bindings.ts';
import { loadMembership, prepareSignIn } from '../access/caller.ts';
import {
  type Caller,
  type Grants,
  grantsOn,
  isInvitee,
  type Membership,
  mayOnPartnerAccount,
  mayOnSubaccount,
  type PartnerOperation,
  type SubaccountOperation,
} from '../access/rolePermissions.ts';
import { type Endpoint, MAX_BODY_BYTES, MAX_IDEMPOTENCY_KEY_LENGTH, PATH_PARAMETERS } from '../contract/contract.ts';
import { type FieldError, INTERNAL_DETAIL, Problem } from '../contract/problem.ts';
import { asOf, type Circumstances, customerNotFound, type Idempotency } from '../customer/customer.ts';
import { operationNotFound, parseOperationId } from '../customer/operation.ts';
import { writeLog } from '../log.ts';
import { currentProgram } from '../program/currentProgram.ts';
import type { Program } from '../program/program.ts';
import { loadCustomer, type StoredCustomer } from '../table/table.ts';

// What a schema doesn't say itself is said by `messageOf`, which knows where in the request it is.
z.config({ localeError: () => '' });

/** Customer ids in the provider's style (seed 002: `dn2…`). */
const CUSTOMER_ID = /^dn2[a-z0-9]{17}$/;

/** How many fields that are wrong are named: no answer grows with the request. */
const MAX_FIELD_ERRORS = 20;

/** Headers of every answer: JSON is no page, is nobody else's, and is not kept (OWASP REST Security Cheat Sheet). */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/**
 * The form that an API has: how requests name things, and how refusals are told. What is done, and who may do it, doesn't depend on it.
 */
export type Form = {
  /** Which customer a request is about, and what it is told if its caller may not know of it. */
  customerOf: (event: Incoming, endpoint: Endpoint) => { customerId: string; notFound: () => Problem };
  /** What was sent, with its fields named as the schema names them. */
  read: (schema: z.ZodMiniType, sent: unknown) => unknown;
  /** Whether a body has to be declared as JSON. */
  mediaTypeRequired: boolean;
  /** A refusal as an answer. */
  refusal: (problem: Problem, requestId: string) => { status: number; mediaType: string; body: unknown };
};

/** The form of the API of this project: problem details (RFC 9457), and fields as the contract names them. */
const PROBLEM_DETAILS: Form = {
  customerOf: ({ pathParameters }) => {
    const { customerId, operationId } = pathParameters ?? {};
    return operationId === undefined
      ? { customerId: customerId ?? '', notFound: customerNotFound }
      : customerOfOperation(operationId);
  },
  read: (_, sent) => sent,
  mediaTypeRequired: true,
  refusal: (problem, requestId) => ({
    status: problem.status,
    mediaType: 'application/problem+json',
    body: { ...problem.toJSON(), requestId },
  }),
};

/** The customer that an operation belongs to. */
export const customerOfOperation = (operationId: string) => ({
  customerId: parseOperationId(operationId)?.customerId ?? '',
  notFound: operationNotFound,
});

/** What every handler gets. */
type Base<E extends Endpoint> = {
  body: Output<E['body']>;
  /** The body as it was sent, before any of its fields was brought into its canonical form. */
  sent: unknown;
  query: Output<E['query']>;
  /** What stands in the path's braces, by name. */
  path: Record<string, string>;
  now: Date;
  program: Program;
  /** What a decision depends on: goes to `registerCustomer` and `changeCustomer`. */
  circumstances: Circumstances;
};
type SignedIn = { caller: Caller };
type OfPartner = SignedIn & { membership: Membership };
type OfCustomer = SignedIn & {
  membership: Membership | undefined;
  /** As it is stored, read a moment ago. */
  stored: StoredCustomer;
  grants: Grants;
};

/** The answer, and headers that go with it; an endpoint that answers 204 has nothing to say. */
type Answer<E extends Endpoint> = (E['answer'] extends z.ZodMiniType
  ? { answer: z.input<E['answer']> }
  : { answer?: undefined }) & { headers?: Record<string, string> };
type Handle<E extends Endpoint, Who> = (request: Base<E> & Who) => Promise<Answer<E>>;
type Serve = (event: Incoming, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
/** An endpoint with its handler, and the stack around it in the form of an API. */
export type Route = { endpoint: Endpoint; stack: (form: Form) => Serve };

/** The event on its way through the stack: what a middleware finds out stands in `request`. */
export type Incoming = APIGatewayProxyEventV2 & { request: Record<string, unknown> };
type Middleware = MiddlewareObj<Incoming, APIGatewayProxyStructuredResultV2>;

/** A function's handler: serves the endpoints that are routed to it. */
export function serve(...routes: Route[]) {
  const stacks = new Map(
    routes.map(({ endpoint, stack }) => [`${endpoint.method} ${endpoint.path}`, stack(PROBLEM_DETAILS)]),
  );
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const stack = stacks.get(event.routeKey);
    if (!stack) throw new Error(`${event.routeKey} is not routed to this function`);
    return stack({ ...event, request: {} }, context);
  };
}

/** An endpoint for whoever holds the emailed link; the handler checks its token. */
export function forLinkHolder<E extends Endpoint & { access: 'linkHolder' }>(
  endpoint: E,
  handle: Handle<E, unknown>,
): Route {
  return route(endpoint, () => [], handle as Handle<E, never>);
}

/** An endpoint for anyone signed in. */
export function forSignedIn<E extends Endpoint & { access: 'signedIn' }>(
  endpoint: E,
  handle: Handle<E, SignedIn>,
): Route {
  return route(endpoint, () => [signedIn()], handle as Handle<E, never>);
}

/** An endpoint for the provider's operators. */
export function forOperator<E extends Endpoint & { access: 'operator' }>(
  endpoint: E,
  handle: Handle<E, SignedIn>,
): Route {
  return route(endpoint, () => [signedIn(), operator()], handle as Handle<E, never>);
}

/** An endpoint for members of a partner who have a role that allows the operation. */
export function forPartner<E extends Endpoint & { access: `partnerAccount.${PartnerOperation}` }>(
  endpoint: E,
  handle: Handle<E, OfPartner>,
): Route {
  return route(endpoint, () => [signedIn(), member(endpoint)], handle as Handle<E, never>);
}

/** An endpoint on one customer, for those who have a role on it that allows the operation, or for operators. */
export function forCustomer<
  E extends Endpoint & {
    access: `partnerAccount.${PartnerOperation}` | `subaccount.${SubaccountOperation}` | 'operator';
  },
>(endpoint: E, handle: Handle<E, OfCustomer>): Route {
  const operators = endpoint.access === 'operator' ? [operator()] : [];
  return route(endpoint, (form) => [signedIn(), ...operators, granted(endpoint, form)], handle as Handle<E, never>);
}

/** The stack, outermost first. */
function route<E extends Endpoint>(endpoint: E, access: (form: Form) => Middleware[], handle: Handle<E, never>): Route {
  const stack = (form: Form) =>
    middy<Incoming, APIGatewayProxyStructuredResultV2>()
      .use([
        requestLog(endpoint),
        securityHeaders(),
        refusals(form),
        ...access(form),
        validated(endpoint, form),
        circumstances(endpoint),
      ])
      .handler(async ({ request }) => {
        const { answer, headers } = await handle(request as Base<E> as Base<E> & never);
        return {
          statusCode: endpoint.status,
          ...(answer === undefined
            ? { headers: { ...headers } }
            : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(answer) }),
        };
      });
  return { endpoint, stack: stack as Route['stack'] };
}

/** One line per request: what was asked, what came of it. Never a body, a query, a header or an address. */
function requestLog(endpoint: Endpoint): Middleware {
  return {
    before: ({ event }) => {
      event.request['startedAt'] = performance.now();
      event.request['now'] = new Date();
    },
    after: ({ event, response }) => log(event, response?.statusCode),
    onError: ({ event, response, error }) => log(event, response?.statusCode, error),
  };
  function log({ request, requestContext, pathParameters }: Incoming, status?: number, error?: Error | null): void {
    const { startedAt, caller, membership } = request as {
      startedAt: number;
      caller?: Caller;
      membership?: Membership;
    };
    const failure = error && !(error instanceof Problem) ? error : undefined;
    const { customerId = '' } = pathParameters ?? {};
    writeLog({
      level: failure ? 'ERROR' : 'INFO',
      endpoint: endpoint.name,
      requestId: requestContext.requestId,
      status,
      ...(error instanceof Problem && { code: error.code }),
      durationMs: Math.round(performance.now() - startedAt),
      ...(caller && { caller: caller.kind }),
      ...(membership && { partnerId: membership.partnerId }),
      // Whatever else stands there may be an address, or a token.
      ...(CUSTOMER_ID.test(customerId) && { customerId }),
      ...(failure && { error: failure.name, stack: failure.stack }),
    });
  }
}

function securityHeaders(): Middleware {
  const add: NonNullable<Middleware['after']> = ({ response }) => {
    if (response) response.headers = { ...SECURITY_HEADERS, ...response.headers };
  };
  return { after: add, onError: add };
}

/** Turns what was thrown into the answer that refuses. */
function refusals({ refusal }: Form): Middleware {
  return {
    onError: (request) => {
      const { requestId } = request.event.requestContext;
      const problem = asProblem(request.error);
      const { retryAfterSeconds } = problem.extras;
      const { status, mediaType, body } = refusal(problem, requestId);
      request.response = {
        statusCode: status,
        headers: {
          'content-type': mediaType,
          ...(status === 401 && { 'www-authenticate': challenge(problem) }),
          ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
        },
        body: JSON.stringify(body),
      };
    },
  };
}

/** What somebody is told of anything that was thrown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { name = '', $retryable } = error as { name?: string; $retryable?: unknown };
  // The table or the network is busy, and the SDK has tried again already. Whether the last attempt was written isn't known.
  if ($retryable || TRANSIENT.test(name)) {
    return new Problem(
      'TRY_AGAIN',
      'The service is busy. Send the request again shortly, a POST with the same Idempotency-Key, so that nothing happens twice.',
      { retryAfterSeconds: 2 },
    );
  }
  return new Problem('INTERNAL', INTERNAL_DETAIL);
}

const TRANSIENT =
  /Throttl|ThroughputExceeded|RequestLimitExceeded|TimeoutError|InternalServerError|InternalServiceError|ServiceUnavailable/;

/** RFC 6750, 3: without a token no error is named. */
function challenge({ code, message }: Problem): string {
  const realm = 'Bearer realm="partner-portal"';
  return code === 'TOKEN_MISSING'
    ? realm
    : `${realm}, error="invalid_token", error_description="${message.replace(/["\\]/g, "'")}"`;
}

function signedIn(): Middleware {
  signIn ??= prepareSignIn();
  const caller = signIn;
  return {
    before: async ({ event }) => {
      event.request['caller'] = await caller(event.headers['authorization']);
    },
  };
}
/** One for all endpoints of a function: the issuer's keys are fetched once. */
let signIn: ReturnType<typeof prepareSignIn> | undefined;

function operator(): Middleware {
  return {
    before: ({ event }) => {
      if (!(event.request['caller'] as Caller).operator) {
        throw new Problem('NOT_AN_OPERATOR', "Only the provider's operators may do this.");
      }
    },
  };
}

function member(endpoint: Endpoint): Middleware {
  const operation = endpoint.access.split('.')[1] as PartnerOperation;
  return {
    before: async ({ event }) => {
      const membership = await loadMembership((event.request['caller'] as Caller).subject);
      if (!membership) {
        throw new Problem(
          'NOT_A_PARTNER',
          'You belong to no partner. Ask an owner of your partner account to add you as a member.',
        );
      }
      event.request['membership'] = membership;
      if (!mayOnPartnerAccount(membership.roles, operation)) throw roleMissing();
    },
  };
}

function granted(endpoint: Endpoint, form: Form): Middleware {
  const [resource, operation] = endpoint.access.split('.') as
    | ['partnerAccount', PartnerOperation]
    | ['subaccount', SubaccountOperation];
  return {
    before: async ({ event }) => {
      const caller = event.request['caller'] as Caller;
      const { customerId, notFound } = form.customerOf(event, endpoint);
      if (!CUSTOMER_ID.test(customerId)) throw notFound();
      const [membership, stored] = await Promise.all([loadMembership(caller.subject), loadCustomer(customerId)]);
      if (!stored || asOf(stored.customer, event.request['now'] as Date, currentProgram()).status === 'DELETED')
        throw notFound();
      const { customer } = stored;
      const own = customer.ownBindings ? await loadOwnBindings(customerId, caller.subject) : undefined;
      const grants = grantsOn(customer, caller, membership, own);
      const asOperator = caller.operator && (endpoint.access === 'operator' || endpoint.operatorToo === true);
      if (!grants.any && !asOperator) throw notFound();
      const may =
        asOperator ||
        (resource === 'partnerAccount'
          ? mayOnPartnerAccount(grants.onPartnerAccount, operation)
          : mayOnSubaccount(grants, operation)) ||
        (endpoint.inviteeToo === true && isInvitee(customer, caller.subject));
      if (!may) throw roleMissing();
      Object.assign(event.request, { membership, stored, grants });
    },
  };
}

/** The 403 for who may know of it, but not do it. */
export const roleMissing = () =>
  new Problem(
    'ROLE_MISSING',
    'Your roles do not allow this. Ask an owner of the partner account to do it, or for a role that may.',
  );

const NOTHING = z.strictObject({});

/** Path, query and body, checked against the contract. */
function validated(endpoint: Endpoint, form: Form): Middleware {
  const { query = NOTHING, body } = endpoint;
  return {
    before: ({ event }) => {
      event.request['path'] = checked(pathSchema(endpoint), event.pathParameters ?? {});
      event.request['query'] = checked(query, form.read(query, event.queryStringParameters ?? {}));
      event.request['sent'] = body && sentBody(event, endpoint, form);
      event.request['body'] = body && checked(body, event.request['sent']);
    },
  };
}

/** The body as it was sent, its fields named as the schema names them. */
export function sentBody(event: Incoming, { body = NOTHING, bodyOptional }: Endpoint, form: Form): unknown {
  return form.read(body, json(event, form, body, bodyOptional));
}

function pathSchema({ path }: Endpoint): z.ZodMiniType {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof typeof PATH_PARAMETERS);
  return z.object(Object.fromEntries(names.map((name) => [name, PATH_PARAMETERS[name]])));
}

/** The body as JSON. An endpoint that takes no fields takes no body, too. */
function json(event: Incoming, form: Form, schema: z.ZodMiniObject, optional = false): unknown {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new Problem('BODY_TOO_LARGE', `The body has ${bytes.length} bytes. Send at most ${MAX_BODY_BYTES}.`);
  }
  if (bytes.length === 0 && (optional || Object.keys(schema.shape).length === 0)) return {};
  const mediaType = event.headers['content-type'] ?? '';
  if (form.mediaTypeRequired && !/^application\/(json|[\w.-]+\+json) *(;|$)/i.test(mediaType)) {
    throw new Problem('NOT_JSON_MEDIA_TYPE', 'Send the body with the header `Content-Type: application/json`.');
  }
  try {
    // The gateway has put U+FFFD, which stands for what is no character, in place of bytes that are not UTF-8.
    if (bytes.includes('\ufffd')) throw new SyntaxError('not UTF-8');
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    const detail =
      bytes.length === 0
        ? 'The body is empty. Send a JSON object.'
        : 'The body is not valid JSON in UTF-8. Send a JSON object.';
    throw new Problem('BODY_NOT_JSON', detail);
  }
}

/** @throws Problem VALIDATION_FAILED */
export function checked<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw notValid(result.error.issues);
}

/** The refusal of what doesn't fit its schema; `whole` is what it is called where all of it doesn't. */
export function notValid(issues: z.core.$ZodIssue[], whole = 'the body'): Problem {
  const errors = issues.flatMap((issue) => fieldErrors(issue, whole)).slice(0, MAX_FIELD_ERRORS);
  return new Problem('VALIDATION_FAILED', `${errors.map(({ message }) => message).join('; ')}.`, { errors });
}

function fieldErrors(issue: z.core.$ZodIssue, whole: string, within: PropertyKey[] = []): FieldError[] {
  const way = [...within, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // Of the forms that it may have, the one that it is closest to.
    const [closest = []] = issue.errors.toSorted((one, other) => one.length - other.length);
    return closest.flatMap((each) => fieldErrors(each, whole, way));
  }
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: way.join('.'), message: issue.message || messageOf(issue, way, whole) }];
  }
  return issue.keys.map((key) => {
    const field = [...way, key].join('.').slice(0, 100);
    return { path: field, message: `'${field}' is not a field of this request` };
  });
}

/** What is wrong with a value, where its schema doesn't say so itself. */
function messageOf(issue: z.core.$ZodIssue, way: PropertyKey[], whole: string): string {
  const field = way.length > 0 ? way.join('.') : whole;
  switch (issue.code) {
    case 'invalid_type':
      return `${field} must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `${field} must be one of ${issue.values.join(', ')}`;
    case 'too_big':
      return `${field} must have at most ${issue.maximum} entries`;
    default:
      return `${field} is not valid`;
  }
}

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
};

/** What the decision depends on besides the customer: the moment, the program, the actor, and the Idempotency-Key. */
function circumstances(endpoint: Endpoint): Middleware {
  return {
    before: ({ event }) => {
      const { request } = event;
      const { now, caller, membership } = request as { now: Date; caller?: Caller; membership?: Membership };
      const program = currentProgram();
      const actor = caller?.subject ?? 'LINK_HOLDER';
      const idempotency =
        endpoint.method === 'POST' ? idempotencyOf(event, endpoint, membership?.partnerId ?? actor) : undefined;
      const ifMatch = endpoint.method === 'PATCH' ? ifMatchOf(event.headers['if-match']) : undefined;
      Object.assign(request, {
        program,
        circumstances: { now, program, actor, idempotency, ifMatch } satisfies Circumstances,
      });
    },
  };
}

/** A key is its partner's (or person's): another one's equal key is another key. What it was used for is told by the request's digest. */
function idempotencyOf({ headers, request }: Incoming, endpoint: Endpoint, scope: string): Idempotency | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (key === '' || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const message = `Idempotency-Key must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`;
    throw new Problem('VALIDATION_FAILED', `${message}.`, { errors: [{ path: 'Idempotency-Key', message }] });
  }
  return idempotency(scope, key, [endpoint.name, request['path'], request['body']]);
}

/** A key of a scope, and what it is used for. */
export const idempotency = (scope: string, key: string, request: unknown[]): Idempotency => ({
  key: digest([scope, key]),
  request: digest(request),
});

/** The versions that `If-Match` names (RFC 9110, 13.1.1); none that it names only weakly, and any with `*`. */
function ifMatchOf(header: string | undefined): number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = header.split(',').map((tag) => /^\s*(W\/)?"([^"]*)"\s*$/.exec(tag));
  if (tags.some((tag) => tag === null)) {
    const message = 'If-Match must be the ETag that the customer was read with, such as "3", or *';
    throw new Problem('VALIDATION_FAILED', `${message}.`, { errors: [{ path: 'If-Match', message }] });
  }
  return tags.flatMap((tag) => (tag?.[1] || !/^[1-9]\d*$/.test(tag?.[2] ?? '') ? [] : [Number(tag?.[2])]));
}

/** 96 bits of SHA-256: short in an item, and no two of a partner's keys meet by chance. */
const digest = (parts: unknown[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 12).toString('base64url');
