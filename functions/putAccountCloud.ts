import { type AccountCloud, holderOf, loadAccountCloud } from '../shared/cloud/accountCloud.ts';
import { putAccountCloud } from '../shared/contract/contract.ts';
import { Problem } from '../shared/contract/problem.ts';
import { forOperator, serve } from '../shared/http/serve.ts';
import { accountCloudKey, accountKey, grantKey, type Subject } from '../shared/table/keys.ts';
import { type Alongside, getItem, put, remove, retryConflicts, transact, update } from '../shared/table/table.ts';

/**
 * Records an existing cloud and who holds which role on it. Each of them, and the person of the account, gets an item by which it can list the
 * cloud.
 * A link of the cloud to a subaccount stays as it is.
 */
export const handler = serve(
  forOperator(putAccountCloud, async ({ path, body }) => {
    const { email = '', cloudId = '' } = path;
    const { name, billedTo, outstandingCharges } = body;
    const grants = bySubject(body.grants);
    await retryConflicts(async () => {
      const [account, before] = await Promise.all([getItem(accountKey(email)), loadAccountCloud(cloudId)]);
      if (!account) throw new Problem('ACCOUNT_NOT_FOUND', `No account ${email} is recorded. Record it first.`);
      if (before && before.account !== email) {
        throw new Problem('CLOUD_ELSEWHERE', 'The cloud is recorded under another account. Record it there.');
      }
      const expression =
        'SET account = :account, #name = :name, grants = :grants, outstandingCharges = :charges, revision = :next';
      const cloud: Alongside = {
        write: update(
          accountCloudKey(cloudId),
          expression + (billedTo === undefined ? ' REMOVE billedTo' : ', billedTo = :billedTo'),
          {
            condition: before ? 'revision = :revision' : 'attribute_not_exists(pk)',
            names: { '#name': 'name' },
            values: {
              ':account': email,
              ':name': name,
              ':grants': grants,
              ':charges': outstandingCharges,
              ':next': (before?.revision ?? 0) + 1,
              ...(before && { ':revision': before.revision }),
              ...(billedTo !== undefined && { ':billedTo': billedTo }),
            },
          },
        ),
        refused: 'conflict',
      };
      return transact([cloud, ...pointers(cloudId, holderOf({ account: email }), before?.grants ?? {}, grants)]);
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

function pointers(
  cloudId: string,
  holder: Subject,
  before: AccountCloud['grants'],
  after: AccountCloud['grants'],
): Alongside[] {
  const subjects = (held: AccountCloud['grants']) =>
    (Object.keys(held) as Subject[]).filter((subject) => subject !== holder);
  const added = subjects(after).filter((subject) => !before[subject]);
  const gone = subjects(before).filter((subject) => !after[subject]);
  return [
    ...[holder, ...added].map(
      (subject): Alongside => ({ write: put(grantKey(subject, cloudId)), refused: 'conflict' }),
    ),
    ...gone.map((subject): Alongside => ({ write: remove(grantKey(subject, cloudId)), refused: 'conflict' })),
  ];
}
