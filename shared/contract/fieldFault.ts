/**
 * The faults of a request's fields: for each stable `code` of `errors[]`, the `values` that a sentence about the fault needs. A page says
 * the fault in its language. A field that is wrong for the reason of the whole refusal has the refusal's code.
 */

type None = Record<never, never>;

export type FieldFaults = {
  REQUIRED: None;
  /** `type`: the JSON type that the field must have. */
  WRONG_TYPE: { type: string };
  NOT_TEXT: None;
  NOT_ASCII: None;
  /** More than `max` characters. */
  TOO_LONG: { max: number };
  /** More than `max` entries. */
  TOO_MANY: { max: number };
  /** Larger than `max` bytes. */
  TOO_LARGE: { max: number };
  NOT_ONE_OF: { allowed: readonly string[] };
  HAS_LINK: None;
  EMAIL_NOT_VALID: None;
  LOCAL_PART_NOT_ASCII: None;
  PHONE_NOT_VALID: None;
  DOMAIN_NOT_VALID: None;
  CLIENT_ID_HAS_AT: None;
  ENCODED_TWICE: None;
  NOT_OF_PATH: None;
  PARTNER_ID_NOT_VALID: None;
  CLOUD_NAME_NOT_VALID: None;
  CLOUD_ID_NOT_VALID: None;
  ROLE_ID_NOT_VALID: None;
  HOLDER_HAS_ALL_ROLES: None;
  TIME_NOT_VALID: None;
  TIME_OUT_OF_RANGE: None;
  TIME_NOT_FOR_REMOVE: None;
  TIME_NOT_IN_FUTURE: None;
  AMOUNT_NOT_VALID: None;
  PAGE_SIZE_NOT_VALID: { max: number };
  PAGE_TOKEN_NOT_VALID: None;
  KEY_NOT_VALID: { max: number };
  ETAG_NOT_VALID: None;
  UNKNOWN_FIELD: None;
  SENT_TWICE: None;
  /** Another form is expected. */
  NOT_VALID: None;
};

export type FaultCode = keyof FieldFaults;
export type FieldFault = {
  code: FaultCode;
  values?: Record<string, string | number | readonly string[]>;
};

/** zod keeps only a message with an issue. So the fault of a message is found by the message. */
const FAULTS = new Map<string, FieldFault>();

/**
 * The message of a schema about a value that doesn't fit, with its code.
 *
 * @example z.maxLength(MAX, said('TOO_LONG', `name must have at most ${MAX} characters`, { max: MAX }))
 */
export function said<Code extends FaultCode>(
  code: Code,
  message: string,
  ...[values]: keyof FieldFaults[Code] extends never ? [] : [values: FieldFaults[Code]]
): string {
  FAULTS.set(message, { code, ...(values && { values }) });
  return message;
}

/** The fault that a schema's message says. */
export const faultOf = (message: string): FieldFault => FAULTS.get(message) ?? { code: 'NOT_VALID' };
