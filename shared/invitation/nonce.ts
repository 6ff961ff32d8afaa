import { randomBytes } from 'node:crypto';

/** Bytes of an invitation's nonce. */
const NONCE_BYTES = 12;

/** What binds an emailed link to one invitation. */
export const newNonce = (): string => randomBytes(NONCE_BYTES).toString('base64url');
