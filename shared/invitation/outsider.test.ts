import { describe, expect, test } from 'vitest';
import { day } from '../../test/given.ts';
import { requireNewOutsider, requireOutsider, requireOutsiderAgain, requireOutsiderAnswers } from './outsider.ts';

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

describe('a new registration', () => {
  const outsider = { partnerIds: [] };
  const advice = 'Name an address of the customer.';

  test('invites an address that is no member’s, or a member’s of another partner', () => {
    for (const partnerIds of [[], ['globex'], ['globex', 'initrode']])
      expect(() => requireNewOutsider('ivan@wind.example', CREATOR, { partnerIds }, partner)).not.toThrow();
    for (const partnerIds of [['acme'], ['globex', 'acme']])
      expect(() => requireNewOutsider('ivan@wind.example', CREATOR, { partnerIds }, partner)).toThrow(refused(advice));
  });

  test('does not invite whoever registers the customer, or one of the partner’s domains', () => {
    for (const email of ['editor@x.example', 'ceo@acme.example'])
      expect(() => requireNewOutsider(email, CREATOR, outsider, partner)).toThrow(
        expect.objectContaining({
          code: 'EMAIL_OF_MEMBER',
          message: expect.stringContaining(advice),
          extras: {
            errors: [{ path: 'email', message: "email is one of the partner's own", code: 'EMAIL_OF_MEMBER' }],
          },
        }),
      );
    for (const email of ['ceo@sub.acme.example', 'ceo@notacme.example', 'acme.example@x.example'])
      expect(() => requireNewOutsider(email, CREATOR, outsider, partner)).not.toThrow();
  });

  test('does not invite the mailbox of whoever registers the customer, under any tag', () => {
    for (const [createdBy, email] of [
      ['USER#editor@x.example', 'editor+shop@x.example'],
      ['USER#editor+work@x.example', 'editor@x.example'],
      ['USER#editor+work@x.example', 'editor+shop+2@x.example'],
    ] as const)
      expect(() => requireNewOutsider(email, createdBy, outsider, partner)).toThrow(refused(advice));
  });

  test('by a service account may go to an address that is called like it', () => {
    const robot = 'SERVICE_ACCOUNT#robot@x.example';
    expect(() => requireNewOutsider('robot@x.example', robot, outsider, partner)).not.toThrow();
  });
});

describe('a change of the address', () => {
  const registered = { createdBy: CREATOR, createdAt: day(1) } as const;

  test('invites an address that is no member’s, and was none since the registration, when the transaction commits', () => {
    const writes = requireOutsider('ivan@wind.example', registered, partner);
    expect(checks(writes)).toEqual([NO_MEMBER, NOT_LEFT_SINCE]);
    for (const write of writes) expect(write.refused).toEqual(refused('Name an address of the customer.'));
  });

  test('checks the mailbox of an address with a tag, too', () => {
    const keys = (email: string) => checks(requireOutsider(email, registered, partner)).map(({ key }) => key?.['pk']);
    const [tagged, mailbox] = ['USER#ivan+shop@wind.example', 'USER#ivan@wind.example'];
    expect(keys('ivan+shop@wind.example')).toEqual([tagged, tagged, mailbox, mailbox]);
    // Nothing before the plus: no tag.
    expect(keys('+shop@wind.example')).toEqual(['USER#+shop@wind.example', 'USER#+shop@wind.example']);
  });

  test('does not invite one of the partner’s own addresses', () => {
    for (const email of ['editor@x.example', 'ceo@acme.example'])
      expect(() => requireOutsider(email, registered, partner)).toThrow(refused('Name an address of the customer.'));
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
