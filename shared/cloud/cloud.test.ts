import { describe, expect, test } from 'vitest';
import { day, vng, yandex } from '../../test/given.ts';
import type { Membership } from '../access/grants.ts';
import { type AccountCloud, LINKING_ROLE } from './accountCloud.ts';
import { linkObstacle } from './cloud.ts';

const OWNER = 'USER#ivan@wind.example';
const cloudWith = (difference: Partial<AccountCloud>): AccountCloud => ({
  account: 'mila@wind.example',
  name: 'prod',
  grants: { [OWNER]: { [LINKING_ROLE]: day(0) } },
  outstandingCharges: false,
  revision: 1,
  ...difference,
});
const obstacle = (difference: Partial<AccountCloud>, at = day(1), program = yandex, membership?: Membership) =>
  linkObstacle(cloudWith(difference), { subject: OWNER, membership }, new Date(at), program);

describe('an existing cloud', () => {
  test('can be linked by an owner of the cloud', () => {
    expect(obstacle({})).toBeUndefined();
    expect(obstacle({ billedTo: 'someone else' })).toBeUndefined();
  });

  test('can be linked by its holder, who needs no role on it', () => {
    expect(obstacle({ account: 'ivan@wind.example', grants: {} }, day(0))).toBeUndefined();
    expect(obstacle({ account: 'ivan@wind.example', grants: {}, boundTo: 'dn2aaaaaaaaaaaaaaaaa' })).toEqual({
      reason: 'ALREADY_LINKED',
    });
  });

  test('can be linked by the members of a partner that has the role, if their own roles allow linking', () => {
    const grants: AccountCloud['grants'] = { 'PARTNER#acme': { [LINKING_ROLE]: day(0) } };
    const as = (partnerId: string, role: string) =>
      obstacle({ grants }, day(1), yandex, { partnerId, roles: [`billing.accounts.${role}`] });
    expect(as('acme', 'editor')).toBeUndefined();
    for (const other of [as('acme', 'viewer'), as('globex', 'owner'), obstacle({ grants })])
      expect(other).toEqual({ reason: 'ROLE_INSUFFICIENT' });
    // Of two roles, the older one counts.
    const both = { grants: { ...grants, [OWNER]: { [LINKING_ROLE]: day(1) } } };
    expect(obstacle(both, day(1), yandex, { partnerId: 'acme', roles: ['billing.accounts.owner'] })).toBeUndefined();
  });

  test('can not be linked twice, whoever tries', () => {
    expect(obstacle({ boundTo: 'dn2aaaaaaaaaaaaaaaaa' })).toEqual({ reason: 'ALREADY_LINKED' });
    expect(obstacle({ boundTo: 'dn2aaaaaaaaaaaaaaaaa', grants: {} })).toEqual({ reason: 'ALREADY_LINKED' });
  });

  test('can not be linked with another role, or with the role of somebody else', () => {
    for (const grants of [
      {},
      { [OWNER]: { 'resource-manager.clouds.member': day(0) } },
      { 'USER#anna@wind.example': { [LINKING_ROLE]: day(0) } },
      { 'SERVICE_ACCOUNT#ivan@wind.example': { [LINKING_ROLE]: day(0) } },
    ] as AccountCloud['grants'][])
      expect(obstacle({ grants })).toEqual({ reason: 'ROLE_INSUFFICIENT' });
  });

  test('can be linked once the role has been held for as long as the program says, to the millisecond', () => {
    const tooRecent = { reason: 'ROLE_TOO_RECENT', linkableAt: day(0, 5) };
    for (const program of [yandex, vng]) {
      expect(obstacle({}, day(0), program)).toEqual(tooRecent);
      expect(obstacle({}, '2026-05-01T00:04:59.999Z', program)).toEqual(tooRecent);
      expect(obstacle({}, day(0, 5), program)).toBeUndefined();
    }
    expect(obstacle({}, day(0), { ...yandex, rolePropagationMinutes: 0 })).toBeUndefined();
  });
});
