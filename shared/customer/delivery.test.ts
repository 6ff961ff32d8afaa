import { expect, test } from 'vitest';
import { customerOf, day } from '../../test/given.ts';
import type { Customer } from './customer.ts';
import { isQueued, undeliverableReason, whyOf } from './delivery.ts';

const customer = customerOf({
  type: 'CustomerInvited',
  data: {
    name: 'Wind',
    role: 'Partner',
    person: {},
    language: 'en',
    adminEmails: [],
    partnerId: 'acme',
    email: 'ivan@wind.example',
    nonce: 'n1',
    expiresAt: day(14),
  },
  mails: [{ kind: 'INVITATION', to: 'ivan@wind.example', language: 'en', partnerName: 'Acme', customerName: 'Wind' }],
}) as Customer;
const bounced = { status: 'BOUNCED', at: day(0), reason: 'There is no such mailbox.', mailVersion: 1 } as const;

test('the newest mail waits while an invited customer has no delivery of it', () => {
  expect(isQueued(customer, undefined)).toBe(true);
  expect(isQueued({ ...customer, mailVersion: 2 }, bounced)).toBe(true);
  expect(isQueued(customer, bounced)).toBe(false);
});

test('no mail waits for a customer that has answered, or is invited without a mail', () => {
  const { mailVersion, ...unmailed } = customer;
  expect(mailVersion).toBe(1);
  expect(isQueued(unmailed, undefined)).toBe(false);
  expect(isQueued(unmailed, bounced)).toBe(false);
  expect(isQueued({ ...customer, status: 'ACTIVE' }, undefined)).toBe(false);
});

test('a delivery tells its sentence and its code, as far as they are known', () => {
  const { reason } = bounced;
  expect(whyOf({ ...bounced, reasonCode: 'NO_MAILBOX' })).toEqual({ reason, reasonCode: 'NO_MAILBOX' });
  expect(whyOf(bounced)).toStrictEqual({ reason });
  expect(whyOf({})).toStrictEqual({});
});

test('an address takes no mail if the newest mail to it came back for good', () => {
  expect(undeliverableReason(customer, { ...bounced, permanent: true })).toBe('There is no such mailbox.');
});

test('an address may take the next mail if nothing is known, the failure may pass, or an older mail came back', () => {
  expect(undeliverableReason(customer, undefined)).toBeUndefined();
  expect(undeliverableReason(customer, bounced)).toBeUndefined();
  expect(undeliverableReason({ ...customer, mailVersion: 2 }, { ...bounced, permanent: true })).toBeUndefined();
});
