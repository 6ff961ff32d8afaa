import { describe, expect, test } from 'vitest';
import { day } from '../../test/given.ts';
import { requireOutsider, requireOutsiderAgain, requireOutsiderAnswers } from './outsider.ts';

const partner = { id: 'acme', name: 'Acme', domains: ['acme.example'] };
const CREATOR = 'USER#editor@x.example';
const invited = { email: 'ivan@wind.example', partnerId: 'acme', createdBy: CREATOR, createdAt: day(1) } as const;
const refused = (message: string) =>
  expect.objectContaining({ code: 'EMAIL_OF_MEMBER', status: 409, message: expect.stringContaining(message) });
const checks = (writes: ReturnType<typeof requireOutsider>) =>
  writes.map(({ write: { ConditionCheck } }) => ({
    key: ConditionCheck?.Key,
    condition: ConditionCheck?.ConditionExpression,
    values: ConditionCheck?.ExpressionAttributeValues,
  }));
const NO_MEMBER = {
  key: { pk: 'USER#ivan@wind.example', sk: 'MEMBERSHIP' },
  condition: 'attribute_not_exists(pk) OR partnerId <> :partnerId',
  values: { ':partnerId': 'acme' },
};

const NOT_LEFT_SINCE = {
  key: { pk: 'USER#ivan@wind.example', sk: 'LEFT#acme' },
  condition: 'attribute_not_exists(pk) OR leftAt < :createdAt',
  values: { ':createdAt': day(1) },
};

describe('an invitation', () => {
  test('goes to an address that is no member’s when the transaction commits', () => {
    const writes = requireOutsider('ivan@wind.example', { createdBy: CREATOR }, partner);
    expect(checks(writes)).toEqual([NO_MEMBER]);
    expect(writes[0]?.refused).toEqual(refused('Name an address of the customer.'));
    const errors = [{ path: 'email', message: "email is one of the partner's own" }];
    expect(writes[0]?.refused).toHaveProperty('extras', { errors });
  });

  test('goes to another address only if that was no member’s since the registration', () => {
    const registered = { createdBy: CREATOR, createdAt: day(1) } as const;
    expect(checks(requireOutsider('ivan@wind.example', registered, partner))).toEqual([NO_MEMBER, NOT_LEFT_SINCE]);
  });

  test('does not go to whoever registers the customer, or to one of the partner’s domains', () => {
    for (const email of ['editor@x.example', 'ceo@acme.example'])
      expect(() => requireOutsider(email, { createdBy: CREATOR }, partner)).toThrow(
        refused('Name an address of the customer.'),
      );
    for (const email of ['ceo@sub.acme.example', 'ceo@notacme.example', 'acme.example@x.example'])
      expect(requireOutsider(email, { createdBy: CREATOR }, partner)).toHaveLength(1);
  });

  test('does not go to the mailbox of whoever registers the customer or of a member, under any tag', () => {
    for (const [createdBy, email] of [
      ['USER#editor@x.example', 'editor+shop@x.example'],
      ['USER#editor+work@x.example', 'editor@x.example'],
      ['USER#editor+work@x.example', 'editor+shop+2@x.example'],
    ] as const)
      expect(() => requireOutsider(email, { createdBy }, partner)).toThrow(refused('Name an address of the customer.'));
    const writes = requireOutsider('ivan+shop@wind.example', { createdBy: CREATOR }, partner);
    const tagged = { ...NO_MEMBER, key: { ...NO_MEMBER.key, pk: 'USER#ivan+shop@wind.example' } };
    expect(checks(writes)).toEqual([tagged, NO_MEMBER]);
    // Nothing before the plus: no tag.
    expect(requireOutsider('+shop@wind.example', { createdBy: CREATOR }, partner)).toHaveLength(1);
  });

  test('by a service account may go to an address that is called like it', () => {
    expect(requireOutsider('robot@x.example', { createdBy: 'SERVICE_ACCOUNT#robot@x.example' }, partner)).toHaveLength(
      1,
    );
  });
});

describe('an invitation that is sent again', () => {
  const advice = 'Change the email to an address of the customer.';

  test('goes to an address that was no member’s since the registration, when the transaction commits', () => {
    const writes = requireOutsiderAgain(invited, partner);
    expect(checks(writes)).toEqual([NO_MEMBER, NOT_LEFT_SINCE]);
    for (const write of writes) expect(write.refused).toEqual(refused(advice));
  });

  test('does not go to whoever registered the customer, or to one of the partner’s domains', () => {
    for (const email of ['editor@x.example', 'ceo@acme.example'])
      expect(() => requireOutsiderAgain({ ...invited, email }, partner)).toThrow(refused(advice));
  });
});

describe('an answer', () => {
  const advice = 'ask Acme to invite an address of the customer.';

  test('comes from an address that was no member’s since the registration, when the transaction commits', () => {
    const writes = requireOutsiderAnswers(invited, partner);
    expect(checks(writes)).toEqual([NO_MEMBER, NOT_LEFT_SINCE]);
    for (const write of writes) expect(write.refused).toEqual(refused(advice));
  });

  test('does not come from whoever registered the customer, or from one of the partner’s domains', () => {
    for (const email of ['editor@x.example', 'ceo@acme.example'])
      expect(() => requireOutsiderAnswers({ ...invited, email }, partner)).toThrow(refused(advice));
  });

  test('is not expected from a customer without an invitee', () => {
    expect(requireOutsiderAnswers({ ...invited, email: null }, partner)).toEqual([]);
  });
});
