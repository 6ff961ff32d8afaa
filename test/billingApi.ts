/**
 * The Billing API as a client knows it. The messages are read from the field tables of `docs/billing-api.md` and from nothing else.
 * Requests can only have documented fields; answers must have exactly the documented fields.
 */
import { readFileSync } from 'node:fs';

const document = readFileSync(new URL('../docs/billing-api.md', import.meta.url), 'utf8');

/** A type of the interface definition. */
type Type =
  | { kind: 'string' | 'time' | 'boolean' | 'map' }
  | { kind: 'enum'; values: string[] }
  | { kind: 'list'; of: Type }
  | { kind: 'message'; fields: Record<string, Type> };
type Message = Extract<Type, { kind: 'message' }>;

type Json = Record<string, unknown>;

/** A method in the document's table: the call and its answer. */
type Method = {
  name: string;
  verb: string;
  path: string;
  query: string[];
  body: Message | undefined;
  answer: Message | 'Operation';
  /** The messages in an operation's two `Any`s. */
  metadata?: Any;
  response?: Any;
};
type Any = { url: string; message: Message };

/** All code spans of the document, without its blocks of code; a span over two lines counts as one. */
const spans = [
  ...document
    .replace(/^```.*?^```$/gms, '')
    .replace(/\n\s*/g, ' ')
    .matchAll(/`([^`]+)`/g),
].map(([, code = '']) => code);

/** The types of `Any`s. The document writes them without the prefix that all of them have. */
const typeUrls = spans
  .filter((code) => /^(yandex\.cloud|google\.protobuf)\.[\w.]*\.?\w+$/.test(code))
  .map((code) => `type.googleapis.com/${code}`);
const typeUrl = (message: string) => {
  const url = typeUrls.find((each) => each.endsWith(`.${message}`));
  if (!url) throw new Error(`the document gives no type of ${message}`);
  return url;
};

/** Named messages: `Customer {id, billingAccountId}`. */
const named: Record<string, string> = Object.fromEntries(
  spans.flatMap((code) => {
    const [, name, fields] = /^([A-Z]\w+) (\{.*\})$/.exec(code) ?? [];
    return name && fields ? [[name, fields]] : [];
  }),
);

/** Fields whose type the document gives at another place. */
const TYPE_OF: Record<string, () => Type> = {
  person: () => messageOf(named['CustomerPerson'] ?? ''),
  accessBinding: () => messageOf(/accessBindings: \[(\{.*?\}\})\]/.exec(document)?.[1] ?? ''),
  billableObjectBindings: () => ({ kind: 'list', of: messageOf(named['BillableObjectBinding'] ?? '') }),
  labels: () => ({ kind: 'map' }),
  done: () => ({ kind: 'boolean' }),
};

/** Reads a message in the document's notation: `{a, b: {c}, d: X[], e: [{f}], g | h}`. */
function messageOf(notation: string): Message {
  let rest = notation.trim();
  const take = (pattern: RegExp): string | undefined => {
    const [all, ...groups] = pattern.exec(rest) ?? [];
    if (all === undefined) return undefined;
    rest = rest.slice(all.length).trimStart();
    return groups[0] ?? all;
  };
  const message = (): Message => {
    if (take(/^\{/) === undefined) throw new Error(`no message at ${rest} in ${notation}`);
    const fields: Record<string, Type> = {};
    while (take(/^\}/) === undefined) {
      const name = take(/^\w+/);
      if (name === undefined) throw new Error(`no field at ${rest} in ${notation}`);
      fields[name] = take(/^:/) === undefined ? typeOf(name) : type();
      // A bar separates two fields of which a message has one; `answerOf` decides which.
      take(/^[,|]/);
    }
    return { kind: 'message', fields };
  };
  const type = (): Type => {
    if (rest.startsWith('{')) return message();
    if (take(/^\[/) !== undefined) {
      const of = type();
      take(/^\]/);
      return { kind: 'list', of };
    }
    const list = take(/^(\w+)\[\]/);
    if (list !== undefined) return { kind: 'list', of: messageOf(named[list] ?? '') };
    const values = take(/^[A-Z]+(?: or [A-Z]+)+/);
    if (values !== undefined) return { kind: 'enum', values: values.split(' or ') };
    throw new Error(`no type at ${rest} in ${notation}`);
  };
  return message();
}

function typeOf(field: string): Type {
  return TYPE_OF[field]?.() ?? (/(At|Time)$/.test(field) ? { kind: 'time' } : { kind: 'string' });
}

/** The methods of the table, by name. */
export const METHODS: Record<string, Method> = Object.fromEntries(
  [...document.matchAll(/^\| ([\w ]+) \| (`(?:GET|POST|PATCH) .*) \| (.*) \|$/gm)].map(
    ([, name = '', request = '', answer = '']) => [name, methodOf(name, request, answer)],
  ),
);

function methodOf(name: string, request: string, answer: string): Method {
  const [call = '', body] = [...request.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  const [verb = '', target = ''] = call.split(' ');
  const [path = '', search = ''] = target.split('?');
  const query = search.split('&').map((parameter) => parameter.replace(/=$/, ''));
  return {
    name,
    verb,
    path,
    query: search === '' ? [] : query,
    body: body === undefined ? undefined : messageOf(body),
    ...(answer.startsWith('Operation') ? operationOf(name, answer) : { answer: messageOf(answer.replaceAll('`', '')) }),
  };
}

/** The messages in a method's operation. The document gives the customer methods' once for all. */
function operationOf(method: string, answer: string): Pick<Method, 'answer' | 'metadata' | 'response'> {
  if (method === 'Get operation') return { answer: 'Operation' };
  const metadata = /metadata `(\{[^`]*\})`/.exec(answer)?.[1];
  const response = /response `?([\w.]+)/.exec(answer)?.[1] ?? 'Customer';
  const ofCustomers = /metadata of the customer methods is\s+`(\{[^`]*\})`/.exec(document)?.[1] ?? '';
  return {
    answer: 'Operation',
    metadata: {
      url: typeUrl(metadata === undefined ? 'CustomerMetadata' : `${method}Metadata`),
      message: messageOf(metadata ?? ofCustomers),
    },
    response:
      response === 'google.protobuf.Empty'
        ? { url: `type.googleapis.com/${response}`, message: messageOf('{value: {}}') }
        : { url: typeUrl(response), message: messageOf(named[response] ?? '') },
  };
}

const snakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The spelling of fields: proto3 JSON's, or the interface definition's. */
export type Spelling = 'camelCase' | 'snake_case';

/**
 * A request of a method, built from values by field name.
 *
 * @throws Error if the method has no such field
 */
export function requestOf(name: string, values: Json, spelling: Spelling = 'camelCase') {
  const method = METHODS[name];
  if (!method) throw new Error(`the document has no method ${name}`);
  const spelt = (field: string) => (spelling === 'camelCase' ? field : snakeCase(field));
  const inPath = [...method.path.matchAll(/\{(\w+)\}/g)].map(([, field = '']) => field);
  const bodyFields = Object.keys(method.body?.fields ?? {});
  const unknown = Object.keys(values).filter((field) => ![...inPath, ...method.query, ...bodyFields].includes(field));
  if (unknown.length > 0) throw new Error(`${name} has no field ${unknown.join(', ')}`);
  const query = new URLSearchParams(
    method.query
      .filter((field) => values[field] !== undefined)
      .map((field): [string, string] => [spelt(field), String(values[field])]),
  ).toString();
  const body = Object.fromEntries(bodyFields.map((field) => [field, values[field]]));
  return {
    method: method.verb,
    path:
      method.path.replace(/\{(\w+)\}/g, (_, field: string) => encodeURIComponent(String(values[field]))) +
      (query && `?${query}`),
    ...(method.body && { body: encode(method.body, body, name, spelt) as Json }),
  };
}

function encode(type: Type, value: unknown, where: string, spelt: (field: string) => string): unknown {
  if (type.kind === 'list') return (value as unknown[]).map((each) => encode(type.of, each, where, spelt));
  if (type.kind !== 'message' || value === undefined) return value;
  const unknown = Object.keys(value as Json).filter((field) => !(field in type.fields));
  if (unknown.length > 0) throw new Error(`${where} has no field ${unknown.join(', ')}`);
  return Object.fromEntries(
    Object.entries(value as Json).map(([field, each]) => [
      spelt(field),
      encode(type.fields[field] ?? { kind: 'string' }, each, `${where}.${field}`, spelt),
    ]),
  );
}

/** Fields that are absent if they are empty, besides lists and maps. */
const MAY_BE_EMPTY = ['nextPageToken', 'description'];

/**
 * Checks an answer of a method against the document.
 *
 * @returns the answer, with known fields only
 * @throws Error if a field is unknown, missing, or of another type
 */
export function answerOf(name: string, answer: Json): Json {
  const method = METHODS[name];
  if (!method) throw new Error(`the document has no method ${name}`);
  return (method.answer === 'Operation' ? operation(method, answer) : decode(method.answer, answer, name)) as Json;
}

/** Every message that can be in an `Any`, by its type. */
const anys: Record<string, Message> = Object.fromEntries(
  Object.values(METHODS).flatMap(({ metadata, response }) =>
    [metadata, response].flatMap((any) => (any ? [[any.url, any.message]] : [])),
  ),
);

function operation({ name, metadata, response }: Method, answer: Json): unknown {
  // A refused call has no operation, so an operation always has a response and never an error.
  const { metadata: _, error: __, response: ___, ...fields } = messageOf(named['Operation'] ?? '').fields;
  const { metadata: about, response: outcome, ...rest } = answer;
  const one = (field: string, given: unknown, expected: Any | undefined) => {
    const { '@type': url, ...message } = (given ?? {}) as Json;
    if (expected && url !== expected.url) throw new Error(`${name}.${field} is of the type ${url}`);
    const type = anys[String(url)];
    if (!type) throw new Error(`${name}.${field} is of the unknown type ${url}`);
    return { '@type': url, ...(decode(type, message, `${name}.${field}`) as Json) };
  };
  const decoded = decode({ kind: 'message', fields }, rest, name) as Json;
  if (decoded['done'] !== true) throw new Error(`${name} isn't done`);
  if (String(decoded['description']).length > 256) throw new Error(`${name} has a long description`);
  return { ...decoded, metadata: one('metadata', about, metadata), response: one('response', outcome, response) };
}

function decode(type: Type, value: unknown, where: string): unknown {
  const wrong = (what: string): never => {
    throw new Error(`${where} ${what}: ${JSON.stringify(value)}`);
  };
  switch (type.kind) {
    case 'string':
      return typeof value === 'string' && value !== '' ? value : wrong('is no string');
    case 'enum':
      return type.values.includes(String(value)) ? value : wrong(`is none of ${type.values}`);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong('is neither true nor false');
    case 'time':
      return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3}|\.\d{6}|\.\d{9})?Z$/.test(String(value))
        ? value
        : wrong('is no time');
    case 'map':
      return Object.values(value as Json).every((each) => typeof each === 'string') ? value : wrong('is no map');
    case 'list': {
      if (!Array.isArray(value) || value.length === 0) return wrong('is no list of something');
      return value.map((each, i) => decode(type.of, each, `${where}[${i}]`));
    }
    case 'message': {
      const given = value as Json;
      const unknown = Object.keys(given).filter((field) => !(field in type.fields));
      if (unknown.length > 0) wrong(`has the unknown fields ${unknown}`);
      return Object.fromEntries(
        Object.entries(type.fields).flatMap(([field, of]) => {
          if (field in given) return [[field, decode(of, given[field], `${where}.${field}`)]];
          const mayBeEmpty = of.kind === 'list' || of.kind === 'map' || MAY_BE_EMPTY.includes(field);
          return mayBeEmpty ? [] : wrong(`lacks ${field}`);
        }),
      );
    }
  }
}
