import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { ENDPOINTS } from './endpoints.ts';
import { openApiDocument } from './openapi.ts';

type Operation = {
  operationId: string;
  security: unknown[];
  parameters: { $ref?: string; name?: string; in?: string }[];
  requestBody?: { content: Record<string, { schema: { $ref: string } }> };
  responses: Record<string, { content?: Record<string, { schema: { $ref: string } }> }>;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, { properties: Record<string, unknown>; required: string[] }> };
};
// As the file has it: JSON leaves out undefined fields.
const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;

const operationOf = ({ path, method }: { path: string; method: string }) =>
  document.paths[path]?.[method.toLowerCase()] as Operation;

test('the document is valid OpenAPI, and the linter finds no problem', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(document), absoluteRef: '/openapi.json', config });
  expect(problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer])).toEqual([]);
});

test('the linter finds an undocumented operation', async () => {
  const config = await createConfig({ extends: ['recommended'] });
  const broken = structuredClone(document);
  broken.paths['/v1/me'] = { get: { responses: {} } as unknown as Operation };
  const problems = await lintFromString({ source: JSON.stringify(broken), absoluteRef: '/openapi.json', config });
  expect(problems.map(({ ruleId }) => ruleId)).toContain('operation-operationId');
});

test.each(ENDPOINTS)('$method $path is documented with its answer, its parameters and its refusals', (endpoint) => {
  const operation = operationOf(endpoint);
  expect(operation.operationId).toBe(endpoint.name);
  const { content } = operation.responses[endpoint.status] ?? {};
  expect(Boolean(content)).toBe(endpoint.status !== 204);
  if (content) {
    const { $ref } = content['application/json']?.schema ?? {};
    expect(document.components.schemas).toHaveProperty([`${$ref}`.replace('#/components/schemas/', '')]);
  }
  const inPath = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => `{${name}}`);
  expect(endpoint.path.match(/\{\w+\}/g) ?? []).toEqual(inPath);
  const inQuery = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  expect(inQuery).toEqual(Object.keys(endpoint.query?.shape ?? {}));
  expect(Boolean(operation.requestBody)).toBe(Boolean(endpoint.body));
  const refusals = JSON.stringify(operation.responses);
  for (const code of endpoint.problems) expect(refusals).toContain(code);
});

test.each(ENDPOINTS)('$name documents whether its caller has to sign in', (endpoint) => {
  const { security, responses } = operationOf(endpoint);
  const signedIn = endpoint.access !== 'linkHolder';
  expect(security).toHaveLength(signedIn ? 1 : 0);
  expect('401' in responses).toBe(signedIn);
});

test('every POST takes an Idempotency-Key, and nothing else does', () => {
  for (const endpoint of ENDPOINTS) {
    const takesKey = operationOf(endpoint).parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey'));
    expect([endpoint.name, takesKey]).toEqual([endpoint.name, endpoint.method === 'POST']);
  }
});

test('every PATCH takes an If-Match, and nothing else does', () => {
  for (const endpoint of ENDPOINTS) {
    const takesTag = operationOf(endpoint).parameters.some(({ $ref }) => $ref?.endsWith('/IfMatch'));
    expect([endpoint.name, takesTag]).toEqual([endpoint.name, endpoint.method === 'PATCH']);
  }
});

test('a customer is one component, and every answer with a customer refers to it', () => {
  const customer = '#/components/schemas/Customer';
  expect(
    operationOf({ path: '/v1/customers', method: 'POST' }).responses[201]?.content?.['application/json']?.schema.$ref,
  ).toBe(customer);
  expect(JSON.stringify(document.components.schemas['ListCustomersAnswer'])).toContain(customer);
  expect(document.components.schemas['Customer']?.required).toContain('billingAccountId');
});
