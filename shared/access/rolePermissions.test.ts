import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { customerOf, day, type Happened } from '../../test/given.ts';
import {
  ASSIGNABLE_ROLES,
  billingRole,
  type PartnerOperation,
  roles,
  type SubaccountOperation,
} from '../contract/roles.ts';
import type { Customer } from '../customer/customer.ts';
import type { Subject } from '../table/keys.ts';
import { losesByLeaving } from './departures.ts';
import { type Grants, grantsOn, isAdministrator, isContact, isInvitee, type OwnBindings } from './grants.ts';
import { holdsRole, mayOnPartnerAccount, mayOnSubaccount, roleMissing } from './rolePermissions.ts';

const CREATOR = 'USER#owner@acme.example';
const INVITEE = 'USER#ivan@wind.example';
const NAMED = 'USER#admin@wind.example';
const STRANGER = 'USER#nobody@nowhere.example';

const invited: Happened = {
  type: 'CustomerInvited',
  data: {
    name: 'Wind',
    role: 'Partner',
    person: {},
    language: 'en',
    adminEmails: ['admin@wind.example', 'second@wind.example'],
    partnerId: 'acme',
    email: 'ivan@wind.example',
    nonce: 'n1',
    expiresAt: day(14),
  },
};
const organization = { id: 'bpfaaaaaaaaaaaaaaaaa', name: 'Wind' };
const waiting = customerOf(invited) as Customer;
const confirmed = customerOf(invited, { type: 'InvitationAccepted', data: { expiresAt: day(14) } }) as Customer;
const active = customerOf(invited, { type: 'InvitationAccepted', data: { organization } }) as Customer;
const resellerServed: Customer = { ...active, email: null };

const ADMIN = billingRole('admin');
const CUSTOMER = billingRole('customer');
const VIEWER = billingRole('viewer');
const holds = (customer: Customer, subject: Subject, partnerId?: string, own?: OwnBindings) =>
  grantsOn(customer, { subject }, partnerId === undefined ? undefined : { partnerId, roles: [VIEWER] }, own);

describe('the roles on a customer', () => {
  test.each<[who: string, customer: Customer, subject: Subject, partnerId: string | undefined, Grants]>([
    ['a stranger: nothing', active, STRANGER, undefined, { onPartnerAccount: [], onSubaccount: [], any: false }],
    [
      'a member of another partner: nothing',
      active,
      STRANGER,
      'globex',
      { onPartnerAccount: [], onSubaccount: [], any: false },
    ],
    [
      'a member of its partner: its roles there',
      active,
      STRANGER,
      'acme',
      { onPartnerAccount: [VIEWER], onSubaccount: [], any: true },
    ],
    [
      'a member that registered it: administrator as well',
      waiting,
      CREATOR,
      'acme',
      { onPartnerAccount: [VIEWER], onSubaccount: [ADMIN], any: true },
    ],
    [
      'a person that registered it and left the partner: nothing',
      active,
      CREATOR,
      undefined,
      { onPartnerAccount: [], onSubaccount: [], any: false },
    ],
    [
      'a person that registered it and went to another partner: nothing',
      active,
      CREATOR,
      'globex',
      { onPartnerAccount: [], onSubaccount: [], any: false },
    ],
    [
      'an administrator that was named at the registration',
      waiting,
      NAMED,
      undefined,
      { onPartnerAccount: [], onSubaccount: [ADMIN], any: true },
    ],
    [
      'the second administrator that was named',
      waiting,
      'USER#second@wind.example',
      undefined,
      { onPartnerAccount: [], onSubaccount: [ADMIN], any: true },
    ],
    [
      'the invitee, before it confirms: the role that comes with the invitation',
      waiting,
      INVITEE,
      undefined,
      { onPartnerAccount: [], onSubaccount: [CUSTOMER], any: true },
    ],
    [
      'the invitee, until the provider approves: no more than that',
      confirmed,
      INVITEE,
      undefined,
      { onPartnerAccount: [], onSubaccount: [CUSTOMER], any: true },
    ],
    [
      'the invitee of an active customer: administrator as well',
      active,
      INVITEE,
      undefined,
      { onPartnerAccount: [], onSubaccount: [ADMIN, CUSTOMER], any: true },
    ],
    [
      'a service account that is called like the invitee: nothing',
      active,
      'SERVICE_ACCOUNT#ivan@wind.example',
      undefined,
      { onPartnerAccount: [], onSubaccount: [], any: false },
    ],
    [
      'nobody is invitee of a customer that its reseller serves',
      resellerServed,
      'USER#null',
      undefined,
      { onPartnerAccount: [], onSubaccount: [], any: false },
    ],
  ])('%s', (_, customer, subject, partnerId, expected) => {
    expect(holds(customer, subject, partnerId)).toEqual(expected);
  });

  test('include roles granted by hand, and exclude roles revoked by hand', () => {
    const byHand = (granted: boolean): OwnBindings[string] => ({ granted, by: CREATOR, at: day(1) });
    // Bindings that are stored with who changed them and when, and older ones.
    for (const [granted, revoked] of [
      [byHand(true), byHand(false)],
      [true, false],
    ] as const) {
      expect(holds(active, STRANGER, undefined, { [VIEWER]: granted })).toMatchObject({
        onSubaccount: [VIEWER],
        any: true,
      });
      expect(holds(active, NAMED, undefined, { [ADMIN]: revoked })).toMatchObject({ onSubaccount: [], any: false });
      expect(holds(active, NAMED, undefined, { [ADMIN]: revoked, [VIEWER]: granted }).onSubaccount).toEqual([VIEWER]);
      // A role that is also granted by hand counts once.
      expect(holds(active, NAMED, undefined, { [ADMIN]: granted }).onSubaccount).toEqual([ADMIN]);
      expect(holds(active, INVITEE, undefined, { [ADMIN]: revoked }).onSubaccount).toEqual([CUSTOMER]);
    }
  });
});

describe('after a departure from the partner, the roles on a customer', () => {
  const LEFT = day(2);
  const granted = (at: string): OwnBindings => ({ [VIEWER]: { granted: true, by: CREATOR, at } });
  const rolesOf = (customer: Customer, subject: Subject, own: OwnBindings = {}, member = false) =>
    grantsOn(customer, { subject }, member ? { partnerId: 'acme', roles: [] } : undefined, own, LEFT).onSubaccount;

  test('include no role that was granted before or at that moment, or before bindings had a time', () => {
    for (const own of [granted(day(1)), granted(LEFT), { [VIEWER]: true }])
      expect(rolesOf(active, STRANGER, own)).toEqual([]);
  });

  test('include roles that were granted later', () => {
    expect(rolesOf(active, STRANGER, granted(day(2, 1)))).toEqual([VIEWER]);
  });

  test('include none that comes from an earlier registration, also after a return', () => {
    expect(rolesOf(active, NAMED)).toEqual([]);
    expect(rolesOf(active, CREATOR, {}, true)).toEqual([]);
    expect(rolesOf({ ...active, createdAt: LEFT }, CREATOR, {}, true)).toEqual([]);
  });

  test('include those of a later registration', () => {
    const later: Customer = { ...active, createdAt: day(2, 1) };
    expect(rolesOf(later, NAMED)).toEqual([ADMIN]);
    expect(rolesOf(later, CREATOR, {}, true)).toEqual([ADMIN]);
  });

  test('include those of the invitee, and of the contact who confirmed', () => {
    expect(rolesOf(waiting, INVITEE)).toEqual([CUSTOMER]);
    expect(rolesOf(active, INVITEE)).toEqual([ADMIN, CUSTOMER]);
  });

  test('exclude roles that were revoked before', () => {
    expect(rolesOf(active, INVITEE, { [ADMIN]: { granted: false, by: INVITEE, at: day(1) } })).toEqual([CUSTOMER]);
  });
});

describe('a departure can take a role', () => {
  const own = (role: string): OwnBindings => ({ [role]: { granted: true, by: CREATOR, at: day(1) } });
  const member = (role: string) => ({ partnerId: 'acme', roles: [billingRole(role)] });
  test.each<[who: string, Subject, Parameters<typeof losesByLeaving>[2], OwnBindings, boolean]>([
    ['from a person with a role by hand', STRANGER, undefined, own(VIEWER), true],
    ['from an administrator that was named', NAMED, undefined, {}, true],
    ['from an editor that registered the customer', CREATOR, member('editor'), {}, true],
    ['but not from an owner that registered it', CREATOR, member('owner'), {}, false],
    ['but not from a member without a role by hand', STRANGER, member('viewer'), {}, false],
    ['but not from a stranger', STRANGER, undefined, {}, false],
    ['but not from the contact', INVITEE, undefined, {}, false],
    ['but not from the contact with a lesser role by hand', INVITEE, undefined, own(VIEWER), false],
    ['and from the contact with a greater role by hand', INVITEE, undefined, own(billingRole('owner')), true],
  ])('%s', (_, subject, membership, bindings, expected) => {
    expect(losesByLeaving(active, { subject }, membership, bindings)).toBe(expected);
  });
});

test('a contact has the role of its confirmation, although the role was revoked before', () => {
  const revoked = (at: string): OwnBindings => ({ [ADMIN]: { granted: false, by: CREATOR, at } });
  const contact: Customer = { ...active, confirmedAt: day(1) };
  expect(holds(contact, INVITEE, undefined, revoked(day(0))).onSubaccount).toEqual([ADMIN, CUSTOMER]);
  expect(holds(contact, INVITEE, undefined, revoked(day(2))).onSubaccount).toEqual([CUSTOMER]);
  expect(holds(contact, NAMED, undefined, revoked(day(0))).onSubaccount).toEqual([]);
});

test('an invitee is the contact once it has confirmed', () => {
  expect(isInvitee(waiting, INVITEE)).toBe(true);
  expect(isInvitee(waiting, STRANGER)).toBe(false);
  expect(isContact(waiting, INVITEE)).toBe(false);
  expect(isContact(confirmed, INVITEE)).toBe(true);
  expect(isContact(active, NAMED)).toBe(false);
});

test('a person that registered a customer is its administrator only while a member', () => {
  expect(isAdministrator(waiting, CREATOR, true)).toBe(true);
  expect(isAdministrator(waiting, CREATOR, false)).toBe(false);
  expect(isAdministrator(waiting, STRANGER, true)).toBe(false);
});

const ROLES = ['owner', 'admin', 'editor', 'varWithoutDiscounts', 'accountant', 'viewer', 'customer'];
const onPartner = (...names: string[]): Grants => ({
  onPartnerAccount: names.map(billingRole),
  onSubaccount: [],
  any: true,
});
const onSubaccount = (...names: string[]): Grants => ({
  onPartnerAccount: [],
  onSubaccount: names.map(billingRole),
  any: true,
});

describe('a role on the partner account', () => {
  const partnerOperations = Object.keys(roles.partnerAccount) as PartnerOperation[];
  test.each(partnerOperations)('allows %s to the roles in the table', (operation) => {
    const allowed = ROLES.filter((role) => mayOnPartnerAccount([billingRole(role)], operation));
    expect(allowed).toEqual(roles.partnerAccount[operation]);
    expect(mayOnPartnerAccount([], operation)).toBe(false);
    expect(mayOnPartnerAccount([billingRole('customer'), billingRole('owner')], operation)).toBe(true);
  });

  const subaccountOperations = Object.keys(roles.subaccount) as SubaccountOperation[];
  test.each(subaccountOperations)('allows %s on each subaccount to the roles in the table', (operation) => {
    const allowed = ROLES.filter((role) => mayOnSubaccount(onPartner(role), operation));
    expect(allowed).toEqual(roles.subaccount[operation]);
  });

  test.each(subaccountOperations)('is needed for what a role on the subaccount does not allow: %s', (operation) => {
    const allowed = ROLES.filter((role) => mayOnSubaccount(onSubaccount(role), operation));
    const partnerAlone = operation === 'activateSubaccount' || operation === 'deleteUnconfirmed';
    expect(allowed).toEqual(partnerAlone ? [] : roles.subaccount[operation]);
  });

  test('and one on the subaccount count together', () => {
    const both = { onPartnerAccount: [billingRole('viewer')], onSubaccount: [billingRole('editor')], any: true };
    expect(mayOnSubaccount(both, 'linkCloud')).toBe(true);
    expect(mayOnSubaccount(both, 'manageAccess')).toBe(false);
  });
});

describe('a role can be granted and revoked', () => {
  const HELD: Record<string, string[]> = {
    owner: ['owner', 'admin', 'editor', 'varWithoutDiscounts', 'accountant', 'viewer'],
    admin: ['admin', 'editor', 'accountant', 'viewer'],
    editor: ['editor', 'accountant', 'viewer'],
    varWithoutDiscounts: ['editor', 'varWithoutDiscounts', 'accountant', 'viewer'],
    accountant: ['accountant'],
    viewer: ['viewer'],
    customer: ['customer'],
  };
  test.each(Object.entries(HELD))('by the role %s if it is one of %j', (mine, held) => {
    expect(ROLES.filter((role) => holdsRole([billingRole(mine)], billingRole(role)))).toEqual(held);
  });

  test('by nobody without a role; one of several roles is enough', () => {
    expect(holdsRole([], VIEWER)).toBe(false);
    expect(holdsRole([VIEWER, ADMIN], billingRole('editor'))).toBe(true);
  });

  test('unless it comes with an invitation', () => {
    expect(ASSIGNABLE_ROLES).toEqual(ROLES.filter((role) => role !== 'customer').map(billingRole));
  });

  test('and a person who can grant a role can grant all that this role can grant', () => {
    const anyRole = fc.constantFrom(...ROLES.map(billingRole));
    fc.assert(
      fc.property(anyRole, anyRole, anyRole, (mine, theirs, role) => {
        if (holdsRole([mine], theirs) && holdsRole([theirs], role)) expect(holdsRole([mine], role)).toBe(true);
      }),
    );
  });
});

test('the refusal of a role that is missing says whom to ask', () => {
  expect(roleMissing()).toMatchObject({
    code: 'ROLE_MISSING',
    status: 403,
    message: 'Your roles do not allow this. Ask an owner of the partner account to do it, or for a role that may.',
  });
});
