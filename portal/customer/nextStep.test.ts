import { describe, expect, it } from 'vitest';
import { customer as customerSchema } from '../../shared/contract/contract.ts';
import { billingRole } from '../../shared/contract/roles.ts';
import { LANGUAGES, STATUSES } from '../../shared/contract/vocabulary.ts';
import { type Customer, isUndeliverable } from '../customers/customerStatus.tsx';
import { mayOn } from './mayOn.ts';
import { countdown, nextStep } from './nextStep.ts';

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
    approval: null,
    version: 1,
    createdAt: at,
    createdBy: 'owner@acme.example',
    updatedAt: at,
    ...fields,
  };
}

/** The next step of a customer, as a member of its partner reads it. */
function stepFor(role: string, of: Customer, confirmed: boolean, paid = true) {
  const user = { id: `${role}@acme.example`, email: `${role}@acme.example` };
  const partner = { id: 'acme', name: 'Acme', paid, domains: [] };
  return nextStep(
    of,
    confirmed,
    mayOn({ user, partner, roles: [billingRole(role)], operator: false }, of, [], confirmed),
  );
}

type State = (typeof DELIVERIES)[number];
const delivered = (status: State) => ({ delivery: { status, at } });
/** The delivery of a mail to an address that takes no mail at all. */
const refused = (status: State) => ({ delivery: { status, at, permanent: true as const } });

describe.each(LANGUAGES)('in %s', (language) => {
  it('every status has its sentence, and so has what became of the mail in each, and what to do', async () => {
    const { customer: messages } = (await import(`../messages/${language}/customer.ts`)) as {
      customer: { customer: Record<'next' | 'advice' | 'mail' | 'mailAdvice', Record<string, string>> };
    };
    const { next, advice, mail, mailAdvice } = messages.customer;
    const sentences = { status: next, advice, mail, mailAdvice };
    const said = new Set<string>();
    for (const status of STATUSES) {
      for (const email of ['ivan@bakery.example', null]) {
        const blocked = { noMoreInvitationsUntil: at };
        for (const delivery of [{}, blocked, ...DELIVERIES.map(delivered), ...DELIVERIES.map(refused)]) {
          for (const [confirmed, clouds] of [
            [false, 0],
            [true, 1],
          ] as const) {
            const step = stepFor('owner', customer({ status, email, clouds, ...delivery }), confirmed);
            for (const [of, key] of Object.entries(step)) {
              expect(sentences[of as keyof typeof sentences][key], `${of} ${key}`).toBeDefined();
              said.add(`${of} ${key}`);
            }
          }
        }
      }
    }
    // The messages have no text that is never shown.
    const all = Object.entries(sentences).flatMap(([of, texts]) => Object.keys(texts).map((key) => `${of} ${key}`));
    expect(all.filter((key) => !said.has(key))).toEqual([]);
  });
});

it('while the customer has to confirm, what became of the mail decides what to do', () => {
  for (const status of DELIVERIES) {
    expect(stepFor('editor', customer(delivered(status)), false)).toEqual({
      status: 'VERIFICATION_REQUIRED',
      mail: status,
      ...(status !== 'QUEUED' && { mailAdvice: status === 'BOUNCED' ? 'BOUNCED_FOR_NOW' : status }),
    });
  }
  expect(stepFor('editor', customer({}), false).mail).toBe('NONE');
  expect(stepFor('editor', customer({ status: 'ACTIVE', ...delivered('BOUNCED') }), true).mail).toBeUndefined();
});

it('nobody is advised to do what they may not do', () => {
  for (const status of STATUSES) {
    for (const delivery of DELIVERIES) {
      const { advice, mailAdvice } = stepFor('viewer', customer({ status, ...delivered(delivery) }), false);
      expect({ advice, mailAdvice }).toEqual({});
    }
  }
  expect(stepFor('editor', customer({ status: 'SUSPENDED' }), true).advice).toBe('SUSPENDED');
});

it('an invitation that expired is sent again, unless no mail arrives or there is nothing to confirm', () => {
  const expired = (fields: Partial<Customer>, confirmed = false) =>
    stepFor('owner', customer({ status: 'EXPIRED', ...fields }), confirmed).status;
  expect(expired({})).toBe('EXPIRED');
  expect(expired(refused('BOUNCED'))).toBe('EXPIRED_UNDELIVERABLE');
  expect(expired(refused('COMPLAINED'))).toBe('EXPIRED_UNDELIVERABLE');
  expect(expired({}, true)).toBe('EXPIRED_NO_APPROVAL');
  expect(expired({ email: null })).toBe('EXPIRED_NO_APPROVAL');
});

it('a recipient who wants no more invitations is not to be added again', () => {
  const declined = stepFor('owner', customer({ status: 'DECLINED', noMoreInvitationsUntil: at }), false);
  expect(declined).toEqual({ status: 'DECLINED_NO_MORE', advice: 'DECLINED_NO_MORE' });
  expect(stepFor('owner', customer({ status: 'DECLINED' }), false).status).toBe('DECLINED');
  const expired = stepFor('owner', customer({ status: 'EXPIRED', noMoreInvitationsUntil: at }), false);
  expect(expired).toEqual({ status: 'EXPIRED_NO_MORE', advice: 'EXPIRED_NO_MORE' });
});

it('a mail that bounced for a passing reason can be sent again, and no other advice is given', () => {
  expect(isUndeliverable(customer(delivered('BOUNCED')))).toBe(false);
  expect(stepFor('editor', customer(delivered('BOUNCED')), false).mailAdvice).toBe('BOUNCED_FOR_NOW');
  expect(isUndeliverable(customer(refused('BOUNCED')))).toBe(true);
  expect(stepFor('editor', customer(refused('BOUNCED')), false).mailAdvice).toBe('BOUNCED');
});

it('an active customer without clouds is asked for one, unless the partner is not in paid mode', () => {
  const step = { status: 'ACTIVE_NO_CLOUDS', advice: 'ACTIVE_NO_CLOUDS' };
  expect(stepFor('owner', customer({ status: 'ACTIVE' }), true)).toEqual(step);
  expect(stepFor('owner', customer({ status: 'ACTIVE' }), true, false)).toEqual({ status: 'ACTIVE_NO_CLOUDS' });
  expect(stepFor('owner', customer({ status: 'SUSPENDED' }), true, false).advice).toBe('SUSPENDED');
  expect(stepFor('owner', customer({ status: 'ACTIVE', clouds: 1 }), true).status).toBe('ACTIVE');
});

it('the cooldown counts down to the moment, not a second longer', () => {
  const until = '2026-05-01T12:15:00.000Z';
  expect(countdown(until, Date.parse('2026-05-01T12:00:00.000Z'))).toBe('15:00');
  expect(countdown(until, Date.parse('2026-05-01T12:14:50.001Z'))).toBe('0:10');
  expect(countdown(until, Date.parse('2026-05-01T12:14:59.999Z'))).toBe('0:01');
  expect(countdown(until, Date.parse(until))).toBeUndefined();
});
