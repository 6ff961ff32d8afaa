/** The access bindings of a subaccount that were granted or revoked by hand. */

import { Problem } from '../contract/problem.ts';
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/roles.ts';
import type { AccessDelta } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { ACCESS_PREFIX, accessKey, customerKey, type Subject } from '../table/keys.ts';
import { getItem, MAX_TRANSACTION_ITEMS, queryAll } from '../table/table.ts';
import { isAdministrator, type OwnBindings } from './grants.ts';
import { loadMember, namedSubject } from './member.ts';

/**
 * Most roles granted and revoked by hand on one subaccount. Even if all of them, with the longest ids, are in one item, they fit
 * DynamoDB's 400 KB.
 */
const MAX_OWN_BINDINGS = 1000;

/** The roles granted (`true`) and revoked (`false`) by hand, by subject. */
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

/**
 * Applies the deltas to the roles by hand, one after the other.
 *
 * @param before the roles by hand before; is not changed
 * @returns the roles by hand after, and the deltas that changed something
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
    // The creator may have left the partner and may come back: its default role can be revoked in any case.
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

/** The partner's owners hold this role on its subaccounts by their membership. @throws Problem ROLE_OF_MEMBERSHIP */
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
