/**
 * Departures: a person or a service account that has left the partner holds nothing on its customers that was granted before. The time of
 * the departure is read when roles are judged, so no customer is changed by it.
 */
import type { Customer } from '../customer/customer.ts';
import { inParallel } from '../inParallel.ts';
import { leftKey, type Subject } from '../table/keys.ts';
import { getItem } from '../table/table.ts';
import { loadOwnBindings } from './bindings.ts';
import { type Caller, type Grants, grantsOn, type Membership, type OwnBindings } from './grants.ts';
import { holdsRole } from './rolePermissions.ts';

/** How many departures are read at the same time. */
const PARALLEL = 20;

/** When each of the subjects has last left the partner (RFC 3339). Subjects that never left are not in it. */
export type Departures = Map<Subject, string>;

/** The departures of some subjects from a partner. */
export async function loadDepartures(partnerId: string, subjects: Subject[]): Promise<Departures> {
  const departures: Departures = new Map();
  await inParallel([...new Set(subjects)], PARALLEL, async (subject) => {
    const left = await getItem(leftKey(subject, partnerId));
    if (left) departures.set(subject, left['leftAt'] as string);
  });
  return departures;
}

/**
 * The roles of a caller with regard to a customer, as they are now. Reads whether the caller has left the partner only if that matters.
 *
 * @param known the caller's roles by hand, if they have been read already
 */
export async function loadGrants(
  customer: Customer,
  caller: Pick<Caller, 'subject'>,
  membership: Membership | undefined,
  known?: OwnBindings,
): Promise<Grants> {
  const { subject } = caller;
  const own = known ?? (customer.ownBindings ? await loadOwnBindings(customer.id, subject) : {});
  const departures = losesByLeaving(customer, caller, membership, own)
    ? await loadDepartures(customer.partnerId, [subject])
    : undefined;
  return grantsOn(customer, caller, membership, own, departures?.get(subject));
}

/** A time after all others. */
const EVER = '9';

/** Whether the caller holds a role that a departure would take, and that no other of its roles contains. */
export function losesByLeaving(
  customer: Customer,
  caller: Pick<Caller, 'subject'>,
  membership: Membership | undefined,
  own: OwnBindings,
): boolean {
  const { onSubaccount } = grantsOn(customer, caller, membership, own);
  const kept = grantsOn(customer, caller, membership, own, EVER);
  const held = [...kept.onPartnerAccount, ...kept.onSubaccount];
  return onSubaccount.some((role) => !holdsRole(held, role));
}
