/** For how long the recipient of an invitation mail is spared the next one: the cooldown of a resend. Pure. */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { asOf, type Customer } from './customer.ts';

const MINUTE_MS = 60_000;

/** From when on the invitation can be sent again; undefined where it was never sent. */
export function resendableAt(customer: Customer, program: Program): string | undefined {
  if (customer.invitedAt === undefined) return undefined;
  return new Date(Date.parse(customer.invitedAt) + program.resendCooldownMinutes * MINUTE_MS).toISOString();
}

/**
 * Until when the recipient of an invitation is spared the next one, when the invitation is withdrawn or goes to another address: whoever
 * registers the address again meanwhile has to wait. Undefined where the recipient has answered, or the invitation has expired.
 */
export function sparedUntil(before: Customer, after: Customer, now: Date, program: Program): string | undefined {
  const withdrawn = after.status === 'DELETED' || after.email !== before.email;
  if (!withdrawn || asOf(before, now, program).status !== 'VERIFICATION_REQUIRED') return undefined;
  const until = resendableAt(before, program);
  return until !== undefined && until > now.toISOString() ? until : undefined;
}

/** The refusal of an invitation whose recipient got one a short while ago. */
export function tooSoon(until: string, now: Date): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil((Date.parse(until) - now.getTime()) / 1000));
  const sentence = `An invitation was sent to this address a short while ago. Send it again in ${Math.ceil(retryAfterSeconds / 60)} min.`;
  return new Problem('RESEND_TOO_SOON', sentence, { retryAfterSeconds });
}
