import { randomBytes } from 'node:crypto';

/** Bytes of an invitation's nonce: 96 random bits can't be guessed. */
const NONCE_BYTES = 12;

/** A nonce, which binds emailed links to one address: a new address gets a new nonce. */
export const newNonce = (): string => randomBytes(NONCE_BYTES).toString('base64url');
