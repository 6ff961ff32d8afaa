/** The circumstances of a request's decision: moment, program, actor, Idempotency-Key, If-Match. */
import { createHash } from 'node:crypto';
import { type Endpoint, MAX_IDEMPOTENCY_KEY_LENGTH } from '../contract/contract.ts';
import { wrongFields } from '../contract/problem.ts';
import type { Idempotency } from '../customer/command.ts';
import type { Incoming, Middleware } from './request.ts';

/** The middleware that finds the circumstances. */
export function circumstances(endpoint: Endpoint): Middleware {
  return {
    before: ({ event }) => {
      const { now, program, caller, membership, authoriseAgain } = event.findings;
      const actor = caller?.subject ?? 'LINK_HOLDER';
      const idempotency =
        endpoint.method === 'POST' ? idempotencyOf(event, endpoint, membership?.partnerId ?? actor) : undefined;
      const ifMatch = endpoint.method === 'PATCH' ? ifMatchOf(event.headers['if-match']) : undefined;
      event.findings.circumstances = { now, program, actor, idempotency, ifMatch, authoriseAgain };
    },
  };
}

/**
 * The idempotency of a request; undefined without a key. A key belongs to its partner (or person): an equal key of another partner is
 * another key. The digest of the request shows whether the key is used again for the same request.
 */
function idempotencyOf({ headers, findings }: Incoming, endpoint: Endpoint, scope: string): Idempotency | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (key === '' || key.length > MAX_IDEMPOTENCY_KEY_LENGTH) {
    const message = `Idempotency-Key must have 1 to ${MAX_IDEMPOTENCY_KEY_LENGTH} characters`;
    throw wrongFields({
      path: 'Idempotency-Key',
      message,
      code: 'KEY_NOT_VALID',
      values: { max: MAX_IDEMPOTENCY_KEY_LENGTH },
    });
  }
  return idempotency(scope, key, [endpoint.name, findings.path, findings.body]);
}

/**
 * The digests of an idempotency key and its request.
 *
 * @param scope the partner or person to whom the key belongs
 * @param request all that tells one request from another: endpoint, path, body
 */
export const idempotency = (scope: string, key: string, request: unknown[]): Idempotency => ({
  key: digest([scope, key]),
  request: digest(request),
});

/**
 * The versions in `If-Match` (RFC 9110, 13.1.1); undefined for any version, if the header is missing or `*`. A weak tag and a tag that is
 * no version match nothing.
 */
function ifMatchOf(header: string | undefined): number[] | undefined {
  if (header === undefined || header.trim() === '*') return undefined;
  const tags = header.split(',').map((tag) => /^\s*(W\/)?"([^"]*)"\s*$/.exec(tag));
  if (tags.some((tag) => tag === null)) {
    const message = 'If-Match must be the ETag from reading the customer, such as "3", or *';
    throw wrongFields({ path: 'If-Match', message, code: 'ETAG_NOT_VALID' });
  }
  return tags.flatMap((tag) => (tag?.[1] || !/^[1-9]\d*$/.test(tag?.[2] ?? '') ? [] : [Number(tag?.[2])]));
}

/** 96 bits of SHA-256: short in an item, and long enough that two keys of a partner never have the same digest by chance. */
const digest = (parts: unknown[]) =>
  createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 12).toString('base64url');
