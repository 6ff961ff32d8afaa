/** A partner's members: people and service accounts, with their roles on the partner account. */
import type * as z from 'zod/mini';
import type { member } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { OWNER_ROLE } from '../contract/roles.ts';
import { listKey, membershipKey, membersOf, partnerKey, type Subject } from '../table/keys.ts';
import { type Alongside, getItem, type Item, put, remove, update } from '../table/table.ts';
import type { Membership } from './grants.ts';
import { holdsRole, mayOnPartnerAccount } from './rolePermissions.ts';

/** A member as it is stored. Its key is the person or service account, so that each belongs to one partner at the most. */
export type Member = Required<Membership> & {
  subject: Subject;
  /** Goes up with each change. */
  revision: number;
};

/** The person or service account that a path names: an email address has an @, a client id has none. */
export const subjectOf = (memberId: string): Subject =>
  memberId.includes('@') ? `USER#${memberId}` : `SERVICE_ACCOUNT#${memberId}`;

/** A subject as answers name it. */
export function namedSubject(subject: Subject): { id: string; type: 'USER' | 'SERVICE_ACCOUNT' } {
  const at = subject.indexOf('#');
  return { id: subject.slice(at + 1), type: subject.slice(0, at) as 'USER' | 'SERVICE_ACCOUNT' };
}

export async function loadMember(subject: Subject): Promise<Member | undefined> {
  const item = await getItem(membershipKey(subject));
  return item && memberFromItem(item);
}

export function memberFromItem({ pk, partnerId, roles, federated = false, revision = 0 }: Item): Member {
  return { subject: pk, partnerId, roles, federated, revision } as Member;
}

export function memberAnswer({ subject, federated, roles }: Omit<Member, 'revision'>): z.output<typeof member> {
  const { id, type } = namedSubject(subject);
  return { id, kind: type, ...(type === 'USER' ? { email: id } : { clientId: id }), federated, roles };
}

/** Who is no member. */
export const NO_MEMBER: Pick<Member, 'roles' | 'federated'> = { roles: [], federated: false };

/**
 * The writes that turn a member into the wanted one: the member, and the number of the partner's owners if that changes. They go
 * through only if the member is still as it was when this was decided, and never take a partner's last owner.
 *
 * @param after undefined removes the member
 */
export function memberWrites(
  subject: Subject,
  partnerId: string,
  before: Member | undefined,
  after: Pick<Member, 'roles' | 'federated'> | undefined,
): Alongside[] {
  const unchanged = before
    ? {
        condition: 'partnerId = :partnerId AND revision = :revision',
        values: { ':partnerId': partnerId, ':revision': before.revision },
      }
    : { condition: 'attribute_not_exists(pk)' };
  const item = after && {
    ...membershipKey(subject),
    partnerId,
    roles: after.roles,
    federated: after.federated,
    revision: (before?.revision ?? 0) + 1,
    listOf: membersOf(partnerId),
    nameKey: listKey(namedSubject(subject).id),
  };
  const write = item ? put(item, unchanged) : remove(membershipKey(subject), unchanged);
  return [{ write, refused: 'conflict' }, ...ownerCountWrites(partnerId, isOwner(after) - isOwner(before))];
}

const isOwner = (member: Pick<Member, 'roles'> | undefined): 0 | 1 => (member?.roles.includes(OWNER_ROLE) ? 1 : 0);

function ownerCountWrites(partnerId: string, difference: number): Alongside[] {
  if (difference === 0) return [];
  return [
    {
      write: update(partnerKey(partnerId), 'ADD ownerCount :difference', {
        condition: difference > 0 ? 'attribute_exists(pk)' : 'ownerCount > :one',
        values: { ':difference': difference, ...(difference < 0 && { ':one': 1 }) },
      }),
      refused: difference > 0 ? 'conflict' : lastOwner(),
    },
  ];
}

/**
 * That someone may change a member: it manages access, of the roles that come and go it holds each, and an owner is changed by owners
 * alone. Changing federation changes all roles of the member, because the
 * organization's roles depend on it (seed 000).
 *
 * @param membership the caller's, as it is now
 * @throws Problem ROLE_NOT_HELD
 */
export function allowMemberChange(
  partnerId: string,
  membership: Membership | undefined,
  { roles: before, federated }: Pick<Member, 'roles' | 'federated'>,
  { roles: after, federated: federatedThen }: Pick<Member, 'roles' | 'federated'>,
): void {
  const roles = membership?.partnerId === partnerId ? membership.roles : [];
  const held = mayOnPartnerAccount(roles, 'manageAccess') ? roles : [];
  const moved = [
    ...after.filter((role) => !before.includes(role)),
    ...before.filter((role) => !after.includes(role)),
    ...[...before, ...after].filter((role) => role === OWNER_ROLE || federated !== federatedThen),
  ];
  const missing = moved.find((role) => !holdsRole(held, role));
  if (missing !== undefined) throw roleNotHeld(missing, 'roles');
}

export function roleNotHeld(role: string, path: string): Problem {
  const message = `${role} is not a role of yours`;
  return new Problem(
    'ROLE_NOT_HELD',
    `You can grant and revoke only what you hold yourself, and ${message}. Ask someone who holds it.`,
    { errors: [{ path, message }] },
  );
}

/** That somebody belongs to another partner already. */
export function memberElsewhere(id: string, path: string): Problem {
  const message = `${id} is a member of another partner`;
  return new Problem('MEMBER_ELSEWHERE', `${message}. Remove it there first.`, { errors: [{ path, message }] });
}

const lastOwner = () =>
  new Problem('LAST_OWNER', 'A partner account keeps at least one owner. Make someone else an owner first.');
