import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { cameThroughFrontDoor } from './frontDoor.ts';

/**
 * The IP address of the viewer, the client of the distribution; `undefined` unless the request came through the distribution.
 *
 * CloudFront adds the viewer's address to the end of `X-Forwarded-For`, and the gateway adds that of CloudFront. A viewer may send more
 * addresses, but only before these two.
 */
export function viewerAddress(event: Pick<APIGatewayProxyEventV2, 'headers'>): string | undefined {
  if (!cameThroughFrontDoor(event)) return undefined;
  return event.headers['x-forwarded-for']?.split(',').at(-2)?.trim();
}
