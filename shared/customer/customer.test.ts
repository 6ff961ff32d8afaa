import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frozen, yandex as program } from '../../test/given.ts';
import { sized } from '../../test/size.ts';
import { Problem } from '../contract/problem.ts';
import type { Status } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import type { Circumstances, Command } from './command.ts';
import { asOf, type Customer } from './customer.ts';
import { decide } from './decide.ts';
import type { CustomerEvent } from './event.ts';
import { evolve } from './evolve.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const approving: Program = { ...program, providerApproval: 'ALWAYS' };
const start = new Date('2026-05-01T00:00:00.000Z');
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

/** The statuses that each command may lead to, by the status that it starts from: the picture of a customer's life. */
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
  // Past its deadline a waiting customer counts as expired (past its retention, as deleted). The command stores that.
  expire: { EXPIRED: ['EXPIRED'], DELETED: ['DELETED'] },
  createCloud: { ACTIVE: ['ACTIVE'] },
  linkCloud: { ACTIVE: ['ACTIVE'] },
  unlinkCloud: { ACTIVE: ['ACTIVE'], SUSPENDED: ['SUSPENDED'] },
  updateCloudAccess: { ACTIVE: ['ACTIVE'], SUSPENDED: ['SUSPENDED'] },
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
  {
    type: 'updateCloudAccess',
    cloudId: 'c2',
    name: 'two',
    deltas: [{ action: 'REMOVE', roleId: 'owner', subject: { id: 'acme', type: 'PARTNER' } }],
  },
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
/** Commands, each with the pause before it: from none to a pause past every deadline. */
const anyStory = fc.array(
  fc.tuple(anyCommand, fc.constantFrom(0, 1, HOUR_MS, DAY_MS, 11 * DAY_MS, 14 * DAY_MS, 31 * DAY_MS)),
  {
    maxLength: 12,
  },
);

/** Plays a story. Calls `seen` for every command, with the customer before and after it. */
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
      event = decide(frozen(customer), command, circumstances(now, under));
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

describe('the life of a customer', () => {
  test('any command at any time is refused with a problem, changes nothing, or leads to a status that its life allows', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        play(under, registration, story, ({ command, before, event, after }) => {
          if (!event || command.type === 'invite' || command.type === 'registerResellerServed') return;
          expect(LIFE[command.type][before.status] ?? []).toContain(asOf(after, new Date(event.at), under).status);
        });
      }),
      { numRuns: sized(300, 10_000) },
    );
  });

  test('some story walks every arrow of that picture', () => {
    const walked = new Set<string>();
    const seen = new Set<string>();
    const walk = (stored: Customer, since: Date): void => {
      for (const pauseDays of [
        0,
        1,
        // Before the deadline, when the last reminder is due.
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
    walk(evolve(undefined, decide(undefined, invite, circumstances(start, approving)) as CustomerEvent), start);
    const arrows = Object.entries(LIFE).flatMap(([command, from]) =>
      Object.keys(from).map((status) => `${command} ${status}`),
    );
    expect(arrows.filter((arrow) => !walked.has(arrow))).toEqual([]);
  });

  test('each event has the next version, and the stored customer follows from the events alone', () => {
    fc.assert(
      fc.property(anyProgram, anyRegistration, anyStory, (under, registration, story) => {
        const { customer, events } = play(under, registration, story, () => undefined);
        expect(events.map(({ version }) => version)).toEqual(events.map((_, i) => i + 1));
        expect(events.reduce<Customer | undefined>(evolve, undefined)).toEqual(customer);
      }),
    );
  });

  test('a waiting customer has a deadline, an active one an organization, an ended one a day of removal', () => {
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

  test('a declined, rejected or deleted customer never comes back; an expired one comes back only by a resend', () => {
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

  test('only the customer confirms: no other command leads from Verification required to an active customer', () => {
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
});

const LIVE: Status[] = ['VERIFICATION_REQUIRED', 'APPROVAL_REQUIRED', 'ACTIVE', 'SUSPENDED'];
