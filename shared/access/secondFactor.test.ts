import { expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { ADMIN_ROLE, OWNER_ROLE } from '../contract/roles.ts';
import { needsSecondFactor, requireSecondFactor } from './secondFactor.ts';

const changes = ENDPOINTS.filter(({ method }) => method !== 'GET');
const reads = ENDPOINTS.filter(({ method }) => method === 'GET');
const asOwner = { asOperator: false, roles: [ADMIN_ROLE, OWNER_ROLE] };
const asAdmin = { asOperator: false, roles: [ADMIN_ROLE] };
const asOperator = { asOperator: true, roles: [] };

test("everything that an operator does needs a second factor, and of an owner's requests those that change something", () => {
  expect(changes.length).toBeGreaterThan(20);
  expect(reads.length).toBeGreaterThan(10);
  for (const endpoint of ENDPOINTS) expect(needsSecondFactor(endpoint, asOperator)).toBe(true);
  for (const endpoint of changes) expect(needsSecondFactor(endpoint, asOwner)).toBe(true);
  for (const endpoint of reads) expect(needsSecondFactor(endpoint, asOwner)).toBe(false);
  for (const endpoint of ENDPOINTS) expect(needsSecondFactor(endpoint, asAdmin)).toBe(false);
});

test('a service account has no second factor, and needs none', () => {
  const refused = expect.objectContaining({ code: 'SECOND_FACTOR_REQUIRED' });
  const person = { kind: 'USER', secondFactor: false } as const;
  const client = { kind: 'SERVICE_ACCOUNT', secondFactor: false } as const;
  for (const capacity of [asOwner, asOperator]) {
    expect(() => requireSecondFactor(person, { method: 'PUT' }, capacity)).toThrow(refused);
    expect(() => requireSecondFactor({ ...person, secondFactor: true }, { method: 'PUT' }, capacity)).not.toThrow();
    expect(() => requireSecondFactor(client, { method: 'PUT' }, capacity)).not.toThrow();
  }
});
