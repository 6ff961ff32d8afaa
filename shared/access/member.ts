/** A partner's members: people and service accounts, with their roles on the partner account. */
import type * as z from 'zod/mini';
import type { member } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { OWNER_ROLE } from '../contract/roles.ts';
import type { PartnerEventType } from '../contract/vocabulary.ts';
import { type MemberDelivery, whyOf } from '../customer/delivery.ts';
import { type PartnerActor, partnerEvent } from '../partner/events.ts';
import {
  leftKey,
  listKey,
  membershipKey,
  membersOf,
  partnerKey,
  pendingKey,
  type Subject,
  serviceAccountKey,
} from '../table/keys.ts';
import { type Alongside, getItem, type Item, put, remove, update, upsert } from '../table/table.ts';
import type { Membership } from './grants.ts';
import { holdsRole, mayOnPartnerAccount } from './rolePermissions.ts';

/** A member as it is stored. The key is the person or service account, so each belongs to at most one partner. */
export type Member = Required<Membership> & {
  subject: Subject;
  /** Goes up with each change. */
  revision: number;
  /** Until when an invited member can accept. An active member has none. */
  lapsesAt?: string;
};

/** The part of a member that a partner decides. */
export type MemberRoles = Pick<Member, 'roles' | 'federated'>;

/** The wanted member of a request, in the form in which it is stored. A federation that the request leaves out stays as it is. */
export const memberRoles = (
  { roles, federated }: { roles: string[]; federated?: boolean | undefined },
  before: MemberRoles = NO_MEMBER,
): MemberRoles => ({
  roles: [...new Set(roles)].sort(),
  federated: federated ?? before.federated,
});

/** Whether two members have the same roles and federation. */
export const isSameMember = (one: MemberRoles, other: MemberRoles): boolean =>
  one.federated === other.federated && one.roles.join() === other.roles.join();

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
export function memberFromItem({ pk, partnerId, roles, federated = false, revision = 0, lapsesAt }: Item): Member {
  return { subject: pk, partnerId, roles, federated, revision, ...(lapsesAt !== undefined && { lapsesAt }) } as Member;
}

/** A member who has not accepted yet. Each partner that invites a person has an item of its own under the person. */
export type InvitedMember = Member & {
  invitedBy: Subject;
  invitedAt: string;
  lapsesAt: string;
  /** The fate of the invitation's mail, once it is known. Beside the state: it changes without `revision`. */
  delivery?: MemberDelivery;
};

/** The person's invitation by a partner; undefined if there is none, or if it has lapsed. */
export async function loadInvited(subject: Subject, partnerId: string, now: Date): Promise<InvitedMember | undefined> {
  const item = await getItem(pendingKey(subject, partnerId));
  return item && isOpen(item['lapsesAt'], now) ? invitedFromItem(item) : undefined;
}

/** Whether an invitation can still be accepted. An active member has no `lapsesAt`, and counts as open. */
export const isOpen = (lapsesAt: unknown, now: Date): boolean =>
  lapsesAt === undefined || String(lapsesAt) > now.toISOString();

/** An invited member from its item. */
export const invitedFromItem = (item: Item): InvitedMember => {
  const { invitedBy, invitedAt, delivery } = item;
  return {
    ...memberFromItem(item),
    invitedBy,
    invitedAt,
    ...(delivery !== undefined && { delivery }),
  } as InvitedMember;
};

/** A member of either status, from its item. */
export const anyMemberFromItem = (item: Item): Member & Partial<InvitedMember> =>
  'lapsesAt' in item ? invitedFromItem(item) : memberFromItem(item);

/** The condition that an invitation is as it was read. After a new invitation of the same person, `invitedAt` differs. */
export const asRead = ({ invitedAt, revision }: InvitedMember) => ({
  condition: 'invitedAt = :invitedAt AND revision = :revision',
  values: { ':invitedAt': invitedAt, ':revision': revision },
});

/** A member as the API shows it. */
export function memberAnswer({
  subject,
  federated,
  roles,
  lapsesAt,
  delivery,
}: Pick<Member, 'subject' | 'federated' | 'roles' | 'lapsesAt'> & Pick<InvitedMember, 'delivery'>): z.output<
  typeof member
> {
  const { id, type } = namedSubject(subject);
  return {
    id,
    kind: type,
    ...(type === 'USER' ? { email: id } : { clientId: id }),
    federated,
    roles,
    ...(lapsesAt === undefined ? { status: 'ACTIVE' } : { status: 'INVITED', lapsesAt }),
    ...(delivery && { delivery: { status: delivery.status, at: delivery.at, ...whyOf(delivery) } }),
  };
}

/** In the place of a member for a subject that is none. */
export const NO_MEMBER: MemberRoles = { roles: [], federated: false };

/** A change of an active member. */
export type MemberChange = {
  subject: Subject;
  partnerId: string;
  /** The member as it was read; undefined adds the member. */
  before: Member | undefined;
  /** The wanted member; undefined removes the member. */
  after: MemberRoles | undefined;
  /** The invitation that the person accepts: it has to be as it was read. */
  accepted?: InvitedMember;
  type: PartnerEventType;
  actor: PartnerActor;
  now: Date;
};

/**
 * The writes that turn a member into the wanted one, and the number of the partner's owners if it changes. They conflict if the member has
 * changed since it was read. They never remove a partner's last owner (Problem LAST_OWNER).
 */
export function memberWrites(change: MemberChange): Alongside[] {
  const { partnerId, before, after } = change;
  return [...membershipWrites(change), ...ownerCountWrites(partnerId, isOwner(after) - isOwner(before))];
}

/** The writes of a member and of its partner's event, without the number of owners. */
export function membershipWrites(change: MemberChange): Alongside[] {
  const { subject, partnerId, before, after, accepted, type, actor, now } = change;
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
  return [
    { write, refused: 'conflict' },
    // A member has one entry in the list of members: the membership takes the place of an invitation.
    ...(before
      ? []
      : [
          { write: remove(pendingKey(subject, partnerId), accepted && asRead(accepted)), refused: 'conflict' } as const,
        ]),
    ...(after ? [] : departureWrites(subject, partnerId, now)),
    partnerEvent(partnerId, { type, at: now, actor, data: memberData(subject, after ?? before ?? NO_MEMBER) }),
  ];
}

/** The data of an event about a member. */
export const memberData = (subject: Subject, { roles, federated }: MemberRoles): Record<string, unknown> => ({
  member: namedSubject(subject),
  roles,
  federated,
});

/**
 * The time of a departure, right before its commit. It has to be taken after the member was read: whatever the member has done until then is
 * earlier, and whatever it does later changes its revision (`whileMember`).
 */
export const departureTime = (): Date => new Date();

/** The writes that remember a departure. */
function departureWrites(subject: Subject, partnerId: string, now: Date): Alongside[] {
  const left = {
    write: put({ ...leftKey(subject, partnerId), leftAt: now.toISOString() }),
    refused: 'conflict',
  } as const;
  const { id, type } = namedSubject(subject);
  if (type === 'USER') return [left];
  // The membership of a service account counts as a record of the provider, which its departure does not end.
  const recorded = upsert(serviceAccountKey(id), 'SET partnerId = if_not_exists(partnerId, :partnerId)', {
    values: { ':partnerId': partnerId },
  });
  return [left, { write: recorded, refused: 'conflict' }];
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
  { roles: before, federated }: MemberRoles,
  { roles: after, federated: federatedThen }: MemberRoles,
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
    { errors: [{ path, message, code: 'ROLE_NOT_HELD', values: { roleId: role } }] },
  );
}

/** The refusal, for an operator, of a member who belongs to another partner. `path` is the field of the request that names the member. */
export function memberElsewhere(id: string, path: string): Problem {
  const message = `${id} is a member of another partner`;
  return new Problem('MEMBER_ELSEWHERE', `${message}. Remove it there first.`, {
    errors: [{ path, message, code: 'MEMBER_ELSEWHERE', values: { id } }],
  });
}

export const memberNotFound = () =>
  new Problem('MEMBER_NOT_FOUND', 'There is no such member. GET /v1/members lists those of your partner.');

const lastOwner = () =>
  new Problem(
    'LAST_OWNER',
    'A partner account keeps at least one owner. Make someone else an owner first. An invited owner counts after accepting.',
  );
