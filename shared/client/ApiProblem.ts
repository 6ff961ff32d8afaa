/** What the API refuses (RFC 9457), or that no answer came. */
import type { FieldError, ProblemCode } from '../contract/problem.ts';

/** `NO_ANSWER`: the network, or nobody at the other end. `NOT_A_PROBLEM`: an answer that isn't the API's own, such as a gateway's. */
type Code = ProblemCode | 'NO_ANSWER' | 'NOT_A_PROBLEM';

/** The members of a problem, as they come in a body, and its `Retry-After`. */
export type ProblemBody = {
  code?: string;
  detail?: string;
  status?: number;
  errors?: FieldError[];
  requestId?: string;
  retryAfterSeconds?: number;
};

/** A refusal. Its message is the server's sentence that says what to do, and empty where the server has said nothing. */
export class ApiProblem extends Error {
  /** HTTP status; 0 where no answer came. */
  readonly status: number;
  readonly code: Code;
  /** What is wrong with which field, where the request isn't valid. */
  readonly errors: FieldError[];
  readonly requestId: string | undefined;
  /** After how many seconds it makes sense to ask again, if the server says so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    status: number,
    { code, detail = '', errors = [], requestId, retryAfterSeconds }: ProblemBody,
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'ApiProblem';
    this.status = status;
    this.code = (code as ProblemCode | undefined) ?? (status === 0 ? 'NO_ANSWER' : 'NOT_A_PROBLEM');
    this.errors = errors;
    this.requestId = requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** @param cause why, if that is known */
export const noAnswer = (cause?: unknown) => new ApiProblem(0, {}, { cause });

/** The refusal that an answer holds. */
export async function problemOf(response: Response): Promise<ApiProblem> {
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json');
  const body = isProblem ? ((await response.json().catch(() => ({}))) as ProblemBody) : {};
  const retryAfter = response.headers.get('retry-after');
  return new ApiProblem(response.status, {
    ...body,
    ...(retryAfter !== null && { retryAfterSeconds: Number(retryAfter) }),
  });
}
