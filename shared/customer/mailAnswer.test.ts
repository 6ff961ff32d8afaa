import { describe, expect, test } from 'vitest';
import type { Delivery } from './delivery.ts';
import { type CustomerEvent, type Mail, type MailMark, type Reported, TO_OWNERS } from './event.ts';
import { mailAnswer } from './mailAnswer.ts';

const CALLED_FOR = '2026-05-01T12:00:00.000Z';
const LATER = '2026-05-01T12:00:05.000Z';
const LAST = '2026-05-02T08:00:00.000Z';

const event = { version: 3, at: CALLED_FOR } as CustomerEvent;
const mail = (more: Partial<Mail & MailMark & Reported> = {}) =>
  ({ kind: 'RESENT', to: 'ivan@bakery.example', language: 'en', partnerName: 'Acme', ...more }) as const;
const newest = (more: Partial<Delivery> = {}): Delivery => ({
  status: 'BOUNCED',
  at: LAST,
  reason: 'Full.',
  mailVersion: 3,
  ...more,
});

const said = { kind: 'RESENT', to: 'ivan@bakery.example' };

test.each<[string, Partial<MailMark & Reported>, object]>([
  ['waits', {}, { status: 'QUEUED', at: CALLED_FOR }],
  ['was sent', { sentAt: LATER }, { status: 'SENT', at: LATER }],
  ['was given up', { failedAt: LATER }, { status: 'FAILED', at: LATER }],
  ['was dropped', { droppedAt: LATER }, { status: 'DROPPED', at: LATER }],
  [
    'is shown once, with its newest report',
    { sentAt: LATER, delivery: { status: 'BOUNCED', at: LAST, reason: 'Full.' } },
    { status: 'BOUNCED', at: LAST, reason: 'Full.' },
  ],
  [
    'arrived, although it was given up',
    { failedAt: LATER, delivery: { status: 'DELIVERED', at: LAST } },
    { status: 'DELIVERED', at: LAST },
  ],
])('a mail that %s', (_, marks, fate) => {
  expect(mailAnswer(mail(marks), event, undefined)).toEqual({ ...said, ...fate });
});

describe('a mail of an earlier version, without a report of its own', () => {
  test('has the delivery of the customer, if it is the newest mail with the link and has left', () => {
    expect(mailAnswer(mail({ sentAt: LATER }), event, newest())).toEqual({
      ...said,
      status: 'BOUNCED',
      at: LAST,
      reason: 'Full.',
    });
    expect(mailAnswer(mail({ sentAt: LATER }), event, newest({ mailVersion: 2 }))).toMatchObject({ status: 'SENT' });
    expect(mailAnswer(mail({ sentAt: LATER, kind: 'SUSPENDED' }), event, newest())).toMatchObject({ status: 'SENT' });
    expect(mailAnswer(mail(), event, newest())).toMatchObject({ status: 'QUEUED' });
  });
});

test('the provider’s address isn’t said, and the partner’s owners are one recipient', () => {
  const toProvider = mail({ kind: 'APPROVAL_REQUESTED', to: 'secret@provider.example' });
  expect(mailAnswer(toProvider, event, undefined).to).toBe('OPERATORS');
  expect(mailAnswer(mail({ kind: 'CONFIRMED', to: TO_OWNERS }), event, undefined).to).toBe('OWNERS');
});
