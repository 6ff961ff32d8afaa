/**
 * How many invitations a partner may send in a day (UTC), and how many of its registrations may be refused because of the account. Both are
 * counted on the partner's item, which is read when a customer is registered. `docs/adr/0005-limits-on-invitations.md` says why mails that
 * are not sent yet may exceed the limit.
 */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { partnerKey } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

/**
 * A partner that invites. `invitationsLeft` goes down with each invitation of a request, and `refusalsLeft` with each refusal, so that a
 * batch stops at the limits.
 */
export type InvitingPartner = {
  id: string;
  name: string;
  paid: boolean;
  /** Its own email domains, which the provider has recorded. */
  domains: string[];
  invitationsLeft: number;
  refusalsLeft: number;
};

/** The partner, with the numbers of invitations and of refusals that it has left today. */
export async function loadInvitingPartner(id: string, now: Date, program: Program): Promise<InvitingPartner> {
  const item = (await getItem(partnerKey(id))) ?? {};
  const { name = id, paid = false, domains = [], ...counts } = item as Partial<PartnerItem>;
  const { invitedOn, invited = 0, refusedOn, refused = 0 } = counts;
  const today = dayOf(now);
  return {
    id,
    name,
    paid,
    domains,
    invitationsLeft: program.invitationsPerDay - (invitedOn === today ? invited : 0),
    refusalsLeft: program.refusedRegistrationsPerDay - (refusedOn === today ? refused : 0),
  };
}

type PartnerItem = {
  name: string;
  paid: boolean;
  domains: string[];
  invitedOn: string;
  invited: number;
  refusedOn: string;
  refused: number;
};

/** @throws Problem INVITATION_LIMIT if the partner has no invitations left today */
export function requireInvitationsLeft(partner: InvitingPartner, now: Date): void {
  if (partner.invitationsLeft > 0) return;
  throw untilTomorrow(
    'INVITATION_LIMIT',
    `${partner.name} has sent all the invitations that the program allows in a day.`,
    now,
  );
}

/**
 * Checks that the partner may learn of another refusal. Otherwise nothing is registered, as success and refusal would tell the same.
 *
 * @throws Problem REFUSAL_LIMIT if no more of the partner's registrations may be refused today
 */
export function requireRefusalsLeft(partner: InvitingPartner, now: Date): void {
  if (partner.refusalsLeft > 0) return;
  throw untilTomorrow(
    'REFUSAL_LIMIT',
    `Too many registrations of ${partner.name} were refused today because of the customers' accounts.`,
    now,
  );
}

function untilTomorrow(code: 'INVITATION_LIMIT' | 'REFUSAL_LIMIT', sentence: string, now: Date): Problem {
  const tomorrow = new Date(now);
  tomorrow.setUTCHours(24, 0, 0, 0);
  const retryAfterSeconds = Math.ceil((tomorrow.getTime() - now.getTime()) / 1000);
  return new Problem(code, `${sentence} Go on tomorrow (${tomorrow.toISOString()}).`, { retryAfterSeconds });
}

/** The day (UTC) of a moment, as limits are counted by. */
export const dayOf = (now: Date) => now.toISOString().slice(0, 10);
