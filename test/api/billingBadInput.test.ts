/** Whatever is sent to the Billing API: what it doesn't take it refuses in its own form, and stores nothing. */
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { type Endpoint, MAX_BODY_BYTES } from '../../shared/contract.ts';
import type { ProblemCode } from '../../shared/problem.ts';
import { kindOf, nameOf, placesIn, replaced, withMember } from '../places.ts';
import { expectRefusalOf, inParallel, nothingStored, type RawAnswer, sendRaw } from '../refusal.ts';
import { DAY_MS, OPERATOR, OWNER, ownStack } from '../stack.ts';
import { everyMailSettled } from '../table.ts';

const portal = ownStack();
const { request, confirmed } = portal;

/** A call that goes well, with every field that there is. */
type Example = { path?: Record<string, string>; query?: Record<string, string>; body?: Record<string, unknown> };
let examples: Record<string, Example> = {};
let bearer: string;

const METHODS = ENDPOINTS.filter(({ refuses }) => refuses);
const WITH_BODY = METHODS.filter(({ body }) => Object.keys(body?.shape ?? {}).length > 0);
const table = (endpoints: readonly Endpoint[]) => endpoints.map((endpoint) => [endpoint.name, endpoint] as const);

beforeAll(async () => {
  bearer = await portal.stack.token(OWNER);
  const [active, suspended] = await Promise.all([confirmed(), confirmed()]);
  expect(await request('POST', `/v1/customers/${suspended.id}/suspend`, { as: OWNER })).toMatchObject({ status: 200 });
  const grantedAt = new Date(Date.now() - DAY_MS).toISOString();
  const grants = [{ email: OWNER, roleId: 'resource-manager.clouds.owner', grantedAt }];
  const cloud = { name: 'there', grants, outstandingCharges: false };
  const path = '/v1/provider/accounts/mila@bakery.example/clouds/b1gthere';
  expect(await request('PUT', path, { as: OPERATOR, body: cloud })).toMatchObject({ status: 200 });
  const person = {
    name: 'Wind',
    longname: 'Wind LLC',
    phone: '+7 812 555-01-02',
    email: 'contact@client.example',
    postCode: '190000',
    postAddress: '1 Post St',
    legalAddress: '1 Legal St',
    tin: '7801234567',
  };
  const binding = (id: string, type: string) => ({
    action: 'ADD',
    accessBinding: { roleId: 'billing.accounts.viewer', subject: { id, type } },
  });
  const ofAccount = { path: { billingAccountId: active.id } };
  const ofResource = { path: { resourceId: active.id } };
  const page = { pageSize: '1' };
  examples = {
    billingListCustomers: { query: { resellerId: 'acme', ...page } },
    billingInvite: {
      body: { resellerId: 'acme', name: 'Wind', invitationEmail: 'wind@client.example', person },
    },
    billingCreateResellerServed: { body: { resellerId: 'acme', name: 'Wind', person } },
    billingActivate: { path: { customerId: suspended.id }, body: {} },
    billingSuspend: { path: { customerId: suspended.id }, body: {} },
    billingBindBillableObject: { ...ofAccount, body: { billableObject: { id: 'b1gthere', type: 'cloud' } } },
    billingListBillableObjectBindings: { ...ofAccount, query: page },
    billingListAccessBindings: { ...ofResource, query: page },
    billingUpdateAccessBindings: {
      ...ofResource,
      body: {
        accessBindingDeltas: [binding('anna@client.example', 'userAccount'), binding('robot', 'serviceAccount')],
      },
    },
    billingCreateCloud: {
      body: {
        organizationId: active.organization?.id,
        name: 'prod',
        description: 'Shop',
        labels: { stage: 'production' },
      },
    },
    billingGetOperation: { path: { operationId: `${active.id}.1` } },
  };
});

type Difference = {
  query?: string;
  body?: string | Uint8Array;
  path?: Record<string, string>;
  headers?: Record<string, string>;
};

function send(endpoint: Endpoint, difference: Difference = {}): Promise<RawAnswer> {
  const { path, query, body } = examples[endpoint.name] ?? {};
  const parts = { ...path, ...difference.path };
  const search = difference.query ?? new URLSearchParams(query).toString();
  return sendRaw(portal.stack.portalUrl, {
    method: endpoint.method,
    path: endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '') + (search && `?${search}`),
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json', ...difference.headers },
    body: difference.body ?? (body && JSON.stringify(body)),
  });
}

type Bad = Difference & { what: string; code?: ProblemCode; field?: string };

/** Each is refused, in the right form, for the right reason, and nothing is stored. */
async function refuses(endpoint: Endpoint, bad: Bad[]): Promise<void> {
  await everyMailSettled(portal.stack);
  await nothingStored(portal.stack, () =>
    inParallel(bad, async ({ what, code = 'VALIDATION_FAILED', field, ...difference }) => {
      const called = `${endpoint.name} with ${what}`;
      const problem = expectRefusalOf(endpoint, await send(endpoint, difference), called);
      expect(problem.code, called).toBe(code);
      if (field !== undefined)
        expect(
          problem.errors?.map(({ path }) => path),
          called,
        ).toContain(field);
    }),
  );
}

const bodyOf = ({ name }: Endpoint) => examples[name]?.body ?? {};
/** Where fields have names of the contract: the names of labels are the caller's. */
const placesOf = (endpoint: Endpoint) => placesIn(bodyOf(endpoint)).filter(({ way }) => way.at(-2) !== 'labels');

test('there is an example of every method', () => {
  expect(Object.keys(examples).sort()).toEqual(METHODS.map(({ name }) => name).sort());
});

describe.each(table(METHODS.filter(({ body }) => body)))('a body of %s', (_, endpoint) => {
  test('is a JSON object of 64 KB at most', async () => {
    const json = JSON.stringify(bodyOf(endpoint));
    const notJson = ['{"a":', `${json},`, '{a:1}', '{"a":NaN}', 'a=1', '\0', Buffer.from('{"a":"\xff"}', 'latin1')];
    const takesNothing = Object.keys(endpoint.body?.shape ?? {}).length === 0;
    const notObjects = ['null', '[]', '"text"', '1', '{}', '['.repeat(10_000) + ']'.repeat(10_000)];
    await refuses(endpoint, [
      ...notJson.map((body): Bad => ({ what: `the body ${body}`, body, code: 'BODY_NOT_JSON' })),
      ...notObjects
        .filter((body) => body !== '{}' || !takesNothing)
        .map((body): Bad => ({ what: `the body ${body.slice(0, 20)}`, body })),
      { what: '64 KB and more', body: json + ' '.repeat(MAX_BODY_BYTES), code: 'BODY_TOO_LARGE' },
    ]);
  });

  test('has no fields that the interface does not know, at any depth', async () => {
    const keys = ['surprise', '__proto__', 'constructor', 'toString', '', 'Name', 'a.b', 'имя', '\0', 'reseller-id'];
    await refuses(
      endpoint,
      placesOf(endpoint)
        .filter(({ way, value }) => kindOf(value) === 'object' && way.at(-1) !== 'labels')
        .flatMap(({ way, value }) =>
          keys.map((key): Bad => {
            const inner = withMember(value, key);
            return {
              what: `the field ${JSON.stringify([...way, key])}`,
              body: JSON.stringify(replaced(bodyOf(endpoint), way, '?!')).replace('"?!"', () => inner),
              field: nameOf([...way, key]),
            };
          }),
        ),
    );
  });
});

describe.each(table(WITH_BODY))('fields of %s', (_, endpoint) => {
  test('are of the right types, and of text', async () => {
    const places = placesOf(endpoint).filter(({ way }) => way.length > 0);
    await refuses(endpoint, [
      ...places.flatMap(({ way, value }) =>
        [true, 7, 'text', [], [null], { a: 1 }]
          .filter((other) => kindOf(other) !== kindOf(value))
          .map(
            (other): Bad => ({
              what: `${JSON.stringify(other)} as ${nameOf(way)}`,
              body: JSON.stringify(replaced(bodyOf(endpoint), way, other)),
            }),
          ),
      ),
      ...placesIn(bodyOf(endpoint))
        .filter(({ value }) => typeof value === 'string')
        .flatMap(({ way }) =>
          ['a\0', '\ud800', '\x1b[2J'].map(
            (text): Bad => ({
              what: `${JSON.stringify(text)} as ${nameOf(way)}`,
              body: JSON.stringify(replaced(bodyOf(endpoint), way, text)),
              // No organization has such an id.
              ...(nameOf(way) === 'organizationId' && { code: 'CUSTOMER_NOT_FOUND' }),
            }),
          ),
        ),
    ]);
  });
});

test.each(table(METHODS))('a query of %s has no parameters that the interface does not know', async (_, endpoint) => {
  const query = new URLSearchParams(examples[endpoint.name]?.query).toString();
  await refuses(
    endpoint,
    ['surprise', 'constructor', 'page-size', 'a\0'].map((name) => ({
      what: `the parameter ${name}`,
      query: `${query}&${encodeURIComponent(name)}=1`,
      field: name,
    })),
  );
});

test('labels are 64 at most, each with a name; a description has 256 characters at most', async () => {
  const [createCloud] = METHODS.filter(({ name }) => name === 'billingCreateCloud');
  if (!createCloud) throw new Error('there is no billingCreateCloud');
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, 'x']));
  const bodies: [unknown, string][] = [
    [{ labels: many }, 'labels'],
    [{ labels: { '': 'x' } }, 'labels.'],
    [{ labels: { a: null } }, 'labels.a'],
    [{ description: 'я'.repeat(257) }, 'description'],
    [{ description: '🙂'.repeat(257) }, 'description'],
  ];
  await refuses(
    createCloud,
    bodies.map(([fields, field]) => ({
      what: JSON.stringify(fields).slice(0, 60),
      body: JSON.stringify({ ...bodyOf(createCloud), ...(fields as object) }),
      field,
    })),
  );
  const { labels: _, ...body } = bodyOf(createCloud);
  const { l64, ...labels } = many;
  const longest = { ...body, name: 'longest', description: '🙂'.repeat(256), labels };
  expect(await send(createCloud, { body: JSON.stringify(longest) })).toMatchObject({ status: 200 });
});

test.each(table(METHODS))('%s answers its example well, as it is declared', async (_, endpoint) => {
  const answer = await send(endpoint);
  expect(answer, answer.text).toMatchObject({ status: 200 });
  expect(endpoint.answer?.safeParse(JSON.parse(answer.text))).toMatchObject({ success: true });
});

describe('whatever is sent', () => {
  const RUNS = 25;
  const nasty = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '\ud800', '\0', '', null, 'a@client.example', -0, 1e308, 2 ** 53),
  );
  const ids = fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), fc.constantFrom('dn2', '..', 'a:b'));

  test.each(table(METHODS))('%s never fails, and refuses what it does not store', async (_, endpoint) => {
    const body = examples[endpoint.name]?.body;
    const bodies = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }),
      fc
        .tuple(fc.constantFrom(...placesIn(body)), nasty)
        .map(([{ way }, value]) => JSON.stringify(replaced(body, way, value)) ?? ''),
    );
    const queries = fc.array(
      fc.tuple(
        fc.oneof(fc.constantFrom('resellerId', 'reseller_id', 'pageSize', 'page_token', 'pageToken'), fc.string()),
        fc.string({ unit: 'binary' }),
      ),
      { maxLength: 3 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.option(body ? bodies : fc.constant(''), { nil: undefined }),
        fc.option(queries, { nil: undefined }),
        fc.option(ids, { nil: undefined, freq: 4 }),
        async (sent, query, id) => {
          const writes: string[] = [];
          const stop = portal.stack.observe(({ functionName, operation, status }) => {
            // What becomes of earlier mails is written down meanwhile.
            const isOurs = functionName === 'billingApi';
            if (isOurs && status === 200 && !['GetItem', 'Query'].includes(operation)) writes.push(operation);
          });
          const path = id === undefined ? undefined : encodeURIComponent(id.toWellFormed());
          const answer = await send(endpoint, {
            ...(sent !== undefined && { body: sent }),
            ...(query && { query: new URLSearchParams(query).toString() }),
            ...(path !== undefined && {
              path: { customerId: path, billingAccountId: path, resourceId: path, operationId: path },
            }),
          });
          stop();
          // The gateway takes no path with such an encoding, and no empty part of one.
          if (answer.text.startsWith('{"message":')) return expect(answer.status).toBeOneOf([400, 404]);
          if (answer.status === 200) return;
          expectRefusalOf(endpoint, answer, `${endpoint.name}: ${JSON.stringify([sent, query, id])}`);
          expect(writes).toEqual([]);
        },
      ),
      { numRuns: RUNS },
    );
  });

  // No mail goes out meanwhile: what is written, the request has written.
  beforeAll(() => {
    portal.stack.stream.mode = 'paused';
  });
});
