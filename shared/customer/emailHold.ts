/** The hold of an invited address: from the invitation until the registration is over, no other customer can be invited under it. */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { invitedKey, TTL_ATTRIBUTE } from '../table/keys.ts';
import { type Alongside, put, remove } from '../table/table.ts';
import { type Customer, holdsEmail } from './customer.ts';
import { sparedUntil, tooSoon } from './resendCooldown.ts';

/**
 * The writes that hold the address of a customer, or release it. A hold whose `freeAt` has passed does not count, whether or not the
 * cleanup has removed it.
 *
 * @param before undefined for a new customer
 * @returns writes whose refusals are the problems CUSTOMER_EXISTS and RESEND_TOO_SOON
 */
export function holdEmail(before: Customer | undefined, after: Customer, now: Date, program: Program): Alongside[] {
  const scope = program.customerUniquePer === 'EMAIL' ? '*' : after.partnerId;
  const mine = { ':customerId': after.id };
  const spared = before && sparedUntil(before, after, now, program);
  const release = (email: string): Alongside => {
    const key = invitedKey(email, scope);
    const ifMine = { condition: 'attribute_not_exists(pk) OR customerId = :customerId', values: mine };
    const ttl = spared === undefined ? 0 : Math.ceil(Date.parse(spared) / 1000);
    const write =
      spared === undefined ? remove(key, ifMine) : put({ ...key, sparedUntil: spared, [TTL_ATTRIBUTE]: ttl }, ifMine);
    return { write, refused: 'omit' };
  };
  const moved = before?.email !== after.email;
  const releases = before?.email != null && (moved || !holdsEmail(after)) ? [release(before.email)] : [];
  const unchanged =
    before && !moved && before.expiresAt === after.expiresAt && holdsEmail(before) === holdsEmail(after);
  if (after.email === null || !holdsEmail(after) || unchanged) return releases;
  const item = {
    ...invitedKey(after.email, scope),
    customerId: after.id,
    freeAt: after.expiresAt,
    written: after.writtenEmail,
  };
  const hold: Alongside = {
    write: put(item, {
      condition: 'attribute_not_exists(pk) OR customerId = :customerId OR freeAt <= :now OR sparedUntil <= :now',
      values: { ...mine, ':now': now.toISOString() },
      returnsFound: true,
    }),
    refused: ({ sparedUntil: until, written }) =>
      until?.S === undefined ? customerExists(after, written?.S, program) : tooSoon(until.S, now),
  };
  return [...releases, hold];
}

/**
 * The refusal of an address that another customer holds.
 *
 * @param written the other customer's address as its partner wrote it, if that differs from the canonical form
 */
function customerExists({ email, writtenEmail }: Customer, written: string | undefined, program: Program): Problem {
  const [one = '', other = ''] = [writtenEmail ?? email ?? '', written ?? email ?? ''];
  const caseDiffers = one !== other && one.toLowerCase() === other.toLowerCase();
  const message = `a customer with this email exists${caseDiffers ? ' (case-insensitively)' : ''}`;
  const advice =
    program.customerUniquePer === 'EMAIL'
      ? 'Search for it in your list: if it is not there, it is the customer of another partner.'
      : 'Search for it in your list, or invite another address.';
  return new Problem('CUSTOMER_EXISTS', `${message.replace(/^a/, 'A')}. ${advice}`, {
    errors: [{ path: 'email', message }],
  });
}
