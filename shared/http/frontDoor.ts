/** The front door: requests enter through the distribution, which adds a secret header to each of them. (ADR 23) */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { Problem } from '../contract/problem.ts';
import { writeLog } from '../log.ts';
import type { Middleware } from './request.ts';

/** The header that the distribution adds. It replaces a header of this name that a viewer sends. */
export const FRONT_DOOR_HEADER = 'x-front-door';
/** The metric that counts refused requests. `infra/frontDoor.ts` raises the alarm. */
export const DIRECT_REQUESTS = 'directRequests';

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
    count(event.requestContext.requestId);
    throw new Problem(
      'DIRECT_REQUEST',
      'Send the request to the address of the portal. The address of the gateway takes requests from there alone.',
    );
  },
});

/** Counts a refusal: CloudWatch makes a metric of this line of log (embedded metric format). */
function count(requestId: string): void {
  const metric = {
    Namespace: process.env['METRICS_NAMESPACE'],
    Dimensions: [[]],
    Metrics: [{ Name: DIRECT_REQUESTS, Unit: 'Count' }],
  };
  writeLog({
    level: 'WARN',
    requestId,
    [DIRECT_REQUESTS]: 1,
    _aws: { Timestamp: Date.now(), CloudWatchMetrics: [metric] },
  });
}
