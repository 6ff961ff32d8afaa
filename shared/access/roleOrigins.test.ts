import { expect, test } from 'vitest';
import { ADMIN_ROLE, CUSTOMER_ROLE, ORGANIZATION_ADMIN_ROLE, OWNER_ROLE } from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import type { OwnBindings } from './grants.ts';
import { roleOrigins } from './roleOrigins.ts';

const CREATED = '2026-05-01T12:00:00.000Z';
const CONFIRMED = '2026-05-02T12:00:00.000Z';
const GRANTED = '2026-05-03T12:00:00.000Z';
const LATER = '2026-05-04T12:00:00.000Z';
const CREATOR = 'USER#editor@acme.example';
const INVITEE = 'USER#mila@bakery.example';

const customer = {
  createdBy: CREATOR,
  createdAt: CREATED,
  confirmedAt: CONFIRMED,
  email: 'mila@bakery.example',
  administrators: ['it@bakery.example', 'editor@acme.example'],
  organization: { id: 'bpf1', name: 'Bakery' },
} as unknown as Customer;

const NAMED = { type: 'ADMINISTRATORS', by: 'editor@acme.example', at: CREATED };

test('an administrator by default: who registered the customer, who was named then, who confirmed', () => {
  for (const role of [ADMIN_ROLE, ORGANIZATION_ADMIN_ROLE]) {
    const of = (subject: typeof INVITEE | typeof CREATOR | 'USER#it@bakery.example', member: boolean) =>
      roleOrigins(customer, subject, role, { member });
    expect(of('USER#it@bakery.example', false)).toEqual([NAMED]);
    expect(of(CREATOR, true)).toEqual([{ type: 'REGISTRATION', at: CREATED }, NAMED]);
    expect(of(CREATOR, false)).toEqual([NAMED]);
    expect(of(INVITEE, false)).toEqual([{ type: 'CONFIRMATION', at: CONFIRMED }]);
  }
});

test('who has left the partner since has lost the roles of the registration', () => {
  expect(roleOrigins(customer, CREATOR, ADMIN_ROLE, { member: true, leftAt: LATER })).toEqual([]);
});

test('the invited address has the customer’s role', () => {
  expect(roleOrigins(customer, INVITEE, CUSTOMER_ROLE, { member: false })).toEqual([{ type: 'INVITATION' }]);
  expect(roleOrigins(customer, CREATOR, CUSTOMER_ROLE, { member: true })).toEqual([]);
});

test('a role by hand says who granted it and when, beside what it is held by default', () => {
  const own: OwnBindings = { [ADMIN_ROLE]: { granted: true, by: 'SERVICE_ACCOUNT#acme-robot', at: GRANTED } };
  const grant = { type: 'GRANT', by: 'acme-robot', at: GRANTED };
  expect(roleOrigins(customer, INVITEE, ADMIN_ROLE, { member: false, own })).toEqual([
    { type: 'CONFIRMATION', at: CONFIRMED },
    grant,
  ]);
  expect(roleOrigins(customer, INVITEE, OWNER_ROLE, { member: false, own })).toEqual([]);
  expect(roleOrigins(customer, 'USER#anna@bakery.example', ADMIN_ROLE, { member: false, own, leftAt: LATER })).toEqual(
    [],
  );
  expect(
    roleOrigins(customer, 'USER#anna@bakery.example', ADMIN_ROLE, { member: false, own: { [ADMIN_ROLE]: true } }),
  ).toEqual([{ type: 'GRANT' }]);
});
