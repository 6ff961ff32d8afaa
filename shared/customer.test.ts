import { describe, expect, test } from 'vitest';
import { fc } from '../test/fastCheck.ts';
import { LONG } from '../test/size.ts';
import {
  asOf,
  type Circumstances,
  type Command,
  type Customer,
  type CustomerEvent,
  decide,
  evolve,
  type Status,
} from './customer.ts';
import { Problem } from './problem.ts';
import type { Program } from './program.ts';
import yandex from './programs/yandex.json' with { type: 'json' };

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const program = yandex as Program;
const approving: Program = { ...program, providerApproval: 'ALWAYS' };
const start = new Date('2026-05-01T00:00:00.000Z');
const days = (count: number) => new Date(start.getTime() + count * DAY_MS);
const details = {
  name: 'Северный ветер',
  role: 'Partner',
  person: {},
  language: 'ru',
  adminEmails: ['a@x.example'],
} as const;
const invite: Command = {
  type: 'invite',
  id: 'dn2aaaaaaaaaaaaaaaaa',
  partnerId: 'acme',
  partnerName: 'Acme',
  details: { ...details, adminEmails: [...details.adminEmails] },
  email: 'ivan@yandex.ru',
  nonce: 'n1',
};
const circumstances = (now: Date, under = program): Circumstances => ({
  now,
  program: under,
  actor: 'USER#owner@acme.example',
});

/** The customer after a command; what was refused throws. */
function customerAfter(customer: Customer | undefined, command: Command, now = start, under = program): Customer {
  const event = decide(customer, command, circumstances(now, under));
  return event ? evolve(customer, event) : (customer as Customer);
}
const invited = (under = program) => customerAfter(undefined, invite, start, under);
const refusal = (code: string) => expect.objectContaining({ code });

/** Which statuses each command may lead to, from which: the picture of a customer's life. */
const LIFE: Record<
  Exclude<Command['type'], 'invite' | 'registerResellerServed'>,
  Partial<Record<Customer['status'], Customer['status'][]>>
> = {
  resend: { VERIFICATION_REQUIRED: ['VERIFICATION_REQUIRED'], EXPIRED: ['VERIFICATION_REQUIRED'] },
  remind: { VERIFICATION_REQUIRED: ['VERIFICATION_REQUIRED'] },
  accept: { VERIFICATION_REQUIRED: ['ACTIVE', 'APPROVAL_REQUIRED'] },
  decline: { VERIFICATION_REQUIRED: ['DECLINED'] },
  approve: { APPROVAL_REQUIRED: ['ACTIVE'] },
  reject: { APPROVAL_REQUIRED: ['REJECTED'] },
  suspend: { ACTIVE: ['SUSPENDED'] },
  activate: { SUSPENDED: ['ACTIVE'] },
  update: {
    VERIFICATION_REQUIRED: ['VERIFICATION_REQUIRED'],
    APPROVAL_REQUIRED: ['APPROVAL_REQUIRED'],
    ACTIVE: ['ACTIVE'],
    SUSPENDED: ['SUSPENDED'],
  },
  updateAccess: {
    VERIFICATION_REQUIRED: ['VERIFICATION_REQUIRED'],
    APPROVAL_REQUIRED: ['APPROVAL_REQUIRED'],
    ACTIVE: ['ACTIVE'],
    SUSPENDED: ['SUSPENDED'],
  },
  delete: {
    VERIFICATION_REQUIRED: ['DELETED'],
    APPROVAL_REQUIRED: ['DELETED'],
    DECLINED: ['DELETED'],
    REJECTED: ['DELETED'],
    EXPIRED: ['DELETED'],
  },
  // What is stored as waiting is, past its deadline, expired (or past its retention, gone): the command writes it down.
  expire: { EXPIRED: ['EXPIRED'], DELETED: ['DELETED'] },
  createCloud: { ACTIVE: ['ACTIVE'] },
  linkCloud: { ACTIVE: ['ACTIVE'] },
  unlinkCloud: { ACTIVE: ['ACTIVE'], SUSPENDED: ['SUSPENDED'] },
};

const anyEmail = fc.constantFrom('ivan@yandex.ru', 'other@yandex.ru');
const COMMANDS: Command[] = [
  { type: 'remind', partnerName: 'Acme' },
  { type: 'resend', partnerName: 'Acme' },
  { type: 'accept', partnerName: 'Acme', alreadyCustomer: false },
  { type: 'accept', partnerName: 'Acme', alreadyCustomer: true },
  { type: 'decline', partnerName: 'Acme' },
  { type: 'approve', partnerName: 'Acme' },
  { type: 'reject', partnerName: 'Acme', reason: 'no' },
  { type: 'suspend', reason: 'unpaid' },
  { type: 'activate' },
  { type: 'delete' },
  { type: 'expire', partnerName: 'Acme' },
  { type: 'createCloud', cloudId: 'c1', name: 'one' },
  { type: 'linkCloud', cloudId: 'c2', name: 'two', outstandingCharges: true },
  { type: 'unlinkCloud', cloudId: 'c2' },
  { type: 'update', partnerName: 'Acme', changes: { friendlyName: 'Wind' } },
  {
    type: 'updateAccess',
    deltas: [{ action: 'ADD', roleId: 'billing.accounts.viewer', subject: { id: 'b@x.example', type: 'USER' } }],
  },
];
const anyCommand: fc.Arbitrary<Command> = fc.oneof(
  fc.constantFrom(...COMMANDS),
  anyEmail.map((email): Command => ({ type: 'update', partnerName: 'Acme', changes: { email, nonce: 'n2' } })),
);
const anyRegistration = fc.constantFrom<Command>(invite, {
  type: 'registerResellerServed',
  id: 'dn2bbbbbbbbbbbbbbbbb',
  partnerId: 'acme',
  partnerName: 'Acme',
  details: invite.details,
  alreadyCustomer: false,
});
const anyProgram = fc.constantFrom<Program>(program, approving, {
  ...program,
  providerApproval: 'UNLESS_ALREADY_CUSTOMER',
});
/** Commands with the pause before each: from at once to past every deadline. */
const anyStory = fc.array(
  fc.tuple(anyCommand, fc.constantFrom(0, 1, HOUR_MS, DAY_MS, 11 * DAY_MS, 14 * DAY_MS, 31 * DAY_MS)),
  {
    maxLength: 12,
  },
);

/** Plays a story; `seen` is told of every command, what it was decided from and what it led to. */
function play(
  under: Program,
  registration: Command,
  story: [Command, number][],
  seen: (step: {
    command: Command;
    before: Customer;
    stored: Customer;
    event: CustomerEvent | null;
    after: Customer;
    now: Date;
  }) => void,
): { customer: Customer; events: CustomerEvent[] } {
  const first = decide(undefined, registration, circumstances(start, under)) as CustomerEvent;
  let customer = evolve(undefined, first);
  const events = [first];
  let now = start;
  for (const [command, pauseMs] of story) {
    now = new Date(now.getTime() + pauseMs);
    let event: CustomerEvent | null = null;
    try {
      event = decide(freeze(customer), command, circumstances(now, under));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      expect(error.status).toBeGreaterThanOrEqual(400);
      expect(error.status).toBeLessThan(500);
    }
    const stored = customer;
    if (event) {
      events.push(event);
      customer = evolve(stored, event);
    }
    seen({ command, before: asOf(stored, now, under), stored, event, after: customer, now });
  }
  return { customer, events };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(freeze);
    Object.freeze(value);
  }
  return value;
}

describe('the life of a customer', () => {
  test('any command at any time is refused with a problem, changes nothing, or leads to a status that its life allows', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        play(under, registration, story, ({ command, before, event, after }) => {
          if (!event || command.type === 'invite' || command.type === 'registerResellerServed') return;
          expect(LIFE[command.type][before.status] ?? []).toContain(asOf(after, new Date(event.at), under).status);
        });
      }),
      { numRuns: LONG ? 10_000 : 300 },
    );
  });

  test('every arrow of that picture is walked by some story', () => {
    const walked = new Set<string>();
    const seen = new Set<string>();
    const walk = (stored: Customer, since: Date): void => {
      for (const pauseDays of [
        0,
        1,
        // In time for the last reminder.
        approving.confirmationDays - 1,
        approving.confirmationDays,
        approving.confirmationDays + approving.retentionDays,
      ]) {
        const now = new Date(since.getTime() + pauseDays * DAY_MS);
        const before = asOf(stored, now, approving);
        for (const command of COMMANDS) {
          try {
            const event = decide(stored, command, circumstances(now, approving));
            if (!event) continue;
            walked.add(`${command.type} ${before.status}`);
            const after = evolve(stored, event);
            const place = `${after.status} ${after.confirmedAt !== undefined}`;
            if (!seen.has(place)) {
              seen.add(place);
              walk(after, now);
            }
          } catch (error) {
            if (!(error instanceof Problem)) throw error;
          }
        }
      }
    };
    walk(invited(approving), start);
    const arrows = Object.entries(LIFE).flatMap(([command, from]) =>
      Object.keys(from).map((status) => `${command} ${status}`),
    );
    expect(arrows.filter((arrow) => !walked.has(arrow))).toEqual([]);
  });

  test('each event has the next version, and the events alone give the customer as it is stored', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        const { customer, events } = play(under, registration, story, () => undefined);
        expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
        expect(events.reduce<Customer | undefined>(evolve, undefined)).toEqual(customer);
      }),
    );
  });

  test('a waiting customer has a deadline, an active one an organization, one that came to nothing a day of removal', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        play(under, registration, story, ({ after: { status, expiresAt, organization, removeAt } }) => {
          expect(expiresAt !== undefined).toBe(['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED'].includes(status));
          expect(organization !== undefined).toBe(['ACTIVE', 'SUSPENDED'].includes(status));
          expect(removeAt !== undefined).toBe(['DECLINED', 'REJECTED', 'EXPIRED', 'DELETED'].includes(status));
        });
      }),
    );
  });

  test('what was declined, rejected or deleted never comes back; what expired comes back by a resend alone', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        play(under, registration, story, ({ command, before, after: stored, now }) => {
          const after = asOf(stored, now, under);
          if (['DECLINED', 'REJECTED', 'DELETED'].includes(before.status)) expect(LIVE).not.toContain(after.status);
          if (before.status === 'EXPIRED' && LIVE.includes(after.status as Status)) {
            expect(command.type).toBe('resend');
            expect(before.confirmedAt).toBeUndefined();
          }
        });
      }),
    );
  });

  test('only the customer confirms: nothing else leads out of Verification required to an active customer', () => {
    fc.assert(
      fc.property(anyProgram, anyStory, (under, story) => {
        play(under, invite, story, ({ command, before, after }) => {
          if (before.status === 'VERIFICATION_REQUIRED' && LIVE.slice(1).includes(after.status as Status)) {
            expect(command.type).toBe('accept');
          }
        });
      }),
    );
  });

  test('who is administrator is settled at registration: no later change moves a grant', () => {
    const updated = customerAfter(invited(), {
      type: 'update',
      partnerName: 'Acme',
      changes: { adminEmails: ['b@x.example'] },
    });
    expect(updated).toMatchObject({ adminEmails: ['b@x.example'], administrators: ['a@x.example'] });
  });

  test('the organization is named after the customer once, and keeps its name', () => {
    const active = customerAfter(invited(), { type: 'accept', partnerName: 'Acme', alreadyCustomer: false });
    expect(active.organization).toEqual({ id: 'bpfaaaaaaaaaaaaaaaaa', name: "For subaccount 'Северный ветер'" });
    const renamed = customerAfter(active, { type: 'update', partnerName: 'Acme', changes: { name: 'Южный ветер' } });
    expect(renamed).toMatchObject({ name: 'Южный ветер', organization: active.organization });
  });
});

const LIVE: Status[] = ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'];

describe('time', () => {
  const { confirmationDays, retentionDays, approvalDays } = program;

  test('to the millisecond of its deadline a customer can confirm, from then on it is expired, cleanup or not', () => {
    const deadline = days(confirmationDays);
    const accept: Command = { type: 'accept', partnerName: 'Acme', alreadyCustomer: false };
    expect(customerAfter(invited(), accept, new Date(deadline.getTime() - 1)).status).toBe('ACTIVE');
    expect(asOf(invited(), deadline, program).status).toBe('EXPIRED');
    expect(() => customerAfter(invited(), accept, deadline)).toThrow(refusal('CUSTOMER_STATUS'));
  });

  test('a resend starts the deadline anew and keeps the nonce, so that earlier links stay alive', () => {
    const resent = customerAfter(invited(), { type: 'resend', partnerName: 'Acme' }, days(1));
    expect(resent).toMatchObject({ nonce: 'n1', expiresAt: days(1 + confirmationDays).toISOString() });
  });

  test('a resend too soon is refused, with the seconds that are left', () => {
    const now = new Date(start.getTime() + 60_000);
    const error = catchError(() => customerAfter(invited(), { type: 'resend', partnerName: 'Acme' }, now));
    expect(error).toMatchObject({
      code: 'RESEND_TOO_SOON',
      extras: { retryAfterSeconds: program.resendCooldownMinutes * 60 - 60 },
    });
  });

  test('an expired invitation is opened again by a resend; one that expired awaiting approval is not', () => {
    const late = days(confirmationDays + 1);
    expect(customerAfter(invited(), { type: 'resend', partnerName: 'Acme' }, late).status).toBe(
      'VERIFICATION_REQUIRED',
    );
    const waiting = customerAfter(
      invited(approving),
      { type: 'accept', partnerName: 'Acme', alreadyCustomer: false },
      start,
      approving,
    );
    expect(waiting).toMatchObject({ status: 'APPROVAL_REQUIRED', expiresAt: days(approvalDays).toISOString() });
    expect(() => customerAfter(waiting, { type: 'resend', partnerName: 'Acme' }, late, approving)).toThrow(
      refusal('CUSTOMER_STATUS'),
    );
  });

  test('past its retention a customer is gone, and is told from none that never was', () => {
    const gone = days(confirmationDays + retentionDays);
    expect(asOf(invited(), gone, program).status).toBe('DELETED');
    expect(() => customerAfter(invited(), { type: 'resend', partnerName: 'Acme' }, gone)).toThrow(
      refusal('CUSTOMER_NOT_FOUND'),
    );
    expect(customerAfter(invited(), { type: 'expire', partnerName: 'Acme' }, gone)).toMatchObject({
      status: 'EXPIRED',
      removeAt: gone.toISOString(),
    });
  });
});

describe('a new email address', () => {
  const change: Command = { type: 'update', partnerName: 'Acme', changes: { email: 'new@yandex.ru', nonce: 'n2' } };

  test('gets an invitation of its own, with a new nonce and deadline', () => {
    const event = decide(invited(), change, circumstances(days(2)));
    expect(event).toMatchObject({
      mails: [{ kind: 'INVITATION', to: 'new@yandex.ru', expiresAt: days(2 + program.confirmationDays).toISOString() }],
    });
    expect(customerAfter(invited(), change, days(2))).toMatchObject({
      email: 'new@yandex.ru',
      nonce: 'n2',
      mailVersion: 2,
    });
  });

  test('is refused once the customer has confirmed', () => {
    const active = customerAfter(invited(), { type: 'accept', partnerName: 'Acme', alreadyCustomer: false });
    expect(() => customerAfter(active, change)).toThrow(refusal('CUSTOMER_STATUS'));
  });

  test('is refused where its domain is not one of the program', () => {
    const restricted = { ...program, allowedEmailDomains: ['yandex.ru'] };
    expect(() => decide(undefined, { ...invite, email: 'a@evil-yandex.ru' }, circumstances(start, restricted))).toThrow(
      refusal('EMAIL_DOMAIN_NOT_ALLOWED'),
    );
    expect(decide(undefined, invite, circumstances(start, restricted))).toMatchObject({ type: 'CustomerInvited' });
  });
});

test('a reseller-served customer is active at once, without an invitee; a program can forbid it', () => {
  const register: Command = { ...invite, type: 'registerResellerServed', alreadyCustomer: false };
  expect(customerAfter(undefined, register)).toMatchObject({
    status: 'ACTIVE',
    email: null,
    organization: { id: 'bpfaaaaaaaaaaaaaaaaa' },
  });
  expect(() => customerAfter(undefined, register, start, { ...program, resellerServedCustomers: false })).toThrow(
    refusal('RESELLER_SERVED_NOT_ALLOWED'),
  );
});

test('confirming again does nothing; every other late action names the status that is', () => {
  const active = customerAfter(invited(), { type: 'accept', partnerName: 'Acme', alreadyCustomer: false });
  expect(
    decide(active, { type: 'accept', partnerName: 'Acme', alreadyCustomer: false }, circumstances(days(1))),
  ).toBeNull();
  expect(catchError(() => customerAfter(active, { type: 'decline', partnerName: 'Acme' }))).toMatchObject({
    code: 'CUSTOMER_STATUS',
    extras: { members: { currentStatus: 'ACTIVE' } },
  });
});

test('a customer remembers its newest idempotency keys', () => {
  let customer = customerAfter(invited(), { type: 'accept', partnerName: 'Acme', alreadyCustomer: false });
  for (const key of ['k1', 'k2', 'k3', 'k4', 'k5', 'k6']) {
    const event = decide(
      customer,
      { type: 'unlinkCloud', cloudId: key },
      { ...circumstances(days(1)), idempotency: { key, request: 'r' } },
    );
    customer = evolve(customer, event as CustomerEvent);
  }
  expect(customer.recentKeys).toEqual([3, 4, 5, 6, 7].map((n) => ({ key: `k${n - 1}`, version: n + 1 })));
});

function catchError(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
}
