/** Memberships as the person or service account itself reads them. */
import type * as z from 'zod/mini';
import type { membership } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import type { Partner } from '../partner/partner.ts';
import { type InvitedMember, type Member, namedSubject } from './member.ts';

/** A membership of the caller as the API shows it: an active one, or one that a partner offers. */
export function membershipAnswer(
  { roles, lapsesAt, invitedBy }: Pick<Member, 'roles'> & Partial<InvitedMember>,
  { id, name }: Pick<Partner, 'id' | 'name'>,
): z.output<typeof membership> {
  return {
    partnerId: id,
    partnerName: name,
    roles,
    status: lapsesAt === undefined ? 'ACTIVE' : 'INVITED',
    ...(lapsesAt !== undefined && { lapsesAt, ...(invitedBy && { invitedBy: namedSubject(invitedBy).id }) }),
  };
}

export const membershipNotFound = () =>
  new Problem('MEMBERSHIP_NOT_FOUND', 'There is no such membership. GET /v1/me/memberships lists those that you have.');

export const memberOfAnother = () =>
  new Problem(
    'MEMBER_ELSEWHERE',
    'You belong to another partner. Leave it under My invitations first (DELETE /v1/me/memberships/{partnerId}), then accept.',
  );
