/** Leaves out the functions that read or write the table: tests over HTTP prove them. */

const IO = new Set([
  // access bindings; only `accessPage` uses `placed`
  'accessPage',
  'loadAccess',
  'loadOwnBindings',
  'ownBindings',
  'placed',
  'refuseOwnersOfPartner',
  'settlePointers',
  // the caller; `membershipByAttempt` reads the table from its second attempt on
  'loadMembership',
  'membershipByAttempt',
  // one function each of eligibility, invitation link and operation, and two of the invitation limit
  'loadAccount',
  'loadInvited',
  'loadOperation',
  'loadInvitingPartner',
  'countInvitation',
]);

type Node = { type: string; id?: { name: string } | null };

/** For Stryker, which loads this file as a plugin. */
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
