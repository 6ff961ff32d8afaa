/** The customer's side: the people to whom the customer has given a role on its subaccount, and not its partner. */
import type { Customer } from '../customer/customer.ts';
import { inParallel } from '../inParallel.ts';
import type { Subject } from '../table/keys.ts';
import type { Bound } from './bindings.ts';
import { loadDepartures } from './departures.ts';
import { isContact } from './grants.ts';
import { loadMember } from './member.ts';

/** How many members are read at the same time. */
const PARALLEL = 20;

/** A role that was granted on the subaccount by hand: by whom, and when (RFC 3339). */
export type GivenRole = { by: string; at: string };

/** The people on whom it depends who is on the customer's side. */
export type People = {
  /** The people who belong to the customer's partner now. */
  members: ReadonlySet<string>;
  /** When the people who have left the partner did so for the last time. */
  left: ReadonlyMap<string, string>;
  /** The roles on the subaccount that people hold by hand. */
  given: ReadonlyMap<string, readonly GivenRole[]>;
};

/** Nobody has been given a role by hand. */
export const NOBODY: People = { members: new Set(), left: new Map(), given: new Map() };

/**
 * The people to whom the customer's side has given a role on the subaccount: first the contact gave one, then those to whom it gave one,
 * and so on. Roles that the partner's people gave don't count, nor do those that ended when their holder left the partner.
 *
 * @returns the people, and whether a role that somebody gives at a time is given by the customer's side
 */
export function customersSide(
  customer: Customer,
  { members, left, given }: People,
): { side: Set<string>; gives: (by: string, at: string) => boolean } {
  const side = new Set<string>();
  const ofPartner = (subject: string, at: string) => members.has(subject) || (left.get(subject) ?? '') >= at;
  const gives = (by: string, at: string) => isContact(customer, by as Subject) || (side.has(by) && !ofPartner(by, at));
  const roles = [...given].flatMap(([to, each]) => each.map((role) => ({ ...role, to })));
  for (const { to, by, at } of roles.sort((one, other) => (one.at < other.at ? -1 : 1))) {
    const ended = (left.get(to) ?? '') >= at;
    if (gives(by, at) && !ended) side.add(to);
  }
  return { side, gives };
}

/**
 * The people that `customersSide` needs to know of to judge some subjects.
 *
 * @param bound the roles by hand, with their origins
 */
export async function loadPeopleAround({ partnerId }: Customer, bound: Bound, subjects: Subject[]): Promise<People> {
  const given = new Map(
    Object.entries(bound).map(([subject, own]) => [
      subject,
      Object.values(own).flatMap((role) => (typeof role === 'object' && role.granted ? [role] : [])),
    ]),
  );
  // The subjects, the people who gave a role to these, the people who gave a role to those, and so on.
  const chain = new Set<Subject>(subjects);
  for (const subject of chain) for (const { by } of given.get(subject) ?? []) chain.add(by);
  const members = new Set<Subject>();
  await inParallel([...chain], PARALLEL, async (subject) => {
    if ((await loadMember(subject))?.partnerId === partnerId) members.add(subject);
  });
  return { members, left: await loadDepartures(partnerId, [...chain]), given };
}
