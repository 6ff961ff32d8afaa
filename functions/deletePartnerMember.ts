import { subjectOf } from '../shared/access/member.ts';
import { removeMember } from '../shared/access/removeMember.ts';
import { deletePartnerMember } from '../shared/contract/contract.ts';
import { forOperator, serve } from '../shared/http/serve.ts';

/** The operator removes a member of any partner, or withdraws its invitation. */
export const handler = serve(
  forOperator(deletePartnerMember, async ({ path, caller, now }) => {
    const { partnerId = '', memberId = '' } = path;
    await removeMember(subjectOf(memberId), partnerId, { actor: `OPERATOR#${caller.id}`, now });
    return {};
  }),
);
