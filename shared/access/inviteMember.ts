/** Invitations of members: nobody belongs to a partner before they have accepted. */
import { domainOf } from '../contract/fields.ts';
import { MEMBERSHIP_INVITATION_DAYS } from '../contract/limits.ts';
import { Problem } from '../contract/problem.ts';
import type { Language, PartnerEventType } from '../contract/vocabulary.ts';
import type { Mail } from '../customer/event.ts';
import { mailDue, mailQueued } from '../customer/item.ts';
import { type PartnerActor, partnerEvent } from '../partner/events.ts';
import type { Program } from '../program/program.ts';
import { listKey, membershipKey, membersOf, pendingKey, type Subject, serviceAccountKey } from '../table/keys.ts';
import { type Alongside, check, getItem, type Item, put, remove, update } from '../table/table.ts';
import { asRead, type InvitedMember, type MemberRoles, memberData, namedSubject } from './member.ts';

const DAY_MS = 24 * 60 * 60_000;

/** A new invitation of a person, or other roles of an invitation. */
type Invitation = {
  subject: Subject;
  partner: { id: string; name: string };
  /** The invitation as it was read; undefined makes a new one. */
  before: InvitedMember | undefined;
  after: MemberRoles;
  actor: Subject;
  now: Date;
  /** The language of the mail. */
  language: Language;
  program: Program;
  /** Whether the mail waits in the partner's queue, instead of leaving at once. */
  mailsQueued?: boolean;
};

/** The invited member after a change. A change of its roles does not change the deadline. */
export function invitedAfter({ subject, partner, before, after, actor, now }: Invitation): InvitedMember {
  const invited = before ?? {
    invitedBy: actor,
    invitedAt: now.toISOString(),
    lapsesAt: new Date(now.getTime() + MEMBERSHIP_INVITATION_DAYS * DAY_MS).toISOString(),
    revision: 0,
  };
  return { ...invited, subject, partnerId: partner.id, ...after, revision: invited.revision + 1 };
}

/**
 * The writes of an invitation. They conflict if the person is a member of this partner already, or if the invitation has changed since
 * it was read. A membership of another partner makes no difference: no partner learns of another one. Only a new invitation calls for
 * a mail.
 */
export function inviteWrites(invitation: Invitation): Alongside[] {
  const { subject, partner, before, after, actor, now, language, program, mailsQueued } = invitation;
  const { subject: _, ...invited } = invitedAfter(invitation);
  const { id } = namedSubject(subject);
  const key = pendingKey(subject, partner.id);
  const write = before
    ? // Does not write `delivery`: it may have changed since the read, without a new revision.
      update(key, 'SET #roles = :roles, federated = :federated, revision = :next', {
        condition: asRead(before).condition,
        names: { '#roles': 'roles' },
        values: {
          ...asRead(before).values,
          ':roles': after.roles,
          ':federated': after.federated,
          ':next': invited.revision,
        },
      })
    : put(
        {
          ...key,
          ...invited,
          listOf: membersOf(partner.id),
          nameKey: listKey(id),
          ttl: Math.ceil(Date.parse(invited.lapsesAt) / 1000),
        },
        { condition: 'attribute_not_exists(pk) OR lapsesAt <= :now', values: { ':now': now.toISOString() } },
      );
  const isNoMember = check(membershipKey(subject), {
    condition: 'attribute_not_exists(pk) OR partnerId <> :partnerId',
    values: { ':partnerId': partner.id },
  });
  const mail: Mail = {
    kind: 'MEMBER_INVITED',
    to: id,
    language,
    partnerName: partner.name,
    expiresAt: invited.lapsesAt,
  };
  const due = mailsQueued ? mailQueued(partner.id, invited.invitedAt) : mailDue(partner.id, invited.invitedAt);
  const owed = before || program.mailsOff.includes(mail.kind) ? {} : { mails: [mail], ...due };
  const event = {
    type: before ? 'MemberInvitationChanged' : 'MemberInvited',
    at: now,
    actor,
    data: { ...memberData(subject, after), lapsesAt: invited.lapsesAt },
  } as const;
  return [
    { write, refused: 'conflict' },
    { write: isNoMember, refused: 'conflict' },
    partnerEvent(partner.id, event, owed),
  ];
}

/** The writes that end an invitation which nobody has accepted. */
export function endInvitationWrites(
  invited: InvitedMember,
  { type, actor, now }: { type: PartnerEventType; actor: PartnerActor; now: Date },
): Alongside[] {
  const { subject, partnerId } = invited;
  return [
    { write: remove(pendingKey(subject, partnerId), asRead(invited)), refused: 'conflict' },
    partnerEvent(partnerId, { type, at: now, actor, data: memberData(subject, invited) }),
  ];
}

/**
 * Whether a partner makes somebody a member at once: a person of its own domains who belongs to no partner, or a service account (if it is
 * recorded for the partner, `requireRecorded`). Everybody else has to accept first.
 */
export function isMemberAtOnce(subject: Subject, membership: unknown, domains: string[]): boolean {
  const { id, type } = namedSubject(subject);
  return type === 'SERVICE_ACCOUNT' || (membership === undefined && domains.includes(domainOf(id)));
}

/**
 * The writes that hold a service account to the partner for which the provider has recorded it. A person needs none.
 *
 * @throws Problem SERVICE_ACCOUNT_NOT_RECORDED if it is recorded for another partner, or for none
 */
export async function requireRecorded(subject: Subject, partnerId: string): Promise<Alongside[]> {
  const { id, type } = namedSubject(subject);
  return type === 'USER' ? [] : recordedWrites(id, await getItem(serviceAccountKey(id)), partnerId);
}

/** The same, with the record as it was read. */
export function recordedWrites(id: string, recorded: Item | undefined, partnerId: string): Alongside[] {
  if (recorded?.['partnerId'] !== partnerId) {
    const message = `${id} is not recorded as a service account of this partner`;
    throw new Problem('SERVICE_ACCOUNT_NOT_RECORDED', `${message}. Ask the provider's operator to record it.`, {
      errors: [{ path: 'memberId', message, code: 'SERVICE_ACCOUNT_NOT_RECORDED', values: { id } }],
    });
  }
  const write = check(serviceAccountKey(id), {
    condition: 'partnerId = :partnerId',
    values: { ':partnerId': partnerId },
  });
  return [{ write, refused: 'conflict' }];
}
