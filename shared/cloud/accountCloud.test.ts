import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, frozen } from '../../test/given.ts';
import { SEED, sized } from '../../test/size.ts';
import { Problem } from '../contract/problem.ts';
import type { CloudDelta } from '../customer/command.ts';
import { type AccountCloud, decide, decisionsBeside, LINKING_ROLE, rolesOn } from './accountCloud.ts';

const ANNA = { id: 'anna@wind.example', type: 'USER' } as const;
const ROBOT = { id: 'robot', type: 'SERVICE_ACCOUNT' } as const;
const ACME = { id: 'acme', type: 'PARTNER' } as const;
const cloudWith = (difference: Partial<AccountCloud> = {}): AccountCloud =>
  frozen({
    account: 'ivan@wind.example',
    name: 'prod',
    grants: { 'USER#anna@wind.example': { [LINKING_ROLE]: day(0) } } as AccountCloud['grants'],
    outstandingCharges: false,
    revision: 7,
    ...difference,
  });
const add = (subject: CloudDelta['subject'], expiresAt?: string): CloudDelta => ({
  action: 'ADD',
  roleId: LINKING_ROLE,
  subject,
  expiresAt,
});
const remove = (subject: CloudDelta['subject']): CloudDelta => ({ action: 'REMOVE', roleId: LINKING_ROLE, subject });
const decided = (cloud: AccountCloud, deltas: CloudDelta[], at = day(1)) => decide(cloud, deltas, new Date(at));
const roles = (cloud: AccountCloud, at = day(1)) => rolesOn(cloud, new Date(at));

describe('a decision of the holder', () => {
  test('grants a role from now on, for good or until a moment, to the millisecond', () => {
    const { after, effective } = decided(cloudWith({ grants: {} }), [add(ROBOT), add(ACME, day(2))]);
    expect(effective).toEqual([add(ROBOT), add(ACME, day(2))]);
    expect(after.revision).toBe(8);
    const robot = { subject: 'SERVICE_ACCOUNT#robot', roleId: LINKING_ROLE, grantedAt: day(1) };
    const acme = { subject: 'PARTNER#acme', roleId: LINKING_ROLE, grantedAt: day(1), expiresAt: day(2) };
    expect(roles(after)).toEqual([robot, acme]);
    expect(roles(after, '2026-05-02T23:59:59.999Z')).toEqual([robot, acme]);
    expect(roles(after, day(2))).toEqual([robot]);
    expect(roles(after, day(1000))).toEqual([robot]);
    // A role that has ended is granted anew.
    expect(roles(decided(after, [add(ACME)], day(3)).after, day(3))).toContainEqual({
      subject: 'PARTNER#acme',
      roleId: LINKING_ROLE,
      grantedAt: day(3),
    });
  });

  test('about a role that exists changes only its end, and not since when it exists', () => {
    const { after } = decided(cloudWith(), [add(ANNA, day(5))]);
    expect(roles(after)).toMatchObject([{ grantedAt: day(0), expiresAt: day(5) }]);
    const unlimited = decided(after, [add(ANNA)]);
    expect(roles(unlimited.after)).toEqual([
      { subject: 'USER#anna@wind.example', roleId: LINKING_ROLE, grantedAt: day(0) },
    ]);
  });

  test('revokes a role, whoever granted it; a later grant by the provider applies again', () => {
    const { after } = decided(cloudWith(), [remove(ANNA)]);
    expect(roles(after)).toEqual([]);
    const synced = (at: string) => ({ ...after, grants: { 'USER#anna@wind.example': { [LINKING_ROLE]: at } } });
    expect(roles(synced(day(0, 30)) as AccountCloud)).toEqual([]);
    expect(roles(synced(day(1)) as AccountCloud)).toEqual([]);
    expect(roles(synced(day(1, 1)) as AccountCloud)).toMatchObject([{ grantedAt: day(1, 1) }]);
    const { grants } = synced(day(1, 1)) as AccountCloud;
    expect(decisionsBeside(grants, after.decisions ?? {})).toEqual({});
    expect(decisionsBeside(cloudWith().grants, after.decisions ?? {})).toEqual(after.decisions);
  });

  test('applies, too, if the provider’s clock is ahead', () => {
    const ahead = cloudWith({
      grants: { 'USER#anna@wind.example': { [LINKING_ROLE]: day(3) } } as AccountCloud['grants'],
    });
    expect(roles(decided(ahead, [remove(ANNA)]).after, day(4))).toEqual([]);
  });

  test('that changes nothing is none: a role that is so already, or one of the holder', () => {
    const holder = { id: 'ivan@wind.example', type: 'USER' } as const;
    expect(decided(cloudWith(), [add(ANNA), remove(ROBOT), remove(holder), add(holder)]).effective).toEqual([]);
    expect(
      roles(cloudWith({ grants: { 'USER#ivan@wind.example': { member: day(0) } } as AccountCloud['grants'] })),
    ).toEqual([]);
  });

  test('is refused beyond 300 of them, unless it only revokes', () => {
    const many = Array.from({ length: 300 }, (_, i) => add({ id: `robot-${i}`, type: 'SERVICE_ACCOUNT' }));
    const { after } = decided(cloudWith(), many);
    expect(() => decided(after, [add(ROBOT)])).toThrow(Problem);
    expect(decided(after, [remove(ANNA)]).effective).toHaveLength(1);
    expect(decided(after, [add({ id: 'robot-1', type: 'SERVICE_ACCOUNT' }, day(9))]).effective).toHaveLength(1);
  });
});

test('after any history of records and decisions, the later of the two decides about each role', () => {
  const subject = fc.constantFrom(ANNA, ROBOT, ACME);
  const step = fc.record({
    what: fc.constantFrom('ADD', 'REMOVE', 'record', 'record nobody'),
    subject,
    ends: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let cloud = cloudWith({ grants: {} });
      /** Until when each subject has the role, by the newest word about it. */
      const until = new Map<string, string>();
      for (const [
        minute,
        {
          what,
          subject: { id, type },
          ends,
        },
      ] of steps.entries()) {
        const now = day(0, minute);
        const key = `${type}#${id}`;
        if (what === 'ADD' || what === 'REMOVE') {
          const end = ends === undefined ? undefined : day(0, minute + ends);
          cloud = decided(cloud, [what === 'ADD' ? add({ id, type }, end) : remove({ id, type })], now).after;
          until.set(key, what === 'ADD' ? (end ?? '~') : '');
        } else {
          // The provider records a new grant, or the same grants as before without one.
          const { [key as 'USER#']: _, ...others } = cloud.grants;
          const grants = (
            what === 'record' ? { ...others, [key]: { [LINKING_ROLE]: now } } : others
          ) as AccountCloud['grants'];
          // A decision of the same moment comes first.
          const decision = cloud.decisions?.[key as 'USER#']?.[LINKING_ROLE];
          cloud = { ...cloud, grants, decisions: decisionsBeside(grants, cloud.decisions ?? {}) };
          if (what === 'record' && !(decision && decision.at >= now)) until.set(key, '~');
          if (what === 'record nobody' && !decision) until.set(key, '');
        }
        const held = roles(cloud, now).map((role) => role.subject);
        for (const [each, end] of until) expect(held.includes(each as 'USER#'), `${each} at ${minute}`).toBe(end > now);
      }
    }),
    { numRuns: sized(500, 10_000), seed: SEED },
  );
});
