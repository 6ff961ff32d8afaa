/** Checks path, query and body against the contract. */
import * as z from 'zod/mini';
import { type Endpoint, MAX_BODY_BYTES, PATH_PARAMETERS } from '../contract/contract.ts';
import { faultOf } from '../contract/fieldFault.ts';
import { type FieldError, Problem, wrongFields } from '../contract/problem.ts';
import { duplicateKey } from './duplicateKey.ts';
import type { Form } from './form.ts';
import type { Incoming, Middleware } from './request.ts';

// If a schema has no message of its own, `unsaid` makes one: it knows the name of the field.
z.config({ localeError: () => '' });

/** How many wrong fields an answer names at most, so that an answer does not grow with the request. */
const MAX_FIELD_ERRORS = 20;
/** How much of the name of an unknown field, and of a coding, an answer shows. */
const MAX_SHOWN_FIELD_LENGTH = 100;
const MAX_SHOWN_CODING_LENGTH = 30;

const NOTHING = z.strictObject({});

/** The middleware that parses path, query and body. */
export function validated(endpoint: Endpoint, form: Form): Middleware {
  const { query = NOTHING, body } = endpoint;
  const path = pathSchema(endpoint);
  return {
    before: ({ event }) => {
      const { findings } = event;
      findings.path = checked(path, event.pathParameters ?? {});
      findings.query = checked(query, form.read(query, event.queryStringParameters ?? {}));
      if (!body) return;
      findings.sent = sentBody(event, endpoint, form);
      findings.body = checked(body, findings.sent);
    },
  };
}

/** The body as it was sent, with the schema's names for its fields. @throws Problem BODY_TOO_LARGE, BODY_CODED, NOT_JSON_MEDIA_TYPE, BODY_NOT_JSON */
export function sentBody(event: Incoming, { body = NOTHING, bodyOptional }: Endpoint, form: Form): unknown {
  return form.read(body, json(event, form, body, bodyOptional));
}

function pathSchema({ path }: Endpoint) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof typeof PATH_PARAMETERS);
  return z.object(Object.fromEntries(names.map((name) => [name, PATH_PARAMETERS[name]()])));
}

/** The body as JSON. A body may be missing if it is optional or has no fields. */
function json(event: Incoming, form: Form, schema: z.ZodMiniObject, optional = false): unknown {
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_BODY_BYTES) {
    throw new Problem('BODY_TOO_LARGE', `The body has ${bytes.length} bytes. Send at most ${MAX_BODY_BYTES}.`, {
      members: { max: MAX_BODY_BYTES },
    });
  }
  if (bytes.length === 0 && (optional || Object.keys(schema.shape).length === 0)) return {};
  const codings = (event.headers['content-encoding'] ?? '').split(',').map((coding) => coding.trim());
  const coding = codings.find((each) => each !== '' && each.toLowerCase() !== 'identity');
  if (bytes.length > 0 && coding !== undefined) {
    const named = coding.slice(0, MAX_SHOWN_CODING_LENGTH);
    throw new Problem(
      'BODY_CODED',
      `The body has the coding ${named}. Send it without \`Content-Encoding: ${named}\`.`,
    );
  }
  const mediaType = event.headers['content-type'] ?? '';
  if (form.mediaTypeRequired && !/^application\/(json|[\w.-]+\+json) *(;|$)/i.test(mediaType)) {
    throw new Problem('NOT_JSON_MEDIA_TYPE', 'Send the body with the header `Content-Type: application/json`.');
  }
  const { text, value } = parsed(bytes);
  // Of two equal keys, programs take the first, the last or none: a check between the client and this function may have seen another value.
  const twice = duplicateKey(text)?.slice(0, MAX_SHOWN_FIELD_LENGTH);
  if (twice !== undefined) {
    const message = `'${twice}' is in the body twice`;
    throw wrongFields({ path: twice, message, code: 'SENT_TWICE' });
  }
  return value;
}

/** @throws Problem BODY_NOT_JSON */
function parsed(bytes: Buffer): { text: string; value: unknown } {
  try {
    // The gateway replaces bytes that are not UTF-8 with U+FFFD.
    if (bytes.includes('\ufffd')) throw new SyntaxError('not UTF-8');
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    const detail =
      bytes.length === 0
        ? 'The body is empty. Send a JSON object.'
        : 'The body is not valid JSON in UTF-8. Send a JSON object.';
    throw new Problem('BODY_NOT_JSON', detail);
  }
}

/** The value as its schema parses it. @throws Problem VALIDATION_FAILED */
export function checked<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw notValid(result.error.issues);
}

/** The refusal of a value that does not fit its schema. `whole` names the value in messages about no single field. */
export function notValid(issues: z.core.$ZodIssue[], whole = 'the body'): Problem {
  const errors = issues.flatMap((issue) => fieldErrors(issue, whole)).slice(0, MAX_FIELD_ERRORS);
  return wrongFields(...errors);
}

function fieldErrors(issue: z.core.$ZodIssue, whole: string, within: PropertyKey[] = []): FieldError[] {
  const way = [...within, ...issue.path];
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The messages of the closest form of the union: the one with the fewest issues.
    const [closest = []] = issue.errors.toSorted((one, other) => one.length - other.length);
    return closest.flatMap((each) => fieldErrors(each, whole, way));
  }
  if (issue.code !== 'unrecognized_keys') {
    const path = way.join('.');
    const { message } = issue;
    return [message ? { path, message, ...faultOf(message) } : { path, ...unsaid(issue, way, whole) }];
  }
  return issue.keys.map((key) => {
    const field = [...way, key].join('.').slice(0, MAX_SHOWN_FIELD_LENGTH);
    return { path: field, message: `'${field}' is not a field of this request`, code: 'UNKNOWN_FIELD' };
  });
}

/** The error of an issue whose schema has no message of its own. */
function unsaid(issue: z.core.$ZodIssue, way: PropertyKey[], whole: string): Omit<FieldError, 'path'> {
  const field = way.length > 0 ? way.join('.') : whole;
  switch (issue.code) {
    case 'invalid_type':
      return {
        message: `${field} must be ${KINDS[issue.expected] ?? issue.expected}`,
        code: 'WRONG_TYPE',
        values: { type: issue.expected },
      };
    case 'invalid_value':
      return {
        message: `${field} must be one of ${issue.values.join(', ')}`,
        code: 'NOT_ONE_OF',
        values: { allowed: issue.values.map(String) },
      };
    case 'too_big':
      return {
        message: `${field} must have at most ${issue.maximum} entries`,
        code: 'TOO_MANY',
        values: { max: Number(issue.maximum) },
      };
    default:
      return { message: `${field} is not valid`, code: 'NOT_VALID' };
  }
}

const KINDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
};
