/** The limits of requests. */

/** Largest request body, in bytes (Billing API: "a request is at most 64 KB"). */
export const MAX_BODY_BYTES = 64 * 1024;
/** Longest Idempotency-Key, in characters. The header's draft (IETF httpapi) leaves the length to the server. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** Most entries on a page of a list. */
export const MAX_PAGE_SIZE = 1000;
/** Entries on a page if the request names no number. */
export const DEFAULT_PAGE_SIZE = 100;
/** Most rows of one import. */
export const MAX_IMPORT_ROWS = 100;
/** Most addresses in `adminEmails`: each adds an item to the transaction of the registration (DynamoDB: 100 items at most). */
export const MAX_ADMIN_EMAILS = 20;
/** Most grants on one account cloud: one transaction removes the old grants and adds the new ones (DynamoDB: 100 items at most). */
export const MAX_CLOUD_GRANTS = 40;
/** Most deltas in one request for a cloud: one transaction changes the cloud, and an item for each delta (DynamoDB: 100 items at most). */
export const MAX_CLOUD_DELTAS = 40;
/** Most deltas in one request (Billing API, UpdateAccessBindings). */
export const MAX_ACCESS_DELTAS = 1000;
/** Most owners in one request to record a partner, and most email domains of a partner: all of them are in one transaction. */
export const MAX_NAMED_OWNERS = 20;
export const MAX_PARTNER_DOMAINS = 10;
/** How long a person can accept a membership. */
export const MEMBERSHIP_INVITATION_DAYS = 14;
