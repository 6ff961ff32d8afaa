/** The access bindings of a subaccount that were granted or revoked by hand. */

import { Problem } from '../contract/problem.ts';
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/roles.ts';
import type { AccessDelta } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import type { CustomerEvent } from '../customer/event.ts';
import { loadEvents } from '../customer/store.ts';
import { ACCESS_PREFIX, accessKey, customerKey, type Subject } from '../table/keys.ts';
import { getItem, MAX_TRANSACTION_ITEMS, queryAll } from '../table/table.ts';
import { type ByHand, isAdministrator, isContact, isGranted, type OwnBindings } from './grants.ts';
import { loadMember, namedSubject } from './member.ts';

/**
 * Most roles granted and revoked by hand on one subaccount. Even if all of them, with the longest ids, are in one item, they fit
 * DynamoDB's 400 KB.
 */
const MAX_OWN_BINDINGS = 1000;

/** The roles granted and revoked by hand, by subject. */
export type Bound = Record<Subject, OwnBindings>;
/** The access items of a customer: the roles by hand, and for each item (by its sort key) the pointers that are still to be written. */
export type Access = { bound: Bound; owed: Record<string, string[]> };

/** The roles of one subject that were granted or revoked by hand. */
export async function loadOwnBindings(customerId: string, subject: Subject): Promise<OwnBindings> {
  const item = await getItem(accessKey(customerId, subject));
  return (item?.['subjects'] as Bound | undefined)?.[subject] ?? {};
}

/** The roles of all subjects that were granted or revoked by hand. Reads nothing if the customer has none. */
export async function loadAccess(customer: Customer): Promise<Access> {
  const access: Access = { bound: {}, owed: {} };
  if (!customer.ownBindings) return access;
  const pages = queryAll({
    condition: 'pk = :customer AND begins_with(sk, :prefix)',
    values: { ':customer': customerKey(customer.id).pk, ':prefix': ACCESS_PREFIX },
    limit: MAX_TRANSACTION_ITEMS,
  });
  for await (const items of pages) {
    for (const { sk, subjects, owed } of items) {
      Object.assign(access.bound, subjects);
      if (owed) access.owed[sk] = owed as string[];
    }
  }
  return access;
}

/** The same, with who granted or revoked each role and when, also for older bindings: these take it from the customer's events. */
export async function loadAccessWithOrigins(customer: Customer): Promise<Access> {
  const access = await loadAccess(customer);
  const isOlder = Object.values(access.bound).some((own) =>
    Object.values(own).some((each) => typeof each !== 'object'),
  );
  if (!isOlder) return access;
  return { ...access, bound: withOrigins(access.bound, await loadEvents(customer.id, customer.version)) };
}

/**
 * The roles by hand with who changed each and when. Those that were stored without it take it from the events: each of these events holds
 * the changes that it made, so the newest event about a role made the role what it is.
 *
 * @param events the customer's events, oldest first
 */
export function withOrigins(bound: Bound, events: CustomerEvent[]): Bound {
  const changes = events.flatMap((event) =>
    event.type === 'AccessUpdated' ? event.data.deltas.map((delta) => ({ ...delta, event })) : [],
  );
  const dated = (subject: Subject, roleId: string, binding: boolean | ByHand): boolean | ByHand => {
    if (typeof binding === 'object') return binding;
    const change = changes.findLast((each) => each.roleId === roleId && subjectOfDelta(each) === subject);
    return change ? { granted: binding, by: change.event.actor as Subject, at: change.event.at } : binding;
  };
  return Object.fromEntries(
    Object.entries(bound).map(([subject, own]) => [
      subject,
      Object.fromEntries(
        Object.entries(own).map(([roleId, binding]) => [roleId, dated(subject as Subject, roleId, binding)]),
      ),
    ]),
  );
}

/**
 * Applies the deltas to the roles by hand, one after the other.
 *
 * @param before the roles by hand before; is not changed
 * @param origin who makes the change, and when
 * @param gives whether a role that somebody gives at a time is given by the customer's side: it then takes the place of the same role that
 *   only the partner's side has given
 * @returns the roles by hand after, and the deltas that changed something
 * @throws Problem ROLE_OF_MEMBERSHIP, ROLE_OF_CONTACT, TOO_MANY_BINDINGS
 */
export async function applyDeltas(
  customer: Customer,
  before: Bound,
  deltas: AccessDelta[],
  origin: Pick<ByHand, 'by' | 'at'>,
  gives: (by: Subject, at: string) => boolean = (by) => isContact(customer, by),
): Promise<{ after: Bound; effective: AccessDelta[] }> {
  const after: Bound = { ...before };
  const effective: AccessDelta[] = [];
  const ownersPerhaps: Subject[] = [];
  for (const [index, delta] of deltas.entries()) {
    const { action, roleId } = delta;
    const subject = subjectOfDelta(delta);
    const { [roleId]: was, ...others } = after[subject] ?? {};
    // The creator may have left the partner and may come back: its default role can be revoked in any case.
    const byDefault = roleId === ADMIN_ROLE && isAdministrator(customer, subject, true);
    const isCustomers = typeof was === 'object' && gives(was.by, was.at);
    const takesOver = !isCustomers && gives(origin.by, origin.at);
    if (action === 'ADD' ? isGranted(was) && !takesOver : !isGranted(was) && (was !== undefined || !byDefault)) {
      if (action === 'REMOVE' && roleId === OWNER_ROLE) ownersPerhaps.push(subject);
      continue;
    }
    if (action === 'REMOVE' && roleId === ADMIN_ROLE && subject !== origin.by && isContact(customer, subject)) {
      throw roleOfContact(delta, index);
    }
    after[subject] =
      action === 'ADD'
        ? { ...others, [roleId]: { granted: true, ...origin } }
        : { ...others, ...(byDefault && { [roleId]: { granted: false, ...origin } }) };
    effective.push(delta);
  }
  await refuseOwnersOfPartner(customer, ownersPerhaps, deltas);
  const count = Object.values(after).reduce((sum, own) => sum + Object.keys(own).length, 0);
  if (count > MAX_OWN_BINDINGS) {
    throw new Problem(
      'TOO_MANY_BINDINGS',
      `A subaccount has at most ${MAX_OWN_BINDINGS} access bindings of its own. Revoke some first.`,
      { members: { max: MAX_OWN_BINDINGS } },
    );
  }
  return { after, effective };
}

/** The person or service account of a change by hand. */
export const subjectOfDelta = ({ subject: { id, type } }: AccessDelta): Subject => `${type}#${id}`;

/** The refusal to take from the contact the role that it has by its confirmation. */
function roleOfContact({ subject: { id } }: AccessDelta, index: number): Problem {
  const message = `${id} is the contact person who confirmed`;
  return new Problem('ROLE_OF_CONTACT', `${message}. Nobody else can take this role away.`, {
    errors: [{ path: `deltas.${index}.subject`, message, code: 'ROLE_OF_CONTACT', values: { id } }],
  });
}

/** The partner's owners hold this role on its subaccounts by their membership. @throws Problem ROLE_OF_MEMBERSHIP */
async function refuseOwnersOfPartner(customer: Customer, subjects: Subject[], deltas: AccessDelta[]): Promise<void> {
  const members = await Promise.all([...new Set(subjects)].map(loadMember));
  const owner = members.find((each) => each?.partnerId === customer.partnerId && each.roles.includes(OWNER_ROLE));
  if (!owner) return;
  const { subject } = owner;
  const index = deltas.findIndex(
    (delta) => delta.action === 'REMOVE' && delta.roleId === OWNER_ROLE && subjectOfDelta(delta) === subject,
  );
  const { id } = namedSubject(subject);
  const message = `${id} is an owner of the partner account`;
  throw new Problem(
    'ROLE_OF_MEMBERSHIP',
    `${message}, and so of its subaccounts. Change its roles among the members.`,
    {
      errors: [{ path: `deltas.${index}.subject`, message, code: 'ROLE_OF_MEMBERSHIP', values: { id } }],
    },
  );
}
