/** Turns an error into the answer that refuses a request. */
import { INTERNAL_DETAIL, Problem } from '../contract/problem.ts';
import type { Form } from './form.ts';
import type { Middleware } from './request.ts';

/** The middleware that answers a request whose handling threw an error. */
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

/** The problem that the caller gets for an error: the error itself if it is a Problem, else TRY_AGAIN or INTERNAL. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const { name = '', $retryable } = error as { name?: string; $retryable?: unknown };
  // The table or the network is busy, and the SDK has retried already. The last attempt may have been written.
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

/** The value of `WWW-Authenticate`. If no token was sent, it names no error (RFC 6750, 3). */
function challenge({ code, message }: Problem): string {
  const realm = 'Bearer realm="partner-portal"';
  return code === 'TOKEN_MISSING'
    ? realm
    : `${realm}, error="invalid_token", error_description="${message.replace(/["\\]/g, "'")}"`;
}
