import { membershipByAttempt } from '../shared/access/caller.ts';
import { invitedAfter, inviteWrites, isMemberAtOnce, requireRecorded } from '../shared/access/inviteMember.ts';
import {
  allowMemberChange,
  isSameMember,
  loadInvited,
  loadMember,
  memberAnswer,
  memberRoles,
  memberWrites,
  NO_MEMBER,
  namedSubject,
  subjectOf,
} from '../shared/access/member.ts';
import { putMember } from '../shared/contract/contract.ts';
import { forPartner, serve } from '../shared/http/serve.ts';
import {
  loadInvitingPartner,
  type Reserved,
  requireReserved,
  withInvitation,
} from '../shared/invitation/dailyLimit.ts';
import { oweInvitation } from '../shared/partner/cooldown.ts';
import { type Alongside, retryConflicts, transact } from '../shared/table/table.ts';

/**
 * Invites a person, also before its first sign-in, or changes the roles of a member. Service accounts that are recorded for the partner,
 * and people of its own domains, are members at once. A person who is a member of another partner is invited like any other, so that
 * the answer reveals nothing.
 */
export const handler = serve(
  forPartner(putMember, async ({ path, body, caller, membership, circumstances, now, program }) => {
    const { partnerId } = membership;
    const subject = subjectOf(path['memberId'] ?? '');
    const membershipNow = membershipByAttempt(caller, membership);
    const answer = await retryConflicts(async () => {
      const [member, invited] = await Promise.all([loadMember(subject), loadInvited(subject, partnerId, now)]);
      const before = member?.partnerId === partnerId ? member : undefined;
      const after = memberRoles(body, before ?? invited);
      allowMemberChange(partnerId, await membershipNow(), before ?? invited ?? NO_MEMBER, after);
      const active = { subject, ...after };
      const change = { subject, partnerId, after, actor: caller.subject, now };
      const done = async (writes: Alongside[]) => ((await transact(writes)) === 'conflict' ? 'conflict' : active);
      if (before)
        return isSameMember(before, after) ? active : done(memberWrites({ ...change, before, type: 'MemberChanged' }));

      const partner = await loadInvitingPartner(partnerId, now, program);
      if (isMemberAtOnce(subject, member, partner.domains)) {
        const recorded = await requireRecorded(subject, partnerId);
        return done([...memberWrites({ ...change, before, type: 'MemberAdded' }), ...recorded]);
      }
      if (invited && isSameMember(invited, after)) return invited;
      const { language = program.defaultLanguage } = body;
      const invitation = { ...change, partner, before: invited, language, program };
      const commit = async (writes: Alongside[]) =>
        (await transact(writes)) === 'conflict' ? 'conflict' : invitedAfter(invitation);
      if (invited) return commit(inviteWrites(invitation));
      const at = program.mailsOff.includes('MEMBER_INVITED') ? undefined : now.toISOString();
      const invite = (one: Reserved) => {
        requireReserved(one, partner, now);
        const cooldown = oweInvitation({ partnerId, email: namedSubject(subject).id }, at, now, program);
        return commit([...inviteWrites({ ...invitation, mailsQueued: one.mailsQueued }), cooldown]);
      };
      return withInvitation(partnerId, circumstances, invite, (made) => made !== 'conflict' && at !== undefined);
    });
    return { answer: memberAnswer(answer) };
  }),
);
