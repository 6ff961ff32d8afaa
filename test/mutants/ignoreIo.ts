/** Leaves out the functions that read or write the table: the tests over HTTP prove them. */

const IO = new Set([
  // access bindings; `placed` is reached through `accessPage` alone
  'accessPage',
  'loadAccess',
  'loadOwnBindings',
  'ownBindings',
  'placed',
  'refuseOwnersOfPartner',
  'settlePointers',
  // the caller; after its first attempt `membershipByAttempt` reads the table
  'loadMembership',
  'membershipByAttempt',
  // the rest: a function each of eligibility, invitation link and operation, and two of the invitation limit
  'loadAccount',
  'loadInvited',
  'loadOperation',
  'loadInvitingPartner',
  'countInvitation',
]);

type Node = { type: string; id?: { name: string } | null };

/** Read by Stryker, which loads this file as a plugin. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'io',
    value: {
      shouldIgnore: ({ node }: { node: Node }): string | undefined =>
        node.type === 'FunctionDeclaration' && IO.has(node.id?.name ?? '') ? 'reads or writes the table' : undefined,
    },
  },
];
