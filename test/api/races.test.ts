import { afterEach, describe, expect, test } from 'vitest';
import { LINKING_ROLE } from '../../shared/cloud/accountCloud.ts';
import { sized } from '../size.ts';
import { type Answer, type CustomerAnswer, testStack } from '../stack.ts';
import { endCooldown, eventsOf } from '../table.ts';
import { racesOn } from './racesOn.ts';

const portal = testStack();
const { partner, request, register, confirmed, linkToken, mailsTo, letExpire } = portal;
const { beforeCommitOf, get, join, cloudOf, link } = racesOn(portal);

const PERSON = { tin: '7801234567', name: 'Иван Петров', phone: '112', postCode: '190000', longname: 'ООО' };
/** Requests that come at once: in the short form a few of each kind. */
const MANY = Array.from({ length: sized(8, 20) }, (_, i) => i);

describe('many requests at once:', () => {
  test.each([
    ['before', false],
    ['after', true],
  ])(
    'accepts, declines, resends and expiries of one customer %s its deadline leave one outcome, one event per version, and answers that agree',
    async (_, late) => {
      const { id, email } = await register();
      const token = await linkToken(email ?? '');
      // End the cooldown, so that resends take part.
      await endCooldown(portal.stack, id);
      if (late) await letExpire(id);
      const accept = () => request('POST', '/v1/invites/accept', { body: { token } });
      const decline = () => request('POST', '/v1/invites/decline', { body: { token } });
      const resend = () => request('POST', `/v1/customers/${id}/invite/resend`, { as: partner.owner });
      const expire = () => portal.stack.runExpire();
      const actions = { accept, decline, resend };
      const answers = await Promise.all(
        MANY.map(async (i): Promise<[keyof typeof actions, Answer] | undefined> => {
          const [action] = [(['accept', 'decline', 'resend', 'expire'] as const)[i % 4] ?? 'expire'];
          if (action !== 'expire') return [action, await actions[action]()];
          await expire();
          return undefined;
        }),
      );

      const customer = await get(id);
      const types = (await eventsOf(portal.stack, id)).map(({ version, type }, i) => {
        expect(version).toBe(i + 1);
        return type;
      });
      expect(customer.version).toBe(types.length);
      // At most one answer, one resend (then there is a cooldown) and one expiry; an answer only to an open invitation.
      for (const kinds of [['InvitationAccepted', 'InvitationDeclined'], ['InvitationResent'], ['CustomerExpired']]) {
        expect(types.filter((type) => kinds.includes(type)).length).toBeLessThanOrEqual(1);
      }
      if (!late) expect(types).not.toContain('CustomerExpired');
      expect(customer.status).toBe(STATUS_AFTER[types.at(-1) ?? '']);

      for (const [action, { status, body }] of answers.flatMap((answer) => (answer ? [answer] : []))) {
        expect([200, 409, 429]).toContain(status);
        if (status === 200) expect(types).toContain(EVENT_OF[action]);
        if (status === 409) expect(body['currentStatus']).toBeOneOf(Object.values(STATUS_AFTER));
      }
      for (const [action, type] of Object.entries(EVENT_OF)) {
        const succeeded = answers.filter((answer) => answer?.[0] === action && answer[1].status === 200).length;
        // Confirming again gets the first answer. All others succeed as often as there is an event.
        if (action === 'accept') expect(succeeded > 0).toBe(types.includes(type));
        else expect(succeeded).toBe(types.filter((each) => each === type).length);
      }
    },
  );

  test('equal POSTs with one Idempotency-Key make one customer, one mail, equal answers', async () => {
    const email = partner.at('once');
    const post = () =>
      request<CustomerAnswer>('POST', '/v1/customers', {
        as: partner.owner,
        key: 'one key',
        body: { name: 'Once', email, person: PERSON },
      });
    const answers = await Promise.all(MANY.map(post));
    const [first] = answers;
    for (const answer of answers) expect(JSON.stringify(answer.body)).toBe(JSON.stringify(first?.body));
    expect(answers.map(({ status }) => status)).toEqual(MANY.map(() => 201));
    expect(answers.filter(({ headers }) => headers.get('idempotency-replayed') === null)).toHaveLength(1);
    await mailsTo(email);
    await request('POST', `/v1/customers/${first?.body.id}/invite/accept`, { as: email });
    // After the customer has confirmed, the repetition still gets the first answer, and no second mail is sent.
    expect(JSON.stringify((await post()).body)).toBe(JSON.stringify(first?.body));
    expect(await eventsOf(portal.stack, first?.body.id ?? '')).toHaveLength(2);
    expect(await mailsTo(email)).toHaveLength(1);
  });

  test('of different customers under one address, one is registered', async () => {
    const answers = await Promise.all(
      MANY.map((i) =>
        request('POST', '/v1/customers', {
          as: partner.owner,
          body: { name: `Rival ${i}`, email: partner.at('rivals') },
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...MANY.slice(1).map(() => 409)]);
  });

  test('of clouds with one name, one is created; clouds with different names are all created', async () => {
    const { id } = await confirmed();
    const create = (name: string, key?: string) =>
      request('POST', `/v1/customers/${id}/clouds`, {
        as: partner.owner,
        body: { name },
        ...(key !== undefined && { key }),
      });
    const equal = await Promise.all(MANY.map(() => create('same')));
    expect(equal.filter(({ status }) => status === 201)).toHaveLength(1);
    // A client that is told to try again does so.
    const names = MANY.slice(0, 8).map((i) => `cloud-${i}`);
    await Promise.all(
      names.map(async (name) => {
        for (;;) {
          const answer = await create(name, name);
          if (answer.status !== 503) return expect(answer.status).toBe(201);
        }
      }),
    );
    const { body } = await request<{ clouds: { name: string }[] }>('GET', `/v1/customers/${id}/clouds`, {
      as: partner.owner,
    });
    expect(body.clouds.map(({ name }) => name).sort()).toEqual([...names, 'same'].sort());
  });

  test('one transition with one Idempotency-Key has one effect and equal answers', async () => {
    const { id } = await confirmed();
    const answers = await Promise.all(
      MANY.slice(0, 8).map(() =>
        request('POST', `/v1/customers/${id}/clouds`, { as: partner.owner, key: 'k', body: { name: 'one' } }),
      ),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 201, body: answers[0]?.body });
    const other = await request('POST', `/v1/customers/${id}/clouds`, {
      as: partner.owner,
      key: 'k',
      body: { name: 'two' },
    });
    expect(other).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
    // However much has happened since.
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
      await request('POST', `/v1/customers/${id}/clouds`, { as: partner.owner, key: name, body: { name } });
    const later = await request('POST', `/v1/customers/${id}/clouds`, {
      as: partner.owner,
      key: 'k',
      body: { name: 'one' },
    });
    expect(later).toMatchObject({ status: 201, body: answers[0]?.body });
    expect(later.headers.get('idempotency-replayed')).toBe('true');
  });
});

describe('an answer, before whose commit the invited address changes,', () => {
  const changed = (id: string) => () =>
    request('PATCH', `/v1/customers/${id}`, { as: partner.owner, body: { email: partner.at(id) } });

  test('confirms nothing by the link of the former address', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    beforeCommitOf('acceptInvite', changed(id));
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({
      body: { code: 'INVITE_LINK_INVALID' },
    });
    expect((await get(id)).status).toBe('VERIFICATION_REQUIRED');
  });

  test('confirms nothing for the person with the former address', async () => {
    const { id, email } = await register();
    beforeCommitOf('acceptInvite', changed(id));
    expect(await request('POST', `/v1/customers/${id}/invite/accept`, { as: email ?? '' })).toMatchObject({
      body: { code: 'CUSTOMER_NOT_FOUND' },
    });
    expect((await get(id)).status).toBe('VERIFICATION_REQUIRED');
  });
});

describe('an acceptance of a membership', () => {
  const invite = (id: string, role: string, as = partner.owner) =>
    request('PUT', `/v1/members/${id}`, { as, body: { roles: [`billing.accounts.${role}`] } });
  const withdraw = (id: string) => request('DELETE', `/v1/members/${id}`, { as: partner.owner });
  const accept = (as: string, partnerId = partner.id) =>
    request('POST', `/v1/me/memberships/${partnerId}/accept`, { as });
  const me = async (as: string) => (await request('GET', '/v1/me', { as })).body;

  test('of an invitation that is withdrawn first makes nobody a member', async () => {
    const id = partner.at('withdrawn');
    await invite(id, 'viewer');
    beforeCommitOf('acceptMembership', () => withdraw(id));
    expect(await accept(id)).toMatchObject({ status: 404, body: { code: 'MEMBERSHIP_NOT_FOUND' } });
    expect(await me(id)).toMatchObject({ partner: null });
  });
});

describe('a caller who loses a role while their change is under way, and meets a conflict', () => {
  const ADMIN = partner.admin;
  const HELPER = partner.at('helper');

  /** Before a function's first commit, makes its caller a viewer, and changes the same item, so that the commit meets a conflict. */
  function demotedBeforeCommitOf(functionName: string, conflict: () => Promise<Answer>): void {
    beforeCommitOf(functionName, async () => {
      const first = await conflict();
      return first.status < 300 ? giveRole(ADMIN, 'billing.accounts.viewer') : first;
    });
  }
  const giveRole = (memberId: string, role: string) =>
    request('PUT', `/v1/members/${memberId}`, { as: partner.owner, body: { roles: [role] } });
  const grant = (id: string, as: string, subject: string) =>
    request('PATCH', `/v1/customers/${id}/access`, {
      as,
      body: { deltas: [{ action: 'ADD', roleId: 'billing.accounts.viewer', subject: { type: 'USER', id: subject } }] },
    });

  afterEach(async () => {
    await giveRole(ADMIN, 'billing.accounts.admin');
  });

  test('grants nothing', async () => {
    const { id } = await confirmed();
    demotedBeforeCommitOf('updateAccess', () => grant(id, partner.owner, partner.at('other')));
    expect(await grant(id, ADMIN, HELPER)).toMatchObject({ status: 403 });
    const { body } = await request('GET', `/v1/customers/${id}/access`, { as: partner.owner });
    expect(JSON.stringify(body)).toContain(partner.at('other'));
    expect(JSON.stringify(body)).not.toContain(HELPER);
  });
});

describe('a person who becomes a member of the partner at the same time', () => {
  const OF_MEMBER = { status: 409, body: { code: 'EMAIL_OF_MEMBER' } };

  test.each([
    ['acceptInvite', 'accept', 'by the link'],
    ['acceptInvite', 'accept', 'signed in'],
    ['declineInvite', 'decline', 'by the link'],
    ['declineInvite', 'decline', 'signed in'],
  ])('%s: does not %s %s', async (functionName, reply, how) => {
    const { id, email } = await register();
    const as = email ?? '';
    const token = await linkToken(as);
    beforeCommitOf(functionName, () => join(as));
    const answer =
      how === 'signed in'
        ? request('POST', `/v1/customers/${id}/invite/${reply}`, { as })
        : request('POST', `/v1/invites/${reply}`, { body: { token } });
    expect(await answer).toMatchObject(OF_MEMBER);
    expect(await get(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', version: 1 });
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
  const dismiss = (id: string) => request('DELETE', `/v1/members/${id}`, { as: partner.owner });
  const seenBy = async (as: string, id: string) => (await request('GET', `/v1/customers/${id}`, { as })).status;
  const bindingsOf = async (id: string) =>
    JSON.stringify((await request('GET', `/v1/customers/${id}/access`, { as: partner.owner })).body);

  test.each([
    ['before the commit of its grant', false],
    ['before the commit of its grant, and joins another partner', true],
  ])('%s, grants nothing', async (_, joinsAnother) => {
    const { id } = await confirmed();
    const leaver = partner.staff(joinsAnother ? 'changes-sides' : 'grants-late');
    await join(leaver, 'admin');
    beforeCommitOf('updateAccess', async () => {
      const dismissed = await dismiss(leaver);
      return joinsAnother ? join(leaver, 'admin', portal.otherPartner.id) : dismissed;
    });
    expect((await grantItself(id, leaver)).status).toBeOneOf([403, 404]);
    expect(await seenBy(leaver, id)).toBe(404);
    expect(await bindingsOf(id)).not.toContain(leaver);
  });

  test('before the commit of its registration, registers nobody with administrators', async () => {
    const leaver = partner.staff('registers-late');
    await join(leaver, 'editor');
    beforeCommitOf('createCustomer', () => dismiss(leaver));
    const email = partner.at('registered-late');
    expect(await registerAs(leaver, email)).toMatchObject({ status: 403, body: { code: 'NOT_A_PARTNER' } });
    await join(leaver, 'editor');
    beforeCommitOf('importCustomers', () => dismiss(leaver));
    const body = { customers: [{ name: 'A', email, adminEmails: [leaver] }] };
    expect(await request('POST', '/v1/customers/batch', { as: leaver, body })).toMatchObject({
      body: { results: [{ problem: { code: 'NOT_A_PARTNER' } }] },
    });
    // The address is free.
    expect(await registerAs(partner.owner, email)).toMatchObject({ status: 201 });
  });
});

const EVENT_OF = { accept: 'InvitationAccepted', decline: 'InvitationDeclined', resend: 'InvitationResent' } as const;
const STATUS_AFTER: Record<string, string> = {
  InvitationAccepted: 'ACTIVE',
  InvitationDeclined: 'DECLINED',
  InvitationResent: 'VERIFICATION_REQUIRED',
  CustomerExpired: 'EXPIRED',
};

describe('before a cloud is linked,', () => {
  const decide = (as: string, cloudId: string, action: string, type: string, id: string) =>
    request('PATCH', `/v1/me/clouds/${cloudId}/access`, {
      as,
      body: { deltas: [{ action, roleId: LINKING_ROLE, subject: { type, id } }] },
    });
  const cloudsOf = async (customerId: string) => (await get(customerId)).clouds;

  test('its holder revokes the role: nothing is linked', async () => {
    const { id, email } = await confirmed();
    const cloudId = await cloudOf(email ?? '', partner.owner);
    beforeCommitOf('linkCloud', () => decide(email ?? '', cloudId, 'REMOVE', 'USER', partner.owner));
    expect(await link(id, cloudId)).toMatchObject({ status: 404, body: { code: 'CLOUD_NOT_FOUND' } });
    expect(await cloudsOf(id)).toBe(0);
  });
});
