import { type AccountCloud, decisionsBeside, holderOf, rolesOn } from '../shared/cloud/accountCloud.ts';
import { createdBefore } from '../shared/cloud/cloud.ts';
import { grantWrites } from '../shared/cloud/grants.ts';
import { putAccountCloud } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { accountCloudKey, accountKey, grantKey, type Subject } from '../shared/table/keys.ts';
import { type Alongside, getItem, put, retryConflicts, transact, upsert } from '../shared/table/table.ts';

/**
 * Records an existing cloud and who holds which role on it. Each of them, and the person of the account, gets an item by which it can list the
 * cloud. The cloud stays linked to its subaccount, also if it was created here. The holder's decisions about roles stay, unless this
 * records a later grant.
 */
export const handler = serve(
  forOperator(putAccountCloud, async ({ path, body, now }) => {
    const { email = '', cloudId = '' } = path;
    const { name, billedTo, outstandingCharges } = body;
    const grants = bySubject(body.grants);
    await retryConflicts(async () => {
      const [account, item] = await Promise.all([getItem(accountKey(email)), getItem(accountCloudKey(cloudId))]);
      const before = item as (Omit<AccountCloud, 'account'> & Partial<Pick<AccountCloud, 'account'>>) | undefined;
      if (!account) throw new Problem('ACCOUNT_NOT_FOUND', `No account ${email} is recorded. Record it first.`);
      if (before?.account !== undefined && before.account !== email) {
        throw new Problem('CLOUD_ELSEWHERE', 'The cloud is recorded under another account. Record it there.');
      }
      const decisions = decisionsBeside(grants, before?.decisions ?? {});
      const createdIn = before ? undefined : await createdBefore(email, cloudId);
      const set = [
        'SET account = :account, #name = :name, grants = :grants, decisions = :decisions',
        'outstandingCharges = :charges, revision = :next',
        ...(createdIn === undefined ? [] : ['boundTo = :createdIn']),
        ...(billedTo === undefined ? [] : ['billedTo = :billedTo']),
      ].join(', ');
      const cloud: Alongside = {
        write: upsert(accountCloudKey(cloudId), billedTo === undefined ? `${set} REMOVE billedTo` : set, {
          condition: before ? 'revision = :revision' : 'attribute_not_exists(pk)',
          names: { '#name': 'name' },
          values: {
            ':account': email,
            ':name': name,
            ':grants': grants,
            ':decisions': decisions,
            ':charges': outstandingCharges,
            ':next': (before?.revision ?? 0) + 1,
            ...(before && { ':revision': before.revision }),
            ...(createdIn !== undefined && { ':createdIn': createdIn }),
            ...(billedTo !== undefined && { ':billedTo': billedTo }),
          },
        }),
        refused: 'conflict',
      };
      const roles = (of: Pick<AccountCloud, 'grants' | 'decisions'>) => rolesOn({ account: email, ...of }, now);
      return transact([
        cloud,
        { write: put(grantKey(holderOf({ account: email }), cloudId)), refused: 'conflict' },
        ...grantWrites(cloudId, before ? roles(before) : [], roles({ grants, decisions })),
      ]);
    });
    return { answer: { id: cloudId, ...body } };
  }),
);

/** The grants by subject and role, with their times. If a role was granted twice, the earlier grant counts. */
function bySubject(
  grants: { email?: string; clientId?: string; roleId: string; grantedAt: string }[],
): AccountCloud['grants'] {
  const held: AccountCloud['grants'] = {};
  const earlierLast = grants.toSorted((a, b) => (a.grantedAt < b.grantedAt ? 1 : -1));
  for (const { email, clientId, roleId, grantedAt } of earlierLast) {
    const subject: Subject = email === undefined ? `SERVICE_ACCOUNT#${clientId}` : `USER#${email}`;
    held[subject] = { ...held[subject], [roleId]: grantedAt };
  }
  return held;
}
