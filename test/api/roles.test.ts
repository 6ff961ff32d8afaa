import { beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import roles from '../../shared/contract/roles.json' with { type: 'json' };
import { requestInProcess } from '../inProcess.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, DAY_MS, NOBODY, OPERATOR, testStack } from '../stack.ts';
import { endCooldown, setOnCustomer } from '../table.ts';

const portal = testStack();
const { partner, otherPartner, linkToken } = portal;
/** Sends a request without HTTP, as there are more than a thousand. `permissions.test.ts` shows that each function answers over HTTP. */
const request = (method: string, path: string, options: { as?: string | undefined; body?: unknown } = {}) =>
  requestInProcess(portal.stack, method, path, options);
const billingRole = (role: string) => `billing.accounts.${role}`;

/** The state in which a customer has to be, so that a request about it can succeed. */
type State = 'waiting' | 'awaiting approval' | 'active' | 'suspended';
/** The caller, its account, and the customer that the request is about. */
type Asked = { caller: Caller; as: string; customer: CustomerAnswer };
/** A line of the matrix: a request of an endpoint that succeeds for allowed callers. */
type Line = {
  /** The status of a success. */
  status: 200 | 201 | 204;
  /** The state of the customer in the path. Each allowed caller gets a fresh customer. */
  customer?: State;
  /** The rest of the request: its body, query and other path parameters. Prepares what the request needs. */
  given?: (asked: Asked) => Given | Promise<Given>;
  /** All callers can change the same customer in this way, one after the other. */
  repeatable?: true;
  /** The permission depends on the body, so callers without it have to send the body, too. */
  judgedByBody?: true;
  /** Callers whose role allows the request, but who are too late. */
  tooLate?: Record<string, 409>;
  /** The status for callers of their own kind: what they have decides, and no role. */
  statusOf?: (caller: Caller) => number;
};
type Given = {
  body?: unknown;
  path?: Record<string, string>;
  query?: string;
  /** An account of the same kind that is used once, if the request would change the caller for the lines below. */
  as?: string;
};

let count = 0;
/** A name that is used once. */
const fresh = () => `${partner.id}-${++count}`;
const freshAddress = () => partner.at(fresh());
const newcomer = () => ({ name: 'Newcomer', email: freshAddress() });

async function succeed(method: string, path: string, as: string, body?: unknown): Promise<void> {
  const { status } = await request(method, path, { as, ...(body !== undefined && { body }) });
  expect([path, status < 300]).toEqual([path, true]);
}

const accountOf = (email: string) => `/v1/provider/accounts/${email}`;

/** An existing cloud of the customer's contact, which these people and service accounts can link. */
const existingCloud = ({ email }: CustomerAnswer, ...owners: string[]) => cloudOf(email ?? '', ...owners);

/** An existing cloud of an account, which these people and service accounts can link. */
async function cloudOf(email: string, ...owners: string[]): Promise<string> {
  const cloudId = fresh();
  const account = accountOf(email);
  await succeed('PUT', account, OPERATOR, ELIGIBLE);
  await succeed('PUT', `${account}/clouds/${cloudId}`, OPERATOR, accountCloud(...owners));
  return cloudId;
}
const accountCloud = (...owners: string[]) => ({
  name: 'existing',
  outstandingCharges: false,
  grants: owners.map((id) => ({
    ...(id.includes('@') ? { email: id } : { clientId: id }),
    roleId: LINKING_ROLE,
    grantedAt: new Date(Date.now() - DAY_MS).toISOString(),
  })),
});

/** A member of the caller's partner, with few rights. */
async function freshMember({ caller }: Asked): Promise<string> {
  const memberId = freshAddress();
  await join(caller.other ? otherPartner.id : partner.id, memberId, 'viewer');
  return memberId;
}
/** Makes an account an active member of a partner. */
async function join(partnerId: string, account: string, role: string): Promise<void> {
  if (!account.includes('@')) await succeed('PUT', `/v1/provider/service-accounts/${account}`, OPERATOR, { partnerId });
  await succeed('PUT', `/v1/provider/partners/${partnerId}/members/${account}`, OPERATOR, {
    roles: [billingRole(role)],
  });
}
/** The role of a caller on the account of its partner; undefined for a caller without a partner. */
const roleAtPartner = ({ own, other }: Caller): string | undefined => own?.[0] ?? other?.[0];
const isServiceAccount = ({ as }: Caller): boolean => as !== undefined && as !== '' && !as.includes('@');
/** A partner of nobody else's invites an account. */
async function invitedBy(account: string): Promise<Given> {
  const partnerId = fresh();
  const owner = `owner@${partnerId}.example`;
  await succeed('PUT', `/v1/provider/partners/${partnerId}`, OPERATOR, { name: 'Third', paid: true, owners: [owner] });
  if (account.includes('@')) await succeed('PUT', `/v1/members/${account}`, owner, { roles: [billingRole('viewer')] });
  return { path: { partnerId } };
}
const resellerOf = ({ caller }: Asked) => (caller.other ? otherPartner.id : partner.id);
const tokenOf = async ({ customer }: Asked) => ({ body: { token: await linkToken(customer.email ?? '') } });

/** One line for every endpoint of the contract; a missing line fails. */
const LINES: Record<string, Line> = {
  getMe: { status: 200 },
  listMyCustomers: { status: 200 },
  createCustomer: { status: 201, given: () => ({ body: newcomer() }) },
  importCustomers: { status: 200, given: () => ({ body: { customers: [newcomer()] } }) },
  listCustomers: { status: 200 },
  getCustomer: { status: 200, customer: 'waiting' },
  // The invitee changes the name, and an owner changes all other fields.
  updateCustomer: {
    status: 200,
    customer: 'active',
    repeatable: true,
    judgedByBody: true,
    given: ({ caller }) => ({ body: caller.invitee ? { name: 'Changed' } : { role: 'Changed' } }),
  },
  deleteCustomer: { status: 204, customer: 'waiting' },
  approveCustomer: { status: 200, customer: 'awaiting approval' },
  rejectCustomer: { status: 200, customer: 'awaiting approval' },
  suspendCustomer: { status: 200, customer: 'active' },
  activateCustomer: { status: 200, customer: 'suspended' },
  resendInvite: {
    status: 200,
    customer: 'waiting',
    repeatable: true,
    given: async ({ customer: { id } }) => {
      await endCooldown(portal.stack, id);
      return {};
    },
  },
  getInviteLink: { status: 200, customer: 'waiting' },
  previewInvite: { status: 200, customer: 'waiting', given: tokenOf },
  acceptInvite: { status: 200, customer: 'waiting', repeatable: true, given: tokenOf },
  allowInvitations: { status: 200, customer: 'waiting', repeatable: true, given: tokenOf },
  // Accepting again gets the first answer.
  acceptInviteSignedIn: { status: 200, customer: 'waiting' },
  declineInvite: {
    status: 200,
    customer: 'waiting',
    given: tokenOf,
    tooLate: { 'invitee after confirming': 409 },
  },
  declineInviteSignedIn: { status: 200, customer: 'waiting', tooLate: { 'invitee after confirming': 409 } },
  createCloud: { status: 201, customer: 'active', repeatable: true, given: () => ({ body: { name: fresh() } }) },
  listClouds: { status: 200, customer: 'active' },
  linkCloud: {
    status: 200,
    customer: 'active',
    repeatable: true,
    given: async ({ as, customer }) => ({ body: { cloudId: await existingCloud(customer, as) } }),
  },
  unlinkCloud: {
    status: 204,
    customer: 'active',
    repeatable: true,
    given: async ({ customer }) => {
      const cloudId = await existingCloud(customer, partner.owner);
      await succeed('POST', `/v1/customers/${customer.id}/clouds/link`, partner.owner, { cloudId });
      return { path: { cloudId } };
    },
  },
  listLinkableClouds: { status: 200, customer: 'active' },
  listMyClouds: { status: 200 },
  getMyCloudAccess: { status: 200, given: async ({ as }) => ({ path: { cloudId: await cloudOf(as) } }) },
  updateMyCloudAccess: {
    status: 200,
    judgedByBody: true,
    given: async ({ as }) => ({
      path: { cloudId: await cloudOf(as.includes('@') ? as : partner.owner) },
      body: { deltas: [{ action: 'ADD', roleId: LINKING_ROLE, subject: { type: 'PARTNER', id: partner.id } }] },
    }),
  },
  getAccess: { status: 200, customer: 'waiting' },
  updateAccess: {
    status: 204,
    customer: 'active',
    repeatable: true,
    given: () => ({
      body: {
        deltas: [{ action: 'ADD', roleId: billingRole('viewer'), subject: { type: 'USER', id: freshAddress() } }],
      },
    }),
  },
  listEvents: { status: 200, customer: 'waiting' },
  getOperation: {
    status: 200,
    customer: 'waiting',
    given: ({ customer: { id } }) => ({ path: { operationId: `${id}.1` } }),
  },
  listMembers: { status: 200 },
  listPartnerLog: { status: 200 },
  listMyMemberships: { status: 200 },
  // A person belongs to one partner at most, and nobody invites a service account.
  acceptMembership: {
    status: 200,
    statusOf: (caller) => {
      if (isServiceAccount(caller)) return 404;
      return roleAtPartner(caller) === undefined ? 200 : 409;
    },
    given: async ({ caller, as }) => {
      const account = roleAtPartner(caller) === undefined ? freshAddress() : as;
      return { ...(await invitedBy(account)), as: account };
    },
  },
  declineMembership: { status: 204, given: ({ as }) => invitedBy(as) },
  listBlockedPartners: { status: 200 },
  allowInvitationsSignedIn: { status: 204, given: () => ({ path: { partnerId: partner.id } }) },
  leavePartner: {
    status: 204,
    statusOf: (caller) => (roleAtPartner(caller) === undefined ? 404 : 204),
    given: async ({ caller }) => {
      const role = roleAtPartner(caller);
      if (role === undefined) return {};
      const leaving = isServiceAccount(caller) ? fresh() : freshAddress();
      const partnerId = caller.other ? otherPartner.id : partner.id;
      await join(partnerId, leaving, role);
      return { as: leaving, path: { partnerId } };
    },
  },
  putMember: {
    status: 200,
    given: () => ({
      body: { roles: [billingRole('viewer')] },
      path: { memberId: freshAddress() },
    }),
  },
  deleteMember: { status: 204, given: async (asked) => ({ path: { memberId: await freshMember(asked) } }) },
  putPartnerMember: {
    status: 200,
    given: () => ({
      body: { roles: [billingRole('viewer')] },
      path: { partnerId: partner.id, memberId: freshAddress() },
    }),
  },
  deletePartnerMember: {
    status: 204,
    given: async (asked) => ({ path: { partnerId: partner.id, memberId: await freshMember(asked) } }),
  },
  putServiceAccount: { status: 200, given: () => ({ body: { partnerId: partner.id }, path: { clientId: fresh() } }) },
  putPartner: {
    status: 200,
    given: () => ({ body: { name: 'New', paid: true }, path: { partnerId: fresh() } }),
  },
  putAccount: { status: 200, given: () => ({ body: ELIGIBLE, path: { email: freshAddress() } }) },
  putAccountCloud: {
    status: 200,
    given: ({ as }) => ({ body: accountCloud(as), path: { email: partner.at('it'), cloudId: fresh() } }),
  },
  listApprovals: { status: 200 },
  getApproval: { status: 200, customer: 'awaiting approval' },

  billingListCustomers: { status: 200, given: (asked) => ({ query: `?resellerId=${resellerOf(asked)}` }) },
  billingInvite: {
    status: 200,
    given: (asked) => {
      const { name, email } = newcomer();
      return { body: { resellerId: resellerOf(asked), name, invitationEmail: email, person: {} } };
    },
  },
  billingCreateResellerServed: {
    status: 200,
    given: (asked) => ({ body: { resellerId: resellerOf(asked), name: 'Newcomer', person: {} } }),
  },
  billingActivate: { status: 200, customer: 'suspended' },
  billingSuspend: { status: 200, customer: 'active' },
  billingBindBillableObject: {
    status: 200,
    customer: 'active',
    repeatable: true,
    given: async ({ as, customer }) => ({
      body: { billableObject: { id: await existingCloud(customer, as), type: 'cloud' } },
    }),
  },
  billingListBillableObjectBindings: { status: 200, customer: 'active' },
  billingListAccessBindings: { status: 200, customer: 'waiting' },
  billingUpdateAccessBindings: {
    status: 200,
    customer: 'active',
    repeatable: true,
    given: () => ({
      body: {
        accessBindingDeltas: [
          {
            action: 'ADD',
            accessBinding: {
              roleId: billingRole('viewer'),
              subject: { type: 'userAccount', id: freshAddress() },
            },
          },
        ],
      },
    }),
  },
  // The body names the organization, which belongs to a customer.
  billingCreateCloud: {
    status: 200,
    customer: 'active',
    repeatable: true,
    judgedByBody: true,
    given: ({ customer: { id } }) => ({ body: { organizationId: id.replace(/^dn2/, 'bpf'), name: fresh() } }),
  },
  billingGetOperation: { status: 200, customer: 'waiting' },
};

/** The endpoint with the same permission for each method of the Billing API. */
const SAME_AS: Record<string, keyof typeof roles.endpoints> = {
  billingListCustomers: 'listCustomers',
  billingInvite: 'createCustomer',
  billingCreateResellerServed: 'createCustomer',
  billingActivate: 'activateCustomer',
  billingSuspend: 'suspendCustomer',
  billingBindBillableObject: 'linkCloud',
  billingListBillableObjectBindings: 'listClouds',
  billingListAccessBindings: 'getAccess',
  billingUpdateAccessBindings: 'updateAccess',
  billingCreateCloud: 'createCloud',
};

const LINK_HOLDER = 'holder of the emailed link';
/** Rules for endpoints to which `roles.json` gives two ways, or refers to another rule. */
const EXPLICIT: Record<string, string> = {
  acceptInvite: LINK_HOLDER,
  declineInvite: LINK_HOLDER,
  acceptInviteSignedIn: 'subaccount.acceptInvite',
  declineInviteSignedIn: 'subaccount.declineInvite',
  getOperation: roles.endpoints.getCustomer.split(';')[0] ?? '',
  billingGetOperation: roles.endpoints.getCustomer.split(';')[0] ?? '',
  ...Object.fromEntries(Object.entries(SAME_AS).map(([name, same]) => [name, roles.endpoints[same]])),
};
/** "suspend, activate and delete need the role on the partner account: a binding on the subaccount … is not enough." */
const PARTNER_ACCOUNT_ALONE = [
  'suspendCustomer',
  'activateCustomer',
  'deleteCustomer',
  'billingSuspend',
  'billingActivate',
];
/** Endpoints that the invitee may call besides its role. */
const INVITEE_TOO = ['getCustomer', 'updateCustomer'];

type Caller = {
  who: string;
  as?: string;
  /** Roles on the partner account of the customer's partner, on another partner account, and on the customer's subaccount. */
  own?: string[];
  other?: string[];
  subaccount?: string[];
  operator?: true;
  invitee?: 'invited' | 'confirmed';
};

const ROLES = roles.roles.filter((role) => role !== 'customer');
/** Roles of service accounts and of another partner's members: all in the long form, and the strongest in the short one. */
const STRONGEST = sized(['owner'], ROLES);
const CALLERS: Caller[] = [
  ...ROLES.map((role) => ({
    who: `${role} of the partner`,
    as: partner.staff(`own-${role.toLowerCase()}`),
    own: [role],
  })),
  ...STRONGEST.map((role) => ({ who: `${role} as service account`, as: `${partner.id}-${role}`, own: [role] })),
  ...STRONGEST.map((role) => ({
    who: `${role} of another`,
    as: otherPartner.staff(`other-${role.toLowerCase()}`),
    other: [role],
  })),
  ...ROLES.map((role) => ({
    who: `${role} on the subaccount alone`,
    as: partner.at(`bound-${role.toLowerCase()}`),
    subaccount: [role],
  })),
  { who: 'nobody signed in' },
  { who: 'signed in, no partner', as: NOBODY },
  { who: 'operator', as: OPERATOR, operator: true },
  // These sign in with the address of their customer.
  { who: 'invitee before confirming', as: '', invitee: 'invited', subaccount: ['customer'] },
  { who: 'invitee after confirming', as: '', invitee: 'confirmed', subaccount: ['customer', 'admin'] },
];

type Operations = Record<string, string[]>;

/**
 * The roles from the strongest to the weakest: who allows an operation are the first ones of them. So the weakest that is allowed and the
 * strongest that is not tell which roles an endpoint asks for. What each role allows is shown in `shared/access/rolePermissions.test.ts`.
 */
const BY_STRENGTH = ['owner', 'admin', 'varWithoutDiscounts', 'editor', 'accountant', 'viewer'];
const edgeOf = (allowed: string[]): string[] => {
  const count = BY_STRENGTH.filter((role) => allowed.includes(role)).length;
  return BY_STRENGTH.slice(Math.max(0, count - 1), count + 1);
};

const ruleOf = (name: string): string => EXPLICIT[name] ?? (roles.endpoints as Record<string, string>)[name] ?? '';
/** The operation that a rule names, and the roles that allow it. */
function operationIn(rule: string): { resource: string; byRole: string[] } {
  const [, resource = '', operation = ''] = /^(partnerAccount|subaccount)\.(\w+)/.exec(rule) ?? [];
  return { resource, byRole: (roles as unknown as Record<string, Operations>)[resource]?.[operation] ?? [] };
}
/** Whether a role on the subaccount counts for the endpoint. */
const countsOnSubaccount = (name: string): boolean =>
  operationIn(ruleOf(name)).resource === 'subaccount' && !PARTNER_ACCOUNT_ALONE.includes(name);

/**
 * The callers of an endpoint: all in the long form. In the short form, of the members and of the people with a role on the subaccount, those
 * whose roles tell what the endpoint asks for. A service account, which is a member like others, is asked if its request needs no customer of
 * its own. If the link alone decides, the invitees and somebody who is not signed in are asked.
 */
function callersOf(name: string): Caller[] {
  const edge = edgeOf(operationIn(ruleOf(name)).byRole);
  const onSubaccount = countsOnSubaccount(name) ? edge : edgeOf([]);
  const isAtEdge = (caller: Caller) => {
    if (isServiceAccount(caller)) return LINES[name]?.customer === undefined || LINES[name]?.repeatable === true;
    if (caller.own) return edge.includes(caller.own[0] ?? '');
    return !caller.subaccount || caller.invitee !== undefined || onSubaccount.includes(caller.subaccount[0] ?? '');
  };
  const isByLink = ruleOf(name) === LINK_HOLDER;
  const isAsked = (caller: Caller) =>
    isByLink ? caller.as === undefined || caller.invitee !== undefined : isAtEdge(caller);
  return sized(CALLERS.filter(isAsked), CALLERS);
}

/** The status that a caller has to get, by `roles.json` and the lines above. */
function expectedStatus(name: string, path: string, caller: Caller): number {
  const line = LINES[name];
  const allowed = line?.tooLate?.[caller.who] ?? line?.status ?? 0;
  const rule = ruleOf(name);
  if (rule === LINK_HOLDER) return allowed;
  if (caller.as === undefined) return 401;
  // An account belongs to a person.
  if (rule === 'the account that owns the cloud') return caller.invitee || caller.as.includes('@') ? allowed : 404;
  if (rule.startsWith('signed in')) return line?.statusOf?.(caller) ?? allowed;
  if (rule.startsWith('operator')) return caller.operator ? allowed : 403;
  if (caller.operator && rule.includes('operator')) return allowed;

  const { byRole } = operationIn(rule);
  const may = (held: string[] = []) => held.some((role) => byRole.includes(role));
  if (!/\{(customerId|billingAccountId|resourceId|operationId)\}/.test(path) && name !== 'billingCreateCloud')
    return may([...(caller.own ?? []), ...(caller.other ?? [])]) ? allowed : 403;
  if (!caller.own && !caller.subaccount) return 404;
  const onSubaccount = countsOnSubaccount(name) ? caller.subaccount : [];
  const asInvitee = caller.invitee !== undefined && INVITEE_TOO.includes(name);
  return may([...(caller.own ?? []), ...(onSubaccount ?? [])]) || asInvitee ? allowed : 403;
}

/**
 * A fresh customer in a state, with the roles of these callers on its subaccount.
 *
 * @param mailed whether its invitation must have been sent: an invitation that is answered earlier is never sent
 */
async function customerIn(state: State, callers: Caller[], mailed: boolean): Promise<CustomerAnswer> {
  const { body } = await request('POST', '/v1/customers', { as: partner.owner, body: newcomer() });
  const customer = body as CustomerAnswer;
  if (mailed) await linkToken(customer.email ?? '');
  const at = `/v1/customers/${customer.id}`;
  const deltas = callers
    .filter(({ invitee }) => !invitee)
    .flatMap(({ as, subaccount = [] }) =>
      subaccount.map((role) => ({ action: 'ADD', roleId: billingRole(role), subject: { type: 'USER', id: as } })),
    );
  if (deltas.length > 0) await succeed('PATCH', `${at}/access`, partner.owner, { deltas });
  if (state === 'awaiting approval') await setOnCustomer(portal.stack, customer.id, { status: 'APPROVAL_REQUIRED' });
  if (state === 'active' || state === 'suspended') await succeed('POST', `${at}/invite/accept`, customer.email ?? '');
  if (state === 'suspended') await succeed('POST', `${at}/suspend`, partner.owner);
  return customer;
}

/** Customers that many requests share, by the kind of request and the state. */
const shared = new Map<string, Promise<CustomerAnswer>>();
function sharedCustomer(use: string, state: State): Promise<CustomerAnswer> {
  const key = `${use} ${state}`;
  const customer = shared.get(key) ?? customerIn(state, CALLERS, true);
  shared.set(key, customer);
  return customer;
}

/** The customer's state for a caller: it decides whether an invitee has confirmed. */
function stateFor({ invitee }: Caller, state: State): State {
  if (invitee === 'invited') return 'waiting';
  return invitee === 'confirmed' && state !== 'suspended' ? 'active' : state;
}

beforeAll(async () => {
  for (const { as = '', own = [], other = [] } of CALLERS) {
    for (const role of own) await join(partner.id, as, role);
    for (const role of other) await join(otherPartner.id, as, role);
  }
  await succeed('PUT', accountOf(partner.at('it')), OPERATOR, ELIGIBLE);
}, 120_000);

test('every endpoint of the contract has a line, and a rule in roles.json', () => {
  const names = ENDPOINTS.map(({ name }) => name).sort();
  expect(Object.keys(LINES).sort()).toEqual(names);
  for (const name of names)
    expect(EXPLICIT[name] ?? roles.endpoints, name).toSatisfy(
      (rule: string | object) => typeof rule === 'string' || name in rule,
    );
  // No rule is about an endpoint that doesn't exist.
  for (const name of Object.keys(roles.endpoints)) expect(names).toContain(name);
});

test('each operation is allowed to the strongest roles, however many', () => {
  expect([...BY_STRENGTH].sort()).toEqual([...ROLES].sort());
  for (const byRole of [roles.partnerAccount, roles.subaccount].flatMap((each) => Object.values<string[]>(each))) {
    const allowed = BY_STRENGTH.filter((role) => byRole.includes(role));
    expect(allowed).toEqual(BY_STRENGTH.slice(0, allowed.length));
  }
});

describe('who may do what', () => {
  test.each(ENDPOINTS)('$method $path', { timeout: 120_000 }, async ({ name, method, path }) => {
    const line = LINES[name];
    const changes = method !== 'GET' && name !== 'previewInvite';
    const isAllowed = (caller: Caller) => expectedStatus(name, path, caller) < 400;
    /** A shared customer if the request leaves it as it is or may repeat its change, or else a fresh one. */
    const customerFor = (caller: Caller): Promise<CustomerAnswer> => {
      const state = stateFor(caller, line?.customer ?? 'waiting');
      if (!changes || !isAllowed(caller)) return sharedCustomer('read', state);
      if (line?.repeatable) return sharedCustomer(name, state);
      return line?.customer ? customerIn(state, [caller], line.given === tokenOf) : sharedCustomer('read', state);
    };
    const answers: [string, number][] = [];
    const callers = callersOf(name);
    for (const caller of callers) {
      const may = isAllowed(caller);
      const customer = await customerFor(caller);
      const as = caller.invitee ? (customer.email ?? '') : caller.as;
      // Callers without permission are refused before the rest of the request is checked.
      const asked =
        may || line?.judgedByBody || line?.tooLate?.[caller.who] || (line?.statusOf && caller.as !== undefined);
      const given = asked ? await line?.given?.({ caller, as: as ?? '', customer }) : undefined;
      const named: Record<string, string> = {
        customerId: customer.id,
        billingAccountId: customer.id,
        resourceId: customer.id,
        operationId: `${customer.id}.1`,
        memberId: partner.viewer,
        partnerId: partner.id,
        email: partner.at('it'),
        cloudId: 'any',
        clientId: partner.robot,
        ...given?.path,
      };
      const target = path.replace(/\{(\w+)\}/g, (_, parameter) => named[parameter] ?? '');
      const answer = await request(method, target + (given?.query ?? ''), {
        as: given?.as ?? as,
        ...(given?.body !== undefined && { body: given.body }),
      });
      if (name === 'importCustomers' && may) expect(answer.body['results']).toMatchObject([{ customer: {} }]);
      answers.push([caller.who, answer.status]);
    }
    expect(Object.fromEntries(answers)).toEqual(
      Object.fromEntries(callers.map((caller) => [caller.who, expectedStatus(name, path, caller)])),
    );
  });
});
