/** The limits of requests. */

/** Largest request body, in bytes (Billing API: "a request is at most 64 KB"). */
export const MAX_BODY_BYTES = 64 * 1024;
/** Longest Idempotency-Key; the header's draft leaves the length to the server. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** Largest and usual number of entries on a page of a list. */
export const MAX_PAGE_SIZE = 1000;
export const DEFAULT_PAGE_SIZE = 100;
/** Most rows of one import. */
export const MAX_IMPORT_ROWS = 100;
/** Most addresses in `adminEmails`: each is one more item in the transaction that registers the customer (DynamoDB: 100 at most). */
export const MAX_ADMIN_EMAILS = 20;
/** Most grants on one account cloud: old and new ones are replaced in one transaction (DynamoDB: 100 items at most). */
export const MAX_CLOUD_GRANTS = 40;
/** Most access bindings changed in one request (Billing API, UpdateAccessBindings). */
export const MAX_ACCESS_DELTAS = 1000;
