/** Creates clouds in a customer's organization, links existing ones, and lists them, for this project's own API and for the Billing API. */
import type * as z from 'zod/mini';
import { membershipByAttempt } from '../access/caller.ts';
import { loadGrants } from '../access/departures.ts';
import type { Caller, Membership } from '../access/grants.ts';
import { mayOnSubaccount } from '../access/rolePermissions.ts';
import type { cloud } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import type { Circumstances, NewCloud } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { newCloudId } from '../customer/ids.ts';
import type { StoredCustomer } from '../customer/item.ts';
import { keyReused } from '../customer/refusals.ts';
import { type Changed, changeCustomer, loadCustomer } from '../customer/store.ts';
import { loadPartner, requirePaid } from '../partner/partner.ts';
import type { Program } from '../program/program.ts';
import {
  accountCloudKey,
  CLOUD_PREFIX,
  cloudKey,
  cloudNameKey,
  customerKey,
  grantKey,
  MY_CUSTOMER_PREFIX,
  membershipKey,
  myCustomersOf,
} from '../table/keys.ts';
import { type PageRequest, pageToken, readPage } from '../table/page.ts';
import { type Alongside, check, getItem, MAX_TRANSACTION_ITEMS, put, putNew, query, update } from '../table/table.ts';
import {
  type AccountCloud,
  type Asking,
  holderOf,
  knowsCloud,
  LINKING_ROLE,
  loadAccountCloud,
  rolesOf,
} from './accountCloud.ts';
import { cloudItem } from './answers.ts';
import { isOwnCloud, loadPeople } from './ownership.ts';

const MINUTE_MS = 60_000;

/** Why a caller can't link a cloud of the customer; undefined if it can. The cloud's holder needs no role on it. */
export function linkObstacle(
  cloud: AccountCloud,
  asking: Asking,
  now: Date,
  program: Program,
):
  | { reason: 'ALREADY_LINKED' }
  | { reason: 'ROLE_INSUFFICIENT' }
  | { reason: 'ROLE_TOO_RECENT'; linkableAt: string }
  | undefined {
  if (cloud.boundTo !== undefined) return { reason: 'ALREADY_LINKED' };
  if (holderOf(cloud) === asking.subject) return undefined;
  const linking = rolesOf(cloud, asking, now).filter(({ roleId }) => roleId === LINKING_ROLE);
  const [grantedAt] = linking.map((role) => role.grantedAt).sort();
  if (grantedAt === undefined) return { reason: 'ROLE_INSUFFICIENT' };
  const linkableAt = new Date(Date.parse(grantedAt) + program.rolePropagationMinutes * MINUTE_MS).toISOString();
  return linkableAt <= now.toISOString() ? undefined : { reason: 'ROLE_TOO_RECENT', linkableAt };
}

/**
 * Creates a cloud in the customer's organization; its name is unique there. The cloud is also recorded under the account of the
 * customer's contact, who is its holder.
 *
 * @throws Problem PARTNER_NOT_PAID, CUSTOMER_NOT_ACTIVE, CLOUD_NAME_TAKEN, IDEMPOTENCY_KEY_REUSED
 */
export async function createCloudOf(
  stored: StoredCustomer,
  cloud: NewCloud,
  circumstances: Circumstances,
): Promise<Changed> {
  const { id: customerId, partnerId } = stored.customer;
  const { name } = cloud;
  const cloudId = newCloudId(customerId, circumstances.idempotency);
  const nameTaken = new Problem(
    'CLOUD_NAME_TAKEN',
    `A cloud named ${name} exists in this organization. Choose another name.`,
    {
      errors: [{ path: 'name', message: 'a cloud with this name exists', code: 'CLOUD_NAME_TAKEN', values: { name } }],
    },
  );
  return changeCustomer(stored, {
    circumstances,
    command: async () => {
      requirePaid(await loadPartner(partnerId), 'create a cloud');
      return { type: 'createCloud', cloudId, ...cloud };
    },
    alongside: ({ email }, event) => [
      // The id follows from the idempotency key. The cloud exists if an earlier request used the key, longer ago than its use is remembered.
      { write: putNew(cloudItem(event)), refused: keyReused() },
      { write: putNew({ ...cloudNameKey(customerId, name), cloudId }), refused: nameTaken },
      // An active customer with an address has confirmed it. One without is served by its partner, and has no account of its own.
      // Refused for a repeated request whose cloud was unlinked meanwhile: its id and its name are still taken.
      ...accountCloudWrites(email, cloudId, { name, boundTo: customerId }, nameTaken),
    ],
  });
}

/**
 * The writes that record a cloud of this product's under an account: the cloud, and the item by which its holder finds it. Without an
 * account, they only record to which customer the cloud is billed, for the day on which the provider's directory names its account.
 */
export function accountCloudWrites(
  account: string | null,
  cloudId: string,
  of: Pick<AccountCloud, 'name' | 'boundTo'>,
  refused: Alongside['refused'],
): Alongside[] {
  const cloud = { ...accountCloudKey(cloudId), grants: {}, outstandingCharges: false, revision: 1, ...of };
  if (account === null) return [{ write: putNew(cloud), refused }];
  return [
    { write: putNew({ ...cloud, account }), refused },
    { write: put(grantKey(holderOf({ account }), cloudId)), refused: 'conflict' },
  ];
}

/**
 * The customer in whose organization a cloud was created before such clouds were recorded under accounts. Looks among the customers that
 * have invited the person of the account.
 */
export async function createdBefore(account: string, cloudId: string): Promise<string | undefined> {
  const { items } = await query({
    condition: 'pk = :partition AND begins_with(sk, :prefix)',
    values: { ':partition': myCustomersOf(`USER#${account}`), ':prefix': MY_CUSTOMER_PREFIX },
    // Invitations come before bindings.
    newestFirst: true,
    limit: MAX_TRANSACTION_ITEMS,
  });
  const ids = [...new Set(items.flatMap(({ customerId = [] }) => customerId as string | []))];
  const clouds = await Promise.all(ids.map((id) => getItem(cloudKey(id, cloudId))));
  return ids.find((_, i) => clouds[i]);
}

/** Who links a cloud. */
type Linking = { caller: Caller; membership: Membership | undefined };

/**
 * Links an existing cloud of the customer, if the caller is its holder or has held the linking role on it for the program's
 * `rolePropagationMinutes`. The transaction holds all that this depends on, so a role that is revoked meanwhile links nothing, and only
 * one of two simultaneous requests links the cloud.
 *
 * @throws Problem PARTNER_NOT_PAID, CUSTOMER_NOT_ACTIVE, CLOUD_NOT_FOUND, CLOUD_ELSEWHERE, ROLE_INSUFFICIENT, ROLE_TOO_RECENT,
 *   ALREADY_LINKED, IDEMPOTENCY_KEY_REUSED
 */
export async function linkCloudTo(
  stored: StoredCustomer,
  cloudId: string,
  { caller, membership: known }: Linking,
  circumstances: Circumstances,
): Promise<Changed> {
  const { now, program } = circumstances;
  const membershipNow = membershipByAttempt(caller, known);
  let writes: Alongside[] = [];
  return changeCustomer(stored, {
    circumstances,
    command: async (customer) => {
      const [membership, partner, cloud] = await Promise.all([
        membershipNow(),
        loadPartner(customer.partnerId),
        loadAccountCloud(cloudId),
      ]);
      requirePaid(partner, 'link a cloud');
      const asking = { subject: caller.subject, membership };
      // A caller without any role on a cloud may not know that the cloud exists.
      if (!cloud || !knowsCloud(cloud, asking, now)) throw cloudNotFound();
      const holder = holderOf(cloud);
      const people = await loadPeople(customer, [holder], caller.subject);
      if (!isOwnCloud(customer, holder, caller.subject, people)) throw cloudElsewhere();
      const obstacle = linkObstacle(cloud, asking, now, program);
      if (obstacle?.reason === 'ALREADY_LINKED') throw await alreadyLinked(cloud, caller, asking.membership);
      if (obstacle) throw refusal(obstacle);
      writes = [bindWrite(customer, cloudId, cloud), ...membershipChecks(customer, cloud, asking)];
      return { type: 'linkCloud', cloudId, name: cloud.name, outstandingCharges: chargesElsewhere(cloud) };
    },
    alongside: (_, event) => [{ write: putNew(cloudItem(event)), refused: 'conflict' }, ...writes],
  });
}

/** Binds a cloud that is as it was read. Otherwise the next attempt reads it again and finds the right refusal. */
const bindWrite = (customer: Customer, cloudId: string, { account, revision }: AccountCloud): Alongside => ({
  write: update(accountCloudKey(cloudId), 'SET boundTo = :customerId', {
    condition: 'attribute_not_exists(boundTo) AND account = :account AND revision = :revision',
    values: { ':customerId': customer.id, ':account': account, ':revision': revision },
  }),
  refused: 'conflict',
});

/**
 * The checks that the members of the partner on whom the link depends are as they were read. Roles on the subaccount need none: each change
 * of them changes the customer's version. If a check fails, the next attempt judges the caller again.
 */
function membershipChecks(customer: Customer, cloud: AccountCloud, { subject, membership }: Asking): Alongside[] {
  const holder = holderOf(cloud);
  const checks: Alongside[] = [];
  if (membership) {
    const { partnerId, roles } = membership;
    const condition = 'partnerId = :partnerId AND #roles = :roles';
    const values = { ':partnerId': partnerId, ':roles': roles };
    checks.push({
      write: check(membershipKey(subject), { condition, names: { '#roles': 'roles' }, values }),
      refused: 'conflict',
    });
  }
  if (customer.email === null && holder !== subject) {
    const condition = 'partnerId = :partnerId';
    checks.push({
      write: check(membershipKey(holder), { condition, values: { ':partnerId': customer.partnerId } }),
      refused: 'conflict',
    });
  }
  return checks;
}

const chargesElsewhere = ({ billedTo, outstandingCharges }: AccountCloud) =>
  billedTo !== undefined && outstandingCharges;

const cloudNotFound = () =>
  new Problem(
    'CLOUD_NOT_FOUND',
    'There is no such cloud among those on which you have a role. Ask its owner to grant you one.',
  );

const cloudElsewhere = () =>
  new Problem(
    'CLOUD_ELSEWHERE',
    "The cloud is not this customer's. Only a cloud of the customer's contact can be linked, or a cloud of your own if the customer has given you a role.",
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
        { members: { roleId: LINKING_ROLE } },
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
    clouds: items.map(({ pk, sk, version, format, ...shown }) => shown as unknown as z.output<typeof cloud>),
    ...(last && { nextPageToken: pageToken([String(last['sk']).slice(CLOUD_PREFIX.length)], scope) }),
  };
}
