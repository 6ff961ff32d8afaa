import { describe, expect, test } from 'vitest';
import { NOBODY, OPERATOR, testStack } from '../stack.ts';

const portal = testStack();
const { owner, viewer, robot, staff } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request } = portal;
const ADMIN = staff('admin');
const EDITOR = staff('editor');
const role = (name: string) => `billing.accounts.${name}`;

type Member = { id: string; kind: string; federated: boolean; roles: string[] };
const memberPath = (id: string) => `/v1/members/${encodeURIComponent(id)}`;
const put = (id: string, roles: string[], as = owner, more: object = {}) =>
  request('PUT', memberPath(id), { as, body: { roles: roles.map(role), ...more } });
const remove = (id: string, as = owner) => request('DELETE', memberPath(id), { as });

async function members(as = owner, pageSize = 100): Promise<Member[]> {
  const all: Member[] = [];
  let pageToken = '';
  do {
    const page = await request<{ members: Member[]; nextPageToken?: string }>(
      'GET',
      `/v1/members?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`,
      { as },
    );
    expect(page).toMatchObject({ status: 200 });
    all.push(...page.body.members);
    pageToken = page.body.nextPageToken ?? '';
    expect(pageToken.length).toBeLessThanOrEqual(100);
  } while (pageToken);
  return all;
}

/** A new partner, with its owners. */
async function newPartner(id: string, owners: string[]): Promise<void> {
  for (let i = 0; i < owners.length; i += 20) {
    const body = { name: id, paid: true, owners: owners.slice(i, i + 20) };
    expect((await request('PUT', `/v1/provider/partners/${id}`, { as: OPERATOR, body })).status).toBe(200);
  }
}

test('a member is added by email or client id before it ever signs in, and can do what its roles allow from then on', async () => {
  expect(await put(staff('new').toUpperCase(), ['editor', 'viewer', 'viewer'])).toMatchObject({
    status: 200,
    body: {
      id: staff('new'),
      kind: 'USER',
      email: staff('new'),
      federated: false,
      roles: [role('editor'), role('viewer')],
    },
  });
  expect((await request('GET', '/v1/me', { as: staff('new') })).body).toMatchObject({
    partner: { id: portal.partner.id },
  });
  expect(await put('new-robot', ['viewer'])).toMatchObject({
    body: { kind: 'SERVICE_ACCOUNT', clientId: 'new-robot', id: 'new-robot' },
  });
  expect((await request('GET', '/v1/customers', { as: 'new-robot' })).status).toBe(200);
  expect(await put(staff('new'), ['viewer'], owner, { federated: true })).toMatchObject({
    body: { federated: true, roles: [role('viewer')] },
  });
  expect((await members()).map(({ id }) => id)).toEqual(expect.arrayContaining([staff('new'), 'new-robot', robot]));
  expect((await remove(staff('new'))).status).toBe(204);
  expect(await request('GET', '/v1/customers', { as: staff('new') })).toMatchObject({
    status: 403,
    body: { code: 'NOT_A_PARTNER' },
  });
  expect(await remove(staff('new'))).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
});

test.each([
  ['not an@address', ['viewer']],
  ['a@b', ['viewer']],
  ['x'.repeat(256), ['viewer']],
  ['робот', ['viewer']],
  [staff('fine'), []],
  [staff('fine'), ['customer']],
  [staff('fine'), ['emperor']],
])('a member %s with %j is refused', async (id, roles) => {
  expect(await put(id, roles)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
});

test("another partner's member can not be added, seen or removed", async () => {
  const others = await members(otherOwner);
  expect(await put(otherOwner, ['viewer'])).toMatchObject({ status: 409, body: { code: 'MEMBER_ELSEWHERE' } });
  expect(await remove(otherOwner)).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
  expect((await members()).map(({ id }) => id)).not.toContain(otherOwner);
  expect(await members(otherOwner)).toEqual(others);
});

describe('nobody gains more rights than their role allows', () => {
  test.each([
    [ADMIN, staff('climber'), ['owner'], 'ROLE_NOT_HELD'],
    [ADMIN, ADMIN, ['owner', 'admin'], 'ROLE_NOT_HELD'],
    [ADMIN, owner, ['viewer'], 'ROLE_NOT_HELD'],
    [ADMIN, owner, ['owner', 'viewer'], 'ROLE_NOT_HELD'],
    [ADMIN, staff('climber'), ['varWithoutDiscounts'], 'ROLE_NOT_HELD'],
    [EDITOR, EDITOR, ['admin'], 'ROLE_MISSING'],
    [EDITOR, staff('climber'), ['viewer'], 'ROLE_MISSING'],
    [viewer, viewer, ['owner'], 'ROLE_MISSING'],
    [robot, robot, ['owner'], 'ROLE_MISSING'],
    [NOBODY, NOBODY, ['owner'], 'NOT_A_PARTNER'],
    [OPERATOR, OPERATOR, ['owner'], 'NOT_A_PARTNER'],
  ])('%s can not give %s the roles %j', async (as, id, roles, code) => {
    expect(await put(id, roles, as)).toMatchObject({ status: 403, body: { code } });
  });

  test('nobody can change the federation of a member whose roles they don’t hold, as it changes roles in the organization', async () => {
    await put(staff('var'), ['varWithoutDiscounts']);
    await put(staff('helper'), ['admin']);
    const federated = (as: string) =>
      request('PUT', staff('/v1/members/helper'), {
        as,
        body: { roles: ['billing.accounts.admin'], federated: true },
      });
    expect(await federated(staff('var'))).toMatchObject({ status: 403, body: { code: 'ROLE_NOT_HELD' } });
    expect(await federated(ADMIN)).toMatchObject({ status: 200, body: { federated: true } });
    await remove(staff('helper'));
    await remove(staff('var'));
  });

  test('an administrator adds and removes members with lesser roles, but no owner', async () => {
    for (const name of ['admin', 'editor', 'accountant', 'viewer']) {
      expect((await put(staff('helper'), [name], ADMIN)).status).toBe(200);
    }
    expect((await remove(staff('helper'), ADMIN)).status).toBe(204);
    expect(await remove(owner, ADMIN)).toMatchObject({ status: 403, body: { code: 'ROLE_NOT_HELD' } });
    await put(staff('var'), ['varWithoutDiscounts']);
    expect(await remove(ADMIN, staff('var'))).toMatchObject({ status: 403, body: { code: 'ROLE_NOT_HELD' } });
    await remove(staff('var'));
  });
});

describe('the last owner', () => {
  test('can neither be removed nor be given other roles', async () => {
    await newPartner('hooli', ['only@hooli.example']);
    const only = 'only@hooli.example';
    expect(await remove(only, only)).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
    expect(await put(only, ['admin'], only)).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
    expect((await put(only, ['admin', 'owner'], only)).status).toBe(200);
    expect((await put('next@hooli.example', ['owner'], only)).status).toBe(200);
    // Recorded again by the provider, the owner counts once.
    await newPartner('hooli', [only]);
    expect((await put(only, ['admin'], only)).status).toBe(200);
    expect(await remove('next@hooli.example', 'next@hooli.example')).toMatchObject({ status: 409 });
  });

  test('stays, however many owners remove each other at once', async () => {
    const owners = Array.from({ length: 20 }, (_, i) => `owner${i}@stark.example`);
    await newPartner('stark', owners);
    await Promise.all(
      owners.map(async (id, i) => {
        // Each owner removes the next one, and continues as long as it is told to try again.
        for (;;) {
          const answer = await remove(id, owners[(i + 1) % owners.length]);
          if (answer.status !== 503) return expect([204, 403, 404, 409]).toContain(answer.status);
        }
      }),
    );
    const roles = await Promise.all(
      owners.map(async (as) => (await request<{ roles: string[] }>('GET', '/v1/me', { as })).body.roles),
    );
    expect(roles.flat().length).toBeGreaterThanOrEqual(1);
    const left = owners.filter((_, i) => roles[i]?.length);
    // The remaining owner can remove all others, but not itself.
    const [last = ''] = left;
    for (const other of left.slice(1)) expect((await remove(other, last)).status).toBe(204);
    expect(await remove(last, last)).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
  });
});

test('a partner can have 300 owners: they are listed, are owners of each subaccount, and can register customers', async () => {
  const owners = Array.from({ length: 300 }, (_, i) => `o${String(i).padStart(3, '0')}@big.example`);
  await newPartner('big', owners);
  const [first = '', last = ''] = [owners[0], owners.at(-1)];
  for (const pageSize of [70, 1000]) expect((await members(first, pageSize)).map(({ id }) => id)).toEqual(owners);
  const created = await request('POST', '/v1/customers', {
    as: first,
    body: { name: 'Client', email: portal.partner.at('client-of-big') },
  });
  expect(created).toMatchObject({ status: 201 });
  const id = String(created.body['id']);
  expect((await request('GET', `/v1/customers/${id}`, { as: last })).status).toBe(200);
  const seen: string[] = [];
  let pageToken = '';
  do {
    const { body } = await request<{
      accessBindings: { roleId: string; subject: { id: string } }[];
      nextPageToken?: string;
    }>('GET', `/v1/customers/${id}/access?pageSize=90${pageToken && `&pageToken=${pageToken}`}`, { as: last });
    seen.push(...body.accessBindings.filter(({ roleId }) => roleId === role('owner')).map(({ subject }) => subject.id));
    pageToken = body.nextPageToken ?? '';
  } while (pageToken);
  expect(seen).toEqual(owners);
});
