import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customerOf, day, frozen, type Happened } from '../../test/given.ts';
import { billingRole } from '../contract/roles.ts';
import type { AccessDelta } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import type { CustomerEvent } from '../customer/event.ts';
import { accessKey, boundKey, duePartition, myCustomersOf, type Subject } from '../table/keys.ts';
import { applyDeltas, withOrigins } from './bindings.ts';
import { isGranted } from './grants.ts';
import { bindingWrites } from './pointers.ts';

const invited: Happened = {
  type: 'CustomerInvited',
  data: {
    name: 'Wind',
    role: 'Partner',
    person: {},
    language: 'en',
    adminEmails: ['admin@wind.example'],
    partnerId: 'acme',
    email: 'ivan@wind.example',
    nonce: 'n1',
    expiresAt: day(14),
  },
};
const customer = customerOf(invited) as Customer;
const ADMIN = billingRole('admin');
const EDITOR = billingRole('editor');
const VIEWER = billingRole('viewer');
const ANNA: Subject = 'USER#anna@x.example';
const NAMED: Subject = 'USER#admin@wind.example';
const CREATOR: Subject = 'USER#owner@acme.example';

type Bound = Parameters<typeof applyDeltas>[1];
const delta = (action: AccessDelta['action'], subject: Subject, roleId: string): AccessDelta => {
  const [type = '', id = ''] = subject.split('#');
  return { action, roleId, subject: { id, type: type as 'USER' } };
};
const add = (subject: Subject, roleId: string) => delta('ADD', subject, roleId);
const remove = (subject: Subject, roleId: string) => delta('REMOVE', subject, roleId);
/** Who makes the changes of these tests, and when. */
const ORIGIN = { by: 'USER#boss@acme.example', at: day(2) } as const;
const GRANTED = { granted: true, ...ORIGIN };
const REVOKED = { granted: false, ...ORIGIN };
const EARLIER = { granted: true, by: CREATOR, at: day(1) } as const;
const apply = (before: Bound, ...deltas: AccessDelta[]) =>
  applyDeltas(customer, frozen(before), frozen(deltas), ORIGIN);

describe('a change of access', () => {
  test.each<[what: string, before: Bound, AccessDelta, after: Bound]>([
    ['grants a role', {}, add(ANNA, VIEWER), { [ANNA]: { [VIEWER]: GRANTED } }],
    [
      'grants a role beside others',
      { [ANNA]: { [EDITOR]: EARLIER } },
      add(ANNA, VIEWER),
      { [ANNA]: { [EDITOR]: EARLIER, [VIEWER]: GRANTED } },
    ],
    [
      'grants a role to a service account',
      {},
      add('SERVICE_ACCOUNT#robot', VIEWER),
      { 'SERVICE_ACCOUNT#robot': { [VIEWER]: GRANTED } },
    ],
    [
      'revokes a role that was granted, and leaves nothing of it',
      { [ANNA]: { [EDITOR]: true, [VIEWER]: true } },
      remove(ANNA, VIEWER),
      { [ANNA]: { [EDITOR]: true } },
    ],
    ['revokes the last role', { [ANNA]: { [VIEWER]: true } }, remove(ANNA, VIEWER), { [ANNA]: {} }],
    [
      'revokes the role of an administrator that was named at the registration',
      {},
      remove(NAMED, ADMIN),
      { [NAMED]: { [ADMIN]: REVOKED } },
    ],
    [
      'revokes this role also if it was granted by hand as well',
      { [NAMED]: { [ADMIN]: EARLIER } },
      remove(NAMED, ADMIN),
      { [NAMED]: { [ADMIN]: REVOKED } },
    ],
    [
      'revokes the role of the person who registered the customer, member or not',
      {},
      remove(CREATOR, ADMIN),
      { [CREATOR]: { [ADMIN]: REVOKED } },
    ],
    [
      'grants again a role that was revoked',
      { [NAMED]: { [ADMIN]: { ...EARLIER, granted: false } } },
      add(NAMED, ADMIN),
      { [NAMED]: { [ADMIN]: GRANTED } },
    ],
    [
      'grants again a role that was revoked before bindings had a time',
      { [NAMED]: { [ADMIN]: false } },
      add(NAMED, ADMIN),
      { [NAMED]: { [ADMIN]: GRANTED } },
    ],
    [
      'revokes a role that was granted before bindings had a time',
      { [NAMED]: { [ADMIN]: true } },
      remove(NAMED, ADMIN),
      { [NAMED]: { [ADMIN]: REVOKED } },
    ],
    [
      "leaves other people's roles",
      { [NAMED]: { [VIEWER]: true } },
      add(ANNA, VIEWER),
      { [NAMED]: { [VIEWER]: true }, [ANNA]: { [VIEWER]: GRANTED } },
    ],
  ])('%s', async (_, before, change, after) => {
    expect(await apply(before, change)).toEqual({ after, effective: [change] });
  });

  test.each<[what: string, before: Bound, AccessDelta]>([
    ['a role that is granted already', { [ANNA]: { [VIEWER]: EARLIER } }, add(ANNA, VIEWER)],
    ['a role that was granted before bindings had a time', { [ANNA]: { [VIEWER]: true } }, add(ANNA, VIEWER)],
    ['a role that is revoked already', { [NAMED]: { [ADMIN]: { ...EARLIER, granted: false } } }, remove(NAMED, ADMIN)],
    ['a role that was revoked before bindings had a time', { [NAMED]: { [ADMIN]: false } }, remove(NAMED, ADMIN)],
    ['a role that nobody granted', {}, remove(ANNA, VIEWER)],
    ['another role of an administrator that was named', {}, remove(NAMED, VIEWER)],
    ['the administrator role of a person who does not hold it', {}, remove(ANNA, ADMIN)],
  ])('does nothing for %s', async (_, before, change) => {
    expect(await apply(before, change)).toEqual({ after: before, effective: [] });
  });

  const CONTACT: Subject = 'USER#ivan@wind.example';
  const confirmed = customerOf(invited, {
    type: 'InvitationAccepted',
    data: { organization: { id: 'bpfaaaaaaaaaaaaaaaaa', name: 'Wind' } },
  }) as Customer;

  test('grants once more what the other side has granted, if the customer’s side grants it', async () => {
    const CHIEF: Subject = 'USER#chief@wind.example';
    const given = (by: Subject): Bound => ({ [ANNA]: { [VIEWER]: { granted: true, by, at: day(1) } } });
    const by = async (granter: Subject, before: Bound, gives?: (one: Subject, at: string) => boolean) =>
      (await applyDeltas(confirmed, before, [add(ANNA, VIEWER)], { by: granter, at: day(3) }, gives)).after[ANNA];
    const taken = { [VIEWER]: { granted: true, by: CONTACT, at: day(3) } };
    expect(await by(CONTACT, given(CREATOR))).toEqual(taken);
    expect(await by(CONTACT, { [ANNA]: { [VIEWER]: true } })).toEqual(taken);
    for (const granter of [CONTACT, CREATOR]) expect(await by(granter, given(CONTACT))).toEqual(given(CONTACT)[ANNA]);
    // Beside the contact, those whom the caller names, at the time of their grant.
    const gives = (one: Subject, at: string) => one === CHIEF && at > day(2);
    expect(await by(CHIEF, given(CREATOR), gives)).toMatchObject({ [VIEWER]: { by: CHIEF } });
    expect(await by(CHIEF, given(CHIEF), gives)).toMatchObject({ [VIEWER]: { at: day(3) } });
    expect(await by(CREATOR, given(CREATOR), gives)).toEqual(given(CREATOR)[ANNA]);
  });

  test('does not take from the contact what it has by its confirmation, unless the contact asks for it', async () => {
    const deltas = [add(ANNA, VIEWER), remove(CONTACT, ADMIN)];
    await expect(applyDeltas(confirmed, {}, deltas, ORIGIN)).rejects.toThrow(
      expect.objectContaining({
        code: 'ROLE_OF_CONTACT',
        message: 'ivan@wind.example is the contact person who confirmed. Nobody else can take this role away.',
        extras: {
          errors: [
            {
              path: 'deltas.1.subject',
              message: 'ivan@wind.example is the contact person who confirmed',
              code: 'ROLE_OF_CONTACT',
              values: { id: 'ivan@wind.example' },
            },
          ],
        },
      }),
    );
    const own = { ...ORIGIN, by: CONTACT };
    const { after } = await applyDeltas(confirmed, {}, deltas, own);
    expect(after[CONTACT]).toEqual({ [ADMIN]: { ...own, granted: false } });
    // Another role of the contact, and the role of somebody else.
    expect(
      (await applyDeltas(confirmed, {}, [add(CONTACT, VIEWER), remove(CONTACT, VIEWER)], ORIGIN)).effective,
    ).toHaveLength(2);
    expect((await applyDeltas(confirmed, {}, [remove(NAMED, ADMIN)], ORIGIN)).effective).toHaveLength(1);
  });

  test('applies several changes one after the other', async () => {
    const deltas = [add(ANNA, VIEWER), add(ANNA, VIEWER), add(ANNA, EDITOR), remove(ANNA, VIEWER)];
    expect(await apply({}, ...deltas)).toEqual({
      after: { [ANNA]: { [EDITOR]: GRANTED } },
      effective: [deltas[0], deltas[2], deltas[3]],
    });
  });

  test('leaves at most 1,000 roles that were granted or revoked by hand', async () => {
    const full: Bound = {
      [NAMED]: { [ADMIN]: false },
      ...Object.fromEntries(Array.from({ length: 998 }, (_, n) => [`USER#${n}@x.example`, { [VIEWER]: true }])),
    };
    const { after } = await apply(full, add(ANNA, VIEWER));
    await expect(apply(after, add(ANNA, EDITOR))).rejects.toThrow(
      expect.objectContaining({
        code: 'TOO_MANY_BINDINGS',
        message: 'A subaccount has at most 1000 access bindings of its own. Revoke some first.',
      }),
    );
    expect((await apply(after, remove(ANNA, VIEWER), add(ANNA, EDITOR))).effective).toHaveLength(2);
  });

  test('leaves each person with a role or without it, as the last change about the role says', async () => {
    const anyDelta = fc
      .tuple(
        fc.constantFrom('ADD' as const, 'REMOVE' as const),
        fc.constantFrom(ANNA, NAMED, CREATOR),
        fc.constantFrom(ADMIN, VIEWER),
      )
      .map(([action, subject, roleId]) => delta(action, subject, roleId));
    await fc.assert(
      fc.asyncProperty(fc.array(anyDelta, { maxLength: 8 }), async (deltas) => {
        const { after } = await apply({}, ...deltas);
        for (const { action, subject, roleId } of new Map(
          deltas.map((each) => [`${each.subject.id} ${each.roleId}`, each]),
        ).values()) {
          const own = after[`USER#${subject.id}`]?.[roleId];
          expect(isGranted(own)).toBe(action === 'ADD');
        }
      }),
    );
  });
});

describe('a binding that was stored without who changed it and when', () => {
  const events = (...changes: [at: string, by: Subject, ...AccessDelta[]][]) =>
    changes.map(
      ([at, actor, ...deltas], i): CustomerEvent => ({
        type: 'AccessUpdated',
        data: { deltas },
        customerId: customer.id,
        version: i + 2,
        at,
        actor,
      }),
    );
  const first: Subject = 'USER#first@acme.example';
  const second: Subject = 'USER#second@acme.example';

  test('takes both from the newest event about the role', () => {
    const history = events(
      [day(1), first, add(ANNA, VIEWER), add(NAMED, VIEWER), remove(NAMED, ADMIN)],
      [day(2), second, remove(ANNA, VIEWER), add(ANNA, EDITOR)],
      [day(3), second, add(ANNA, VIEWER)],
      [day(4), second, add('SERVICE_ACCOUNT#anna@x.example', VIEWER)],
    );
    const bound: Bound = { [ANNA]: { [VIEWER]: true, [EDITOR]: true }, [NAMED]: { [VIEWER]: true, [ADMIN]: false } };
    expect(withOrigins(frozen(bound), history)).toEqual({
      [ANNA]: {
        [VIEWER]: { granted: true, by: second, at: day(3) },
        [EDITOR]: { granted: true, by: second, at: day(2) },
      },
      [NAMED]: {
        [VIEWER]: { granted: true, by: first, at: day(1) },
        [ADMIN]: { granted: false, by: first, at: day(1) },
      },
    });
  });

  test('stays as it is if no event is about it, and so does a binding that was stored with both', () => {
    const bound: Bound = { [ANNA]: { [VIEWER]: true, [EDITOR]: EARLIER } };
    expect(withOrigins(frozen(bound), events([day(3), second, add(ANNA, EDITOR)]))).toEqual(bound);
  });
});

describe('the writes of a change of access', () => {
  const now = new Date(day(1));
  const item = (subject: Subject) => accessKey(customer.id, subject);
  const none = { bound: {}, owed: {} };
  const written = ({ alongside }: ReturnType<typeof bindingWrites>) =>
    alongside.map(({ write: { Put, Delete }, refused }) => {
      expect(refused).toBe('conflict');
      const { format: _, ...put } = Put?.Item ?? {};
      return Put ? { put } : { delete: Delete?.Key };
    });
  /** Another person whose bindings stand in the same item. */
  const neighbour = (subject: Subject): Subject => {
    for (let n = 0; ; n++) {
      const other: Subject = `USER#${n}@x.example`;
      if (item(other).sk === item(subject).sk) return other;
    }
  };

  test('put the item with the bindings, and the pointer by which the person finds the customer', () => {
    const writes = bindingWrites(customer, none, { [ANNA]: { [VIEWER]: true } }, now);
    expect(writes.owing).toEqual([]);
    expect(written(writes)).toEqual([
      { put: { ...item(ANNA), subjects: { [ANNA]: { [VIEWER]: true } } } },
      { put: { ...boundKey(ANNA, customer.id), customerId: customer.id } },
    ]);
  });

  test('delete the pointer of a person who holds nothing any more, and forget the person', () => {
    const before = { bound: { [ANNA]: { [VIEWER]: true } }, owed: {} };
    expect(written(bindingWrites(customer, before, { [ANNA]: {} }, now))).toEqual([
      { put: { ...item(ANNA), subjects: {} } },
      { delete: boundKey(ANNA, customer.id) },
    ]);
  });

  test('keep the pointer of a named administrator, and delete it with the last role', () => {
    const before = { bound: { [NAMED]: { [VIEWER]: true } }, owed: {} };
    expect(written(bindingWrites(customer, before, { [NAMED]: {} }, now))).toEqual([
      { put: { ...item(NAMED), subjects: {} } },
      { put: { ...boundKey(NAMED, customer.id), customerId: customer.id } },
    ]);
    const lost = written(bindingWrites(customer, none, { [NAMED]: { [ADMIN]: false } }, now));
    expect(lost).toEqual([
      { put: { ...item(NAMED), subjects: { [NAMED]: { [ADMIN]: false } } } },
      { delete: boundKey(NAMED, customer.id) },
    ]);
  });

  test('put no pointer for an invitation alone, because the invitation is a pointer itself', () => {
    const INVITEE: Subject = 'USER#ivan@wind.example';
    const before = { bound: { [INVITEE]: { [VIEWER]: true } }, owed: {} };
    expect(written(bindingWrites(customer, before, { [INVITEE]: {} }, now))[1]).toEqual({
      delete: boundKey(INVITEE, customer.id),
    });
  });

  test('touch only the items of people whose bindings changed, and keep the other bindings in them', () => {
    const [same, elsewhere] = [neighbour(ANNA), CREATOR];
    expect(item(elsewhere).sk).not.toBe(item(ANNA).sk);
    const before = { bound: { [same]: { [EDITOR]: true }, [elsewhere]: { [VIEWER]: true } }, owed: {} };
    const after = { ...before.bound, [ANNA]: { [VIEWER]: true } };
    expect(written(bindingWrites(customer, before, after, now))).toEqual([
      { put: { ...item(ANNA), subjects: { [same]: { [EDITOR]: true }, [ANNA]: { [VIEWER]: true } } } },
      { put: { ...boundKey(ANNA, customer.id), customerId: customer.id } },
    ]);
    expect(written(bindingWrites(customer, before, before.bound, now))).toEqual([]);
  });

  test('keep the pointers that an item still owes', () => {
    const before = { bound: {}, owed: { [item(ANNA).sk]: ['PERSON#x'], [item(CREATOR).sk]: ['PERSON#y'] } };
    const writes = bindingWrites(customer, before, { [ANNA]: { [VIEWER]: true } }, now);
    expect(writes.owing).toEqual([item(ANNA)]);
    expect(written(writes)[0]).toEqual({
      put: {
        ...item(ANNA),
        subjects: { [ANNA]: { [VIEWER]: true } },
        owed: ['PERSON#x'],
        due: duePartition('STATE', customer.id),
        dueAt: day(1),
      },
    });
  });

  test('leave the pointers to the schedule only if they do not fit into one transaction', () => {
    const people = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`USER#${n}@x.example`, { [VIEWER]: true }])) as Bound;
    const itemsOf = (bound: Bound) => new Set(Object.keys(bound).map((subject) => item(subject as Subject).sk)).size;
    // The customer's state, the event and the caller's membership take three of the hundred writes.
    const count = Array.from({ length: 100 }, (_, n) => n).findLast((n) => n + itemsOf(people(n)) <= 97) ?? 0;
    const fits = bindingWrites(customer, none, people(count), now);
    expect(fits).toMatchObject({ owing: [] });
    expect(fits.alongside).toHaveLength(count + itemsOf(people(count)));

    const bound = people(count + 1);
    const { alongside, owing } = bindingWrites(customer, none, bound, now);
    expect(alongside).toHaveLength(itemsOf(bound));
    expect(owing).toHaveLength(itemsOf(bound));
    const items = written({ alongside, owing }).map(({ put }) => put as { owed: string[]; sk: string; due: string });
    expect(items.flatMap(({ owed }) => owed).sort()).toEqual(
      (Object.keys(bound) as Subject[]).map((subject) => myCustomersOf(subject)).sort(),
    );
    for (const { owed, sk, due } of items) {
      expect(due).toBe(duePartition('STATE', customer.id));
      const here = (Object.keys(bound) as Subject[]).filter((subject) => item(subject).sk === sk);
      expect(owed).toEqual(here.map((subject) => myCustomersOf(subject)));
    }
  });
});
