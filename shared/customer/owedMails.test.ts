import { describe, expect, test } from 'vitest';
import { yandex as program, vng } from '../../test/given.ts';
import { MAIL_KINDS, type MailKind, STATUSES } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Command } from './command.ts';
import type { Actor, Customer } from './customer.ts';
import { decide } from './decide.ts';
import type { CustomerEvent } from './event.ts';
import { TO_OWNERS } from './event.ts';
import { evolve } from './evolve.ts';
import { bounceMail, isStillWanted, mailsOf as mailsOfEvent, opensInvitation } from './owedMails.ts';

const DAY_MS = 24 * 60 * 60_000;
const start = new Date('2026-05-01T00:00:00.000Z');
const approving = { ...vng, providerApproval: 'ALWAYS' } as const;
const partnerName = 'Acme';
const invite: Command = {
  type: 'invite',
  id: 'dn2aaaaaaaaaaaaaaaaa',
  partnerId: 'acme',
  partnerName,
  details: { name: 'Wind', role: 'Partner', person: {}, language: 'ru', adminEmails: [] },
  email: 'ivan@wind.example',
  nonce: 'n1',
};
const { id, partnerId, details } = invite;
const accept: Command = { type: 'accept', partnerName, alreadyCustomer: false };

/** The mails of the last command. Each command is given a day after the one before, unless the test says otherwise. */
function mailsOf(commands: (Command | [Command, number])[], under: Program, actor: Actor = 'USER#owner@acme.example') {
  let customer: Customer | undefined;
  let event: CustomerEvent | null = null;
  let now = start.getTime();
  for (const each of commands) {
    const [command, days] = Array.isArray(each) ? each : [each, customer ? 1 : 0];
    now += days * DAY_MS;
    event = decide(customer, command, {
      now: new Date(now),
      program: under,
      actor: customer ? 'USER#somebody@else.example' : actor,
    });
    customer = event ? evolve(customer, event) : customer;
  }
  return { mails: event?.mails ?? [], customer, event };
}

const INVITEE = 'ivan@wind.example';
const CREATOR = 'owner@acme.example';
const OPERATORS = 'approvals@cloud.example';
const suspend: Command = { type: 'suspend', partnerName, reason: 'Unpaid' };
const activate: Command = { type: 'activate', partnerName };
const newEmail: Command = { type: 'update', partnerName, changes: { email: 'new@wind.example', nonce: 'n2' } };

/** The ways to each kind of mail, with recipient and language. */
const WAYS: [commands: (Command | [Command, number])[], under: Program, mails: [MailKind, string, string][]][] = [
  [[invite], program, [['INVITATION', INVITEE, 'ru']]],
  [[invite, newEmail], program, [['INVITATION', 'new@wind.example', 'ru']]],
  [[invite, { type: 'resend', partnerName }], program, [['RESENT', INVITEE, 'ru']]],
  [[invite, [{ type: 'remind', partnerName }, 11]], program, [['REMINDER', INVITEE, 'ru']]],
  [[invite, accept], program, [['CONFIRMED', CREATOR, 'en']]],
  [
    [invite, accept],
    approving,
    [
      ['CONFIRMED', CREATOR, 'en'],
      ['APPROVAL_REQUESTED', OPERATORS, 'en'],
    ],
  ],
  [[invite, { type: 'decline', partnerName }], program, [['DECLINED', CREATOR, 'en']]],
  [[invite, [{ type: 'expire', partnerName }, 14]], program, [['EXPIRED', CREATOR, 'en']]],
  [
    [invite, accept, { type: 'approve', partnerName }],
    approving,
    [
      ['APPROVED', INVITEE, 'ru'],
      ['APPROVED_FOR_PARTNER', CREATOR, 'en'],
    ],
  ],
  [
    [invite, accept, { type: 'reject', partnerName, reason: 'No' }],
    approving,
    [
      ['REJECTED', INVITEE, 'ru'],
      ['REJECTED_FOR_PARTNER', CREATOR, 'en'],
    ],
  ],
  [[invite, accept, suspend], program, [['SUSPENDED', INVITEE, 'ru']]],
  [[invite, accept, suspend, activate], program, [['RESUMED', INVITEE, 'ru']]],
  [
    [{ type: 'registerResellerServed', id, partnerId, partnerName, details, alreadyCustomer: false }],
    { ...approving, resellerServedCustomers: true },
    [['APPROVAL_REQUESTED', OPERATORS, 'en']],
  ],
];

describe('the mails of an event', () => {
  test.each(WAYS)('%#: each goes to the right people, in their language', (commands, under, mails) => {
    expect(mailsOf(commands, under).mails.map(({ kind, to, language }) => [kind, to, language])).toEqual(mails);
  });

  test.each(WAYS)(
    '%#: if a service account registered the customer, the owners get its notices',
    (commands, under, mails) => {
      const owed = mailsOf(commands, under, 'SERVICE_ACCOUNT#robot').mails.map(({ kind, to }) => [kind, to]);
      expect(owed).toEqual(mails.map(([kind, to]) => [kind, to === CREATOR ? TO_OWNERS : to]));
    },
  );

  test.each(WAYS)('%#: each can be switched off separately', (commands, under, mails) => {
    for (const [off] of mails) {
      const kinds = mailsOf(commands, { ...under, mailsOff: [off] }).mails.map(({ kind }) => kind);
      expect(kinds).toEqual(mails.map(([kind]) => kind).filter((kind) => kind !== off));
    }
  });

  test('those ways lead to every kind except the one that a report leads to', () => {
    const kinds = new Set(WAYS.flatMap(([, , mails]) => mails.map(([kind]) => kind)));
    expect(MAIL_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['BOUNCED', 'MEMBER_INVITED']);
  });

  test('if the program names no address of operators, no mail asks for an approval', () => {
    const { operatorEmail, ...without } = approving;
    expect(mailsOf([invite, accept], without).mails.map(({ kind }) => kind)).toEqual(['CONFIRMED']);
  });

  const LAST = new Date(start.getTime() + 14 * DAY_MS).toISOString();
  const later = (days: number) => new Date(Date.parse(LAST) + days * DAY_MS).toISOString();
  test('each mail with the link names its deadline; a request for approval names the deadline of the decision', () => {
    const until = (...given: Parameters<typeof mailsOf>) =>
      mailsOf(...given).mails.map(({ kind, expiresAt }) => [kind, expiresAt]);
    expect(until([invite], program)).toEqual([['INVITATION', LAST]]);
    expect(until([invite, newEmail], program)).toEqual([['INVITATION', later(1)]]);
    expect(until([invite, { type: 'resend', partnerName }], program)).toEqual([['RESENT', later(1)]]);
    expect(until([invite, [{ type: 'remind', partnerName }, 11]], program)).toEqual([['REMINDER', LAST]]);
    expect(until([invite, accept], program)).toEqual([['CONFIRMED', undefined]]);
    expect(until([invite, accept], approving)).toEqual([
      ['CONFIRMED', later(1)],
      ['APPROVAL_REQUESTED', later(1)],
    ]);
  });

  test('each names the partner and the customer by their names at that time, and cuts long names', () => {
    const rename: Command = { type: 'update', partnerName, changes: { name: 'Sea' } };
    expect(mailsOf([invite, rename, accept], program).mails).toMatchObject([{ partnerName, customerName: 'Sea' }]);
    const long = { ...invite, partnerName: 'p'.repeat(1_001), details: { ...details, name: 'n'.repeat(1_001) } };
    expect(mailsOf([long], program).mails).toMatchObject([
      { partnerName: 'p'.repeat(1_000), customerName: 'n'.repeat(1_000) },
    ]);
    // The table refuses half a character.
    const mailsTo = (name: string) => mailsOf([{ ...invite, details: { ...details, name } }], program).mails;
    expect(mailsTo(`${'n'.repeat(999)}🙂🙂`)).toMatchObject([{ customerName: `${'n'.repeat(999)}🙂` }]);
  });

  test('those about a rejection have its reason, cut if it is long; the others have none', () => {
    const reasons = (reason?: string) =>
      mailsOf([invite, accept, { type: 'reject', partnerName, reason }], approving).mails.map((mail) => mail.reason);
    expect(reasons('No contract')).toEqual(['No contract', 'No contract']);
    expect(reasons('r'.repeat(1_001))).toEqual(['r'.repeat(1_000), 'r'.repeat(1_000)]);
    for (const mail of mailsOf([invite, accept, { type: 'reject', partnerName }], approving).mails)
      expect(mail).not.toHaveProperty('reason');
    for (const mail of mailsOf([invite, accept, { type: 'approve', partnerName }], approving).mails) {
      expect(mail).not.toHaveProperty('reason');
      expect(mail).not.toHaveProperty('expiresAt');
    }
  });

  test('a notice of a suspension does not have the reason, which is the partner’s own text', () => {
    for (const mail of mailsOf([invite, accept, suspend], program).mails) expect(mail).not.toHaveProperty('reason');
  });

  test('a notice of a refusal says whether the recipient wants no more invitations', () => {
    const { event, customer } = mailsOf([invite, { type: 'decline', partnerName }], program);
    const declined = { ...event, data: { removeAt: later(0), noMoreInvitations: true } } as CustomerEvent;
    expect(mailsOfEvent(declined, customer as Customer, partnerName, program)).toMatchObject([
      { kind: 'DECLINED', to: CREATOR, noMoreInvitations: true },
    ]);
    expect(event?.mails?.[0]).not.toHaveProperty('noMoreInvitations');
  });

  test('the contact is told of a suspension at once, and then at most once an hour', () => {
    const HOUR = 1 / 24;
    const MINUTE = HOUR / 60;
    const told = (...changes: [Command, number][]) => {
      const { mails, event } = mailsOf([invite, accept, ...changes], program);
      return mails.map(({ kind, notBefore }) => [
        kind,
        notBefore === undefined ? 0 : Math.round((Date.parse(notBefore) - Date.parse(event?.at ?? '')) / 60_000),
      ]);
    };
    expect(told([suspend, 1])).toEqual([['SUSPENDED', 0]]);
    expect(told([suspend, 1], [activate, HOUR])).toEqual([['RESUMED', 0]]);
    expect(told([suspend, 1], [activate, 10 * MINUTE])).toEqual([['RESUMED', 50]]);
    // The next notice takes the place of the one that waits, however often the partner changes its mind.
    expect(told([suspend, 1], [activate, 10 * MINUTE], [suspend, 20 * MINUTE])).toEqual([['SUSPENDED', 30]]);
    expect(told([suspend, 1], [activate, 10 * MINUTE], [suspend, 80 * MINUTE])).toEqual([['SUSPENDED', 30]]);
  });

  test('a reseller-served customer gets none', () => {
    const register: Command = {
      type: 'registerResellerServed',
      id,
      partnerId,
      partnerName,
      details,
      alreadyCustomer: false,
    };
    const served = { ...approving, resellerServedCustomers: true };
    expect(mailsOf([register, { type: 'approve', partnerName }], served).mails.map(({ kind }) => kind)).toEqual([
      'APPROVED_FOR_PARTNER',
    ]);
    // The customer is active at once: operators have nothing to decide.
    expect(mailsOf([register], { ...program, operatorEmail: OPERATORS }).mails).toEqual([]);
  });

  test('other changes lead to none', () => {
    const rename: Command = { type: 'update', partnerName, changes: { friendlyName: 'W' } };
    expect(mailsOf([invite, rename], program).event).not.toHaveProperty('mails');
    const skipped = mailsOf([invite, [{ type: 'remind', partnerName, undeliverable: 'gone' }, 11]], program).event;
    expect(skipped).toMatchObject({ type: 'ReminderSkipped' });
    expect(skipped).not.toHaveProperty('mails');
  });
});

describe('a mail that waits', () => {
  const mail = (kind: MailKind) => ({ kind, to: 'x', language: 'en', partnerName, customerName: 'Wind' }) as const;
  const invited = mailsOf([invite], program).customer as Customer;

  test.each(['INVITATION', 'RESENT', 'REMINDER', 'BOUNCED'] as const)(
    '%s is dropped once its invitation is answered, replaced, expired or withdrawn',
    (kind) => {
      expect(isStillWanted(mail(kind), 1, invited)).toBe(true);
      expect(isStillWanted(mail(kind), 1, { ...invited, mailVersion: 2 })).toBe(false);
      for (const status of ['ACTIVE', 'APPROVAL_REQUIRED', 'DECLINED', 'EXPIRED', 'DELETED'] as const)
        expect(isStillWanted(mail(kind), 1, { ...invited, status })).toBe(false);
    },
  );

  /** The statuses in which each other mail is still true. None is true for a deleted customer. */
  const TRUE_WHILE: Partial<Record<MailKind, Customer['status'][]>> = {
    CONFIRMED: ['APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'],
    DECLINED: ['DECLINED'],
    // False as soon as the customer has been invited again.
    EXPIRED: ['EXPIRED'],
    APPROVAL_REQUESTED: ['APPROVAL_REQUIRED'],
    APPROVED: ['ACTIVE', 'SUSPENDED'],
    APPROVED_FOR_PARTNER: ['ACTIVE', 'SUSPENDED'],
    REJECTED: ['REJECTED'],
    REJECTED_FOR_PARTNER: ['REJECTED'],
    SUSPENDED: ['SUSPENDED'],
    RESUMED: ['ACTIVE'],
  };
  test.each(Object.entries(TRUE_WHILE) as [MailKind, Customer['status'][]][])(
    '%s is sent while the customer is %j, whichever mail comes after it',
    (kind, statuses) => {
      const all = [...STATUSES, 'DELETED' as const];
      for (const mailVersion of [1, 2])
        expect(
          all.filter((status) => isStillWanted(mail(kind), 1, { ...invited, status, mailVersion, toldVersion: 1 })),
        ).toEqual(statuses);
    },
  );

  test.each(['SUSPENDED', 'RESUMED'] as const)('%s is dropped if a later one has replaced it', (kind) => {
    const status = kind === 'SUSPENDED' ? 'SUSPENDED' : 'ACTIVE';
    expect(isStillWanted(mail(kind), 3, { ...invited, status, toldVersion: 3 })).toBe(true);
    expect(isStillWanted(mail(kind), 3, { ...invited, status, toldVersion: 5 })).toBe(false);
  });

  test('has the link if it is the invitation, the repeated invitation or a reminder', () => {
    expect(MAIL_KINDS.filter(opensInvitation)).toEqual(['INVITATION', 'RESENT', 'REMINDER']);
  });
});

describe('an invitation that came back', () => {
  const invited = mailsOf([invite], program);
  const [bounced] = invited.mails;
  const bounceOf = (customer: Customer, under = program) =>
    bounced && bounceMail(customer, bounced, 'The mailbox is full.', under);

  test('is reported to the person who registered the customer, with the reason, in the language of the program', () => {
    expect(bounceOf(invited.customer as Customer, { ...program, defaultLanguage: 'vi' })).toEqual({
      kind: 'BOUNCED',
      to: CREATOR,
      language: 'vi',
      partnerName,
      customerName: 'Wind',
      reason: 'The mailbox is full.',
    });
  });

  test('is reported to the owners if a service account registered the customer; not if the program has switched the mail off', () => {
    expect(bounceOf({ ...(invited.customer as Customer), createdBy: 'SERVICE_ACCOUNT#USER#x' })?.to).toBe(TO_OWNERS);
    expect(bounceOf(invited.customer as Customer, { ...program, mailsOff: ['BOUNCED'] })).toBeUndefined();
  });
});
