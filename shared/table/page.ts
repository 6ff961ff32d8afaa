/** Pages of lists: an opaque, short token that says where the next page begins. */
import { createHash } from 'node:crypto';
import { DEFAULT_PAGE_SIZE } from '../contract/contract.ts';
import { pageTokenInvalid } from '../contract/problem.ts';

const CHECKSUM_BYTES = 8;

/** Of which list a token is: its owner, and what it is filtered and sorted by. */
type Scope = string;

/** What a list request says about its page. */
export type PageRequest = { pageSize?: number | undefined; pageToken?: string | undefined };

/**
 * Where the page begins, and how many entries it may have.
 *
 * @throws Problem PAGE_TOKEN_INVALID where the token was damaged, or comes from another list
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

/** The token of a position. It is at most 100 characters long where the position has at most 67 bytes. */
export function pageToken(position: string[], scope: Scope): string {
  const bytes = Buffer.from(position.join('\n'));
  const checksum = createHash('sha256').update(scope).update('\0').update(bytes).digest().subarray(0, CHECKSUM_BYTES);
  return Buffer.concat([checksum, bytes]).toString('base64url');
}
