/** The access bindings of a subaccount: those by default, which are derived, and those granted or revoked by hand. */
import type * as z from 'zod/mini';
import {
  ADMIN_ROLE,
  billingRole,
  grantsOn,
  isAdministrator,
  ORGANIZATION_ADMIN_ROLE,
  ORGANIZATION_OWNER_ROLE,
  OWNER_ROLE,
  type OwnBindings,
  roles,
} from './access.ts';
import type { accessBinding } from './contract.ts';
import type { AccessDelta, Customer } from './customer.ts';
import { ACCESS_PREFIX, accessKey, boundKey, customerKey, listKey, membersOf, type Subject } from './keys.ts';
import { loadMember, memberFromItem, namedSubject } from './member.ts';
import { type PageRequest, pageToken, readPage } from './page.ts';
import { Problem } from './problem.ts';
import { type Alongside, getItem, MAX_TRANSACTION_ITEMS, query, TABLE_NAME, transactOrBusy } from './table.ts';

/**
 * Most roles granted and revoked by hand on one subaccount: with ids of the greatest length they have 400 KB, what DynamoDB
 * lets one item have, even if they were all to stand in the same.
 */
const MAX_OWN_BINDINGS = 1000;
/** Items of a customer's transaction that are its state and its event. */
const STATE_ITEMS = 2;

type AccessBinding = z.output<typeof accessBinding>;
/** Who has which roles by hand. */
type Bound = Record<Subject, OwnBindings>;

/** What one subject was granted, or lost, by hand. */
export async function loadOwnBindings(customerId: string, subject: Subject): Promise<OwnBindings> {
  const item = await getItem(accessKey(customerId, subject));
  return (item?.['subjects'] as Bound | undefined)?.[subject] ?? {};
}

/** What all were granted, or lost, by hand. */
export async function loadBound(customer: Customer): Promise<Bound> {
  if (!customer.ownBindings) return {};
  const bound: Bound = {};
  let start: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query({
      condition: 'pk = :customer AND begins_with(sk, :prefix)',
      values: { ':customer': customerKey(customer.id).pk, ':prefix': ACCESS_PREFIX },
      limit: MAX_TRANSACTION_ITEMS,
      start,
    });
    for (const { subjects } of items) Object.assign(bound, subjects);
    start = last;
  } while (start);
  return bound;
}

/**
 * Grants and revokes, one after the other.
 *
 * @param before what was granted by hand before; stays as it is
 * @returns what is granted by hand after, and the deltas that changed something
 * @throws Problem ROLE_OF_MEMBERSHIP, TOO_MANY_BINDINGS
 */
export async function applyDeltas(
  customer: Customer,
  before: Bound,
  deltas: AccessDelta[],
): Promise<{ after: Bound; effective: AccessDelta[] }> {
  const after: Bound = { ...before };
  const effective: AccessDelta[] = [];
  for (const [i, delta] of deltas.entries()) {
    const { action, roleId } = delta;
    const subject = subjectOfDelta(delta);
    const { [roleId]: was, ...others } = after[subject] ?? {};
    // Who registered the customer may come back to the partner: its role is revoked, whether it is a member now or not.
    const byDefault = roleId === ADMIN_ROLE && isAdministrator(customer, subject, true);
    if (action === 'ADD' ? was === true : was === false || (was === undefined && !byDefault)) {
      if (action === 'REMOVE' && roleId === OWNER_ROLE) await refuseOwnerOfPartner(customer, subject, i);
      continue;
    }
    after[subject] =
      action === 'ADD' ? { ...others, [roleId]: true } : { ...others, ...(byDefault && { [roleId]: false }) };
    effective.push(delta);
  }
  const count = Object.values(after).reduce((sum, own) => sum + Math.max(1, Object.keys(own).length), 0);
  if (count > MAX_OWN_BINDINGS) {
    throw new Problem(
      'TOO_MANY_BINDINGS',
      `A subaccount has at most ${MAX_OWN_BINDINGS} access bindings of its own. Revoke some first.`,
    );
  }
  return { after, effective };
}

const subjectOfDelta = ({ subject: { id, type } }: AccessDelta): Subject => `${type}#${id}`;

/** A partner's owners are owners of its subaccounts, for as long as they are. */
async function refuseOwnerOfPartner(customer: Customer, subject: Subject, index: number): Promise<void> {
  const member = await loadMember(subject);
  if (member?.partnerId !== customer.partnerId || !member.roles.includes(OWNER_ROLE)) return;
  const message = `${namedSubject(subject).id} is an owner of the partner account`;
  throw new Problem(
    'ROLE_OF_MEMBERSHIP',
    `${message}, and so of its subaccounts. Change its roles among the members.`,
    {
      errors: [{ path: `deltas.${index}.subject`, message }],
    },
  );
}

/**
 * What makes bindings be what they are to be: the items that hold them, and those by which people find the customer. Where
 * there are too many of the latter for one transaction, they are written beforehand: they only point, and what somebody holds
 * is read at the customer. One that can't be deleted in the transaction stays until the customer is removed.
 */
export async function bindingWrites(customer: Customer, before: Bound, after: Bound): Promise<Alongside[]> {
  const changed = (Object.keys(after) as Subject[]).filter((subject) => after[subject] !== before[subject]);
  const any = (subject: Subject, bound: Bound) => grantsOn(customer, { subject }, undefined, bound[subject]).any;
  const gained = changed.filter((subject) => any(subject, after));
  const lost = changed.filter((subject) => !any(subject, after));

  const shards = new Set(changed.map((subject) => accessKey(customer.id, subject).sk));
  const room = MAX_TRANSACTION_ITEMS - STATE_ITEMS - shards.size;
  const puts = gained.map(
    (subject): Alongside => ({
      write: { Put: { TableName: TABLE_NAME, Item: { ...boundKey(subject, customer.id), customerId: customer.id } } },
      refused: 'conflict',
    }),
  );
  const beforehand = puts.length > room;
  if (beforehand) {
    for (let i = 0; i < puts.length; i += MAX_TRANSACTION_ITEMS)
      await transactOrBusy(puts.slice(i, i + MAX_TRANSACTION_ITEMS));
  }
  const deleted = lost.slice(0, beforehand ? room : room - puts.length);

  // Who has nothing by hand any more is forgotten, unless the item that points to the customer has to be found again.
  const kept = Object.entries(after).filter(
    ([subject, own]) => Object.keys(own).length > 0 || !deleted.includes(subject as Subject),
  );
  const items = [...shards].map((sk): Alongside => {
    const subjects = Object.fromEntries(
      kept.filter(([subject]) => accessKey(customer.id, subject as Subject).sk === sk),
    );
    return {
      write: { Put: { TableName: TABLE_NAME, Item: { ...customerKey(customer.id), sk, subjects } } },
      refused: 'conflict',
    };
  });
  const deletes = deleted.map(
    (subject): Alongside => ({
      write: { Delete: { TableName: TABLE_NAME, Key: boundKey(subject, customer.id) } },
      refused: 'conflict',
    }),
  );
  return [...items, ...(beforehand ? [] : puts), ...deletes];
}

/** The order of somebody's bindings in the list. */
const RANKS: Pick<AccessBinding, 'roleId' | 'resource'>[] = [
  ...roles.roles.map((role) => ({ roleId: billingRole(role), resource: 'SUBACCOUNT' as const })),
  { roleId: ORGANIZATION_OWNER_ROLE, resource: 'ORGANIZATION' },
  { roleId: ORGANIZATION_ADMIN_ROLE, resource: 'ORGANIZATION' },
];

/** A binding with its place in the list. */
type Placed = { key: string; rank: number; binding: AccessBinding };

/**
 * A page of all access bindings: first those that stand on the subaccount and its organization by themselves, then those of
 * the partner's owners, which follow from their membership. A page may be short.
 *
 * @param resources the bindings of which resources are meant
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
  const bound = await loadBound(customer);
  const page = (placed: Placed[], of: string, more: string[] | undefined) => {
    const rest = placed
      .filter(({ binding }) => resources.includes(binding.resource))
      .filter((one) => one.key > after.key || (one.key === after.key && one.rank > after.rank))
      .sort((one, other) => (one.key < other.key || (one.key === other.key && one.rank < other.rank) ? -1 : 1));
    const shown = rest.slice(0, limit);
    const last = shown.at(-1);
    const next = last && rest.length > limit ? [of, last.key, String(last.rank)] : more;
    return {
      accessBindings: shown.map(({ binding }) => binding),
      ...(next && { nextPageToken: pageToken(next, scope) }),
    };
  };

  if (section === 'own') return page(await ownBindings(customer, bound), 'own', ['owners', '', '-1']);
  const { items, last } = await query({
    index: 'byName',
    condition: 'listOf = :members AND nameKey >= :key',
    // The first place is before every key; the value of an index key is never empty.
    values: { ':members': membersOf(customer.partnerId), ':key': key || ' ', ':owner': OWNER_ROLE },
    filter: 'contains(#roles, :owner)',
    fromToken: position !== undefined,
    names: { '#roles': 'roles' },
    limit: limit + 1,
  });
  const owners = items
    .map(memberFromItem)
    .flatMap(({ subject, federated }) => [
      ...(bound[subject]?.[OWNER_ROLE] ? [] : [placed(subject, OWNER_ROLE)]),
      ...(customer.organization && !federated ? [placed(subject, ORGANIZATION_OWNER_ROLE)] : []),
    ]);
  return page(owners, 'owners', last && ['owners', String(last['nameKey']), String(RANKS.length)]);
}

/** The bindings that somebody holds not by being an owner of the partner. */
async function ownBindings(customer: Customer, bound: Bound): Promise<Placed[]> {
  const byDefault = new Set<Subject>([
    customer.createdBy as Subject,
    ...customer.administrators.map((email): Subject => `USER#${email}`),
    ...(customer.email === null ? [] : [`USER#${customer.email}` as const]),
  ]);
  const members = new Map(
    await Promise.all([...byDefault].map(async (subject) => [subject, await loadMember(subject)] as const)),
  );
  const subjects = new Set([...byDefault, ...(Object.keys(bound) as Subject[])]);
  return [...subjects].flatMap((subject) => {
    const member = members.get(subject);
    const belongs = member?.partnerId === customer.partnerId;
    const { onSubaccount } = grantsOn(customer, { subject }, member, bound[subject]);
    // The organization's roles came with it, and follow no change of the subaccount's (seed 000: none for federated users).
    const onOrganization =
      customer.organization && !member?.federated && isAdministrator(customer, subject, belongs)
        ? [ORGANIZATION_ADMIN_ROLE]
        : [];
    return [...onSubaccount, ...onOrganization].map((roleId) => placed(subject, roleId));
  });
}

function placed(subject: Subject, roleId: string): Placed {
  const rank = RANKS.findIndex((one) => one.roleId === roleId);
  const { resource = 'SUBACCOUNT' } = RANKS[rank] ?? {};
  return {
    key: listKey(namedSubject(subject).id),
    rank,
    binding: { roleId, subject: namedSubject(subject), resource },
  };
}
