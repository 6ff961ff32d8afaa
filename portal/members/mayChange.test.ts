import { describe, expect, it } from 'vitest';
import { ASSIGNABLE_ROLES, billingRole } from '../../shared/contract/roles.ts';
import type { Me } from '../shell/me.ts';
import { type Member, mayChange, mayRemove, rolesToGive } from './mayChange.ts';

const me = (...roles: string[]): Me => ({
  user: { id: 'me@acme.example', email: 'me@acme.example' },
  partner: { id: 'acme', name: 'Acme', paid: true, domains: [] },
  roles: roles.map(billingRole),
  operator: false,
});
const member = (...roles: string[]): Member => ({
  id: 'ann@acme.example',
  kind: 'USER',
  federated: false,
  roles: roles.map(billingRole),
  status: 'ACTIVE',
});

describe('who may change members', () => {
  it('an owner gives every role and touches everybody', () => {
    expect(rolesToGive(me('owner'))).toEqual(ASSIGNABLE_ROLES);
    expect(mayChange(me('owner'), member('owner'))).toBe(true);
    expect(mayRemove(me('owner'), member('owner', 'viewer'))).toBe(true);
  });

  it('an administrator gives what it holds, and touches no owner', () => {
    const offered = rolesToGive(me('admin'));
    expect(offered).toContain(billingRole('admin'));
    expect(offered).not.toContain(billingRole('owner'));
    expect(mayChange(me('admin'), member('owner', 'viewer'))).toBe(false);
    expect(mayRemove(me('admin'), member('owner'))).toBe(false);
    expect(mayRemove(me('admin'), member('editor'))).toBe(true);
  });

  it('nobody is removed by somebody who does not hold all of its roles', () => {
    // Each of the two roles allows the same, and neither includes the other.
    expect(mayChange(me('admin'), member('varWithoutDiscounts'))).toBe(true);
    expect(mayRemove(me('admin'), member('varWithoutDiscounts'))).toBe(false);
  });

  it.each(['editor', 'accountant', 'viewer'])('is nothing for the role %s', (role) => {
    expect(rolesToGive(me(role))).toEqual([]);
    expect(mayChange(me(role), member('viewer'))).toBe(false);
    expect(mayRemove(me(role), member('viewer'))).toBe(false);
  });
});
