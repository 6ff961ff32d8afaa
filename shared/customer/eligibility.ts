/** Who may become a partner's customer under the program (seed 004): judged by what the provider knows of the account. */
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

/** The rules of seed 004: what an account must not be, and what it is told when it is. */
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

/** What the program requires of an account, in the order of its rules; of one that isn't registered, nothing is known to judge by. */
export function eligibility(account: Account | undefined, program: Program): Eligibility {
  const { registeredAccountRequired, eligibilityRules } = program;
  if (registeredAccountRequired && !account?.registered) return [{ rule: 'REGISTERED', met: false }];
  const rules: Requirement[] = [...(registeredAccountRequired ? (['REGISTERED'] as const) : []), ...eligibilityRules];
  return account ? rules.map((rule) => ({ rule, met: !RULES[rule].broken(account) })) : [];
}

/** The account behind an email address; undefined where there is none, or the program asks nothing of it: then nothing is read. */
export async function loadAccount(email: string | null, program: Program): Promise<Account | undefined> {
  const { registeredAccountRequired, eligibilityRules, providerApproval } = program;
  const matters =
    registeredAccountRequired || eligibilityRules.length > 0 || providerApproval === 'UNLESS_ALREADY_CUSTOMER';
  return email !== null && matters ? ((await getItem(accountKey(email))) as Account | undefined) : undefined;
}

/**
 * That the account meets the program's rules. They are asked when a customer is added, when it confirms, and when the provider
 * approves: an account changes meanwhile.
 *
 * @throws Problem the code of the rule that is broken; ACCOUNT_NOT_ELIGIBLE where several are. `reasons` has them all
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
    { members: { reasons }, errors: reasons.map(({ message }) => ({ path: 'email', message })) },
  );
}
