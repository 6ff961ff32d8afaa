import { expect, onTestFinished, test, vi } from 'vitest';
import type { CustomerEvent } from '../customer/event.ts';
import type { Changed } from '../customer/store.ts';
import { requireRefusalsLeft, requireReserved, usesInvitation } from './dailyLimit.ts';

const partner = { id: 'acme', name: 'Acme', paid: true, domains: [], refusalsLeft: 1 };
const reserved = { partnerId: 'acme', day: '2026-05-01', count: 1, mailsQueued: false };

test('a partner that has an invitation or a refusal left may use it', () => {
  expect(() => requireReserved(reserved, partner, new Date())).not.toThrow();
  expect(() => requireRefusalsLeft(partner, new Date())).not.toThrow();
});

test.each([
  ['2026-05-01T12:00:00.000Z', '2026-05-02T00:00:00.000Z', 12 * 60 * 60],
  ['2026-05-01T00:00:00.000Z', '2026-05-02T00:00:00.000Z', 24 * 60 * 60],
  ['2026-12-31T23:59:59.001Z', '2027-01-01T00:00:00.000Z', 1],
])('a partner that has none left at %s can go on at %s', (now, tomorrow, retryAfterSeconds) => {
  for (const count of [0, -1])
    expect(() => requireReserved({ ...reserved, count }, partner, new Date(now))).toThrow(
      expect.objectContaining({
        code: 'INVITATION_LIMIT',
        status: 429,
        message: `Acme has sent all the invitations that the program allows in a day. Go on tomorrow (${tomorrow}).`,
        extras: { members: { partnerName: 'Acme', resumesAt: tomorrow }, retryAfterSeconds },
      }),
    );
  for (const refusalsLeft of [0, -1])
    expect(() => requireRefusalsLeft({ ...partner, refusalsLeft }, new Date(now))).toThrow(
      expect.objectContaining({
        code: 'REFUSAL_LIMIT',
        status: 429,
        message: `Too many registrations of Acme were refused today because of the customers' accounts. Go on tomorrow (${tomorrow}).`,
        extras: { members: { partnerName: 'Acme', resumesAt: tomorrow }, retryAfterSeconds },
      }),
    );
});

test('a partner that has none left is counted, with its id', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  expect(() => requireReserved({ ...reserved, count: 0 }, partner, new Date())).toThrow();
  const [line] = written.mock.calls.map(([text]) => JSON.parse(String(text)) as object);
  expect(line).toMatchObject({
    level: 'INFO',
    work: 'reserveInvitations',
    partnerId: 'acme',
    invitationLimitRefusals: 1,
  });
});

test('a change uses an invitation if it calls for the mail of one, and is not an earlier answer repeated', () => {
  const event = { type: 'InvitationResent', data: {}, mails: [{}] } as unknown as CustomerEvent;
  const uses = (changed: Pick<Changed, 'event' | 'replayed'>) => usesInvitation(changed as Changed);
  expect(uses({ event, replayed: false })).toBe(true);
  expect(uses({ event, replayed: true })).toBe(false);
  expect(uses({ event: null, replayed: false })).toBe(false);
});
