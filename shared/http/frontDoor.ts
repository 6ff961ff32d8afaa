/** The front door: requests enter through the distribution, which adds a secret header to each of them. (ADR 23) */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../contract/problem.ts';
import { writeLog } from '../log.ts';
import type { Middleware } from './request.ts';

/** The header that the distribution adds. It replaces a header of this name that a viewer sends. */
export const FRONT_DOOR_HEADER = 'x-front-door';

/**
 * Whether a request came through the distribution: its header has one of the values whose SHA-256 digests are in `FRONT_DOOR_DIGESTS`.
 * Without this variable, no request did. A comparison takes the same time for every value, and all digests are compared.
 */
export function cameThroughFrontDoor({ headers }: Pick<APIGatewayProxyEventV2, 'headers'>): boolean {
  const sent = createHash('sha256')
    .update(headers[FRONT_DOOR_HEADER] ?? '')
    .digest();
  const digests = (process.env['FRONT_DOOR_DIGESTS'] ?? '').split(',').map((digest) => Buffer.from(digest, 'hex'));
  return digests.map((digest) => digest.length === sent.length && timingSafeEqual(sent, digest)).includes(true);
}

/** The middleware that refuses a request which did not come through the distribution, before anything is read. */
export const frontDoor = (): Middleware => ({
  before: ({ event }) => {
    if (cameThroughFrontDoor(event)) return;
    // The alarm DirectRequests counts this.
    writeLog({ level: 'WARN' }, { directRequests: 1 });
    throw new Problem(
      'DIRECT_REQUEST',
      'Send the request to the address of the portal. The address of the gateway takes requests from there alone.',
    );
  },
});
