import { describe, expect, it } from 'vitest';
import { ASSIGNABLE_ROLES, billingRole } from '../../shared/contract/roles.ts';
import { STATUSES } from '../../shared/contract/vocabulary.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import type { Me } from '../shell/me.ts';
import { type Binding, mayOn } from './mayOn.ts';

type Status = Customer['status'];

const customer = (status: Status, email: string | null = 'ivan@bakery.example') =>
  ({ partnerId: 'acme', status, email }) as Customer;
const member = (role: string, partnerId = 'acme'): Me => ({
  user: { id: `${role}@acme.example`, email: `${role}@acme.example` },
  partner: { id: partnerId, name: 'Acme', paid: true, domains: [] },
  roles: [billingRole(role)],
  operator: false,
});
const contact: Me = {
  user: { id: 'ivan@bakery.example', email: 'ivan@bakery.example' },
  partner: null,
  roles: [],
  operator: false,
};
const binding = (id: string, role: string, resource: Binding['resource'] = 'SUBACCOUNT'): Binding => ({
  roleId: billingRole(role),
  subject: { id, type: 'USER' },
  resource,
  origins: [],
});
it.each([
  ['a member of its partner, which is not in paid mode', 'acme', false, true],
  ['a member of its partner, which is', 'acme', true, false],
  ['a member of another partner, which is not', 'other', false, false],
])('whether clouds wait for the paid mode: for %s', (_, partnerId, paid, expected) => {
  const me = { ...member('editor'), partner: { id: partnerId, name: 'Acme', paid, domains: [] } };
  expect(mayOn(me, customer('ACTIVE'), [], true).isUnpaid).toBe(expected);
});

it('the contact, who has no partner, isn’t told before the server does that clouds wait for the paid mode', () => {
  expect(mayOn(contact, customer('ACTIVE'), [], true).isUnpaid).toBe(false);
});

/** The statuses in which an action is offered. */
const statusesWith = (what: (status: Status) => boolean) => STATUSES.filter(what);

describe('an owner', () => {
  const owner = member('owner');
  const may = (status: Status, email?: string | null) => mayOn(owner, customer(status, email), [], false);

  it('changes the name of a customer without a contact, and no other', () => {
    expect(statusesWith((status) => may(status).changeName)).toEqual([]);
    expect(statusesWith((status) => may(status, null).changeName)).toEqual([
      'VERIFICATION_REQUIRED',
      'APPROVAL_REQUIRED',
      'ACTIVE',
      'SUSPENDED',
    ]);
  });

  it('changes everything else while the customer lives, the email address before it has confirmed', () => {
    const living = ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'];
    expect(statusesWith((status) => may(status).changeDetails)).toEqual(living);
    expect(statusesWith((status) => may(status).changeEmail)).toEqual(['VERIFICATION_REQUIRED']);
    expect(statusesWith((status) => may(status).giveRoles.length > 0)).toEqual(living);
  });

  it('sends the invitation again until it is answered, and after it has expired', () => {
    expect(statusesWith((status) => may(status).resend)).toEqual(['VERIFICATION_REQUIRED', 'EXPIRED']);
    expect(mayOn(owner, customer('EXPIRED'), [], true).resend).toBe(false);
    expect(statusesWith((status) => may(status).copyLink)).toEqual(['VERIFICATION_REQUIRED']);
  });

  it('invites again where no resend is possible: after an answer, a decision, or for another address', () => {
    const again = (fields: Partial<Customer>, confirmed = false) => {
      const { inviteAgain, resend } = mayOn(owner, { ...customer('EXPIRED'), ...fields }, [], confirmed);
      return [inviteAgain, resend];
    };
    expect(statusesWith((status) => may(status).inviteAgain)).toEqual(['DECLINED', 'REJECTED']);
    expect(again({})).toEqual([false, true]);
    expect(again({}, true)).toEqual([true, false]);
    expect(again({ email: null })).toEqual([true, false]);
    const at = '2026-05-01T12:00:00.000Z';
    expect(again({ delivery: { status: 'BOUNCED', at, permanent: true } })).toEqual([true, false]);
    // The recipient wants no more invitations.
    expect(again({ noMoreInvitationsUntil: at })).toEqual([false, false]);
    expect(again({ status: 'DECLINED', noMoreInvitationsUntil: at })).toEqual([false, false]);
    const unpaid = { ...owner, partner: { id: 'acme', name: 'Acme', paid: false, domains: [] } };
    expect(mayOn(unpaid, customer('DECLINED'), [], false).inviteAgain).toBe(false);
  });

  it('deletes what is neither active nor suspended', () => {
    expect(statusesWith((status) => !may(status).remove)).toEqual(['ACTIVE', 'SUSPENDED']);
    expect(statusesWith((status) => may(status).suspend)).toEqual(['ACTIVE']);
    expect(statusesWith((status) => may(status).activate)).toEqual(['SUSPENDED']);
  });

  it('gives every role that can be given', () => {
    expect(may('ACTIVE').giveRoles).toEqual(ASSIGNABLE_ROLES);
  });
});

it('a viewer is offered nothing', () => {
  for (const status of STATUSES) {
    const { giveRoles, ...may } = mayOn(member('viewer'), customer(status), [], false);
    expect(giveRoles).toEqual([]);
    expect(Object.entries(may).filter(([, offered]) => offered)).toEqual([]);
  }
});

it('an editor serves, but neither changes details, nor deletes, nor gives roles, unless it registered the customer', () => {
  const may = mayOn(member('editor'), customer('ACTIVE'), [], false);
  expect(may).toMatchObject({ suspend: true, createCloud: true, linkCloud: true, changeDetails: false, giveRoles: [] });
  const registered = mayOn(member('editor'), customer('ACTIVE'), [binding('editor@acme.example', 'admin')], false);
  expect(registered.giveRoles).toContain(billingRole('admin'));
  expect(registered.giveRoles).not.toContain(billingRole('owner'));
  expect(registered.remove).toBe(false);
});

it('the contact who confirmed changes the name alone, and its role on the subaccount neither suspends nor deletes', () => {
  const held = [binding('ivan@bakery.example', 'admin'), binding('ivan@bakery.example', 'customer')];
  const may = mayOn(contact, customer('ACTIVE'), held, false);
  expect(may).toMatchObject({
    changeName: true,
    changeDetails: false,
    createCloud: true,
    linkCloud: true,
    suspend: false,
    remove: false,
  });
  expect(mayOn(contact, customer('SUSPENDED'), held, false).activate).toBe(false);
  expect(mayOn(contact, customer('VERIFICATION_REQUIRED'), held, false).changeName).toBe(false);
});

it('roles of another partner, of somebody else and on the organization count for nothing', () => {
  const bindings = [binding('editor@acme.example', 'admin', 'ORGANIZATION'), binding('other@acme.example', 'owner')];
  const may = mayOn(member('editor', 'globex'), customer('ACTIVE'), bindings, false);
  expect(may).toMatchObject({ suspend: false, createCloud: false, linkCloud: false, giveRoles: [] });
});
