import { expect, test } from 'vitest';
import { duePartitions, mailQueueOf } from '../table/keys.ts';
import type { CustomerEvent, Mail } from './event.ts';
import { eventToItem } from './item.ts';

const MINUTE_MS = 60_000;
const at = '2026-05-01T12:00:00.000Z';
const now = new Date(at);
const minutesLater = (minutes: number) => new Date(Date.parse(at) + minutes * MINUTE_MS).toISOString();
const mail: Mail = { kind: 'SUSPENDED', to: 'ivan@wind.example', language: 'en', partnerName: 'Acme' };
const event = (mails?: Mail[]): CustomerEvent => ({
  type: 'CustomerSuspended',
  data: {},
  customerId: 'dn2aaaaaaaaaaaaaaaaa',
  version: 3,
  at,
  actor: 'USER#owner@acme.example',
  ...(mails && { mails }),
});

test('an event without mails is not due', () => {
  expect(eventToItem(event(), now)).not.toHaveProperty('due');
  expect(eventToItem(event(), now, 'acme')).not.toHaveProperty('due');
});

test('a mail that leaves at once is for the stream, and a minute later for the schedule', () => {
  const item = eventToItem(event([mail]), now);
  expect(duePartitions('MAIL')).toContain(item['due']);
  expect(item).toMatchObject({ dueAt: minutesLater(1) });
  expect(item).not.toHaveProperty('attempts');
});

test('a queued mail is in the queue of its partner, and due also for a sender whose clock is behind', () => {
  const item = eventToItem(event([mail]), now, 'acme');
  expect(item).toMatchObject({ due: mailQueueOf('acme'), dueAt: minutesLater(-5) });
  expect(item).not.toHaveProperty('attempts');
});

test('a mail that must not leave yet pauses until it may', () => {
  const notBefore = minutesLater(50);
  for (const queuedFor of [undefined, 'acme'])
    expect(eventToItem(event([{ ...mail, notBefore }]), now, queuedFor)).toMatchObject({
      dueAt: notBefore,
      attempts: 0,
    });
});
