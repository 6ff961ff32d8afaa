/** The access bindings that people have granted or revoked on a subaccount by hand. */

import { Problem } from '../contract/problem.ts';
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/roles.ts';
import type { AccessDelta } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { ACCESS_PREFIX, accessKey, customerKey, type Subject } from '../table/keys.ts';
import { getItem, MAX_TRANSACTION_ITEMS, queryAll } from '../table/table.ts';
import { isAdministrator, type OwnBindings } from './grants.ts';
import { loadMember, namedSubject } from './member.ts';

/**
 * Most roles granted and revoked by hand on one subaccount: with ids of the greatest length they have 400 KB, what DynamoDB
 * lets one item have, even if they were all to stand in the same.
 */
const MAX_OWN_BINDINGS = 1000;

/** The roles that each subject was granted, or lost, by hand. */
export type Bound = Record<Subject, OwnBindings>;
/** What the access items of a customer hold: the roles by hand, and, item by item, whose pointers are still to be written. */
export type Access = { bound: Bound; owed: Record<string, string[]> };

/** What one subject was granted, or lost, by hand. */
export async function loadOwnBindings(customerId: string, subject: Subject): Promise<OwnBindings> {
  const item = await getItem(accessKey(customerId, subject));
  return (item?.['subjects'] as Bound | undefined)?.[subject] ?? {};
}

/** What all subjects were granted, or lost, by hand. */
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
