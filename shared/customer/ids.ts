/** Ids in the provider's style: a prefix of three and 17 characters (85 bits), such as `dn2…` (seed 002). */
import { createHash, randomBytes } from 'node:crypto';
import type { Idempotency } from './command.ts';

const ALPHABET = 'abcdefghijklmnopqrstuv0123456789';
const LENGTH = 17;

/** The id of a customer: derived from the partner and its idempotency key, so that a replay meets itself; else random. */
export const newCustomerId = (partnerId: string, idempotency: Idempotency | undefined) =>
  `dn2${characters(idempotency && [partnerId, idempotency.key])}`;

/** The id of a cloud, derived likewise from the customer. */
export const newCloudId = (customerId: string, idempotency: Idempotency | undefined) =>
  `b1g${characters(idempotency && [customerId, idempotency.key])}`;

function characters(seed: string[] | undefined): string {
  const bytes = seed ? createHash('sha256').update(JSON.stringify(seed)).digest() : randomBytes(LENGTH);
  return [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
