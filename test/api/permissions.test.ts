import { expect, test } from 'vitest';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/permissions.ts';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { type AwsRequest, isAllowed, type Statement } from '../../local/policy.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { APPROVALS } from '../../shared/table/keys.ts';
import { assemblyWith, DAY_MS, OPERATOR, OWNER, ownStack, ROBOT } from '../stack.ts';
import { endCooldown, makeMailDue, setOnCustomer } from '../table.ts';

/** The first program with a rule that accounts can break, so that registrations are refused because of the account. */
const PROGRAM = JSON.stringify({ ...yandex, eligibilityRules: ['NO_POC'] });

const portal = ownStack({ assembly: await assemblyWith({ PROGRAM }) });
const { request, register, confirmed, linkToken, letExpire } = portal;

/**
 * What a role allows and the function itself never requests here, with the reason. Everything else that a role allows has to be used in
 * this test.
 */
const NOT_REQUESTED: { allows: RegExp; of?: FunctionName[]; because: string }[] = [
  {
    allows: /^logs:(CreateLogStream|PutLogEvents) /,
    because: 'Lambda writes the log with the role of the function. On this machine, logs are files.',
  },
  {
    allows: /^dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams) /,
    of: ['deliverMail'],
    because: 'Lambda reads the stream with the role of the function.',
  },
  {
    allows: /^sqs:SendMessage /,
    of: ['deliverMail', 'recordDelivery'],
    because: 'Lambda puts what a function gave up into the queue, with the role of the function.',
  },
  {
    allows: /^dynamodb:UpdateItem \S+ if REQUESTS#\*$/,
    because: 'The stacks of tests have no limit on requests, but for that of test/api/requestLimits.test.ts.',
  },
];

/** The permissions of a function's role, one by one: `<action> <resource>`, with the beginning of the keys if they are limited. */
const permissionsIn = (statements: readonly Statement[]): string[] =>
  statements.flatMap((statement) =>
    [statement.Action]
      .flat()
      .flatMap((action) => [statement.Resource].flat().map((on) => textOf(action, on, statement))),
  );
const textOf = (action: string, resource: string, { Condition }: Pick<Statement, 'Condition'> = {}): string => {
  const limits =
    Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'] ?? Object.values(Condition?.StringEquals ?? {});
  return `${action} ${resource}${limits.length > 0 ? ` if ${limits.join()}` : ''}`;
};

/** The permission that a request uses: one that names its resource, limited to such keys if there is one; otherwise one with a wildcard. */
function permissionOf(statements: readonly Statement[], { resource, ...request }: AwsRequest): string {
  const allowing = statements.filter((statement) => isAllowed([statement], { resource, ...request }));
  const naming = allowing.filter(({ Resource }) => [Resource].flat().includes(resource));
  if (naming.length > 0)
    return textOf(
      request.action,
      resource,
      naming.find(({ Condition }) => Condition),
    );
  const [wide] = allowing;
  return textOf(request.action, [wide?.Resource ?? []].flat().join(), wide);
}

/** Every function starts once, on a machine that may do other work as well. */
const PATIENCE_MS = 180_000;

test('every function uses each of the permissions that it has', { timeout: PATIENCE_MS }, async () => {
  const statementsOf = (name: string) => portal.stack.functionOf(name).definition.statements;
  const used = new Map(FUNCTION_NAMES.map((name) => [name as string, new Set<string>()]));
  portal.stack.aws.allowed = (name, request) => {
    used.get(name)?.add(permissionOf(statementsOf(name), request));
  };
  const twice = async (method: string, path: string, options: Parameters<typeof request>[2]) => {
    for (const _ of ['first', 'replay'])
      expect((await request(method, path, { ...options, key: path })).status).toBeLessThan(300);
  };
  const accountOf = (email: string) => `/v1/provider/accounts/${email}`;
  const grant = (email: string) => ({
    email,
    roleId: 'resource-manager.clouds.owner',
    grantedAt: new Date(Date.now() - DAY_MS).toISOString(),
  });
  const put = (path: string, body: object) => request('PUT', path, { as: OPERATOR, body });

  const initech = { name: 'Initech', paid: true, owners: ['owner@initech.example'] };
  for (const domains of [['initech.example'], []]) await put('/v1/provider/partners/initech', { ...initech, domains });
  // Its first sign-in through an identity provider is recorded.
  const federated = await portal.stack.token('owner@initech.example', { federated: 'true' });
  await request('GET', '/v1/me', { headers: { authorization: `Bearer ${federated}` } });
  await put('/v1/provider/service-accounts/acme-reports', { partnerId: 'acme' });
  // A service account is looked up at every endpoint.
  expect(await request('PUT', accountOf(OWNER), { as: ROBOT, body: ELIGIBLE })).toMatchObject({ status: 403 });

  await twice('POST', '/v1/customers', { as: OWNER, body: { name: 'Once', email: 'once@client.example' } });
  const rows = { customers: [{ name: 'Row', email: 'row@client.example' }] };
  await twice('POST', '/v1/customers/batch', { as: OWNER, body: rows });
  const refused = { name: 'Refused', email: 'poc@customer.example' };
  for (const [path, body] of [
    ['/v1/customers', refused],
    ['/v1/customers/batch', { customers: [refused] }],
  ] as const)
    expect(JSON.stringify(await request('POST', path, { as: OWNER, body }))).toContain('ACCOUNT_USES_POC');
  const accepted = await register();
  const token = await linkToken(accepted.email ?? '');
  await request('POST', '/v1/invites/preview', { body: { token } });
  await request('GET', `/v1/customers/${accepted.id}/invite/link`, { as: OWNER });
  await wait(accepted.id);
  await twice('POST', `/v1/customers/${accepted.id}/invite/resend`, { as: OWNER });
  await twice('POST', '/v1/invites/accept', { body: { token } });
  // A service account can't read mails: the owners get the notice of the answer.
  const declined = await register({}, ROBOT);
  const unwanted = { token: await linkToken(declined.email ?? '') };
  await twice('POST', '/v1/invites/decline', { body: { ...unwanted, noMoreInvitations: true } });
  await request('GET', '/v1/me/blocked-partners', { as: declined.email ?? '' });
  await request('POST', '/v1/invites/allow', { body: unwanted, key: 'allow' });

  const { id, email } = await confirmed();
  await put(accountOf(email ?? ''), ELIGIBLE);
  const existing = `${accountOf(email ?? '')}/clouds/existing`;
  const cloud = (...grants: object[]) => ({ name: 'existing', grants, outstandingCharges: false });
  await put(existing, cloud(grant(OWNER), grant('gone@acme.example')));
  await put(existing, cloud(grant(OWNER)));
  // The account of a reseller-served customer is that of the partner's members.
  const { body: served } = await request<{ metadata: { customerId: string } }>(
    'POST',
    '/billing/v1/customers:createResellerServedCustomer',
    { as: OWNER, body: { resellerId: 'acme', name: 'Served', person: {} } },
  );
  await put(accountOf(OWNER), ELIGIBLE);
  await put(`${accountOf(OWNER)}/clouds/own`, cloud());
  const linkOwn = { as: OWNER, body: { cloudId: 'own' } };
  await twice('POST', `/v1/customers/${served.metadata.customerId}/clouds/link`, linkOwn);
  await twice('POST', `/v1/customers/${id}/clouds`, { as: OWNER, body: { name: 'one' } });
  await twice('POST', `/v1/customers/${id}/clouds/link`, { as: OWNER, body: { cloudId: 'existing' } });
  const invitedByBilling = {
    resellerId: 'acme',
    name: 'Invited',
    invitationEmail: 'billing@client.example',
    person: {},
  };
  expect(await request('POST', '/billing/v1/customers:invite', { as: OWNER, body: invitedByBilling })).toMatchObject({
    status: 200,
  });
  const billing = async (method: string, path: string, body?: object, key?: string) =>
    expect(
      await request(method, path, { as: OWNER, ...(body && { body }), ...(key !== undefined && { key }) }),
    ).toMatchObject({ status: 200 });
  for (const _ of ['first', 'replay']) await billing('POST', `/billing/v1/customers/${id}:suspend`, {}, 'suspend');
  await billing('POST', `/billing/v1/customers/${id}:activate`);
  await billing('GET', '/billing/v1/customers?resellerId=acme');
  const accessOf = `/billing/v1/billingAccounts/${id}`;
  const accessBinding = { roleId: 'billing.accounts.viewer', subject: { type: 'userAccount', id: 'x@client.example' } };
  for (const action of ['ADD', 'REMOVE'])
    await billing('PATCH', `${accessOf}:updateAccessBindings`, { accessBindingDeltas: [{ action, accessBinding }] });
  const bindings = await request<{ nextPageToken: string }>('GET', `${accessOf}:listAccessBindings`, { as: OWNER });
  await billing('GET', `${accessOf}:listAccessBindings?pageToken=${bindings.body.nextPageToken}`);

  const { id: changing } = await register();
  await wait(changing);
  const { id: leaving } = await register();
  await wait(leaving);
  const change = (method: string, path: string, body?: object, as = OWNER) =>
    request(method, path, { as, ...(body && { body }) });
  const subject = { type: 'USER', id: 'bound@client.example' };
  const delta = (action: string) => ({ deltas: [{ action, roleId: 'billing.accounts.viewer', subject }] });
  const roleOnCloud = (action: string) => ({
    deltas: [{ action, roleId: 'resource-manager.clouds.member', subject: { type: 'PARTNER', id: 'initech' } }],
  });
  const members = '/v1/provider/partners/acme/members';
  for (const [method, path, body, as] of [
    ['PATCH', `/v1/customers/${changing}`, { email: 'moved@client.example' }],
    ['PATCH', `/v1/customers/${changing}/access`, delta('ADD')],
    ['PATCH', `/v1/customers/${changing}/access`, delta('REMOVE')],
    ['GET', `/v1/customers/${changing}/access`],
    ['DELETE', `/v1/customers/${leaving}`],
    ['PUT', '/v1/members/one@acme.example', { roles: ['billing.accounts.owner'] }],
    ['POST', '/v1/me/memberships/acme/accept', undefined, 'one@acme.example'],
    ['PUT', '/v1/members/one@acme.example', { roles: ['billing.accounts.viewer'] }],
    ['PUT', '/v1/members/acme-reports', { roles: ['billing.accounts.viewer'] }],
    ['GET', '/v1/members'],
    ['GET', '/v1/partner/events'],
    ['DELETE', '/v1/members/one@acme.example'],
    ['DELETE', '/v1/members/acme-reports'],
    ['PUT', '/v1/members/two@acme.example', { roles: ['billing.accounts.owner'] }],
    ['GET', '/v1/me/memberships', undefined, 'two@acme.example'],
    ['POST', '/v1/me/memberships/acme/decline', undefined, 'two@acme.example'],
    ['PUT', `${members}/three@acme.example`, { roles: ['billing.accounts.owner'] }, OPERATOR],
    ['PUT', `${members}/acme-reports`, { roles: ['billing.accounts.viewer'] }, OPERATOR],
    ['DELETE', '/v1/me/memberships/acme', undefined, 'three@acme.example'],
    ['PUT', `${members}/four@acme.example`, { roles: ['billing.accounts.owner'] }, OPERATOR],
    ['DELETE', `${members}/four@acme.example`, undefined, OPERATOR],
    ['DELETE', `${members}/acme-reports`, undefined, OPERATOR],
    ['DELETE', `/v1/customers/${id}/clouds/existing`],
    ['GET', '/v1/me/clouds', undefined, email ?? ''],
    ['GET', '/v1/me/clouds/existing/access', undefined, email ?? ''],
    ['PATCH', '/v1/me/clouds/existing/access', roleOnCloud('ADD'), email ?? ''],
    ['PATCH', '/v1/me/clouds/existing/access', roleOnCloud('REMOVE'), email ?? ''],
    ['GET', `/v1/customers/${id}/events`],
    ['GET', `/v1/customers/${id}/events`, undefined, OPERATOR],
    ['GET', `/v1/operations/${id}.1`],
  ] as const) {
    // Within the cooldown the address is kept, not released.
    if (path === `/v1/customers/${changing}`) await wait(changing);
    expect([path, (await change(method, path, body, as)).status]).toEqual([
      path,
      method === 'PUT' || method === 'GET'
        ? 200
        : expect.toSatisfy((status: number) => status === 200 || status === 204),
    ]);
  }
  const many = Array.from({ length: 90 }, (_, i) => ({ ...subject, id: `many-${i}@client.example` }));
  const grants = many.map((one) => ({ action: 'ADD', roleId: 'billing.accounts.viewer', subject: one }));
  await change('PATCH', `/v1/customers/${changing}/access`, { deltas: grants });
  const bound = many.map((one) => ({ ...accessBinding, subject: { type: 'userAccount', id: `too-${one.id}` } }));
  await billing('PATCH', `/billing/v1/billingAccounts/${changing}:updateAccessBindings`, {
    accessBindingDeltas: bound.map((binding) => ({ action: 'ADD', accessBinding: binding })),
  });
  // The process dies, so that the schedule has to finish the work.
  const stop = portal.stack.observe(({ functionName, operation }) => {
    if (functionName !== 'updateAccess' || operation !== 'TransactWriteItems') return;
    stop();
    void portal.stack.coldStart('updateAccess');
  });
  await change('PATCH', `/v1/customers/${changing}/access`, {
    deltas: grants.map((delta) => ({ ...delta, action: 'REMOVE' })),
  });
  const owners = await request<{ nextPageToken: string }>('GET', `/v1/customers/${id}/access`, { as: OWNER });
  await change('GET', `/v1/customers/${id}/access?pageToken=${owners.body.nextPageToken}`);
  await twice('POST', `/v1/customers/${id}/suspend`, { as: OWNER, body: { reason: 'unpaid' } });
  await twice('POST', `/v1/customers/${id}/activate`, { as: OWNER });
  for (const answer of ['approve', 'reject']) {
    const { id: waiting } = await register();
    await awaitApproval(waiting);
    expect(await request('GET', '/v1/provider/approvals', { as: OPERATOR })).toMatchObject({
      body: { partners: [{ id: 'acme' }] },
    });
    await twice('POST', `/v1/customers/${waiting}/${answer}`, { as: OPERATOR });
  }
  expect(await request('GET', `/v1/provider/approvals/${id}`, { as: OPERATOR })).toMatchObject({ status: 200 });

  const lists = [
    '/v1/me',
    '/v1/me/customers',
    '/v1/customers',
    '/v1/customers?status=ACTIVE',
    '/v1/customers?query=a',
    '/v1/customers?query=a@b',
  ];
  for (const path of [
    ...lists,
    `/v1/customers/${id}`,
    `/v1/customers/${id}/clouds`,
    `/v1/customers/${id}/linkable-clouds`,
  ]) {
    expect(await request('GET', path, { as: OWNER })).toMatchObject({ status: 200 });
  }

  expect(await request('GET', '/v1/me/customers', { as: accepted.email ?? '' })).toMatchObject({ status: 200 });

  const bounced = await register({ email: 'bounce@client.example' });
  await expect
    .poll(async () => (await request('GET', `/v1/customers/${bounced.id}`, { as: OWNER })).body['delivery'])
    .toMatchObject({ status: 'BOUNCED' });

  portal.stack.stream.mode = 'losing';
  const owed = await register();
  await makeMailDue(portal.stack, owed.id);
  await portal.stack.runSchedule('deliverMail');
  await letExpire(owed.id);
  await portal.stack.runExpire();
  await removable(owed.id);
  await portal.stack.runExpire();

  const unused = FUNCTION_NAMES.flatMap((name) => {
    const requested = used.get(name) ?? new Set();
    return permissionsIn(statementsOf(name))
      .filter((permission) => !requested.has(permission))
      .map((permission) => ({ name, permission }));
  });
  const isListed = ({ name, permission }: (typeof unused)[number]) =>
    NOT_REQUESTED.some(({ allows, of = FUNCTION_NAMES }) => allows.test(permission) && of.includes(name));
  expect(unused.filter((each) => !isListed(each))).toEqual([]);
  for (const { allows, because } of NOT_REQUESTED)
    expect(
      unused.some(({ permission }) => allows.test(permission)),
      because,
    ).toBe(true);
});

/** Ends a customer's cooldown, as time would. */
const wait = (customerId: string) => endCooldown(portal.stack, customerId);
/** Makes a customer wait for the provider's approval, as under a program that approves. */
const awaitApproval = (customerId: string) =>
  setOnCustomer(portal.stack, customerId, { status: 'APPROVAL_REQUIRED', approval: APPROVALS });
/** Ends a customer's retention, as time would. */
const removable = (customerId: string) => {
  const past = new Date(Date.now() - 1000).toISOString();
  return setOnCustomer(portal.stack, customerId, { removeAt: past, dueAt: past });
};
