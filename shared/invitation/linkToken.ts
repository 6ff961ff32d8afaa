/**
 * The emailed link, the only proof of the mailbox. Its token is a keyed MAC over customer, address and the invitation's nonce. The token
 * is made when the mail is rendered, checked by making it again, and never stored or logged.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Problem } from '../contract/problem.ts';
import { asOf, type Customer } from '../customer/customer.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { loadCustomer } from '../customer/store.ts';
import { addLogFields } from '../log.ts';
import type { Program } from '../program/program.ts';
import { inviteLink } from './link.ts';

/** How long an instance uses the keys it has read. After that time, all instances use a new key. */
const KEYS_MAX_AGE_MS = 5 * 60_000;
/** For an unknown key id, keys older than this are read again: the key may be new. */
const KEYS_MIN_AGE_MS = 10_000;
/** The ids of keys that may sign. Damage of a link can put `3D` (an encoded `=`), `_` or `-` before a token, so that the page removes them. */
const KEY_ID = /^(?!3d)[a-z0-9][\w-]{0,19}$/i;
/** Key id, customer id, MAC (SHA-256: 43 characters). */
const TOKEN = /^([\w-]{1,20})\.(dn2[a-z0-9]{17})\.([\w-]{43})$/;

const secrets = /* @__PURE__ */ new SecretsManagerClient({
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});
let read: { at: number; keys: Promise<Record<string, string>> } | undefined;

/**
 * The keys by their ids; `current` is the id of the key that signs. To rotate, add a key and set `current` to its id. Keep the other keys
 * as long as the links that they signed should work.
 */
function linkKeys(maxAgeMs = KEYS_MAX_AGE_MS): Promise<Record<string, string>> {
  if (!read || Date.now() - read.at > maxAgeMs) {
    const keys = secrets
      .send(new GetSecretValueCommand({ SecretId: process.env['INVITE_KEY_SECRET'] ?? '' }))
      .then(({ SecretString }) => JSON.parse(SecretString ?? '{}') as Record<string, string>);
    const before = read;
    read = { at: Date.now(), keys };
    // If reading fails, the earlier keys stay in use.
    keys.catch(() => {
      read = before;
    });
  }
  return read.keys;
}

/** The key with an id from a token; undefined if there is none. `constructor` (a property of every object) and `current` are not keys. */
function keyOf(keys: Record<string, string>, keyId: string): string | undefined {
  return keyId !== 'current' && Object.hasOwn(keys, keyId) ? keys[keyId] : undefined;
}

function mac(key: string, customer: Customer): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([customer.id, customer.email, customer.nonce]))
    .digest('base64url');
}

/** The link for the mail. The token is in the fragment, which reaches no access log and no Referer. */
export async function emailedLink(customer: Customer): Promise<string> {
  const { current = '', ...keys } = await linkKeys();
  const key = keys[current];
  if (!key) throw new Error('the secret of the link keys has no current key');
  if (!KEY_ID.test(current)) throw new Error(`the current key has an id that links can't have: ${current}`);
  return `${inviteLink(customer.id)}#token=${current}.${customer.id}.${mac(key, customer)}`;
}

/** The customer id in a token, which is not verified yet. */
function tokenCustomerId(token: string): string {
  return TOKEN.exec(token)?.[2] ?? refuse();
}

/**
 * Checks that the token proves the mailbox under which the customer is invited now.
 *
 * @param customer the customer at this moment (`asOf`)
 *
 * @throws Problem INVITE_LINK_INVALID
 */
export async function verifyToken(token: string, customer: Customer): Promise<void> {
  const [, keyId = '', customerId, given = ''] = TOKEN.exec(token) ?? refuse();
  const key = keyOf(await linkKeys(), keyId) ?? keyOf(await linkKeys(KEYS_MIN_AGE_MS), keyId);
  if (!key || customer.id !== customerId || customer.email === null || customer.status === 'DELETED') refuse();
  if (!timingSafeEqual(Buffer.from(mac(key, customer)), Buffer.from(given))) refuse();
}

/** The customer whose invitation a token opens. @throws Problem INVITE_LINK_INVALID */
export async function loadInvited(token: string, now: Date, program: Program): Promise<StoredCustomer> {
  const stored = (await loadCustomer(tokenCustomerId(token))) ?? refuse();
  addLogFields({ customerId: stored.customer.id });
  await verifyToken(token, asOf(stored.customer, now, program));
  return stored;
}

function refuse(): never {
  throw new Problem(
    'INVITE_LINK_INVALID',
    'This link does not open an invitation: it may be cut off, or an older one. Open the newest mail, or ask the partner for a new one.',
  );
}
