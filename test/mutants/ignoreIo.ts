/** Leaves out the functions that read or write the table: the tests over HTTP prove them. */

const IO = new Set([
  // access bindings and their pointers
  'loadAccess',
  'loadAccessWithOrigins',
  'loadOwnBindings',
  'refuseOwnersOfPartner',
  'settlePointers',
  // the caller; after its first attempt `membershipByAttempt` reads the table
  'loadMembership',
  'membershipByAttempt',
  'whileMember',
  'notAPartner',
  'loadPeopleAround',
  // clouds; all from `accountCloudWrites` on are used by those above alone
  'alreadyLinked',
  'cloudsPage',
  'createCloudOf',
  'createdBefore',
  'linkCloudTo',
  'loadAccountCloud',
  'loadPeople',
  'accountCloudWrites',
  'bindWrite',
  'chargesElsewhere',
  'cloudElsewhere',
  'cloudNotFound',
  'membersAmong',
  'membershipChecks',
  'refusal',
  // the invitation limit; `dayOf` is used by the others alone
  'reserveInvitations',
  'giveBack',
  'withOneOf',
  'withInvitation',
  'dayOf',
  'loadInvitingPartner',
  // the cooldown
  'startPause',
  'endWait',
  'endWaitSoon',
  'allowInvitations',
  'blockedUntil',
  // a function each of eligibility, the emailed link, operations and the partner's own addresses
  'loadAccount',
  'loadInvited',
  'loadInvitee',
  'loadOperation',
  'requireEligibleOutsider',
]);

/** A function is declared, or is the value of a constant. */
const FUNCTIONS = new Set(['FunctionDeclaration', 'VariableDeclarator']);

type Node = { type: string; id?: { name: string } | null };

/** Read by Stryker, which loads this file as a plugin. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'io',
    value: {
      shouldIgnore: ({ node }: { node: Node }): string | undefined =>
        FUNCTIONS.has(node.type) && IO.has(node.id?.name ?? '') ? 'reads or writes the table' : undefined,
    },
  },
];
