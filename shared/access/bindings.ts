/** The access bindings of a subaccount: those by default, which are derived, and those granted or revoked by hand. */
import type * as z from 'zod/mini';
import type { accessBinding } from '../contract/contract.ts';
import { Problem } from '../contract/problem.ts';
import { type AccessDelta, asOf, type Customer } from '../customer/customer.ts';
import type { Program } from '../program/program.ts';
import {
  ACCESS_PREFIX,
  accessKey,
  boundUnder,
  customerIdOf,
  customerKey,
  duePartition,
  type Key,
  listKey,
  membersOf,
  myCustomersOf,
  type Subject,
} from '../table/keys.ts';
import { type PageRequest, pageToken, readPage } from '../table/page.ts';
import {
  type Alongside,
  getItem,
  loadCustomer,
  MAX_TRANSACTION_ITEMS,
  query,
  retryConflicts,
  TABLE_NAME,
  transact,
} from '../table/table.ts';
import { loadMember, memberFromItem, namedSubject } from './member.ts';
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
} from './rolePermissions.ts';

/**
 * Most roles granted and revoked by hand on one subaccount: with ids of the greatest length they have 400 KB, what DynamoDB
 * lets one item have, even if they were all to stand in the same.
 */
const MAX_OWN_BINDINGS = 1000;
/** Items of a customer's transaction that are its state and its event; and those of a settlement that are no pointers. */
const STATE_ITEMS = 2;
const SETTLED_ITEMS = 2;

type AccessBinding = z.output<typeof accessBinding>;
/** Who has which roles by hand. */
type Bound = Record<Subject, OwnBindings>;
/** What stands in the access items of a customer: who has which roles, and, item by item, whose pointers are owed. */
type Access = { bound: Bound; owed: Record<string, string[]> };

/** What one subject was granted, or lost, by hand. */
export async function loadOwnBindings(customerId: string, subject: Subject): Promise<OwnBindings> {
  const item = await getItem(accessKey(customerId, subject));
  return (item?.['subjects'] as Bound | undefined)?.[subject] ?? {};
}

/** What all were granted, or lost, by hand. */
export async function loadAccess(customer: Customer): Promise<Access> {
  const bound: Bound = {};
  const owed: Access['owed'] = {};
  if (!customer.ownBindings) return { bound, owed };
  let start: Record<string, unknown> | undefined;
  do {
    const { items, last } = await query({
      condition: 'pk = :customer AND begins_with(sk, :prefix)',
      values: { ':customer': customerKey(customer.id).pk, ':prefix': ACCESS_PREFIX },
      limit: MAX_TRANSACTION_ITEMS,
      start,
    });
    for (const item of items) {
      Object.assign(bound, item['subjects']);
      if (item['owed']) owed[item.sk] = item['owed'] as string[];
    }
    start = last;
  } while (start);
  return { bound, owed };
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
  const ownersPerhaps: Subject[] = [];
  for (const delta of deltas) {
    const { action, roleId } = delta;
    const subject = subjectOfDelta(delta);
    const { [roleId]: was, ...others } = after[subject] ?? {};
    // Who registered the customer may come back to the partner: its role is revoked, whether it is a member now or not.
    const byDefault = roleId === ADMIN_ROLE && isAdministrator(customer, subject, true);
    if (action === 'ADD' ? was === true : was === false || (was === undefined && !byDefault)) {
      if (action === 'REMOVE' && roleId === OWNER_ROLE) ownersPerhaps.push(subject);
      continue;
    }
    after[subject] =
      action === 'ADD' ? { ...others, [roleId]: true } : { ...others, ...(byDefault && { [roleId]: false }) };
    effective.push(delta);
  }
  await refuseOwnersOfPartner(customer, ownersPerhaps, deltas);
  const count = Object.values(after).reduce((sum, own) => sum + Object.keys(own).length, 0);
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
async function refuseOwnersOfPartner(customer: Customer, subjects: Subject[], deltas: AccessDelta[]): Promise<void> {
  const members = await Promise.all([...new Set(subjects)].map(loadMember));
  const owner = members.find((each) => each?.partnerId === customer.partnerId && each.roles.includes(OWNER_ROLE));
  if (!owner) return;
  const { subject } = owner;
  const index = deltas.findIndex(
    (delta) => delta.action === 'REMOVE' && delta.roleId === OWNER_ROLE && subjectOfDelta(delta) === subject,
  );
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
 * there are too many of the latter for one transaction, none goes into it: the items that hold the bindings say whose are owed,
 * and stand in the index of due work until `settlePointers` has been there. So a change that is refused leaves nothing, and one
 * that is interrupted loses nobody's way to the customer.
 *
 * @returns the writes, and the keys of the items to settle once they have gone through
 */
export function bindingWrites(
  customer: Customer,
  before: Access,
  after: Bound,
  now: Date,
): { alongside: Alongside[]; owing: Key[] } {
  const changed = (Object.keys(after) as Subject[]).filter((subject) => after[subject] !== before.bound[subject]);
  const keys = new Map(changed.map((subject) => [accessKey(customer.id, subject).sk, accessKey(customer.id, subject)]));
  const fit = changed.length <= MAX_TRANSACTION_ITEMS - STATE_ITEMS - keys.size;
  const owing: Key[] = [];
  const items = [...keys.values()].map((key): Alongside => {
    const here = (subject: string) => accessKey(customer.id, subject as Subject).sk === key.sk;
    const owed = new Set([
      ...(before.owed[key.sk] ?? []),
      ...(fit ? [] : changed.filter(here).map((subject) => myCustomersOf(subject))),
    ]);
    if (owed.size > 0) owing.push(key);
    const Item = {
      ...key,
      // Who has nothing by hand any more is forgotten.
      subjects: Object.fromEntries(
        Object.entries(after).filter(([subject, own]) => here(subject) && Object.keys(own).length > 0),
      ),
      ...(owed.size > 0 && {
        owed: [...owed],
        due: duePartition('STATE', customer.id),
        dueAt: now.toISOString(),
      }),
    };
    return { write: { Put: { TableName: TABLE_NAME, Item } }, refused: 'conflict' };
  });
  const pointers = changed.map((subject) =>
    pointerWrite(customer.id, myCustomersOf(subject), isPointed(customer, subject, after[subject])),
  );
  return { alongside: [...items, ...(fit ? pointers : [])], owing };
}

/** Whether somebody finds the customer by an item of its own. The invitee as such does by its invitation. */
const isPointed = (customer: Customer, subject: Subject, own: OwnBindings | undefined): boolean =>
  grantsOn({ ...customer, email: null }, { subject }, undefined, own).any;

function pointerWrite(customerId: string, pk: string, pointed: boolean): Alongside {
  const key = boundUnder(pk, customerId);
  const write = pointed
    ? { Put: { TableName: TABLE_NAME, Item: { ...key, customerId } } }
    : { Delete: { TableName: TABLE_NAME, Key: key } };
  return { write, refused: 'conflict' };
}

/**
 * Writes and deletes the pointers that an access item owes, as its bindings are by now. Can be interrupted anywhere: what is
 * still owed stays due. Of a customer that is to be removed, nothing: the removal takes the pointers along.
 *
 * @throws Problem TRY_AGAIN where the customer is being changed all the time
 */
export async function settlePointers(key: Key, now: Date, program: Program): Promise<void> {
  const customerId = customerIdOf(key);
  let left = true;
  const settle = async (): Promise<'done' | 'conflict'> => {
    const [item, stored] = await Promise.all([getItem(key), loadCustomer(customerId)]);
    const owed = (item?.['owed'] ?? []) as string[];
    left = false;
    if (!stored || owed.length === 0 || asOf(stored.customer, now, program).status === 'DELETED') return 'done';
    const { customer } = stored;
    const bound = item?.['subjects'] as Bound;
    const subjects = [
      ...(Object.keys(bound) as Subject[]),
      ...customer.administrators.map((email): Subject => `USER#${email}`),
    ];
    const pointed = new Set(
      subjects
        .filter((subject) => isPointed(customer, subject, bound[subject]))
        .map((subject) => myCustomersOf(subject)),
    );
    const settled = owed.slice(0, MAX_TRANSACTION_ITEMS - SETTLED_ITEMS);
    const rest = owed.slice(settled.length);
    left = rest.length > 0;
    return transact([
      {
        write: {
          // No binding changes without its customer's version.
          ConditionCheck: {
            TableName: TABLE_NAME,
            Key: customerKey(customerId),
            ConditionExpression: '#version = :version',
            ExpressionAttributeNames: { '#version': 'version' },
            ExpressionAttributeValues: { ':version': customer.version },
          },
        },
        refused: 'conflict',
      },
      {
        write: {
          Update: {
            TableName: TABLE_NAME,
            Key: key,
            ConditionExpression: 'owed = :owed',
            ...(left
              ? { UpdateExpression: 'SET owed = :rest', ExpressionAttributeValues: { ':owed': owed, ':rest': rest } }
              : { UpdateExpression: 'REMOVE owed, due, dueAt', ExpressionAttributeValues: { ':owed': owed } }),
          },
        },
        refused: 'conflict',
      },
      ...settled.map((pk) => pointerWrite(customerId, pk, pointed.has(pk))),
    ]);
  };
  while (left) await retryConflicts(settle);
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
  const { bound } = await loadAccess(customer);
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
    ])
    .map((one): Placed => ({ ...one, binding: { ...one.binding, ofMembership: true } }));
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
