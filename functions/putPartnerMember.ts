import { requireRecorded } from '../shared/access/inviteMember.ts';
import {
  isSameMember,
  loadMember,
  memberAnswer,
  memberElsewhere,
  memberRoles,
  memberWrites,
  subjectOf,
} from '../shared/access/member.ts';
import { putPartnerMember } from '../shared/contract/contract.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { requirePartner } from '../shared/partner/partner.ts';
import { retryConflicts, transact } from '../shared/table/table.ts';

/** The operator adds a member to a partner, active at once, or changes the roles of a member. */
export const handler = serve(
  forOperator(putPartnerMember, async ({ path, body, caller, now }) => {
    const { partnerId = '', memberId = '' } = path;
    const subject = subjectOf(memberId);
    await requirePartner(partnerId);
    const recorded = await retryConflicts(async () => {
      const before = await loadMember(subject);
      if (before && before.partnerId !== partnerId) throw memberElsewhere(memberId, 'memberId');
      const after = memberRoles(body, before);
      if (before && isSameMember(before, after)) return after;
      const account = before ? [] : await requireRecorded(subject, partnerId);
      const type = before ? 'MemberChanged' : 'MemberAdded';
      const actor = `OPERATOR#${caller.id}` as const;
      const writes = [...memberWrites({ subject, partnerId, before, after, type, actor, now }), ...account];
      return (await transact(writes)) === 'conflict' ? 'conflict' : after;
    });
    return { answer: memberAnswer({ subject, ...recorded }) };
  }),
);
