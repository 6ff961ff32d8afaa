import { loadMember, memberElsewhere } from '../shared/access/member.ts';
import { putServiceAccount } from '../shared/contract/contract.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { partnerEvent } from '../shared/partner/events.ts';
import { requirePartner } from '../shared/partner/partner.ts';
import { membershipKey, type Subject, serviceAccountKey } from '../shared/table/keys.ts';
import { check, getItem, put, retryConflicts, transact } from '../shared/table/table.ts';

/** Records the partner for which a service account works. A service account that is a member of another partner has to be removed there. */
export const handler = serve(
  forOperator(putServiceAccount, async ({ path, body: { partnerId }, caller, now }) => {
    const { clientId = '' } = path;
    const subject: Subject = `SERVICE_ACCOUNT#${clientId}`;
    await requirePartner(partnerId);
    await retryConflicts(async () => {
      const [recorded, member] = await Promise.all([getItem(serviceAccountKey(clientId)), loadMember(subject)]);
      if (member && member.partnerId !== partnerId) throw memberElsewhere(clientId, 'clientId');
      const before = recorded?.['partnerId'] as string | undefined;
      if (before === partnerId) return 'done';
      const unchanged =
        before === undefined
          ? { condition: 'attribute_not_exists(pk)' }
          : { condition: 'partnerId = :before', values: { ':before': before } };
      const isNotElsewhere = check(membershipKey(subject), {
        condition: 'attribute_not_exists(pk) OR partnerId = :partnerId',
        values: { ':partnerId': partnerId },
      });
      const about = { at: now, actor: `OPERATOR#${caller.id}`, data: { clientId } } as const;
      return transact([
        { write: put({ ...serviceAccountKey(clientId), partnerId }, unchanged), refused: 'conflict' },
        { write: isNotElsewhere, refused: 'conflict' },
        partnerEvent(partnerId, { type: 'ServiceAccountRecorded', ...about }),
        ...(before === undefined ? [] : [partnerEvent(before, { type: 'ServiceAccountReleased', ...about })]),
      ]);
    });
    return { answer: { clientId, partnerId } };
  }),
);
