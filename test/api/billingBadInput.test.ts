/** Bad input at every method of the Billing API is refused in this API's own form, and nothing is stored. */
import { beforeAll, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { type Api, type Difference, type Example, requestsOf, walk } from '../badInput.ts';
import { everyPerson } from '../examples.ts';
import { DAY_MS, OPERATOR, testStack } from '../stack.ts';

const portal = testStack();
const { partner, request, confirmed } = portal;
const { owner: as, id: resellerId } = partner;

const examples: Record<string, Example> = {};

beforeAll(async () => {
  const [active, suspended] = await Promise.all([confirmed(), confirmed()]);
  const account = `/v1/provider/accounts/${active.email}`;
  const cloudId = `b1g${partner.id}there`;
  const grantedAt = new Date(Date.now() - DAY_MS).toISOString();
  const grants = [{ email: as, roleId: 'resource-manager.clouds.owner', grantedAt }];
  const cloud = { name: 'there', grants, outstandingCharges: false };
  const prepared = [
    await request('POST', `/v1/customers/${suspended.id}/suspend`, { as }),
    await request('PUT', account, { as: OPERATOR, body: ELIGIBLE }),
    await request('PUT', `${account}/clouds/${cloudId}`, { as: OPERATOR, body: cloud }),
  ];
  expect(prepared.map(({ status }) => status)).toEqual([200, 200, 200]);
  const binding = (id: string, type: string) => ({
    action: 'ADD',
    accessBinding: { roleId: 'billing.accounts.viewer', subject: { id, type } },
  });
  const ofAccount = { as, path: { billingAccountId: active.id } };
  const ofResource = { as, path: { resourceId: active.id } };
  const page = { pageSize: '1' };
  Object.assign(examples, {
    billingListCustomers: { as, query: { resellerId, ...page } },
    billingInvite: {
      as,
      body: { resellerId, name: 'Wind', invitationEmail: partner.at('wind'), person: everyPerson },
    },
    billingCreateResellerServed: { as, body: { resellerId, name: 'Wind', person: everyPerson } },
    billingActivate: { as, path: { customerId: suspended.id }, body: {} },
    billingSuspend: { as, path: { customerId: suspended.id }, body: {} },
    billingBindBillableObject: { ...ofAccount, body: { billableObject: { id: cloudId, type: 'cloud' } } },
    billingListBillableObjectBindings: { ...ofAccount, query: page },
    billingListAccessBindings: { ...ofResource, query: page },
    billingUpdateAccessBindings: {
      ...ofResource,
      body: {
        accessBindingDeltas: [binding('anna@client.example', 'userAccount'), binding('robot', 'serviceAccount')],
      },
    },
    billingCreateCloud: {
      as,
      body: {
        organizationId: active.organization?.id,
        name: 'prod',
        description: 'Shop',
        labels: { stage: 'production' },
      },
    },
    billingGetOperation: { as, path: { operationId: `${active.id}.1` } },
  });
});

const api: Api = {
  stack: () => portal.stack,
  endpoints: ENDPOINTS.filter(({ refuses }) => refuses),
  examples: () => examples,
  // In proto3 JSON a field that is `null` or empty is absent.
  mayBeEmpty: (endpoint, field) => field !== '' || Object.keys(endpoint.body?.shape ?? {}).length === 0,
  // No organization has such an id.
  refusalOfText: (_, field) => ({ code: field === 'organizationId' ? 'CUSTOMER_NOT_FOUND' : 'VALIDATION_FAILED' }),
};
const { exampleOf, send, refuses } = requestsOf(api);

walk(api);

test('there are at most 64 labels, each with a name; a description has at most 256 characters', async () => {
  const createCloud = api.endpoints.find(({ name }) => name === 'billingCreateCloud');
  if (!createCloud) throw new Error('there is no billingCreateCloud');
  const { labels: _, ...body } = exampleOf(createCloud).body ?? {};
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, 'x']));
  const wrong: [object, string][] = [
    [{ labels: many }, 'labels'],
    [{ labels: { '': 'x' } }, 'labels.'],
    [{ labels: { a: null } }, 'labels.a'],
    [{ description: 'я'.repeat(257) }, 'description'],
    [{ description: '🙂'.repeat(257) }, 'description'],
  ];
  await refuses(
    createCloud,
    wrong.map(
      ([fields, field]): Difference => ({
        what: JSON.stringify(fields).slice(0, 60),
        body: { ...body, ...fields },
        code: 'VALIDATION_FAILED',
        field,
      }),
    ),
  );
  const { l64, ...labels } = many;
  const longest = { ...body, name: 'longest', description: '🙂'.repeat(256), labels };
  expect(await send(createCloud, { body: longest })).toMatchObject({ status: 200 });
});
