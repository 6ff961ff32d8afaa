/** More changes that meet each other: of memberships, roles and clouds. */
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { accountCloudKey } from '../../shared/table/keys.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, OWNER, ownStack } from '../stack.ts';
import { eventsOf, freeRecipient, itemsOf, setOnCustomer, tableOf } from '../table.ts';
import { racesOn } from './racesOn.ts';

const portal = ownStack();
const { request, register, confirmed } = portal;
const { beforeCommitOf, get, join, cloudOf, link } = racesOn(portal);

describe('many requests at once:', () => {
  test('a repeated registration gets the first answer although the partner is not paid any more; after the removal it is refused', async () => {
    const partner = (paid: boolean) =>
      request('PUT', '/v1/provider/partners/initech', {
        as: OPERATOR,
        body: { name: 'Initech', paid, owners: ['owner@initech.example'] },
      });
    const post = () =>
      request<CustomerAnswer>('POST', '/v1/customers', {
        as: 'owner@initech.example',
        key: 'k',
        body: { name: 'A', email: 'a@client.example' },
      });
    await partner(true);
    const first = await post();
    await partner(false);
    expect(await post()).toMatchObject({ status: 201, body: first.body });
    const past = new Date(Date.now() - 1000).toISOString();
    await setOnCustomer(portal.stack, first.body.id, { removeAt: past, dueAt: past, status: 'EXPIRED' });
    // Its deadline is over: the customer is gone for everyone, with or without the cleanup.
    for (const cleanup of [false, true]) {
      if (cleanup) await portal.stack.runExpire();
      expect(await post()).toMatchObject({ status: 409, body: { code: 'CUSTOMER_DELETED' } });
    }
    expect((await itemsOf(portal.stack)).filter(({ pk }) => pk === `CUSTOMER#${first.body.id}`)).toMatchObject([
      { removedAt: expect.any(String) },
    ]);
  });
});

describe('an acceptance of a membership', () => {
  const invite = (id: string, role: string, as = OWNER) =>
    request('PUT', `/v1/members/${id}`, { as, body: { roles: [`billing.accounts.${role}`] } });
  const withdraw = (id: string) => request('DELETE', `/v1/members/${id}`, { as: OWNER });
  const accept = (as: string, partnerId = 'acme') => request('POST', `/v1/me/memberships/${partnerId}/accept`, { as });
  const me = async (as: string) => (await request('GET', '/v1/me', { as })).body;

  test('of an invitation that gets other roles first gives these roles', async () => {
    for (const isWithdrawn of [false, true]) {
      const id = `changed-${isWithdrawn}@client.example`;
      await invite(id, 'owner');
      await portal.stack.idle();
      beforeCommitOf('acceptMembership', async () => {
        if (isWithdrawn) {
          await withdraw(id);
          await freeRecipient(portal.stack, 'acme', id);
        }
        return invite(id, 'viewer');
      });
      expect(await accept(id)).toMatchObject({ status: 200, body: { roles: ['billing.accounts.viewer'] } });
      expect(await me(id)).toMatchObject({ roles: ['billing.accounts.viewer'] });
      await withdraw(id);
    }
  });

  test('by a person who accepts another invitation first is refused', async () => {
    const id = 'torn@client.example';
    await invite(id, 'viewer');
    await invite(id, 'viewer', 'owner@globex.example');
    beforeCommitOf('acceptMembership', () => accept(id, 'globex'));
    expect(await accept(id)).toMatchObject({ status: 409, body: { code: 'MEMBER_ELSEWHERE' } });
    expect(await me(id)).toMatchObject({ partner: { id: 'globex' } });
  });
});

describe('a caller who loses a role while their change is under way, and meets a conflict', () => {
  const ADMIN = 'admin@acme.example';

  /** Before a function's first commit, makes its caller a viewer, and changes the same item, so that the commit meets a conflict. */
  function demotedBeforeCommitOf(functionName: string, conflict: () => Promise<Answer>): void {
    beforeCommitOf(functionName, async () => {
      const first = await conflict();
      return first.status < 300 ? giveRole(ADMIN, 'billing.accounts.viewer') : first;
    });
  }
  const giveRole = (memberId: string, role: string) =>
    request('PUT', `/v1/members/${memberId}`, { as: OWNER, body: { roles: [role] } });
  const rolesOf = async (memberId: string) => {
    const { body } = await request<{ members: { id: string; roles: string[] }[] }>('GET', '/v1/members', { as: OWNER });
    return body.members.find(({ id }) => id === memberId)?.roles;
  };

  afterEach(async () => {
    await giveRole(ADMIN, 'billing.accounts.admin');
  });

  test.each([
    ['putMember', 'PUT', { roles: ['billing.accounts.accountant'] }],
    ['deleteMember', 'DELETE', undefined],
  ])('changes no member: %s', async (functionName, method, body) => {
    const memberId = `${functionName.toLowerCase()}@acme.example`;
    await portal.addMember(memberId, 'viewer');
    demotedBeforeCommitOf(functionName, () => giveRole(memberId, 'billing.accounts.editor'));
    expect(await request(method, `/v1/members/${memberId}`, { as: ADMIN, ...(body && { body }) })).toMatchObject({
      status: 403,
    });
    expect(await rolesOf(memberId)).toEqual(['billing.accounts.editor']);
    expect(await rolesOf(ADMIN)).toEqual(['billing.accounts.viewer']);
  });

  test.each<[string, string, string, object?]>([
    ['createCloud', 'POST', '/clouds', { name: 'late' }],
    ['unlinkCloud', 'DELETE', '/clouds/absent'],
    ['updateCustomer', 'PATCH', '', { friendlyName: 'Late' }],
    ['suspendCustomer', 'POST', '/suspend'],
  ])('changes no customer: %s', async (functionName, method, path, body) => {
    const { id, email } = await confirmed();
    await giveRole(ADMIN, 'billing.accounts.owner');
    let cloudId = '';
    if (functionName === 'unlinkCloud') {
      cloudId = await cloudOf(email ?? '', ADMIN);
      expect((await link(id, cloudId, ADMIN)).status).toBe(200);
    }
    demotedBeforeCommitOf(functionName, () =>
      request('PATCH', `/v1/customers/${id}`, { as: OWNER, body: { friendlyName: 'First' } }),
    );
    const before = await get(id);
    expect(
      await request(method, `/v1/customers/${id}${path.replace('absent', cloudId)}`, {
        as: ADMIN,
        ...(body && { body }),
      }),
    ).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
    expect(await get(id)).toMatchObject({
      status: 'ACTIVE',
      friendlyName: 'First',
      clouds: before.clouds,
      version: before.version + 1,
    });
  });
});

describe('a person who becomes a member of the partner at the same time', () => {
  const OF_MEMBER = { status: 409, body: { code: 'EMAIL_OF_MEMBER' } };

  const recordDomains = (domains: string[]) =>
    request('PUT', '/v1/provider/partners/acme', {
      as: OPERATOR,
      body: { name: 'Acme Integrators', paid: true, domains },
    });

  test('by its domain, which is recorded between two attempts: does not accept', async () => {
    const email = 'ceo@recorded-late.example';
    const { id } = await register({ email });
    beforeCommitOf('acceptInvite', async () => {
      await recordDomains(['recorded-late.example']);
      return request('PATCH', `/v1/customers/${id}`, { as: OWNER, body: { friendlyName: 'B' } });
    });
    expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: email })).toMatchObject(OF_MEMBER);
    await recordDomains([]);
  });

  test('by its domain, which is recorded between two attempts: is not invited', async () => {
    const table = { TableName: portal.stack.dynamoDb.tableName };
    let Key: Record<string, string> | undefined;
    // Only an item under the customer's new id makes a registration try again. It is gone when the registration looks for it.
    portal.stack.aws.interfere = ({ functionName, operation, input }) => {
      if (functionName !== 'createCustomer') return undefined;
      const { TransactItems = [] } = input as { TransactItems?: { Put?: { Item: Record<string, { S: string }> } }[] };
      const { pk, sk } = TransactItems[0]?.Put?.Item ?? {};
      const act = async () => {
        if (pk && sk && !Key) {
          Key = { pk: pk.S, sk: sk.S };
          await tableOf(portal.stack).send(new PutCommand({ ...table, Item: Key }));
          await recordDomains(['recorded-later.example']);
        } else if (Key && operation === 'GetItem') {
          await tableOf(portal.stack).send(new DeleteCommand({ ...table, Key }));
        }
        return undefined;
      };
      return { before: act };
    };
    const add = () =>
      request('POST', '/v1/customers', { as: OWNER, body: { name: 'A', email: 'ceo@recorded-later.example' } });
    expect(await add()).toMatchObject(OF_MEMBER);
    expect(Key).toBeDefined();
    await recordDomains([]);
    expect(await add()).toMatchObject({ status: 201 });
  });

  test('is not invited by a change of the email; a registration invites a person who can not answer', async () => {
    const [first, second] = ['joins-first@client.example', 'joins-second@client.example'];
    beforeCommitOf('createCustomer', () => join(first));
    const body = { name: 'A', email: first };
    const registered = await request<CustomerAnswer>('POST', '/v1/customers', { as: OWNER, body });
    // The membership was read right before the commit.
    expect(registered).toMatchObject({ status: 201 });
    for (const reply of ['accept', 'decline'])
      expect(await request('POST', `/v1/customers/${registered.body.id}/invite/${reply}`, { as: first })).toMatchObject(
        OF_MEMBER,
      );
    const { id, email } = await register();
    beforeCommitOf('updateCustomer', () => join(second));
    const change = { as: OWNER, body: { email: second } };
    expect(await request('PATCH', `/v1/customers/${id}`, change)).toMatchObject(OF_MEMBER);
    expect(await get(id)).toMatchObject({ email, version: 1 });
  });
});

describe('a member who is removed at the same time', () => {
  const viewer = (id: string) => ({
    action: 'ADD',
    roleId: 'billing.accounts.viewer',
    subject: { type: id.includes('@') ? 'USER' : 'SERVICE_ACCOUNT', id },
  });
  const grantItself = (customerId: string, as: string) =>
    request('PATCH', `/v1/customers/${customerId}/access`, { as, body: { deltas: [viewer(as)] } });
  const registerAs = (as: string, email: string) =>
    request<CustomerAnswer>('POST', '/v1/customers', { as, body: { name: 'A', email, adminEmails: [as] } });
  const dismiss = (id: string) => request('DELETE', `/v1/members/${id}`, { as: OWNER });
  const seenBy = async (as: string, id: string) => (await request('GET', `/v1/customers/${id}`, { as })).status;

  test.each([
    ['deleteMember', dismiss],
    ['leavePartner', (as: string) => request('DELETE', '/v1/me/memberships/acme', { as })],
  ])('after its grant and its registration, keeps nothing of either: %s', async (functionName, leave) => {
    const leaver = `${functionName.toLowerCase()}-quick@acme.example`;
    await join(leaver, 'admin');
    const { id } = await confirmed();
    beforeCommitOf(functionName, () => grantItself(id, leaver));
    expect(await leave(leaver)).toMatchObject({ status: 204 });
    expect(await seenBy(leaver, id)).toBe(404);

    await join(leaver, 'editor');
    let registered: Answer<CustomerAnswer> | undefined;
    beforeCommitOf(functionName, async () => {
      registered = await registerAs(leaver, `${functionName.toLowerCase()}@client.example`);
      return registered;
    });
    expect(await leave(leaver)).toMatchObject({ status: 204 });
    expect(await seenBy(leaver, registered?.body.id ?? '')).toBe(404);
  });
});

describe('before a cloud is linked,', () => {
  const decide = (as: string, cloudId: string, action: string, type: string, id: string) =>
    request('PATCH', `/v1/me/clouds/${cloudId}/access`, {
      as,
      body: { deltas: [{ action, roleId: LINKING_ROLE, subject: { type, id } }] },
    });
  const changeAccess = (customerId: string, as: string, action: string, id: string, role = 'editor') =>
    request('PATCH', `/v1/customers/${customerId}/access`, {
      as,
      body: { deltas: [{ action, roleId: `billing.accounts.${role}`, subject: { type: 'USER', id } }] },
    });
  const MEMBER = 'linking@acme.example';
  const member = (method: 'PUT' | 'DELETE', role = 'editor') =>
    request(method, `/v1/provider/partners/acme/members/${MEMBER}`, {
      as: OPERATOR,
      ...(method === 'PUT' && { body: { roles: [`billing.accounts.${role}`] } }),
    });
  const cloudsOf = async (customerId: string) => (await get(customerId)).clouds;

  /** A cloud of an account, on which the partner has held the linking role since yesterday. */
  async function cloudForPartner(account: string): Promise<string> {
    const cloudId = await cloudOf(account);
    await decide(account, cloudId, 'ADD', 'PARTNER', 'acme');
    await tableOf(portal.stack).send(
      new UpdateCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Key: accountCloudKey(cloudId),
        UpdateExpression: 'SET decisions.#partner.#role.grantedAt = :past',
        ExpressionAttributeNames: { '#partner': 'PARTNER#acme', '#role': LINKING_ROLE },
        ExpressionAttributeValues: { ':past': new Date(Date.now() - DAY_MS).toISOString() },
      }),
    );
    return cloudId;
  }

  test('a member leaves the partner to which its holder gave the role: nothing is linked', async () => {
    await member('PUT');
    const { id, email } = await confirmed();
    await changeAccess(id, OWNER, 'ADD', MEMBER);
    const cloudId = await cloudForPartner(email ?? '');
    beforeCommitOf('linkCloud', () => member('DELETE'));
    expect(await link(id, cloudId, MEMBER)).toMatchObject({ status: 404, body: { code: 'CUSTOMER_NOT_FOUND' } });
    expect(await cloudsOf(id)).toBe(0);
  });

  test.each(['to the partner', 'to the member'])(
    'a member who becomes a viewer, and whose role the holder gave %s, links nothing',
    async (to) => {
      await member('PUT');
      const { id, email } = await confirmed();
      const account = email ?? '';
      const cloudId = await (to === 'to the partner' ? cloudForPartner(account) : cloudOf(account, MEMBER));
      beforeCommitOf('linkCloud', () => member('PUT', 'viewer'));
      expect(await link(id, cloudId, MEMBER)).toMatchObject({ status: 403, body: { code: 'ROLE_MISSING' } });
      expect(await cloudsOf(id)).toBe(0);
    },
  );

  test('the customer takes from the caller the role on its subaccount: nothing is linked', async () => {
    const { id, email } = await confirmed();
    const helper = 'with-two-roles@client.example';
    await changeAccess(id, email ?? '', 'ADD', helper);
    const cloudId = await cloudOf(email ?? '', helper);
    beforeCommitOf('linkCloud', () => changeAccess(id, email ?? '', 'REMOVE', helper));
    expect(await link(id, cloudId, helper)).toMatchObject({ status: 404, body: { code: 'CUSTOMER_NOT_FOUND' } });
    expect(await cloudsOf(id)).toBe(0);
  });

  test('the customer takes its role from the caller, or the partner its membership from the holder: nothing is linked', async () => {
    const { id, email } = await confirmed();
    const helper = 'linking-helper@client.example';
    await changeAccess(id, email ?? '', 'ADD', helper);
    // The caller loses one of two roles. The partner gave the other one, which still allows the caller to link the customer's clouds.
    await changeAccess(id, OWNER, 'ADD', helper, 'admin');
    const cloudId = await cloudOf(helper);
    beforeCommitOf('linkCloud', () => changeAccess(id, email ?? '', 'REMOVE', helper));
    expect(await link(id, cloudId, helper)).toMatchObject({ status: 409, body: { code: 'CLOUD_ELSEWHERE' } });
    expect(await cloudsOf(id)).toBe(0);

    await member('PUT');
    const { body } = await request<{ metadata: { customerId: string } }>(
      'POST',
      '/billing/v1/customers:createResellerServedCustomer',
      { as: OWNER, body: { resellerId: 'acme', name: 'Served', person: {} } },
    );
    const { customerId } = body.metadata;
    const own = await cloudOf(MEMBER, OWNER);
    beforeCommitOf('linkCloud', () => member('DELETE'));
    expect(await link(customerId, own)).toMatchObject({ status: 409, body: { code: 'CLOUD_ELSEWHERE' } });
    expect(await cloudsOf(customerId)).toBe(0);
  });

  test('its holder begins to revoke the role, and the link is faster: both happen, in the order of the history', async () => {
    const { id, email } = await confirmed();
    const cloudId = await cloudOf(email ?? '', OWNER);
    const revoke = () => decide(email ?? '', cloudId, 'REMOVE', 'USER', OWNER);
    beforeCommitOf('updateMyCloudAccess', () => link(id, cloudId));
    expect(await revoke()).toMatchObject({ status: 200, body: { billedTo: id, access: [] } });
    const types = async () => (await eventsOf(portal.stack, id)).slice(2).map(({ type }) => type);
    expect(await types()).toEqual(['CloudLinked', 'CloudAccessUpdated']);
    // And the other way: the cloud is unlinked while its holder decides.
    beforeCommitOf('updateMyCloudAccess', () =>
      request('DELETE', `/v1/customers/${id}/clouds/${cloudId}`, { as: email ?? '' }),
    );
    expect(await decide(email ?? '', cloudId, 'ADD', 'USER', OWNER)).toMatchObject({
      status: 200,
      body: { billedTo: null, access: [{ subject: { id: OWNER } }] },
    });
    expect(await types()).toEqual(['CloudLinked', 'CloudAccessUpdated', 'CloudUnlinked']);
  });
});
