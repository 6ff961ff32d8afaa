import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ELIGIBLE } from '../../local/demoAccounts.ts';
import { linkIn } from '../../local/inbox.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { sized } from '../size.ts';
import { type CustomerAnswer, DAY_MS, NOBODY, OPERATOR, testStack } from '../stack.ts';
import { endCooldown } from '../table.ts';

/** Requests that come at once. */
const AT_ONCE = sized(8, 20);

const portal = testStack();
const { owner, viewer, robot, at } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, confirmed, linkToken, mailsTo, letExpire } = portal;
const get = (id: string, as = owner) => request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as });

describe('a new customer', () => {
  const everything = JSON.parse(readFileSync(new URL('../data/customer.json', import.meta.url), 'utf8')) as Record<
    string,
    unknown
  >;

  test('comes back as it was sent, waits for the confirmation, and can be read by all members of the partner', async () => {
    const answer = await request<CustomerAnswer>('POST', '/v1/customers', { as: owner, body: everything });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...everything,
        email: 'ivan.petrov@yandex.ru',
        partnerId: portal.partner.id,
        role: 'Partner',
        adminEmails: [],
        status: 'VERIFICATION_REQUIRED',
        statusLabel: 'Verification required',
        organization: null,
        delivery: { status: 'QUEUED' },
        version: 1,
        createdBy: owner,
      },
    });
    const { id, billingAccountId, createdAt, invite } = answer.body;
    expect(id).toMatch(/^dn2[a-z0-9]{17}$/);
    expect(billingAccountId).toBe(id);
    expect(Date.parse(invite?.expiresAt ?? '') - Date.parse(createdAt)).toBe(yandex.confirmationDays * DAY_MS);
    expect(answer.headers.get('etag')).toBe('"1"');
    for (const member of [owner, viewer, robot]) expect((await get(id, member)).body).toMatchObject(everything);
  });

  test('that its partner serves alone is active at once: nobody is invited, and it has no address', async () => {
    const body = {
      name: 'Served Alone',
      friendlyName: 'Served',
      person: { email: at('contact') },
      adminEmails: [at('served.chief')],
      resellerServed: true,
    };
    const served = await request<CustomerAnswer>('POST', '/v1/customers', { as: owner, body });
    expect(served).toMatchObject({
      status: 201,
      body: {
        name: 'Served Alone',
        friendlyName: 'Served',
        email: null,
        status: 'ACTIVE',
        invite: null,
        role: 'Partner',
      },
    });
    expect(served.body.adminEmails).toEqual([at('served.chief')]);
    expect(await get(served.body.id, at('served.chief'))).toMatchObject({ status: 200 });
    await portal.stack.idle();
    expect(portal.stack.inbox().filter(({ destination }) => destination.to.includes(at('contact')))).toEqual([]);
    const wrong = await request('POST', '/v1/customers', { as: owner, body: { ...body, email: at('wrong') } });
    expect(wrong).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ path: 'email' }] } });
    const nameless = await request('POST', '/v1/customers', { as: owner, body: { resellerServed: true } });
    expect(nameless).toMatchObject({ status: 400, body: { errors: [{ path: 'name' }] } });
  });

  test('in a list can be invited or served alone, row by row, and each is there once', async () => {
    const customers = [
      { name: 'Row one', resellerServed: true },
      { name: 'Row one', resellerServed: true },
      { name: 'Row two', email: at('row.two') },
    ];
    const send = () =>
      request<{ results: { customer: CustomerAnswer; replayed?: true }[] }>('POST', '/v1/customers/batch', {
        as: owner,
        body: { customers },
      });
    const [first, again] = [(await send()).body.results, (await send()).body.results];
    expect(first.map(({ customer }) => customer.status)).toEqual(['ACTIVE', 'ACTIVE', 'VERIFICATION_REQUIRED']);
    expect(new Set(first.map(({ customer }) => customer.id)).size).toBe(3);
    expect(again.map(({ customer, replayed }) => [customer.id, replayed])).toEqual(
      first.map(({ customer }) => [customer.id, true]),
    );
  });

  test('without a name gets its friendly name, and is invited under the given address', async () => {
    const customer = await register({
      name: undefined,
      friendlyName: 'Wind',
      email: at('Wind').toUpperCase(),
      person: { email: at('contact') },
    });
    expect(customer).toMatchObject({
      name: 'Wind',
      friendlyName: 'Wind',
      email: at('wind'),
      person: { email: at('contact') },
    });
  });

  test('is unique per partner and address, however the address is written; another partner may have it, too', async () => {
    await register({ email: at('same') });
    const again = await request('POST', '/v1/customers', {
      as: owner,
      body: { name: 'Again', email: at('SAME') },
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS', errors: [{ path: 'email' }] } });
    await register({ email: at('same') }, otherOwner);
  });

  test('is refused to a partner that is not in paid consumption mode; so are creating and linking clouds', async () => {
    const as = 'owner@initech.example';
    const setPaid = (paid: boolean) =>
      request('PUT', '/v1/provider/partners/initech', {
        as: OPERATOR,
        body: { name: 'Initech', paid, owners: [as] },
      });
    const post = (path: string, body: object, by = as, key?: string) =>
      request<Record<string, string>>('POST', path, { as: by, body, ...(key !== undefined && { key }) });
    await setPaid(true);
    const contact = at('of-initech');
    const { id } = (await post('/v1/customers', { name: 'A', email: contact })).body;
    expect(await post(`/v1/customers/${id}/invite/accept`, {}, contact)).toMatchObject({ status: 200 });
    const clouds = `/v1/customers/${id}/clouds`;
    const first = await post(clouds, { name: 'first' }, as, 'first cloud');
    expect(first).toMatchObject({ status: 201 });

    await setPaid(false);
    const refused = { status: 409, body: { code: 'PARTNER_NOT_PAID', detail: expect.stringContaining('Initech') } };
    expect(await post('/v1/customers', { name: 'B', email: at('b') })).toMatchObject(refused);
    for (const by of [as, contact]) {
      expect(await post(clouds, { name: 'second' }, by)).toMatchObject(refused);
      expect(await post(`${clouds}/link`, { cloudId: 'b1gany' }, by)).toMatchObject(refused);
    }
    const bind = { billableObject: { id: 'b1gany', type: 'cloud' } };
    const organizationId = first.body['organizationId'];
    for (const billing of [
      await post(`/billing/v1/billingAccounts/${id}/billableObjectBindings`, bind),
      await post('/resource-manager/v1/clouds', { organizationId, name: 'second' }),
    ]) {
      expect(billing).toMatchObject({ status: 400, body: { details: [{ reason: 'PARTNER_NOT_PAID' }, {}] } });
    }
    // A repeated request still gets the first answer.
    expect(await post(clouds, { name: 'first' }, as, 'first cloud')).toMatchObject({ status: 201, body: first.body });
  });

  test.each([
    [NOBODY, 403, 'NOT_A_PARTNER'],
    [viewer, 403, 'ROLE_MISSING'],
  ])('is refused to %s: %i %s', async (as, status, code) => {
    expect(await request('POST', '/v1/customers', { as, body: everything })).toMatchObject({ status, body: { code } });
  });
});

describe('the invitation', () => {
  test('is mailed at once, and says who invites, what confirming means, the deadline, the link, and how to decline', async () => {
    const { id, email } = await register({ name: 'Wind & <b>Sons</b>"' });
    const [mail] = await mailsTo(email ?? '');
    expect(mail).toMatchObject({
      subject: 'Confirm that you are ready to work with the integrator in Yandex Cloud',
      destination: { to: [email] },
    });
    expect(mail?.body.text).toContain(`${portal.partner.name} offers to serve Wind & <b>Sons</b>"`);
    expect(mail?.body.text).toMatch(/is billed for the clouds[\s\S]*until \w+ \d+, \d{4}[\s\S]*Decline/);
    expect(mail?.body.html).toContain('Wind &amp; &lt;b&gt;Sons&lt;/b&gt;&quot;');
    expect(linkIn(mail)).toMatch(
      new RegExp(`^${portal.stack.portalUrl}/invite/accept/${id}#token=k1\\.${id}\\.[\\w-]{43}$`),
    );
    await expect
      .poll(async () => (await get(id)).body)
      .toMatchObject({ delivery: { status: 'DELIVERED' }, invite: { sentAt: expect.any(String) }, version: 1 });
  });

  test('shows a holder of the link who invites, and changes nothing', async () => {
    const { id, email, invite } = await register();
    const token = await linkToken(email ?? '');
    expect(await request('POST', '/v1/invites/preview', { body: { token } })).toMatchObject({
      status: 200,
      body: {
        id,
        partner: { id: portal.partner.id, name: portal.partner.name },
        status: 'VERIFICATION_REQUIRED',
        invite: { email, expiresAt: invite?.expiresAt },
      },
    });
    expect((await get(id)).body).toMatchObject({ version: 1, status: 'VERIFICATION_REQUIRED' });
  });

  test('accepted by its link makes the customer active, with an organization; accepting again gets the same answer', async () => {
    const { id, email } = await register({ name: 'Wind' });
    const token = await linkToken(email ?? '');
    const first = await request('POST', '/v1/invites/accept', { body: { token } });
    expect(first).toMatchObject({
      status: 200,
      body: { status: 'ACTIVE', organization: { name: "For subaccount 'Wind'" } },
    });
    expect((await request('POST', '/v1/invites/accept', { body: { token } })).body).toEqual(first.body);
    expect((await get(id)).body).toMatchObject({ status: 'ACTIVE', version: 2, invite: null });
    expect(await request('POST', '/v1/invites/decline', { body: { token } })).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_STATUS', currentStatus: 'ACTIVE' },
    });
  });

  test('accepted with a corrected name changes the name, and names the organization after it; later answers change nothing', async () => {
    for (const byLink of sized([true], [true, false])) {
      const { id, email } = await register({ name: 'Wnid' });
      const token = byLink ? await linkToken(email ?? '') : '';
      const accept = (name: string) =>
        byLink
          ? request('POST', '/v1/invites/accept', { body: { token, name }, key: name })
          : request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '', body: { name }, key: name });
      const first = await accept('Wind');
      const renamed = { name: 'Wind', organization: { name: "For subaccount 'Wind'" } };
      expect(first).toMatchObject({ status: 200, body: { status: 'ACTIVE', ...renamed } });
      expect(await accept('Wind')).toMatchObject({ status: 200, body: first.body });
      expect(await accept('Sea')).toMatchObject({ status: 200, body: first.body });
      expect((await get(id)).body).toMatchObject({ ...renamed, version: 2 });
      expect(await request('GET', `/v1/customers/${id}/events`, { as: owner })).toMatchObject({
        body: { events: [{}, { type: 'InvitationAccepted', data: { name: 'Wind' } }] },
      });
      expect(await request('GET', '/v1/customers?query=Wind', { as: owner })).toMatchObject({
        body: { customers: expect.arrayContaining([expect.objectContaining({ id })]) },
      });
    }
  });

  test('declined releases the address for another invitation', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    expect(await request('POST', '/v1/invites/decline', { body: { token } })).toMatchObject({
      status: 200,
      body: { status: 'DECLINED' },
    });
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
      status: 409,
      body: { currentStatus: 'DECLINED' },
    });
    await endCooldown(portal.stack, id);
    expect((await register({ email })).id).not.toBe(id);
  });

  test('can be accepted signed in only with the invited address: the partner can never confirm for its customer', async () => {
    const { id, email } = await register();
    const link = await request('GET', `/v1/customers/${id}/invite/link`, { as: owner });
    expect(link.body).toEqual({ link: `${portal.stack.portalUrl}/invite/accept/${id}` });
    const accept = (as: string) => request('POST', `/v1/customers/${id}/invite/accept`, { as });
    expect(await accept(owner)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect(await accept(otherOwner)).toMatchObject({ status: 404, body: { code: 'CUSTOMER_NOT_FOUND' } });
    expect(await accept(at('stranger'))).toMatchObject({ status: 404 });
    expect(await accept(email ?? '')).toMatchObject({ status: 200, body: { status: 'ACTIVE' } });
  });

  test('lets its invitee read who invites, and after confirming the whole customer', async () => {
    const { id, email } = await register({ person: { tin: '7801234567' } });
    const before = await get(id, email ?? '');
    expect(before.body).toMatchObject({ id, partner: { name: portal.partner.name }, status: 'VERIFICATION_REQUIRED' });
    expect(before.body).not.toHaveProperty('person');
    await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
    expect((await get(id, email ?? '')).body).toMatchObject({ person: { tin: '7801234567' } });
  });

  test('is found by its invitee and by named administrators, and by nobody else', async () => {
    const { id, email } = await register({ adminEmails: [at('chief'), at('chief')] });
    const mine = async (as: string) =>
      (await request<{ customers: { id: string }[] }>('GET', '/v1/me/customers', { as })).body.customers.map(
        (customer) => customer.id,
      );
    expect(await mine(email ?? '')).toEqual([id]);
    expect(await mine(at('chief'))).toEqual([id]);
    expect(await mine(NOBODY)).toEqual([]);
    expect((await get(id, at('chief'))).status).toBe(200);
  });

  test('can not be sent again too soon: the refusal has the time to wait', async () => {
    const { id } = await register();
    const again = await request('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
    expect(again).toMatchObject({ status: 429, body: { code: 'RESEND_TOO_SOON' } });
    expect(Number(again.headers.get('retry-after'))).toBeLessThanOrEqual(61);
  });

  test('expires exactly at its deadline, with or without the cleanup, which stores it; a resend opens it again', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    await letExpire(id);
    expect((await get(id)).body).toMatchObject({ status: 'EXPIRED', version: 1 });
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
      status: 409,
      body: { currentStatus: 'EXPIRED' },
    });
    await portal.stack.runExpire();
    expect((await get(id)).body).toMatchObject({ status: 'EXPIRED', version: 2 });
    await portal.stack.runExpire();
    expect((await get(id)).body.version).toBe(2);
    await endCooldown(portal.stack, id);
    const resent = await request('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
    expect(resent).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED', version: 3 } });
    expect(await mailsTo(email ?? '', 2)).toHaveLength(2);
    // The links of both mails work.
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
      status: 200,
      body: { status: 'ACTIVE' },
    });
  });

  test('releases its address at the deadline, with or without the cleanup, which leaves the address to its new customer', async () => {
    const { id, email } = await register();
    await letExpire(id);
    await endCooldown(portal.stack, id);
    const next = await register({ email });
    expect(next.id).not.toBe(id);
    await portal.stack.runExpire();
    expect((await get(id)).body).toMatchObject({ status: 'EXPIRED', version: 2 });
    const third = await request('POST', '/v1/customers', { as: owner, body: { name: 'Third', email } });
    expect(third).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
    // A resend doesn't take the address back, either.
    await endCooldown(portal.stack, id);
    const resent = await request('POST', `/v1/customers/${id}/invite/resend`, { as: owner });
    expect(resent).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
  });
});

describe('clouds', () => {
  test('are created once the customer is active, under a name that is unique in its organization', async () => {
    const waiting = await register();
    expect(
      await request('POST', `/v1/customers/${waiting.id}/clouds`, { as: owner, body: { name: 'prod' } }),
    ).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_NOT_ACTIVE', currentStatus: 'VERIFICATION_REQUIRED' },
    });
    const { id, organization, email } = await confirmed();
    const created = await request('POST', `/v1/customers/${id}/clouds`, { as: owner, body: { name: 'prod' } });
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'prod', organizationId: organization?.id, billingAccountId: id, origin: 'CREATED' },
    });
    expect(
      await request('POST', `/v1/customers/${id}/clouds`, { as: email ?? '', body: { name: 'prod' } }),
    ).toMatchObject({ status: 409, body: { code: 'CLOUD_NAME_TAKEN' } });
    expect(
      await request('POST', `/v1/customers/${id}/clouds`, { as: email ?? '', body: { name: 'test' } }),
    ).toMatchObject({ status: 201 });
    expect((await request('GET', `/v1/customers/${id}/clouds`, { as: viewer })).body).toMatchObject({
      clouds: expect.arrayContaining([created.body]),
    });
  });

  test('are listed page by page', async () => {
    const { id } = await confirmed();
    const names = ['a', 'b', 'c'];
    for (const name of names) await request('POST', `/v1/customers/${id}/clouds`, { as: owner, body: { name } });
    const seen: string[] = [];
    let pageToken: string | undefined;
    do {
      const page = await request<{ clouds: { name: string }[]; nextPageToken?: string }>(
        'GET',
        `/v1/customers/${id}/clouds?pageSize=2${pageToken ? `&pageToken=${pageToken}` : ''}`,
        { as: owner },
      );
      seen.push(...page.body.clouds.map(({ name }) => name));
      pageToken = page.body.nextPageToken;
    } while (pageToken);
    expect(seen.sort()).toEqual(names);
  });

  test('that exist are linked by a person who has held the linking role on them for long enough', async () => {
    const customer = await confirmed();
    const { id } = customer;
    const link = (cloudId: string, as = owner) =>
      request('POST', `/v1/customers/${id}/clouds/link`, { as, body: { cloudId } });
    await record('ready', customer, { billedTo: 'old-account', outstandingCharges: true });
    await record('recent', customer, { grantedAt: new Date() });
    await record('member', customer, { roleId: 'resource-manager.clouds.member' });
    await record('foreign', customer, { to: otherOwner });
    const listed = await request<{ clouds: { id: string }[] }>('GET', `/v1/customers/${id}/linkable-clouds`, {
      as: owner,
    });
    expect(listed.body.clouds).toEqual(
      expect.arrayContaining([
        { id: 'ready', name: 'ready', linkable: true },
        { id: 'recent', name: 'recent', linkable: false, reason: 'ROLE_TOO_RECENT', linkableAt: expect.any(String) },
        { id: 'member', name: 'member', linkable: false, reason: 'ROLE_INSUFFICIENT' },
      ]),
    );
    expect(listed.body.clouds.map((cloud) => cloud.id)).not.toContain('foreign');
    expect(await link('recent')).toMatchObject({ status: 409, body: { code: 'ROLE_TOO_RECENT' } });
    expect(await link('member')).toMatchObject({ status: 403, body: { code: 'ROLE_INSUFFICIENT' } });
    expect(await link('foreign')).toMatchObject({ status: 404, body: { code: 'CLOUD_NOT_FOUND' } });
    expect(await link('absent')).toMatchObject({ status: 404, body: { code: 'CLOUD_NOT_FOUND' } });
    expect(await link('ready')).toMatchObject({
      status: 200,
      body: { id: 'ready', origin: 'LINKED', billingAccountId: id, warning: { code: 'OUTSTANDING_CHARGES' } },
    });
    // People who may view that customer are told that it has the cloud.
    expect(await link('ready')).toMatchObject({ status: 409, body: { code: 'ALREADY_LINKED', customerId: id } });
  });

  test('that exist are linked once, however many try at once: one partner wins, and the other does not learn whose they are', async () => {
    const mine = await confirmed({ adminEmails: [at('both')] });
    // Two partners serve the same person.
    const theirs = await register({ email: mine.email }, otherOwner);
    await request('POST', `/v1/customers/${theirs.id}/invite/accept`, { as: theirs.email ?? '' });
    await record('wanted', mine, { to: owner, more: [otherOwner, at('both')] });
    const link = (id: string, as: string) =>
      request('POST', `/v1/customers/${id}/clouds/link`, { as, body: { cloudId: 'wanted' } });
    const answers = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, i) => (i % 2 ? link(mine.id, owner) : link(theirs.id, otherOwner))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(AT_ONCE - 1).fill(409)]);
    const winner = answers.find(({ status }) => status === 200)?.body['billingAccountId'];
    expect([mine.id, theirs.id]).toContain(winner);
    for (const [i, { status, body }] of answers.entries()) {
      if (status === 200) continue;
      expect(body).toMatchObject({ code: 'ALREADY_LINKED' });
      expect(body['customerId']).toBe((i % 2 ? mine.id : theirs.id) === winner ? winner : undefined);
    }
    const clouds = async (id: string, as: string) =>
      (await request('GET', `/v1/customers/${id}/clouds`, { as })).body['clouds'];
    expect([await clouds(mine.id, owner), await clouds(theirs.id, otherOwner)].flat()).toHaveLength(1);
  });

  test('that exist are linked by the customer’s administrator, too; a former administrator does not learn whose they are', async () => {
    const chief = at('chief-of-clouds');
    const first = await confirmed({ adminEmails: [chief] });
    // Two partners serve the same person.
    const second = await register({ adminEmails: [chief], email: first.email }, otherOwner);
    await request('POST', `/v1/customers/${second.id}/invite/accept`, { as: first.email ?? '' });
    await record('of-contact', first, { to: chief });
    const link = (id: string) =>
      request('POST', `/v1/customers/${id}/clouds/link`, { as: chief, body: { cloudId: 'of-contact' } });
    expect(await link(first.id)).toMatchObject({ status: 200, body: { billingAccountId: first.id } });
    expect((await link(second.id)).body).toMatchObject({ code: 'ALREADY_LINKED', customerId: first.id });
    const revoked = { action: 'REMOVE', roleId: 'billing.accounts.admin', subject: { type: 'USER', id: chief } };
    const access = `/v1/customers/${first.id}/access`;
    expect((await request('PATCH', access, { as: owner, body: { deltas: [revoked] } })).status).toBe(204);
    const { body } = await link(second.id);
    expect(body).toMatchObject({ code: 'ALREADY_LINKED' });
    expect(body).not.toHaveProperty('customerId');
  });

  test('keep the subaccount that they were linked to, whatever the provider records about them afterwards', async () => {
    const customer = await confirmed();
    const { id } = customer;
    await record('kept', customer);
    await request('POST', `/v1/customers/${id}/clouds/link`, { as: owner, body: { cloudId: 'kept' } });
    await record('kept', customer, { billedTo: 'another' });
    const listed = await request<{ clouds: { id: string }[] }>('GET', `/v1/customers/${id}/linkable-clouds`, {
      as: owner,
    });
    expect(listed.body.clouds).toContainEqual({ id: 'kept', name: 'kept', linkable: false, reason: 'ALREADY_LINKED' });
  });

  async function record(
    id: string,
    { email }: CustomerAnswer,
    cloud: {
      to?: string;
      more?: string[];
      roleId?: string;
      grantedAt?: Date;
      billedTo?: string;
      outstandingCharges?: boolean;
    } = {},
  ): Promise<void> {
    const {
      to = owner,
      more = [],
      roleId = 'resource-manager.clouds.owner',
      grantedAt = new Date(Date.now() - DAY_MS),
      billedTo,
      outstandingCharges = false,
    } = cloud;
    const account = `/v1/provider/accounts/${email}`;
    await request('PUT', account, { as: OPERATOR, body: ELIGIBLE });
    const grants = [to, ...more].map((each) => ({ email: each, roleId, grantedAt: grantedAt.toISOString() }));
    const answer = await request('PUT', `${account}/clouds/${id}`, {
      as: OPERATOR,
      body: { name: id, grants, outstandingCharges, ...(billedTo && { billedTo }) },
    });
    expect(answer).toMatchObject({ status: 200 });
  }
});

describe('the list of customers', () => {
  test('has the newest first, each exactly once for every page size, and no other partner’s', async () => {
    const registered: string[] = [];
    for (let i = 0; i < 3; i++) registered.unshift((await register({ name: `Listed ${i}` }, otherOwner)).id);
    for (const pageSize of sized([2, 1000], [1, 2, 1000])) {
      const seen = await listed(`pageSize=${pageSize}`);
      expect(seen.slice(0, 3)).toEqual(registered);
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  test('is searched by the beginning of a name, ignoring case and accents, or of an email address', async () => {
    const { id } = await register({ name: 'Đại Việt 7', email: at('dai.viet') }, otherOwner);
    for (const query of ['dai v', 'ĐẠI', at('dai.viet').slice(0, 'dai.viet@cl'.length), at('DAI.VIET')]) {
      expect(await listed(`query=${encodeURIComponent(query)}`)).toEqual([id]);
    }
    expect(await listed('query=viet')).toEqual([]);
    // A domain is found in its own script from the first letter on, or complete in the ASCII form that mail programs write.
    const { id: abroad, email } = await register({ name: 'Ива', email: 'ivan@Пример.рф' }, otherOwner);
    expect(email).toBe('ivan@xn--e1afmkfd.xn--p1ai');
    for (const query of ['ivan@', 'ivan@п', 'ivan@при', 'IVAN@ПРИМЕР', 'ivan@пример.р', 'ivan@пример.рф', email])
      expect(await listed(`query=${encodeURIComponent(query ?? '')}`), query ?? '').toEqual([abroad]);
    for (const query of ['ivan@прима', 'ivan@xn--e1a', 'ivan@xn--p1ai', 'ivan@xn--'])
      expect(await listed(`query=${encodeURIComponent(query)}`), query).toEqual([]);
    // Longer than the part of a name in the index.
    const company = 'Общество с ограниченной ответственностью';
    const [north] = [
      await register({ name: `${company} Север` }, otherOwner),
      await register({ name: `${company} Юг` }, otherOwner),
    ];
    expect(await listed(`query=${encodeURIComponent(`${company} се`)}`)).toEqual([north.id]);
  });

  test('is filtered by status', async () => {
    const declined = await register({}, otherOwner);
    await request('POST', `/v1/customers/${declined.id}/invite/decline`, { as: declined.email ?? '' });
    expect(await listed('status=DECLINED')).toEqual([declined.id]);
    expect(await listed('status=VERIFICATION_REQUIRED')).not.toContain(declined.id);
    expect(await listed('status=DECLINED&query=customer')).toEqual([declined.id]);
  });

  async function listed(query: string): Promise<string[]> {
    const ids: string[] = [];
    let pageToken = '';
    do {
      const next = pageToken && `&pageToken=${pageToken}`;
      const page = await request<{ customers: { id: string }[]; nextPageToken?: string }>(
        'GET',
        `/v1/customers?${query}${next}`,
        { as: otherOwner },
      );
      expect(page.status).toBe(200);
      ids.push(...page.body.customers.map(({ id }) => id));
      pageToken = page.body.nextPageToken ?? '';
    } while (pageToken);
    return ids;
  }
});

test('a person who is signed in without a partner reads who they are, and that they have no partner', async () => {
  expect((await request('GET', '/v1/me', { as: owner })).body).toEqual({
    user: { id: owner, email: owner },
    partner: { id: portal.partner.id, name: portal.partner.name, paid: true, domains: [] },
    roles: ['billing.accounts.owner'],
    operator: false,
  });
  expect((await request('GET', '/v1/me', { as: robot })).body).toMatchObject({
    user: { id: robot, email: null },
    partner: { id: portal.partner.id },
  });
  expect((await request('GET', '/v1/me', { as: NOBODY })).body).toMatchObject({ partner: null, roles: [] });
  expect((await request('GET', '/v1/me', { as: OPERATOR })).body).toMatchObject({ operator: true });
});

test("a member of one partner can't be made the owner of another", async () => {
  const answer = await request('PUT', '/v1/provider/partners/initrode', {
    as: OPERATOR,
    body: { name: 'Initrode', paid: true, owners: [owner] },
  });
  expect(answer).toMatchObject({ status: 409, body: { code: 'MEMBER_ELSEWHERE' } });
  expect(
    await request('PUT', '/v1/provider/partners/initrode', { as: owner, body: { name: 'Initrode', paid: true } }),
  ).toMatchObject({ status: 403, body: { code: 'NOT_AN_OPERATOR' } });
});
