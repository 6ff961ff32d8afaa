import { expect, test } from 'vitest';
import { MAX_ADMIN_EMAILS, MAX_BODY_BYTES } from '../contract/limits.ts';
import { duePartitions, mailQueueOf } from '../table/keys.ts';
import type { Customer } from './customer.ts';
import type { CustomerEvent, Mail } from './event.ts';
import { eventToItem, toItem } from './item.ts';

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

test('the largest customer fits an item, and leaves room for the report of a mail: each field has the size of a request', () => {
  const text = 'x'.repeat(MAX_BODY_BYTES);
  const email = 'x'.repeat(254);
  const emails = Array<string>(MAX_ADMIN_EMAILS).fill(email);
  const largest: Customer = {
    ...{ id: 'dn2aaaaaaaaaaaaaaaaa', partnerId: email, version: 999_999, status: 'SUSPENDED', statusReason: text },
    ...{ name: text, friendlyName: text, role: text, person: { longname: text }, language: 'en' },
    ...{ email, writtenEmail: email, adminEmails: emails, administrators: emails },
    ...{ createdAt: at, createdBy: `USER#${email}`, updatedAt: at, invitedAt: at, mailVersion: 1, confirmedAt: at },
    organization: { id: 'bpfaaaaaaaaaaaaaaaaa', name: `For subaccount '${text}'` },
    recentKeys: Array<{ key: string; version: number }>(5).fill({ key: 'x'.repeat(64), version: 999_999 }),
  };
  expect(Buffer.byteLength(JSON.stringify(toItem(largest)))).toBeLessThan(400 * 1024 - 2_000);
});
