/**
 * The OpenAPI 3.1 document of the HTTP API, derived from the contract. `npm run openapi` writes it to `dist/openapi.json`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Endpoint, MAX_BODY_BYTES, PATH_PARAMETERS } from '../shared/contract/contract.ts';
import { PROBLEMS, type ProblemCode } from '../shared/contract/problem.ts';
import { rpcCode } from '../shared/http/billingForm.ts';
import { DECLARATIONS, ENDPOINTS, isLimitedByPartner } from './endpoints.ts';

type Json = Record<string, unknown>;

/**
 * How a schema becomes JSON Schema. The document describes the JSON that goes over the wire (`input`), not the values that functions
 * parse from it. The pattern that zod adds to `date-time` only repeats the format.
 */
const TO_JSON_SCHEMA = {
  io: 'input',
  override: ({ zodSchema, jsonSchema }) => {
    if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
    // The value that replaces an invalid row of an import is internal: clients never send it.
    if (zodSchema._zod.def.type === 'catch') delete jsonSchema.default;
  },
} satisfies z.core.ToJSONSchemaParams;

const reference = (id: string) => ({ $ref: `#/components/schemas/${id}` });
const capitalised = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The schemas that become components: the resources of the contract by name, and the body and answer of each endpoint. */
const components = z.registry<{ id: string }>();
for (const [name, resource] of Object.entries(DECLARATIONS))
  if (resource instanceof z.ZodMiniType) components.add(resource, { id: capitalised(name) });
for (const { name, body, answer } of ENDPOINTS) {
  if (body && !components.has(body)) components.add(body, { id: `${capitalised(name)}Body` });
  if (answer && !components.has(answer)) components.add(answer, { id: `${capitalised(name)}Answer` });
}

const refersTo = (schema: z.ZodMiniType) => reference(components.get(schema)?.id ?? '');

/** A refusal as an RFC 9457 problem, as `shared/contract/problem.ts` writes it. */
const PROBLEM_SCHEMA = {
  type: 'object',
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What to do next' },
    code: { type: 'string', enum: Object.keys(PROBLEMS) },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      description:
        'The fields that are wrong: always with VALIDATION_FAILED, and with other refusals if a field is their reason',
      items: {
        type: 'object',
        properties: {
          path: { type: 'string' },
          message: { type: 'string' },
          code: { type: 'string', description: 'A fault of the field, or the code of the refusal' },
          values: { type: 'object', description: 'The values that a sentence about the fault needs, such as `max`' },
        },
        required: ['path', 'message', 'code'],
      },
    },
  },
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
};

/** A refusal of the Billing API, as `shared/http/billingForm.ts` writes it. */
const STATUS_SCHEMA = {
  type: 'object',
  description: 'google.rpc.Status',
  properties: {
    code: { type: 'integer', description: 'google.rpc.Code' },
    message: { type: 'string', description: 'What to do next' },
    details: {
      type: 'array',
      description:
        'google.rpc.BadRequest with the fields that are wrong, ErrorInfo with the code that this document names, and RequestInfo',
      items: { type: 'object', properties: { '@type': { type: 'string' } }, required: ['@type'] },
    },
  },
  required: ['code', 'message', 'details'],
};

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Makes the request safe to repeat: a request with the same key and body gets the first answer again and changes nothing',
  schema: { type: 'string', minLength: 1 },
};

const IF_MATCH = {
  name: 'If-Match',
  in: 'header',
  description: 'The ETag of the customer when it was read: the request is refused if the customer has changed since',
  schema: { type: 'string' },
};

const RESPONSE_HEADERS: Partial<Record<number, Json>> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string' }, description: 'RFC 6750, 3' } },
  429: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
  503: { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds' } },
};

/** The whole document, ready for `JSON.stringify`. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const endpoint of ENDPOINTS)
    paths[endpoint.path] = { ...paths[endpoint.path], [endpoint.method.toLowerCase()]: operation(endpoint) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Partner portal',
      version: '1',
      description: 'Partners register customers, customers confirm, and clouds are created or linked.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url: '/', description: "The portal's own origin" }],
    paths,
    components: {
      schemas: { ...resourceSchemas(), Problem: PROBLEM_SCHEMA, Status: STATUS_SCHEMA },
      parameters: { IdempotencyKey: IDEMPOTENCY_KEY, IfMatch: IF_MATCH },
      securitySchemes: {
        accessToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: "An access token of the deployment's OpenID Connect issuer, for a person or a service account",
        },
      },
    },
  };
}

function resourceSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(components, { ...TO_JSON_SCHEMA, uri: (id) => reference(id).$ref });
  // A component has its name from its place in the document, and needs neither `$schema` nor `$id`.
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema]));
}

function operation(endpoint: Endpoint): Json {
  const { name, summary, access, method, body, bodyOptional = false, status, answer } = endpoint;
  return {
    operationId: name,
    summary,
    security: access === 'linkHolder' ? [] : [{ accessToken: [] }],
    parameters: [
      ...pathParameters(endpoint),
      ...queryParameters(endpoint),
      ...(method === 'POST' ? [{ $ref: '#/components/parameters/IdempotencyKey' }] : []),
      ...(method === 'PATCH' ? [{ $ref: '#/components/parameters/IfMatch' }] : []),
    ],
    ...(body && {
      requestBody: {
        description: `At most ${MAX_BODY_BYTES} bytes`,
        required: !bodyOptional && Object.keys(body.shape).length > 0,
        content: { 'application/json': { schema: refersTo(body) } },
      },
    }),
    responses: {
      [status]: {
        description: status === 201 ? 'Created' : 'Done',
        ...(answer && { content: { 'application/json': { schema: refersTo(answer) } } }),
      },
      ...problemResponses(endpoint),
    },
  };
}

const pathNames = ({ path }: Endpoint) => [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);

function pathParameters(endpoint: Endpoint): Json[] {
  return pathNames(endpoint).map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: schemaOf(PATH_PARAMETERS[name as keyof typeof PATH_PARAMETERS]()),
  }));
}

function queryParameters({ query }: Endpoint): Json[] {
  return Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    schema: schemaOf(schema as z.ZodMiniType),
  }));
}

function schemaOf(schema: z.ZodMiniType): Json {
  const { $schema, ...rest } = z.toJSONSchema(schema, TO_JSON_SCHEMA);
  return rest;
}

/** The refusals of an endpoint by status: its own, and those of its access, path, query and body. */
function problemResponses(endpoint: Endpoint): Record<number, Json> {
  const codes: ProblemCode[] = [
    ...endpoint.problems,
    ...accessProblems(endpoint),
    ...(isLimitedByPartner(endpoint) ? (['REQUEST_LIMIT'] as const) : []),
    'VALIDATION_FAILED',
    'INTERNAL',
    'TRY_AGAIN',
  ];
  if (endpoint.body) codes.push('BODY_NOT_JSON', 'BODY_TOO_LARGE', 'BODY_CODED');
  if (endpoint.body && !endpoint.refuses) codes.push('NOT_JSON_MEDIA_TYPE');
  const statusOf = (code: ProblemCode) => {
    const [status] = PROBLEMS[code];
    return endpoint.refuses ? rpcCode(code, status).status : status;
  };
  const byStatus = Map.groupBy(new Set(codes), statusOf);
  const response = endpoint.refuses ? statusResponse : problemResponse;
  return Object.fromEntries([...byStatus].map(([status, codes]) => [status, response(status, codes)]));
}

function accessProblems(endpoint: Endpoint): ProblemCode[] {
  if (endpoint.access === 'linkHolder') return [];
  const signIn = ['TOKEN_MISSING', 'TOKEN_INVALID', 'TOKEN_EXPIRED', 'EMAIL_NOT_VERIFIED'] as const;
  if (endpoint.access === 'signedIn') return [...signIn];
  if (endpoint.access === 'operator') return [...signIn, 'NOT_AN_OPERATOR', 'SECOND_FACTOR_REQUIRED'];
  // Owners need a second factor to change something, and operators everywhere.
  const factor =
    endpoint.method !== 'GET' || endpoint.operatorToo === true ? (['SECOND_FACTOR_REQUIRED'] as const) : [];
  if (pathNames(endpoint).includes('operationId')) return [...signIn, 'OPERATION_NOT_FOUND', 'ROLE_MISSING', ...factor];
  if (endpoint.access.startsWith('subaccount.') || pathNames(endpoint).includes('customerId'))
    return [...signIn, 'CUSTOMER_NOT_FOUND', 'ROLE_MISSING', ...factor];
  return [...signIn, 'NOT_A_PARTNER', 'ROLE_MISSING', ...factor];
}

function problemResponse(status: number, codes: ProblemCode[]): Json {
  const headers = RESPONSE_HEADERS[status];
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code][1]}`).join('\n\n'),
    ...(headers && { headers }),
    content: {
      'application/problem+json': {
        schema: { allOf: [reference('Problem'), { type: 'object', properties: { code: { enum: codes } } }] },
      },
    },
  };
}

function statusResponse(status: number, codes: ProblemCode[]): Json {
  const headers = RESPONSE_HEADERS[status];
  const described = codes.map((code) => {
    const [ownStatus, title] = PROBLEMS[code];
    return `${rpcCode(code, ownStatus).name} \`${code}\`: ${title}`;
  });
  return {
    description: described.join('\n\n'),
    ...(headers && { headers }),
    content: { 'application/json': { schema: reference('Status') } },
  };
}

if (import.meta.main) {
  const folder = join(import.meta.dirname, '../dist');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'openapi.json'), `${JSON.stringify(openApiDocument(), null, 2)}\n`);
  console.log('dist/openapi.json');
}
