/** A partner's members: people and service accounts, with their roles on the partner account. */
import type * as z from 'zod/mini';
import type { member } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { OWNER_ROLE } from '../contract/roles.ts';
import { leftKey, listKey, membershipKey, membersOf, partnerKey, type Subject } from '../table/keys.ts';
import { type Alongside, getItem, type Item, put, remove, update } from '../table/table.ts';
import type { Membership } from './grants.ts';
import { holdsRole, mayOnPartnerAccount } from './rolePermissions.ts';

/** A member as it is stored. The key is the person or service account, so each belongs to at most one partner. */
export type Member = Required<Membership> & {
  subject: Subject;
  /** Goes up with each change. */
  revision: number;
};

/** The subject that a path names: an email address contains an @, a client id does not. */
export const subjectOf = (memberId: string): Subject =>
  memberId.includes('@') ? `USER#${memberId}` : `SERVICE_ACCOUNT#${memberId}`;

/** A subject as answers show it: `USER#a@b.example` → `{ id: 'a@b.example', type: 'USER' }`. */
export function namedSubject(subject: Subject): { id: string; type: 'USER' | 'SERVICE_ACCOUNT' } {
  const at = subject.indexOf('#');
  return { id: subject.slice(at + 1), type: subject.slice(0, at) as 'USER' | 'SERVICE_ACCOUNT' };
}

/** The member, of any partner; undefined if the subject belongs to no partner. */
export async function loadMember(subject: Subject): Promise<Member | undefined> {
  const item = await getItem(membershipKey(subject));
  return item && memberFromItem(item);
}

/** A member from its item, or from its item in an index. */
export function memberFromItem({ pk, partnerId, roles, federated = false, revision = 0 }: Item): Member {
  return { subject: pk, partnerId, roles, federated, revision } as Member;
}

/** A member as the API shows it. */
export function memberAnswer({ subject, federated, roles }: Omit<Member, 'revision'>): z.output<typeof member> {
  const { id, type } = namedSubject(subject);
  return { id, kind: type, ...(type === 'USER' ? { email: id } : { clientId: id }), federated, roles };
}

/** In the place of a member for a subject that is none. */
export const NO_MEMBER: Pick<Member, 'roles' | 'federated'> = { roles: [], federated: false };

/**
 * The writes that turn a member into the wanted one: the member, its departure if it is removed, and the number of the partner's owners
 * if it changes. They conflict if the member has changed since it was read. They never remove a partner's last owner (Problem LAST_OWNER).
 *
 * @param before the member as it was read; undefined adds the member
 * @param after the wanted member; undefined removes the member
 */
export function memberWrites(
  subject: Subject,
  partnerId: string,
  before: Member | undefined,
  after: Pick<Member, 'roles' | 'federated'> | undefined,
  now: Date,
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
  const left = { ...leftKey(subject, partnerId), leftAt: now.toISOString() };
  return [
    { write, refused: 'conflict' },
    ...(before && !after ? [{ write: put(left), refused: 'conflict' as const }] : []),
    ...ownerCountWrites(partnerId, isOwner(after) - isOwner(before)),
  ];
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
 * Checks that a caller may change a member: it manages access and holds each role that is granted or revoked, and only an owner changes
 * an owner. A change of `federated` changes all roles of the member, because its roles on organizations depend on it (seed 000).
 *
 * @param membership the caller's membership, as it is now
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

/** The refusal to grant or revoke a role that the caller does not hold. `path` is the field of the request that names the role. */
export function roleNotHeld(role: string, path: string): Problem {
  const message = `${role} is not a role of yours`;
  return new Problem(
    'ROLE_NOT_HELD',
    `You can grant and revoke only what you hold yourself, and ${message}. Ask someone who holds it.`,
    { errors: [{ path, message }] },
  );
}

/** The refusal of a member who belongs to another partner. `path` is the field of the request that names the member. */
export function memberElsewhere(id: string, path: string): Problem {
  const message = `${id} is a member of another partner`;
  return new Problem('MEMBER_ELSEWHERE', `${message}. Remove it there first.`, { errors: [{ path, message }] });
}

const lastOwner = () =>
  new Problem('LAST_OWNER', 'A partner account keeps at least one owner. Make someone else an owner first.');
