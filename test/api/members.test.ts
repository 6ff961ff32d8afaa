import { describe, expect, test } from 'vitest';
import { ENDPOINTS } from '../../infra/endpoints.ts';
import { leftKey, pendingKey, serviceAccountKey } from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { NOBODY, OPERATOR, testStack } from '../stack.ts';
import { freeRecipient, itemAt, removeItem, setOnItem } from '../table.ts';

/** How often two requests race. */
const ROUNDS = sized(3, 10);
/** Owners of a large partner: several requests name them. */
const MANY = sized(60, 300);

const portal = testStack();
const { owner, viewer, robot, staff } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request } = portal;
const ADMIN = staff('admin');
const EDITOR = staff('editor');
const role = (name: string) => `billing.accounts.${name}`;

type Member = { id: string; kind: string; federated: boolean; roles: string[]; status: string };
type Membership = { partnerId: string; status: string; roles: string[] };
type PartnerEvent = {
  type: string;
  at: string;
  actor: string;
  data: { member?: { id: string }; roles?: string[]; customerId?: string; name?: string };
};
const memberPath = (id: string) => `/v1/members/${encodeURIComponent(id)}`;
const put = (id: string, roles: string[], as = owner, more: object = {}) =>
  request('PUT', memberPath(id), { as, body: { roles: roles.map(role), ...more } });
const remove = (id: string, as = owner) => request('DELETE', memberPath(id), { as });

const accept = (as: string, partnerId = portal.partner.id) =>
  request('POST', `/v1/me/memberships/${partnerId}/accept`, { as });
const decline = (as: string, partnerId = portal.partner.id) =>
  request('POST', `/v1/me/memberships/${partnerId}/decline`, { as });
const leave = (as: string, partnerId = portal.partner.id) =>
  request('DELETE', `/v1/me/memberships/${partnerId}`, { as });
const record = (clientId: string, partnerId = portal.partner.id) =>
  request('PUT', `/v1/provider/service-accounts/${clientId}`, { as: OPERATOR, body: { partnerId } });
/** Moves the end of an invitation into the past, as time would. */
const letLapse = (id: string) =>
  setOnItem(portal.stack, pendingKey(`USER#${id}`, portal.partner.id), { lapsesAt: new Date().toISOString() });

/** All pages of a list. */
async function all<Entry>(path: string, as: string, pageSize: number): Promise<Entry[]> {
  const entries: Entry[] = [];
  let pageToken = '';
  do {
    const { status, body } = await request<Record<string, Entry[]> & { nextPageToken?: string }>(
      'GET',
      `${path}?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`,
      { as },
    );
    expect(status).toBe(200);
    const { nextPageToken = '', ...list } = body;
    entries.push(...Object.values(list as Record<string, Entry[]>).flat());
    pageToken = nextPageToken;
    expect(pageToken.length).toBeLessThanOrEqual(100);
  } while (pageToken);
  return entries;
}
const members = (as = owner, pageSize = 100) => all<Member>('/v1/members', as, pageSize);
const memberships = (as: string, pageSize = 100) => all<Membership>('/v1/me/memberships', as, pageSize);
const log = (as = owner, pageSize = 100) => all<PartnerEvent>('/v1/partner/events', as, pageSize);

/** A new partner, with its owners. */
async function newPartner(id: string, owners: string[]): Promise<void> {
  for (let i = 0; i < owners.length; i += 20) {
    const body = { name: id, paid: true, owners: owners.slice(i, i + 20) };
    expect((await request('PUT', `/v1/provider/partners/${id}`, { as: OPERATOR, body })).status).toBe(200);
  }
}

test('a late retry of an answer does not answer a newer invitation', async () => {
  const id = staff('late-retry');
  const post = (answer: string, key: string) =>
    request('POST', `/v1/me/memberships/${portal.partner.id}/${answer}`, { as: id, key });
  const invite = async (...roles: string[]) => {
    // The mail before has left: until then, no other one is sent.
    await portal.stack.idle();
    await freeRecipient(portal.stack, portal.partner.id, id);
    expect(await put(id, roles)).toMatchObject({ status: 200, body: { status: 'INVITED' } });
  };
  const INVITED = [{ status: 'INVITED', roles: [role('admin')] }];

  await invite('viewer');
  const first = await post('accept', 'accept-1');
  expect(first).toMatchObject({ status: 200, body: { status: 'ACTIVE', roles: [role('viewer')] } });
  expect((await leave(id)).status).toBe(204);
  await invite('admin');
  const late = await post('accept', 'accept-1');
  expect(late).toMatchObject({ status: 200, body: first.body });
  expect(late.headers.get('idempotency-replayed')).toBe('true');
  expect(await memberships(id)).toMatchObject(INVITED);
  expect(await post('decline', 'accept-1')).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });

  expect((await post('decline', 'decline-1')).status).toBe(204);
  expect(await memberships(id)).toEqual([]);
  await invite('admin');
  expect((await post('decline', 'decline-1')).headers.get('idempotency-replayed')).toBe('true');
  expect(await memberships(id)).toMatchObject(INVITED);
  expect(await post('accept', 'accept-2')).toMatchObject({ status: 200, body: { roles: [role('admin')] } });
});

test('a person is invited by email before it ever signs in, has no rights until it accepts, and then what its roles allow', async () => {
  const id = staff('new');
  expect(await put(id.toUpperCase(), ['editor', 'viewer', 'viewer'])).toMatchObject({
    status: 200,
    body: {
      id,
      kind: 'USER',
      email: id,
      federated: false,
      roles: [role('editor'), role('viewer')],
      status: 'INVITED',
      lapsesAt: expect.any(String),
    },
  });
  expect((await request('GET', '/v1/me', { as: id })).body).toMatchObject({ partner: null, roles: [] });
  expect((await request('GET', '/v1/customers', { as: id })).status).toBe(403);
  expect(await memberships(id)).toEqual([
    {
      partnerId: portal.partner.id,
      partnerName: portal.partner.name,
      roles: [role('editor'), role('viewer')],
      status: 'INVITED',
      invitedBy: owner,
      lapsesAt: expect.any(String),
    },
  ]);
  // Other roles change the invitation. The person gets one mail.
  expect(await put(id, ['viewer'], owner, { federated: true })).toMatchObject({
    body: { federated: true, roles: [role('viewer')], status: 'INVITED' },
  });
  const [mail, ...more] = await portal.mailsTo(id);
  expect(mail?.subject).toBe('A partner of Yandex Cloud invites you to its team');
  expect(mail?.body.text).toContain(`${portal.stack.portalUrl}/my/invitations`);
  expect(more).toEqual([]);

  expect(await accept(id)).toMatchObject({
    status: 200,
    body: { partnerId: portal.partner.id, roles: [role('viewer')], status: 'ACTIVE' },
  });
  expect((await accept(id)).status).toBe(200);
  expect((await request('GET', '/v1/me', { as: id })).body).toMatchObject({
    partner: { id: portal.partner.id },
    roles: [role('viewer')],
  });
  expect((await request('GET', '/v1/customers', { as: id })).status).toBe(200);
  expect((await members()).filter((member) => member.id === id)).toMatchObject([{ status: 'ACTIVE', federated: true }]);
  expect((await remove(id)).status).toBe(204);
  expect(await request('GET', '/v1/customers', { as: id })).toMatchObject({
    status: 403,
    body: { code: 'NOT_A_PARTNER', detail: expect.stringContaining('If you are invited, accept') },
  });
  expect(await remove(id)).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
  await portal.stack.idle();
  expect(await portal.mailsTo(id)).toHaveLength(1);
});

test('the mail of an invitation is in the language that the invitation names', async () => {
  const id = staff('in-russian');
  expect((await put(id, ['viewer'], owner, { language: 'ru' })).status).toBe(200);
  const [mail] = await portal.mailsTo(id);
  expect(mail?.subject).toMatch(/^Партнёр Yandex Cloud/);
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

describe('another partner’s member', () => {
  test('is invited like anyone else, stays where it is, and can not be seen or removed', async () => {
    const id = staff('taken');
    await portal.addMember(id, 'viewer', { of: portal.otherPartner.id });
    const before = await members(otherOwner);
    const { body: free } = await put(staff('free'), ['viewer']);
    const { status, body } = await put(id, ['viewer']);
    expect([status, { ...body, id: '', email: '', lapsesAt: '' }]).toEqual([
      200,
      { ...free, id: '', email: '', lapsesAt: '' },
    ]);
    expect((await request('GET', '/v1/me', { as: id })).body).toMatchObject({
      partner: { id: portal.otherPartner.id },
    });
    expect(await members(otherOwner)).toEqual(before);
    expect(await accept(id)).toMatchObject({
      status: 409,
      body: { code: 'MEMBER_ELSEWHERE', detail: expect.stringMatching(/^You belong to another partner. Leave it/) },
    });
    expect((await remove(id)).status).toBe(204);
    expect(await remove(id)).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
    expect(await members(otherOwner)).toEqual(before);
    expect(await memberships(id)).toMatchObject([{ partnerId: portal.otherPartner.id, status: 'ACTIVE' }]);
  });

  test('does not leave it from a page that still shows the partner that it has left before', async () => {
    const id = staff('stale');
    await portal.addMember(id, 'viewer', { of: portal.otherPartner.id });
    expect(await leave(id)).toMatchObject({ status: 404, body: { code: 'MEMBERSHIP_NOT_FOUND' } });
    expect(await memberships(id)).toMatchObject([{ partnerId: portal.otherPartner.id, status: 'ACTIVE' }]);
  });

  test('can accept once it has left', async () => {
    const id = staff('moving');
    await portal.addMember(id, 'viewer', { of: portal.otherPartner.id });
    await put(id, ['editor']);
    expect((await leave(id, portal.otherPartner.id)).status).toBe(204);
    expect(await leave(id, portal.otherPartner.id)).toMatchObject({
      status: 404,
      body: { code: 'MEMBERSHIP_NOT_FOUND' },
    });
    expect(await accept(id)).toMatchObject({ status: 200, body: { status: 'ACTIVE', roles: [role('editor')] } });
  });
});

describe('an invitation', () => {
  test('of two partners is in one list; the person accepts one of them, and the other one stays', async () => {
    const id = staff('wanted');
    await put(id, ['viewer']);
    await put(id, ['editor'], otherOwner);
    expect((await memberships(id)).map(({ partnerId }) => partnerId).sort()).toEqual(
      [portal.partner.id, portal.otherPartner.id].sort(),
    );
    await accept(id, portal.otherPartner.id);
    expect(await memberships(id)).toMatchObject([
      { partnerId: portal.otherPartner.id, status: 'ACTIVE' },
      { partnerId: portal.partner.id, status: 'INVITED' },
    ]);
    expect(await memberships(id, 1)).toEqual(await memberships(id));
    expect((await members(owner)).find((member) => member.id === id)).toMatchObject({ status: 'INVITED' });
  });

  test('that a person declines, or that its partner withdraws, can not be accepted any more', async () => {
    const id = staff('declining');
    for (const end of [() => decline(id), () => remove(id)]) {
      expect(await put(id, ['viewer'])).toMatchObject({ body: { status: 'INVITED' } });
      expect((await end()).status).toBe(204);
      expect(await accept(id)).toMatchObject({ status: 404, body: { code: 'MEMBERSHIP_NOT_FOUND' } });
      expect(await memberships(id)).toEqual([]);
      expect((await members()).map((member) => member.id)).not.toContain(id);
      await portal.stack.idle();
      await freeRecipient(portal.stack, portal.partner.id, id);
    }
    expect((await decline(id)).status).toBe(204);
  });

  test('that has lapsed is as if it had never been', async () => {
    const id = staff('late');
    await put(id, ['viewer']);
    await portal.mailsTo(id);
    await portal.stack.idle();
    await freeRecipient(portal.stack, portal.partner.id, id);
    await letLapse(id);
    expect(await memberships(id)).toEqual([]);
    expect((await members()).map((member) => member.id)).not.toContain(id);
    expect(await accept(id)).toMatchObject({ status: 404, body: { code: 'MEMBERSHIP_NOT_FOUND' } });
    expect(await remove(id)).toMatchObject({ status: 404, body: { code: 'MEMBER_NOT_FOUND' } });
    expect(await put(id, ['editor'])).toMatchObject({ body: { status: 'INVITED', roles: [role('editor')] } });
    expect(await accept(id)).toMatchObject({ status: 200, body: { roles: [role('editor')] } });
  });

  test('is refused to a person who is not invited, and to a service account', async () => {
    for (const as of [NOBODY, robot])
      expect(await accept(as, portal.otherPartner.id)).toMatchObject({
        status: 404,
        body: { code: 'MEMBERSHIP_NOT_FOUND' },
      });
  });

  test('of which two are accepted at the same time makes one membership', async () => {
    for (let round = 0; round < sized(2, 5); round++) {
      const id = staff(`torn-${round}`);
      await Promise.all([put(id, ['viewer']), put(id, ['viewer'], otherOwner)]);
      const partners = [portal.partner.id, portal.otherPartner.id];
      const answers = await Promise.all(partners.map((partnerId) => accept(id, partnerId)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
      const winner = partners[answers.findIndex(({ status }) => status === 200)];
      expect((await request('GET', '/v1/me', { as: id })).body).toMatchObject({ partner: { id: winner } });
    }
  });

  test('that is made while the operator adds the person leaves a member, and no invitation', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const id = staff(`doubly-${round}`);
      await Promise.all([put(id, ['viewer']), portal.addMember(id, 'viewer')]);
      expect(await memberships(id)).toMatchObject([{ status: 'ACTIVE' }]);
      expect((await members()).filter((member) => member.id === id)).toMatchObject([{ status: 'ACTIVE' }]);
    }
  });

  test('that is accepted and withdrawn at the same time leaves no member', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const id = staff(`either-${round}`);
      await put(id, ['viewer']);
      const [accepted, removed] = await Promise.all([accept(id), remove(id)]);
      const { body } = await request<{ partner: unknown }>('GET', '/v1/me', { as: id });
      // A removal that comes after the acceptance removes the member.
      expect([200, 404]).toContain(accepted.status);
      expect(removed.status).toBe(204);
      expect(body.partner).toBeNull();
      expect(await memberships(id)).toEqual([]);
    }
  });
});

describe('a service account', () => {
  test('is a member at once, of the partner for which the operator has recorded it, and of no other', async () => {
    const id = `${portal.partner.id}-reports`;
    const refusal = { status: 409, body: { code: 'SERVICE_ACCOUNT_NOT_RECORDED' } };
    expect(await put(id, ['viewer'])).toMatchObject(refusal);
    await record(id);
    expect(await put(id, ['viewer'], otherOwner)).toMatchObject(refusal);
    expect(await put(id, ['viewer'])).toMatchObject({
      body: { kind: 'SERVICE_ACCOUNT', clientId: id, id, status: 'ACTIVE' },
    });
    expect((await request('GET', '/v1/customers', { as: id })).status).toBe(200);
    expect(await record(id, portal.otherPartner.id)).toMatchObject({ status: 409, body: { code: 'MEMBER_ELSEWHERE' } });
    expect((await remove(id)).status).toBe(204);
    expect((await record(id, portal.otherPartner.id)).status).toBe(200);
    expect(await put(id, ['viewer'])).toMatchObject(refusal);
    expect((await put(id, ['viewer'], otherOwner)).status).toBe(200);
  });

  test('that was a member before records were kept stays one, and can come back after it has left', async () => {
    const id = `${portal.partner.id}-old`;
    await portal.addMember(id, 'viewer');
    await removeItem(portal.stack, serviceAccountKey(id));
    expect((await request('GET', '/v1/customers', { as: id })).status).toBe(200);
    expect((await put(id, ['editor'])).status).toBe(200);
    expect((await remove(id)).status).toBe(204);
    expect(await put(id, ['viewer'])).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });

  test('whose client id has an @ is not recorded: a path with it would name a person', async () => {
    expect(await record('robot@acme.example')).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  test('is recorded for a partner that exists', async () => {
    expect(await record('some-robot', 'no-such-partner')).toMatchObject({
      status: 404,
      body: { code: 'PARTNER_NOT_FOUND' },
    });
  });
});

describe('the partner’s own domain', () => {
  const domain = `${portal.partner.id}-staff.example`;
  const putDomains = (id: string, domains?: string[]) =>
    request('PUT', `/v1/provider/partners/${id}`, {
      as: OPERATOR,
      body: { name: id, paid: true, ...(domains && { domains }) },
    });

  test('needs no consent, unless the person is a member elsewhere', async () => {
    const { id } = portal.partner;
    expect(await putDomains(id, [domain.toUpperCase()])).toMatchObject({ status: 200, body: { domains: [domain] } });
    // Domains that a request leaves out stay.
    expect(await putDomains(id)).toMatchObject({ status: 200, body: { domains: [domain] } });
    expect(await put(`ann@${domain}`, ['viewer'])).toMatchObject({ body: { status: 'ACTIVE' } });
    expect((await request('GET', '/v1/customers', { as: `ann@${domain}` })).status).toBe(200);
    expect(await put(`ann@sub.${domain}`, ['viewer'])).toMatchObject({ body: { status: 'INVITED' } });
    await portal.addMember(`ben@${domain}`, 'viewer', { of: portal.otherPartner.id });
    expect(await put(`ben@${domain}`, ['viewer'])).toMatchObject({ body: { status: 'INVITED' } });
    expect((await request('GET', '/v1/me', { as: `ben@${domain}` })).body).toMatchObject({
      partner: { id: portal.otherPartner.id },
    });
  });

  test('makes a member of a person who was invited before', async () => {
    const own = `later-${domain}`;
    expect(await put(`eve@${own}`, ['viewer'])).toMatchObject({ body: { status: 'INVITED' } });
    await putDomains(portal.partner.id, [own]);
    expect(await put(`eve@${own}`, ['viewer'])).toMatchObject({ body: { status: 'ACTIVE' } });
    expect(await memberships(`eve@${own}`)).toMatchObject([{ status: 'ACTIVE' }]);
    expect((await members()).filter(({ id }) => id === `eve@${own}`)).toHaveLength(1);
  });

  test('belongs to one partner, until the operator takes it away', async () => {
    const mine = `mine-${domain}`;
    await putDomains(portal.partner.id, [mine]);
    expect(await putDomains(portal.otherPartner.id, [mine])).toMatchObject({
      status: 409,
      body: { code: 'DOMAIN_ELSEWHERE', errors: [{ path: 'domains' }] },
    });
    await putDomains(portal.partner.id, []);
    expect((await putDomains(portal.otherPartner.id, [mine])).status).toBe(200);
    await putDomains(portal.otherPartner.id, []);
  });
});

describe('the operator', () => {
  const path = (id: string, of = portal.partner.id) => `/v1/provider/partners/${of}/members/${id}`;
  const body = { roles: [role('viewer')] };

  test('adds and removes members of every partner, active at once, and withdraws invitations', async () => {
    const id = staff('recorded');
    await put(id, ['editor']);
    expect(await request('PUT', path(id), { as: OPERATOR, body })).toMatchObject({ body: { status: 'ACTIVE' } });
    expect((await members()).filter((member) => member.id === id)).toMatchObject([{ roles: [role('viewer')] }]);
    expect(await memberships(id)).toMatchObject([{ status: 'ACTIVE' }]);
    expect(await request('PUT', path(id, portal.otherPartner.id), { as: OPERATOR, body })).toMatchObject({
      status: 409,
      body: { code: 'MEMBER_ELSEWHERE' },
    });
    expect((await request('DELETE', path(id), { as: OPERATOR })).status).toBe(204);
    expect((await request('GET', '/v1/me', { as: id })).body).toMatchObject({ partner: null });
    await portal.stack.idle();
    await freeRecipient(portal.stack, portal.partner.id, id);
    expect(await put(id, ['viewer'])).toMatchObject({ status: 200 });
    expect((await request('DELETE', path(id), { as: OPERATOR })).status).toBe(204);
    expect(await memberships(id)).toEqual([]);
    expect((await request('DELETE', path(id), { as: OPERATOR })).status).toBe(404);
  });

  test('adds nobody to a partner that does not exist, and no service account that is not recorded for it', async () => {
    expect(await request('PUT', path('a@b.example', 'no-such-partner'), { as: OPERATOR, body })).toMatchObject({
      status: 404,
      body: { code: 'PARTNER_NOT_FOUND' },
    });
    expect(await request('PUT', path(portal.otherPartner.robot), { as: OPERATOR, body })).toMatchObject({
      status: 409,
      body: { code: 'MEMBER_ELSEWHERE' },
    });
    expect(await request('PUT', path('nobodys-robot'), { as: OPERATOR, body })).toMatchObject({
      status: 409,
      body: { code: 'SERVICE_ACCOUNT_NOT_RECORDED' },
    });
  });
});

describe('the partner’s log', () => {
  test('tells who changed which member, and when somebody joined, declined or left, newest first', async () => {
    const [id, quitter] = [staff('logged'), staff('quitter')];
    await put(id, ['viewer']);
    await put(id, ['editor']);
    await accept(id);
    await put(id, ['viewer']);
    // The same roles again are no change.
    await put(id, ['viewer']);
    await remove(id);
    await put(quitter, ['viewer']);
    await decline(quitter);
    await portal.addMember(quitter, 'viewer');
    await leave(quitter);
    await portal.stack.idle();
    await freeRecipient(portal.stack, portal.partner.id, quitter);
    await put(quitter, ['viewer']);
    await remove(quitter);
    const about = (events: PartnerEvent[]) =>
      events
        .filter(({ data }) => [id, quitter].includes(data.member?.id ?? ''))
        .map(({ type, actor, data }) => [type, actor, data.roles?.join()]);
    const told = [
      ['MemberInvited', owner, role('viewer')],
      ['MemberInvitationChanged', owner, role('editor')],
      ['MemberAccepted', id, role('editor')],
      ['MemberChanged', owner, role('viewer')],
      ['MemberRemoved', owner, role('viewer')],
      ['MemberInvited', owner, role('viewer')],
      ['MemberDeclined', quitter, role('viewer')],
      ['MemberAdded', 'OPERATOR', role('viewer')],
      ['MemberLeft', quitter, role('viewer')],
      ['MemberInvited', owner, role('viewer')],
      ['MemberInvitationWithdrawn', owner, role('viewer')],
    ].reverse();
    expect(about(await log())).toEqual(told);
    expect(about(await log(owner, 3))).toEqual(told);
    const times = (await log()).map(({ at }) => at);
    expect(times).toEqual(times.toSorted().reverse());
    expect(about(await log(otherOwner))).toEqual([]);
  });

  test('tells until when an invitation could be accepted', async () => {
    const id = staff('until');
    const { body } = await put(id, ['viewer']);
    const [event] = await log();
    expect(event).toMatchObject({
      type: 'MemberInvited',
      data: { member: { id }, lapsesAt: body['lapsesAt'] },
    });
  });

  test('tells once in an hour when an operator reads a customer, by each endpoint that lets operators read one', async () => {
    const reading = ENDPOINTS.filter(
      ({ method, path, access, operatorToo }) =>
        method === 'GET' && path.includes('{customerId}') && (access === 'operator' || operatorToo),
    );
    expect(reading.map(({ name }) => name)).toEqual(expect.arrayContaining(['getApproval', 'listEvents']));
    for (const { path } of reading) {
      const { id } = await portal.register();
      const views = async () =>
        (await log()).filter(({ type, data }) => type === 'CustomerViewed' && data.customerId === id);
      // The partner's own people leave no entry, nor does a refused request, nor the list of all approvals.
      await request('GET', `/v1/customers/${id}/events`, { as: owner });
      await request('GET', `/v1/provider/approvals/${id}`, { as: owner });
      await request('GET', '/v1/provider/approvals', { as: OPERATOR });
      expect(await views()).toEqual([]);
      for (let time = 0; time < 2; time++) {
        expect((await request('GET', path.replace('{customerId}', id), { as: OPERATOR })).status).toBe(200);
        expect(await views()).toEqual([expect.objectContaining({ actor: 'OPERATOR', data: { customerId: id } })]);
      }
    }
  });

  test('has every change of a partner, although several come at the same time', async () => {
    const id = `${portal.partner.id}-renamed`;
    const rename = (name: string) =>
      request('PUT', `/v1/provider/partners/${id}`, { as: OPERATOR, body: { name, paid: true } });
    await newPartner(id, [`owner@${id}.example`]);
    for (let round = 0; round < ROUNDS; round++) {
      const [before, after] = [`Before ${round}`, `After ${round}`];
      await rename(before);
      await Promise.all([rename(after), rename(before), rename(before)]);
      const { body } = await request<{ partner: { name: string } }>('GET', '/v1/me', { as: `owner@${id}.example` });
      const events = await log(`owner@${id}.example`);
      const times = (name: string) => events.filter(({ data }) => data.name === name).length;
      // The name went to and fro. Requests that come at the same time may be logged in another order than they took effect.
      expect(times(after) - times(before)).toBe(body.partner.name === after ? 0 : -1);
    }
  });

  test('tells what the operator changed, and not which operator', async () => {
    const id = `${portal.partner.id}-told`;
    const body = { name: 'Told', paid: true, owners: [`owner@${id}.example`] };
    for (const change of [body, body, { ...body, paid: false, domains: [`${id}.example`] }])
      await request('PUT', `/v1/provider/partners/${id}`, { as: OPERATOR, body: change });
    await record(`${id}-robot`, id);
    const events = await log(`owner@${id}.example`);
    const told = (type: string) => events.filter((event) => event.type === type).map(({ data }) => data);
    expect(events).toHaveLength(4);
    expect(told('PartnerUpdated')).toEqual([
      { paid: false, domains: [`${id}.example`] },
      { name: 'Told', paid: true },
    ]);
    expect(told('MemberAdded')).toEqual([
      { member: { id: `owner@${id}.example`, type: 'USER' }, roles: [role('owner')], federated: false },
    ]);
    expect(told('ServiceAccountRecorded')).toEqual([{ clientId: `${id}-robot` }]);
    expect(JSON.stringify(events)).not.toContain(OPERATOR);
    expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['OPERATOR']));
  });
});

test('each departure of an active member is remembered, and a return does not end the memory', async () => {
  const id = staff('coming-and-going');
  const leftAt = async () => (await itemAt(portal.stack, leftKey(`USER#${id}`, portal.partner.id)))?.['leftAt'];
  await put(id, ['viewer']);
  await remove(id);
  expect(await leftAt()).toBeUndefined();
  await portal.addMember(id, 'viewer');
  expect(await leftAt()).toBeUndefined();
  await leave(id);
  const first = await leftAt();
  expect(first).toEqual(expect.stringMatching(/^\d{4}-.*Z$/));
  await portal.addMember(id, 'viewer');
  expect(await leftAt()).toBe(first);
  await remove(id);
  const second = String(await leftAt());
  expect(second > String(first)).toBe(true);
  await portal.addMember(id, 'viewer');
  await request('DELETE', `/v1/provider/partners/${portal.partner.id}/members/${id}`, { as: OPERATOR });
  expect(String(await leftAt()) > second).toBe(true);
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
    await portal.addMember(staff('var'), 'varWithoutDiscounts');
    await portal.addMember(staff('helper'), 'admin');
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
    await portal.addMember(staff('var'), 'varWithoutDiscounts');
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
    // An invited owner does not count.
    expect(await put(only, ['admin'], only)).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
    expect(await leave(only, 'hooli')).toMatchObject({
      status: 409,
      body: { code: 'LAST_OWNER', detail: expect.stringContaining('An invited owner counts after accepting.') },
    });
    expect((await accept('next@hooli.example', 'hooli')).status).toBe(200);
    // Recorded again by the provider, the owner counts once.
    await newPartner('hooli', [only]);
    expect((await put(only, ['admin'], only)).status).toBe(200);
    expect(await remove('next@hooli.example', 'next@hooli.example')).toMatchObject({ status: 409 });
    expect(
      await request('DELETE', '/v1/provider/partners/hooli/members/next@hooli.example', { as: OPERATOR }),
    ).toMatchObject({ status: 409, body: { code: 'LAST_OWNER' } });
  });

  test('stays, however many owners remove each other at once', async () => {
    const owners = Array.from({ length: sized(8, 20) }, (_, i) => `owner${i}@stark.example`);
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

test(`a partner can have ${MANY} owners: they are listed, are owners of each subaccount, and can register customers`, async () => {
  const owners = Array.from({ length: MANY }, (_, i) => `o${String(i).padStart(3, '0')}@big.example`);
  await newPartner('big', owners);
  const [first = '', last = ''] = [owners[0], owners.at(-1)];
  for (const pageSize of [MANY / 2 - 1, 1000])
    expect((await members(first, pageSize)).map(({ id }) => id)).toEqual(owners);
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
    }>('GET', `/v1/customers/${id}/access?pageSize=${MANY / 2 - 1}${pageToken && `&pageToken=${pageToken}`}`, {
      as: last,
    });
    seen.push(...body.accessBindings.filter(({ roleId }) => roleId === role('owner')).map(({ subject }) => subject.id));
    pageToken = body.nextPageToken ?? '';
  } while (pageToken);
  expect(seen).toEqual(owners);
});

test('a person who accepts after a sign-in through an identity provider is federated, and others are not', async () => {
  for (const [id, claims, federated] of [
    [staff('through-provider'), { federated: 'true' }, true],
    [staff('with-password'), {}, false],
  ] as const) {
    expect(await put(id, ['viewer'])).toMatchObject({ status: 200, body: { federated: false } });
    const headers = { authorization: `Bearer ${await portal.stack.token(id, claims)}` };
    const path = `/v1/me/memberships/${portal.partner.id}/accept`;
    expect(await request('POST', path, { headers })).toMatchObject({ status: 200 });
    expect((await members()).find((member) => member.id === id)).toMatchObject({ status: 'ACTIVE', federated });
    const [entry] = await log();
    expect(entry).toMatchObject({ type: 'MemberAccepted', data: { federated } });
  }
});

describe('a member who did not have to accept', () => {
  const direct = (id: string, body: object) =>
    request('PUT', `/v1/provider/partners/${portal.partner.id}/members/${id}`, { as: OPERATOR, body });
  const member = async (id: string) => (await members()).find((each) => each.id === id);
  const asks = async (id: string, claims: { federated?: string }) =>
    request('GET', '/v1/me', { headers: { authorization: `Bearer ${await portal.stack.token(id, claims)}` } });

  test('is federated once it signs in through an identity provider, and stays so when the operator leaves it out', async () => {
    const id = staff('recorded-by-operator');
    const roles = [role('viewer')];
    expect(await direct(id, { roles })).toMatchObject({ status: 200, body: { federated: false, status: 'ACTIVE' } });
    await asks(id, {});
    expect(await member(id)).toMatchObject({ federated: false });
    for (let i = 0; i < 2; i++)
      expect(await asks(id, { federated: 'true' })).toMatchObject({ status: 200, body: { roles } });
    expect(await member(id)).toMatchObject({ federated: true, roles });
    const changes = (await log()).filter(({ data }) => data.member?.id === id);
    expect(changes).toMatchObject([
      { type: 'MemberChanged', actor: id, data: { federated: true, roles } },
      { type: 'MemberAdded' },
    ]);
    expect(await direct(id, { roles: [role('editor')] })).toMatchObject({ status: 200, body: { federated: true } });
    expect(await put(id, ['viewer'])).toMatchObject({ status: 200, body: { federated: true } });
    expect(await member(id)).toMatchObject({ federated: true, roles });
    expect(await direct(id, { roles, federated: false })).toMatchObject({ status: 200, body: { federated: false } });
  });

  test('has no role on organizations from then on, also if it is an owner', async () => {
    const id = `federated-owner@${portal.partner.id}.example`;
    const body = { name: portal.partner.name, paid: true, owners: [id] };
    const path = `/v1/provider/partners/${portal.partner.id}`;
    expect(await request('PUT', path, { as: OPERATOR, body })).toMatchObject({ status: 200 });
    const customer = await portal.register();
    await request('POST', `/v1/customers/${customer.id}/invite/accept`, { as: customer.email ?? '' });
    const isOnOrganization = async () => {
      const bindings = await all<{ roleId: string; subject: { id: string } }>(
        `/v1/customers/${customer.id}/access`,
        owner,
        1000,
      );
      const roles = bindings.filter(({ subject }) => subject.id === id).map(({ roleId }) => roleId);
      expect(roles).toContain(role('owner'));
      return roles.includes('organization-manager.organizations.owner');
    };
    expect(await isOnOrganization()).toBe(true);
    await asks(id, { federated: 'true' });
    expect(await isOnOrganization()).toBe(false);
  });

  test('keeps the federation of an open invitation, too', async () => {
    const id = staff('invited-through-provider');
    expect(await put(id, ['viewer'], owner, { federated: true })).toMatchObject({ body: { federated: true } });
    expect(await put(id, ['editor'])).toMatchObject({ body: { federated: true, status: 'INVITED' } });
  });
});
