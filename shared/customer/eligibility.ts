/** Which accounts may become customers under the program (seed 004), judged by the provider's records of them. */
import type * as z from 'zod/mini';
import type { getApproval, putAccount } from '../contract/contract.ts';
import { Problem, type ProblemCode } from '../contract/problem.ts';
import type { Requirement } from '../contract/vocabulary.ts';
import type { Program } from '../program/program.ts';
import { accountKey } from '../table/keys.ts';
import { getItem } from '../table/table.ts';

/** A registered account, as the provider has recorded it. */
export type Account = z.output<typeof putAccount.body>;

/** Each requirement of seed 004, and whether an account meets it. */
type Eligibility = z.output<typeof getApproval.answer>['eligibility'];

/** The rules of seed 004: when an account breaks a rule, and the refusal. */
const RULES: Record<Requirement, { code: ProblemCode; broken: (account: Account) => boolean; message: string }> = {
  REGISTERED: {
    code: 'ACCOUNT_NOT_REGISTERED',
    broken: ({ registered }) => !registered,
    message: 'no registered account has this email',
  },
  NO_CREDIT_BALANCE: {
    code: 'ACCOUNT_HAS_CREDIT_BALANCE',
    broken: ({ creditBalance }) => creditBalance !== 0,
    message: 'the account has a credit balance',
  },
  NOT_USING_SERVICES: {
    code: 'ACCOUNT_USES_SERVICES',
    broken: ({ usingServices }) => usingServices,
    message: "the account is using the provider's services",
  },
  NO_DISCOUNTS: {
    code: 'ACCOUNT_HAS_DISCOUNTS',
    broken: ({ discounts }) => discounts,
    message: "the account is offered the provider's discounts",
  },
  NO_POC: {
    code: 'ACCOUNT_USES_POC',
    broken: ({ poc }) => poc,
    message: 'the account is using a POC service of the provider',
  },
  PREPAID: {
    code: 'ACCOUNT_NOT_PREPAID',
    broken: ({ billingMode }) => billingMode !== 'PREPAID',
    message: 'the account is not prepaid',
  },
};

/**
 * Each requirement of the program, in the order of its rules, and whether the account meets it. For an account that must be registered and
 * is not: REGISTERED alone, because the other rules can't be judged.
 */
export function eligibility(account: Account | undefined, program: Program): Eligibility {
  const { registeredAccountRequired, eligibilityRules } = program;
  if (registeredAccountRequired && !account?.registered) return [{ rule: 'REGISTERED', met: false }];
  const rules: Requirement[] = [...(registeredAccountRequired ? (['REGISTERED'] as const) : []), ...eligibilityRules];
  return account ? rules.map((rule) => ({ rule, met: !RULES[rule].broken(account) })) : [];
}

/** The account with an email address; undefined if there is none. Under a program that needs no account, reads nothing. */
export async function loadAccount(email: string | null, program: Program): Promise<Account | undefined> {
  return email !== null && accountMatters(program)
    ? ((await getItem(accountKey(email))) as Account | undefined)
    : undefined;
}

/** Whether anything depends on the account of an invited address. */
export const accountMatters = ({ registeredAccountRequired, eligibilityRules, providerApproval }: Program): boolean =>
  registeredAccountRequired || eligibilityRules.length > 0 || providerApproval === 'UNLESS_ALREADY_CUSTOMER';

/**
 * Checks that the account meets the program's rules. Called when a customer is added, when it confirms, and when the provider approves,
 * because the account can change between these.
 *
 * @throws Problem the code of the broken rule, or ACCOUNT_NOT_ELIGIBLE if several rules are broken. Its member `reasons` has all of them
 */
export function requireEligible(account: Account | undefined, program: Program): void {
  const reasons = eligibility(account, program)
    .filter(({ met }) => !met)
    .map(({ rule }) => RULES[rule])
    .map(({ code, message }) => ({ code, message }));
  const [first, second] = reasons;
  if (!first) return;
  throw new Problem(
    second ? 'ACCOUNT_NOT_ELIGIBLE' : first.code,
    `Not eligible for the partner program of ${program.brandName}: ${reasons.map(({ message }) => message).join('; ')}. Ask ${program.brandName}, then try again.`,
    { members: { reasons }, errors: reasons.map((reason) => ({ path: 'email', ...reason })) },
  );
}
