import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { day, frozen } from '../../test/given.ts';
import { SEED, sized } from '../../test/size.ts';
import { billingRole } from '../contract/roles.ts';
import type { CloudDelta } from '../customer/command.ts';
import { type AccountCloud, decide, decisionsBeside, knowsCloud, LINKING_ROLE, rolesOn } from './accountCloud.ts';

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

  test('that changes nothing now stands, too: against an older grant that is recorded later, and against the end of a record', () => {
    const { after, effective } = decided(cloudWith(), [add(ANNA), remove(ROBOT)]);
    expect(effective).toEqual([]);
    const synced = { ...after, grants: { 'SERVICE_ACCOUNT#robot': { [LINKING_ROLE]: day(0) } } } as AccountCloud;
    expect(roles(synced)).toEqual([{ subject: 'USER#anna@wind.example', roleId: LINKING_ROLE, grantedAt: day(0) }]);
    // A repeated revocation is later than a grant between the two.
    const again = decided(after, [remove(ROBOT)], day(3)).after;
    const between = { 'SERVICE_ACCOUNT#robot': { [LINKING_ROLE]: day(2) } } as AccountCloud['grants'];
    expect(roles({ ...again, grants: between }, day(4)).map(({ subject }) => subject)).not.toContain(
      'SERVICE_ACCOUNT#robot',
    );
  });

  test('leaves the roles of the holder out', () => {
    expect(
      roles(cloudWith({ grants: { 'USER#ivan@wind.example': { member: day(0) } } as AccountCloud['grants'] })),
    ).toEqual([]);
  });

  test('is refused beyond 300 of them, unless it only revokes', () => {
    const many = Array.from({ length: 300 }, (_, i) => add({ id: `robot-${i}`, type: 'SERVICE_ACCOUNT' }));
    const { after } = decided(cloudWith(), many);
    const refused = expect.objectContaining({
      code: 'TOO_MANY_BINDINGS',
      message: expect.stringContaining('Revoke a role that nobody needs any more, then grant this one.'),
    });
    expect(() => decided(after, [add(ROBOT)])).toThrow(refused);
    expect(() => decided(after, [remove(ANNA), add(ROBOT)])).toThrow(refused);
    expect(decided(after, [remove(ANNA)]).effective).toHaveLength(1);
    expect(decided(after, [add({ id: 'robot-1', type: 'SERVICE_ACCOUNT' }, day(9))]).effective).toHaveLength(1);
    // A decision about a grant of the provider's is kept, although it only revokes.
    const revoked = decided(cloudWith(), [remove(ANNA), ...many.slice(1)]).after;
    expect(() => decided(revoked, [add(ROBOT)])).toThrow(refused);
    expect(roles(decided(revoked, [remove({ id: 'robot-1', type: 'SERVICE_ACCOUNT' })]).after)).toHaveLength(298);
  });

  test('takes the place of the oldest one that grants nothing any more, so that the holder of a cloud can always go on', () => {
    const robot = (i: number) => ({ id: `robot-${i}`, type: 'SERVICE_ACCOUNT' }) as const;
    let cloud = cloudWith();
    for (let i = 0; i < 400; i++) {
      cloud = decided(cloud, [add(robot(i), day(1, i + 1))], day(1, i)).after;
      cloud = decided(cloud, [add(robot(-i)), remove(robot(-i))], day(1, i)).after;
    }
    const about = Object.keys(cloud.decisions ?? {});
    expect(about).toHaveLength(300);
    expect(about).toContain('SERVICE_ACCOUNT#robot--399');
    expect(about).not.toContain('SERVICE_ACCOUNT#robot-1');
  });

  test('that is repeated is as new as the repetition', () => {
    const robot = (i: number) => ({ id: `robot-${i}`, type: 'SERVICE_ACCOUNT' }) as const;
    const many = Array.from({ length: 298 }, (_, i) => remove(robot(i)));
    let cloud = decided(cloudWith(), [remove(ROBOT), remove(ACME)], day(1)).after;
    cloud = decided(cloud, many, day(2)).after;
    cloud = decided(cloud, [remove(ROBOT)], day(3)).after;
    cloud = decided(cloud, [add(ANNA)], day(4)).after;
    expect(Object.keys(cloud.decisions ?? {})).toHaveLength(300);
    expect(cloud.decisions).toHaveProperty(['SERVICE_ACCOUNT#robot']);
    expect(cloud.decisions).not.toHaveProperty(['PARTNER#acme']);
  });
});

describe('a cloud is known to', () => {
  const knows = (subject: 'USER#ivan@wind.example' | 'USER#anna@wind.example' | 'USER#eve@wind.example') =>
    knowsCloud(cloudWith(), { subject, membership: undefined }, new Date(day(1)));

  test('its holder, who has no role on it, to a person with a role on it, and to nobody else', () => {
    expect(knows('USER#ivan@wind.example')).toBe(true);
    expect(knows('USER#anna@wind.example')).toBe(true);
    expect(knows('USER#eve@wind.example')).toBe(false);
  });

  test('a person whose role on it ends, until then', () => {
    const { after } = decided(cloudWith(), [add(ANNA, day(2))]);
    const anna = { subject: 'USER#anna@wind.example', membership: undefined } as const;
    expect(knowsCloud(after, anna, new Date(day(1, 1)))).toBe(true);
    expect(knowsCloud(after, anna, new Date(day(2)))).toBe(false);
  });

  test('a member of a partner with a role on it, if the member may link clouds', () => {
    const { after } = decided(cloudWith(), [add(ACME)]);
    const eve = (partnerId: string, role: string) =>
      knowsCloud(
        after,
        { subject: 'USER#eve@wind.example', membership: { partnerId, roles: [billingRole(role)] } },
        new Date(day(1)),
      );
    expect(eve('acme', 'owner')).toBe(true);
    expect(eve('acme', 'viewer')).toBe(false);
    expect(eve('globex', 'owner')).toBe(false);
  });
});

test('after any history of records and decisions, the later of the two decides about each role', () => {
  const subject = fc.constantFrom(ANNA, ROBOT, ACME);
  const step = fc.record({
    what: fc.constantFrom('ADD', 'REMOVE', 'record', 'record nobody'),
    subject,
    late: fc.integer({ min: 0, max: 10 }),
    ends: fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let cloud = cloudWith({ grants: {} });
      /** The grants in the provider's records, and the holder's decisions: by subject, when, and until when the role is held. */
      const recorded = new Map<string, string>();
      const decisions = new Map<string, { at: string; end: string }>();
      for (const [
        minute,
        {
          what,
          subject: { id, type },
          ends,
          late,
        },
      ] of steps.entries()) {
        const now = day(0, minute);
        const key = `${type}#${id}`;
        if (what === 'ADD' || what === 'REMOVE') {
          const end = ends === undefined ? undefined : day(0, minute + ends);
          cloud = decided(cloud, [what === 'ADD' ? add({ id, type }, end) : remove({ id, type })], now).after;
          decisions.set(key, { at: now, end: what === 'ADD' ? (end ?? '~') : '' });
        } else {
          // The provider records a grant, maybe one of some minutes ago, or the same grants as before without one.
          const since = day(0, Math.max(0, minute - late));
          const { [key as 'USER#']: _, ...others } = cloud.grants;
          const grants = (
            what === 'record' ? { ...others, [key]: { [LINKING_ROLE]: since } } : others
          ) as AccountCloud['grants'];
          cloud = { ...cloud, grants, decisions: decisionsBeside(grants, cloud.decisions ?? {}) };
          recorded.delete(key);
          if (what === 'record') recorded.set(key, since);
          if (what === 'record' && since > (decisions.get(key)?.at ?? '')) decisions.delete(key);
        }
        const held = roles(cloud, now).map((role) => role.subject);
        for (const each of [ANNA, ROBOT, ACME].map((one) => `${one.type}#${one.id}`)) {
          const end = decisions.get(each)?.end ?? (recorded.has(each) ? '~' : '');
          expect(held.includes(each as 'USER#'), `${each} at ${minute}`).toBe(end > now);
        }
      }
    }),
    { numRuns: sized(500, 10_000), seed: SEED },
  );
});
