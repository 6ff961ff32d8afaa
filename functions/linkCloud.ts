import { type Caller, grantsOn, type Membership, mayOnSubaccount } from '../shared/access.ts';
import { cloudAnswer, cloudItem, replayHeaders } from '../shared/answers.ts';
import { loadOwnBindings } from '../shared/bindings.ts';
import { type AccountCloud, LINKING_ROLE, linkObstacle, loadAccountCloud, propagatedBefore } from '../shared/cloud.ts';
import { linkCloud } from '../shared/contract.ts';
import { forCustomer, serve } from '../shared/http.ts';
import { accountCloudKey } from '../shared/keys.ts';
import { Problem } from '../shared/problem.ts';
import { changeCustomer, loadCustomer, putNew, TABLE_NAME } from '../shared/table.ts';

/**
 * Links an existing cloud on which the caller holds the linking role since long enough. Role and binding are checked once
 * more inside the transaction: of two that link the same cloud at once, one wins.
 */
export const handler = serve(
  forCustomer(linkCloud, async ({ body, stored, caller, membership, circumstances, now, program }) => {
    const { id: customerId } = stored.customer;
    const { cloudId } = body;
    const { event, replayed } = await changeCustomer({
      customerId,
      known: stored,
      circumstances,
      command: async () => {
        const cloud = await loadAccountCloud(cloudId);
        // Of a cloud on which the caller has no role at all it may not even know.
        if (!cloud?.grants[caller.subject]) throw notFound();
        const obstacle = linkObstacle(cloud, caller.subject, now, program);
        if (obstacle?.reason === 'ALREADY_LINKED') throw await alreadyLinked(cloud, caller, membership);
        if (obstacle) throw refusal(obstacle);
        return { type: 'linkCloud', cloudId, name: cloud.name, outstandingCharges: chargesElsewhere(cloud) };
      },
      alongside: (_, event) => [
        { write: putNew(cloudItem(event)), refused: 'conflict' },
        {
          write: {
            Update: {
              TableName: TABLE_NAME,
              Key: accountCloudKey(cloudId),
              UpdateExpression: 'SET boundTo = :customerId',
              ConditionExpression: 'attribute_not_exists(boundTo) AND grants.#subject.#role <= :propagated',
              ExpressionAttributeNames: { '#subject': caller.subject, '#role': LINKING_ROLE },
              ExpressionAttributeValues: { ':customerId': customerId, ':propagated': propagatedBefore(now, program) },
            },
          },
          // The cloud has changed since it was read: reading it again tells which refusal it is.
          refused: 'conflict',
        },
      ],
    });
    return { answer: cloudAnswer(event), headers: replayHeaders(replayed) };
  }),
);

const chargesElsewhere = ({ billedTo, outstandingCharges }: AccountCloud) =>
  billedTo !== undefined && outstandingCharges;

const notFound = () =>
  new Problem(
    'CLOUD_NOT_FOUND',
    'There is no such cloud among those on which you have a role. Ask its owner to grant you one.',
  );

/** To whose subaccount the cloud is linked is told to whoever may view that customer, and to nobody else. */
async function alreadyLinked(
  cloud: AccountCloud,
  caller: Caller,
  membership: Membership | undefined,
): Promise<Problem> {
  const bound = cloud.boundTo === undefined ? undefined : await loadCustomer(cloud.boundTo);
  const own = bound?.customer.ownBindings ? await loadOwnBindings(bound.customer.id, caller.subject) : undefined;
  const known = bound && mayOnSubaccount(grantsOn(bound.customer, caller, membership, own), 'viewSubaccount');
  return new Problem(
    'ALREADY_LINKED',
    'The cloud is billed to a subaccount already. It has to be unlinked there first.',
    known ? { members: { customerId: bound.customer.id, customerName: bound.customer.name } } : {},
  );
}

type Obstacle = NonNullable<ReturnType<typeof linkObstacle>>;

function refusal(obstacle: Exclude<Obstacle, { reason: 'ALREADY_LINKED' }>): Problem {
  switch (obstacle.reason) {
    case 'ROLE_INSUFFICIENT':
      return new Problem(
        'ROLE_INSUFFICIENT',
        `To link the cloud you need the role ${LINKING_ROLE} on it. Ask its owner.`,
      );
    case 'ROLE_TOO_RECENT': {
      const { linkableAt } = obstacle;
      return new Problem(
        'ROLE_TOO_RECENT',
        `Your role on the cloud is too recent. Link it at ${linkableAt} or later.`,
        {
          members: { linkableAt },
        },
      );
    }
  }
}
