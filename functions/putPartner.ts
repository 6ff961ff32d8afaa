import { loadMember, memberElsewhere, memberWrites } from '../shared/access/member.ts';
import { putPartner } from '../shared/contract/contract.ts';
import { OWNER_ROLE } from '../shared/contract/roles.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { partnerKey, type Subject } from '../shared/table/keys.ts';
import { retryConflicts, transact, update } from '../shared/table/table.ts';

/** Records a partner and its first owners, who then add the other members. A member named as owner becomes an owner. */
export const handler = serve(
  forOperator(putPartner, async ({ path, body, now }) => {
    const { partnerId = '' } = path;
    const { name, paid } = body;
    const owners = [...new Set(body.owners)];
    await retryConflicts(async () => {
      const members = await Promise.all(
        owners.map(async (email) => {
          const subject: Subject = `USER#${email}`;
          const before = await loadMember(subject);
          if (before && before.partnerId !== partnerId) throw memberElsewhere(email, 'owners');
          const { roles = [], federated = false } = before ?? {};
          return { subject, before, after: { roles: [...new Set([...roles, OWNER_ROLE])].sort(), federated } };
        }),
      );
      const added = members.filter(({ before }) => !before?.roles.includes(OWNER_ROLE));
      return transact([
        {
          write: update(partnerKey(partnerId), 'SET #name = :name, paid = :paid ADD ownerCount :added', {
            names: { '#name': 'name' },
            values: { ':name': name, ':paid': paid, ':added': added.length },
          }),
          refused: 'conflict',
        },
        // The write above counts the new owners already.
        ...added.flatMap(({ subject, before, after }) =>
          memberWrites(subject, partnerId, before, after, now).slice(0, 1),
        ),
      ]);
    });
    return { answer: { id: partnerId, name, paid } };
  }),
);
