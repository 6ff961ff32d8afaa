/** The cooldown of a resend: how long the recipient of an invitation mail is spared the next one. Pure. */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { asOf, type Customer } from './customer.ts';

const MINUTE_MS = 60_000;

/** When the invitation can be sent again (RFC 3339); undefined if no mail was called for yet. */
export function resendableAt(customer: Customer, program: Program): string | undefined {
  if (customer.invitedAt === undefined) return undefined;
  return new Date(Date.parse(customer.invitedAt) + program.resendCooldownMinutes * MINUTE_MS).toISOString();
}

/**
 * The end of the cooldown for an address whose open invitation is withdrawn, or moves to another address: until then, nobody can register
 * the address again. Undefined if the recipient has answered, the invitation has expired, or the cooldown is over.
 */
export function sparedUntil(before: Customer, after: Customer, now: Date, program: Program): string | undefined {
  const withdrawn = after.status === 'DELETED' || after.email !== before.email;
  if (!withdrawn || asOf(before, now, program).status !== 'VERIFICATION_REQUIRED') return undefined;
  const until = resendableAt(before, program);
  return until !== undefined && until > now.toISOString() ? until : undefined;
}

/** The refusal of an invitation during the cooldown, which ends at `until`. */
export function tooSoon(until: string, now: Date): Problem {
  const retryAfterSeconds = Math.max(1, Math.ceil((Date.parse(until) - now.getTime()) / 1000));
  const sentence = `An invitation was sent to this address a short while ago. Send it again in ${Math.ceil(retryAfterSeconds / 60)} min.`;
  return new Problem('RESEND_TOO_SOON', sentence, { retryAfterSeconds });
}
