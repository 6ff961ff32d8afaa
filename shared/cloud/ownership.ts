/** Which clouds are a customer's own. Only these are billed to its subaccount. */
import { loadAccessWithOrigins } from '../access/bindings.ts';
import { isContact } from '../access/grants.ts';
import { loadMember } from '../access/member.ts';
import type { Customer } from '../customer/customer.ts';
import { leftKey, type Subject } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

/** A role that was granted on the subaccount by hand: by whom, and when (RFC 3339). */
export type GivenRole = { by: string; at: string };

/** The people on whom it depends which clouds are a customer's own. */
export type People = {
  /** The people who belong to the customer's partner now. */
  members: ReadonlySet<string>;
  /** When the people who have left the partner did so for the last time. */
  left: ReadonlyMap<string, string>;
  /** The roles on the subaccount that people hold by hand. */
  given: ReadonlyMap<string, readonly GivenRole[]>;
};

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
  return isContact(customer, holder) || (holder === caller && customersSide(customer, people).has(caller));
}

/**
 * The people to whom the customer's side has given a role on the subaccount: first the contact gave one, then those to whom it gave one,
 * and so on. Roles that the partner's people gave don't count, nor do those that ended when their holder left the partner.
 */
function customersSide(customer: Customer, { members, left, given }: People): Set<string> {
  const side = new Set<string>();
  const ofPartner = (subject: string, at: string) => members.has(subject) || (left.get(subject) ?? '') >= at;
  const roles = [...given].flatMap(([to, each]) => each.map((role) => ({ ...role, to })));
  for (const { to, by, at } of roles.sort((one, other) => (one.at < other.at ? -1 : 1))) {
    const ended = (left.get(to) ?? '') >= at;
    const gives = isContact(customer, by as Subject) || (side.has(by) && !ofPartner(by, at));
    if (gives && !ended) side.add(to);
  }
  return side;
}

/** The people that `isOwnCloud` needs to know of for clouds of these holders. Mostly, this reads nothing. */
export async function loadPeople(customer: Customer, holders: Subject[], caller: Subject): Promise<People> {
  const nobody: People = { members: new Set(), left: new Map(), given: new Map() };
  if (customer.email === null) return { ...nobody, members: await membersAmong(customer, holders) };
  if (isContact(customer, caller) || !customer.ownBindings || !holders.includes(caller)) return nobody;
  const given = await rolesGiven(customer);
  const chain = chainOf(caller, given);
  const left = await Promise.all(
    chain.map(async (subject) => [subject, (await getItem(leftKey(subject, customer.partnerId)))?.['leftAt']] as const),
  );
  return {
    members: await membersAmong(customer, chain),
    left: new Map(left.flatMap(([subject, leftAt]) => (leftAt === undefined ? [] : [[subject, String(leftAt)]]))),
    given,
  };
}

async function membersAmong({ partnerId }: Customer, subjects: Subject[]): Promise<Set<Subject>> {
  const members = await Promise.all([...new Set(subjects)].map(loadMember));
  return new Set(members.flatMap((member) => (member?.partnerId === partnerId ? [member.subject] : [])));
}

/** The roles that people hold by hand. */
async function rolesGiven(customer: Customer): Promise<Map<Subject, GivenRole[]>> {
  const { bound } = await loadAccessWithOrigins(customer);
  return new Map(
    Object.entries(bound).map(([subject, own]) => [
      subject as Subject,
      Object.values(own).flatMap((role) => (typeof role === 'object' && role.granted ? [role] : [])),
    ]),
  );
}

/** A person, the people who gave a role to this person, the people who gave a role to these, and so on. */
function chainOf(person: Subject, given: ReadonlyMap<string, readonly GivenRole[]>): Subject[] {
  const chain = [person];
  for (const subject of chain) {
    for (const { by } of given.get(subject) ?? []) if (!chain.includes(by as Subject)) chain.push(by as Subject);
  }
  return chain;
}
