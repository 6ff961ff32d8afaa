import { beforeAll, describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import roles from '../../shared/roles.json' with { type: 'json' };
import { NOBODY, OPERATOR, OTHER_PARTNER, OWNER, testStack } from '../stack.ts';

/**
 * Every endpoint, with the status that who may call it gets. A request that changes something is sent with a query parameter
 * that no endpoint has: who may call it is told so (400), before anything is done; who may not isn't told.
 * An endpoint without a line here fails.
 */
const NOT_DONE = 400;
const ENDPOINT_STATUS: Record<string, 200 | typeof NOT_DONE> = {
  getMe: 200,
  listMyCustomers: 200,
  createCustomer: NOT_DONE,
  importCustomers: NOT_DONE,
  listCustomers: 200,
  getCustomer: 200,
  // Without a change: the fields that it has are the caller's to change or not.
  updateCustomer: 200,
  deleteCustomer: NOT_DONE,
  approveCustomer: NOT_DONE,
  rejectCustomer: NOT_DONE,
  suspendCustomer: NOT_DONE,
  activateCustomer: NOT_DONE,
  resendInvite: NOT_DONE,
  getInviteLink: 200,
  previewInvite: NOT_DONE,
  acceptInvite: NOT_DONE,
  acceptInviteSignedIn: NOT_DONE,
  declineInvite: NOT_DONE,
  declineInviteSignedIn: NOT_DONE,
  createCloud: NOT_DONE,
  listClouds: 200,
  linkCloud: NOT_DONE,
  unlinkCloud: NOT_DONE,
  listLinkableClouds: 200,
  getAccess: 200,
  updateAccess: NOT_DONE,
  listEvents: 200,
  getOperation: 200,
  listMembers: 200,
  putMember: NOT_DONE,
  deleteMember: NOT_DONE,
  putPartner: NOT_DONE,
  putAccount: NOT_DONE,
  putAccountCloud: NOT_DONE,
  listApprovals: 200,
  billingListCustomers: NOT_DONE,
  billingInvite: NOT_DONE,
  billingCreateResellerServed: NOT_DONE,
  billingActivate: NOT_DONE,
  billingSuspend: NOT_DONE,
  billingBindBillableObject: NOT_DONE,
  billingListBillableObjectBindings: NOT_DONE,
  billingListAccessBindings: NOT_DONE,
  billingUpdateAccessBindings: NOT_DONE,
  billingCreateCloud: NOT_DONE,
  billingGetOperation: NOT_DONE,
};

/** The methods of the Billing API: each is for those who may do the same here. */
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

/** Where `roles.json` names two ways to do the same, or speaks of another line. */
const EXPLICIT: Record<string, string> = {
  acceptInvite: 'holder of the emailed link',
  declineInvite: 'holder of the emailed link',
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
/** What the invitee may do besides its role: from when on. */
const INVITEE_TOO: Record<string, 'invited' | 'confirmed'> = { getCustomer: 'invited', updateCustomer: 'confirmed' };

type Caller = {
  who: string;
  as?: string;
  /** Roles on the partner account that the customer belongs to, on another one, and on the customer's subaccount. */
  own?: string[];
  other?: string[];
  subaccount?: string[];
  operator?: true;
  invitee?: 'invited' | 'confirmed';
};

const ROLES = roles.roles.filter((role) => role !== 'customer');
const CALLERS: Caller[] = [
  ...ROLES.map((role) => ({
    who: `${role} of the partner`,
    as: `own-${role.toLowerCase()}@acme.example`,
    own: [role],
  })),
  ...ROLES.map((role) => ({ who: `${role} as service account`, as: `own-${role}`, own: [role] })),
  ...ROLES.map((role) => ({
    who: `${role} of another`,
    as: `other-${role.toLowerCase()}@globex.example`,
    other: [role],
  })),
  ...ROLES.map((role) => ({
    who: `${role} on the subaccount alone`,
    as: `bound-${role.toLowerCase()}@client.example`,
    subaccount: [role],
  })),
  { who: 'nobody signed in' },
  { who: 'signed in, no partner', as: NOBODY },
  { who: 'operator', as: OPERATOR, operator: true },
  { who: 'invitee before confirming', as: 'waiting@client.example', invitee: 'invited', subaccount: ['customer'] },
  {
    who: 'invitee after confirming',
    as: 'active@client.example',
    invitee: 'confirmed',
    subaccount: ['customer', 'admin'],
  },
];

type Operations = Record<string, string[]>;

/** The status that a caller gets, by `roles.json` and the explicit lines above. */
function expectedStatus(name: string, path: string, caller: Caller): number {
  const allowed = ENDPOINT_STATUS[name] ?? 0;
  const rule = EXPLICIT[name] ?? (roles.endpoints as Record<string, string>)[name] ?? '';
  if (rule === 'holder of the emailed link') return allowed;
  if (caller.as === undefined) return 401;
  if (rule === 'signed in') return allowed;
  if (rule.startsWith('operator')) return caller.operator ? allowed : 403;
  if (caller.operator && rule.includes('operator')) return allowed;

  const [, resource = '', operation = ''] = /^(partnerAccount|subaccount)\.(\w+)/.exec(rule) ?? [];
  const byRole = (roles as unknown as Record<string, Operations>)[resource]?.[operation] ?? [];
  const may = (held: string[] = []) => held.some((role) => byRole.includes(role));
  if (!/\{(customerId|billingAccountId|resourceId|operationId)\}/.test(path) && name !== 'billingCreateCloud')
    return may([...(caller.own ?? []), ...(caller.other ?? [])]) ? allowed : 403;
  if (!caller.own && !caller.subaccount) return 404;
  const onSubaccount = resource === 'subaccount' && !PARTNER_ACCOUNT_ALONE.includes(name) ? caller.subaccount : [];
  const since = INVITEE_TOO[name];
  const asInvitee = since !== undefined && (caller.invitee === 'confirmed' || caller.invitee === since);
  return may([...(caller.own ?? []), ...(onSubaccount ?? [])]) || asInvitee ? allowed : 403;
}

const portal = testStack();
const { request, register } = portal;
const billingRole = (role: string) => `billing.accounts.${role}`;
let waiting: string;
let active: string;

beforeAll(async () => {
  const put = async (as: string, id: string, role: string) => {
    const answer = await request('PUT', `/v1/members/${id}`, { as, body: { roles: [billingRole(role)] } });
    expect(answer).toMatchObject({ status: 200 });
  };
  for (const { as = '', own = [], other = [] } of CALLERS) {
    for (const role of own) await put(OWNER, as, role);
    for (const role of other) await put(OTHER_PARTNER, as, role);
  }
  waiting = (await register({ email: 'waiting@client.example' })).id;
  active = (await register({ email: 'active@client.example' })).id;
  const deltas = CALLERS.filter(({ invitee }) => !invitee).flatMap(({ as, subaccount = [] }) =>
    subaccount.map((role) => ({ action: 'ADD', roleId: billingRole(role), subject: { type: 'USER', id: as } })),
  );
  for (const id of [waiting, active])
    expect((await request('PATCH', `/v1/customers/${id}/access`, { as: OWNER, body: { deltas } })).status).toBe(204);
  const accepted = await request('POST', `/v1/customers/${active}/invite/accept`, { as: 'active@client.example' });
  expect(accepted).toMatchObject({ status: 200 });
}, 120_000);

test('every endpoint of the contract has a line, and a rule in roles.json', () => {
  const names = ENDPOINTS.map(({ name }) => name).sort();
  expect(Object.keys(ENDPOINT_STATUS).sort()).toEqual(names);
  for (const name of names)
    expect(EXPLICIT[name] ?? roles.endpoints, name).toSatisfy(
      (rule: string | object) => typeof rule === 'string' || name in rule,
    );
  // And no rule is about an endpoint that isn't there.
  for (const name of Object.keys(roles.endpoints)) expect(names).toContain(name);
});

describe('who may do what', () => {
  test.each(ENDPOINTS)('$method $path', { timeout: 60_000 }, async ({ name, method, path }) => {
    const status = ENDPOINT_STATUS[name];
    const answers = await Promise.all(
      CALLERS.map(async (caller) => {
        const id = caller.invitee === 'confirmed' ? active : waiting;
        const target = path
          .replace(/\{(customerId|billingAccountId|resourceId)\}/, id)
          .replace('{operationId}', `${id}.1`)
          .replace('{memberId}', 'viewer@acme.example')
          .replace('{partnerId}', 'acme')
          .replace('{email}', 'it@client.example')
          .replace('{cloudId}', 'any');
        const { status: got } = await request(method, status === NOT_DONE ? `${target}?matrix=1` : target, {
          as: caller.as,
          ...(name === 'updateCustomer' && { body: {} }),
          ...(name === 'billingCreateCloud' && { body: { organizationId: id.replace('dn2', 'bpf') } }),
        });
        return [caller.who, got];
      }),
    );
    expect(Object.fromEntries(answers)).toEqual(
      Object.fromEntries(CALLERS.map((caller) => [caller.who, expectedStatus(name, path, caller)])),
    );
  });
});
