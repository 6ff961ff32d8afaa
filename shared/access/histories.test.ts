/**
 * Nobody acts for another person: random histories of partners, members, customers and former members, on the pure rules. After each step,
 * everyone's roles are compared with a plain record of what was granted to whom, and when.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { yandex } from '../../test/given.ts';
import { mailboxOf } from '../contract/fields.ts';
import { Problem } from '../contract/problem.ts';
import { ADMIN_ROLE, billingRole, CUSTOMER_ROLE, roles, type SubaccountOperation } from '../contract/roles.ts';
import type { AccessDelta, Circumstances, Command } from '../customer/command.ts';
import type { Customer } from '../customer/customer.ts';
import { decide } from '../customer/decide.ts';
import type { CustomerEvent } from '../customer/event.ts';
import { evolve } from '../customer/evolve.ts';
import { requireNewOutsider, requireOutsiderAnswers } from '../invitation/outsider.ts';
import { type Key, leftKey, membershipKey, pendingKey, type Subject, serviceAccountKey } from '../table/keys.ts';
import { type Alongside, type Item, put } from '../table/table.ts';
import { applyDeltas, type Bound, withOrigins } from './bindings.ts';
import { losesByLeaving } from './departures.ts';
import { type Grants, grantsOn, isContact, isGranted, type Membership, sinceDeparture } from './grants.ts';
import { endInvitationWrites, inviteWrites, isMemberAtOnce, recordedWrites } from './inviteMember.ts';
import {
  allowMemberChange,
  type InvitedMember,
  invitedFromItem,
  isOpen,
  type Member,
  type MemberRoles,
  memberElsewhere,
  memberNotFound,
  memberWrites,
  NO_MEMBER,
} from './member.ts';
import { membershipNotFound } from './myMemberships.ts';
import { holdsRole, mayOnPartnerAccount, mayOnSubaccount } from './rolePermissions.ts';

const OWN_DOMAIN = 'acme-own.example';
const PARTNERS = [
  { id: 'acme', name: 'Acme', domains: [OWN_DOMAIN] },
  { id: 'globex', name: 'Globex', domains: [] },
];
const EMAILS = ['anna@x.example', 'boris@x.example', 'chi@x.example', `dora@${OWN_DOMAIN}`, 'eve@x.example'];
const ROBOT: Subject = 'SERVICE_ACCOUNT#robot';
const SUBJECTS: Subject[] = [...EMAILS.map((email): Subject => `USER#${email}`), ROBOT];
const DAY_MS = 24 * 60 * 60_000;
const VIEWER = billingRole('viewer');
const OPERATIONS = Object.keys(roles.subaccount) as SubaccountOperation[];

/** A customer with its events and the roles by hand on it. */
type Account = { customer: Customer; events: CustomerEvent[]; bound: Bound };
/** What was granted to whom: by the registration, by hand, by the confirmation. The newest fact about a role counts. */
type Fact = { customerId: string; subject: Subject; role: string; at: string; what: 'CREATOR' | 'GRANTED' | 'REVOKED' };
/** A time as a member. */
type Stay = { subject: Subject; partnerId: string; from: string; to: string | undefined };
/** The table refuses a transaction, because somebody has changed an item since it was read. */
class Conflict extends Error {}

class World {
  private readonly table = new Map<string, Item>();
  readonly accounts: Account[] = [];
  readonly facts: Fact[] = [];
  readonly stays: Stay[] = [];
  private minutes = 0;
  now = new Date(0);

  /** No two steps happen at the same time. */
  tick(minutes = 1): void {
    this.minutes += minutes;
    this.now = new Date(Date.parse('2026-05-01T00:00:00.000Z') + this.minutes * 60_000);
  }

  at = () => this.now.toISOString();
  private item = ({ pk, sk }: Key) => this.table.get(`${pk} ${sk}`);

  /** Commits the writes on members and their conditions, as the table would. @throws Problem the refusal, or Conflict */
  commit(all: Alongside[]): void {
    // The number of the partner's owners is no part of these histories.
    const writes = all.filter(({ write }) => write.Update?.Key?.['sk'] !== 'PARTNER');
    for (const { write, refused } of writes) {
      const { Put, Delete, ConditionCheck, Update } = write;
      const on = Put ?? Delete ?? ConditionCheck ?? Update;
      const key = (Put?.Item ?? Delete?.Key ?? ConditionCheck?.Key ?? Update?.Key) as Key;
      if (!holds(on?.ConditionExpression, on?.ExpressionAttributeValues, this.item(key))) {
        throw refused instanceof Problem ? refused : new Conflict();
      }
    }
    for (const { Put, Delete, Update } of writes.map(({ write }) => write)) {
      if (Put) this.table.set(`${Put.Item?.['pk']} ${Put.Item?.['sk']}`, Put.Item as Item);
      if (Delete) this.table.delete(`${Delete.Key?.['pk']} ${Delete.Key?.['sk']}`);
      if (Update)
        this.table.set(`${Update.Key?.['pk']} ${Update.Key?.['sk']}`, updated(this.item(Update.Key as Key), Update));
    }
  }

  membership = (subject: Subject) => this.item(membershipKey(subject)) as (Membership & Item) | undefined;
  leftAt = (subject: Subject, partnerId: string) => this.item(leftKey(subject, partnerId))?.['leftAt'] as string;

  /** The roles of a subject, as `loadGrants` finds them. */
  grants({ customer, bound }: Account, subject: Subject): Grants {
    const membership = this.membership(subject);
    const own = bound[subject] ?? {};
    const leftAt = this.leftAt(subject, customer.partnerId);
    const now = grantsOn(customer, { subject }, membership, own, leftAt);
    if (losesByLeaving(customer, { subject }, membership, own)) return now;
    // The departure is not read: then it allows the same as without it.
    const unread = grantsOn(customer, { subject }, membership, own);
    const allowed = (grants: Grants) => [grants.any, ...OPERATIONS.map((each) => mayOnSubaccount(grants, each))].join();
    if (unread.onSubaccount.join() !== now.onSubaccount.join()) expect(allowed(unread)).toBe(allowed(now));
    return now;
  }

  private circumstances = (actor: Circumstances['actor']): Circumstances => ({ now: this.now, program: yandex, actor });

  /** Who waits for an answer to an invitation, by person and partner: until when. */
  private readonly open = new Map<string, number>();
  /** The partner for which the operator has recorded the service account. */
  private recordedFor: string | undefined;

  private change = (subject: Subject, partnerId: string, actor: Subject, after: MemberRoles | undefined) => {
    const membership = this.membership(subject);
    const before = membership?.partnerId === partnerId ? (membership as unknown as Member) : undefined;
    return { subject, partnerId, before, after, actor, type: 'MemberChanged' as const, now: this.now };
  };

  private isInvited = (subject: Subject, partnerId: string) =>
    (this.open.get(`${subject} ${partnerId}`) ?? 0) > this.now.getTime();

  private invited(subject: Subject, partnerId: string): InvitedMember | undefined {
    const item = this.item(pendingKey(subject, partnerId));
    return item && isOpen(item['lapsesAt'], this.now) ? { ...invitedFromItem(item), subject } : undefined;
  }

  private joined(subject: Subject, partnerId: string): void {
    this.open.delete(`${subject} ${partnerId}`);
    const stay = this.stays.findLast((each) => each.subject === subject);
    if (stay?.partnerId === partnerId && stay.to === undefined) return;
    this.stays.push({ subject, partnerId, from: this.at(), to: undefined });
  }

  private left(subject: Subject): void {
    const stay = this.stays.findLast((each) => each.subject === subject);
    if (stay) stay.to = this.at();
    if (subject === ROBOT) this.recordedFor ??= stay?.partnerId;
  }

  /** A member of a partner invites somebody, or changes the roles of a member. */
  invite(by: Subject, subject: Subject, role: string): void {
    const membership = this.membership(by);
    const partner = PARTNERS.find(({ id }) => id === membership?.partnerId);
    if (!partner) return;
    const after = { roles: [role], federated: false };
    const change = this.change(subject, partner.id, by, after);
    const before = this.invited(subject, partner.id);
    allowMemberChange(partner.id, membership, change.before ?? before ?? NO_MEMBER, after);
    if (change.before) {
      this.commit(memberWrites(change));
      return;
    }
    const belongs = this.stays.some((stay) => stay.subject === subject && stay.to === undefined);
    if (isMemberAtOnce(subject, this.membership(subject), partner.domains)) {
      const isRobot = subject === ROBOT;
      const recorded = isRobot ? recordedWrites('robot', this.item(serviceAccountKey('robot')), partner.id) : [];
      this.commit([...memberWrites(change), ...recorded]);
    } else {
      this.commit(
        inviteWrites({ subject, partner, before, after, actor: by, now: this.now, language: 'en', program: yandex }),
      );
      const lapsesAt = this.now.getTime() + 14 * DAY_MS;
      if (!this.isInvited(subject, partner.id)) this.open.set(`${subject} ${partner.id}`, lapsesAt);
    }
    // Only these two need no answer.
    if (
      subject === ROBOT
        ? this.recordedFor === partner.id
        : !belongs && partner.domains.some((own) => subject.endsWith(`@${own}`))
    )
      this.joined(subject, partner.id);
  }

  /** Nothing but the conditions of the writes keeps the person from belonging to two partners. */
  accept(subject: Subject, partnerId: string): void {
    const invited = this.invited(subject, partnerId);
    if (!invited) throw membershipNotFound();
    this.commit(
      memberWrites({ ...this.change(subject, partnerId, subject, invited), before: undefined, accepted: invited }),
    );
    if (this.isInvited(subject, partnerId)) this.joined(subject, partnerId);
  }

  decline(subject: Subject, partnerId: string): void {
    const invited = this.invited(subject, partnerId);
    if (invited) this.commit(endInvitationWrites(invited, { type: 'MemberDeclined', actor: subject, now: this.now }));
    this.open.delete(`${subject} ${partnerId}`);
  }

  /** The operator records the service account for a partner. */
  record(partnerId: string): void {
    const member = this.membership(ROBOT);
    if (member && member.partnerId !== partnerId) throw memberElsewhere('robot', 'clientId');
    this.commit([{ write: put({ ...serviceAccountKey('robot'), partnerId }), refused: 'conflict' }]);
    this.recordedFor = partnerId;
  }

  /** The operator adds a member, or changes its roles. */
  operatorAdds(subject: Subject, partnerId: string, role: string): void {
    const change = this.change(subject, partnerId, subject, { roles: [role], federated: false });
    const isNewRobot = subject === ROBOT && !change.before;
    const recorded = isNewRobot ? recordedWrites('robot', this.item(serviceAccountKey('robot')), partnerId) : [];
    this.commit([...memberWrites(change), ...recorded]);
    if (!isNewRobot || this.recordedFor === partnerId) this.joined(subject, partnerId);
  }

  /** A member of a partner, or the operator (no `by`), removes a member or withdraws its invitation. */
  remove(subject: Subject, partnerId: string, by?: Subject): void {
    const change = this.change(subject, partnerId, by ?? subject, undefined);
    const found = change.before ?? this.invited(subject, partnerId);
    if (!found) throw memberNotFound();
    if (by) allowMemberChange(partnerId, this.membership(by), found, { ...NO_MEMBER, federated: found.federated });
    if (change.before) {
      this.commit(memberWrites(change));
      this.left(subject);
    } else {
      const type = 'MemberInvitationWithdrawn';
      this.commit(endInvitationWrites(found as InvitedMember, { type, actor: subject, now: this.now }));
      this.open.delete(`${subject} ${partnerId}`);
    }
  }

  leave(subject: Subject): void {
    const membership = this.membership(subject);
    if (!membership) return;
    this.commit(memberWrites(this.change(subject, membership.partnerId, subject, undefined)));
    this.left(subject);
  }

  /** Everyone acts for the partner to which the record says that it belongs, and for no other. */
  expectConsent(): void {
    for (const subject of SUBJECTS) {
      const stay = this.stays.findLast((each) => each.subject === subject);
      const recorded = stay?.to === undefined ? stay?.partnerId : undefined;
      const found = this.membership(subject)?.partnerId;
      if (found !== recorded) expect(`${subject} of ${found}`).toBe(`${subject} of ${recorded}`);
    }
  }

  register(by: Subject, email: string, adminEmails: string[]): void {
    const membership = this.membership(by);
    const partner = PARTNERS.find(({ id }) => id === membership?.partnerId);
    if (!partner || !mayOnPartnerAccount(membership?.roles ?? [], 'createCustomer')) return;
    const people = [email, mailboxOf(email)].map((each): Subject => `USER#${each}`);
    const partnerIds = people.flatMap((person) => this.membership(person)?.partnerId ?? []);
    requireNewOutsider(email, by, { partnerIds }, partner);
    const id = `dn2${String(this.accounts.length).padStart(17, 'a')}`;
    const details = { name: 'Wind', role: 'Partner', person: {}, language: 'en' as const, adminEmails };
    const event = decide(
      undefined,
      { type: 'invite', id, partnerId: partner.id, partnerName: partner.name, details, email, nonce: 'n' },
      this.circumstances(by),
    ) as CustomerEvent;
    this.accounts.push({ customer: evolve(undefined, event), events: [event], bound: {} });
    const fact = { customerId: id, role: ADMIN_ROLE, at: this.at() };
    this.facts.push({ ...fact, subject: by, what: 'CREATOR' });
    for (const admin of adminEmails) this.facts.push({ ...fact, subject: `USER#${admin}`, what: 'GRANTED' });
    expect(this.wasOwn(email, id)).toBe(false);
  }

  /** The holder of the mailbox answers, by the link or signed in. */
  answer(account: Account, reply: 'accept' | 'decline'): void {
    const { customer } = account;
    const partner = PARTNERS.find(({ id }) => id === customer.partnerId);
    if (!partner || customer.email === null) return;
    const command: Command =
      reply === 'accept'
        ? { type: 'accept', partnerName: partner.name, alreadyCustomer: false }
        : { type: 'decline', partnerName: partner.name };
    const event = decide(customer, command, this.circumstances('LINK_HOLDER'));
    if (!event) return;
    this.commit(requireOutsiderAnswers(customer, partner));
    this.happened(account, event);
    // No handshake completes without an action of somebody outside the partner.
    expect(this.wasOwn(customer.email, customer.id)).toBe(false);
  }

  async grant(account: Account, by: Subject, delta: AccessDelta): Promise<void> {
    const { customer, bound, events } = account;
    const grants = this.grants(account, by);
    if (!mayOnSubaccount(grants, 'manageAccess')) return;
    if (!holdsRole([...grants.onPartnerAccount, ...grants.onSubaccount], delta.roleId)) return;
    const subject: Subject = `${delta.subject.type}#${delta.subject.id}`;
    const before = withOrigins(bound, events);
    before[subject] = sinceDeparture(before[subject] ?? {}, this.leftAt(subject, customer.partnerId));
    const { after, effective } = await applyDeltas(customer, before, [delta], { by, at: this.at() });
    const event = decide(customer, { type: 'updateAccess', deltas: effective }, this.circumstances(by));
    if (!event) return;
    // Nobody takes from a contact what it has by its confirmation.
    if (delta.action === 'REMOVE' && isContact(customer, subject) && by !== subject) {
      expect(delta.roleId).not.toBe(ADMIN_ROLE);
    }
    account.bound = after;
    this.happened(account, event);
    const what = delta.action === 'ADD' ? 'GRANTED' : 'REVOKED';
    this.facts.push({ customerId: customer.id, subject, role: delta.roleId, at: this.at(), what });
  }

  /** Stores the granted roles as an earlier version did, which stored no departures. */
  forgetOrigins(account: Account): void {
    if (this.stays.some(({ to }) => to !== undefined)) return;
    account.bound = Object.fromEntries(
      Object.entries(account.bound).map(([subject, own]) => [
        subject,
        Object.fromEntries(Object.entries(own).map(([role, binding]) => [role, isGranted(binding) || binding])),
      ]),
    );
  }

  private happened(account: Account, event: CustomerEvent): void {
    account.customer = evolve(account.customer, event);
    account.events.push(event);
  }

  /** Whether an address was the partner's own at any time since the registration of a customer. */
  private wasOwn(email: string, customerId: string): boolean {
    const customer = this.accounts.find((each) => each.customer.id === customerId)?.customer as Customer;
    const subject: Subject = `USER#${email}`;
    const { domains = [] } = PARTNERS.find(({ id }) => id === customer.partnerId) ?? {};
    return (
      customer.createdBy === subject ||
      domains.some((domain) => email.endsWith(`@${domain}`)) ||
      this.stays.some(
        (stay) =>
          stay.subject === subject &&
          stay.partnerId === customer.partnerId &&
          (stay.to === undefined || stay.to > customer.createdAt),
      )
    );
  }

  /** The roles that a subject holds on a customer now, by the record alone. */
  recorded({ customer }: Account, subject: Subject): { any: boolean; onSubaccount: string[] } {
    const stays = this.stays.filter((each) => each.subject === subject && each.partnerId === customer.partnerId);
    const member = stays.some(({ to }) => to === undefined);
    const leftAt = stays.findLast(({ to }) => to !== undefined)?.to ?? '';
    const facts = this.facts.filter((fact) => fact.customerId === customer.id && fact.subject === subject);
    const counts = (fact: Fact | undefined) =>
      fact !== undefined && fact.at > leftAt && (fact.what === 'GRANTED' || (fact.what === 'CREATOR' && member));
    const held = [ADMIN_ROLE, VIEWER].filter((role) => {
      const newest = facts.findLast((fact) => fact.role === role);
      const confirmedAt = isContact(customer, subject) && role === ADMIN_ROLE ? customer.confirmedAt : undefined;
      const kept = confirmedAt !== undefined && (newest?.what !== 'REVOKED' || newest.at < confirmedAt);
      return kept || counts(newest);
    });
    const invitee = subject === `USER#${customer.email}`;
    const onSubaccount = [...held, ...(invitee ? [CUSTOMER_ROLE] : [])];
    return { any: member || onSubaccount.length > 0, onSubaccount };
  }
}

/** An item after an update that sets attributes. */
function updated(
  item: Item | undefined,
  { Key, UpdateExpression = '', ...more }: NonNullable<Alongside['write']['Update']>,
) {
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = more;
  const set = [...UpdateExpression.matchAll(/(\S+) = (if_not_exists\(\w+, )?(:\w+)/g)].map(
    ([, name = '', ifNone, value = '']) => {
      const attribute = names[name] ?? name;
      return [attribute, (ifNone && item?.[attribute]) ?? values[value]];
    },
  );
  return { ...item, ...Key, ...Object.fromEntries(set) } as Item;
}

/** Whether a condition holds on an item. Knows the operators of the conditions that are used here. */
function holds(condition: string | undefined, values: Record<string, unknown> = {}, item: Item | undefined): boolean {
  if (condition === undefined) return true;
  const holdsOne = (one: string): boolean => {
    if (one === 'attribute_not_exists(pk)') return item === undefined;
    const [name = '', operator, value = ''] = one.split(' ');
    const [is, than] = [item?.[name], values[value]];
    if (item === undefined) return operator === '<>';
    if (operator === '=') return is === than;
    if (operator === '<>') return is !== than;
    if (operator === '<') return (is as string) < (than as string);
    if (operator === '<=') return (is as string) <= (than as string);
    throw new Error(`unknown condition ${one}`);
  };
  return condition.split(' OR ').some((any) => any.split(' AND ').every(holdsOne));
}

const anyAccount = fc.nat({ max: 2 });
const anySubject = fc.constantFrom(...SUBJECTS);
const anyEmail = fc.constantFrom(...EMAILS);
const anyPartner = fc.constantFrom('acme', 'acme', 'globex');
const anyRole = fc.constantFrom(billingRole('owner'), ADMIN_ROLE, VIEWER);
const anyStep = fc.oneof(
  fc.record({ do: fc.constant('operatorAdds' as const), who: anySubject, partner: anyPartner, role: anyRole }),
  fc.record({ do: fc.constant('operatorRemoves' as const), who: anySubject, partner: anyPartner }),
  fc.record({ do: fc.constant('record' as const), partner: anyPartner }),
  fc.record({ do: fc.constant('invite' as const), who: anySubject, subject: anySubject, role: anyRole }),
  fc.record({ do: fc.constant('invite' as const), who: anySubject, subject: anySubject, role: anyRole }),
  fc.record({ do: fc.constant('accept' as const), who: anySubject, partner: anyPartner }),
  fc.record({ do: fc.constant('accept' as const), who: anySubject, partner: anyPartner }),
  fc.record({ do: fc.constant('decline' as const), who: anySubject, partner: anyPartner }),
  fc.record({ do: fc.constant('remove' as const), who: anySubject, subject: anySubject, partner: anyPartner }),
  fc.record({ do: fc.constant('leave' as const), who: anySubject }),
  fc.record({ do: fc.constant('wait' as const) }),
  fc.record({
    do: fc.constant('register' as const),
    who: anySubject,
    email: anyEmail,
    admins: fc.uniqueArray(anyEmail, { maxLength: 2 }),
  }),
  fc.record({
    do: fc.constant('answer' as const),
    on: anyAccount,
    reply: fc.constantFrom('accept' as const, 'accept' as const, 'decline' as const),
  }),
  fc.record({
    do: fc.constant('grant' as const),
    on: anyAccount,
    who: anySubject,
    action: fc.constantFrom('ADD' as const, 'ADD' as const, 'REMOVE' as const),
    subject: anySubject,
    role: fc.constantFrom(ADMIN_ROLE, VIEWER),
  }),
  fc.record({ do: fc.constant('forgetOrigins' as const), on: anyAccount }),
);
type Step = typeof anyStep extends fc.Arbitrary<infer Value> ? Value : never;

/** Every history begins with two partners, and with a customer of one of them. */
const BEGINNING: Step[] = [
  { do: 'operatorAdds', who: 'USER#anna@x.example', partner: 'acme', role: billingRole('owner') },
  { do: 'operatorAdds', who: 'USER#eve@x.example', partner: 'globex', role: billingRole('owner') },
  { do: 'record', partner: 'acme' },
  { do: 'invite', who: 'USER#anna@x.example', subject: ROBOT, role: ADMIN_ROLE },
  { do: 'register', who: 'USER#anna@x.example', email: 'chi@x.example', admins: ['boris@x.example', 'chi@x.example'] },
];

async function take(world: World, step: Step): Promise<void> {
  switch (step.do) {
    case 'operatorAdds':
      return world.operatorAdds(step.who, step.partner, step.role);
    case 'operatorRemoves':
      return world.remove(step.who, step.partner);
    case 'record':
      return world.record(step.partner);
    case 'invite':
      return world.invite(step.who, step.subject, step.role);
    case 'accept':
      return world.accept(step.who, step.partner);
    case 'decline':
      return world.decline(step.who, step.partner);
    case 'remove':
      return world.remove(step.subject, step.partner, step.who);
    case 'leave':
      return world.leave(step.who);
    case 'wait':
      return world.tick(10 * 24 * 60);
    case 'register':
      return world.register(step.who, step.email, step.admins);
    default:
  }
  const account = world.accounts[step.on];
  if (!account) return undefined;
  if (step.do === 'answer') return world.answer(account, step.reply);
  if (step.do === 'forgetOrigins') return world.forgetOrigins(account);
  const [type, id = ''] = step.subject.split('#') as ['USER' | 'SERVICE_ACCOUNT', string];
  return world.grant(account, step.who, { action: step.action, roleId: step.role, subject: { id, type } });
}

/** Compares by strings, because `expect` is slow a hundred thousand times. */
function expectSame(found: Grants, recorded: ReturnType<World['recorded']>): void {
  const shown = ({ any, onSubaccount }: typeof recorded) => `${any} ${onSubaccount.toSorted().join()}`;
  if (shown(found) !== shown(recorded)) expect(shown(found)).toBe(shown(recorded));
}

test('nobody works for a partner without consent or holds more than was granted, and no partner answers for its customer', async () => {
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 10, maxLength: 60, size: 'max' }), async (steps) => {
      const world = new World();
      for (const step of [...BEGINNING, ...steps]) {
        world.tick();
        await take(world, step).catch((error: unknown) => {
          if (!(error instanceof Problem) && !(error instanceof Conflict)) throw error;
          seen.add(error instanceof Problem ? error.code : 'CONFLICT');
        });
        world.expectConsent();
        for (const account of world.accounts) {
          for (const subject of SUBJECTS) {
            expectSame(world.grants(account, subject), world.recorded(account, subject));
          }
        }
      }
    }),
    { numRuns: 300 },
  );
  // The histories have met the refusals that they are about.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...['EMAIL_OF_MEMBER', 'ROLE_OF_CONTACT', 'CUSTOMER_STATUS'],
      ...['SERVICE_ACCOUNT_NOT_RECORDED', 'MEMBERSHIP_NOT_FOUND', 'ROLE_NOT_HELD', 'CONFLICT'],
    ]),
  );
});
