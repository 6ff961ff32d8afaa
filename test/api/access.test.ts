import { describe, expect, test } from 'vitest';
import { sized } from '../size.ts';
import { type CustomerAnswer, NOBODY, testStack } from '../stack.ts';
import { eventsOf, itemsOf } from '../table.ts';
import { bindingsOf } from './bindings.ts';

const portal = testStack();
const { owner, viewer, robot, at, staff } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, confirmed } = portal;
const ADMIN = staff('admin');
const EDITOR = staff('editor');
const role = (name: string) => `billing.accounts.${name}`;
const user = (id: string) => ({ type: 'USER', id });

type Binding = { roleId: string; subject: { id: string; type: string }; resource: string };
type Delta = { action: 'ADD' | 'REMOVE'; roleId: string; subject: { id: string; type: string } };

const add = (name: string, subject: Delta['subject']): Delta => ({ action: 'ADD', roleId: role(name), subject });
const remove = (name: string, subject: Delta['subject']): Delta => ({ action: 'REMOVE', roleId: role(name), subject });
const update = (id: string, deltas: unknown[], as = owner, headers: Record<string, string> = {}) =>
  request('PATCH', `/v1/customers/${id}/access`, { as, body: { deltas }, headers });
const status = async (id: string, as: string) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as })).status;
const bindings = (id: string, options?: { as?: string; pageSize?: number }) => bindingsOf(portal, id, options);

/** The pointers by which people find the customer, except those of its invitation. */
const pointersTo = async (id: string) =>
  (await itemsOf(portal.stack)).filter(({ sk }) => sk.endsWith(`BOUND_TO#${id}`)).map(({ pk }) => pk);

describe('by default', () => {
  test("owners are owners, the creator and named administrators are administrators, the invitee has the customer's role", async () => {
    const customer = await register({ adminEmails: [at('chief')] }, EDITOR);
    expect((await bindings(customer.id)).sort()).toEqual(
      [
        `SUBACCOUNT ${role('owner')} ${owner}`,
        `SUBACCOUNT ${role('admin')} ${EDITOR}`,
        `SUBACCOUNT ${role('admin')} ${at('chief')}`,
        `SUBACCOUNT ${role('customer')} ${customer.email}`,
      ].sort(),
    );
    // A binding that can't be revoked there is marked.
    type Page = { accessBindings: { ofMembership?: true; subject: { id: string } }[]; nextPageToken?: string };
    const page = async (query = '') =>
      (await request<Page>('GET', `/v1/customers/${customer.id}/access${query}`, { as: owner })).body;
    const first = await page();
    const second = await page(`?pageToken=${encodeURIComponent(first.nextPageToken ?? '')}`);
    const ofMembership = [...first.accessBindings, ...second.accessBindings].filter((each) => each.ofMembership);
    expect(ofMembership.map(({ subject }) => subject.id)).toEqual([owner]);
    // Each role says where it comes from, and whether its holder belongs to the partner.
    const anna = at('anna');
    await update(customer.id, [add('viewer', user(anna)), add('viewer', user(viewer))]);
    type Described = Binding & { ofPartner?: true; origins: { type: string; by?: string; at?: string }[] };
    const described = (await page('?pageSize=1000')) as unknown as {
      accessBindings: Described[];
      nextPageToken?: string;
    };
    const owners = (await page(`?pageToken=${described.nextPageToken}`)) as unknown as typeof described;
    const said = [...described.accessBindings, ...owners.accessBindings].map(({ subject, origins, ofPartner }) => [
      subject.id,
      ofPartner ?? false,
      origins.map(({ type, by }) => (by === undefined ? type : `${type} by ${by}`)).join(),
    ]);
    expect(said.sort()).toEqual(
      [
        [owner, true, 'MEMBERSHIP'],
        [EDITOR, true, 'REGISTRATION'],
        [at('chief'), false, `ADMINISTRATORS by ${EDITOR}`],
        [customer.email, false, 'INVITATION'],
        [anna, false, `GRANT by ${owner}`],
        [viewer, true, `GRANT by ${owner}`],
      ].sort(),
    );
    await update(customer.id, [remove('viewer', user(anna)), remove('viewer', user(viewer))]);
    await request('POST', `/v1/customers/${customer.id}/invite/accept`, { as: customer.email ?? '' });
    expect(await bindings(customer.id)).toContain(`ORGANIZATION organization-manager.admin ${EDITOR}`);
  });

  test('an active customer’s organization has owners and administrators, too; federated members have no role in it', async () => {
    await portal.addMember(staff('sso-owner'), 'owner', { federated: true });
    await portal.addMember(staff('sso-editor'), 'editor', { federated: true });
    // An invited owner has no rights before it accepts.
    await request('PUT', `/v1/members/${staff('invited')}`, { as: owner, body: { roles: [role('owner')] } });
    const customer = await register({ adminEmails: [at('chief')] }, staff('sso-editor'));
    await request('POST', `/v1/customers/${customer.id}/invite/accept`, { as: customer.email ?? '' });
    const expected = [
      `SUBACCOUNT ${role('owner')} ${owner}`,
      `SUBACCOUNT ${role('owner')} ${staff('sso-owner')}`,
      `ORGANIZATION organization-manager.organizations.owner ${owner}`,
      `SUBACCOUNT ${role('admin')} ${staff('sso-editor')}`,
      `SUBACCOUNT ${role('admin')} ${at('chief')}`,
      `ORGANIZATION organization-manager.admin ${at('chief')}`,
      `SUBACCOUNT ${role('admin')} ${customer.email}`,
      `SUBACCOUNT ${role('customer')} ${customer.email}`,
      `ORGANIZATION organization-manager.admin ${customer.email}`,
    ].sort();
    for (const pageSize of [1, 2, 3, 1000])
      expect((await bindings(customer.id, { pageSize })).sort(), `pages of ${pageSize}`).toEqual(expected);
    await request('DELETE', `/v1/members/${staff('sso-owner')}`, { as: owner });
    await request('DELETE', `/v1/members/${staff('sso-editor')}`, { as: owner });
    // A role that follows from a membership ends with the membership.
    expect((await bindings(customer.id)).join()).not.toContain('sso-');
    expect(await status(customer.id, staff('sso-editor'))).toBe(404);
  });

  test('service accounts have the roles of people: as owners, and as the one that registered the customer', async () => {
    const chief = `${portal.partner.id}-chief`;
    await portal.addMember(chief, 'owner');
    const { id, email } = await register({}, robot);
    const onSubaccount = [`SUBACCOUNT ${role('owner')} ${chief}`, `SUBACCOUNT ${role('admin')} ${robot}`];
    const onOrganization = [
      `ORGANIZATION organization-manager.organizations.owner ${chief}`,
      `ORGANIZATION organization-manager.admin ${robot}`,
    ];
    const ofServiceAccounts = async () =>
      (await bindings(id)).filter((binding) => [chief, robot].some((each) => binding.endsWith(` ${each}`))).sort();
    expect(await ofServiceAccounts()).toEqual(onSubaccount.sort());
    await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' });
    expect(await ofServiceAccounts()).toEqual([...onSubaccount, ...onOrganization].sort());
    await request('DELETE', `/v1/members/${chief}`, { as: owner });
  });

  test('no update of a field changes a binding', async () => {
    const waiting = await register({ adminEmails: [at('before')] });
    const active = await confirmed({ adminEmails: [at('before')] });
    const changes = { friendlyName: 'Wind', role: 'Integrator', language: 'vi', person: { tin: '2' } };
    for (const [{ id }, resources] of [
      [waiting, ['SUBACCOUNT']],
      [active, ['ORGANIZATION', 'SUBACCOUNT']],
    ] as const) {
      const before = await bindings(id);
      expect([...new Set(before.map((binding) => binding.split(' ', 1)[0]))].sort()).toEqual(resources);
      const body = { ...changes, adminEmails: [at('after')] };
      expect(await request('PATCH', `/v1/customers/${id}`, { as: owner, body })).toMatchObject({ status: 200, body });
      expect(await bindings(id)).toEqual(before);
      expect(await status(id, at('after'))).toBe(404);
      expect(await status(id, at('before'))).toBe(200);
    }
    const before = await bindings(active.id);
    const renamed = { as: active.email ?? '', body: { name: 'By the contact' } };
    expect(await request('PATCH', `/v1/customers/${active.id}`, renamed)).toMatchObject({ status: 200 });
    expect(await bindings(active.id)).toEqual(before);
  });
});

describe('granting and revoking', () => {
  test('takes effect everywhere at once: viewing, creating clouds, finding the customer, granting', async () => {
    const { id } = await confirmed();
    const friend = at('friend');
    const robot = { type: 'SERVICE_ACCOUNT', id: 'client-robot' };
    expect(await status(id, friend)).toBe(404);
    const granted = await update(id, [add('viewer', user(at('Friend'))), add('editor', robot)]);
    expect(granted.status).toBe(204);
    expect(granted.headers.get('etag')).toBe('"3"');
    expect(await status(id, friend)).toBe(200);
    const cloud = () => request('POST', `/v1/customers/${id}/clouds`, { as: friend, body: { name: 'a' } });
    expect((await cloud()).status).toBe(403);
    const mine = async () =>
      (await request<{ customers: { id: string }[] }>('GET', '/v1/me/customers', { as: friend })).body.customers;
    expect(await mine()).toMatchObject([{ id }]);
    await update(id, [remove('viewer', user(friend)), add('editor', user(friend))]);
    expect((await cloud()).status).toBe(201);
    expect(await bindings(id)).toEqual(
      expect.arrayContaining([`SUBACCOUNT ${role('editor')} ${friend}`, `SUBACCOUNT ${role('editor')} client-robot`]),
    );
    await update(id, [remove('editor', user(friend))]);
    expect(await status(id, friend)).toBe(404);
    expect(await mine()).toEqual([]);
    expect((await eventsOf(portal.stack, id)).map(({ type }) => type).slice(-3)).toEqual([
      'AccessUpdated',
      'CloudCreated',
      'AccessUpdated',
    ]);
  });

  test('takes away a role that a person has by default, and gives it back', async () => {
    const { id, email } = await confirmed({ adminEmails: [at('chief')] });
    const chief = user(at('chief'));
    const contact = email ?? '';
    await update(id, [remove('admin', chief), remove('admin', user(contact))], contact);
    expect(await status(id, chief.id)).toBe(404);
    // The invitee is still invited and reads who invites, but is no administrator any more.
    expect((await request('GET', `/v1/customers/${id}`, { as: contact })).body).not.toHaveProperty('person');
    expect((await bindings(id)).join()).not.toMatch(/SUBACCOUNT billing.accounts.admin (chief|customer)/);
    await update(id, [add('admin', chief)]);
    expect(await status(id, chief.id)).toBe(200);
  });

  test('is all or nothing; granting a role that is already granted changes nothing', async () => {
    const { id, version } = await confirmed();
    const friend = user(at('all'));
    const ownOwner = user(owner);
    for (const [deltas, code] of [
      [[add('viewer', friend), add('customer', friend)], 'VALIDATION_FAILED'],
      [[add('viewer', friend), remove('owner', ownOwner)], 'ROLE_OF_MEMBERSHIP'],
      [[add('viewer', friend), { action: 'ADD', roleId: 'owner', subject: friend }], 'VALIDATION_FAILED'],
      [[add('viewer', user('not an address'))], 'VALIDATION_FAILED'],
      [[], 'VALIDATION_FAILED'],
    ] as [unknown[], string][])
      expect(await update(id, deltas)).toMatchObject({ body: { code } });
    expect(await status(id, friend.id)).toBe(404);
    expect((await update(id, [remove('viewer', friend)])).headers.get('etag')).toBe(`"${version}"`);
    expect((await update(id, [add('viewer', friend)], owner, { 'if-match': `"${version}"` })).status).toBe(204);
    expect(await update(id, [add('editor', friend)], owner, { 'if-match': `"${version}"` })).toMatchObject({
      status: 412,
      body: { code: 'STALE_VERSION' },
    });
    expect((await update(id, [add('viewer', friend)])).headers.get('etag')).toBe(`"${version + 1}"`);
  });

  test('of hundreds of roles at once leaves nothing behind if it is refused', async () => {
    const { id } = await register();
    const many = Array.from({ length: sized(100, 300) }, (_, i) => add('viewer', user(at(`refused-${i}`))));
    for (const [deltas, headers, status] of [
      [many, { 'if-match': '"7"' }, 412],
      [[...many, remove('owner', user(owner))], {}, 409],
      [[...many, add('customer', user(at('x')))], {}, 400],
    ] as const)
      expect((await update(id, [...deltas], owner, headers)).status).toBe(status);
    await request('DELETE', `/v1/customers/${id}`, { as: owner });
    expect(await update(id, many)).toMatchObject({ status: 404 });
    expect(await pointersTo(id)).toEqual([]);
  });

  test('is refused once its author is no member any more, even if it is being decided again', {
    timeout: 60_000,
  }, async () => {
    const { id } = await confirmed();
    const leaving = staff('leaving');
    await portal.addMember(leaving, 'admin');
    const grants = Array.from({ length: sized(20, 40) }, (_, i) =>
      update(id, [add('viewer', user(at(`late-${i}`)))], leaving),
    );
    await Promise.race(grants);
    expect((await request('DELETE', `/v1/members/${leaving}`, { as: owner })).status).toBe(204);
    const version = async () =>
      (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner })).body.version;
    const then = await version();
    const answers = await Promise.all(grants);
    // At most one was decided while the membership existed, and committed afterwards.
    expect((await version()) - then).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status === 403 || status === 404).length).toBeGreaterThan(0);
  });
});

describe('nobody gains more rights than their role allows', () => {
  test('by granting a role that they do not hold, to themselves or to others, or by revoking one', async () => {
    const { id, email } = await confirmed();
    const contact = email ?? '';
    const friend = user(at('climber'));
    for (const as of [ADMIN, contact]) {
      for (const deltas of [
        [add('owner', user(as))],
        [add('owner', friend)],
        [add('viewer', friend), add('owner', friend)],
        [remove('owner', user(owner))],
        [add('varWithoutDiscounts', friend)],
      ])
        expect(await update(id, deltas, as)).toMatchObject({ status: 403, body: { code: 'ROLE_NOT_HELD' } });
      for (const name of ['admin', 'editor', 'accountant', 'viewer'])
        expect((await update(id, [add(name, friend), remove(name, friend)], as)).status).toBe(204);
    }
    for (const as of [EDITOR, viewer]) {
      expect(await update(id, [add('viewer', friend)], as)).toMatchObject({
        status: 403,
        body: { code: 'ROLE_MISSING' },
      });
    }
    for (const as of [NOBODY, otherOwner, friend.id])
      expect(await update(id, [add('viewer', user(as))], as)).toMatchObject({ status: 404 });
    expect((await bindings(id)).join()).not.toContain('climber');
  });

  test('with owner on the subaccount: it can grant owner there, but not delete, suspend or activate', async () => {
    const { id } = await confirmed();
    const waiting = await register();
    const boss = at('boss');
    for (const each of [id, waiting.id]) expect((await update(each, [add('owner', user(boss))])).status).toBe(204);
    expect((await update(id, [add('owner', user(at('second')))], boss)).status).toBe(204);
    for (const [method, path] of [
      ['POST', `/v1/customers/${id}/suspend`],
      ['POST', `/v1/customers/${id}/activate`],
      ['DELETE', `/v1/customers/${waiting.id}`],
      ['POST', `/v1/customers/${waiting.id}/invite/resend`],
      ['GET', `/v1/customers/${waiting.id}/invite/link`],
    ] as const)
      expect(await request(method, path, { as: boss }), path).toMatchObject({ status: 403 });
    const patch = { as: boss, body: { role: 'x' } };
    expect(await request('PATCH', `/v1/customers/${id}`, patch)).toMatchObject({ status: 403 });
    expect(await request('POST', `/v1/customers/${waiting.id}/invite/accept`, { as: boss })).toMatchObject({
      status: 403,
    });
    expect(await request('GET', '/v1/customers', { as: boss })).toMatchObject({ body: { code: 'NOT_A_PARTNER' } });
  });
});
