/** How an error becomes the answer that refuses a request. */
import { INTERNAL_DETAIL, Problem } from '../contract/problem.ts';
import type { Form } from './form.ts';
import type { Middleware } from './request.ts';

/** The middleware that answers for everything that is thrown. */
export function refusals({ refusal }: Form): Middleware {
  return {
    onError: (request) => {
      const { requestId } = request.event.requestContext;
      const problem = asProblem(request.error);
      const { retryAfterSeconds } = problem.extras;
      const { status, mediaType, body } = refusal(problem, requestId);
      request.response = {
        statusCode: status,
        headers: {
          'content-type': mediaType,
          ...(status === 401 && { 'www-authenticate': challenge(problem) }),
          ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
        },
        body: JSON.stringify(body),
      };
    },
  };
}

/** The problem that a caller is told of an error. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { name = '', $retryable } = error as { name?: string; $retryable?: unknown };
  // The table or the network is busy, and the SDK has tried again already. Nobody knows whether the last attempt was written.
  if ($retryable || TRANSIENT.test(name)) {
    return new Problem(
      'TRY_AGAIN',
      'The service is busy. Send the request again shortly, a POST with the same Idempotency-Key, so that nothing happens twice.',
      { retryAfterSeconds: 2 },
    );
  }
  return new Problem('INTERNAL', INTERNAL_DETAIL);
}

const TRANSIENT =
  /Throttl|ThroughputExceeded|RequestLimitExceeded|TimeoutError|InternalServerError|InternalServiceError|ServiceUnavailable/;

/** RFC 6750, 3: without a token no error is named. */
function challenge({ code, message }: Problem): string {
  const realm = 'Bearer realm="partner-portal"';
  return code === 'TOKEN_MISSING'
    ? realm
    : `${realm}, error="invalid_token", error_description="${message.replace(/["\\]/g, "'")}"`;
}
