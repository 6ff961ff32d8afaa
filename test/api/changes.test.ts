/** Changes of a customer by its partner, its contact and the provider: update, delete, suspend, approve; and its history. */
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { APPROVALS, customerKey } from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { type Answer, type CustomerAnswer, NOBODY, OPERATOR, testStack } from '../stack.ts';
import { eventsOf, itemsOf, setOnCustomer, tableOf } from '../table.ts';

/** Requests that come at once. */
const AT_ONCE = sized(8, 20);

const portal = testStack();
const { owner, viewer, at, staff } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, confirmed, linkToken, letExpire } = portal;
const EDITOR = staff('editor');
const get = (id: string, as = owner) => request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as });
const patch = (id: string, body: object, as = owner, headers: Record<string, string> = {}) =>
  request<CustomerAnswer>('PATCH', `/v1/customers/${id}`, { as, body, headers });
const act = (id: string, action: string, as = owner, body?: object) =>
  request('POST', `/v1/customers/${id}/${action}`, { as, ...(body && { body }) });

describe('changing a customer', () => {
  test('sets the given fields, only for an owner, and is recorded in the history', async () => {
    const { id } = await register();
    const changes = { friendlyName: 'Wind', role: 'Integrator', language: 'vi' };
    const changed = await patch(id, changes);
    expect(changed).toMatchObject({ status: 200, body: { ...changes, version: 2 } });
    expect(changed.headers.get('etag')).toBe('"2"');
    expect((await get(id)).body).toMatchObject(changes);
    expect((await eventsOf(portal.stack, id)).at(-1)).toMatchObject({ type: 'CustomerUpdated', data: { changes } });
    expect(await patch(id, { role: 'x' }, EDITOR)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect(await patch(id, { role: 'x' }, otherOwner)).toMatchObject({ status: 404 });
    expect(await patch(id, { billingAccountId: 'x' })).toMatchObject({ status: 400 });
  });

  test('merges the person with the stored one (RFC 7396): a field that is not named stays, and null removes a field', async () => {
    const { id } = await register({ person: { tin: '1', phone: '12345', name: 'Ivan' } });
    const person = { tin: '2', phone: '12345', postCode: '190000' };
    const changed = await patch(id, { person: { tin: '2', postCode: '190000', name: null } });
    expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
    for (const { body } of [changed, await get(id)]) expect(body.person).toEqual(person);
    // Nothing changes: the field that is removed is not there.
    expect(await patch(id, { person: { tin: '2', longname: null } })).toMatchObject({ body: { version: 2, person } });
    expect(await patch(id, { person: null })).toMatchObject({ status: 400, body: { errors: [{ path: 'person' }] } });
  });

  test('to no friendly name removes it, also from the table', async () => {
    const { id } = await register({ friendlyName: 'Wind' });
    const removed = await patch(id, { friendlyName: null });
    expect(removed).toMatchObject({ status: 200, body: { version: 2 } });
    for (const { body } of [removed, await get(id)]) expect(body).not.toHaveProperty('friendlyName');
    expect((await eventsOf(portal.stack, id)).at(-1)).toMatchObject({ data: { changes: { friendlyName: null } } });
    for (const field of ['name', 'role', 'email'])
      expect(await patch(id, { [field]: null })).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
  });

  test('to its present values changes nothing', async () => {
    const { id, name, email } = await register();
    const same = { name, email, adminEmails: [], person: {}, friendlyName: null };
    expect(await patch(id, same)).toMatchObject({ status: 200, body: { version: 1 } });
    expect(await patch(id, {})).toMatchObject({ status: 200, body: { version: 1 } });
  });

  test('is refused if someone else has changed it since; a refusal changes nothing', async () => {
    const { id } = await register();
    expect(await patch(id, { role: 'one' }, owner, { 'if-match': '"1"' })).toMatchObject({ status: 200 });
    for (const stale of ['"1"', 'W/"2"', '"x"', '"0", "1"']) {
      expect(await patch(id, { role: 'two' }, owner, { 'if-match': stale })).toMatchObject({
        status: 412,
        body: { code: 'STALE_VERSION', currentVersion: 2 },
      });
    }
    expect(await patch(id, { role: 'two' }, owner, { 'if-match': '2' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'If-Match' }] },
    });
    expect((await get(id)).body).toMatchObject({ role: 'one', version: 2 });
    expect((await patch(id, { role: 'two' }, owner, { 'if-match': '*' })).status).toBe(200);
    expect((await patch(id, { role: 'three' }, owner, { 'if-match': '"1", "3"' })).status).toBe(200);
  });

  test('many times at once from one version succeeds once', async () => {
    const { id } = await register();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => patch(id, { role: `r${i}` }, owner, { 'if-match': '"1"' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(AT_ONCE - 1).fill(412)]);
    expect((await get(id)).body.version).toBe(2);
  });

  test('of its name is up to the contact, from the invitation on', async () => {
    const { id, email, name } = await register();
    const contact = email ?? '';
    const byOwner = () => patch(id, { name: 'By the owner' });
    const refused = { status: 403, body: { code: 'NOT_THE_CONTACT', errors: [{ path: 'name' }] } };
    expect(await byOwner()).toMatchObject(refused);
    expect((await byOwner()).body).toHaveProperty('detail', expect.stringContaining('delete the customer'));
    expect(await patch(id, { name: 'By the invitee' }, contact)).toMatchObject({
      status: 200,
      body: { name: 'By the invitee', status: 'VERIFICATION_REQUIRED' },
    });
    await act(id, 'invite/accept', contact);
    expect(await byOwner()).toMatchObject(refused);
    // A form also sends the fields that were not changed.
    expect(await patch(id, { name: 'By the invitee', role: 'other' })).toMatchObject({ status: 200 });
    expect(await patch(id, { name: 'By the contact' }, contact)).toMatchObject({
      status: 200,
      body: { name: 'By the contact', organization: { name: "For subaccount 'By the invitee'" } },
    });
    expect(name).not.toBe('By the contact');
    for (const foreign of [{ role: 'x' }, { name: 'y', friendlyName: 'x' }, { email: at('x') }]) {
      expect(await patch(id, foreign, contact)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    }
    expect((await get(id)).body.name).toBe('By the contact');
  });

  test('to a long name with an emoji where mails cut it does not stand in the way of later changes', async () => {
    const { id, email } = await register();
    const contact = email ?? '';
    const name = `${'n'.repeat(999)}🙂`;
    expect(await patch(id, { name }, contact)).toMatchObject({ status: 200 });
    expect(await act(id, 'invite/accept', contact)).toMatchObject({ status: 200, body: { name } });
  });

  test('to a name that a mail program would turn into a link is refused, also when confirming; a stored one stays', async () => {
    const { id, email } = await register();
    const contact = email ?? '';
    const refused = (path: string) => ({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ path }] } });
    expect(await patch(id, { name: 'evil.example.com' }, contact)).toMatchObject(refused('name'));
    expect(await patch(id, { friendlyName: 'www.evil.example' })).toMatchObject(refused('friendlyName'));
    expect(await act(id, 'invite/accept', contact, { name: 'https://evil' })).toMatchObject(refused('name'));
    for (const given of [{ name: 'пример.рф' }, { name: 'A', friendlyName: 'a@evil.example' }]) {
      const body = { ...given, email: at('link') };
      const [field = ''] = Object.keys(given).slice(-1);
      expect(await request('POST', '/v1/customers', { as: owner, body })).toMatchObject(refused(field));
      const rows = await request('POST', '/v1/customers/batch', { as: owner, body: { customers: [body] } });
      expect(rows).toMatchObject({ body: { results: [{ problem: { errors: [{ path: field }] } }] } });
    }
    await setOnCustomer(portal.stack, id, { name: 'old.com' });
    expect(await patch(id, { role: 'Reseller' })).toMatchObject({ status: 200, body: { name: 'old.com' } });
    expect(await act(id, 'invite/accept', contact)).toMatchObject({ status: 200, body: { name: 'old.com' } });
  });

  test('checks the form of the fields that differ: a program may send back all that an earlier version has stored', async () => {
    const { id } = await register();
    const person = { name: 'Ivan', phone: '8 (495 123--45' };
    await setOnCustomer(portal.stack, id, { name: 'Booking.com', friendlyName: 'old.com', person });
    const { name, friendlyName, email } = (await get(id)).body;
    const form = { name, friendlyName, email, person };
    expect(await patch(id, { ...form, role: 'Reseller' })).toMatchObject({
      status: 200,
      body: { ...form, version: 2 },
    });
    for (const [wrong, path] of [
      [{ friendlyName: 'new.com' }, 'friendlyName'],
      [{ person: { ...person, phone: '8 (495 123--46' } }, 'person.phone'],
    ] as const)
      expect(await patch(id, { ...form, ...wrong })).toMatchObject({ status: 400, body: { errors: [{ path }] } });
  });

  test('to a person that one request could not hold is refused', async () => {
    const { id } = await register();
    const half = 'x'.repeat(40_000);
    expect(await patch(id, { person: { longname: half } })).toMatchObject({ status: 200 });
    expect(await patch(id, { person: { legalAddress: half } })).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ path: 'person' }] },
    });
    expect(await patch(id, { person: { longname: null, legalAddress: half } })).toMatchObject({ status: 200 });
  });

  test('of its email before it confirms invites the new address, releases the old one, and ends old links', async () => {
    const { id, email } = await register();
    const old = await linkToken(email ?? '');
    const moved = await patch(id, { email: at('Moved-1') });
    expect(moved).toMatchObject({ status: 200, body: { email: at('moved-1') } });
    expect(await request('POST', '/v1/invites/accept', { body: { token: old } })).toMatchObject({
      status: 404,
      body: { code: 'INVITE_LINK_INVALID' },
    });
    expect((await get(id, email ?? '')).status).toBe(404);
    const token = await linkToken(at('moved-1'));
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({ status: 200 });
    const taken = await request('POST', '/v1/customers', {
      as: owner,
      body: { name: 'Taken', email: at('moved-1') },
    });
    expect(taken).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({ status: 200 });
    expect(await patch(id, { email: at('moved-2') })).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_STATUS', currentStatus: 'ACTIVE' },
    });
  });

  test("of its email to another customer's is refused together with the rest of the request", async () => {
    const [one, other] = [await register(), await register()];
    expect(await patch(one.id, { email: other.email, role: 'x' })).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_EXISTS' },
    });
    expect((await get(one.id)).body).toMatchObject({ email: one.email, role: 'Partner', version: 1 });
  });
});

describe('deleting a customer', () => {
  const remove = (id: string, as = owner) => request('DELETE', `/v1/customers/${id}`, { as });

  test('that waits hides it at once; the next cleanup removes its personal data', async () => {
    const { id, email } = await register({ person: { tin: 'SECRET' }, adminEmails: [at('gone')] });
    expect(await remove(id, EDITOR)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect(await remove(id)).toMatchObject({ status: 204, body: {} });
    for (const as of [owner, viewer, email ?? '']) expect((await get(id, as)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
    const list = await request<{ customers: { id: string }[] }>('GET', '/v1/customers', { as: owner });
    expect(list.body.customers.map((one) => one.id)).not.toContain(id);
    await portal.stack.runExpire();
    const left = JSON.stringify((await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id)));
    expect(left).not.toMatch(/SECRET|gone@/);
    expect(left).toContain('removedAt');
  });

  test('is refused if it is active or suspended, and possible if it is expired', async () => {
    const { id } = await confirmed();
    expect(await remove(id)).toMatchObject({ status: 409, body: { currentStatus: 'ACTIVE' } });
    await act(id, 'suspend');
    expect(await remove(id)).toMatchObject({ status: 409, body: { currentStatus: 'SUSPENDED' } });
    const expired = await register();
    await letExpire(expired.id);
    expect((await remove(expired.id)).status).toBe(204);
  });

  test('and accepting its invitation at the same time has one outcome', async () => {
    const { id, email } = await register();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => (i % 2 ? remove(id) : act(id, 'invite/accept', email ?? ''))),
    );
    const events = (await eventsOf(portal.stack, id)).map(({ type }) => type);
    expect(events).toHaveLength(2);
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    const deleted = events[1] === 'CustomerDeleted';
    expect(count(204)).toBe(deleted ? 1 : 0);
    expect(count(200) > 0).toBe(!deleted);
  });
});

describe('suspending', () => {
  test("stops the creation of clouds, and activating allows it again; the customer's own administrator can do neither", async () => {
    const { id, email } = await confirmed();
    const cloud = (name: string) => act(id, 'clouds', email ?? '', { name });
    expect(await act(id, 'suspend', email ?? '')).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect(await act(id, 'suspend', viewer)).toMatchObject({ status: 403 });
    expect(await act(id, 'suspend', owner, { reason: 'unpaid' })).toMatchObject({
      status: 200,
      body: { status: 'SUSPENDED', statusReason: 'unpaid', organization: { name: expect.any(String) } },
    });
    expect(await cloud('one')).toMatchObject({ status: 409, body: { code: 'CUSTOMER_NOT_ACTIVE' } });
    expect(await act(id, 'suspend')).toMatchObject({ status: 409, body: { currentStatus: 'SUSPENDED' } });
    expect(await act(id, 'activate', email ?? '')).toMatchObject({ status: 403 });
    const active = await act(id, 'activate', EDITOR);
    expect(active).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
    expect(active.body).not.toHaveProperty('statusReason');
    expect(await cloud('one')).toMatchObject({ status: 201 });
  });

  test('with the same key again gets the first answer', async () => {
    const { id } = await confirmed();
    // The fate of its mail is no part of the answer that is repeated.
    await portal.stack.idle();
    const post = (action: string, key: string) => request('POST', `/v1/customers/${id}/${action}`, { as: owner, key });
    const first = await post('suspend', 'k1');
    await post('activate', 'k2');
    const again = await post('suspend', 'k1');
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect((await get(id)).body.status).toBe('ACTIVE');
  });

  test('with the same key again gets the first answer, however much has happened since; another request with it is refused', async () => {
    const registered = await request<CustomerAnswer>('POST', '/v1/customers', {
      as: owner,
      key: 'registration',
      body: { name: 'Often', email: at('often') },
    });
    const { id } = registered.body;
    expect(await act(id, 'invite/accept', at('often'))).toMatchObject({ status: 200 });
    await portal.stack.idle();
    const post = (n: number) =>
      request<CustomerAnswer>('POST', `/v1/customers/${id}/${n % 2 === 1 ? 'suspend' : 'activate'}`, {
        as: owner,
        key: `late-${n}`,
      });
    const answers = [];
    for (const n of [1, 2, 3, 4, 5, 6, 7]) answers.push(await post(n));
    expect(answers.map(({ status }) => status)).toEqual(Array<number>(7).fill(200));
    // Activating would be possible now; suspending would not.
    for (const n of [2, 3]) {
      const late = await post(n);
      expect(late).toMatchObject({ status: 200, body: answers[n - 1]?.body });
      expect(late.headers.get('idempotency-replayed')).toBe('true');
    }
    for (const key of ['late-1', 'registration']) {
      const other = await request('POST', `/v1/customers/${id}/activate`, { as: owner, key });
      expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    }
    expect((await get(id)).body).toMatchObject({ status: 'SUSPENDED', version: 9 });
    // The keys are remembered for a day at least, by items of their own.
    const uses = (await itemsOf(portal.stack)).filter(({ pk, sk }) => pk === `CUSTOMER#${id}` && sk.startsWith('KEY#'));
    expect(uses).toHaveLength(7);
    const inADay = Date.now() / 1000 + 24 * 60 * 60;
    for (const { ttl } of uses) expect(ttl).toBeGreaterThan(inADay);
  });
});

describe("the provider's approval", () => {
  /** A customer that awaits approval, as under a program that approves. */
  async function waiting(as = owner): Promise<CustomerAnswer> {
    const customer = await register({}, as);
    await tableOf(portal.stack).send(
      new UpdateCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Key: customerKey(customer.id),
        UpdateExpression: 'SET #status = :status, approval = :approvals',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':status': 'APPROVAL_REQUIRED', ':approvals': APPROVALS },
      }),
    );
    return customer;
  }
  async function approvals(pageSize = 100): Promise<string[]> {
    const ids: string[] = [];
    let pageToken = '';
    do {
      const page = await request<{ customers: { id: string }[]; nextPageToken?: string }>(
        'GET',
        `/v1/provider/approvals?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`,
        { as: OPERATOR },
      );
      expect(page).toMatchObject({ status: 200 });
      ids.push(...page.body.customers.map(({ id }) => id));
      pageToken = page.body.nextPageToken ?? '';
      expect(pageToken.length).toBeLessThanOrEqual(100);
    } while (pageToken);
    return ids;
  }

  test('is asked for in one list over all partners, with the waiting customers and no others', async () => {
    // The list is the operator's: customers of other files may wait in it.
    const others = await approvals();
    const own = async (pageSize?: number) => (await approvals(pageSize)).filter((id) => !others.includes(id));
    const [one, two, three] = [await waiting(), await waiting(otherOwner), await waiting()];
    await register();
    for (const pageSize of [1, 2, 100]) {
      expect(await own(pageSize)).toEqual([one, two, three].map(({ id }) => id));
    }
    await act(one.id, 'approve', OPERATOR);
    await act(two.id, 'reject', OPERATOR, { reason: 'no' });
    await letExpire(three.id);
    expect(await own()).toEqual([]);
    expect(await request('GET', '/v1/provider/approvals', { as: owner })).toMatchObject({
      status: 403,
      body: { code: 'NOT_AN_OPERATOR' },
    });
  });

  test('makes the customer active, with an organization, once; a rejection has a reason', async () => {
    const [approved, rejected] = [await waiting(), await waiting()];
    expect(await act(approved.id, 'approve', owner)).toMatchObject({ status: 403, body: { code: 'NOT_AN_OPERATOR' } });
    expect(await act(approved.id, 'approve', OPERATOR)).toMatchObject({
      status: 200,
      body: { status: 'ACTIVE', organization: { name: `For subaccount '${approved.name}'` } },
    });
    expect(await act(approved.id, 'approve', OPERATOR)).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_STATUS', currentStatus: 'ACTIVE' },
    });
    await act(rejected.id, 'reject', OPERATOR, { reason: 'not a company' });
    expect((await get(rejected.id)).body).toMatchObject({ status: 'REJECTED', statusReason: 'not a company' });
    const history = await request<{ events: object[] }>('GET', `/v1/customers/${rejected.id}/events`, { as: owner });
    expect(history.body.events.at(-1)).toMatchObject({ type: 'CustomerRejected', actor: 'OPERATOR' });
    for (const id of [`dn2${'x'.repeat(17)}`, 'x', 'y'.repeat(3000)])
      expect(await act(id, 'approve', OPERATOR)).toMatchObject({ status: 404, body: { code: 'CUSTOMER_NOT_FOUND' } });
  });

  test('has one outcome if many approve and reject at once', async () => {
    const { id } = await waiting();
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => act(id, i % 2 ? 'approve' : 'reject', OPERATOR)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(AT_ONCE - 1).fill(409)]);
    expect(await eventsOf(portal.stack, id)).toHaveLength(2);
  });
});

test('the history says who did what and when, page by page in both orders, without nonce, key or link', async () => {
  const { id, email } = await register({ person: { tin: '123' } });
  await patch(id, { email: at('history') });
  await request('POST', `/v1/customers/${id}/invite/accept`, { as: at('history'), key: 'k' });
  await act(id, 'suspend', EDITOR, { reason: 'unpaid' });
  await portal.stack.idle();
  type Page = Answer<{ events: Record<string, unknown>[]; nextPageToken?: string }>;
  const history = async (order = '') => {
    const pages: Page[] = [];
    for (let token: string | undefined = ''; token !== undefined; token = pages.at(-1)?.body.nextPageToken) {
      const next = token && `&pageToken=${token}`;
      pages.push(await request('GET', `/v1/customers/${id}/events?pageSize=3${order}${next}`, { as: viewer }));
    }
    expect(pages).toHaveLength(2);
    return pages.flatMap(({ body }) => body.events);
  };
  const events = await history();
  expect(events).toMatchObject([
    { version: 1, type: 'CustomerInvited', actor: owner, data: { email, person: { tin: '123' } } },
    { version: 2, type: 'CustomerUpdated', actor: owner, data: { changes: { email: at('history') } } },
    { version: 3, type: 'InvitationAccepted', actor: at('history') },
    { version: 4, type: 'CustomerSuspended', actor: EDITOR, data: { reason: 'unpaid' } },
  ]);
  for (const { mails, ...event } of events)
    expect(Object.keys(event).sort()).toEqual(['actor', 'at', 'data', 'type', 'version']);
  expect(JSON.stringify(events)).not.toMatch(/nonce|idempotency|token|"mail"|dueAt|partnerName/);
  expect(await history('&order=desc')).toEqual(events.toReversed());
  expect(await history('&order=asc')).toEqual(events);
  // The token of one order is none of the other.
  const first: Page = await request('GET', `/v1/customers/${id}/events?pageSize=3`, { as: viewer });
  const otherOrder = `/v1/customers/${id}/events?order=desc&pageToken=${first.body.nextPageToken}`;
  expect(await request('GET', otherOrder, { as: viewer })).toMatchObject({ body: { code: 'PAGE_TOKEN_INVALID' } });
  expect((await request('GET', `/v1/customers/${id}/events`, { as: OPERATOR })).status).toBe(200);
  expect((await request('GET', `/v1/customers/${id}/events`, { as: NOBODY })).status).toBe(404);
});

test('an operation is each change of a customer, for those who may view it', async () => {
  const { id } = await confirmed();
  const operation = (operationId: string, as = owner) => request('GET', `/v1/operations/${operationId}`, { as });
  expect(await operation(`${id}.1`)).toMatchObject({
    status: 200,
    body: {
      id: `${id}.1`,
      description: 'Invite customer',
      createdBy: owner,
      done: true,
      metadata: { partnerId: portal.partner.id, customerId: id },
      response: { id, billingAccountId: id },
    },
  });
  const { body: cloud } = await act(id, 'clouds', owner, { name: 'one' });
  expect((await operation(`${id}.3`)).body).toMatchObject({ metadata: { cloudId: cloud['id'] }, response: cloud });
  const NOT_FOUND = { status: 404, body: { code: 'OPERATION_NOT_FOUND' } };
  for (const absent of [`${id}.4`, `${id}.0`, `${id}.01`, id, 'x', `dn2${'a'.repeat(17)}.1`])
    expect(await operation(absent)).toMatchObject(NOT_FOUND);
  expect(await operation(`${id}.1`, otherOwner)).toMatchObject(NOT_FOUND);
});

test('an unlinked cloud can be linked again; a cloud that was created here can not be unlinked', async () => {
  const link = (id: string, cloudId: string, as = owner) => act(id, 'clouds/link', as, { cloudId });
  const unlink = (id: string, cloudId: string, as = owner) =>
    request('DELETE', `/v1/customers/${id}/clouds/${cloudId}`, { as });
  // Two partners serve the same person.
  const email = at('roaming');
  const account = `/v1/provider/accounts/${email}`;
  expect((await request('PUT', account, { as: OPERATOR, body: ELIGIBLE })).status).toBe(200);
  const roleId = 'resource-manager.clouds.owner';
  const grants = [owner, otherOwner].map((each) => ({ email: each, roleId, grantedAt: '2026-01-01T00:00:00Z' }));
  const body = { name: 'roaming', grants, outstandingCharges: false };
  expect((await request('PUT', `${account}/clouds/roaming`, { as: OPERATOR, body })).status).toBe(200);
  const one = await confirmed({ email });
  const other = await register({ email }, otherOwner);
  await act(other.id, 'invite/accept', email);
  expect((await link(one.id, 'roaming')).status).toBe(200);
  expect(await unlink(other.id, 'roaming', otherOwner)).toMatchObject({
    status: 404,
    body: { code: 'CLOUD_NOT_FOUND' },
  });
  expect(await unlink(one.id, 'roaming', viewer)).toMatchObject({ status: 403 });
  const answers = await Promise.all(Array.from({ length: 10 }, () => unlink(one.id, 'roaming')));
  expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(404)]);
  expect((await request('GET', `/v1/customers/${one.id}/clouds`, { as: owner })).body).toEqual({ clouds: [] });
  expect((await link(other.id, 'roaming', otherOwner)).status).toBe(200);
  const created = await act(one.id, 'clouds', owner, { name: 'home' });
  expect(await unlink(one.id, String(created.body['id']))).toMatchObject({
    status: 409,
    body: { code: 'CLOUD_NOT_LINKED' },
  });
});
