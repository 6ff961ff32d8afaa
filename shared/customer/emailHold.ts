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
 * @returns writes whose refusals are the problems CUSTOMER_EXISTS, RESEND_TOO_SOON and ACCOUNT_NOT_AVAILABLE
 */
export function holdEmail(before: Customer | undefined, after: Customer, now: Date, program: Program): Alongside[] {
  const scope = program.customerUniquePer === 'EMAIL' ? '*' : after.partnerId;
  const { partnerId } = after;
  const mine = { ':customerId': after.id };
  const spared = before && sparedUntil(before, after, now, program);
  const release = (email: string): Alongside => {
    const key = invitedKey(email, scope);
    const ifMine = { condition: 'attribute_not_exists(pk) OR customerId = :customerId', values: mine };
    const ttl = spared === undefined ? 0 : Math.ceil(Date.parse(spared) / 1000);
    const write =
      spared === undefined
        ? remove(key, ifMine)
        : put({ ...key, partnerId, sparedUntil: spared, [TTL_ATTRIBUTE]: ttl }, ifMine);
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
    partnerId,
    freeAt: after.expiresAt,
    written: after.writtenEmail,
  };
  const hold: Alongside = {
    write: put(item, {
      condition: 'attribute_not_exists(pk) OR customerId = :customerId OR freeAt <= :now OR sparedUntil <= :now',
      values: { ...mine, ':now': now.toISOString() },
      returnsFound: true,
    }),
    refused: ({ sparedUntil: until, written, partnerId: holder }) => {
      // A hold for all partners that was written by an earlier version doesn't name its partner.
      if (scope === '*' && holder?.S !== partnerId) return notAvailable(program);
      return until?.S === undefined ? customerExists(after, written?.S) : tooSoon(until.S, now);
    },
  };
  return [...releases, hold];
}

/**
 * The refusal of an account that the partner can't have, whatever the reason: it doesn't tell whether the account belongs to another partner
 * or was just invited by one.
 */
function notAvailable({ brandName }: Program): Problem {
  const message = 'the account is not available';
  return new Problem(
    'ACCOUNT_NOT_AVAILABLE',
    `The account with this email is not available. Search for it in your list; if it is not there, ask ${brandName}.`,
    { errors: [{ path: 'email', message }] },
  );
}

/**
 * The refusal of an address that another customer of the partner holds.
 *
 * @param written the other customer's address as its partner wrote it, if that differs from the canonical form
 */
function customerExists({ email, writtenEmail }: Customer, written: string | undefined): Problem {
  const [one = '', other = ''] = [writtenEmail ?? email ?? '', written ?? email ?? ''];
  const caseDiffers = one !== other && one.toLowerCase() === other.toLowerCase();
  const message = `a customer with this email exists${caseDiffers ? ' (case-insensitively)' : ''}`;
  const sentence = `${message.replace(/^a/, 'A')}. Search for it in your list, or invite another address.`;
  return new Problem('CUSTOMER_EXISTS', sentence, { errors: [{ path: 'email', message }] });
}
