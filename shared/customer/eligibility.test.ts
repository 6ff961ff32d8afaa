import { describe, expect, test } from 'vitest';
import { vng, yandex } from '../../test/given.ts';
import type { Requirement } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import { type Account, accountMatters, eligibility, requireEligible } from './eligibility.ts';

const eligible: Account = {
  registered: true,
  customer: false,
  creditBalance: 0,
  usingServices: false,
  discounts: false,
  poc: false,
  billingMode: 'PREPAID',
};
const RULES = ['REGISTERED', 'NO_CREDIT_BALANCE', 'NOT_USING_SERVICES', 'NO_DISCOUNTS', 'NO_POC', 'PREPAID'] as const;

/** For each rule of the second program: an account that breaks this rule alone, and the refusal. */
const BROKEN: [Requirement, Partial<Account>, code: string, message: string][] = [
  ['NO_CREDIT_BALANCE', { creditBalance: 0.01 }, 'ACCOUNT_HAS_CREDIT_BALANCE', 'the account has a credit balance'],
  ['NO_CREDIT_BALANCE', { creditBalance: -5 }, 'ACCOUNT_HAS_CREDIT_BALANCE', 'the account has a credit balance'],
  [
    'NOT_USING_SERVICES',
    { usingServices: true },
    'ACCOUNT_USES_SERVICES',
    "the account is using the provider's services",
  ],
  ['NO_DISCOUNTS', { discounts: true }, 'ACCOUNT_HAS_DISCOUNTS', "the account is offered the provider's discounts"],
  ['NO_POC', { poc: true }, 'ACCOUNT_USES_POC', 'the account is using a POC service of the provider'],
  ['PREPAID', { billingMode: 'POSTPAID' }, 'ACCOUNT_NOT_PREPAID', 'the account is not prepaid'],
];

const refusalOf = (account: Account | undefined, program: Program): unknown => {
  try {
    requireEligible(account, program);
  } catch (error) {
    return error;
  }
  throw new Error('nothing was refused');
};

describe('under the second program', () => {
  test('an account that meets each rule is eligible, in the order of the rules', () => {
    expect(eligibility(eligible, vng)).toEqual(RULES.map((rule) => ({ rule, met: true })));
    expect(() => requireEligible(eligible, vng)).not.toThrow();
  });

  test.each(BROKEN)(
    'an account that breaks %s alone (%j) is refused with the code of the rule',
    (rule, broken, code, message) => {
      const account = { ...eligible, ...broken };
      expect(eligibility(account, vng)).toEqual(RULES.map((each) => ({ rule: each, met: each !== rule })));
      expect(refusalOf(account, vng)).toMatchObject({
        code,
        message: `Not eligible for the partner program of VNG Cloud: ${message}. Ask VNG Cloud, then try again.`,
        extras: { members: { reasons: [{ code, message }] }, errors: [{ path: 'email', code, message }] },
      });
    },
  );

  test('an account that breaks several rules gets a reason for each', () => {
    expect(refusalOf({ ...eligible, poc: true, creditBalance: 5 }, vng)).toMatchObject({
      code: 'ACCOUNT_NOT_ELIGIBLE',
      message:
        'Not eligible for the partner program of VNG Cloud: the account has a credit balance; the account is using a POC service of the provider. Ask VNG Cloud, then try again.',
      extras: {
        members: {
          reasons: [
            { code: 'ACCOUNT_HAS_CREDIT_BALANCE', message: 'the account has a credit balance' },
            { code: 'ACCOUNT_USES_POC', message: 'the account is using a POC service of the provider' },
          ],
        },
        errors: [
          { path: 'email', code: 'ACCOUNT_HAS_CREDIT_BALANCE', message: 'the account has a credit balance' },
          {
            path: 'email',
            code: 'ACCOUNT_USES_POC',
            message: 'the account is using a POC service of the provider',
          },
        ],
      },
    });
  });

  test('an address without a registered account gets this reason and no other', () => {
    for (const account of [undefined, { ...eligible, registered: false, poc: true }]) {
      expect(eligibility(account, vng)).toEqual([{ rule: 'REGISTERED', met: false }]);
      expect(refusalOf(account, vng)).toMatchObject({
        code: 'ACCOUNT_NOT_REGISTERED',
        extras: { members: { reasons: [{ message: 'no registered account has this email' }] } },
      });
    }
  });
});

test('under the first program each address is eligible, whatever its account', () => {
  for (const account of [undefined, { ...eligible, registered: false, poc: true }]) {
    expect(eligibility(account, yandex)).toEqual([]);
    expect(() => requireEligible(account, yandex)).not.toThrow();
  }
});

test('the account of an address matters if a program requires one, has rules for it, or approves only people who are no customers yet', () => {
  const indifferent: Program = {
    ...yandex,
    registeredAccountRequired: false,
    eligibilityRules: [],
    providerApproval: 'NEVER',
  };
  expect(accountMatters(indifferent)).toBe(false);
  expect(accountMatters({ ...indifferent, registeredAccountRequired: true })).toBe(true);
  expect(accountMatters({ ...indifferent, eligibilityRules: ['PREPAID'] })).toBe(true);
  expect(accountMatters({ ...indifferent, providerApproval: 'UNLESS_ALREADY_CUSTOMER' })).toBe(true);
  expect(accountMatters({ ...indifferent, providerApproval: 'ALWAYS' })).toBe(false);
});

test('a program can have rules without asking for a registered account: the rules apply to addresses that have one', () => {
  const program: Program = { ...vng, registeredAccountRequired: false, eligibilityRules: ['PREPAID'] };
  expect(eligibility(undefined, program)).toEqual([]);
  expect(eligibility({ ...eligible, registered: false, billingMode: 'POSTPAID', poc: true }, program)).toEqual([
    { rule: 'PREPAID', met: false },
  ]);
  expect(eligibility(eligible, { ...program, registeredAccountRequired: true, eligibilityRules: [] })).toEqual([
    { rule: 'REGISTERED', met: true },
  ]);
});
