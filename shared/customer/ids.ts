/** Ids in the provider's style: a prefix of 3 characters and 17 more (85 bits), such as `dn2…` (seed 002). */
import { createHash, randomBytes } from 'node:crypto';
import type { Idempotency } from './command.ts';

const ALPHABET = 'abcdefghijklmnopqrstuv0123456789';
const LENGTH = 17;

/** The id of a new customer: derived from partner and idempotency key, so that a replay finds the first request's customer; or random. */
export const newCustomerId = (partnerId: string, idempotency: Idempotency | undefined) =>
  `dn2${characters(idempotency && [partnerId, idempotency.key])}`;

/** The id of a new cloud: derived from customer and idempotency key, or random. */
export const newCloudId = (customerId: string, idempotency: Idempotency | undefined) =>
  `b1g${characters(idempotency && [customerId, idempotency.key])}`;

function characters(seed: string[] | undefined): string {
  const bytes = seed ? createHash('sha256').update(JSON.stringify(seed)).digest() : randomBytes(LENGTH);
  return [...bytes.subarray(0, LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
