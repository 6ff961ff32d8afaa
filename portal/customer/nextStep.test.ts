import { describe, expect, it } from 'vitest';
import { customer as customerSchema } from '../../shared/contract.ts';
import { LANGUAGES, STATUSES } from '../../shared/program.ts';
import type { Customer } from '../customers/customerStatus.tsx';
import { countdown, isUndeliverable, nextStep } from './nextStep.ts';

const DELIVERIES = customerSchema.shape.delivery.def.innerType.shape.status.options;
const at = '2026-05-01T12:00:00.000Z';

function customer(fields: Partial<Customer>): Customer {
  return {
    id: 'dn2aaaaaaaaaaaaaaaaa',
    billingAccountId: 'dn2aaaaaaaaaaaaaaaaa',
    partnerId: 'acme',
    name: 'Mila Bakery',
    role: 'Partner',
    email: 'ivan@bakery.example',
    person: {},
    language: 'en',
    adminEmails: [],
    status: 'VERIFICATION_REQUIRED',
    statusLabel: '',
    organization: null,
    clouds: 0,
    invite: null,
    version: 1,
    createdAt: at,
    createdBy: 'owner@acme.example',
    updatedAt: at,
    ...fields,
  };
}

const delivered = (status: (typeof DELIVERIES)[number]) => ({ delivery: { status, at } });

describe.each(LANGUAGES)('in %s', (language) => {
  it('every status has its sentence, and so has what became of the mail in each', async () => {
    const { customer: messages } = (await import(`../messages/${language}/customer.ts`)) as {
      customer: { customer: { next: Record<string, string>; mail: Record<string, string> } };
    };
    const { next, mail } = messages.customer;
    const said = new Set<string>();
    for (const status of STATUSES) {
      for (const email of ['ivan@bakery.example', null]) {
        for (const delivery of [{}, ...DELIVERIES.map(delivered)]) {
          for (const [confirmed, clouds] of [
            [false, 0],
            [true, 1],
          ] as const) {
            const step = nextStep(customer({ status, email, clouds, ...delivery }), confirmed);
            expect(next[step.status], step.status).toBeDefined();
            said.add(step.status);
            if (step.mail === undefined) continue;
            expect(mail[step.mail], step.mail).toBeDefined();
            said.add(step.mail);
          }
        }
      }
    }
    // None stands there that is never said.
    expect([...Object.keys(next), ...Object.keys(mail)].filter((key) => !said.has(key))).toEqual([]);
  });
});

it('while the customer has to confirm, what became of the mail decides what to do', () => {
  for (const status of DELIVERIES) {
    expect(nextStep(customer(delivered(status)), false)).toEqual({ status: 'VERIFICATION_REQUIRED', mail: status });
  }
  expect(nextStep(customer({}), false).mail).toBe('NONE');
  expect(nextStep(customer({ status: 'ACTIVE', ...delivered('BOUNCED') }), true).mail).toBeUndefined();
});

it('an invitation that expired is sent again, unless no mail arrives or there is nothing to confirm', () => {
  const expired = (fields: Partial<Customer>, confirmed = false) =>
    nextStep(customer({ status: 'EXPIRED', ...fields }), confirmed).status;
  expect(expired({})).toBe('EXPIRED');
  expect(expired(delivered('BOUNCED'))).toBe('EXPIRED_UNDELIVERABLE');
  expect(expired(delivered('COMPLAINED'))).toBe('EXPIRED_UNDELIVERABLE');
  expect(expired({}, true)).toBe('EXPIRED_NO_APPROVAL');
  expect(expired({ email: null })).toBe('EXPIRED_NO_APPROVAL');
});

it('only a mail that bounced or was reported as spam rules out another', () => {
  expect(DELIVERIES.filter((status) => isUndeliverable(customer(delivered(status))))).toEqual([
    'BOUNCED',
    'COMPLAINED',
  ]);
});

it('an active customer without clouds is asked for one', () => {
  expect(nextStep(customer({ status: 'ACTIVE' }), true).status).toBe('ACTIVE_NO_CLOUDS');
  expect(nextStep(customer({ status: 'ACTIVE', clouds: 1 }), true).status).toBe('ACTIVE');
});

it('the cooldown counts down to the moment, not a second longer', () => {
  const until = '2026-05-01T12:15:00.000Z';
  expect(countdown(until, Date.parse('2026-05-01T12:00:00.000Z'))).toBe('15:00');
  expect(countdown(until, Date.parse('2026-05-01T12:14:50.001Z'))).toBe('0:10');
  expect(countdown(until, Date.parse('2026-05-01T12:14:59.999Z'))).toBe('0:01');
  expect(countdown(until, Date.parse(until))).toBeUndefined();
});
