/**
 * How many invitations a partner may send in a day (UTC). Each sent invitation is counted on the partner's item, which is read when a
 * customer is registered. `docs/adr/0005-limits-on-invitations.md` says why mails that are not sent yet may exceed the limit.
 */
import { Problem } from '../contract/problem.ts';
import type { Program } from '../program/program.ts';
import { partnerKey } from '../table/keys.ts';
import { getItem, updateItem } from '../table/table.ts';

/** A partner that invites. `invitationsLeft` goes down with each invitation of a request, so that a batch stops at the limit. */
export type InvitingPartner = { id: string; name: string; paid: boolean; domains: string[]; invitationsLeft: number };

/** The partner, with the number of invitations it has left today. */
export async function loadInvitingPartner(id: string, now: Date, program: Program): Promise<InvitingPartner> {
  const item = (await getItem(partnerKey(id))) ?? {};
  const { name = id, paid = false, domains = [], invitedOn, invited = 0 } = item as Partial<PartnerItem>;
  return {
    id,
    name,
    paid,
    domains,
    invitationsLeft: program.invitationsPerDay - (invitedOn === dayOf(now) ? invited : 0),
  };
}

type PartnerItem = { name: string; paid: boolean; domains: string[]; invitedOn: string; invited: number };

/** @throws Problem INVITATION_LIMIT if the partner has no invitations left today */
export function requireInvitationsLeft(partner: InvitingPartner, now: Date): void {
  if (partner.invitationsLeft > 0) return;
  const tomorrow = new Date(now);
  tomorrow.setUTCHours(24, 0, 0, 0);
  const retryAfterSeconds = Math.ceil((tomorrow.getTime() - now.getTime()) / 1000);
  throw new Problem(
    'INVITATION_LIMIT',
    `${partner.name} has sent all the invitations that the program allows in a day. Go on tomorrow (${tomorrow.toISOString()}).`,
    { retryAfterSeconds },
  );
}

/** Counts a sent invitation. Without a transaction, so that simultaneous mails do not conflict. */
export async function countInvitation(partnerId: string, now: Date): Promise<void> {
  const values = { ':today': dayOf(now), ':one': 1 };
  const count = (expression: string, condition: string) =>
    updateItem(partnerKey(partnerId), expression, { condition, values });
  const sameDay = () => count('SET invited = invited + :one', 'invitedOn = :today');
  // The first invitation of a day sets the count to 1. If another one was faster, count once more.
  const newDay = () =>
    count('SET invitedOn = :today, invited = :one', 'attribute_exists(pk) AND NOT invitedOn = :today');
  if (!(await sameDay()) && !(await newDay())) await sameDay();
}

const dayOf = (now: Date) => now.toISOString().slice(0, 10);
