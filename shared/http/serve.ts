/**
 * How a function serves its endpoints: one declared middy stack, the same for all. A handler gets what the contract declares, parsed
 * and authorised, and returns the answer. Refusals are thrown as `Problem`s and answered in one place.
 */
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { Caller, Grants, Membership } from '../access/grants.ts';
import type { Endpoint } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import type { PartnerOperation, SubaccountOperation } from '../contract/roles.ts';
import type { Circumstances } from '../customer/command.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { errorFields, writeLog } from '../log.ts';
import { currentProgram } from '../program/currentProgram.ts';
import type { Program } from '../program/program.ts';
import { CUSTOMER_ID, granted, member, operator, signedIn } from './authorise.ts';
import { circumstances } from './circumstances.ts';
import { type Form, PROBLEM_DETAILS } from './form.ts';
import { refusals } from './refusals.ts';
import type { Findings, Incoming, Middleware } from './request.ts';
import { validated } from './validate.ts';

/** Headers of every answer: JSON is no page, is nobody else's, and is not kept (OWASP REST Security Cheat Sheet). */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** What every handler gets: the findings of the middlewares, in the types of its endpoint. */
type Base<E extends Endpoint> = {
  body: Output<E['body']>;
  /** The body as it was sent, before any of its fields was brought into its canonical form. */
  sent: unknown;
  query: Output<E['query']>;
  /** The names in the path's braces, with their values. */
  path: Record<string, string>;
  now: Date;
  program: Program;
  /** What a decision depends on: for `registerCustomer` and `changeCustomer`. */
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

/** An event as a stack takes it: nothing is found out yet. */
export const incoming = (event: APIGatewayProxyEventV2): Incoming => ({
  ...event,
  findings: { startedAt: performance.now(), now: new Date(), program: currentProgram() },
});

/** A function's handler: serves the endpoints that are routed to it. */
export function serve(...routes: Route[]) {
  const stacks = new Map(
    routes.map(({ endpoint, stack }) => [`${endpoint.method} ${endpoint.path}`, stack(PROBLEM_DETAILS)]),
  );
  return async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const stack = stacks.get(event.routeKey);
    if (!stack) throw new Error(`${event.routeKey} is not routed to this function`);
    return stack(incoming(event), context);
  };
}

/** An endpoint for whoever holds the emailed link; the handler checks its token. */
export function forLinkHolder<E extends Endpoint & { access: 'linkHolder' }>(
  endpoint: E,
  handle: Handle<E, unknown>,
): Route {
  return route(endpoint, undefined, handle as Handle<E, never>);
}

/** An endpoint for anyone signed in. */
export function forSignedIn<E extends Endpoint & { access: 'signedIn' }>(
  endpoint: E,
  handle: Handle<E, SignedIn>,
): Route {
  return route(endpoint, () => signedIn(), handle as Handle<E, never>);
}

/** An endpoint for the provider's operators. */
export function forOperator<E extends Endpoint & { access: 'operator' }>(
  endpoint: E,
  handle: Handle<E, SignedIn>,
): Route {
  return route(endpoint, () => operator(), handle as Handle<E, never>);
}

/** An endpoint for members of a partner who have a role that allows the operation. */
export function forPartner<E extends Endpoint & { access: `partnerAccount.${PartnerOperation}` }>(
  endpoint: E,
  handle: Handle<E, OfPartner>,
): Route {
  return route(endpoint, () => member(endpoint), handle as Handle<E, never>);
}

/** An endpoint on one customer, for those who have a role on it that allows the operation, or for operators. */
export function forCustomer<
  E extends Endpoint & {
    access: `partnerAccount.${PartnerOperation}` | `subaccount.${SubaccountOperation}` | 'operator';
  },
>(endpoint: E, handle: Handle<E, OfCustomer>): Route {
  return route(endpoint, (form) => granted(endpoint, form), handle as Handle<E, never>);
}

/** The stack, outermost first. */
function route<E extends Endpoint>(
  endpoint: E,
  access: ((form: Form) => Middleware) | undefined,
  handle: Handle<E, never>,
): Route {
  const stack = (form: Form) =>
    middy<Incoming, APIGatewayProxyStructuredResultV2>()
      .use([
        requestLog(endpoint),
        securityHeaders(),
        refusals(form),
        ...(access ? [access(form)] : []),
        validated(endpoint, form),
        circumstances(endpoint),
      ])
      .handler(async ({ findings }) => {
        // The middlewares have found exactly what the endpoint declares.
        const { answer, headers } = await handle(findings as Base<E> & Findings as Base<E> & never);
        return {
          statusCode: endpoint.status,
          ...(answer === undefined
            ? { headers: { ...headers } }
            : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(answer) }),
        };
      });
  return { endpoint, stack: stack as Route['stack'] };
}

/** One line per request: what was asked, and what came of it. Never a body, a query, a header or an address. */
function requestLog(endpoint: Endpoint): Middleware {
  return {
    after: ({ event, response }) => log(event, response?.statusCode),
    onError: ({ event, response, error }) => log(event, response?.statusCode, error),
  };
  function log({ findings, requestContext, pathParameters }: Incoming, status?: number, error?: Error | null): void {
    const { startedAt, caller, membership } = findings;
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
      // Anything else in its place may be an address, or a token.
      ...(CUSTOMER_ID.test(customerId) && { customerId }),
      ...(failure && errorFields(failure)),
    });
  }
}

function securityHeaders(): Middleware {
  const add: NonNullable<Middleware['after']> = ({ response }) => {
    if (response) response.headers = { ...SECURITY_HEADERS, ...response.headers };
  };
  return { after: add, onError: add };
}
