/**
 * The modules that decide. Not among them: modules that have only constants (`contract/vocabulary.ts`), or only functions that read the
 * table (`access/accessPage.ts`).
 */
export const MODULES = [
  'shared/access/bindings.ts',
  'shared/access/caller.ts',
  'shared/access/customersSide.ts',
  'shared/access/grants.ts',
  'shared/access/pointers.ts',
  'shared/access/rolePermissions.ts',
  'shared/cloud/accountCloud.ts',
  'shared/cloud/cloud.ts',
  'shared/cloud/ownership.ts',
  'shared/contract/fields.ts',
  'shared/customer/customer.ts',
  'shared/customer/deadlines.ts',
  'shared/customer/decide.ts',
  'shared/customer/delivery.ts',
  'shared/customer/eligibility.ts',
  'shared/customer/evolve.ts',
  'shared/customer/ids.ts',
  'shared/customer/operation.ts',
  'shared/customer/owedMails.ts',
  'shared/customer/refusals.ts',
  'shared/customer/spareRecipient.ts',
  'shared/invitation/dailyLimit.ts',
  'shared/invitation/link.ts',
  'shared/invitation/linkToken.ts',
  'shared/invitation/outsider.ts',
  'shared/partner/cooldown.ts',
  'shared/program/program.ts',
  'shared/table/fold.ts',
  'shared/table/page.ts',
  'shared/table/search.ts',
];

/** Mutants that change nothing a test could notice: by module and reason, each as `code → replacement`. They don't count. */
export const EQUIVALENT: Record<string, Record<string, string[]>> = {
  'shared/access/rolePermissions.ts': {
    'a default for the type checker: an argument that is given always': ['[] → ["Stryker was here"]'],
    'of two roles, one allows all that the other allows, or they have nothing in common': [
      'wanted.every((operation) => allowed.includes(operation)) → wanted.some(operation => allowed.includes(operation))',
    ],
  },
  'shared/access/bindings.ts': {
    'it leads to a function that reads the table': [
      'ownersPerhaps.push(subject); → ;',
      "action === 'REMOVE' && roleId === OWNER_ROLE → false",
      "action === 'REMOVE' → true",
      "action === 'REMOVE' → action !== 'REMOVE'",
      '\'REMOVE\' → ""',
    ],
  },
  'shared/access/caller.ts': {
    'a default for the type checker: the variable is set, and what follows refuses both': [
      '\'\' → "Stryker was here!"',
    ],
  },
  'shared/cloud/accountCloud.ts': {
    'a field that is undefined is not stored, as one that is absent': ['expiresAt !== undefined → true'],
    'no comparison with undefined is true': ['recorded !== undefined → true'],
    'a default for the type checker: a list of two has a last entry, which is also the one after the first': [
      '\'\' → "Stryker was here!"',
      '-1 → +1',
    ],
    'it saves time: while the limit is not exceeded, no decision is left out': [
      'all.length <= MAX_DECISIONS → all.length < MAX_DECISIONS',
    ],
    'of two decisions of the same moment, either may be left out': [
      'one.decision.at < other.decision.at → one.decision.at <= other.decision.at',
    ],
  },
  'shared/customer/customer.ts': {
    'a customer has a deadline while it waits, and at no other time': [
      'awaits(current) && current.expiresAt !== undefined → true',
      'awaits(current) && current.expiresAt !== undefined → awaits(current) || current.expiresAt !== undefined',
      'current.expiresAt !== undefined → true',
    ],
    'no comparison with undefined is true': ['current.removeAt !== undefined → true'],
    'no program has a label for a deleted customer': ["status !== 'DELETED' → true", '\'DELETED\' → ""'],
    'the ids that come here begin with their prefix': ['/^dn2/ → /dn2/', '/^bpf/ → /bpf/'],
  },
  'shared/customer/deadlines.ts': {
    'a field that is undefined is not stored, as one that is absent': ['remindAt === undefined → false'],
  },
  'shared/customer/decide.ts': {
    'a customer has a deadline while it waits, and at no other time': ['stored.expiresAt === undefined → false'],
    'a customer has a deadline and a reminder while it is invited, and no reminder at any other time': [
      "status !== 'VERIFICATION_REQUIRED' || expiresAt === undefined → false",
      "status !== 'VERIFICATION_REQUIRED' || expiresAt === undefined → status !== 'VERIFICATION_REQUIRED' && expiresAt === undefined",
      "status !== 'VERIFICATION_REQUIRED' → false",
      'expiresAt === undefined → false',
    ],
    'a field that is undefined is not stored, as one that is absent': [
      'writtenEmail !== undefined → true',
      'command.reason === undefined → false',
    ],
    'a command names its partner, or has no such field': [
      "!('partnerName' in command) || command.partnerName === undefined → !('partnerName' in command) && command.partnerName === undefined",
      'command.partnerName === undefined → false',
    ],
  },
  'shared/customer/evolve.ts': {
    'a field that is undefined is not stored, as one that is absent': [
      'friendlyName !== undefined → true',
      'writtenEmail !== undefined → true',
      'remindAt !== undefined → true',
      'data.remindAt !== undefined → true',
      'data.reason === undefined → false',
    ],
    'the status is set once more by `confirm`': ['\'ACTIVE\' → ""'],
    'of the mails of an event all have the link, or none has': [
      'event.mails?.some(({ kind }) => opensInvitation(kind)) → event.mails?.every(({ kind }) => opensInvitation(kind))',
    ],
  },
  'shared/invitation/linkToken.ts': {
    'a default for the type checker: the form of a token is checked, and the variable is set': [
      '\'\' → "Stryker was here!"',
    ],
  },
  'shared/customer/operation.ts': {
    'the default of a list whose first entry nobody reads': ['[] → ["Stryker was here"]'],
  },
  'shared/customer/owedMails.ts': {
    'a field that is undefined is not stored, as one that is absent': ['expiresAt === undefined → false'],
    'an event has a reason, or no such field': [
      'event.data.reason !== undefined → true',
      "'reason' in event.data && event.data.reason !== undefined → 'reason' in event.data || event.data.reason !== undefined",
    ],
  },
  'shared/table/fold.ts': {
    'a default for the type checker: each group begins with a letter': [
      '\'\' → "Stryker was here!"',
      '[] → ["Stryker was here"]',
    ],
  },
  'shared/contract/fields.ts': {
    'a default for the type checker': [
      '\'\' → "Stryker was here!"',
      'clientId().safeParse(value).error?.issues[0]?.message → clientId().safeParse(value).error?.issues[0].message',
    ],
    'the code of an issue is in no answer': ['\'custom\' → ""'],
    'a domain that is missing is read as `undefined`, which is no domain either': ['domain === undefined → false'],
  },
};
