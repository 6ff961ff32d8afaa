import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customerOf, day, type Happened, OWNER } from '../../test/given.ts';
import { SEED, sized } from '../../test/size.ts';
import type { GivenRole, People } from '../access/customersSide.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';
import { isOwnCloud } from './ownership.ts';

const CONTACT = 'USER#ivan@wind.example';
const ANNA = 'USER#anna@wind.example';
const BORIS = 'USER#boris@wind.example';
const CHIEF = 'USER#a@x.example';
const details = { name: 'Wind', role: 'Partner', person: {}, language: 'ru' as const, adminEmails: ['a@x.example'] };
const organization = { id: 'bpfaaaaaaaaaaaaaaaaa', name: "For subaccount 'Wind'" };
const invited: Happened = {
  type: 'CustomerInvited',
  data: { ...details, partnerId: 'acme', email: 'ivan@wind.example', nonce: 'n1', expiresAt: day(14) },
};
const accepted: Happened = { type: 'InvitationAccepted', data: { organization } };
const served: Happened = { type: 'CustomerRegistered', data: { ...details, partnerId: 'acme', organization } };
const confirmed = customerOf(invited, accepted) as Customer;

type Given = Record<Subject, GivenRole[]>;
const people = (
  given: Given = {},
  { members = [OWNER], left = {} }: { members?: Subject[]; left?: object } = {},
): People => ({
  members: new Set(members),
  left: new Map(Object.entries(left)),
  given: new Map(Object.entries(given)),
});
/** Whether the caller's own cloud is the customer's. */
const own = (caller: Subject, given: Given, others?: Parameters<typeof people>[1]) =>
  isOwnCloud(confirmed, caller, caller, people(given, others));

describe('a cloud is its own customer’s', () => {
  test('if it belongs to the contact, whoever links it', () => {
    for (const caller of [CONTACT, OWNER, ANNA] as const) {
      expect(isOwnCloud(confirmed, CONTACT, caller, people())).toBe(true);
      expect(isOwnCloud(customerOf(invited) as Customer, CONTACT, caller, people())).toBe(false);
    }
  });

  test('if it belongs to the caller, and the customer’s side gave the caller a role', () => {
    const given: Given = { [ANNA]: [{ by: CONTACT, at: day(1) }], [BORIS]: [{ by: ANNA, at: day(2) }] };
    for (const caller of [ANNA, BORIS] as const) expect(own(caller, given)).toBe(true);
    // The cloud of somebody else on the customer's side is that person's own.
    expect(isOwnCloud(confirmed, ANNA, BORIS, people(given))).toBe(false);
    expect(isOwnCloud(confirmed, ANNA, OWNER, people(given))).toBe(false);
  });

  test('not because of roles that the partner’s people gave, or of the registration', () => {
    expect(own(ANNA, { [ANNA]: [{ by: OWNER, at: day(1) }] })).toBe(false);
    for (const caller of [CHIEF, OWNER, BORIS] as const) expect(own(caller, {})).toBe(false);
    // A member to whom the contact gave a role may link clouds of its own. The roles that it gives don't count.
    const byMember: Given = { [OWNER]: [{ by: CONTACT, at: day(1) }], [BORIS]: [{ by: OWNER, at: day(2) }] };
    expect([own(OWNER, byMember), own(BORIS, byMember)]).toEqual([true, false]);
    const byLater: Given = { [ANNA]: [{ by: CONTACT, at: day(1) }], [BORIS]: [{ by: ANNA, at: day(2) }] };
    expect(own(BORIS, byLater, { members: [ANNA] })).toBe(false);
  });

  test('for people who have left the partner: because of roles that they got, and gave, afterwards', () => {
    const given: Given = { [ANNA]: [{ by: CONTACT, at: day(2) }], [BORIS]: [{ by: ANNA, at: day(4) }] };
    const leavingAt = (at: string) =>
      ([ANNA, BORIS] as const).map((caller) => own(caller, given, { members: [], left: { [ANNA]: at } }));
    expect(leavingAt(day(1))).toEqual([true, true]);
    expect(leavingAt(day(2))).toEqual([false, false]);
    expect(leavingAt(day(4))).toEqual([false, false]);
  });

  test('not because of a role that was given before its giver got one', () => {
    expect(own(BORIS, { [ANNA]: [{ by: CONTACT, at: day(3) }], [BORIS]: [{ by: ANNA, at: day(2) }] })).toBe(false);
    const circle: Given = { [ANNA]: [{ by: BORIS, at: day(2) }], [BORIS]: [{ by: ANNA, at: day(2) }] };
    expect(own(BORIS, circle)).toBe(false);
  });

  test('if its partner serves the customer as a reseller, and it belongs to a member of the partner', () => {
    const customer = customerOf(served) as Customer;
    for (const caller of [OWNER, ANNA] as const) {
      expect(isOwnCloud(customer, OWNER, caller, people())).toBe(true);
      expect(isOwnCloud(customer, caller, caller, people({}, { members: [] }))).toBe(false);
    }
    expect(isOwnCloud(customer, ANNA, ANNA, people({ [ANNA]: [{ by: OWNER, at: day(1) }] }))).toBe(false);
  });
});

describe('after any history of roles, members and departures', () => {
  const PEOPLE: Subject[] = [CONTACT, ANNA, BORIS, CHIEF, OWNER, 'USER#admin@acme.example'];
  const anyone = fc.constantFrom(...PEOPLE);
  const anyStory = fc.array(
    fc.record({ what: fc.constantFrom('give', 'give', 'give', 'take', 'join', 'leave'), by: anyone, to: anyone }),
    { maxLength: 30 },
  );

  /** A role, and whether everyone along whom it came acted for the customer when they gave it. */
  type Known = GivenRole & { fromCustomer: boolean };

  test('no cloud is billed to a customer that does not own it', () => {
    fc.assert(
      fc.property(anyStory, (story) => {
        const members = new Set<Subject>([OWNER]);
        const left = new Map<Subject, string>();
        const held = new Map<Subject, Known>();
        for (const [i, { what, by, to }] of story.entries()) {
          const at = day(1, i);
          // Only these may change roles on the subaccount.
          const may = by === CONTACT || members.has(by) || held.has(by);
          const actsForCustomer = by === CONTACT || (!members.has(by) && held.get(by)?.fromCustomer === true);
          if (what === 'give' && may && !held.has(to)) held.set(to, { by, at, fromCustomer: actsForCustomer });
          if (what === 'take' && may) held.delete(to);
          if (what === 'join') members.add(to);
          if (what === 'leave' && members.delete(to)) {
            left.set(to, at);
            const role = held.get(to);
            if (role) held.set(to, { ...role, fromCustomer: false });
          }
        }
        const given = new Map([...held].map(([subject, { by, at }]) => [subject as string, [{ by, at }]]));
        for (const holder of PEOPLE) {
          for (const caller of PEOPLE) {
            const owns = holder === CONTACT || (holder === caller && held.get(caller)?.fromCustomer === true);
            if (isOwnCloud(confirmed, holder, caller, { members, left, given }))
              expect(owns, `${holder} ${caller}`).toBe(true);
          }
        }
      }),
      { numRuns: sized(1000, 20_000), seed: SEED },
    );
  });
});
