import { describe, expect, test } from 'vitest';
import { day, vng, yandex } from '../../test/given.ts';
import { type AccountCloud, LINKING_ROLE, linkObstacle } from './cloud.ts';

const OWNER = 'USER#ivan@wind.example';
const cloudWith = (difference: Partial<AccountCloud>): AccountCloud => ({
  account: 'ivan@wind.example',
  name: 'prod',
  grants: { [OWNER]: { [LINKING_ROLE]: day(0) } },
  outstandingCharges: false,
  revision: 1,
  ...difference,
});
const obstacle = (difference: Partial<AccountCloud>, at = day(1), program = yandex) =>
  linkObstacle(cloudWith(difference), OWNER, new Date(at), program);

describe('an existing cloud', () => {
  test('can be linked by an owner of the cloud', () => {
    expect(obstacle({})).toBeUndefined();
    expect(obstacle({ billedTo: 'someone else' })).toBeUndefined();
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
