/** The provider's Billing API, used by a client that knows only the messages of `docs/billing-api.md`. */
import { BatchWriteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { customerKey, customersOf, customersOfStatus, eventKey } from '../../shared/table/keys.ts';
import { searchKey } from '../../shared/table/search.ts';
import { answerOf, METHODS, requestOf, type Spelling } from '../billingApi.ts';
import { sized } from '../size.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, testStack } from '../stack.ts';
import { endCooldown, eventsOf, tableOf } from '../table.ts';

const portal = testStack();
const { owner, robot, at, staff } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, confirmed, mailsTo } = portal;

type Values = Record<string, unknown>;
type Options = { as?: string | undefined; key?: string; headers?: Record<string, string>; spelling?: Spelling };
type Operation = {
  id: string;
  metadata: Record<string, string>;
  response: Record<string, string>;
} & Record<string, unknown>;

const RESELLER = portal.partner.id;
const VIEWER_ROLE = 'billing.accounts.viewer';
const everyPerson = {
  name: 'Ann Wind',
  longname: 'Wind LLC',
  phone: '1-800-FLOWERS',
  email: at('contact'),
  postCode: '190000',
  postAddress: '1 Post St',
  legalAddress: '1 Legal St',
  tin: '7801234567',
};

const called = new Set<string>();
afterAll(() => expect([...called].sort()).toEqual(Object.keys(METHODS).sort()));

/** Calls a method as documented. A successful answer has to have the documented form. */
async function call(
  method: string,
  values: Values,
  { as = owner, spelling, ...options }: Options = {},
): Promise<Answer> {
  const { method: verb, path, body } = requestOf(method, values, spelling);
  const answer = await request(verb, path, { as, ...options, ...(body && { body }) });
  if (answer.status !== 200) return answer;
  called.add(method);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(answerOf(method, answer.body)).toEqual(answer.body);
  return answer;
}

/** A call that has to succeed. */
async function done<Body = Operation>(method: string, values: Values, options?: Options): Promise<Body> {
  const answer = await call(method, values, options);
  expect(answer, `${method}: ${JSON.stringify(answer.body)}`).toMatchObject({ status: 200 });
  return answer.body as Body;
}

type Status = { code: number; message: string; details: Record<string, unknown>[] };

/** Requires that a call is refused in the form of `google.rpc.Status`, with this number and HTTP status. */
function expectStatus({ status, headers, body }: Answer, [code, httpStatus]: readonly [number, number]): Status {
  const refusal = body as Status;
  expect([refusal.code, status], JSON.stringify(body)).toEqual([code, httpStatus]);
  expect(headers.get('content-type')).toBe('application/json');
  expect(Object.keys(refusal).sort()).toEqual(['code', 'details', 'message']);
  expect(refusal.message).toMatch(/^\S+ .+ .+\.$/s);
  for (const detail of refusal.details) expect(detail['@type']).toMatch(/^type\.googleapis\.com\/google\.rpc\.\w+$/);
  return refusal;
}

const INVALID_ARGUMENT = [3, 400] as const;
const NOT_FOUND = [5, 404] as const;
const ALREADY_EXISTS = [6, 409] as const;
const PERMISSION_DENIED = [7, 403] as const;
const RESOURCE_EXHAUSTED = [8, 429] as const;
const FAILED_PRECONDITION = [9, 400] as const;
const ABORTED = [10, 409] as const;
const UNAVAILABLE = [14, 503] as const;
const UNAUTHENTICATED = [16, 401] as const;

/** The fields that a refusal names. */
const violations = ({ details }: Status): string[] =>
  details.flatMap(({ fieldViolations = [] }) => (fieldViolations as { field: string }[]).map(({ field }) => field));

let invitations = 0;
const invitation = (values: Values = {}) => {
  invitations += 1;
  return {
    resellerId: RESELLER,
    name: `Invited ${invitations}`,
    invitationEmail: at(`invited-${invitations}`),
    person: everyPerson,
    ...values,
  };
};
const invite = (values?: Values, options?: Options) => done('Invite', invitation(values), options);
const customerIdOf = ({ metadata }: Operation) => metadata['customerId'] ?? '';
const get = async (id: string) => (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner })).body;
const organizationOf = async (id: string) => (await get(id)).organization?.id;

/** Records an existing cloud of a customer's contact, which the partner's owner may link. */
async function accountCloud({ email }: CustomerAnswer, cloudId: string, fields: Values = {}): Promise<void> {
  const grantedAt = new Date(Date.now() - DAY_MS).toISOString();
  const body = {
    name: cloudId,
    grants: [{ email: owner, roleId: LINKING_ROLE, grantedAt }],
    outstandingCharges: false,
    ...fields,
  };
  const account = `/v1/provider/accounts/${email}`;
  expect(await request('PUT', account, { as: OPERATOR, body: ELIGIBLE })).toMatchObject({ status: 200 });
  const path = `${account}/clouds/${cloudId}`;
  expect(await request('PUT', path, { as: OPERATOR, body })).toMatchObject({ status: 200 });
}

/** The operation, looked up later. */
const lookUp = (operationId: string, as = owner) => done('Get operation', { operationId }, { as });

describe('a customer', () => {
  test('is invited, confirms, is suspended and activated; each operation can be looked up later, with the same answer', async () => {
    const operation = await invite({ name: 'Wind', invitationEmail: at('Wind').toUpperCase() });
    const id = customerIdOf(operation);
    expect(operation).toMatchObject({
      id: `${id}.1`,
      description: 'Invite customer',
      createdBy: owner,
      done: true,
      metadata: { resellerId: RESELLER, customerId: id },
      response: { id, billingAccountId: id },
    });
    expect(await get(id)).toMatchObject({
      name: 'Wind',
      email: at('wind'),
      person: everyPerson,
      role: 'Partner',
      status: 'VERIFICATION_REQUIRED',
    });
    await mailsTo(at('wind'));
    expect(portal.stack.inbox().flatMap(({ destination }) => destination.to)).not.toContain(everyPerson.email);

    const accepted = await request('POST', `/v1/customers/${id}/invite/accept`, { as: at('wind') });
    expect(accepted).toMatchObject({ status: 200 });
    const suspended = await done('Suspend', { customerId: id });
    expect(await get(id)).toMatchObject({ status: 'SUSPENDED', version: 3 });
    const activated = await done('Activate', { customerId: id }, { as: robot });
    expect(activated).toMatchObject({ id: `${id}.4`, createdBy: robot });
    expect(await get(id)).toMatchObject({ status: 'ACTIVE', version: 4 });
    for (const each of [operation, suspended, activated]) expect(await lookUp(each.id)).toEqual(each);
  });

  test('served by the reseller alone is active at once, with an organization, and nobody gets a mail', async () => {
    await portal.stack.idle();
    const mails = portal.stack.inbox().length;
    const values = { resellerId: RESELLER, name: 'Served', person: everyPerson };
    const operation = await done('CreateResellerServed', values);
    expect(operation['description']).toBe('Create reseller-served customer');
    const id = customerIdOf(operation);
    expect(await get(id)).toMatchObject({
      name: 'Served',
      email: null,
      invite: null,
      person: everyPerson,
      status: 'ACTIVE',
      organization: { name: "For subaccount 'Served'" },
    });
    expect(await lookUp(operation.id)).toEqual(operation);
    const [event, ...more] = await eventsOf(portal.stack, id);
    expect([event?.type, event?.mails, more]).toEqual(['CustomerRegistered', undefined, []]);
    await portal.stack.idle();
    expect(portal.stack.inbox()).toHaveLength(mails);
    // Only their ids distinguish two such customers.
    expect(customerIdOf(await done('CreateResellerServed', values))).not.toBe(id);
  });

  test('served by the reseller is created by the call of the provider’s documentation, and the answer has the form in it', async () => {
    const body = {
      resellerId: RESELLER,
      name: 'string',
      person: {
        name: 'string',
        longname: 'string',
        phone: '1-800-FLOWERS',
        email: at('string'),
        postCode: 'string',
        postAddress: 'string',
        legalAddress: 'string',
        tin: 'string',
      },
    };
    const path = '/billing/v1/customers:createResellerServedCustomer';
    for (const as of [owner, robot]) {
      const answer = await request<Operation>('POST', path, { as, body });
      const { createdAt } = answer.body;
      expect(answer.status).toBe(200);
      // RFC 3339, with up to 9 digits for the fraction of a second.
      expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/);
      const customerId = customerIdOf(answer.body);
      expect(answer.body).toEqual({
        id: expect.stringMatching(/^.+$/),
        description: expect.stringMatching(/^.{0,256}$/),
        createdAt,
        createdBy: as,
        modifiedAt: createdAt,
        done: true,
        metadata: {
          '@type': 'type.googleapis.com/yandex.cloud.billing.v1.CustomerMetadata',
          resellerId: RESELLER,
          customerId,
        },
        response: {
          '@type': 'type.googleapis.com/yandex.cloud.billing.v1.Customer',
          id: customerId,
          billingAccountId: customerId,
        },
      });
      expect(await get(customerId)).toMatchObject({ id: customerId, partnerId: RESELLER, person: body.person });
    }
  });

  test('needs no field of its person; null and empty fields are absent', async () => {
    for (const person of [{}, { phone: null, email: '', name: '', tin: null }]) {
      const id = customerIdOf(await invite({ person }));
      expect((await get(id)).person).toEqual({});
    }
  });

  test('can be registered with field names of the interface definition, in snake_case', async () => {
    const operation = await invite({}, { spelling: 'snake_case' });
    expect((await get(customerIdOf(operation))).person).toEqual(everyPerson);
    const page = await done<{ customers: unknown[] }>(
      'List',
      { resellerId: RESELLER, pageSize: 1 },
      { spelling: 'snake_case' },
    );
    expect(page.customers).toEqual([operation.response].map(({ id, billingAccountId }) => ({ id, billingAccountId })));
  });

  test('can be registered with any media type of the body, as at the provider', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/problem+json', ''])
      await invite({}, { headers: { 'content-type': type } });
  });
});

describe('clouds', () => {
  test('are created with description and labels, which both APIs return, and are billed to the subaccount', async () => {
    const { id } = await confirmed();
    const organizationId = await organizationOf(id);
    const labels = { stage: 'production', team: '' };
    const operation = await done('CreateCloud', { organizationId, name: 'prod', description: 'Shop', labels });
    const cloudId = operation.metadata['cloudId'];
    const { '@type': _, createdAt, ...response } = operation.response;
    expect(response).toEqual({ id: cloudId, name: 'prod', description: 'Shop', organizationId, labels });
    expect(createdAt).toBe(operation['createdAt']);
    expect(await lookUp(operation.id)).toEqual(operation);
    const plain = await done('CreateCloud', { organizationId, name: 'plain', description: '', labels: {} });
    expect(Object.keys(plain.response).sort()).toEqual(['@type', 'createdAt', 'id', 'name', 'organizationId']);
    expect((await request('GET', `/v1/customers/${id}/clouds`, { as: owner })).body['clouds']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ id: cloudId, description: 'Shop', labels, billingAccountId: id, origin: 'CREATED' }),
        expect.objectContaining({ name: 'plain' }),
      ]),
    );
    const { billableObjectBindings } = await done<{ billableObjectBindings: unknown[] }>('ListBillableObjectBindings', {
      billingAccountId: id,
    });
    expect(billableObjectBindings).toHaveLength(2);
    expect(billableObjectBindings).toContainEqual({
      effectiveTime: createdAt,
      billableObject: { id: cloudId, type: 'cloud' },
    });
  });

  test('can be bound if they exist; outstanding charges are mentioned', async () => {
    const customer = await confirmed();
    const { id } = customer;
    expect(await done('ListBillableObjectBindings', { billingAccountId: id })).toEqual({});
    await accountCloud(customer, 'b1gfree');
    await accountCloud(customer, 'b1gowing', { billedTo: 'dn2elsewhere', outstandingCharges: true });
    const bind = (cloud: string, options?: Options) =>
      done('BindBillableObject', { billingAccountId: id, billableObject: { id: cloud, type: 'cloud' } }, options);
    const free = await bind('b1gfree');
    expect(free).toMatchObject({
      description: 'Link cloud',
      metadata: { billableObjectId: 'b1gfree' },
      response: { effectiveTime: free['createdAt'], billableObject: { id: 'b1gfree', type: 'cloud' } },
    });
    const owing = await bind('b1gowing');
    expect(owing['description']).toMatch(/^Link cloud\. .*Pay what is outstanding there\.$/);
    expect(await lookUp(owing.id)).toEqual(owing);
    type Page = { billableObjectBindings: { billableObject: { id: string } }[]; nextPageToken?: string };
    const first = await done<Page>('ListBillableObjectBindings', { billingAccountId: id, pageSize: 1 });
    const second = await done<Page>('ListBillableObjectBindings', {
      billingAccountId: id,
      pageSize: 1,
      pageToken: first.nextPageToken,
    });
    const bound = [first, second].flatMap(({ billableObjectBindings }) => billableObjectBindings);
    expect(bound.map(({ billableObject }) => billableObject.id).sort()).toEqual(['b1gfree', 'b1gowing']);
    await request('DELETE', `/v1/customers/${id}/clouds/b1gfree`, { as: owner });
    expect(await lookUp(`${id}.5`)).toMatchObject({
      description: 'Unlink cloud',
      metadata: { billableObjectId: 'b1gfree' },
    });
  });
});

describe('access bindings', () => {
  type Binding = { roleId: string; subject: { id: string; type: string } };
  const bindings = async (resourceId: string, values: Values = {}) => {
    const all: Binding[] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined; ) {
      const page: { accessBindings?: Binding[]; nextPageToken?: string } = await done('ListAccessBindings', {
        resourceId,
        ...values,
        pageToken,
      });
      all.push(...(page.accessBindings ?? []));
      pageToken = page.nextPageToken;
    }
    return all;
  };
  const delta = (action: string, id: string, type: string, roleId = VIEWER_ROLE) => ({
    action,
    accessBinding: { roleId, subject: { id, type } },
  });

  test('are granted and revoked, all or none; only those of the subaccount are listed', async () => {
    const { id, email } = await confirmed();
    const granted = await done('UpdateAccessBindings', {
      resourceId: id,
      accessBindingDeltas: [
        delta('ADD', 'Anna@Wind.Example', 'userAccount'),
        delta('ADD', 'fed@wind.example', 'federatedUser'),
        delta('ADD', 'wind-robot', 'serviceAccount'),
      ],
    });
    expect(granted).toMatchObject({ metadata: { resourceId: id }, description: 'Update access bindings' });
    expect(await lookUp(granted.id)).toEqual(granted);
    const user = (id: string, roleId = VIEWER_ROLE) => ({ roleId, subject: { id, type: 'userAccount' } });
    const expected = [
      user('anna@wind.example'),
      user('fed@wind.example'),
      { roleId: VIEWER_ROLE, subject: { id: 'wind-robot', type: 'serviceAccount' } },
      user(email ?? '', 'billing.accounts.customer'),
      user(email ?? '', 'billing.accounts.admin'),
      user(owner, 'billing.accounts.admin'),
      user(owner, 'billing.accounts.owner'),
    ];
    for (const values of [{}, { pageSize: 1 }, { pageSize: 1000 }]) {
      const listed = await bindings(id, values);
      expect(listed).toHaveLength(expected.length);
      expect(listed).toEqual(expect.arrayContaining(expected));
    }
    const native = await request<{ accessBindings: (Binding & { resource: string })[] }>(
      'GET',
      `/v1/customers/${id}/access`,
      { as: owner },
    );
    expect(native.body.accessBindings).toContainEqual(
      expect.objectContaining({
        roleId: VIEWER_ROLE,
        subject: { id: 'wind-robot', type: 'SERVICE_ACCOUNT' },
        resource: 'SUBACCOUNT',
      }),
    );

    const half = await call('UpdateAccessBindings', {
      resourceId: id,
      accessBindingDeltas: [
        delta('REMOVE', 'anna@wind.example', 'userAccount'),
        delta('REMOVE', owner, 'userAccount', 'billing.accounts.owner'),
      ],
    });
    expect(violations(expectStatus(half, FAILED_PRECONDITION))).toEqual([
      'accessBindingDeltas.1.accessBinding.subject',
    ]);
    expect(await bindings(id)).toContainEqual(user('anna@wind.example'));
  });

  test('that change nothing are an operation that is done', async () => {
    const { id } = await register();
    const values = { resourceId: id, accessBindingDeltas: [delta('ADD', 'anna@wind.example', 'userAccount')] };
    const first = await done('UpdateAccessBindings', values);
    expect(await done('UpdateAccessBindings', values)).toMatchObject({ id: first.id, metadata: first.metadata });
    expect((await get(id)).version).toBe(2);
  });

  test('are 1 to 1,000 at once', async () => {
    const { id } = await register();
    const one = delta('ADD', 'a@b.cd', 'userAccount');
    for (const accessBindingDeltas of [[], Array<object>(1001).fill({})]) {
      const refused = await call('UpdateAccessBindings', { resourceId: id, accessBindingDeltas });
      expect(violations(expectStatus(refused, INVALID_ARGUMENT))).toContain('accessBindingDeltas');
    }
    // More than one transaction holds.
    const many = Array.from({ length: sized(120, 500) }, (_, i) => delta('ADD', `u${i}@b.cd`, 'userAccount'));
    await done('UpdateAccessBindings', { resourceId: id, accessBindingDeltas: [...many, one] });
    expect((await bindings(id, { pageSize: 1000 })).length).toBeGreaterThan(many.length);
  });
});

describe('the two APIs', () => {
  test('lead to the same events and the same mails', async () => {
    const here = customerIdOf(
      await invite({ name: 'Twin', invitationEmail: 'twin@here.example', person: { tin: '1' } }),
    );
    const { id: there } = await register({ name: 'Twin', email: 'twin@there.example', person: { tin: '1' } });
    // A mail that is still under way is dropped if its invitation is sent again.
    for (const address of ['twin@here.example', 'twin@there.example']) await mailsTo(address);
    for (const id of [here, there]) {
      await endCooldown(portal.stack, id);
    }
    const native = (id: string, path: string, as = owner, body?: object) =>
      request('POST', `/v1/customers/${id}/${path}`, { as, ...(body && { body }) });
    const resent = [await native(here, 'invite/resend'), await native(there, 'invite/resend')];
    // A mail that is under way is dropped when its invitation is answered.
    for (const address of ['twin@here.example', 'twin@there.example']) await mailsTo(address, 2);
    const statuses = [
      ...resent,
      await native(here, 'invite/accept', 'twin@here.example'),
      await native(there, 'invite/accept', 'twin@there.example'),
      // One API continues where the other one stopped.
      await native(here, 'suspend'),
      await call('Suspend', { customerId: there }),
      await native(here, 'activate'),
      await call('Activate', { customerId: there }),
      await native(here, 'clouds', owner, { name: 'prod' }),
      await call('CreateCloud', { organizationId: await organizationOf(there), name: 'prod' }),
      await call('Suspend', { customerId: here }),
      await native(there, 'suspend'),
    ].map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 201]));

    /** A customer's events without the values that differ between customers. A notice may be sent or overtaken, by chance. */
    const plain = async (id: string) =>
      JSON.stringify(await eventsOf(portal.stack, id), (key, value) =>
        [
          'at',
          'sentAt',
          'droppedAt',
          'notBefore',
          'nonce',
          'expiresAt',
          'remindAt',
          'cloudId',
          'customerId',
          'organizationId',
          'id',
        ].includes(key)
          ? undefined
          : value,
      ).replaceAll(/@(here|there)\.example/g, '@');
    // The table may return fields in any order.
    const sorted = (json: string) => json.split(/[{},[\]]/).sort();
    expect(sorted(await plain(here))).toEqual(sorted(await plain(there)));
    expect((await eventsOf(portal.stack, here)).map(({ type }) => type)).toEqual([
      'CustomerInvited',
      'InvitationResent',
      'InvitationAccepted',
      'CustomerSuspended',
      'CustomerActivated',
      'CloudCreated',
      'CustomerSuspended',
    ]);

    const mails = async (address: string, id: string) =>
      (await mailsTo(address, 2)).map(({ subject, body }) => [
        subject,
        body.text
          ?.replaceAll(id, '')
          .replaceAll(address, '')
          .replaceAll(/#token=\S+/g, '')
          // The invitations may be sent in different minutes.
          .replaceAll(/\d+:\d\d [AP]M/g, ''),
      ]);
    expect(await mails('twin@here.example', here)).toEqual(await mails('twin@there.example', there));
    for (const id of [here, there]) {
      const operation = await request('GET', `/v1/operations/${id}.6`, { as: owner });
      expect(operation).toMatchObject({ status: 200, body: { id: `${id}.6`, response: { name: 'prod' } } });
      expect(await lookUp(`${id}.6`)).toMatchObject({ response: { name: 'prod' } });
    }
  });

  test('offer every change as an operation', async () => {
    const { id } = await register();
    await request('PATCH', `/v1/customers/${id}`, { as: owner, body: { role: 'Integrator' } });
    expect(await lookUp(`${id}.2`)).toMatchObject({
      description: 'Update customer',
      metadata: { resellerId: RESELLER, customerId: id },
      response: { id, billingAccountId: id },
    });
  });
});

describe('an Idempotency-Key', () => {
  test('makes a call safe to repeat, and belongs to one request', async () => {
    const values = invitation();
    const first = await call('Invite', values, { key: 'a key' });
    const again = await call('Invite', values, { key: 'a key' });
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    await mailsTo(values.invitationEmail);
    expectStatus(await call('Invite', { ...values, name: 'Other' }, { key: 'a key' }), ALREADY_EXISTS);
    const served = { resellerId: RESELLER, name: 'Served once', person: {} };
    const [one, other] = await Promise.all(['k', 'k'].map((key) => done('CreateResellerServed', served, { key })));
    expect(one).toEqual(other);
  });

  test('has the same effect for transitions and clouds', async () => {
    const customer = await confirmed();
    const { id } = customer;
    const organizationId = await organizationOf(id);
    await accountCloud(customer, 'b1gonce');
    const calls: [string, Values][] = [
      ['Suspend', { customerId: id }],
      ['Activate', { customerId: id }],
      ['CreateCloud', { organizationId, name: 'once', labels: { b: '1', a: '2' } }],
      ['BindBillableObject', { billingAccountId: id, billableObject: { id: 'b1gonce', type: 'cloud' } }],
    ];
    for (const [method, values] of calls) {
      const first = await done(method, values, { key: method });
      expect(await done(method, values, { key: method })).toEqual(first);
    }
    expect((await get(id)).version).toBe(2 + calls.length);
    const refused = await call('Suspend', { customerId: id }, { key: 'x'.repeat(256) });
    expect(violations(expectStatus(refused, INVALID_ARGUMENT))).toEqual(['Idempotency-Key']);
  });
});

describe('a reseller', () => {
  const ids = [
    '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f',
    '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f0a1b2c3d4e5f0a1b2c3d',
    'a.Partner-with-the-longest-name.of-50-characters.1',
  ];

  test.each(ids)('may have the id %s', async (resellerId) => {
    const owner = `owner@p${ids.indexOf(resellerId)}.example`;
    const body = { name: 'Partner', paid: true, owners: [owner] };
    expect(await request('PUT', `/v1/provider/partners/${resellerId}`, { as: OPERATOR, body })).toMatchObject({
      status: 200,
    });
    const operation = await invite({ resellerId }, { as: owner });
    expect(operation.metadata['resellerId']).toBe(resellerId);
    expect(await done('List', { resellerId }, { as: owner })).toMatchObject({
      customers: [{ id: customerIdOf(operation) }],
    });
  });

  test.each([
    '',
    'a',
    'Acme',
    'acme-',
    'acme\n',
    '1acme',
    'a'.repeat(51),
    '0A1B2C3D-0a1b-2c3d-4e5f-0a1b2c3d4e5f',
    '0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f0',
  ])('can not have the id %j', async (resellerId) => {
    for (const [method, values] of [
      ['List', { resellerId }],
      ['Invite', invitation({ resellerId })],
      ['CreateResellerServed', { resellerId, name: 'A', person: {} }],
    ] as const)
      expect(violations(expectStatus(await call(method, values), INVALID_ARGUMENT))).toEqual(['resellerId']);
  });

  test('without customers has an empty list', async () => {
    const body = { name: 'New', paid: true, owners: ['owner@new.example'] };
    await request('PUT', '/v1/provider/partners/new', { as: OPERATOR, body });
    expect(await done('List', { resellerId: 'new' }, { as: 'owner@new.example' })).toEqual({});
  });
});

describe('paging through many customers', () => {
  /** In the long form, more than the largest page has. */
  const COUNT = sized(150, 2_500);
  const PAGED = 'paged';
  const PAGED_OWNER = 'owner@paged.example';
  const ids: string[] = [];

  beforeAll(async () => {
    const body = { name: 'Paged', paid: true, owners: [PAGED_OWNER] };
    await request('PUT', `/v1/provider/partners/${PAGED}`, { as: OPERATOR, body });
    const like = await register({}, PAGED_OWNER);
    ids.push(like.id);
    const { tableName } = portal.stack.dynamoDb;
    const table = tableOf(portal.stack);
    const { Item } = await table.send(new GetCommand({ TableName: tableName, Key: customerKey(like.id) }));
    const copy = (n: number) => {
      const id = `dn2paged${String(n).padStart(12, '0')}`;
      ids.push(id);
      const { due, dueAt, expiresAt, ...rest } = Item ?? {};
      return {
        ...rest,
        ...customerKey(id),
        status: 'ACTIVE',
        email: `paged-${n}@paged.example`,
        // Many were registered at the same moment.
        createdAt: new Date(Date.now() - 1000 * Math.floor(n / 10) - 1000).toISOString(),
        listOf: customersOf(PAGED),
        listOfStatus: customersOfStatus(PAGED, 'ACTIVE'),
        nameKey: searchKey(`Paged ${n}`),
        emailKey: searchKey(`paged-${n}@paged.example`),
      };
    };
    for (let n = 1; n < COUNT; n += 25) {
      const items = Array.from({ length: Math.min(25, COUNT - n) }, (_, i) => copy(n + i));
      const RequestItems = { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) };
      await table.send(new BatchWriteCommand({ RequestItems }));
    }
  }, 120_000);

  type Page = { customers: { id: string }[]; nextPageToken?: string };
  const page = (values: Values) => done<Page>('List', { resellerId: PAGED, ...values }, { as: PAGED_OWNER });

  test.each(sized([70, undefined], [1000, 70, undefined, 0]))(
    'with the page size %s gives each exactly once',
    { timeout: 120_000 },
    async (pageSize) => {
      const seen: string[] = [];
      let pageToken: string | undefined;
      do {
        const { customers, nextPageToken } = await page({ pageSize, pageToken });
        expect(customers.length).toBeLessThanOrEqual(pageSize || 100);
        expect(nextPageToken?.length ?? 0).toBeLessThanOrEqual(100);
        seen.push(...customers.map(({ id }) => id));
        pageToken = nextPageToken;
      } while (pageToken !== undefined);
      expect(seen).toHaveLength(COUNT);
      expect(seen.toSorted()).toEqual(ids.toSorted());
    },
  );

  test('refuses a token that is damaged, made up, or another reseller’s', async () => {
    const { nextPageToken: token = '' } = await page({ pageSize: 7 });
    const flipped = (i: number) => token.slice(0, i) + (token[i] === 'A' ? 'B' : 'A') + token.slice(i + 1);
    const bad = [
      ...[0, 5, 12, token.length - 2].map(flipped),
      token.slice(0, -1),
      `${token}A`,
      token.toUpperCase(),
      'x',
      'null',
      'A'.repeat(100),
      'x'.repeat(101),
      'x'.repeat(5_000),
    ];
    for (const pageToken of bad) {
      const refused = await call('List', { resellerId: PAGED, pageToken }, { as: PAGED_OWNER });
      expect(violations(expectStatus(refused, INVALID_ARGUMENT))).toEqual(['pageToken']);
    }
    const foreign = await call('List', { resellerId: RESELLER, pageToken: token });
    expect(violations(expectStatus(foreign, INVALID_ARGUMENT))).toEqual(['pageToken']);
    const { id } = await confirmed();
    for (const [method, values] of [
      ['ListBillableObjectBindings', { billingAccountId: id, pageToken: token }],
      ['ListAccessBindings', { resourceId: id, pageToken: token }],
    ] as const)
      expectStatus(await call(method, values), INVALID_ARGUMENT);
  });

  test.each(sized(['1001', 'x'], ['1001', '-1', '1.5', 'x', '1e2', '99999']))(
    'refuses the page size %s',
    async (pageSize) => {
      const refused = await call('List', { resellerId: PAGED, pageSize }, { as: PAGED_OWNER });
      expect(violations(expectStatus(refused, INVALID_ARGUMENT))).toEqual(['pageSize']);
    },
  );
});

describe('a refusal', () => {
  test('is INVALID_ARGUMENT and names each wrong field', async () => {
    const { method, path, body } = requestOf('Invite', invitation());
    const wrong = {
      ...body,
      invitationEmail: 'x',
      person: { phone: 'call me maybe?', post_code: 1, surprise: true },
      surname: 'x',
    };
    const refused = expectStatus(await request(method, path, { as: owner, body: wrong }), INVALID_ARGUMENT);
    expect(violations(refused).sort()).toEqual(
      ['invitationEmail', 'person.phone', 'person.postCode', 'person.surprise', 'surname'].sort(),
    );
    expect(refused.message).toContain("'surname' is not a field of this request");
    const missing = await call('Invite', { resellerId: RESELLER });
    expect(violations(expectStatus(missing, INVALID_ARGUMENT))).toEqual(['name', 'invitationEmail', 'person']);
    const empty = await call('CreateResellerServed', {});
    expect(violations(expectStatus(empty, INVALID_ARGUMENT))).toEqual(['resellerId', 'name', 'person']);
    const both = { ...body, reseller_id: RESELLER };
    expect(violations(expectStatus(await request(method, path, { as: owner, body: both }), INVALID_ARGUMENT))).toEqual([
      'reseller_id',
    ]);
  });

  test('is INVALID_ARGUMENT for more than 64 KB, and for a body that is not JSON', async () => {
    const { method, path, body } = requestOf('Invite', invitation({ name: 'x'.repeat(64 * 1024) }));
    for (const sent of [JSON.stringify(body), '{"name":', '', 'null', '[]', '"x"', '\u0000'])
      expectStatus(await request(method, path, { as: owner, body: sent }), INVALID_ARGUMENT);
    const gateway = await request(method, path, { as: owner, body: 'x'.repeat(10 * 1024 * 1024 + 1) });
    expect(gateway).toMatchObject({ status: 413, body: { message: 'Request Entity Too Large' } });
  });

  test('is INVALID_ARGUMENT for a customer id of more than 50 characters', async () => {
    for (const [method, field] of [
      ['Activate', 'customerId'],
      ['Suspend', 'customerId'],
    ] as const) {
      const refused = await call(method, { [field]: 'x'.repeat(51) });
      expect(violations(expectStatus(refused, INVALID_ARGUMENT))).toEqual([field]);
      expectStatus(await call(method, { [field]: 'x'.repeat(50) }), NOT_FOUND);
    }
  });

  test('is UNAUTHENTICATED without a valid token', async () => {
    for (const authorization of ['', 'Bearer x', 'Basic eDp5']) {
      const { method, path, body = {} } = requestOf('Invite', invitation());
      const refused = await request(method, path, { headers: { authorization }, body });
      expectStatus(refused, UNAUTHENTICATED);
      expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer realm="partner-portal"/);
    }
  });

  test("is PERMISSION_DENIED for another reseller's id, and without the role", async () => {
    for (const method of ['List', 'Invite', 'CreateResellerServed']) {
      const { invitationEmail, ...values } = invitation({ resellerId: portal.otherPartner.id });
      const sent =
        { List: { resellerId: portal.otherPartner.id }, Invite: { ...values, invitationEmail } }[method] ?? values;
      expectStatus(await call(method, sent), PERMISSION_DENIED);
    }
    expectStatus(await call('Invite', invitation(), { as: staff('viewer') }), PERMISSION_DENIED);
    expectStatus(await call('List', { resellerId: RESELLER }, { as: 'nobody@nowhere.example' }), PERMISSION_DENIED);
  });

  test("is NOT_FOUND for another reseller's customer, organization and operation, and the same for unknown ones", async () => {
    const { id } = await confirmed();
    const organizationId = await organizationOf(id);
    const there = (of: string, organization: string | undefined) => [
      ['Activate', { customerId: of }] as const,
      ['Suspend', { customerId: of }] as const,
      ['BindBillableObject', { billingAccountId: of, billableObject: { id: 'x', type: 'cloud' } }] as const,
      ['ListBillableObjectBindings', { billingAccountId: of }] as const,
      ['ListAccessBindings', { resourceId: of }] as const,
      [
        'UpdateAccessBindings',
        {
          resourceId: of,
          accessBindingDeltas: [
            { action: 'ADD', accessBinding: { roleId: VIEWER_ROLE, subject: { id: 'a@b.cd', type: 'userAccount' } } },
          ],
        },
      ] as const,
      ['CreateCloud', { organizationId: organization, name: 'prod' }] as const,
      ['Get operation', { operationId: `${of}.1` }] as const,
    ];
    const absent = there('dn2aaaaaaaaaaaaaaaaa', 'bpfaaaaaaaaaaaaaaaaa');
    for (const [i, [method, values]] of there(id, organizationId).entries()) {
      const foreign = expectStatus(await call(method, values, { as: otherOwner }), NOT_FOUND);
      const none = expectStatus(await call(method, absent[i]?.[1] ?? {}, { as: otherOwner }), NOT_FOUND);
      expect(foreign.message).toBe(none.message);
    }
    for (const bad of [id, 'x', '', 'dn2']) {
      if (bad !== '') expectStatus(await call('CreateCloud', { organizationId: bad, name: 'a' }), NOT_FOUND);
    }
    for (const operationId of ['x', id, `${id}.0`, `${id}.99`])
      expectStatus(await call('Get operation', { operationId }), NOT_FOUND);
  });

  test('is NOT_FOUND for an unknown method; the gateway answers for an unknown route', async () => {
    const unknown: [string, string][] = [
      ['GET', '/billing/v1/customers:invite'],
      ['POST', '/billing/v1/customers'],
      ['POST', '/billing/v1/customers/x'],
      ['POST', '/billing/v1/customers/:activate'],
      ['POST', '/billing/v1/customers/a/b:activate'],
      ['PATCH', '/billing/v1/x?y=1'],
      ['POST', '/resource-manager/v1/folders'],
      ['GET', '/operations/a/b'],
    ];
    for (const [method, path] of unknown) {
      const refused = await request(method, path, { as: owner });
      expectStatus(refused, NOT_FOUND);
      expect(refused.headers.get('cache-control')).toBe('no-store');
    }
    for (const [method, path] of [
      ['DELETE', '/billing/v1/customers'],
      ['GET', '/billing/v1/'],
      ['GET', '/billing/v2/customers'],
      ['PUT', '/operations/x'],
    ] as const)
      expect(await request(method, path, { as: owner })).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  test('is ALREADY_EXISTS if the customer, the name of the cloud or the binding exists', async () => {
    const values = invitation();
    await done('Invite', values);
    const refused = expectStatus(await call('Invite', values), ALREADY_EXISTS);
    expect(violations(refused)).toEqual(['invitationEmail']);
    expect(refused.details).toContainEqual({
      '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
      reason: 'CUSTOMER_EXISTS',
      domain: 'partner-portal',
    });
    const customer = await confirmed();
    const { id } = customer;
    const cloud = { organizationId: await organizationOf(id), name: 'taken' };
    await done('CreateCloud', cloud);
    expectStatus(await call('CreateCloud', cloud), ALREADY_EXISTS);
    await accountCloud(customer, 'b1gtwice');
    const binding = { billingAccountId: id, billableObject: { id: 'b1gtwice', type: 'cloud' } };
    await done('BindBillableObject', binding);
    expectStatus(await call('BindBillableObject', binding), ALREADY_EXISTS);
  });

  test('is FAILED_PRECONDITION if the status does not allow the call', async () => {
    const { id } = await register();
    expectStatus(await call('Suspend', { customerId: id }), FAILED_PRECONDITION);
    expectStatus(await call('Activate', { customerId: id }), FAILED_PRECONDITION);
    const organizationId = id.replace(/^dn2/, 'bpf');
    expectStatus(await call('CreateCloud', { organizationId, name: 'early' }), FAILED_PRECONDITION);
    const body = { name: 'Free', paid: false, owners: ['owner@free.example'] };
    await request('PUT', '/v1/provider/partners/free', { as: OPERATOR, body });
    for (const method of ['Invite', 'CreateResellerServed']) {
      const { invitationEmail, ...values } = invitation({ resellerId: 'free' });
      const sent = method === 'Invite' ? { ...values, invitationEmail } : values;
      expectStatus(await call(method, sent, { as: 'owner@free.example' }), FAILED_PRECONDITION);
    }
  });

  test('is ABORTED if somebody has changed the customer since it was read', async () => {
    const { id } = await confirmed();
    const accessBindingDeltas = [
      {
        action: 'ADD',
        accessBinding: { roleId: VIEWER_ROLE, subject: { id: 'late@wind.example', type: 'userAccount' } },
      },
    ];
    const update = (tag: string) =>
      call('UpdateAccessBindings', { resourceId: id, accessBindingDeltas }, { headers: { 'if-match': tag } });
    expectStatus(await update('"1"'), ABORTED);
    expect(await update('"2"')).toMatchObject({ status: 200 });
  });

  test('is RESOURCE_EXHAUSTED, with the time to wait, within the cooldown of a recipient', async () => {
    const values = invitation();
    const id = customerIdOf(await done('Invite', values));
    // Nobody waits for a mail that was dropped with its customer.
    await portal.mailsTo(values.invitationEmail);
    expect(await request('DELETE', `/v1/customers/${id}`, { as: owner })).toMatchObject({ status: 204 });
    const refused = await call('Invite', values);
    expectStatus(refused, RESOURCE_EXHAUSTED);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });

  test('is UNAVAILABLE, with the time to wait, if others are faster again and again', async () => {
    const { id, version } = await confirmed();
    // Another change is written each time before this one.
    const { tableName: TableName } = portal.stack.dynamoDb;
    await tableOf(portal.stack).send(
      new PutCommand({ TableName, Item: { ...eventKey(id, version + 1), type: 'Other' } }),
    );
    const refused = await call('Suspend', { customerId: id });
    expectStatus(refused, UNAVAILABLE);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await get(id)).status).toBe('ACTIVE');
  });
});
