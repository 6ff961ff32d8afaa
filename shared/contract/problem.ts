import type { FaultCode, FieldFault } from './fieldFault.ts';

/**
 * Every refusal of the API: its stable `code`, its HTTP status and its title. The code that decides a refusal also writes its `detail`:
 * the sentence that says what to do next.
 */
export const PROBLEMS = {
  VALIDATION_FAILED: [400, 'The request is not valid'],
  BODY_NOT_JSON: [400, 'The body is not JSON'],
  PAGE_TOKEN_INVALID: [400, 'The page token is not valid'],
  TOKEN_MISSING: [401, 'Sign in first'],
  TOKEN_INVALID: [401, 'The access token is not valid'],
  TOKEN_EXPIRED: [401, 'The access token has expired'],
  EMAIL_NOT_VERIFIED: [403, 'The email address is not verified'],
  DIRECT_REQUEST: [403, "Not through the portal's address"],
  NOT_A_PARTNER: [403, 'Not a partner'],
  NOT_AN_OPERATOR: [403, 'Not an operator'],
  SECOND_FACTOR_REQUIRED: [403, 'A second factor is required'],
  ROLE_MISSING: [403, 'The role does not allow this'],
  ROLE_NOT_HELD: [403, 'Not a role of yours to give or take'],
  NOT_THE_CONTACT: [403, 'For the contact person alone'],
  CUSTOMER_NOT_FOUND: [404, 'No such customer'],
  INVITE_LINK_INVALID: [404, 'The link does not work'],
  CLOUD_NOT_FOUND: [404, 'No such cloud'],
  OPERATION_NOT_FOUND: [404, 'No such operation'],
  METHOD_NOT_FOUND: [404, 'No such method'],
  MEMBER_NOT_FOUND: [404, 'No such member'],
  MEMBERSHIP_NOT_FOUND: [404, 'No such membership'],
  PARTNER_NOT_FOUND: [404, 'No such partner'],
  ACCOUNT_NOT_FOUND: [404, 'No such account'],
  CUSTOMER_EXISTS: [409, 'The customer exists'],
  CUSTOMER_DELETED: [409, 'The customer was deleted'],
  CUSTOMER_STATUS: [409, 'Not possible in this status'],
  CUSTOMER_NOT_ACTIVE: [409, 'The customer is not active'],
  PARTNER_NOT_PAID: [409, 'Paid consumption mode is off'],
  EMAIL_OF_MEMBER: [409, "The address is the partner's own"],
  EMAIL_DOMAIN_NOT_ALLOWED: [400, 'The email domain is not allowed'],
  RESELLER_SERVED_NOT_ALLOWED: [409, 'The program has no reseller-served customers'],
  ACCOUNT_NOT_REGISTERED: [409, 'No registered account'],
  ACCOUNT_HAS_CREDIT_BALANCE: [409, 'The account has a credit balance'],
  ACCOUNT_USES_SERVICES: [409, 'The account is using services'],
  ACCOUNT_HAS_DISCOUNTS: [409, 'The account has discounts'],
  ACCOUNT_USES_POC: [409, 'The account is using a POC service'],
  ACCOUNT_NOT_PREPAID: [409, 'The account is not prepaid'],
  ACCOUNT_NOT_ELIGIBLE: [409, 'The account is not eligible'],
  ACCOUNT_NOT_AVAILABLE: [409, 'The account is not available'],
  EMAIL_UNDELIVERABLE: [409, 'No mail reaches this address'],
  INVITATIONS_DECLINED: [409, 'The recipient wants no more invitations'],
  CLOUD_NAME_TAKEN: [409, 'The name is taken'],
  CLOUD_ELSEWHERE: [409, 'The cloud belongs to another account'],
  ALREADY_LINKED: [409, 'The cloud is linked'],
  ROLE_INSUFFICIENT: [403, 'The role on the cloud is not enough'],
  ROLE_TOO_RECENT: [409, 'The role on the cloud is too recent'],
  CLOUD_NOT_LINKED: [409, 'The cloud was not linked'],
  MEMBER_ELSEWHERE: [409, 'A member of another partner'],
  SERVICE_ACCOUNT_NOT_RECORDED: [409, 'The service account is not recorded'],
  DOMAIN_ELSEWHERE: [409, 'The domain belongs to another partner'],
  LAST_OWNER: [409, 'The last owner'],
  ROLE_OF_MEMBERSHIP: [409, 'The role comes with the membership'],
  ROLE_OF_CONTACT: [409, 'The role comes with the confirmation'],
  TOO_MANY_BINDINGS: [409, 'Too many access bindings'],
  IDEMPOTENCY_KEY_REUSED: [409, 'The idempotency key was used for another request'],
  STALE_VERSION: [412, 'Changed since you read it'],
  BODY_TOO_LARGE: [413, 'The body is too large'],
  NOT_JSON_MEDIA_TYPE: [415, 'Send JSON'],
  BODY_CODED: [415, 'The body is coded'],
  RESEND_TOO_SOON: [429, 'Too soon'],
  INVITATION_LIMIT: [429, 'No more invitations today'],
  REFUSAL_LIMIT: [429, 'Too many refused registrations today'],
  REQUEST_LIMIT: [429, 'Too many requests of this partner'],
  INTERNAL: [500, 'Something went wrong'],
  TRY_AGAIN: [503, 'Busy'],
  NOT_TRIED: [503, 'No time was left'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemCode = keyof typeof PROBLEMS;

/**
 * A wrong field: its place in the request (`person.email`, `deltas.0.roleId`), and what is wrong with it: as a sentence, and for programs as
 * a code with its values.
 */
export type FieldError = { path: string; message: string } & Omit<FieldFault, 'code'> & {
    code: FaultCode | ProblemCode;
  };

type ProblemExtras = {
  /** The wrong fields of the request; VALIDATION_FAILED always has them. */
  errors?: FieldError[];
  /** After how many seconds the caller should try again: the `Retry-After` header (RFC 9110, 10.2.3). */
  retryAfterSeconds?: number;
  /** More members of the answer for programs, such as the customer's `currentStatus`. */
  members?: Record<string, unknown>;
};

/** The `detail` of INTERNAL. */
export const INTERNAL_DETAIL =
  'The request failed through no fault of yours. Try again; if it stays so, name the request id.';

/**
 * A refusal. Any code can throw it; `shared/http/refusals.ts` turns it into an RFC 9457 answer.
 *
 * @example throw new Problem('CUSTOMER_STATUS', 'The invitation was declined. Invite again.', { members: { currentStatus } })
 */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.name = 'Problem';
    this.code = code;
    this.extras = extras;
  }

  get status(): (typeof PROBLEMS)[ProblemCode][0] {
    return PROBLEMS[this.code][0];
  }

  /** The `application/problem+json` body (RFC 9457). */
  toJSON(): Record<string, unknown> {
    const [status, title] = PROBLEMS[this.code];
    const { errors, members } = this.extras;
    return {
      type: `urn:partner-portal:problem:${this.code}`,
      title,
      status,
      detail: this.message,
      code: this.code,
      ...members,
      ...(errors && { errors }),
    };
  }
}

/** The refusal of a request with wrong fields. */
export const wrongFields = (...errors: FieldError[]): Problem =>
  new Problem('VALIDATION_FAILED', `${errors.map(({ message }) => message).join('; ')}.`, { errors });

/** The refusal of a page token that was altered. */
export function pageTokenInvalid(): Problem {
  return new Problem(
    'PAGE_TOKEN_INVALID',
    'Take pageToken unchanged from nextPageToken of the same list, or leave it out.',
    { errors: [{ path: 'pageToken', message: 'pageToken is not one of this list', code: 'PAGE_TOKEN_NOT_VALID' }] },
  );
}
