import { memberItem } from '../shared/caller.ts';
import { putPartner } from '../shared/contract.ts';
import { forOperator, serve } from '../shared/http.ts';
import { partnerKey, type Subject } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { TABLE_NAME, transactOrBusy } from '../shared/table.ts';

/** Records a partner and, to begin with, its owners: they add everyone else. A member named among them becomes an owner. */
export const handler = serve(
  forOperator(putPartner, async ({ path, body, now }) => {
    const { partnerId = '' } = path;
    const { name, paid, owners = [] } = body;
    await transactOrBusy([
      {
        write: { Put: { TableName: TABLE_NAME, Item: { ...partnerKey(partnerId), name, paid } } },
        refused: 'conflict',
      },
      ...[...new Set(owners)].map((email) => {
        const subject: Subject = `USER#${email}`;
        const member = memberItem({ subject, partnerId, roles: ['owner'], createdAt: now.toISOString() });
        return {
          write: {
            Update: {
              TableName: TABLE_NAME,
              Key: { pk: member.pk, sk: member.sk },
              UpdateExpression:
                'SET partnerId = :partnerId, #roles = :owner, listOf = :listOf, createdAt = if_not_exists(createdAt, :createdAt)',
              ConditionExpression: 'attribute_not_exists(pk) OR partnerId = :partnerId',
              ExpressionAttributeNames: { '#roles': 'roles' },
              ExpressionAttributeValues: {
                ':partnerId': partnerId,
                ':owner': member['roles'],
                ':listOf': member['listOf'],
                ':createdAt': member['createdAt'],
              },
            },
          },
          refused: new Problem('MEMBER_ELSEWHERE', `${email} is a member of another partner. Remove it there first.`, {
            errors: [{ path: 'owners', message: `${email} is a member of another partner` }],
          }),
        };
      }),
    ]);
    return { answer: { id: partnerId, name, paid } };
  }),
);
