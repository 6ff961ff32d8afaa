import { expect, test } from 'vitest';
import { customerOf, day } from '../../test/given.ts';
import type { Customer } from './customer.ts';
import { undeliverableReason } from './delivery.ts';

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

test('an address takes no mail if the newest mail to it came back for good', () => {
  expect(undeliverableReason(customer, { ...bounced, permanent: true })).toBe('There is no such mailbox.');
});

test('an address may take the next mail if nothing is known, the failure may pass, or an older mail came back', () => {
  expect(undeliverableReason(customer, undefined)).toBeUndefined();
  expect(undeliverableReason(customer, bounced)).toBeUndefined();
  expect(undeliverableReason({ ...customer, mailVersion: 2 }, { ...bounced, permanent: true })).toBeUndefined();
});
