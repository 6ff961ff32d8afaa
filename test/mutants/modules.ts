/** The modules that decide without I/O. */
export const MODULES = [
  'shared/access.ts',
  'shared/bindings.ts',
  'shared/caller.ts',
  'shared/customer.ts',
  'shared/eligibility.ts',
  'shared/invitationLimit.ts',
  'shared/inviteLink.ts',
  'shared/operation.ts',
  'shared/owedMails.ts',
  'shared/page.ts',
  'shared/program.ts',
  'shared/search.ts',
  'shared/text.ts',
];

/** Mutants that no test can notice, each as `code → replacement` with the reason: they don't count. */
export const EQUIVALENT: Record<string, Record<string, string>> = {};
