/** Which clouds are a customer's own. Only these are billed to its subaccount. */
import { loadAccessWithOrigins } from '../access/bindings.ts';
import { customersSide, loadPeopleAround, NOBODY, type People } from '../access/customersSide.ts';
import { isContact } from '../access/grants.ts';
import { loadMember } from '../access/member.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';

/**
 * Whether a cloud is a customer's own. Its account must be
 *
 * - the account of the customer's contact, or
 * - the caller's own account, if the customer's side has given the caller a role on the subaccount, or
 * - for a customer that its partner serves as a reseller: the account of a member of the partner.
 *
 * @param holder the person whose account the cloud belongs to
 */
export function isOwnCloud(customer: Customer, holder: Subject, caller: Subject, people: People): boolean {
  if (customer.email === null) return people.members.has(holder);
  return isContact(customer, holder) || (holder === caller && customersSide(customer, people).side.has(caller));
}

/** The people that `isOwnCloud` needs to know of for clouds of these holders. Mostly, this reads nothing. */
export async function loadPeople(customer: Customer, holders: Subject[], caller: Subject): Promise<People> {
  if (customer.email === null) return { ...NOBODY, members: await membersAmong(customer, holders) };
  if (isContact(customer, caller) || !customer.ownBindings || !holders.includes(caller)) return NOBODY;
  const { bound } = await loadAccessWithOrigins(customer);
  return loadPeopleAround(customer, bound, [caller]);
}

async function membersAmong({ partnerId }: Customer, subjects: Subject[]): Promise<Set<Subject>> {
  const members = await Promise.all([...new Set(subjects)].map(loadMember));
  return new Set(members.flatMap((member) => (member?.partnerId === partnerId ? [member.subject] : [])));
}
