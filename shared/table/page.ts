/** Pages of lists: a short, opaque token contains the position at which the next page begins. */
import { createHash } from 'node:crypto';
import { DEFAULT_PAGE_SIZE } from '../contract/contract.ts';
import { pageTokenInvalid } from '../contract/problem.ts';

const CHECKSUM_BYTES = 8;

/** The list of a token: its owner, its filter and its order. */
type Scope = string;

/** The fields of a list request about its page. */
export type PageRequest = { pageSize?: number | undefined; pageToken?: string | undefined };

/**
 * Reads the limit (the most entries of the page) and the position (the start; undefined for the first page) from a list request.
 *
 * @throws Problem PAGE_TOKEN_INVALID if the token was altered, or belongs to another list
 */
export function readPage(request: PageRequest, scope: Scope): { limit: number; position: string[] | undefined } {
  const limit = request.pageSize ?? DEFAULT_PAGE_SIZE;
  if (request.pageToken === undefined) return { limit, position: undefined };
  const bytes = Buffer.from(request.pageToken, 'base64url');
  const position = bytes.subarray(CHECKSUM_BYTES).toString();
  if (pageToken(position.split('\n'), scope) !== request.pageToken) {
    throw pageTokenInvalid();
  }
  return { limit, position: position.split('\n') };
}

/** The token of a position. A position of at most 67 bytes makes a token of at most 100 characters. */
export function pageToken(position: string[], scope: Scope): string {
  const bytes = Buffer.from(position.join('\n'));
  const checksum = createHash('sha256').update(scope).update('\0').update(bytes).digest().subarray(0, CHECKSUM_BYTES);
  return Buffer.concat([checksum, bytes]).toString('base64url');
}
