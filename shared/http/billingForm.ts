/**
 * The form of the Billing API: requests in proto3 JSON, refusals as `google.rpc.Status`, and paths that the gateway can't route.
 */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Endpoint } from '../contract/contract.ts';
import { type FieldError, type PROBLEMS, Problem, type ProblemCode } from '../contract/problem.ts';
import { customerIdOfOrganization } from '../customer/customer.ts';
import { customerNotFound } from '../customer/refusals.ts';
import { customerOfOperation, type Form } from './form.ts';
import type { Incoming } from './request.ts';
import { forLinkHolder, incoming, type Route } from './serve.ts';
import { checked, sentBody } from './validate.ts';

/** Longest id of a customer in a path, in characters. */
const MAX_CUSTOMER_ID_LENGTH = 50;

/** The codes of `google.rpc.Code` that refusals use: number and HTTP status. */
const RPC_CODES = {
  INVALID_ARGUMENT: [3, 400],
  NOT_FOUND: [5, 404],
  ALREADY_EXISTS: [6, 409],
  PERMISSION_DENIED: [7, 403],
  RESOURCE_EXHAUSTED: [8, 429],
  FAILED_PRECONDITION: [9, 400],
  ABORTED: [10, 409],
  INTERNAL: [13, 500],
  UNAVAILABLE: [14, 503],
  UNAUTHENTICATED: [16, 401],
} as const;
type RpcCode = keyof typeof RPC_CODES;

/** The code by the HTTP status of the refusal in this project's own API. */
const BY_STATUS: Record<(typeof PROBLEMS)[ProblemCode][0], RpcCode> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'FAILED_PRECONDITION',
  // "when a client-specified test-and-set fails, indicating the client should restart a read-modify-write sequence" (google.rpc.Code)
  412: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  415: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};
/** The conflicts with a thing that exists already. */
const EXISTING: readonly ProblemCode[] = [
  'CUSTOMER_EXISTS',
  'CLOUD_NAME_TAKEN',
  'ALREADY_LINKED',
  'IDEMPOTENCY_KEY_REUSED',
];

/** The `google.rpc.Code` of a refusal: name, number and HTTP status. `status` is its HTTP status in this project's own API. */
export function rpcCode(
  code: ProblemCode,
  status: keyof typeof BY_STATUS,
): { name: RpcCode; code: number; status: number } {
  const name = EXISTING.includes(code) ? 'ALREADY_EXISTS' : BY_STATUS[status];
  const [number, httpStatus] = RPC_CODES[name];
  // A client that codes its bodies looks at the status alone (RFC 9110, 15.5.16).
  return { name, code: number, status: status === 415 ? status : httpStatus };
}

const BILLING_FORM: Form = {
  customerOf: (event, endpoint) => {
    const { customerId, billingAccountId, resourceId, operationId } = event.pathParameters ?? {};
    if (operationId !== undefined) return customerOfOperation(operationId);
    const named = customerId ?? billingAccountId ?? resourceId;
    if (named === undefined) return { customerId: customerOfOrganization(event, endpoint), notFound: customerNotFound };
    return { customerId: checked(CUSTOMER_ID, { customerId: named }).customerId, notFound: customerNotFound };
  },
  read: fromProtoJson,
  // The provider's gateway, too, reads every body as JSON.
  mediaTypeRequired: false,
  refusal: (problem, requestId) => {
    const { errors } = problem.extras;
    const { code, status } = rpcCode(problem.code, problem.status);
    const details = [
      ...(errors
        ? [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: errors.map(violation) }]
        : []),
      // The code of the same refusal in this project's own API.
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: problem.code, domain: 'partner-portal' },
      { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId },
    ];
    return { status, mediaType: 'application/json', body: { code, message: problem.message, details } };
  },
};

const CUSTOMER_ID = z.object({
  customerId: z
    .string()
    .check(z.maxLength(MAX_CUSTOMER_ID_LENGTH, `customerId must have at most ${MAX_CUSTOMER_ID_LENGTH} characters`)),
});

/** The customer for whom a cloud is to be created: the body names its organization. */
function customerOfOrganization(event: Incoming, endpoint: Endpoint): string {
  const sent = sentBody(event, endpoint, BILLING_FORM);
  const { organizationId } = Object(sent) as { organizationId?: unknown };
  if (typeof organizationId === 'string') return customerIdOfOrganization(organizationId) ?? '';
  // Without an organization, there is no customer to check the caller's roles on. The request is refused for its wrong fields.
  checked(endpoint.body ?? CUSTOMER_ID, sent);
  return '';
}

/** The names of fields in this API, by their names in the use cases. */
const FIELDS: [path: RegExp, field: string][] = [
  [/^email$/, 'invitationEmail'],
  [/^deltas\.(\d+)\./, 'accessBindingDeltas.$1.accessBinding.'],
];

const violation = ({ path, message }: FieldError) => ({
  field: FIELDS.reduce((field, [pattern, name]) => field.replace(pattern, name), path),
  description: message,
});

/**
 * Reads proto3 JSON: a field has its camelCase name or its name in the interface definition (snake_case), and a field that is null or
 * empty counts as absent. Unknown fields stay, so that the schema refuses them.
 */
function fromProtoJson(schema: z.core.$ZodType, sent: unknown): unknown {
  if (schema instanceof z.ZodMiniOptional) return fromProtoJson(schema.def.innerType, sent);
  if (schema instanceof z.ZodMiniArray && Array.isArray(sent)) {
    return sent.map((each) => fromProtoJson(schema.def.element, each));
  }
  if (!(schema instanceof z.ZodMiniObject) || typeof sent !== 'object' || sent === null || Array.isArray(sent))
    return sent;
  const { shape } = schema.def;
  const names = new Map(Object.keys(shape).map((name) => [snakeCase(name), name]));
  const fields = Object.entries(sent).flatMap(([key, value]) => {
    const camelCase = names.get(key);
    const name = camelCase === undefined || Object.hasOwn(sent, camelCase) ? key : camelCase;
    const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
    if (!known) return [[key, value]];
    return value === null || value === '' ? [] : [[name, fromProtoJson(known, value)]];
  });
  return Object.fromEntries(fields);
}

/**
 * Parameters that Google's clients add to every request and that change nothing here: the form of an answer is JSON, no answer holds an
 * enum, and white space in answers has no meaning.
 */
const IGNORED_PARAMETERS = [
  'alt=json',
  '$alt=json',
  '$alt=json;enum-encoding=int',
  'prettyPrint=false',
  'prettyPrint=true',
];

const withoutIgnored = (query: APIGatewayProxyEventV2['queryStringParameters']) => {
  // The gateway joins the values of a parameter that is sent twice with commas.
  const isIgnored = ([name, values = '']: [string, string | undefined]) =>
    values.split(',').every((value) => IGNORED_PARAMETERS.includes(`${name}=${value}`));
  return Object.fromEntries(Object.entries(query ?? {}).filter((parameter) => !isIgnored(parameter)));
};

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The answer for a path that belongs to no method: the gateway sends all paths with the prefix of a method here. */
const noMethod = forLinkHolder(
  {
    name: 'billingApi',
    function: 'billingApi',
    method: 'GET',
    path: '',
    summary: '',
    access: 'linkHolder',
    query: z.looseObject({}),
    status: 200,
    problems: [],
  },
  async () => {
    throw new Problem('METHOD_NOT_FOUND', 'There is no such method. Check the path and the HTTP method.');
  },
);

/** The handler of a function that serves methods of the Billing API: finds the method of a request by its path. */
export function serveMethods(...routes: Route[]) {
  const methods = routes.map(({ endpoint: { method, path }, stack }) => ({
    method,
    path: new RegExp(`^${path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
    stack: stack(BILLING_FORM),
  }));
  const otherwise = noMethod.stack(BILLING_FORM);
  return async (sent: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const event = { ...sent, queryStringParameters: withoutIgnored(sent.queryStringParameters) };
    for (const { method, path, stack } of methods) {
      const match = method === event.requestContext.http.method ? path.exec(event.rawPath) : null;
      if (match) return stack(incoming({ ...event, pathParameters: { ...match.groups } }), context);
    }
    return otherwise(incoming({ ...event, pathParameters: {} }), context);
  };
}
