import { expect, test } from 'vitest';
import { FUNCTION_NAMES, permissionsOf } from '../../infra/permissions.ts';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { DAY_MS, OPERATOR, OWNER, testStack } from '../stack.ts';
import { makeMailDue, setOnCustomer } from '../table.ts';

const portal = testStack();
const { request, register, confirmed, linkToken, letExpire } = portal;

/** The actions that a request to DynamoDB is authorised by: `PutItem`, …, `Query table`, `Query byDue`. */
function actionsOf({ operation, input }: DynamoDbCall): string[] {
  const { TransactItems = [], IndexName = 'table' } = input as {
    TransactItems?: Record<string, unknown>[];
    IndexName?: string;
  };
  if (operation === 'Query') return [`Query ${IndexName}`];
  if (operation !== 'TransactWriteItems') return [operation];
  return TransactItems.flatMap((item) => Object.keys(item)).map((kind) =>
    kind === 'ConditionCheck' ? 'ConditionCheckItem' : `${kind}Item`,
  );
}

test('every function uses each of the permissions that it has', { timeout: 120_000 }, async () => {
  const used = new Map(FUNCTION_NAMES.map((name) => [name as string, new Set<string>()]));
  portal.stack.observe((call) => {
    for (const action of actionsOf(call)) used.get(call.functionName)?.add(action);
  });
  const twice = async (method: string, path: string, options: Parameters<typeof request>[2]) => {
    for (const _ of ['first', 'replay'])
      expect((await request(method, path, { ...options, key: path })).status).toBeLessThan(300);
  };
  const account = '/v1/provider/accounts/it@client.example';
  const ELIGIBLE = {
    registered: true,
    customer: true,
    creditBalance: 0,
    usingServices: true,
    discounts: false,
    poc: false,
    billingMode: 'PREPAID',
  };
  const grant = (email: string) => ({
    email,
    roleId: 'resource-manager.clouds.owner',
    grantedAt: new Date(Date.now() - DAY_MS).toISOString(),
  });
  const put = (path: string, body: object) => request('PUT', path, { as: OPERATOR, body });

  await put('/v1/provider/partners/initech', { name: 'Initech', paid: true, owners: ['owner@initech.example'] });
  await put(account, ELIGIBLE);
  await put(`${account}/clouds/existing`, {
    name: 'existing',
    grants: [grant(OWNER), grant('gone@acme.example')],
    outstandingCharges: false,
  });
  await put(`${account}/clouds/existing`, { name: 'existing', grants: [grant(OWNER)], outstandingCharges: false });

  await twice('POST', '/v1/customers', { as: OWNER, body: { name: 'Once', email: 'once@client.example' } });
  const accepted = await register();
  const token = await linkToken(accepted.email ?? '');
  await request('POST', '/v1/invites/preview', { body: { token } });
  await request('GET', `/v1/customers/${accepted.id}/invite/link`, { as: OWNER });
  await wait(accepted.id);
  await twice('POST', `/v1/customers/${accepted.id}/invite/resend`, { as: OWNER });
  await twice('POST', '/v1/invites/accept', { body: { token } });
  const declined = await register();
  await twice('POST', '/v1/invites/decline', { body: { token: await linkToken(declined.email ?? '') } });

  const { id } = await confirmed();
  await twice('POST', `/v1/customers/${id}/clouds`, { as: OWNER, body: { name: 'one' } });
  await twice('POST', `/v1/customers/${id}/clouds/link`, { as: OWNER, body: { cloudId: 'existing' } });
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

  portal.stack.stream.mode = 'losing';
  const owed = await register();
  await makeMailDue(portal.stack, owed.id);
  await portal.stack.runSchedule('deliverMail');
  await letExpire(owed.id);
  await portal.stack.runExpire();
  await removable(owed.id);
  await portal.stack.runExpire();

  for (const name of FUNCTION_NAMES) {
    const { items = [], query = [] } = permissionsOf(name);
    expect
      .soft([...(used.get(name) ?? [])].sort(), name)
      .toEqual([...items, ...query.map((index) => `Query ${index}`)].sort());
  }
});

/** Lets a customer's cooldown pass, as time would. */
const wait = (customerId: string) =>
  setOnCustomer(portal.stack, customerId, { invitedAt: new Date(Date.now() - DAY_MS).toISOString() });
/** Lets a customer's retention pass. */
const removable = (customerId: string) => {
  const past = new Date(Date.now() - 1000).toISOString();
  return setOnCustomer(portal.stack, customerId, { removeAt: past, dueAt: past });
};
