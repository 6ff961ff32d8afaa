/** The people and service accounts with roles on a customer: each once, with all of its roles. */
import { ADMIN_ROLE, ASSIGNABLE_ROLES } from '../../shared/contract/roles.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import type { Me } from '../shell/me.ts';
import { type Binding, contactOf } from './mayOn.ts';

export type Person = { subject: Binding['subject']; roles: Binding[] };

/** Everybody with a role, once: the customer's people with the contact first, and the members of its partner. */
export function peopleOf(
  bindings: readonly Binding[],
  contact: string | null,
): { customers: Person[]; partners: Person[] } {
  const people = new Map<string, Person & { ofPartner: boolean }>();
  for (const binding of bindings) {
    const { subject, ofPartner = false } = binding;
    const key = `${subject.type} ${subject.id}`;
    const known = people.get(key) ?? { subject, roles: [], ofPartner };
    people.set(key, { ...known, roles: [...known.roles, binding], ofPartner: known.ofPartner || ofPartner });
  }
  const rank = ({ subject: { id } }: Person) => (id === contact ? 0 : 1);
  const sorted = [...people.values()].sort(
    (one, other) => rank(one) - rank(other) || (one.subject.id < other.subject.id ? -1 : 1),
  );
  const side = (isPartners: boolean) =>
    sorted.filter(({ ofPartner }) => ofPartner === isPartners).map(({ subject, roles }) => ({ subject, roles }));
  return { customers: side(false), partners: side(true) };
}

/** Why a person who may grant roles can't revoke one: `access.hindrances.<hindrance>`. */
export type Hindrance = 'MEMBERSHIP' | 'ORGANIZATION' | 'CONTACT' | 'INVITATION' | 'NOT_HELD';

/**
 * The reason for which a person can't revoke a role. The server checks this again.
 *
 * @param giveRoles the roles that the person may grant and revoke
 * @returns undefined if the person can revoke it
 */
export function hindranceOf(
  me: Me,
  customer: Customer,
  { roleId, subject, resource, ofMembership }: Binding,
  giveRoles: readonly string[],
): Hindrance | undefined {
  if (resource === 'ORGANIZATION') return 'ORGANIZATION';
  if (ofMembership) return 'MEMBERSHIP';
  if (roleId === ADMIN_ROLE && subject.id === contactOf(customer) && subject.id !== me.user.email) return 'CONTACT';
  if (!(ASSIGNABLE_ROLES as readonly string[]).includes(roleId)) return 'INVITATION';
  return giveRoles.includes(roleId) ? undefined : 'NOT_HELD';
}
