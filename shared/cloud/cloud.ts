/**
 * Clouds: new ones in a customer's organization, and existing ones in the provider's directory (who holds which role on them, and which
 * subaccount they are linked to). The use cases serve this project's own API and the Billing API.
 */
import type * as z from 'zod/mini';
import { loadGrants } from '../access/departures.ts';
import type { Caller, Membership } from '../access/grants.ts';
import { mayOnSubaccount } from '../access/rolePermissions.ts';
import type { cloud } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import type { Circumstances, NewCloud } from '../customer/command.ts';
import { newCloudId } from '../customer/ids.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { type Changed, changeCustomer, loadCustomer } from '../customer/store.ts';
import type { Program } from '../program/program.ts';
import { accountCloudKey, CLOUD_PREFIX, cloudKey, cloudNameKey, customerKey, type Subject } from '../table/keys.ts';
import { type PageRequest, pageToken, readPage } from '../table/page.ts';
import { getItem, putNew, query, update } from '../table/table.ts';
import { cloudItem } from './answers.ts';

/** The role on a cloud that a caller needs to link it. */
export const LINKING_ROLE = 'resource-manager.clouds.owner';

const MINUTE_MS = 60_000;

/** An existing cloud, as the provider has recorded it, with its link to a subaccount. */
export type AccountCloud = {
  /** The email address of the registered account that the cloud belongs to. */
  account: string;
  name: string;
  /** By subject and role: since when the subject holds the role (RFC 3339). */
  grants: Record<Subject, Record<string, string>>;
  /** The billing account that the provider bills it to. */
  billedTo?: string;
  outstandingCharges: boolean;
  /** The customer whose subaccount it was linked to here. */
  boundTo?: string;
  /** Goes up with each record by the provider. */
  revision: number;
};

/** The existing cloud with this id; undefined if the provider has recorded none. */
export async function loadAccountCloud(cloudId: string): Promise<AccountCloud | undefined> {
  return (await getItem(accountCloudKey(cloudId))) as AccountCloud | undefined;
}

/** Why a subject can't link a cloud; undefined if it can. */
export function linkObstacle(
  cloud: AccountCloud,
  subject: Subject,
  now: Date,
  program: Program,
):
  | { reason: 'ALREADY_LINKED' }
  | { reason: 'ROLE_INSUFFICIENT' }
  | { reason: 'ROLE_TOO_RECENT'; linkableAt: string }
  | undefined {
  if (cloud.boundTo !== undefined) return { reason: 'ALREADY_LINKED' };
  const grantedAt = cloud.grants[subject]?.[LINKING_ROLE];
  if (grantedAt === undefined) return { reason: 'ROLE_INSUFFICIENT' };
  if (grantedAt <= propagatedBefore(now, program)) return undefined;
  return {
    reason: 'ROLE_TOO_RECENT',
    linkableAt: new Date(Date.parse(grantedAt) + propagationMs(program)).toISOString(),
  };
}

/** The moment by which a role must have been granted to count now. */
const propagatedBefore = (now: Date, program: Program) =>
  new Date(now.getTime() - propagationMs(program)).toISOString();

const propagationMs = (program: Program) => program.rolePropagationMinutes * MINUTE_MS;

/**
 * Creates a cloud in the customer's organization; its name is unique there.
 *
 * @throws Problem CUSTOMER_NOT_ACTIVE, CLOUD_NAME_TAKEN, IDEMPOTENCY_KEY_REUSED
 */
export async function createCloudOf(
  stored: StoredCustomer,
  cloud: NewCloud,
  circumstances: Circumstances,
): Promise<Changed> {
  const { id: customerId } = stored.customer;
  const { name } = cloud;
  const cloudId = newCloudId(customerId, circumstances.idempotency);
  return changeCustomer(stored, {
    circumstances,
    command: () => ({ type: 'createCloud', cloudId, ...cloud }),
    makes: cloudKey(customerId, cloudId),
    alongside: (_, event) => [
      { write: putNew(cloudItem(event)), refused: 'conflict' },
      {
        write: putNew({ ...cloudNameKey(customerId, name), cloudId }),
        refused: new Problem(
          'CLOUD_NAME_TAKEN',
          `A cloud named ${name} exists in this organization. Choose another name.`,
          {
            errors: [{ path: 'name', message: 'a cloud with this name exists' }],
          },
        ),
      },
    ],
  });
}

/** Who links a cloud. */
type Linking = { caller: Caller; membership: Membership | undefined };

/**
 * Links an existing cloud on which the caller has held the linking role for the program's `rolePropagationMinutes`. The transaction
 * checks role and link again, so only one of two simultaneous requests links the cloud.
 *
 * @throws Problem CUSTOMER_NOT_ACTIVE, CLOUD_NOT_FOUND, ROLE_INSUFFICIENT, ROLE_TOO_RECENT, ALREADY_LINKED, IDEMPOTENCY_KEY_REUSED
 */
export async function linkCloudTo(
  stored: StoredCustomer,
  cloudId: string,
  { caller, membership }: Linking,
  circumstances: Circumstances,
): Promise<Changed> {
  const { id: customerId } = stored.customer;
  const { now, program } = circumstances;
  return changeCustomer(stored, {
    circumstances,
    command: async () => {
      const cloud = await loadAccountCloud(cloudId);
      // A caller without any role on a cloud may not know that the cloud exists.
      if (!cloud?.grants[caller.subject]) throw cloudNotFound();
      const obstacle = linkObstacle(cloud, caller.subject, now, program);
      if (obstacle?.reason === 'ALREADY_LINKED') throw await alreadyLinked(cloud, caller, membership);
      if (obstacle) throw refusal(obstacle);
      return { type: 'linkCloud', cloudId, name: cloud.name, outstandingCharges: chargesElsewhere(cloud) };
    },
    alongside: (_, event) => [
      { write: putNew(cloudItem(event)), refused: 'conflict' },
      {
        write: update(accountCloudKey(cloudId), 'SET boundTo = :customerId', {
          condition: 'attribute_not_exists(boundTo) AND grants.#subject.#role <= :propagated',
          names: { '#subject': caller.subject, '#role': LINKING_ROLE },
          values: { ':customerId': customerId, ':propagated': propagatedBefore(now, program) },
        }),
        // The cloud has changed since it was read. The next attempt reads it again and finds the right refusal.
        refused: 'conflict',
      },
    ],
  });
}

const chargesElsewhere = ({ billedTo, outstandingCharges }: AccountCloud) =>
  billedTo !== undefined && outstandingCharges;

const cloudNotFound = () =>
  new Problem(
    'CLOUD_NOT_FOUND',
    'There is no such cloud among those on which you have a role. Ask its owner to grant you one.',
  );

/** The refusal of a linked cloud. It names the customer only to a caller who may view that customer. */
async function alreadyLinked(
  cloud: AccountCloud,
  caller: Caller,
  membership: Membership | undefined,
): Promise<Problem> {
  const bound = cloud.boundTo === undefined ? undefined : await loadCustomer(cloud.boundTo);
  const known = bound && mayOnSubaccount(await loadGrants(bound.customer, caller, membership), 'viewSubaccount');
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

/**
 * A page of the clouds that are billed to a subaccount.
 *
 * @throws Problem PAGE_TOKEN_INVALID
 */
export async function cloudsPage(
  customerId: string,
  page: PageRequest,
): Promise<{ clouds: z.output<typeof cloud>[]; nextPageToken?: string }> {
  const scope = `listClouds ${customerId}`;
  const { limit, position } = readPage(page, scope);
  const { items, last } = await query({
    condition: 'pk = :customer AND begins_with(sk, :prefix)',
    values: { ':customer': customerKey(customerId).pk, ':prefix': CLOUD_PREFIX },
    limit,
    start: position && cloudKey(customerId, position[0] ?? ''),
  });
  return {
    clouds: items.map(({ pk, sk, version, ...shown }) => shown as unknown as z.output<typeof cloud>),
    ...(last && { nextPageToken: pageToken([String(last['sk']).slice(CLOUD_PREFIX.length)], scope) }),
  };
}
