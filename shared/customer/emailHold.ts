/** The hold of an invited address: from the invitation until the registration is over, no other customer can be invited under it. */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { invitedKey } from '../table/keys.ts';
import { type Alongside, put, remove } from '../table/table.ts';
import { type Customer, holdsEmail } from './customer.ts';

/**
 * The writes that hold the address of a customer, or release it. A hold whose `freeAt` has passed does not count, whether or not the
 * cleanup has removed it.
 *
 * @param before undefined for a new customer
 * @returns writes whose refusals are the problems CUSTOMER_EXISTS and ACCOUNT_NOT_AVAILABLE
 */
export function holdEmail(before: Customer | undefined, after: Customer, now: Date, program: Program): Alongside[] {
  const scope = program.customerUniquePer === 'EMAIL' ? '*' : after.partnerId;
  const { partnerId } = after;
  const mine = { ':customerId': after.id };
  const release = (email: string): Alongside => {
    const ifMine = { condition: 'attribute_not_exists(pk) OR customerId = :customerId', values: mine };
    return { write: remove(invitedKey(email, scope), ifMine), refused: 'omit' };
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
      // An item of an earlier version that names no customer remembers only a cooldown, which does not count any more.
      condition: 'attribute_not_exists(customerId) OR customerId = :customerId OR freeAt <= :now',
      values: { ...mine, ':now': now.toISOString() },
      returnsFound: true,
    }),
    // A hold for all partners that was written by an earlier version doesn't name its partner.
    refused: ({ written, partnerId: holder }) =>
      scope === '*' && holder?.S !== partnerId ? notAvailable(program) : customerExists(after, written?.S),
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
    { errors: [{ path: 'email', message, code: 'ACCOUNT_NOT_AVAILABLE' }] },
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
  return new Problem('CUSTOMER_EXISTS', sentence, { errors: [{ path: 'email', message, code: 'CUSTOMER_EXISTS' }] });
}
