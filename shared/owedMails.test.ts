import { describe, expect, test } from 'vitest';
import { type Command, type Customer, type CustomerEvent, decide, evolve, type MailKind } from './customer.ts';
import { isStillWanted } from './owedMails.ts';
import { MAIL_KINDS, type Program } from './program.ts';
import vng from './programs/vng.json' with { type: 'json' };
import yandex from './programs/yandex.json' with { type: 'json' };

const DAY_MS = 24 * 60 * 60_000;
const start = new Date('2026-05-01T00:00:00.000Z');
const program = yandex as Program;
const approving = { ...(vng as Program), providerApproval: 'ALWAYS' } as const;
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

/** The mails of the last of some commands, given a day after one another unless told otherwise. */
function mailsOf(commands: (Command | [Command, number])[], under: Program, actor = 'USER#owner@acme.example') {
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
const newEmail: Command = { type: 'update', partnerName, changes: { email: 'new@wind.example', nonce: 'n2' } };

/** What leads to each kind of mail, and who gets it in which language. */
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
  [
    [{ type: 'registerResellerServed', id, partnerId, partnerName, details, alreadyCustomer: false }],
    { ...approving, resellerServedCustomers: true },
    [['APPROVAL_REQUESTED', OPERATORS, 'en']],
  ],
];

describe('the mails of an event', () => {
  test.each(WAYS)('%#: each goes to whom it concerns, in their language', (commands, under, mails) => {
    expect(mailsOf(commands, under).mails.map(({ kind, to, language }) => [kind, to, language])).toEqual(mails);
  });

  test.each(WAYS)('%#: a service account that registered the customer gets none', (commands, under, mails) => {
    const kinds = mailsOf(commands, under, 'SERVICE_ACCOUNT#robot').mails.map(({ kind }) => kind);
    expect(kinds).toEqual(mails.filter(([, to]) => to !== CREATOR).map(([kind]) => kind));
  });

  test.each(WAYS)('%#: each can be switched off by itself', (commands, under, mails) => {
    for (const [off] of mails) {
      const kinds = mailsOf(commands, { ...under, mailsOff: [off] }).mails.map(({ kind }) => kind);
      expect(kinds).toEqual(mails.map(([kind]) => kind).filter((kind) => kind !== off));
    }
  });

  test('those ways lead to every kind but the one that follows from a report', () => {
    const kinds = new Set(WAYS.flatMap(([, , mails]) => mails.map(([kind]) => kind)));
    expect(MAIL_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['BOUNCED']);
  });

  test('where no address of operators is named, nobody is asked by mail', () => {
    const { operatorEmail, ...without } = approving;
    expect(mailsOf([invite, accept], without).mails.map(({ kind }) => kind)).toEqual(['CONFIRMED']);
  });

  test('other changes call for none', () => {
    const rename: Command = { type: 'update', partnerName, changes: { friendlyName: 'W' } };
    expect(mailsOf([invite, rename], program).event).not.toHaveProperty('mails');
  });
});

describe('reminders', () => {
  const remind: Command = { type: 'remind', partnerName };
  const { confirmationDays } = program;

  test('come at the program’s days before the deadline; one that was missed is not made up for', () => {
    const invited = mailsOf([invite], program).customer;
    expect(invited?.remindAt).toBe(new Date(start.getTime() + (confirmationDays - 3) * DAY_MS).toISOString());
    const reminded = mailsOf([invite, [remind, confirmationDays - 3]], program).customer;
    expect(reminded?.remindAt).toBe(new Date(start.getTime() + (confirmationDays - 1) * DAY_MS).toISOString());
    const late = mailsOf([invite, [remind, confirmationDays - 0.5]], program);
    expect(late.mails).toHaveLength(1);
    expect(late.customer).not.toHaveProperty('remindAt');
  });

  test('come once, not before their time, and not to whoever has answered', () => {
    expect(mailsOf([invite, [remind, 10]], program).event).toBeNull();
    expect(mailsOf([invite, [remind, 11], [remind, 0]], program).event).toBeNull();
    expect(mailsOf([invite, accept, [remind, 11]], program).event).toBeNull();
  });

  test('start anew with a resend or another address', () => {
    for (const again of [{ type: 'resend', partnerName }, newEmail] as const) {
      const { customer } = mailsOf([invite, [remind, 11], again], program);
      expect(customer?.remindAt).toBe(new Date(start.getTime() + (12 + confirmationDays - 3) * DAY_MS).toISOString());
    }
  });

  test('are skipped, as history says, where no mail reaches the address or the program has switched them off', () => {
    const undeliverable: Command = { type: 'remind', partnerName, undeliverable: 'gone' };
    expect(mailsOf([invite, [undeliverable, 11]], program).event).toMatchObject({
      type: 'ReminderSkipped',
      data: { reason: 'EMAIL_UNDELIVERABLE' },
    });
    expect(mailsOf([invite], { ...program, mailsOff: ['REMINDER'] }).customer).not.toHaveProperty('remindAt');
    expect(mailsOf([invite], { ...program, reminderDays: [] }).customer).not.toHaveProperty('remindAt');
  });
});

test('a resend to an address that takes no mail is refused with the reason, and what to do', () => {
  const resend: Command = { type: 'resend', partnerName, undeliverable: 'The mailbox does not exist (550 5.1.1).' };
  expect(() => mailsOf([invite, resend], program)).toThrow(
    expect.objectContaining({
      code: 'EMAIL_UNDELIVERABLE',
      message: expect.stringMatching(/does not exist.*Change the customer's email address/),
    }),
  );
  expect(() => mailsOf([invite, [resend, 15]], program)).toThrow(/register the customer under another address/);
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

  test('of the others is sent while it still says what is so, and never of a deleted customer', () => {
    for (const kind of MAIL_KINDS) expect(isStillWanted(mail(kind), 1, { ...invited, status: 'DELETED' })).toBe(false);
    expect(isStillWanted(mail('CONFIRMED'), 2, { ...invited, status: 'SUSPENDED' })).toBe(true);
    expect(isStillWanted(mail('CONFIRMED'), 2, { ...invited, status: 'REJECTED' })).toBe(false);
    // It has been invited again meanwhile.
    expect(isStillWanted(mail('EXPIRED'), 2, { ...invited, status: 'VERIFICATION_REQUIRED' })).toBe(false);
    expect(isStillWanted(mail('APPROVAL_REQUESTED'), 2, { ...invited, status: 'ACTIVE' })).toBe(false);
  });
});
