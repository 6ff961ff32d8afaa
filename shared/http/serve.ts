/**
 * Serves the endpoints of a function by one middy stack, the same for all. A handler gets an authorised request with parsed values, in the
 * types of the contract, and returns the answer. It refuses by throwing a `Problem`.
 *
 * @example export const handler = serve(forPartner(listCustomers, async ({ query, membership }) => ({ answer: … })));
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
import { errorFields, withLogFields, writeLog } from '../log.ts';
import { currentProgram } from '../program/currentProgram.ts';
import type { Program } from '../program/program.ts';
import { CUSTOMER_ID, granted, member, operator, signedIn } from './authorise.ts';
import { circumstances } from './circumstances.ts';
import { type Form, PROBLEM_DETAILS } from './form.ts';
import { frontDoor } from './frontDoor.ts';
import { refusals } from './refusals.ts';
import type { Findings, Incoming, Middleware } from './request.ts';
import { validated } from './validate.ts';
import { viewerAddress } from './viewerAddress.ts';

/** Headers of every answer: it is not shown as a page, not framed and not cached (OWASP REST Security Cheat Sheet). */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
};

type Output<Schema> = Schema extends z.ZodMiniType ? z.output<Schema> : undefined;

/** The part of a request that every handler gets: the findings of the middlewares, in the types of its endpoint. */
type Base<E extends Endpoint> = {
  body: Output<E['body']>;
  /** The body as it was sent, without canonical forms (an email address as it was written). */
  sent: unknown;
  query: Output<E['query']>;
  /** The parameters of the path, such as `customerId`. */
  path: Record<string, string>;
  now: Date;
  program: Program;
  /** For `registerCustomer` and `changeCustomer`. */
  circumstances: Circumstances;
  /** How much time the function has left. */
  context: Pick<Context, 'getRemainingTimeInMillis'>;
};
type SignedIn = { caller: Caller };
type OfPartner = SignedIn & { membership: Membership };
type OfCustomer = SignedIn & {
  membership: Membership | undefined;
  /** The customer as it is stored, just read. */
  stored: StoredCustomer;
  grants: Grants;
};

/** The answer and its headers. An endpoint that answers 204 has no `answer`. */
type Answer<E extends Endpoint> = (E['answer'] extends z.ZodMiniType
  ? { answer: z.input<E['answer']> }
  : { answer?: undefined }) & { headers?: Record<string, string> };
type Handle<E extends Endpoint, Who> = (request: Base<E> & Who) => Promise<Answer<E>>;
type Serve = (event: Incoming, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
/** An endpoint with its handler. `stack` makes the middleware stack around the handler, for the form of an API. */
export type Route = { endpoint: Endpoint; stack: (form: Form) => Serve };

/** Lambda's event as a request for a stack, with the findings that are known from the start. */
export const incoming = (event: APIGatewayProxyEventV2): Incoming => ({
  ...event,
  findings: { startedAt: performance.now(), now: new Date(), program: currentProgram() },
});

/** The handler of a function: serves the endpoints that the gateway routes to it. */
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

/** An endpoint for the holder of the emailed link. The handler must check the link's token. */
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
  return route(endpoint, () => operator(endpoint), handle as Handle<E, never>);
}

/** An endpoint for members of a partner who have a role that allows the operation. */
export function forPartner<E extends Endpoint & { access: `partnerAccount.${PartnerOperation}` }>(
  endpoint: E,
  handle: Handle<E, OfPartner>,
): Route {
  return route(endpoint, () => member(endpoint), handle as Handle<E, never>);
}

/** An endpoint on one customer, for callers with a role on the customer that allows the operation, or for operators. */
export function forCustomer<
  E extends Endpoint & {
    access: `partnerAccount.${PartnerOperation}` | `subaccount.${SubaccountOperation}` | 'operator';
  },
>(endpoint: E, handle: Handle<E, OfCustomer>): Route {
  return route(endpoint, (form) => granted(endpoint, form), handle as Handle<E, never>);
}

/** An endpoint with its middlewares, the outermost first. */
function route<E extends Endpoint>(
  endpoint: E,
  access: ((form: Form) => Middleware) | undefined,
  handle: Handle<E, never>,
): Route {
  const stack = (form: Form): Serve => {
    const answered = middy<Incoming, APIGatewayProxyStructuredResultV2>()
      .use([
        requestLog(),
        securityHeaders(),
        refusals(form),
        frontDoor(),
        ...(access ? [access(form)] : []),
        validated(endpoint, form),
        circumstances(endpoint),
      ])
      .handler(async ({ findings }, context) => {
        // The middlewares have set what `Base<E>` and the type of the handler's caller promise.
        const { answer, headers } = await handle({ ...findings, context } as Base<E> & Findings as Base<E> & never);
        return {
          statusCode: endpoint.status,
          ...(answer === undefined
            ? { headers: { ...headers } }
            : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(answer) }),
        };
      }) as Serve;
    return (event, context) => withLogFields(logFields(endpoint, event), () => answered(event, context));
  };
  return { endpoint, stack };
}

/**
 * The fields of each line of log about a request, as far as they are known at its start. The middlewares add the caller, the partner and
 * the customer. Never a body, a query, another header, or an email address.
 */
function logFields(endpoint: Endpoint, event: Incoming): Record<string, unknown> {
  const { requestId } = event.requestContext;
  const { customerId = '' } = event.pathParameters ?? {};
  return {
    requestId,
    traceId: requestId,
    endpoint: endpoint.name,
    route: event.routeKey,
    viewer: viewerAddress(event),
    // A value of another form may be an address or a token.
    ...(CUSTOMER_ID.test(customerId) && { customerId }),
  };
}

/** Writes one line of log per request, with its result. */
function requestLog(): Middleware {
  return {
    after: ({ event, response }) => log(event, response?.statusCode),
    onError: ({ event, response, error }) => log(event, response?.statusCode, error),
  };
  function log({ findings: { startedAt } }: Incoming, status?: number, error?: Error | null): void {
    const failure = error && !(error instanceof Problem) ? error : undefined;
    writeLog({
      level: failure ? 'ERROR' : 'INFO',
      status,
      ...(error instanceof Problem && { code: error.code }),
      durationMs: Math.round(performance.now() - startedAt),
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
