import { describe, expect, it } from 'vitest';
import {
  ASSIGNABLE_ROLES,
  billingRole,
  CUSTOMER_ROLE,
  ORGANIZATION_ADMIN_ROLE,
  ORGANIZATION_OWNER_ROLE,
} from '../../shared/contract/roles.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import type { Me } from '../shell/me.ts';
import type { Binding } from './mayOn.ts';
import { hindranceOf, peopleOf } from './people.ts';

const CONTACT = 'mila@bakery.example';

const binding = (id: string, roleId: string, more: Partial<Binding> = {}): Binding => ({
  roleId,
  subject: { id, type: 'USER' },
  resource: roleId.startsWith('organization') ? 'ORGANIZATION' : 'SUBACCOUNT',
  origins: [],
  ...more,
});

it('each person stands once, with all roles, on the customer’s side or the partner’s, the contact first', () => {
  const robot = { subject: { id: 'acme-robot', type: 'SERVICE_ACCOUNT' }, ofPartner: true } as const;
  const bindings = [
    binding('anna@bakery.example', billingRole('viewer')),
    binding('editor@acme.example', billingRole('admin'), { ofPartner: true }),
    binding(CONTACT, billingRole('admin')),
    binding(CONTACT, CUSTOMER_ROLE),
    binding(CONTACT, ORGANIZATION_ADMIN_ROLE),
    binding('acme-robot', billingRole('owner'), robot),
    binding('editor@acme.example', ORGANIZATION_OWNER_ROLE, { ofPartner: true, ofMembership: true }),
  ];
  const { customers, partners } = peopleOf(bindings, CONTACT);
  const said = (people: typeof customers) => people.map(({ subject, roles }) => [subject.id, roles.length]);
  expect(said(customers)).toEqual([
    [CONTACT, 3],
    ['anna@bakery.example', 1],
  ]);
  expect(said(partners)).toEqual([
    ['acme-robot', 1],
    ['editor@acme.example', 2],
  ]);
  expect([...customers, ...partners].flatMap(({ roles }) => roles).length).toBe(bindings.length);
});

it('a person and a service account of the same name are two', () => {
  const bindings = [
    binding('robot', billingRole('viewer')),
    binding('robot', billingRole('viewer'), { subject: { id: 'robot', type: 'SERVICE_ACCOUNT' } }),
  ];
  expect(peopleOf(bindings, null).customers).toHaveLength(2);
});

describe('a role isn’t revoked', () => {
  const customer = (status: Customer['status']) => ({ partnerId: 'acme', status, email: CONTACT }) as Customer;
  const meAs = (email: string) => ({ user: { id: email, email } }) as Me;
  const owner = meAs('owner@acme.example');
  const of = (each: Binding, { me = owner, status = 'ACTIVE' as Customer['status'], give = ASSIGNABLE_ROLES } = {}) =>
    hindranceOf(me, customer(status), each, give);
  const contacts = binding(CONTACT, billingRole('admin'));

  it('by others than the contact who confirmed, if it comes with the confirmation', () => {
    expect(of(contacts)).toBe('CONTACT');
    expect(of(contacts, { me: meAs(CONTACT) })).toBeUndefined();
    expect(of(contacts, { status: 'VERIFICATION_REQUIRED' })).toBeUndefined();
    expect(of(binding(CONTACT, billingRole('viewer')))).toBeUndefined();
    expect(of(binding('other@bakery.example', billingRole('admin')))).toBeUndefined();
  });

  it('on the organization, from an owner of the partner, and from the invited address', () => {
    expect(of(binding('other@bakery.example', ORGANIZATION_ADMIN_ROLE))).toBe('ORGANIZATION');
    expect(of(binding('co@acme.example', billingRole('owner'), { ofMembership: true }))).toBe('MEMBERSHIP');
    expect(of(binding(CONTACT, CUSTOMER_ROLE))).toBe('INVITATION');
  });

  it('by somebody who doesn’t hold it', () => {
    expect(of(binding('other@bakery.example', billingRole('owner')), { give: [billingRole('admin')] })).toBe(
      'NOT_HELD',
    );
  });
});
