/** Who may become a partner's customer under the program (seed 004): judged by what the provider knows of the account. */
import type * as z from 'zod/mini';
import type { putAccount } from './contract.ts';
import { accountKey } from './keys.ts';
import { Problem, type ProblemCode } from './problem.ts';
import type { EligibilityRule, Program } from './program.ts';
import { getItem } from './table.ts';

/** A registered account, as the provider has recorded it. */
export type Account = z.output<typeof putAccount.body>;

/** The rules of seed 004: what an account must not be, and what it is told when it is. */
const RULES: Record<EligibilityRule, { code: ProblemCode; broken: (account: Account) => boolean; message: string }> = {
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
const NOT_REGISTERED = { code: 'ACCOUNT_NOT_REGISTERED', message: 'no registered account has this email' } as const;

/** What makes an account ineligible under the program: everything at once, in the order of the program's rules. */
function obstacles(account: Account | undefined, program: Program): { code: ProblemCode; message: string }[] {
  if (program.registeredAccountRequired && !account?.registered) return [NOT_REGISTERED];
  if (!account) return [];
  return program.eligibilityRules
    .map((rule) => RULES[rule])
    .filter(({ broken }) => broken(account))
    .map(({ code, message }) => ({ code, message }));
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
  const reasons = obstacles(account, program);
  const [first, second] = reasons;
  if (!first) return;
  throw new Problem(
    second ? 'ACCOUNT_NOT_ELIGIBLE' : first.code,
    `Not eligible for the partner program of ${program.brandName}: ${reasons.map(({ message }) => message).join('; ')}. Ask ${program.brandName}, then try again.`,
    { members: { reasons }, errors: reasons.map(({ message }) => ({ path: 'email', message })) },
  );
}
