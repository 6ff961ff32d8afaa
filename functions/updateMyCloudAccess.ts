import type { Caller } from '../shared/access/grants.ts';
import { type AccountCloud, decide, rolesOn } from '../shared/cloud/accountCloud.ts';
import { grantWrites } from '../shared/cloud/grants.ts';
import { cloudEtag, loadMyCloud, myCloudAnswer } from '../shared/cloud/myCloud.ts';
import { updateMyCloudAccess } from '../shared/contract/contract.ts';
import { type FieldError, Problem, wrongFields } from '../shared/contract/problem.ts';
import type { CloudDelta } from '../shared/customer/command.ts';
import { changeCustomer, loadCustomer } from '../shared/customer/store.ts';
import { forSignedIn, serve } from '../shared/http/serve.ts';
import { accountCloudKey } from '../shared/table/keys.ts';
import { type Alongside, retryConflicts, transact, update } from '../shared/table/table.ts';

/** The changes of a request on a cloud, decided from the stored cloud. */
type Decided = { after: AccountCloud; effective: CloudDelta[]; writes: Alongside[] };

/**
 * Grants and revokes roles on a cloud of the caller, all or none. While the cloud is billed to a customer, a change of who has which role is
 * an event in the customer's history, in the same transaction.
 */
export const handler = serve(
  forSignedIn(updateMyCloudAccess, async ({ path, body, caller, now, circumstances }) => {
    const { cloudId = '' } = path;
    const { ifMatch, ...others } = circumstances;
    const decideOn = (before: AccountCloud): Decided => {
      refuseDeltas(body.deltas, caller, now);
      if (ifMatch && !ifMatch.includes(before.revision)) {
        throw new Problem(
          'STALE_VERSION',
          'The cloud has changed since you read it. Read it again, and decide again.',
          {
            members: { currentVersion: before.revision },
          },
        );
      }
      const { after, effective } = decide(before, body.deltas, now);
      const roles = grantWrites(cloudId, rolesOn(before, now), rolesOn(after, now));
      return { after, effective, writes: [accessWrite(cloudId, before, after), ...roles] };
    };
    const cloud = await retryConflicts(async (): Promise<AccountCloud | 'conflict'> => {
      const before = await loadMyCloud(cloudId, caller);
      const customer = before.boundTo === undefined ? undefined : await loadCustomer(before.boundTo);
      let decided = decideOn(before);
      if (!customer || decided.effective.length === 0)
        return (await transact(decided.writes)) === 'done' ? decided.after : 'conflict';
      let isOther = false;
      const change = changeCustomer(customer, {
        circumstances: others,
        command: async () => {
          const current = await loadMyCloud(cloudId, caller);
          decided = decideOn(current);
          isOther = current.boundTo !== before.boundTo || decided.effective.length === 0;
          if (isOther) throw new Problem('TRY_AGAIN', 'The cloud has changed meanwhile.');
          return { type: 'updateCloudAccess', cloudId, name: current.name, deltas: decided.effective };
        },
        alongside: () => decided.writes,
      });
      return change.then(
        () => decided.after,
        (problem: unknown) => {
          if (isOther) return 'conflict';
          throw problem;
        },
      );
    });
    return { answer: await myCloudAnswer(cloudId, cloud, now), headers: cloudEtag(cloud) };
  }),
);

/** Stores the decisions about a cloud, if nobody has changed the cloud since it was read. */
const accessWrite = (cloudId: string, before: AccountCloud, after: AccountCloud): Alongside => ({
  write: update(accountCloudKey(cloudId), 'SET decisions = :decisions, revision = :next', {
    condition: `revision = :revision AND ${before.boundTo === undefined ? 'attribute_not_exists(boundTo)' : 'boundTo = :boundTo'}`,
    values: {
      ':decisions': after.decisions,
      ':next': after.revision,
      ':revision': before.revision,
      ...(before.boundTo !== undefined && { ':boundTo': before.boundTo }),
    },
  }),
  refused: 'conflict',
});

/**
 * A role that is granted can end, at a moment that is still to come. The roles of the holder can't be changed.
 *
 * @throws Problem VALIDATION_FAILED
 */
function refuseDeltas(deltas: CloudDelta[], { id, kind }: Caller, now: Date): void {
  const errors = deltas.flatMap<FieldError>(({ action, subject, expiresAt }, i) => {
    if (subject.id === id && subject.type === kind) {
      return [
        {
          path: `deltas.${i}.subject.id`,
          message: 'the holder of a cloud has every role on it',
          code: 'HOLDER_HAS_ALL_ROLES',
        },
      ];
    }
    const path = `deltas.${i}.expiresAt`;
    if (expiresAt === undefined) return [];
    if (action === 'REMOVE') return [{ path, message: 'expiresAt is for ADD alone', code: 'TIME_NOT_FOR_REMOVE' }];
    return expiresAt > now.toISOString()
      ? []
      : [{ path, message: 'expiresAt must be in the future', code: 'TIME_NOT_IN_FUTURE' }];
  });
  if (errors.length === 0) return;
  throw wrongFields(...errors);
}
