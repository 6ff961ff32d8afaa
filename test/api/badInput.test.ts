import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { ENDPOINTS as ALL_ENDPOINTS } from '../../infra/endpoints.ts';
import { type Endpoint, MAX_BODY_BYTES, MAX_IDEMPOTENCY_KEY_LENGTH } from '../../shared/contract.ts';
import { APPROVALS, customersOfStatus } from '../../shared/keys.ts';
import { pageToken } from '../../shared/page.ts';
import type { ProblemCode } from '../../shared/problem.ts';
import { kindOf, nameOf, placesIn, replaced, withMember } from '../places.ts';
import {
  expectProblem,
  expectRefusal,
  inParallel,
  nothingStored,
  type ProblemBody,
  type RawAnswer,
  type RawRequest,
  sendRaw,
} from '../refusal.ts';
import { type CustomerAnswer, DAY_MS, NOBODY, OPERATOR, OTHER_PARTNER, OWNER, ownStack } from '../stack.ts';
import { everyMailSettled, itemsOf, setOnCustomer } from '../table.ts';

const portal = ownStack();
const { request, register, confirmed, linkToken, mailsTo, letExpire } = portal;

/** The Billing API takes its input in another form: `billingBadInput.test.ts`. */
const ENDPOINTS = ALL_ENDPOINTS.filter(({ refuses }) => !refuses);

/** A request that an endpoint answers well: who sends it, what stands in the path's braces, the query and the body with every field. */
type Example = {
  as?: string;
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
};
let examples: Record<string, Example> = {};
/** Customers of Acme and of another partner. */
let waiting: CustomerAnswer;
let active: CustomerAnswer;
let foreign: CustomerAnswer;

const everyPerson = {
  name: 'Wind',
  longname: 'Wind LLC',
  phone: '+7 812 555-01-02',
  email: 'contact@client.example',
  postCode: '190000',
  postAddress: '1 Post St',
  legalAddress: '1 Legal St',
  tin: '7801234567',
};
const grantedAt = '2026-01-01T00:00:00Z';
const LINKABLE_CLOUD = 'b1gbakerysite00000000';
const LINKED_CLOUD = 'b1glinked';
const LEAVING = 'leaving@acme.example';
const VIEWER_ROLE = 'billing.accounts.viewer';

beforeAll(async () => {
  [waiting, active, foreign] = await Promise.all([register(), confirmed(), register({}, OTHER_PARTNER)]);
  const [accepted, declined, acceptedSignedIn, declinedSignedIn, resent] = await inParallel([1, 2, 3, 4, 5], () =>
    register(),
  );
  const [changed, deleted, approved, rejected] = await inParallel([1, 2, 3, 4], () => register());
  const [suspended, resumed] = await inParallel([1, 2], () => confirmed());
  const of = (customer: CustomerAnswer | undefined, as = OWNER) => ({ as, path: { customerId: customer?.id ?? '' } });
  const signedIn = (customer: CustomerAnswer | undefined): Example => ({
    as: customer?.email ?? '',
    path: { customerId: customer?.id ?? '' },
    body: {},
  });
  const byLink = async (customer: CustomerAnswer | undefined): Promise<Example> => ({
    body: { token: await linkToken(customer?.email ?? '') },
  });
  const page = { pageSize: '1' };
  const ofActive = { as: OWNER, path: { customerId: active.id } };
  const ofWaiting = { as: OWNER, path: { customerId: waiting.id } };
  examples = {
    getMe: { as: OWNER },
    listMyCustomers: { as: OWNER, query: page },
    createCustomer: {
      as: OWNER,
      body: {
        name: 'Wind',
        friendlyName: 'Wind',
        role: 'Partner',
        email: 'wind@client.example',
        person: everyPerson,
        language: 'en',
        adminEmails: ['chief@client.example', 'deputy@client.example'],
      },
    },
    importCustomers: {
      as: OWNER,
      body: {
        customers: [
          {
            name: 'Row',
            friendlyName: 'Row',
            role: 'Partner',
            email: 'row@client.example',
            person: everyPerson,
            language: 'en',
            adminEmails: ['chief@client.example'],
            idempotencyKey: 'row-1',
          },
        ],
      },
    },
    updateCustomer: {
      ...of(changed),
      body: {
        name: 'Gale',
        friendlyName: 'Gale',
        role: 'Integrator',
        email: 'gale@client.example',
        person: everyPerson,
        language: 'vi',
        adminEmails: ['chief@client.example', 'deputy@client.example'],
      },
    },
    deleteCustomer: of(deleted),
    approveCustomer: { ...of(approved, OPERATOR), body: {} },
    rejectCustomer: { ...of(rejected, OPERATOR), body: { reason: 'not a company' } },
    suspendCustomer: { ...of(suspended), body: { reason: 'unpaid' } },
    activateCustomer: { ...of(resumed), body: {} },
    getAccess: { ...ofActive, query: page },
    updateAccess: {
      ...ofActive,
      body: {
        deltas: [
          { action: 'ADD', roleId: VIEWER_ROLE, subject: { id: 'bound@client.example', type: 'USER' } },
          { action: 'ADD', roleId: VIEWER_ROLE, subject: { id: 'bound-robot', type: 'SERVICE_ACCOUNT' } },
        ],
      },
    },
    listEvents: { ...ofActive, query: page },
    getOperation: { as: OWNER, path: { operationId: `${active.id}.1` } },
    listMembers: { as: OWNER, query: page },
    putMember: { as: OWNER, path: { memberId: 'new@acme.example' }, body: { roles: [VIEWER_ROLE], federated: true } },
    deleteMember: { as: OWNER, path: { memberId: LEAVING } },
    listApprovals: { as: OPERATOR, query: page },
    getApproval: of(approved, OPERATOR),
    unlinkCloud: { as: OWNER, path: { customerId: active.id, cloudId: LINKED_CLOUD } },
    listCustomers: { as: OWNER, query: { ...page, status: 'ACTIVE', query: 'Customer' } },
    getCustomer: ofWaiting,
    resendInvite: { as: OWNER, path: { customerId: resent?.id ?? '' }, body: {} },
    getInviteLink: ofWaiting,
    previewInvite: await byLink(accepted),
    acceptInvite: await byLink(accepted),
    acceptInviteSignedIn: signedIn(acceptedSignedIn),
    declineInvite: await byLink(declined),
    declineInviteSignedIn: signedIn(declinedSignedIn),
    createCloud: { ...ofActive, body: { name: 'prod' } },
    listClouds: { ...ofActive, query: page },
    linkCloud: { ...ofActive, body: { cloudId: LINKABLE_CLOUD } },
    listLinkableClouds: { ...ofActive, query: page },
    putPartner: {
      as: OPERATOR,
      path: { partnerId: 'initrode' },
      body: { name: 'Initrode', paid: true, owners: ['owner@initrode.example'] },
    },
    putAccount: {
      as: OPERATOR,
      path: { email: 'it@client.example' },
      body: {
        registered: true,
        customer: false,
        creditBalance: 0.5,
        usingServices: false,
        discounts: false,
        poc: false,
        billingMode: 'PREPAID',
      },
    },
    putAccountCloud: {
      as: OPERATOR,
      path: { email: 'mila@bakery.example', cloudId: 'b1gnew' },
      body: {
        name: 'new',
        grants: [
          { email: OWNER, roleId: 'resource-manager.clouds.owner', grantedAt },
          { clientId: 'acme-robot', roleId: 'resource-manager.clouds.owner', grantedAt },
        ],
        billedTo: 'dn2old',
        outstandingCharges: true,
      },
    },
  };
  // As if their invitations had been sent long ago.
  for (const customer of [resent, changed]) {
    await setOnCustomer(portal.stack, customer?.id ?? '', { invitedAt: new Date(Date.now() - DAY_MS).toISOString() });
  }
  // As they would wait under a program that approves.
  const status = 'APPROVAL_REQUIRED';
  const awaiting = { status, approval: APPROVALS, listOfStatus: customersOfStatus('acme', status) };
  for (const customer of [approved, rejected]) await setOnCustomer(portal.stack, customer?.id ?? '', awaiting);
  const prepared = [
    await request('POST', `/v1/customers/${resumed?.id}/suspend`, { as: OWNER }),
    await request('PUT', `/v1/members/${LEAVING}`, { as: OWNER, body: { roles: [VIEWER_ROLE] } }),
    await request('PUT', `/v1/provider/accounts/mila@bakery.example/clouds/${LINKED_CLOUD}`, {
      as: OPERATOR,
      body: {
        name: 'linked',
        grants: [{ email: OWNER, roleId: 'resource-manager.clouds.owner', grantedAt }],
        outstandingCharges: false,
      },
    }),
    await request('POST', `/v1/customers/${active.id}/clouds/link`, { as: OWNER, body: { cloudId: LINKED_CLOUD } }),
  ];
  expect(prepared.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

const bearers = new Map<string, Promise<string>>();
function bearer(account: string): Promise<string> {
  const token = bearers.get(account) ?? portal.stack.token(account);
  bearers.set(account, token);
  return token;
}

const exampleOf = ({ name }: Endpoint): Example => {
  const example = examples[name];
  if (!example) throw new Error(`no example request of ${name}: add one to the examples of this file`);
  return example;
};

/** What a request differs in from its endpoint's example. */
type Difference = {
  /** What is wrong, for whoever reads the failure. */
  what: string;
  path?: Record<string, string>;
  /** The query as it stands in the URL. */
  query?: string;
  headers?: Record<string, string | string[]>;
  /** The body as it is sent; an object is sent as JSON. */
  body?: unknown;
  /** One of these is the refusal's code. */
  code?: ProblemCode | ProblemCode[];
  /** The field that the refusal names. */
  field?: string;
};

async function toRequest(endpoint: Endpoint, difference: Omit<Difference, 'what'> = {}): Promise<RawRequest> {
  const { as, path, query, body } = exampleOf(endpoint);
  const parts = { ...path, ...difference.path };
  const search = difference.query ?? new URLSearchParams(query).toString();
  const sent = 'body' in difference ? difference.body : body;
  return {
    method: endpoint.method,
    path: endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '') + (search && `?${search}`),
    headers: {
      ...(as !== undefined && { authorization: `Bearer ${await bearer(as)}` }),
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      ...difference.headers,
    },
    body: sent === undefined || typeof sent === 'string' || sent instanceof Uint8Array ? sent : JSON.stringify(sent),
  };
}

const send = (raw: RawRequest): Promise<RawAnswer> => sendRaw(portal.stack.portalUrl, raw);

/** Sends each of the bad requests: each is refused in the right form, and nothing is stored. */
async function refuses(endpoint: Endpoint, differences: Difference[]): Promise<ProblemBody[]> {
  await everyMailSettled(portal.stack);
  return nothingStored(portal.stack, () =>
    inParallel(differences, async (difference) => {
      const { code, field } = difference;
      const what = `${endpoint.name} with ${difference.what}`;
      const answer = await send(await toRequest(endpoint, difference));
      const inRow = endpoint.name === 'importCustomers' && (ROW.test(field ?? '') || answer.status === 200);
      const problem = inRow ? expectRowRefusal(answer, what) : expectRefusal(answer, what);
      if (code !== undefined) expect([code].flat(), what).toContain(problem.code);
      const named = inRow ? field?.replace(ROW, '') : field;
      if (named !== undefined) expect(problem.errors?.map(({ path }) => path) ?? [], what).toContain(named);
      return problem;
    }),
  );
}

/** The way to a row of an import: what is wrong in it is told of the row, by the names that its fields have there. */
const ROW = /^customers\.\d+(\.|$)/;

/** That an import refuses each of its rows, with the problem that the row would have been answered with alone. */
function expectRowRefusal({ status, text }: RawAnswer, what: string): ProblemBody {
  expect(status, `${what}: ${text.slice(0, 500)}`).toBe(200);
  const { results } = JSON.parse(text) as { results: { problem?: ProblemBody & { status: number } }[] };
  const problems = results.map(({ problem }) => {
    expect(problem, `${what}: ${text.slice(0, 500)}`).toBeDefined();
    return expectProblem(problem?.status ?? 0, JSON.stringify(problem), what);
  });
  const [first] = problems;
  if (!first) throw new Error(`${what}: there is no row in the answer`);
  return first;
}

/** Whether an endpoint may be sent `{}`: it takes no fields, or none of them must be there. */
const mayBeEmpty = ({ name, body, bodyOptional }: Endpoint): boolean =>
  bodyOptional === true || name === 'updateCustomer' || Object.keys(body?.shape ?? {}).length === 0;

const withBody = ENDPOINTS.filter(({ body }) => body);
const lists = ENDPOINTS.filter(({ query }) => query && 'pageToken' in query.shape);
const ofCustomer = ENDPOINTS.filter(({ path }) => path.includes('{customerId}'));
const table = (endpoints: readonly Endpoint[]) => endpoints.map((endpoint) => [endpoint.name, endpoint] as const);

describe('the example requests', () => {
  test('are one for each endpoint, with every field and every query parameter of it', () => {
    expect(Object.keys(examples).sort()).toEqual(ENDPOINTS.map(({ name }) => name).sort());
    for (const endpoint of ENDPOINTS) {
      const { body, query } = exampleOf(endpoint);
      expect(fieldsIn(body), endpoint.name).toEqual(fieldsOf(endpoint.body));
      const parameters = Object.keys(endpoint.query?.shape ?? {}).filter((name) => name !== 'pageToken');
      expect(Object.keys(query ?? {}).sort(), endpoint.name).toEqual(parameters.sort());
    }
  });

  type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema; anyOf?: JsonSchema[] };

  const names = (fields: string[]) => [...new Set(fields)].filter((name) => name !== '').sort();
  const fieldsIn = (body: unknown) =>
    names(placesIn(body).map(({ way }) => nameOf(way.map((key) => (typeof key === 'number' ? '*' : key)))));

  function fieldsOf(schema: z.ZodMiniType | undefined): string[] {
    return names(schema ? walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, []) : []);
    function walk({ properties = {}, items, anyOf = [] }: JsonSchema, way: string[]): string[] {
      return [
        nameOf(way),
        ...Object.entries(properties).flatMap(([key, each]) => walk(each, [...way, key])),
        ...(items ? walk(items, [...way, '*']) : []),
        ...anyOf.flatMap((each) => walk(each, way)),
      ];
    }
  }
});

/** Whether `null` removes a field. */
const isRemovable = (endpoint: Endpoint, field: string): boolean =>
  endpoint.name === 'updateCustomer' && field === 'friendlyName';

describe.each(table(withBody))('a body of %s', (_, endpoint) => {
  test('that is no JSON object is refused', async () => {
    const { body } = exampleOf(endpoint);
    const json = JSON.stringify(body);
    const notJson: Difference[] = [
      ...['{"a":', json.slice(0, -1), `${json},`, "{'a':1}", '{a:1}', '{"a":NaN}', '{"a":1,}', 'a=1', '<a/>', '\0'].map(
        (text): Difference => ({ what: `the body ${text}`, body: text, code: 'BODY_NOT_JSON' }),
      ),
      { what: 'UTF-16', body: Buffer.from(json, 'utf16le'), code: 'BODY_NOT_JSON' },
      { what: 'invalid UTF-8', body: Buffer.from('{"name":"\xff"}', 'latin1'), code: 'BODY_NOT_JSON' },
      {
        what: 'invalid UTF-8 that the gateway passes on as it is',
        body: Buffer.from('{"name":"\xff"}', 'latin1'),
        headers: { 'content-type': 'application/merge-patch+json' },
        code: 'BODY_NOT_JSON',
      },
    ];
    const notObjects = ['null', '[]', '[{}]', '"text"', '1', 'true', '{}'].slice(0, mayBeEmpty(endpoint) ? 6 : 7);
    await refuses(endpoint, [
      ...notJson,
      ...notObjects.map((text): Difference => ({ what: `the body ${text}`, body: text, code: 'VALIDATION_FAILED' })),
      ...['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'multipart/form-data', 'x', ''].map(
        (type): Difference => ({
          what: `the content type ${type}`,
          headers: { 'content-type': type },
          code: 'NOT_JSON_MEDIA_TYPE',
        }),
      ),
      {
        what: 'two content types',
        headers: { 'content-type': ['text/plain', 'application/json'] },
        code: 'NOT_JSON_MEDIA_TYPE',
      },
    ]);
  });

  test('has at most 64 KB, whatever is in it', async () => {
    const json = JSON.stringify(exampleOf(endpoint).body);
    const filled = (bytes: number) => json + ' '.repeat(bytes - json.length);
    await refuses(endpoint, [
      { what: '65,537 bytes', body: filled(MAX_BODY_BYTES + 1), code: 'BODY_TOO_LARGE' },
      { what: '1 MB', body: filled(1024 * 1024), code: 'BODY_TOO_LARGE' },
      { what: '65,540 bytes in fewer characters', body: `{"x":"${'я'.repeat(32_766)}"}`, code: 'BODY_TOO_LARGE' },
      { what: '65,537 bytes that are no JSON', body: '['.repeat(MAX_BODY_BYTES + 1), code: 'BODY_TOO_LARGE' },
      { what: '65,536 bytes that are no JSON', body: '['.repeat(MAX_BODY_BYTES), code: 'BODY_NOT_JSON' },
    ]);
    const gateway = await send(await toRequest(endpoint, { body: filled(10 * 1024 * 1024 + 1) }));
    expect(gateway).toMatchObject({ status: 413, text: '{"message":"Request Entity Too Large"}' });
  });

  test('nested 10,000 deep is refused', async () => {
    const arrays = '['.repeat(10_000) + ']'.repeat(10_000);
    const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
    const inside = Object.keys(exampleOf(endpoint).body ?? {}).flatMap((key) =>
      [arrays, objects].map((deep): Difference => {
        const others = JSON.stringify({ ...exampleOf(endpoint).body, [key]: '?' });
        return { what: `nested values in ${key}`, body: others.replace('"?"', deep), code: 'VALIDATION_FAILED' };
      }),
    );
    await refuses(endpoint, [
      { what: 'nested arrays', body: arrays, code: 'VALIDATION_FAILED' },
      { what: 'nested objects', body: objects, code: 'VALIDATION_FAILED' },
      { what: 'arrays that never end', body: '['.repeat(60_000), code: 'BODY_NOT_JSON' },
      ...inside,
    ]);
  });

  test('has no fields that the contract does not know, at any depth', async () => {
    const { body } = exampleOf(endpoint);
    const objects = placesIn(body).filter(({ value }) => kindOf(value) === 'object');
    const differences = objects.flatMap(({ way, value }) =>
      ['surprise', '__proto__', 'constructor', 'toString', 'then', '', 'Name', 'a.b', 'имя', '\0', '\ud800'].map(
        (key): Difference => {
          const inner = withMember(value, key);
          return {
            what: `the field ${JSON.stringify([...way, key])}`,
            body: JSON.stringify(replaced(body, way, '?!')).replace('"?!"', () => inner),
            code: 'VALIDATION_FAILED',
            field: nameOf([...way, key]),
          };
        },
      ),
    );
    const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`a${i}`, 1]));
    await refuses(endpoint, [
      ...differences,
      { what: 'thousands of fields', body: many, code: 'VALIDATION_FAILED' },
      { what: 'a name of 60,000 characters', body: { ...body, ['x'.repeat(60_000)]: 1 }, code: 'VALIDATION_FAILED' },
    ]);
  });

  if (Object.keys(endpoint.body?.shape ?? {}).length === 0) return;

  if (endpoint.bodyOptional !== true)
    test('can not be empty', async () => {
      const [named] = await refuses(endpoint, [{ what: 'an empty body', body: '', code: 'BODY_NOT_JSON' }]);
      expect(named?.detail).toBe('The body is empty. Send a JSON object.');
    });

  test('has values of the right types alone; the refusal names the field', async () => {
    const { body } = exampleOf(endpoint);
    const differences = placesIn(body)
      .filter(({ way }) => way.length > 0)
      .flatMap(({ way, value }) =>
        [null, true, 7, 'text', [], {}, { a: 1 }]
          .filter((other) => kindOf(other) !== kindOf(value))
          .filter((other) => other !== null || !isRemovable(endpoint, nameOf(way)))
          .map(
            (other): Difference => ({
              what: `${JSON.stringify(other)} as ${nameOf(way)}`,
              body: replaced(body, way, other),
              code: 'VALIDATION_FAILED',
              field: nameOf(way),
            }),
          ),
      );
    await refuses(endpoint, differences);
  });

  test('is complete; the refusal names what is missing', async () => {
    const { required = [] } = z.toJSONSchema(endpoint.body ?? z.object({}), { io: 'input', unrepresentable: 'any' });
    const { body = {} } = exampleOf(endpoint);
    const places = placesIn(body)
      .map(({ way }) => way)
      // In a list every field belongs to its entry.
      .filter((way) => (way.length === 1 && required.includes(String(way[0]))) || (way.length > 2 && way.includes(0)))
      // But in a row of an import it is as optional as in a registration: see below.
      .filter((way) => !ROW.test(nameOf(way)));
    await refuses(
      endpoint,
      places.map((way) => ({
        what: `no ${nameOf(way)}`,
        body: replaced(body, way, undefined),
        code: 'VALIDATION_FAILED',
        field: nameOf(way),
      })),
    );
  });

  test('has text alone in its strings', async () => {
    const { body } = exampleOf(endpoint);
    const strings = placesIn(body).filter(({ value }) => typeof value === 'string');
    const differences = strings.flatMap(({ way, value }) =>
      ['\0', '\ud800', '\udfff\ud800', '\x07', '\x1b[2J', '\x7f'].flatMap((bad) =>
        [bad, `${value}${bad}`].map(
          (text): Difference => ({
            what: `${JSON.stringify(text)} as ${nameOf(way)}`,
            body: replaced(body, way, text),
            code: ['VALIDATION_FAILED', 'INVITE_LINK_INVALID'],
            ...(endpoint.access !== 'linkHolder' && { field: nameOf(way) }),
          }),
        ),
      ),
    );
    await refuses(endpoint, [
      ...differences,
      ...strings
        .map(
          ({ way }): Difference => ({
            what: `nothing to read as ${nameOf(way)}`,
            body: replaced(body, way, ''),
            code: 'VALIDATION_FAILED',
          }),
        )
        .filter(({ what }) => !OPTIONAL_TEXT.test(what)),
    ]);
  });

  /** Parts of an address may be left empty. */
  const OPTIONAL_TEXT = /person\.(name|longname|postCode|postAddress|legalAddress|tin)$/;
});

describe('a body', () => {
  test('of an account has a credit balance that can be stored', async () => {
    const { body } = exampleOf(endpointOf('putAccount'));
    await refuses(
      endpointOf('putAccount'),
      [1e308, -1e308, 2 ** 53, 5e-324, -1e-131].map((creditBalance) => ({
        what: `a balance of ${creditBalance}`,
        body: { ...(body as object), creditBalance },
        field: 'creditBalance',
      })),
    );
  });

  test('with the same field twice counts as its last', async () => {
    const createCustomer = endpointOf('createCustomer');
    await refuses(createCustomer, [
      { what: 'name twice', body: '{"name":"Wind","email":"a@client.example","name":1}', field: 'name' },
    ]);
  });

  test('has short lists', async () => {
    const emails = (count: number) => Array.from({ length: count }, (_, i) => `a${i}@client.example`);
    const grants = Array.from({ length: 41 }, () => ({ email: OWNER, roleId: 'a', grantedAt }));
    const { body } = exampleOf(endpointOf('putAccountCloud'));
    await refuses(endpointOf('createCustomer'), [
      {
        what: '21 administrators',
        body: { name: 'A', email: 'a@client.example', adminEmails: emails(21) },
        field: 'adminEmails',
      },
      { what: '20,000 wrong administrators', body: { adminEmails: Array<number>(20_000).fill(1) } },
    ]);
    await refuses(endpointOf('updateCustomer'), [
      { what: '21 administrators', body: { adminEmails: emails(21) }, field: 'adminEmails' },
      { what: '20,000 wrong administrators', body: { adminEmails: Array<number>(20_000).fill(1) } },
    ]);
    await refuses(endpointOf('importCustomers'), [
      { what: 'no rows', body: { customers: [] }, code: 'VALIDATION_FAILED', field: 'customers' },
      ...[{}, null, { name: 'A', email: 'a@client.example' }].map(
        (row): Difference => ({
          what: `101 rows of ${JSON.stringify(row)}`,
          body: { customers: Array<unknown>(101).fill(row) },
          code: 'VALIDATION_FAILED',
          field: 'customers',
        }),
      ),
      {
        what: '21 administrators',
        body: { customers: [{ name: 'A', email: 'a@client.example', adminEmails: emails(21) }] },
        field: 'customers.0.adminEmails',
      },
    ]);
    await refuses(endpointOf('putMember'), [
      { what: 'no roles', body: { roles: [] }, field: 'roles' },
      { what: 'a role that there is not', body: { roles: [VIEWER_ROLE, 'billing.accounts.king'] }, field: 'roles.1' },
      { what: '10,000 wrong roles', body: { roles: Array<number>(10_000).fill(1) }, field: 'roles.0' },
    ]);
    const subject = { id: 'a@client.example', type: 'USER' };
    const delta = { action: 'ADD', roleId: VIEWER_ROLE, subject };
    await refuses(endpointOf('updateAccess'), [
      { what: 'no deltas', body: { deltas: [] }, field: 'deltas' },
      { what: '10,000 wrong deltas', body: { deltas: Array<number>(10_000).fill(1) } },
      { what: 'another action', body: { deltas: [delta, { ...delta, action: 'SET' }] }, field: 'deltas.1.action' },
      { what: 'another role', body: { deltas: [{ ...delta, roleId: 'owner' }] }, field: 'deltas.0.roleId' },
      {
        what: 'another type',
        body: { deltas: [{ ...delta, subject: { ...subject, type: 'GROUP' } }] },
        field: 'deltas.0.subject.type',
      },
      {
        what: 'a long client id',
        body: { deltas: [{ ...delta, subject: { id: 'x'.repeat(256), type: 'SERVICE_ACCOUNT' } }] },
        field: 'deltas.0.subject.id',
      },
    ]);
    await refuses(endpointOf('putPartner'), [
      { what: '21 owners', body: { name: 'A', paid: true, owners: emails(21) }, field: 'owners' },
    ]);
    await refuses(endpointOf('putAccountCloud'), [
      { what: '41 grants', body: { ...body, grants }, field: 'grants' },
      { what: '20,000 wrong grants', body: { ...body, grants: Array<number>(20_000).fill(1) } },
      {
        what: 'a long client id',
        body: { ...body, grants: [{ clientId: 'x'.repeat(5_000), roleId: 'a', grantedAt }] },
        field: 'grants.0.clientId',
      },
      { what: 'two subjects', body: { ...body, grants: [{ email: OWNER, clientId: 'x', roleId: 'a', grantedAt }] } },
      ...['__proto__', '', '9', 'a b', '.owner', 'владелец'].map(
        (roleId): Difference => ({
          what: `the role ${roleId}`,
          body: { ...body, grants: [{ email: OWNER, roleId, grantedAt }] },
          field: 'grants.0.roleId',
        }),
      ),
      ...[
        'yesterday',
        '2026-02-30T00:00:00Z',
        '2026-01-01',
        '2026-01-01T00:00:00',
        '2026-01-01T25:00:00Z',
        '1767225600',
      ].map(
        (at): Difference => ({
          what: `granted ${at}`,
          body: { ...body, grants: [{ email: OWNER, roleId: 'a', grantedAt: at }] },
          field: 'grants.0.grantedAt',
        }),
      ),
    ]);
  });
});

describe('a row of an import', () => {
  const rows = (...customers: unknown[]) => ({ customers });
  const importCustomers = () => endpointOf('importCustomers');

  test('is complete, or told what it lacks; what is wrong in it is told without the other rows', async () => {
    const email = 'b@client.example';
    await refuses(importCustomers(), [
      { what: 'an empty row', body: rows({}), code: 'VALIDATION_FAILED', field: 'customers.0.name' },
      { what: 'an empty row', body: rows({}), code: 'VALIDATION_FAILED', field: 'customers.0.email' },
      { what: 'no name', body: rows({ email }), field: 'customers.0.name' },
      { what: 'no email', body: rows({ name: 'B' }), field: 'customers.0.email' },
      { what: 'a person without', body: rows({ name: 'B', person: {} }), field: 'customers.0.email' },
      {
        what: 'a key of 256 characters',
        body: rows({ name: 'B', email, idempotencyKey: 'k'.repeat(MAX_IDEMPOTENCY_KEY_LENGTH + 1) }),
        field: 'customers.0.idempotencyKey',
      },
      { what: '100 empty rows', body: rows(...Array<object>(100).fill({})), field: 'customers.0.name' },
      {
        what: '100 nulls',
        body: rows(...Array<null>(100).fill(null)),
        code: 'VALIDATION_FAILED',
        field: 'customers.0',
      },
    ]);
    const [problem] = await refuses(importCustomers(), [{ what: 'null for a row', body: rows(null) }]);
    expect(problem?.detail).toBe('the row must be a JSON object.');
  });

  test('that is bad keeps no good one out', async () => {
    const good = (n: number) => ({ name: `Good ${n}`, email: `good-${n}@client.example` });
    const before = (await itemsOf(portal.stack)).length;
    const customers = [good(1), null, { ...good(2), surprise: 1 }, { ...good(3), email: 'x' }, {}, good(4)];
    const answer = await request<{ results: { customer?: CustomerAnswer; problem?: ProblemBody }[] }>(
      'POST',
      '/v1/customers/batch',
      { as: OWNER, body: { customers } },
    );
    expect(answer.body.results.map(({ customer, problem }) => customer?.email ?? problem?.code)).toEqual([
      'good-1@client.example',
      ...Array<string>(4).fill('VALIDATION_FAILED'),
      'good-4@client.example',
    ]);
    const stored = await itemsOf(portal.stack);
    expect(JSON.stringify(stored)).not.toMatch(/good-[23]@|"Good [23]"/);
    expect(stored.length).toBeGreaterThan(before);
  });
});

function endpointOf(name: string): Endpoint {
  const endpoint = ENDPOINTS.find((each) => each.name === name);
  if (!endpoint) throw new Error(`there is no endpoint ${name}`);
  return endpoint;
}

describe('an email address', () => {
  const create = (address: string) => ({ name: 'Wind', email: address });
  const at = (address: string) => `the email ${JSON.stringify(address.slice(0, 80))}`;

  const bad = [
    '',
    'not-an-email',
    'a@b@client.example',
    'a@client.example\r\nBcc: evil@evil.example',
    'a@client.example\n',
    ' a@client.example',
    'a b@client.example',
    'a@client .example',
    '"a b"@client.example',
    'Wind <a@client.example>',
    'a@client.example,b@client.example',
    'a@localhost',
    'a@127.0.0.1',
    'a@[127.0.0.1]',
    'a@client.example.',
    'a@client.example/path',
    'a@client.example?subject=x',
    'a@client.example#x',
    'a@client.example:25',
    'a@client.example\\x',
    'a@cl%69ent.example',
    '@client.example',
    'a@',
    '.a@client.example',
    'a..b@client.example',
    `${'a'.repeat(65)}@client.example`,
    `a@${'b'.repeat(64)}.example`,
    `a@${'b.'.repeat(130)}example`,
    `${'a'.repeat(60_000)}@client.example`,
    `a@${'b'.repeat(60_000)}`,
    'a\0@client.example',
    'a@client\0.example',
    'a\u2028@client.example',
  ];

  test('that nobody can be reached at is refused, wherever it stands', async () => {
    await refuses(
      endpointOf('createCustomer'),
      bad.flatMap((address): Difference[] => [
        { what: at(address), body: create(address), code: 'VALIDATION_FAILED', field: 'email' },
        { what: at(address), body: { name: 'A', person: { email: address } }, field: 'person.email' },
        { what: at(address), body: { ...create('a@client.example'), adminEmails: [address] }, field: 'adminEmails.0' },
      ]),
    );
    await refuses(
      endpointOf('importCustomers'),
      bad.flatMap((address): Difference[] => [
        { what: at(address), body: { customers: [create(address)] }, field: 'customers.0.email' },
        {
          what: at(address),
          body: { customers: [{ ...create('a@client.example'), adminEmails: [address] }] },
          field: 'customers.0.adminEmails.0',
        },
      ]),
    );
    await refuses(
      endpointOf('updateCustomer'),
      bad.flatMap((address): Difference[] => [
        { what: at(address), body: { email: address }, code: 'VALIDATION_FAILED', field: 'email' },
        { what: at(address), body: { person: { email: address } }, field: 'person.email' },
        { what: at(address), body: { adminEmails: [address] }, field: 'adminEmails.0' },
      ]),
    );
    await refuses(
      endpointOf('updateAccess'),
      bad.map((address) => ({
        what: at(address),
        body: { deltas: [{ action: 'ADD', roleId: VIEWER_ROLE, subject: { id: address, type: 'USER' } }] },
        field: 'deltas.0.subject.id',
      })),
    );
    await refuses(
      endpointOf('putPartner'),
      bad.map((address) => ({
        what: at(address),
        body: { name: 'A', paid: true, owners: [address] },
        field: 'owners.0',
      })),
    );
    const inPath = bad.filter((address) => address !== '' && address.length < 2_000);
    await refuses(
      endpointOf('putAccount'),
      inPath.map((address) => ({ what: at(address), path: { email: encodeURIComponent(address) }, field: 'email' })),
    );
    // What has no @ is a client id.
    for (const name of ['putMember', 'deleteMember']) {
      await refuses(
        endpointOf(name),
        inPath
          .filter((address) => address.includes('@'))
          .map((address) => ({
            what: at(address),
            path: { memberId: encodeURIComponent(address) },
            code: 'VALIDATION_FAILED',
            field: 'memberId',
          })),
      );
    }
  });

  test('whose local part is not ASCII is refused, and why', async () => {
    const problems = await refuses(endpointOf('createCustomer'), [
      { what: 'Cyrillic', body: create('контакт@пример.рф'), field: 'email' },
      { what: 'an accent', body: create('josé@client.example'), field: 'email' },
      { what: 'an emoji', body: create('a🙂@client.example'), field: 'email' },
    ]);
    for (const { detail } of problems)
      expect(detail).toBe('the part before @ must be ASCII: the mail service cannot deliver to it.');
  });

  test.each([
    ['info@пример.рф', 'info@xn--e1afmkfd.xn--p1ai'],
    [`${'a'.repeat(64)}@client.example`, `${'a'.repeat(64)}@client.example`],
    ["O'Hara+tag/x=y@Sub.Client.Example", "o'hara+tag/x=y@sub.client.example"],
    ['{a}|~`@client.example', '{a}|~`@client.example'],
  ])('%s is good, and is mailed to as %s', async (address, canonical) => {
    const customer = await register({ email: address });
    expect(customer.email).toBe(canonical);
    await mailsTo(canonical);
  });
});

const noPhones = [
  'call me maybe?',
  'FLOWERS',
  '12',
  '+',
  '1'.repeat(16),
  '+7 812\n555',
  '٠١٢٣',
  '1-800-ЦВЕТЫ',
  '',
  '0'.repeat(60_000),
];

test('a phone that is neither a number nor a phoneword is refused', async () => {
  await refuses(
    endpointOf('createCustomer'),
    noPhones.map((phone) => ({
      what: `the phone ${phone.slice(0, 80)}`,
      body: { name: 'A', email: 'a@client.example', person: { phone } },
      field: 'person.phone',
    })),
  );
});

describe('good input comes back exactly as it was sent:', () => {
  test.each([
    ['right-to-left script', 'שלום ‏עולם‏ مرحبا بالعالم'],
    ['10,000 characters', 'Ж'.repeat(10_000)],
    ['quotes, angle brackets and backslashes', `"'\`<script>alert(1)</script>&amp;\\u0000\\"</p>{{7*7}}\${x}%00%s`],
    ['emoji of several code points', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇻🇳'],
    ['combining marks, not normalised', 'e\u0301 \u00e9 Z\u0351\u036b\u0343 Việt Việt'],
    ['line breaks and tabs', 'Wind\r\nand\tSons\nLtd'],
    ['formulas and SQL', `=cmd|' /C calc'!A0; DROP TABLE customers; --`],
    ['spaces around', '  Wind  '],
    ['names of JavaScript', '__proto__'],
    ['invisible characters', '\u200b\u00ad\ufeff\u2060x'],
    ['what is no word for null', 'null'],
  ])('%s', async (_, text) => {
    const person = {
      ...everyPerson,
      name: text,
      longname: text,
      postCode: text,
      postAddress: text,
      legalAddress: text,
      tin: text,
    };
    const short = text.slice(0, 1_000);
    const sent = {
      name: text,
      friendlyName: short,
      role: short,
      person: text.length > 1_000 ? { longname: text } : person,
    };
    const { id, email } = await register(sent);
    expect(await request('GET', `/v1/customers/${id}`, { as: OWNER })).toMatchObject({ status: 200, body: sent });
    expect(await request('GET', `/v1/customers/${id}`, { as: email ?? '' })).toMatchObject({ body: { name: text } });
    const found = await request<{ customers: CustomerAnswer[] }>(
      'GET',
      `/v1/customers?${new URLSearchParams({ query: short })}`,
      { as: OWNER },
    );
    expect(found.body.customers.find((customer) => customer.id === id)).toMatchObject(sent);
    const token = await linkToken(email ?? '');
    const accepted = await request('POST', '/v1/invites/accept', { body: { token } });
    expect(accepted).toMatchObject({
      status: 200,
      body: { name: text, organization: { name: `For subaccount '${text}'` } },
    });
  });

  test.each(['+7 (812) 555-01-02', '1-800-FLOWERS', '112', '+84.28.3819.8779'])('the phone %s', async (phone) => {
    expect((await register({ person: { phone } })).person).toEqual({ phone });
  });

  test('names with line breaks are listed page by page, as all others', async () => {
    const name = (i: number) => `Line\nbreak ${i}`;
    const ids = await inParallel([1, 2, 3], async (i) => (await register({ name: name(i) }, OTHER_PARTNER)).id);
    const seen: string[] = [];
    let next: string | undefined;
    do {
      const query = new URLSearchParams({ query: 'Line\nbreak', pageSize: '1', ...(next && { pageToken: next }) });
      const { status, body } = await request<{ customers: CustomerAnswer[]; nextPageToken?: string }>(
        'GET',
        `/v1/customers?${query}`,
        { as: OTHER_PARTNER },
      );
      expect(status).toBe(200);
      seen.push(...body.customers.map(({ id }) => id));
      next = body.nextPageToken;
    } while (next);
    expect(seen.sort()).toEqual(ids.sort());
  });
});

describe('a query', () => {
  test.each(table(ENDPOINTS))('of %s has no parameters that the contract does not know', async (_, endpoint) => {
    const { query } = exampleOf(endpoint);
    const names = ['surprise', 'constructor', 'access_token', 'PageSize', 'pagesize', 'a\0'];
    await refuses(
      endpoint,
      names.map((name) => ({
        what: `the parameter ${name}`,
        query: new URLSearchParams({ ...query, [name]: '1' }).toString(),
        code: 'VALIDATION_FAILED',
        field: name,
      })),
    );
  });

  test.each(table(lists))('of %s has a page size from 1 to 1000', async (_, endpoint) => {
    const bad = [
      '0',
      '-1',
      '1.5',
      '1e3',
      '1001',
      'many',
      '',
      '%00',
      '0x10',
      '%D9%A1',
      '1%20',
      '+1',
      'Infinity',
      'NaN',
      '9'.repeat(400),
    ];
    await refuses(endpoint, [
      ...bad.map((size) => ({
        what: `the page size ${size}`,
        query: `pageSize=${size}`,
        code: 'VALIDATION_FAILED' as const,
        field: 'pageSize',
      })),
      { what: 'two page sizes', query: 'pageSize=1&pageSize=2', code: 'VALIDATION_FAILED', field: 'pageSize' },
      { what: 'a list of page sizes', query: 'pageSize[]=1', code: 'VALIDATION_FAILED' },
    ]);
    for (const size of [1, 1000]) {
      const answer = await send(await toRequest(endpoint, { query: `pageSize=${size}` }));
      expect(answer.status, answer.text).toBe(200);
    }
  });

  test('filters customers by a status that there is, and by text', async () => {
    await refuses(endpointOf('listCustomers'), [
      ...['active', 'DELETED', '', 'ACTIVE,ACTIVE', '__proto__'].map((status) => ({
        what: `the status ${status}`,
        query: `status=${status}`,
        field: 'status',
      })),
      { what: 'two states', query: 'status=ACTIVE&status=EXPIRED', field: 'status' },
      ...['%00', 'a%1Bb', '%7F', '%FF', '%EF%BF%BD'].map((text) => ({
        what: `the query ${text}`,
        query: `query=${text}`,
        field: 'query',
      })),
    ]);
    for (const text of ['%', '%20', '@', '', '%F0%9F%99%82'.repeat(200), '%CC%81', '%0A']) {
      const answer = await send(await toRequest(endpointOf('listCustomers'), { query: `query=${text}` }));
      expect(answer.status, answer.text).toBe(200);
    }
  });
});

describe('a page token', () => {
  /** Of which list a token is, as each function writes it. */
  let scopes: Record<string, string>;
  let served: Record<string, string>;

  beforeAll(async () => {
    scopes = {
      listCustomers: JSON.stringify(['listCustomers', 'byCreated', 'CUSTOMERS#acme', null, null]),
      listMyCustomers: `listMyCustomers USER#${NOBODY}`,
      listClouds: `listClouds ${active.id}`,
      listLinkableClouds: `listLinkableClouds USER#${OWNER}`,
      getAccess: `getAccess ${active.id}`,
      listEvents: `listEvents ${active.id}`,
      listMembers: 'listMembers acme',
      listApprovals: 'listApprovals',
    };
    // Whoever asks has two of everything.
    examples['listMyCustomers'] = { as: NOBODY, query: { pageSize: '1' } };
    await register({ email: NOBODY });
    await register({ email: NOBODY }, OTHER_PARTNER);
    for (const name of ['one', 'two'])
      await request('POST', `/v1/customers/${active.id}/clouds`, { as: OWNER, body: { name } });
    served = Object.fromEntries(
      await Promise.all(lists.map(async (endpoint) => [endpoint.name, await firstToken(endpoint)])),
    );
  });

  async function firstToken(endpoint: Endpoint, query = 'pageSize=1'): Promise<string> {
    const { text } = await send(await toRequest(endpoint, { query }));
    return (JSON.parse(text) as { nextPageToken?: string }).nextPageToken ?? '';
  }

  test.each(table(lists))('of %s that was edited, cut off, or taken from elsewhere is refused', async (_, endpoint) => {
    const token = served[endpoint.name] ?? '';
    expect(token.length).toBeGreaterThan(10);
    expect(token.length).toBeLessThanOrEqual(100);
    const flipped = (i: number) => token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    const others = lists.flatMap(({ name }) => (name === endpoint.name ? [] : [served[name] ?? '']));
    const edited = [
      ...[0, 5, 10, 11, 14, token.length - 2].map(flipped),
      ...[1, 5, 11, 12, -4, -1].map((end) => token.slice(0, end)),
      `${token}A`,
      `${token}=`,
      `${token}%20`,
      token.toUpperCase(),
      token + token,
      '',
      '%00',
      'AAAA',
      'null',
      '..%2F..%2Fetc',
      'x'.repeat(5_000),
      Buffer.from('{"pk":"CUSTOMER#x"}').toString('base64url'),
      ...others,
    ];
    await refuses(
      endpoint,
      // A short token is whole where a longer one is cut off.
      edited
        .filter((each) => each !== token)
        .map((pageToken) => ({
          what: `the page token ${pageToken.slice(0, 120)}`,
          query: `pageSize=1&pageToken=${pageToken}`,
          code: 'PAGE_TOKEN_INVALID',
        })),
    );
    await refuses(endpoint, [
      { what: 'the token twice', query: `pageToken=${token}&pageToken=${token}`, code: 'PAGE_TOKEN_INVALID' },
    ]);
  });

  test.each(table(lists))(
    'of %s made up by someone who knows how shows nothing and breaks nothing',
    async (_, endpoint) => {
      const token = served[endpoint.name] ?? '';
      const scope = scopes[endpoint.name] ?? '';
      const position = Buffer.from(token, 'base64url').subarray(8).toString().split('\n');
      expect(pageToken(position, scope), 'the scope of this list in this test').toBe(token);
      const own: object[] = [];
      // A page may be short.
      for (let next: string | undefined = ''; next !== undefined; ) {
        const { text } = await send(await toRequest(endpoint, { query: next && `pageToken=${next}` }));
        const { nextPageToken, ...lists } = JSON.parse(text) as Record<string, object[]> & { nextPageToken?: string };
        own.push(...Object.values(lists as Record<string, object[]>).flat());
        next = nextPageToken;
      }
      const positions = [
        [],
        [''],
        ['', ''],
        ['x'],
        ['x', 'y'],
        ['x', 'y', 'z'],
        [...position, 'x'],
        [position[0] ?? ''],
        [position[0] ?? '', ''],
        [position[0] ?? '', foreign.id],
        [foreign.createdAt, foreign.id],
        ['CUSTOMER', 'CUSTOMER'],
        ['~'.repeat(2_000)],
        ['~'.repeat(1_500), 'x'.repeat(1_500)],
        ['\0', '\0'],
        ['#', '..'],
      ];
      await everyMailSettled(portal.stack);
      await nothingStored(portal.stack, () =>
        inParallel(positions, async (made) => {
          const what = `${endpoint.name} from ${JSON.stringify(made).slice(0, 80)}`;
          const answer = await send(
            await toRequest(endpoint, { query: `pageSize=1000&pageToken=${pageToken(made, scope)}` }),
          );
          if (answer.status !== 200) expectRefusal(answer, what);
          if (answer.status !== 200) return;
          const [, entries] = Object.entries(JSON.parse(answer.text) as Record<string, object[]>)[0] ?? [];
          for (const entry of entries ?? []) expect(own, what).toContainEqual(entry);
        }),
      );
    },
  );

  test('is of one partner and of one filter', async () => {
    const list = endpointOf('listCustomers');
    const filters = ['pageSize=1', 'pageSize=1&status=VERIFICATION_REQUIRED', 'pageSize=1&query=Customer'];
    const tokens = await Promise.all(filters.map((filter) => firstToken(list, filter)));
    expect(new Set(tokens).size).toBe(filters.length);
    const theirs = await bearer(OTHER_PARTNER);
    await refuses(list, [
      ...filters.flatMap((filter, i) =>
        tokens.flatMap((token, j): Difference[] =>
          i === j
            ? []
            : [
                {
                  what: `the token of ${filters[j]}`,
                  query: `${filter}&pageToken=${token}`,
                  code: 'PAGE_TOKEN_INVALID',
                },
              ],
        ),
      ),
      ...filters.map(
        (filter, i): Difference => ({
          what: "another partner's token",
          query: `${filter}&pageToken=${tokens[i]}`,
          headers: { authorization: `Bearer ${theirs}` },
          code: 'PAGE_TOKEN_INVALID',
        }),
      ),
    ]);
  });
});

describe('an id', () => {
  const malformed = [
    'x',
    'null',
    'dn2',
    'DN2ABCDEFGHIJKLMNOPQ',
    '%00',
    'dn2%00',
    '%20',
    '..%2F..%2Fme',
    '%2e%2e',
    'a%2Fb',
    '%2F',
    '%5C..%5C',
    '%D0%B8%D0%B4',
    '%F0%9F%99%82',
    '%25%30%30',
    "'%20OR%201=1--",
    '*',
    '__proto__',
    '%7B%7D',
    'CUSTOMER%23x',
    'x'.repeat(5_000),
  ];

  test.each(table(ofCustomer))(
    'of %s is that of a customer that the caller may know of, or there is no such customer',
    async (_, endpoint) => {
      const { path } = exampleOf(endpoint);
      const own = path?.['customerId'] ?? '';
      const ids = [
        ...malformed,
        'dn2aaaaaaaaaaaaaaaaa',
        // Operators know the customers of all partners.
        ...(endpoint.access === 'operator' ? [] : [foreign.id]),
        own.toUpperCase(),
        `${own}a`,
        `${own}%00`,
        `${own}%20`,
        `${own}%0A`,
        `%20${own}`,
        own.slice(0, -1),
      ];
      const problems = await refuses(
        endpoint,
        ids.map((customerId) => ({
          what: `the id ${customerId.slice(0, 60)}`,
          path: { customerId },
          code: 'CUSTOMER_NOT_FOUND',
        })),
      );
      // Nothing tells a customer of somebody else from none.
      expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    },
  );

  test('of an operation is that of a change of a customer that the caller may know of', async () => {
    const ids = [
      ...malformed,
      active.id,
      `${foreign.id}.1`,
      'dn2aaaaaaaaaaaaaaaaa.1',
      ...[
        '',
        '.',
        '.0',
        '.01',
        '.-1',
        '.1.1',
        '.1e0',
        '.99',
        '.99999999',
        '.100000000',
        '.1%0A',
        '.%D9%A1',
        '.1%00',
      ].map((version) => `${active.id}${version}`),
    ];
    const problems = await refuses(
      endpointOf('getOperation'),
      ids.map((operationId) => ({
        what: `the operation ${operationId.slice(0, 60)}`,
        path: { operationId },
        code: 'OPERATION_NOT_FOUND',
      })),
    );
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
  });

  test('of a member has its form; another partner’s member is told from none only to whoever would add it', async () => {
    const bad = ['%00', 'dn2%00', '%20', '%0A', 'a%1B', '%7F', 'x'.repeat(256), 'x'.repeat(5_000)];
    for (const name of ['putMember', 'deleteMember']) {
      await refuses(
        endpointOf(name),
        bad.map((memberId) => ({
          what: `the member ${memberId.slice(0, 60)}`,
          path: { memberId },
          code: 'VALIDATION_FAILED',
          field: 'memberId',
        })),
      );
    }
    const absent = [OTHER_PARTNER, 'nobody@acme.example', 'x', '..%2F..%2Fme', 'MEMBERSHIP', '__proto__', 'USER%23x'];
    const problems = await refuses(
      endpointOf('deleteMember'),
      absent.map((memberId) => ({ what: `the member ${memberId}`, path: { memberId }, code: 'MEMBER_NOT_FOUND' })),
    );
    expect(new Set(problems.map(({ detail }) => detail)).size).toBe(1);
    await refuses(endpointOf('deleteMember'), [
      { what: 'the last owner', path: { memberId: OWNER }, code: 'LAST_OWNER' },
    ]);
    await refuses(endpointOf('putMember'), [
      { what: 'the last owner', path: { memberId: OWNER }, code: 'LAST_OWNER' },
      {
        what: "another partner's member",
        path: { memberId: OTHER_PARTNER },
        code: 'MEMBER_ELSEWHERE',
        field: 'memberId',
      },
    ]);
  });

  test('of a partner or a cloud has its form', async () => {
    const ids = malformed.filter((id) => !['x', 'null', 'dn2', '__proto__', 'DN2ABCDEFGHIJKLMNOPQ'].includes(id));
    await refuses(
      endpointOf('putPartner'),
      [...ids, 'x', 'acme%0A', 'Acme', 'acme-', 'a'.repeat(51)].map((partnerId) => ({
        what: `the partner ${partnerId.slice(0, 60)}`,
        path: { partnerId },
        code: 'VALIDATION_FAILED',
        field: 'partnerId',
      })),
    );
    // Dots are what a cloud's id may have.
    const clouds = [...ids.filter((id) => id !== '%2e%2e'), 'b1g%0A', 'b1g%20', 'x'.repeat(51)];
    await refuses(
      endpointOf('putAccountCloud'),
      clouds.map((cloudId) => ({
        what: `the cloud ${cloudId.slice(0, 60)}`,
        path: { cloudId },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('unlinkCloud'),
      clouds.map((cloudId) => ({
        what: `the cloud ${cloudId.slice(0, 60)}`,
        path: { cloudId },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('unlinkCloud'),
      ['..', 'x', '__proto__', LINKED_CLOUD.toUpperCase(), LINKABLE_CLOUD, 'b1gworkshopglobex0000'].map((cloudId) => ({
        what: `the cloud ${cloudId}`,
        path: { cloudId: cloudId.replaceAll('.', '%2e') },
        code: 'CLOUD_NOT_FOUND',
      })),
    );
    await refuses(
      endpointOf('linkCloud'),
      clouds.map((id) => ({
        what: `the cloud ${id.slice(0, 60)}`,
        body: { cloudId: decodeURIComponent(id) },
        code: 'VALIDATION_FAILED',
        field: 'cloudId',
      })),
    );
    await refuses(
      endpointOf('createCloud'),
      [...ids, 'Prod', '-prod', 'prod-', '1prod', 'prod\n', 'a'.repeat(64), 'прод', 'a_b', 'a.b'].map((name) => ({
        what: `the cloud name ${name.slice(0, 60)}`,
        body: { name: decodeURIComponent(name) },
        code: 'VALIDATION_FAILED',
        field: 'name',
      })),
    );
    await refuses(endpointOf('putAccountCloud'), [
      { what: 'an account that is not recorded', path: { email: 'nobody@client.example' }, code: 'ACCOUNT_NOT_FOUND' },
      { what: "another account's cloud", path: { cloudId: 'b1gworkshopdata000000' }, code: 'CLOUD_ELSEWHERE' },
    ]);
  });
});

describe("the emailed link's token", () => {
  const byLink = ENDPOINTS.filter(({ access }) => access === 'linkHolder');
  const mine = { token: '', id: '' };
  const other = { token: '', id: '' };

  beforeAll(async () => {
    for (const link of [mine, other]) {
      const { id, email } = await register();
      Object.assign(link, { id, token: await linkToken(email ?? '') });
    }
  });

  const refusesTokens = (endpoint: Endpoint, tokens: string[]) =>
    refuses(
      endpoint,
      tokens.map((token) => ({
        what: `the token ${token.slice(0, 80)}`,
        body: { token },
        code: 'INVITE_LINK_INVALID',
      })),
    );

  test.each(table(byLink))(
    'opens nothing at %s when it is cut off, edited, made up, or put together from two',
    async (_, endpoint) => {
      const { token, id } = mine;
      const [keyId = '', , mac = ''] = token.split('.');
      const [, , otherMac = ''] = other.token.split('.');
      await refusesTokens(endpoint, [
        ...[1, 3, 23, 24, 40, -20, -1].map((end) => token.slice(0, end)),
        `${token}A`,
        `${token}=`,
        ` ${token}`,
        `${token}\n`,
        `#token=${token}`,
        token.toUpperCase(),
        `${keyId}.${other.id}.${mac}`,
        `${keyId}.${id}.${otherMac}`,
        `${keyId}.dn2aaaaaaaaaaaaaaaaa.${mac}`,
        ...['k9', 'K1', 'current', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '0'].map(
          (key) => `${key}.${id}.${mac}`,
        ),
        `${keyId}.${id}.${'A'.repeat(43)}`,
        `${keyId}.${id}.`,
        `..`,
        'x',
        'null',
        `${keyId}.${id}.${mac.slice(0, -1)}${mac.endsWith('A') ? 'B' : 'A'}`,
        `${keyId}.${id}.${'я'.repeat(43)}`,
        await bearer(OWNER),
        'x'.repeat(60_000),
      ]);
    },
  );

  test('says the same to everyone whom it opens nothing for', async () => {
    const details = await inParallel(byLink, async (endpoint) => {
      const { token, id } = mine;
      const problems = await refusesTokens(endpoint, [
        token.slice(0, -1),
        token.replace(id, 'dn2aaaaaaaaaaaaaaaaa'),
        token.replace(id, other.id),
      ]);
      return problems.map(({ detail }) => detail);
    });
    expect(new Set(details.flat()).size).toBe(1);
  });

  test.each([
    ['an older email', { email: 'moved@client.example' }],
    ['an invitation that was replaced', { nonce: 'another' }],
    ['an older email, even if the address is the same again', { email: 'moved@client.example', nonce: 'another' }],
  ])('of %s is dead', async (_, change) => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({ status: 200 });
    await setOnCustomer(portal.stack, id, change);
    for (const endpoint of byLink) await refusesTokens(endpoint, [token]);
  });

  test('of an expired invitation shows that it is expired, and confirms or declines nothing', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    await letExpire(id);
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({
      status: 200,
      body: { status: 'EXPIRED', invite: null },
    });
    for (const name of ['acceptInvite', 'declineInvite']) {
      const [problem] = await refuses(endpointOf(name), [
        { what: 'an expired token', body: { token }, code: 'CUSTOMER_STATUS' },
      ]);
      expect(problem?.currentStatus).toBe('EXPIRED');
    }
  });

  test('that is used again answers as the first time did, and stores nothing more', async () => {
    const { email } = await register();
    const token = await linkToken(email ?? '');
    const accept = () => request('POST', '/v1/invites/accept', { body: { token }, key: 'again' });
    const first = await accept();
    expect(first.status).toBe(200);
    await everyMailSettled(portal.stack);
    expect((await nothingStored(portal.stack, accept)).body).toEqual(first.body);
    await refuses(endpointOf('declineInvite'), [
      { what: 'a used token', body: { token }, code: 'CUSTOMER_STATUS' },
      { what: 'a used key', body: { token }, headers: { 'idempotency-key': 'again' }, code: 'IDEMPOTENCY_KEY_REUSED' },
    ]);
    // A key says nothing about the mailbox.
    const broken = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A');
    await refuses(endpointOf('acceptInvite'), [
      {
        what: 'a wrong token with a good key',
        body: { token: broken },
        headers: { 'idempotency-key': 'again' },
        code: 'INVITE_LINK_INVALID',
      },
    ]);
  });
});

describe('an Idempotency-Key', () => {
  test.each(table(ENDPOINTS.filter(({ method }) => method === 'POST')))(
    'of %s has 1 to 255 characters',
    async (_, endpoint) => {
      await refuses(
        endpoint,
        ['', 'k'.repeat(MAX_IDEMPOTENCY_KEY_LENGTH + 1), 'k'.repeat(5_000)].map((key) => ({
          what: `a key of ${key.length} characters`,
          headers: { 'idempotency-key': key },
          code: 'VALIDATION_FAILED',
          field: 'Idempotency-Key',
        })),
      );
    },
  );

  test('that was used is refused with another body, and at another endpoint of the same customer', async () => {
    const key = '\x7ekey "of" {many} \xe9 characters';
    const customer = await confirmed();
    const post = (path: string, body: object) => request('POST', path, { as: OWNER, key, body });
    const cloudsOf = `/v1/customers/${customer.id}/clouds`;
    expect((await post(cloudsOf, { name: 'keyed' })).status).toBe(201);
    const headers = { 'idempotency-key': key };
    const path = { customerId: customer.id };
    const code = 'IDEMPOTENCY_KEY_REUSED';
    await refuses(endpointOf('createCloud'), [{ what: 'a used key', headers, path, body: { name: 'other' }, code }]);
    await refuses(endpointOf('linkCloud'), [{ what: 'a used key', headers, path, code }]);
    await refuses(endpointOf('resendInvite'), [{ what: 'a used key', headers, path, code }]);
    const created = await post('/v1/customers', { name: 'Keyed', email: 'keyed@client.example' });
    expect(created.status).toBe(201);
    await mailsTo('keyed@client.example');
    await refuses(endpointOf('createCustomer'), [
      { what: 'a used key', headers, code },
      {
        what: 'a used key and one field more',
        headers,
        body: { name: 'Keyed', email: 'keyed@client.example', language: 'en' },
        code,
      },
    ]);
    await refuses(endpointOf('resendInvite'), [
      { what: "its registration's key", headers, path: { customerId: String(created.body['id']) }, code },
    ]);
  });
});

// What isn't under the API's paths is a page.
test('what is no route is answered by the gateway', async () => {
  const unknown: [string, string][] = [
    ['GET', '/v1/nothing'],
    ['GET', '/v1/me/'],
    ['DELETE', '/v1/me'],
    ['PATCH', '/v1/invites/accept'],
    ['GET', '/v1/customers/../me/x'],
    ['GET', `/v1/customers/${waiting.id}/`],
    ['GET', '/v1/customers/a/b/c/d'],
    ['TRACE', '/v1/me'],
  ];
  const headers = { authorization: `Bearer ${await bearer(OWNER)}` };
  await everyMailSettled(portal.stack);
  await nothingStored(portal.stack, async () => {
    for (const [method, path] of unknown) {
      const answer = await send({ method, path, headers });
      expect(answer, `${method} ${path}`).toMatchObject({ status: 404, text: '{"message":"Not Found"}' });
    }
    for (const path of ['/v1/customers/%', '/v1/customers/%ZZ', '/v1/customers/%C3%28', '/v1/customers/%FF'])
      expect(await send({ method: 'GET', path, headers }), path).toMatchObject({ status: 400 });
  });
});

test.each(table(ENDPOINTS))(
  '%s answers its example well, in a body of exactly 64 KB and with the longest key',
  async (_, endpoint) => {
    const { body } = exampleOf(endpoint);
    const json = body && JSON.stringify(body);
    const answer = await send(
      await toRequest(endpoint, {
        ...(json !== undefined && { body: json + ' '.repeat(MAX_BODY_BYTES - json.length) }),
        ...(endpoint.method === 'POST' && {
          headers: { 'idempotency-key': endpoint.name.padEnd(MAX_IDEMPOTENCY_KEY_LENGTH, 'k') },
        }),
      }),
    );
    expect(answer.status, answer.text).toBe(endpoint.status);
    if (!endpoint.answer) {
      expect([endpoint.status, answer.text]).toEqual([204, '']);
      return;
    }
    expect(endpoint.answer.safeParse(JSON.parse(answer.text))).toMatchObject({ success: true });
    // A row that is refused would be answered with 200 as well.
    if (endpoint.name === 'importCustomers') expect(answer.text).toMatch(/^\{"results":\[\{"customer":/);
  },
);

describe('whatever is sent', () => {
  /** How many random requests each endpoint gets. */
  const RUNS = 15;

  // No mail goes out meanwhile: what changes in the table, the request has changed.
  beforeAll(async () => {
    await everyMailSettled(portal.stack);
    portal.stack.stream.mode = 'paused';
  });

  const nasty = fc.oneof(
    fc.jsonValue(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('__proto__', '\ud800', '\0', '', 'a@client.example', '9'.repeat(400), -0, 1e308, 2 ** 53),
  );
  const headerText = fc.string({
    unit: fc
      .integer({ min: 0x20, max: 0xff })
      .filter((c) => c < 0x7f || c > 0x9f)
      .map((c) => String.fromCharCode(c)),
  });
  const queries = fc.array(
    fc.tuple(
      fc.oneof(fc.constantFrom('pageSize', 'pageToken', 'status', 'query'), fc.string()),
      fc.string({ unit: 'binary' }),
    ),
    { maxLength: 4 },
  );
  const headers = fc.record(
    {
      'idempotency-key': headerText,
      'content-type': fc.oneof({ weight: 3, arbitrary: fc.constant('application/json') }, headerText),
      'if-match': headerText,
      accept: headerText,
      'x-forwarded-for': headerText,
      cookie: headerText,
    },
    { requiredKeys: [] },
  );

  test.each(table(ENDPOINTS))('%s never fails, and refuses what it does not store', async (_, endpoint) => {
    const { body } = exampleOf(endpoint);
    const fields = Object.fromEntries(
      Object.entries(body ?? {}).map(([key, good]) => [key, fc.oneof(fc.constant(good), nasty)]),
    );
    const places = placesIn(body);
    const bodies = fc.oneof(
      fc.json(),
      fc.record(fields, { requiredKeys: [] }).map((object) => JSON.stringify(object)),
      // One place of a good request, however deep, is something else.
      fc
        .tuple(fc.constantFrom(...places), nasty)
        .map(([{ way }, value]) => JSON.stringify(replaced(body, way, value)) ?? ''),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(body ? bodies : fc.constant(undefined), queries, headers, async (sent, query, extra) => {
        const raw = await toRequest(endpoint, {
          query: new URLSearchParams(query).toString(),
          headers: extra,
          ...(sent !== undefined && { body: sent }),
        });
        await orNothingStored(async () => send(raw));
      }),
      { numRuns: RUNS },
    );
    // And without a wrong query, which hides what is behind it.
    await fc.assert(
      fc.asyncProperty(body ? bodies : fc.constant(undefined), async (sent) => {
        await orNothingStored(async () =>
          send(await toRequest(endpoint, { ...(sent !== undefined && { body: sent }) })),
        );
      }),
      { numRuns: body ? RUNS : 1 },
    );
  });

  async function orNothingStored(action: () => Promise<RawAnswer>): Promise<void> {
    const writes: string[] = [];
    // What is owed to earlier requests is written meanwhile.
    const late = ['deliverMail', 'recordDelivery'];
    const stop = portal.stack.observe(({ functionName, operation, status }) => {
      if (status === 200 && !late.includes(functionName) && !['GetItem', 'Query'].includes(operation))
        writes.push(operation);
    });
    const answer = await action();
    stop();
    const allRefused =
      answer.status === 200 && /^\{"results":/.test(answer.text) && !answer.text.includes('"customer":{');
    if (answer.status < 300 && !allRefused) return;
    if (allRefused) expectRowRefusal(answer, 'the answer');
    else expectRefusal(answer, 'the answer');
    // What is stored would be compared as everywhere above, if that did not take as long as the rest together.
    expect(writes).toEqual([]);
  }
});
