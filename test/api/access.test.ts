import { describe, expect, test } from 'vitest';
import { FORMAT } from '../../shared/table/format.ts';
import { accessKey, customerKey, type Subject } from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, NOBODY, ownStack } from '../stack.ts';
import { eventsOf, itemsOf, setOnCustomer, writeItems } from '../table.ts';

const portal = ownStack();
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
/** Grants viewer to these people in one request, or revokes it. */
const updateAll = (id: string, delta: typeof add, people: Delta['subject'][]) =>
  update(
    id,
    people.map((one) => delta('viewer', one)),
  );
const status = async (id: string, as: string) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as })).status;

/** All bindings, read page by page: `<resource> <role> <id>`. */
async function bindings(id: string, { as = owner, pageSize = 100 } = {}): Promise<string[]> {
  const all: string[] = [];
  let pageToken = '';
  do {
    const page = await request<{ accessBindings: Binding[]; nextPageToken?: string }>(
      'GET',
      `/v1/customers/${id}/access?pageSize=${pageSize}${pageToken && `&pageToken=${pageToken}`}`,
      { as },
    );
    expect(page).toMatchObject({ status: 200 });
    expect(page.body.accessBindings.length).toBeLessThanOrEqual(pageSize);
    all.push(...page.body.accessBindings.map(({ resource, roleId, subject }) => `${resource} ${roleId} ${subject.id}`));
    pageToken = page.body.nextPageToken ?? '';
    expect(pageToken.length).toBeLessThanOrEqual(100);
  } while (pageToken);
  return all;
}

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
    const chief = 'acme-chief';
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

  test('of hundreds of roles at once is one change; each person finds the customer, until it is removed', {
    timeout: 120_000,
  }, async () => {
    const { id } = await register();
    const many = Array.from({ length: sized(200, 1000) }, (_, i) => user(at(`m${i}`)));
    // A request has at most 64 KB: about 650 deltas. One transaction does not hold the pointers of a half.
    const half = many.length / 2;
    for (const people of [many.slice(0, half), many.slice(half)])
      expect(await updateAll(id, add, people)).toMatchObject({ status: 204 });
    expect((await bindings(id, { pageSize: 70 })).filter((one) => one.includes('viewer m'))).toHaveLength(many.length);
    for (const i of [0, half, many.length - 1]) {
      const as = at(`m${i}`);
      expect(await status(id, as)).toBe(200);
      const mine = await request('GET', '/v1/me/customers', { as });
      expect(mine.body).toMatchObject({ customers: [{ id }] });
    }
    expect(await updateAll(id, remove, many.slice(0, half))).toMatchObject({ status: 204 });
    expect(await status(id, at('m0'))).toBe(404);
    expect((await request('GET', '/v1/me/customers', { as: at(`m${half - 1}`) })).body).toEqual({ customers: [] });
    await request('DELETE', `/v1/customers/${id}`, { as: owner });
    await portal.stack.runExpire();
    const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
    expect(left.map(({ sk }) => sk)).toEqual(['CUSTOMER']);
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

  test('the same role again and again does not use up the limit', { timeout: 120_000 }, async () => {
    const { id } = await register();
    const LIMIT = 1000;
    const stored = sized(900, 0);
    await writeBindings(id, stored);
    const many = Array.from({ length: LIMIT - 20 - stored }, (_, i) => user(at(`p${i}`)));
    const all = async (delta: typeof add) => {
      const half = many.length / 2;
      for (const people of [many.slice(0, half), many.slice(half)])
        expect(await updateAll(id, delta, people)).toMatchObject({ status: 204 });
    };
    for (let round = 0; round < 2; round++) {
      await all(add);
      expect(await pointersTo(id)).toHaveLength(many.length);
      await all(remove);
      const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
      expect(left.filter(({ sk }) => sk.includes('BOUND_TO#'))).toEqual([]);
      const access = left.filter(({ sk }) => sk.startsWith('ACCESS#'));
      // Nothing is kept of a person without a role.
      expect(access.flatMap(({ subjects }) => Object.keys(subjects as object))).toHaveLength(stored);
    }
    // The limit counts the roles that are left.
    await all(add);
    const twenty = Array.from({ length: 20 }, (_, i) => user(at(`q${i}`)));
    expect((await updateAll(id, add, twenty)).status).toBe(204);
    expect(await update(id, [add('viewer', user(at('one-too-many')))])).toMatchObject({
      status: 409,
      body: { code: 'TOO_MANY_BINDINGS' },
    });
  });

  /** Writes roles of this many people into the table, as earlier changes would have. */
  async function writeBindings(id: string, count: number): Promise<void> {
    const people = Array.from({ length: count }, (_, n): Subject => `USER#${at(`stored-${n}`)}`);
    const origin = { granted: true, by: `USER#${owner}`, at: new Date().toISOString() };
    const byItem = Object.groupBy(people, (subject) => accessKey(id, subject).sk);
    await writeItems(
      portal.stack,
      Object.entries(byItem).map(([sk, subjects = []]) => ({
        ...customerKey(id),
        sk,
        subjects: Object.fromEntries(subjects.map((subject) => [subject, { [role('viewer')]: origin }])),
        format: FORMAT,
      })),
    );
    if (count > 0) await setOnCustomer(portal.stack, id, { ownBindings: true });
  }

  test('of hundreds of roles is finished by the schedule if it was interrupted', { timeout: 60_000 }, async () => {
    const { id } = await register();
    const people = Array.from({ length: sized(100, 300) }, (_, i) => user(at(`i${i}`)));
    for (const [delta, expected] of [
      [add, people.length],
      [remove, 0],
    ] as const) {
      let transactions = 0;
      const stop = portal.stack.observe(({ functionName, operation }) => {
        // The process dies after the change itself and a part of the pointers.
        if (functionName !== 'updateAccess' || operation !== 'TransactWriteItems' || ++transactions < 3) return;
        stop();
        void portal.stack.coldStart('updateAccess');
      });
      expect(await updateAll(id, delta, people)).toMatchObject({ status: 500 });
      expect((await bindings(id, { pageSize: 1000 })).filter((one) => one.includes('viewer i'))).toHaveLength(expected);
      expect((await pointersTo(id)).length).not.toBe(expected);
      await portal.stack.runExpire();
      expect(await pointersTo(id)).toHaveLength(expected);
      expect((await itemsOf(portal.stack)).filter(({ pk, owed }) => pk.endsWith(id) && owed)).toEqual([]);
    }
  });

  test('an interrupted change leaves nothing behind after its customer was deleted and removed', async () => {
    const { id } = await register();
    const stop = portal.stack.observe(({ functionName, operation }) => {
      if (functionName !== 'updateAccess' || operation !== 'TransactWriteItems') return;
      stop();
      void portal.stack.coldStart('updateAccess');
    });
    const people = Array.from({ length: sized(100, 200) }, (_, i) => user(at(`d${i}`)));
    await updateAll(id, add, people);
    expect((await request('DELETE', `/v1/customers/${id}`, { as: owner })).status).toBe(204);
    await portal.stack.runExpire();
    const left = (await itemsOf(portal.stack)).filter((item) => JSON.stringify(item).includes(id));
    expect(left.map(({ sk }) => sk)).toEqual(['CUSTOMER']);
  });

  test('of hundreds of roles by several people at once leaves pointers for exactly the people with a role', {
    timeout: 120_000,
  }, async () => {
    const { id } = await register();
    const people = Array.from({ length: 150 }, (_, i) => user(at(`c${i}`)));
    await Promise.all(
      sized([add, remove, add], [add, remove, add, remove, add]).map(async (delta, i) => {
        const deltas = people.filter((_, n) => n % 5 !== i).map((one) => delta('viewer', one));
        for (;;) {
          const answer = await update(id, deltas);
          if (answer.status !== 503) return expect(answer.status).toBe(204);
        }
      }),
    );
    await portal.stack.runExpire();
    const holders = (await bindings(id, { pageSize: 1000 })).filter((one) => one.includes('viewer c'));
    expect(await pointersTo(id)).toHaveLength(holders.length);
    for (const one of holders.slice(0, 3)) {
      const mine = await request('GET', '/v1/me/customers', { as: one.split(' ').at(-1) ?? '' });
      expect(mine.body).toMatchObject({ customers: [{ id }] });
    }
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

  test('many roles at the same time loses none', async () => {
    const { id } = await confirmed();
    const people = Array.from({ length: sized(10, 20) }, (_, i) => user(at(`p${i}`)));
    await Promise.all(
      people.map(async (one) => {
        // A client that is told to try again does so.
        for (;;) {
          const answer = await update(id, [add('viewer', one)]);
          if (answer.status !== 503) return expect(answer.status).toBe(204);
        }
      }),
    );
    expect((await bindings(id)).filter((one) => one.includes('viewer p'))).toHaveLength(people.length);
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
