/** The list of all access bindings of a subaccount and its organization: by default, by hand, and by membership. */
import type * as z from 'zod/mini';
import type { accessBinding } from '../contract/contract.ts';
import { billingRole, ORGANIZATION_ADMIN_ROLE, ORGANIZATION_OWNER_ROLE, OWNER_ROLE, roles } from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import { inParallel } from '../inParallel.ts';
import { listKey, membersOf, type Subject } from '../table/keys.ts';
import { type PageRequest, pageToken, readPage } from '../table/page.ts';
import { query } from '../table/table.ts';
import { type Bound, loadAccess } from './bindings.ts';
import { type Departures, loadDepartures } from './departures.ts';
import { grantsOn, isAdministrator, isGranted, sinceDeparture } from './grants.ts';
import { loadMember, type Member, memberFromItem, namedSubject } from './member.ts';
import { type RoleOrigin, roleOrigins } from './roleOrigins.ts';

type AccessBinding = z.output<typeof accessBinding>;

/** The order of the bindings of one subject in the list. */
const RANKS: Pick<AccessBinding, 'roleId' | 'resource'>[] = [
  ...roles.roles.map((role) => ({ roleId: billingRole(role), resource: 'SUBACCOUNT' as const })),
  { roleId: ORGANIZATION_OWNER_ROLE, resource: 'ORGANIZATION' },
  { roleId: ORGANIZATION_ADMIN_ROLE, resource: 'ORGANIZATION' },
];

/** A binding with its place in the list. */
type Placed = { subject: Subject; key: string; rank: number; binding: AccessBinding };

/**
 * A page of all access bindings: first the bindings by default and by hand, then those that the partner's owners hold by their
 * membership. A page may be short.
 *
 * @param scope the list that the page token belongs to
 * @param resources only bindings on these resources
 * @throws Problem PAGE_TOKEN_INVALID
 */
export async function accessPage(
  customer: Customer,
  request: PageRequest,
  scope: string,
  resources: AccessBinding['resource'][] = ['SUBACCOUNT', 'ORGANIZATION'],
): Promise<{ accessBindings: AccessBinding[]; nextPageToken?: string }> {
  const { limit, position } = readPage(request, scope);
  const [section = 'own', key = '', rank = '-1'] = position ?? [];
  const after = { key, rank: Number(rank) };
  const { bound } = await loadAccess(customer);
  const page = (placed: Placed[], of: string, more: string[] | undefined) => {
    const rest = placed
      .filter(({ binding }) => resources.includes(binding.resource))
      .filter((one) => one.key > after.key || (one.key === after.key && one.rank > after.rank))
      .sort((one, other) => (one.key < other.key || (one.key === other.key && one.rank < other.rank) ? -1 : 1));
    const shown = rest.slice(0, limit);
    const last = shown.at(-1);
    const next = last && rest.length > limit ? [of, last.key, String(last.rank)] : more;
    return { shown, ...(next && { nextPageToken: pageToken(next, scope) }) };
  };

  if (section === 'own') {
    const members = await loadMembersInto(new Map(), subjectsByDefault(customer));
    const { shown, ...next } = page(ownBindings(customer, bound, members), 'own', ['owners', '', '-1']);
    // Only the people of this page are asked whether they belong to the partner or have left it, so the page may be short.
    const subjects = shown.map(({ subject }) => subject);
    const departures = await loadDepartures(customer.partnerId, subjects);
    await loadMembersInto(members, subjects);
    const held = new Map(ownBindings(customer, bound, members, departures).map((one) => [idOf(one), one.binding]));
    return { accessBindings: shown.flatMap((one) => held.get(idOf(one)) ?? []), ...next };
  }
  const { items, last } = await query({
    index: 'byName',
    condition: 'listOf = :members AND nameKey >= :key',
    // A space sorts before every key. DynamoDB allows no empty value for an index key.
    values: { ':members': membersOf(customer.partnerId), ':key': key || ' ', ':owner': OWNER_ROLE },
    // An invited member has no rights before it accepts.
    filter: 'contains(#roles, :owner) AND attribute_not_exists(lapsesAt)',
    fromToken: position !== undefined,
    names: { '#roles': 'roles' },
    limit: limit + 1,
  });
  const members = items.map(memberFromItem);
  const byHand = members.map(({ subject }) => subject).filter((each) => isGranted(bound[each]?.[OWNER_ROLE]));
  const departures = await loadDepartures(customer.partnerId, byHand);
  const isOwn = (subject: Subject) =>
    isGranted(sinceDeparture(bound[subject] ?? {}, departures.get(subject))[OWNER_ROLE]);
  const owners = members
    .flatMap(({ subject, federated }) => [
      ...(isOwn(subject) ? [] : [placed(subject, OWNER_ROLE, true, OF_MEMBERSHIP)]),
      ...(customer.organization && !federated ? [placed(subject, ORGANIZATION_OWNER_ROLE, true, OF_MEMBERSHIP)] : []),
    ])
    .map((one): Placed => ({ ...one, binding: { ...one.binding, ofMembership: true } }));
  const { shown, ...next } = page(owners, 'owners', last && ['owners', String(last['nameKey']), String(RANKS.length)]);
  return { accessBindings: shown.map(({ binding }) => binding), ...next };
}

/** The people and service accounts that hold roles by default. */
const subjectsByDefault = (customer: Customer): Subject[] => [
  customer.createdBy as Subject,
  ...customer.administrators.map((email): Subject => `USER#${email}`),
  ...(customer.email === null ? [] : [`USER#${customer.email}` as const]),
];

type Members = Map<Subject, Member | undefined>;

/** How many members are read at the same time. */
const PARALLEL = 20;

/** Reads the members among the subjects that have not been read yet. */
async function loadMembersInto(members: Members, subjects: Subject[]): Promise<Members> {
  const unknown = [...new Set(subjects)].filter((subject) => !members.has(subject));
  await inParallel(unknown, PARALLEL, async (subject) => {
    members.set(subject, await loadMember(subject));
  });
  return members;
}

/** The bindings by default and by hand, without those that follow from the membership of an owner. */
function ownBindings(customer: Customer, bound: Bound, members: Members, departures: Departures = new Map()): Placed[] {
  const subjects = new Set([...subjectsByDefault(customer), ...(Object.keys(bound) as Subject[])]);
  return [...subjects].flatMap((subject) => {
    const member = members.get(subject);
    const belongs = member?.partnerId === customer.partnerId;
    const leftAt = departures.get(subject);
    const { onSubaccount } = grantsOn(customer, { subject }, member, bound[subject], leftAt);
    // A change of the subaccount's roles does not change the organization's (seed 000). Federated users have none there.
    const onOrganization =
      customer.organization && !member?.federated && isAdministrator(customer, subject, belongs, leftAt)
        ? [ORGANIZATION_ADMIN_ROLE]
        : [];
    return [...onSubaccount, ...onOrganization].map((roleId) =>
      placed(
        subject,
        roleId,
        belongs,
        roleOrigins(customer, subject, roleId, { member: belongs, own: bound[subject], leftAt }),
      ),
    );
  });
}

const OF_MEMBERSHIP: RoleOrigin[] = [{ type: 'MEMBERSHIP' }];

const idOf = ({ subject, rank }: Placed) => `${subject} ${rank}`;

/** @param ofPartner whether the subject belongs to the customer's partner */
function placed(subject: Subject, roleId: string, ofPartner: boolean, origins: RoleOrigin[]): Placed {
  const rank = RANKS.findIndex((one) => one.roleId === roleId);
  const { resource = 'SUBACCOUNT' } = RANKS[rank] ?? {};
  return {
    subject,
    key: listKey(namedSubject(subject).id),
    rank,
    binding: { roleId, subject: namedSubject(subject), resource, ...(ofPartner && { ofPartner }), origins },
  };
}
