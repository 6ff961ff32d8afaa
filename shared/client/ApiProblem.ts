/** A refusal of the API (RFC 9457), or the lack of an answer, as an error. */
import type { FieldError, ProblemCode } from '../contract/problem.ts';

/** `NO_ANSWER`: the network failed, or the server did not answer. `NOT_A_PROBLEM`: the answer is not the API's, but a gateway's, say. */
type Code = ProblemCode | 'NO_ANSWER' | 'NOT_A_PROBLEM';

/** The members of a problem in a body, and the value of its `Retry-After`. */
export type ProblemBody = {
  code?: string;
  detail?: string;
  status?: number;
  errors?: FieldError[];
  requestId?: string;
  retryAfterSeconds?: number;
  /** The values that a sentence about the refusal needs. */
  [member: string]: unknown;
};

/** A refusal. Its message is the server's sentence that says what to do; empty if the server sent none. */
export class ApiProblem extends Error {
  /** HTTP status; 0 if no answer came. */
  readonly status: number;
  readonly code: Code;
  /** The wrong fields of a request that is not valid, each with what is wrong. */
  readonly errors: FieldError[];
  readonly requestId: string | undefined;
  /** After how many seconds it makes sense to ask again, if the server says so. */
  readonly retryAfterSeconds: number | undefined;
  /** All members, with the values that a sentence about the refusal needs. */
  readonly body: ProblemBody;

  constructor(status: number, body: ProblemBody, options?: ErrorOptions) {
    const { code, detail = '', errors = [], requestId, retryAfterSeconds } = body;
    super(detail, options);
    this.body = body;
    this.name = 'ApiProblem';
    this.status = status;
    this.code = (code as ProblemCode | undefined) ?? (status === 0 ? 'NO_ANSWER' : 'NOT_A_PROBLEM');
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The error of a call that got no answer. `cause` is the reason, if it is known. */
export const noAnswer = (cause?: unknown) => new ApiProblem(0, {}, { cause });

/** The refusal in an answer whose status is not 2xx. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const body = isProblem ? ((await response.json().catch(() => ({}))) as ProblemBody) : {};
  const retryAfterSeconds = secondsIn(response.headers.get('retry-after'));
  return new ApiProblem(response.status, {
    ...body,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** The seconds of a `Retry-After`, which a gateway may send as a date (RFC 9110, 10.2.3); undefined without one, or if it is neither. */
function secondsIn(retryAfter: string | null): number | undefined {
  if (retryAfter === null || /^\d+$/.test(retryAfter)) return retryAfter === null ? undefined : Number(retryAfter);
  const moment = Date.parse(retryAfter);
  return Number.isNaN(moment) ? undefined : Math.max(0, Math.ceil((moment - Date.now()) / 1000));
}
