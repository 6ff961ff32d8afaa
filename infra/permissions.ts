/**
 * The permissions of each Lambda function: its actions on single items, its queries, and the few resources outside the table.
 * Every function needs an entry here: without one, it has no bundle and no route.
 */
import type { IndexName } from '../shared/table/keys.ts';

/** Actions on single items. A transaction is authorised through the actions of its parts. */
type ItemAction = 'GetItem' | 'BatchGetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem';

type KeyPrefix = 'CUSTOMER#' | 'PARTNER#' | 'PERSON#' | 'USER#' | 'SERVICE_ACCOUNT#';

/**
 * The permissions of one function. A missing field allows nothing. Beside these, a function for callers who can belong to a partner may
 * count the partner's requests, in items that hold nothing else (`portalFunction.ts`).
 */
export type Permissions = {
  items?: readonly ItemAction[];
  /**
   * The beginnings of the partition keys of these items; by default, all items. Only for functions that read single items: AWS doesn't say
   * which keys it compares for the parts of a transaction (ADR 27).
   */
  keys?: readonly KeyPrefix[];
  /** The table and indexes that the function queries. `table` doesn't include the indexes. */
  query?: readonly ('table' | IndexName)[];
  /** Reads the key that makes and checks emailed links. */
  inviteKey?: true;
  /** Sends mail as the program's sender. */
  sendMail?: true;
  /** Reads the table's stream. */
  stream?: true;
  /** Reads the users of the user pool, if operators and owners need a second factor. (`userPool.ts` allows it: the pool is made after its trigger.) */
  readsUsers?: true;
  /** Sends the records and reports that it gives up to the queue of failures. */
  failures?: true;
};

/** Reads who the caller is, and nothing else by its key: the membership, and whether a service account is known. */
const KNOW_CALLER = { items: ['GetItem'], keys: ['USER#', 'SERVICE_ACCOUNT#'] } as const;
/** Registers a customer, if the invited address is not a member's, or counts the refusal on the partner's item. */
const REGISTER = ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'] as const;
/** Decides on a customer: reads the customer, updates its state, writes the event and the hold of its address. */
const DECIDE = ['GetItem', 'PutItem', 'UpdateItem'] as const;
/** Also releases the address, or removes data. */
const DECIDE_AND_RELEASE = [...DECIDE, 'DeleteItem'] as const;
/** Also checks an item that it doesn't change: a membership, or the customer whose pointers are settled. */
const DECIDE_AND_CHECK = [...DECIDE_AND_RELEASE, 'ConditionCheckItem'] as const;

/** The permissions of every function by its name. */
export const PERMISSIONS = {
  // Customers
  createCustomer: { items: REGISTER, query: ['table'] },
  importCustomers: { items: REGISTER, query: ['table'] },
  getCustomer: { items: ['GetItem'] },
  updateCustomer: { items: DECIDE_AND_CHECK },
  deleteCustomer: { items: DECIDE_AND_RELEASE },
  suspendCustomer: { items: DECIDE, query: ['table'] },
  activateCustomer: { items: DECIDE, query: ['table'] },
  listEvents: { items: ['GetItem', 'PutItem'], query: ['table'] },
  getOperation: { items: ['GetItem'] },
  listCustomers: { ...KNOW_CALLER, query: ['byCreated', 'byStatus', 'byName', 'byEmail'] },
  listMyCustomers: { items: ['GetItem'], query: ['table'] },
  expireUnconfirmed: { items: [...DECIDE_AND_CHECK, 'BatchGetItem'], query: ['table', 'byDue'] },

  // Invitations
  resendInvite: { items: [...DECIDE, 'ConditionCheckItem'], query: ['table'] },
  getInviteLink: { items: ['GetItem'] },
  previewInvite: { items: ['GetItem'], keys: ['CUSTOMER#', 'PARTNER#', 'PERSON#'], inviteKey: true },
  acceptInvite: { items: [...DECIDE, 'ConditionCheckItem'], query: ['table'], inviteKey: true },
  declineInvite: { items: DECIDE_AND_CHECK, query: ['table'], inviteKey: true },
  allowInvitations: { items: DECIDE, inviteKey: true },
  listBlockedPartners: { items: ['GetItem'], query: ['table'] },
  deliverMail: {
    items: ['GetItem', 'UpdateItem'],
    query: ['byDue', 'byName'],
    inviteKey: true,
    sendMail: true,
    stream: true,
    failures: true,
  },
  recordDelivery: { items: DECIDE, failures: true },

  // Clouds
  createCloud: { items: DECIDE, query: ['table'] },
  listClouds: { items: ['GetItem'], query: ['table'] },
  linkCloud: { items: [...DECIDE, 'ConditionCheckItem'], query: ['table'] },
  listLinkableClouds: { items: ['GetItem'], query: ['table'] },
  unlinkCloud: { items: DECIDE_AND_RELEASE },
  listMyClouds: { items: ['GetItem'], query: ['table'] },
  getMyCloudAccess: { items: ['GetItem'] },
  updateMyCloudAccess: { items: DECIDE_AND_RELEASE },

  // Access, and the partner's members
  getAccess: { items: ['GetItem'], query: ['table', 'byName'] },
  updateAccess: { items: DECIDE_AND_CHECK, query: ['table'] },
  listMembers: { ...KNOW_CALLER, query: ['byName'] },
  putMember: { items: DECIDE_AND_CHECK },
  deleteMember: { items: DECIDE_AND_RELEASE },
  listPartnerLog: { ...KNOW_CALLER, query: ['table'] },
  listMyMemberships: { items: ['GetItem'], query: ['table'] },
  acceptMembership: { items: DECIDE_AND_RELEASE },
  declineMembership: { items: ['GetItem', 'PutItem', 'DeleteItem'] },
  leavePartner: { items: DECIDE_AND_RELEASE },

  // The provider's Billing API, which does a part of the actions above
  billingApi: { items: [...DECIDE_AND_CHECK, 'BatchGetItem'], query: ['table', 'byCreated', 'byName'] },

  // The provider's approval
  listApprovals: { items: ['GetItem'], keys: ['PARTNER#', 'SERVICE_ACCOUNT#'], query: ['byApproval'] },
  getApproval: { items: ['GetItem', 'PutItem'] },
  approveCustomer: { items: DECIDE, query: ['table'] },
  rejectCustomer: { items: DECIDE_AND_RELEASE, query: ['table'] },

  // Sign-in, and the provider's directory
  // Also writes that a member signs in through an identity provider.
  getMe: { items: ['GetItem', 'PutItem'] },
  addEmailClaims: { readsUsers: true },
  writeSignInMail: {},
  putPartner: { items: DECIDE_AND_RELEASE },
  putPartnerMember: { items: DECIDE_AND_CHECK },
  deletePartnerMember: { items: DECIDE_AND_RELEASE },
  putServiceAccount: { items: ['GetItem', 'PutItem', 'ConditionCheckItem'] },
  putAccount: { items: ['GetItem', 'PutItem'] },
  putAccountCloud: { items: DECIDE_AND_RELEASE, query: ['table'] },
} as const satisfies Record<string, Permissions>;

export type FunctionName = keyof typeof PERMISSIONS;
/** The functions that only a user pool of this environment calls. */
export const POOL_TRIGGERS = ['addEmailClaims', 'writeSignInMail'] as const satisfies FunctionName[];
export const FUNCTION_NAMES = Object.keys(PERMISSIONS) as FunctionName[];

/** The permissions of a function, as the type that all entries share. */
export const permissionsOf = (name: FunctionName): Permissions => PERMISSIONS[name];
