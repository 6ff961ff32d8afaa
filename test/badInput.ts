/** The walk over the endpoints of an API with bad input: every endpoint refuses it in the API's form, and stores nothing. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { LocalStack } from '../local/localStack.ts';
import { type Endpoint, MAX_BODY_BYTES, MAX_IDEMPOTENCY_KEY_LENGTH } from '../shared/contract/contract.ts';
import type { ProblemCode } from '../shared/contract/problem.ts';
import { bearerOf } from './bearer.ts';
import { sendInProcess } from './inProcess.ts';
import { kindOf, nameOf, type Place, placesIn, replaced, withMember } from './places.ts';
import {
  expectRefusalOf,
  inParallel,
  nothingStored,
  type ProblemBody,
  type RawAnswer,
  type RawRequest,
  sendRaw,
  writesDuring,
} from './refusal.ts';
import { sized } from './size.ts';

/** A request that succeeds: its caller, the values of its path's parameters, its query, and its body with every field. */
export type Example = {
  as?: string;
  path?: Record<string, string>;
  query?: Record<string, string>;
  body?: Record<string, unknown>;
};

/** How a request differs from its endpoint's example. */
export type Difference = {
  /** The fault in words, for the message of a failed test. */
  what: string;
  path?: Record<string, string>;
  /** The query string as it stands in the URL. */
  query?: string;
  headers?: Record<string, string | string[]>;
  /** The body; an object is sent as JSON. */
  body?: unknown;
  /** The allowed codes of the refusal. */
  code?: ProblemCode | ProblemCode[];
  /** A field that the refusal has to name. */
  field?: string;
};

/** An API whose endpoints the walk visits. */
export type Api = {
  stack: () => LocalStack;
  endpoints: readonly Endpoint[];
  /** The example requests by endpoint name; filled before the tests run. */
  examples: () => Record<string, Example>;
  /** Checks a refusal and returns it with the name of its field, if the API doesn't use `expectRefusalOf`. */
  refusalOf?: (endpoint: Endpoint, answer: RawAnswer, difference: Omit<Difference, 'what'>, what: string) => Refused;
  /** Whether a field may have an empty value (`null`, `''`, `{}`). The field `''` is the whole body. */
  mayBeEmpty: (endpoint: Endpoint, field: string, value: unknown) => boolean;
  /** The refusal of a string that is not valid Unicode text, if it differs from the refusal of other wrong values. */
  refusalOfText: (endpoint: Endpoint, field: string) => Pick<Difference, 'code' | 'field'>;
};
type Refused = { problem: ProblemBody; field: string | undefined };

/** Endpoints in the form that `test.each` takes. */
export const named = (endpoints: readonly Endpoint[]) =>
  endpoints.map((endpoint) => [endpoint.name, endpoint] as const);

const isEmpty = (value: unknown): boolean =>
  value === null || value === '' || (kindOf(value) === 'object' && Object.keys(value as object).length === 0);

/**
 * Values to try at one of many places, or at one of many endpoints: all in the long form. In the short form a few of them, from another
 * one at each place on, so that all places together get all values.
 */
export const someAt = <T>(place: number, values: readonly T[], count = 2): readonly T[] =>
  sized(
    Array.from({ length: Math.min(count, values.length) }, (_, n) => values[(place * count + n) % values.length] as T),
    values,
  );

const hasFields = ({ body }: Endpoint): boolean => Object.keys(body?.shape ?? {}).length > 0;

/** Requests that differ from an API's examples. They are answered in the process of the test. */
export function requestsOf(api: Api) {
  const bearer = (account: string) => bearerOf(api.stack(), account);

  function exampleOf({ name }: Endpoint): Example {
    const example = api.examples()[name];
    if (!example) throw new Error(`there is no example request of ${name}: add one`);
    return example;
  }

  async function toRequest(endpoint: Endpoint, difference: Omit<Difference, 'what'> = {}): Promise<RawRequest> {
    const { as, path, query, body } = exampleOf(endpoint);
    const parts = { ...path, ...difference.path };
    const search = difference.query ?? new URLSearchParams(query).toString();
    const sent = 'body' in difference ? difference.body : body;
    return {
      method: endpoint.method,
      path: endpoint.path.replace(/\{(\w+)\}/g, (_, name: string) => parts[name] ?? '') + (search && `?${search}`),
      headers: {
        ...(as !== undefined && { authorization: await bearer(as) }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...difference.headers,
      },
      body: sent === undefined || typeof sent === 'string' || sent instanceof Uint8Array ? sent : JSON.stringify(sent),
    };
  }

  const send = async (endpoint: Endpoint, difference?: Omit<Difference, 'what'>): Promise<RawAnswer> =>
    sendInProcess(api.stack(), await toRequest(endpoint, difference));

  const sendOverHttp = async (endpoint: Endpoint, difference?: Omit<Difference, 'what'>): Promise<RawAnswer> =>
    sendRaw(api.stack().portalUrl, await toRequest(endpoint, difference));

  function expectRefused(endpoint: Endpoint, answer: RawAnswer, difference: Difference): ProblemBody {
    const what = `${endpoint.name} with ${difference.what}`;
    const { problem, field } = api.refusalOf?.(endpoint, answer, difference, what) ?? {
      problem: expectRefusalOf(endpoint, answer, what),
      field: difference.field,
    };
    if (difference.code !== undefined) expect([difference.code].flat(), what).toContain(problem.code);
    if (field !== undefined) expect(problem.errors?.map(({ path }) => path) ?? [], what).toContain(field);
    return problem;
  }

  /** Sends the bad requests, and requires that the endpoint refuses each in the right form, and stores nothing. */
  const refuses = (endpoint: Endpoint, differences: Difference[], by = send): Promise<ProblemBody[]> =>
    nothingStored(api.stack(), () =>
      inParallel(differences, async (difference) =>
        expectRefused(endpoint, await by(endpoint, difference), difference),
      ),
    );

  return { bearer, exampleOf, send, sendOverHttp, expectRefused, refuses };
}

/** Declares the tests that all APIs share. */
export function walk(api: Api): void {
  const { exampleOf, send, sendOverHttp, expectRefused, refuses } = requestsOf(api);
  const withBody = api.endpoints.filter(({ body }) => body);
  /** The endpoints to try with input that one piece of code refuses for all of them. The short form tries some. */
  const some = (endpoints: readonly Endpoint[]) => endpoints.filter((_, n) => n % sized(5, 1) === 0);
  /** The places in a body whose names come from the contract. The caller chooses the names of labels. */
  const placesOf = (endpoint: Endpoint): Place[] =>
    placesIn(exampleOf(endpoint).body).filter(({ way }) => way.at(-2) !== 'labels');

  describe('the example requests', () => {
    test('exist for each endpoint, with all of its fields and query parameters', () => {
      expect(Object.keys(api.examples()).sort()).toEqual(api.endpoints.map(({ name }) => name).sort());
      for (const endpoint of api.endpoints) {
        const { query } = exampleOf(endpoint);
        expect(fieldsIn(placesOf(endpoint)), endpoint.name).toEqual(fieldsOf(endpoint.body));
        const parameters = Object.keys(endpoint.query?.shape ?? {}).filter((name) => name !== 'pageToken');
        expect(Object.keys(query ?? {}).sort(), endpoint.name).toEqual(parameters.sort());
      }
    });

    type JsonSchema = { properties?: Record<string, JsonSchema>; items?: JsonSchema; anyOf?: JsonSchema[] };

    const names = (fields: string[]) => [...new Set(fields)].filter((name) => name !== '').sort();
    const fieldsIn = (places: Place[]) =>
      names(places.map(({ way }) => nameOf(way.map((key) => (typeof key === 'number' ? '*' : key)))));

    function fieldsOf(schema: z.ZodMiniType | undefined): string[] {
      return names(
        schema ? ways(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema, []) : [],
      );
      function ways({ properties = {}, items, anyOf = [] }: JsonSchema, way: string[]): string[] {
        return [
          nameOf(way),
          ...Object.entries(properties).flatMap(([key, each]) => ways(each, [...way, key])),
          ...(items ? ways(items, [...way, '*']) : []),
          ...anyOf.flatMap((each) => ways(each, way)),
        ];
      }
    }
  });

  /** Bodies that are not a JSON object, and media types other than JSON. */
  function notJson(endpoint: Endpoint): Difference[] {
    const json = JSON.stringify(exampleOf(endpoint).body);
    const texts = [
      '{"a":',
      json.slice(0, -1),
      `${json},`,
      "{'a':1}",
      '{a:1}',
      '{"a":NaN}',
      '{"a":1,}',
      'a=1',
      '<a/>',
      '\0',
    ];
    const invalid = Buffer.from('{"name":"\xff"}', 'latin1');
    const bodies: [string, string | Uint8Array][] = [
      ...texts.map((text): [string, string] => [`the body ${text}`, text]),
      ['UTF-16', Buffer.from(json, 'utf16le')],
      ['invalid UTF-8', invalid],
    ];
    const notObjects = [
      'null',
      '[]',
      '[{}]',
      '"text"',
      '1',
      'true',
      ...(api.mayBeEmpty(endpoint, '', {}) ? [] : ['{}']),
    ];
    const mediaTypes = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'multipart/form-data',
      'x',
      '',
    ];
    return [
      ...bodies.map(([what, body]): Difference => ({ what, body, code: 'BODY_NOT_JSON' })),
      {
        what: 'invalid UTF-8 that the gateway passes on as it is',
        body: invalid,
        headers: { 'content-type': 'application/merge-patch+json' },
        code: 'BODY_NOT_JSON',
      },
      ...notObjects.map((body): Difference => ({ what: `the body ${body}`, body, code: 'VALIDATION_FAILED' })),
      // The Billing API reads every body as JSON.
      ...(endpoint.refuses ? [] : [...mediaTypes, ['text/plain', 'application/json']]).map(
        (type): Difference => ({
          what: `the content type ${type}`,
          headers: { 'content-type': type },
          code: 'NOT_JSON_MEDIA_TYPE',
        }),
      ),
    ];
  }

  describe.each(named(withBody))('a body of %s', (_, endpoint) => {
    test('is refused if it is not a JSON object', async () => {
      await refuses(endpoint, [...someAt(withBody.indexOf(endpoint), notJson(endpoint), 4)]);
    });

    test('can not have unknown fields, at any depth', async () => {
      const { body } = exampleOf(endpoint);
      const keys = [
        'surprise',
        '__proto__',
        'constructor',
        'toString',
        'then',
        '',
        'Name',
        'a.b',
        'a-b',
        'имя',
        '\0',
        '\ud800',
      ];
      const objects = placesOf(endpoint).filter(
        ({ way, value }) => kindOf(value) === 'object' && way.at(-1) !== 'labels',
      );
      const differences = objects.flatMap(({ way, value }, place) =>
        someAt(place, keys, 4).map((key): Difference => {
          const inner = withMember(value, key);
          return {
            what: `the field ${JSON.stringify([...way, key])}`,
            body: JSON.stringify(replaced(body, way, '?!')).replace('"?!"', () => inner),
            code: 'VALIDATION_FAILED',
            field: nameOf([...way, key]),
          };
        }),
      );
      const many = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`a${i}`, 1]));
      await refuses(endpoint, [
        ...differences,
        { what: 'thousands of fields', body: many, code: 'VALIDATION_FAILED' },
        { what: 'a name of 60,000 characters', body: { ...body, ['x'.repeat(60_000)]: 1 }, code: 'VALIDATION_FAILED' },
      ]);
    });
  });

  describe.each(named(some(withBody)))('a body of %s', (_, endpoint) => {
    test('has at most 64 KB, whatever it contains', async () => {
      const json = JSON.stringify(exampleOf(endpoint).body);
      const filled = (bytes: number) => json + ' '.repeat(bytes - json.length);
      await refuses(endpoint, [
        { what: '65,537 bytes', body: filled(MAX_BODY_BYTES + 1), code: 'BODY_TOO_LARGE' },
        { what: '1 MB', body: filled(1024 * 1024), code: 'BODY_TOO_LARGE' },
        { what: '65,540 bytes in fewer characters', body: `{"x":"${'я'.repeat(32_766)}"}`, code: 'BODY_TOO_LARGE' },
        { what: '65,537 bytes that are no JSON', body: '['.repeat(MAX_BODY_BYTES + 1), code: 'BODY_TOO_LARGE' },
        { what: '65,536 bytes that are no JSON', body: '['.repeat(MAX_BODY_BYTES), code: 'BODY_NOT_JSON' },
      ]);
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
        ...someAt(withBody.indexOf(endpoint), inside),
      ]);
    });
  });

  describe.each(named(withBody.filter(hasFields)))('a body of %s', (_, endpoint) => {
    if (endpoint.bodyOptional !== true)
      test('can not be empty', async () => {
        const [refusal] = await refuses(endpoint, [{ what: 'an empty body', body: '', code: 'BODY_NOT_JSON' }]);
        expect(refusal?.detail).toBe('The body is empty. Send a JSON object.');
      });

    test('can only have values of the right types; the refusal names the field', async () => {
      const { body } = exampleOf(endpoint);
      const differences = placesOf(endpoint)
        .filter(({ way }) => way.length > 0)
        .flatMap(({ way, value }, place) => {
          const others = [null, true, 7, 'text', [], [null], {}, { a: 1 }]
            .filter((other) => kindOf(other) !== kindOf(value))
            .filter((other) => !isEmpty(other) || !api.mayBeEmpty(endpoint, nameOf(way), other));
          return someAt(place, others).map(
            (other): Difference => ({
              what: `${JSON.stringify(other)} as ${nameOf(way)}`,
              body: replaced(body, way, other),
              code: 'VALIDATION_FAILED',
              field: nameOf(way),
            }),
          );
        });
      await refuses(endpoint, differences);
    });

    test('can only have valid text in its strings', async () => {
      const { body } = exampleOf(endpoint);
      const strings = placesIn(body).filter(({ value }) => typeof value === 'string');
      const noText = strings.filter(({ way }) => !api.mayBeEmpty(endpoint, nameOf(way), ''));
      await refuses(endpoint, [
        ...noText.map(
          ({ way }): Difference => ({
            what: `nothing to read as ${nameOf(way)}`,
            body: replaced(body, way, ''),
            code: 'VALIDATION_FAILED',
          }),
        ),
        ...strings.flatMap(({ way, value }, place) => {
          const bad = ['\0', '\ud800', '\udfff\ud800', '\x07', '\x1b[2J', '\x7f'];
          return someAt(place, [...bad, ...bad.map((each) => `${value}${each}`)], 1).map(
            (text): Difference => ({
              what: `${JSON.stringify(text)} as ${nameOf(way)}`,
              body: replaced(body, way, text),
              ...api.refusalOfText(endpoint, nameOf(way)),
            }),
          );
        }),
      ]);
    });
  });

  test.each(named(some(api.endpoints)))('a query of %s can not have unknown parameters', async (_, endpoint) => {
    const { query } = exampleOf(endpoint);
    const names = ['surprise', 'constructor', 'access_token', 'PageSize', 'pagesize', 'page-size', 'a\0'];
    await refuses(
      endpoint,
      someAt(api.endpoints.indexOf(endpoint), names).map((name) => ({
        what: `the parameter ${name}`,
        query: new URLSearchParams({ ...query, [name]: '1' }).toString(),
        code: 'VALIDATION_FAILED',
        field: name,
      })),
    );
  });

  test.each(named(api.endpoints))('%s refuses bad input over HTTP, too', async (_, endpoint) => {
    await refuses(endpoint, [{ what: 'a parameter', query: 'surprise=1', code: 'VALIDATION_FAILED' }], sendOverHttp);
  });

  test.each(named(api.endpoints))(
    '%s answers its example well, in a body of exactly 64 KB and with the longest key, and a GET stores nothing but an operator’s view',
    async (_, endpoint) => {
      const { body } = exampleOf(endpoint);
      const json = body && JSON.stringify(body);
      const { result: answer, writes } = await writesDuring(api.stack(), () =>
        send(endpoint, {
          ...(json !== undefined && { body: json + ' '.repeat(MAX_BODY_BYTES - json.length) }),
          ...(endpoint.method === 'POST' && {
            headers: { 'idempotency-key': endpoint.name.padEnd(MAX_IDEMPOTENCY_KEY_LENGTH, 'k') },
          }),
        }),
      );
      expect(answer.status, answer.text).toBe(endpoint.status);
      // This also shows that `writesDuring` sees a write.
      const stores =
        endpoint.name === 'getApproval' || (endpoint.method !== 'GET' && endpoint.name !== 'previewInvite');
      expect(writes.length > 0, writes.join()).toBe(stores);
      if (!endpoint.answer) {
        expect([endpoint.status, answer.text]).toEqual([204, '']);
        return;
      }
      expect(endpoint.answer.safeParse(JSON.parse(answer.text))).toMatchObject({ success: true });
      expect(answer.text).not.toMatch(ALL_REFUSED);
    },
  );

  describe('random input', () => {
    const nasty = fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', '\ud800', '\0', '', null, 'a@client.example', '9'.repeat(400), -0, 1e308, 2 ** 53),
    );
    const ids = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((id) => encodeURIComponent(id.toWellFormed())),
      fc.constantFrom('dn2', '..', 'a:b', '%', '%ff', '%2F', ''),
    );
    const headerText = fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .filter((c) => c < 0x7f || c > 0x9f)
        .map((c) => String.fromCharCode(c)),
    });
    const parameters = ['pageSize', 'pageToken', 'page_token', 'status', 'query', 'resellerId', 'reseller_id'];
    const queries = fc
      .array(fc.tuple(fc.oneof(fc.constantFrom(...parameters), fc.string()), fc.string({ unit: 'binary' })), {
        maxLength: 4,
      })
      .map((query) => new URLSearchParams(query).toString());
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
    const texts = fc.oneof(fc.json(), fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 200 }));
    /** Changes a part of a request only sometimes: the first fault would hide all others. */
    const seldom = <T>(part: fc.Arbitrary<T>) => fc.option(part, { nil: undefined, freq: 1 });

    test.each(named(some(api.endpoints)))('%s never fails, and refuses what it does not store', async (_, endpoint) => {
      const { body, path } = exampleOf(endpoint);
      const fields = Object.fromEntries(
        Object.entries(body ?? {}).map(([key, good]) => [key, fc.oneof(fc.constant(good), nasty)]),
      );
      const bodies = fc.oneof(
        { weight: 3, arbitrary: texts },
        fc.record(fields, { requiredKeys: [] }).map((object) => JSON.stringify(object)),
        // A good request with another value at one place, at any depth.
        fc
          .tuple(fc.constantFrom(...placesIn(body)), nasty)
          .map(([{ way }, value]) => JSON.stringify(replaced(body, way, value)) ?? ''),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.option(endpoint.body ? bodies : fc.constant(''), { nil: undefined }),
          seldom(queries),
          seldom(headers),
          seldom(ids),
          async (sent, query, extra, id) => {
            const difference: Difference = {
              what: 'random input',
              ...(sent !== undefined && { body: sent }),
              ...(query !== undefined && { query }),
              ...(extra && { headers: extra }),
              ...(id !== undefined && { path: Object.fromEntries(Object.keys(path ?? {}).map((name) => [name, id])) }),
            };
            const { result: answer, writes } = await writesDuring(api.stack(), () => send(endpoint, difference));
            if (answer.status < 300 && !ALL_REFUSED.test(answer.text)) return;
            expect(writes).toEqual([]);
            // The gateway itself refuses broken percent encodings and empty parts of a path.
            if (answer.text.startsWith('{"message":')) expect(answer.status).toBeOneOf([400, 404]);
            else expectRefused(endpoint, answer, difference);
          },
        ),
        { numRuns: sized(2, 300) },
      );
    });
  });
}

/** The answer of an import that refused all of its rows. Its status is 200, too. */
const ALL_REFUSED = /^\{"results":(?!.*"customer":\{)/s;
