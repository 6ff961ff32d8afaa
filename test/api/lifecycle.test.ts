/** Effects of time on invitations and customers: cooldown and limit, expiry, removal, and late repetitions. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { FORMAT } from '../../shared/table/format.ts';
import { customerKey, eventKey, mailsOfDayKey } from '../../shared/table/keys.ts';
import { type Answer, type CustomerAnswer, DAY_MS, ownStack, toNextMorning } from '../stack.ts';
import { endCooldown, freeRecipient, itemAt, itemsOf, setInvited, setOnItem, writeItems } from '../table.ts';

const portal = ownStack();
const { owner, at } = portal.partner;
const { owner: otherOwner } = portal.otherPartner;
const { request, register, mailsTo, linkToken, letExpire } = portal;

const add = (email: string | null, as = owner, key?: string) =>
  request<CustomerAnswer>('POST', '/v1/customers', { as, body: { name: 'Again', email }, ...(key && { key }) });
const resendAs = (id: string, as: string) =>
  request<CustomerAnswer>('POST', `/v1/customers/${id}/invite/resend`, { as });
const resend = (id: string) => resendAs(id, owner);
const remove = (id: string) => request('DELETE', `/v1/customers/${id}`, { as: owner });
const changeEmail = (id: string, email: string | null, as = owner) =>
  request('PATCH', `/v1/customers/${id}`, { as, body: { email } });
const get = (id: string) => request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: owner });
const TOO_SOON = { status: 429, body: { code: 'RESEND_TOO_SOON' } };
const past = (milliseconds = 1000) => new Date(portal.stack.clock.now() - milliseconds).toISOString();

afterEach(() => {
  portal.stack.stream.mode = 'running';
});

const MINUTE_MS = 60_000;
/** How long a function of the API may run: ten seconds, and longer on a busy machine (`patience`). */
const TIMEOUT_MS = 60_000;
const decline = async (email: string | null, noMoreInvitations?: boolean) =>
  request('POST', '/v1/invites/decline', { body: { token: await linkToken(email ?? ''), noMoreInvitations } });
const inviteMember = (email: string, as = owner) =>
  request('PUT', `/v1/members/${encodeURIComponent(email)}`, { as, body: { roles: ['billing.accounts.viewer'] } });
/** How many invitations of a partner count today. */
const invitedToday = async (partnerId: string) => {
  const day = new Date(portal.stack.clock.now()).toISOString().slice(0, 10);
  return (await itemAt(portal.stack, mailsOfDayKey(partnerId, day)))?.['invited'];
};
const seconds = ({ headers }: { headers: Headers }) => Number(headers.get('retry-after'));

describe('a recipient gets no second invitation within the cooldown', () => {
  test('even when the customer is deleted and registered again', async () => {
    const { id, email } = await register();
    await mailsTo(email ?? '');
    await portal.stack.idle();
    expect((await remove(id)).status).toBe(204);
    const again = await add(email);
    expect(again).toMatchObject(TOO_SOON);
    expect(seconds(again)).toBeLessThanOrEqual(61);
    // Another partner has not invited this address.
    expect(await add(email, otherOwner)).toMatchObject({ status: 201 });
    await freeRecipient(portal.stack, portal.partner.id, email ?? '');
    expect(await add(email)).toMatchObject({ status: 201 });
  });

  test('even when the address is changed back and forth, or gets a tag', async () => {
    const { id, email } = await register();
    await mailsTo(email ?? '');
    expect(await changeEmail(id, `other-${email}`)).toMatchObject({ status: 200 });
    expect(await changeEmail(id, email)).toMatchObject(TOO_SOON);
    expect(await changeEmail(id, email?.replace('@', '+1@') ?? '')).toMatchObject(TOO_SOON);
    expect(await add(email)).toMatchObject(TOO_SOON);
    expect((await get(id)).body).toMatchObject({ email: `other-${email}` });
    expect(await mailsTo(`other-${email}`)).toHaveLength(1);
  });

  test('even when the recipient has declined, or is invited as a member', async () => {
    const { email } = await register();
    await decline(email);
    expect(await add(email)).toMatchObject(TOO_SOON);
    expect(await inviteMember(email ?? '')).toMatchObject(TOO_SOON);
    const member = at('member');
    expect(await inviteMember(member)).toMatchObject({ status: 200 });
    await mailsTo(member);
    await request('DELETE', `/v1/members/${member}`, { as: owner });
    expect(await inviteMember(member)).toMatchObject(TOO_SOON);
    expect(await add(member)).toMatchObject(TOO_SOON);
  });

  test('nor while the mail before waits: the customer and the refusal say so', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    const waiting = (await get(id)).body;
    expect(waiting).toMatchObject({ delivery: { status: 'QUEUED' } });
    expect(waiting.invite).not.toHaveProperty('resendableAt');
    const refused = await resend(id);
    expect(refused).toMatchObject(TOO_SOON);
    expect(refused.body).toMatchObject({ detail: expect.stringContaining('has not left yet') });
    // A day later, too. Then it leaves.
    portal.stack.clock.advance(DAY_MS);
    expect(await resend(id)).toMatchObject(TOO_SOON);
    portal.stack.stream.mode = 'running';
    await portal.stack.runSchedule('deliverMail');
    await mailsTo(email ?? '');
    await portal.stack.idle();
    const { invite } = (await get(id)).body;
    // The sender and SES may note the time of the sending a moment apart.
    const pause = Date.parse(invite?.resendableAt ?? '') - Date.parse(invite?.sentAt ?? '');
    expect(Math.round(pause / 1000) * 1000).toBe(MINUTE_MS);
    portal.stack.clock.advance(MINUTE_MS);
    expect(await resend(id)).toMatchObject({ status: 200 });
  });

  test('and does not see the withdrawn invitation among its own', async () => {
    const { id, email } = await register();
    await remove(id);
    expect(await request('GET', '/v1/me/customers', { as: email ?? '' })).toMatchObject({ body: { customers: [] } });
  });
});

describe('a recipient who wants no more invitations from a partner', () => {
  const DECLINED = { status: 409, body: { code: 'INVITATIONS_DECLINED' } };
  const blocked = async (as: string) =>
    (await request<{ partners: object[] }>('GET', '/v1/me/blocked-partners', { as })).body.partners;

  test('gets none for 30 days, to any address of the mailbox, and the partner reads why', async () => {
    const { id, email } = await register();
    const tagged = await register({ email: at('tagged+1') });
    await portal.stack.idle();
    const declined = await decline(email, true);
    const until = (declined.body as { noMoreInvitationsUntil: string }).noMoreInvitationsUntil;
    expect(Math.round((Date.parse(until) - portal.stack.clock.now()) / DAY_MS)).toBe(30);
    expect((await get(id)).body).toMatchObject({ status: 'DECLINED', noMoreInvitationsUntil: until });
    const history = await request<{ events: object[] }>('GET', `/v1/customers/${id}/events`, { as: owner });
    expect(history.body.events.at(-1)).toMatchObject({
      type: 'InvitationDeclined',
      data: { noMoreInvitations: true },
    });
    portal.stack.clock.advance(2 * MINUTE_MS);
    const refused = await add(email);
    expect(refused).toMatchObject(DECLINED);
    expect(refused.body).toMatchObject({ detail: expect.stringContaining(until) });
    expect(await add(email?.replace('@', '+2@') ?? '')).toMatchObject(DECLINED);
    expect(await changeEmail(tagged.id, email)).toMatchObject(DECLINED);
    expect(await inviteMember(email ?? '')).toMatchObject(DECLINED);
    expect(await decline(at('tagged+1'), true)).toMatchObject({ status: 200 });
    expect(await add(email, otherOwner)).toMatchObject({ status: 201 });
    expect(await blocked(email ?? '')).toEqual([{ id: 'acme', name: 'Acme Integrators', until }]);
    expect(await blocked(owner)).toEqual([]);
    portal.stack.clock.advance(30 * DAY_MS - 3 * MINUTE_MS);
    expect(await add(email)).toMatchObject(DECLINED);
    portal.stack.clock.advance(2 * MINUTE_MS);
    expect(await blocked(email ?? '')).toEqual([]);
    expect(await add(email)).toMatchObject({ status: 201 });
  });

  test('can lift this by the link or signed in, and be invited again', async () => {
    const { id, email } = await register();
    const token = await linkToken(email ?? '');
    await decline(email, true);
    portal.stack.clock.advance(2 * MINUTE_MS);
    const preview = () => request('POST', '/v1/invites/preview', { body: { token } });
    expect((await preview()).body).toHaveProperty('noMoreInvitationsUntil');
    for (let times = 0; times < 2; times++) {
      const allowed = await request('POST', '/v1/invites/allow', { body: { token } });
      expect(allowed).toMatchObject({ status: 200, body: { id, status: 'DECLINED' } });
      expect(allowed.body).not.toHaveProperty('noMoreInvitationsUntil');
    }
    expect((await preview()).body).not.toHaveProperty('noMoreInvitationsUntil');
    expect((await get(id)).body).not.toHaveProperty('noMoreInvitationsUntil');
    const again = await add(email);
    expect(again).toMatchObject({ status: 201 });

    await mailsTo(email ?? '', 2);
    await decline(email, true);
    portal.stack.clock.advance(10 * MINUTE_MS);
    expect(await add(email)).toMatchObject(DECLINED);
    const allow = (as: string) => request('DELETE', '/v1/me/blocked-partners/acme', { as });
    // Somebody else lifts nothing.
    expect(await allow(owner)).toMatchObject({ status: 204 });
    expect(await add(email)).toMatchObject(DECLINED);
    expect(await allow(email ?? '')).toMatchObject({ status: 204 });
    expect(await add(email)).toMatchObject({ status: 201 });
  });
});

describe('the daily limit of a partner’s invitations', () => {
  const { id: partnerId } = portal.otherPartner;
  const limit = yandex.invitationsPerDay;
  const body = { name: 'Many', email: at('many') };

  beforeEach(() => toNextMorning(portal.stack));

  test('counts registrations, resends, changed addresses and invited members, and nothing that is refused', async () => {
    await setInvited(portal.stack, partnerId, 0);
    const { id, email } = await register({}, otherOwner);
    await mailsTo(email ?? '');
    await portal.stack.idle();
    expect(await add(email, otherOwner)).toMatchObject({ status: 409 });
    expect(await resendAs(id, otherOwner)).toMatchObject(TOO_SOON);
    expect(await changeEmail(id, otherOwner, otherOwner)).toMatchObject({ status: 409 });
    expect(await invitedToday(partnerId)).toBe(1);
    portal.stack.clock.advance(2 * MINUTE_MS);
    expect(await resendAs(id, otherOwner)).toMatchObject({ status: 200 });
    expect(await changeEmail(id, at('changed'), otherOwner)).toMatchObject({ status: 200 });
    expect(await changeEmail(id, at('changed'), otherOwner)).toMatchObject({ status: 200 });
    expect(await inviteMember(at('invited-member'), otherOwner)).toMatchObject({ status: 200 });
    expect(await inviteMember(at('invited-member'), otherOwner)).toMatchObject({ status: 200 });
    expect(await invitedToday(partnerId)).toBe(4);
  });

  test('refuses registration, resend and batch alike, with the time when the partner can go on', async () => {
    const first = await add(at('before'), otherOwner, 'before');
    await mailsTo(at('before'));
    await portal.stack.idle();
    portal.stack.clock.advance(MINUTE_MS);
    const active = await add(at('active'), otherOwner);
    await request('POST', `/v1/customers/${active.body.id}/invite/accept`, { as: at('active') });
    await setInvited(portal.stack, partnerId, limit);
    const refused = await add(at('many'), otherOwner);
    const LIMIT = { status: 429, body: { code: 'INVITATION_LIMIT' } };
    expect(refused).toMatchObject(LIMIT);
    expect(seconds(refused)).toBeLessThanOrEqual(24 * 60 * 60);
    expect(await resendAs(first.body.id, otherOwner)).toMatchObject(LIMIT);
    expect(await changeEmail(first.body.id, at('elsewhere'), otherOwner)).toMatchObject(LIMIT);
    expect(await inviteMember(at('late-member'), otherOwner)).toMatchObject(LIMIT);
    // A refusal that waiting does not cure comes first.
    const STATUS = { status: 409, body: { code: 'CUSTOMER_STATUS' } };
    expect(await resendAs(active.body.id, otherOwner)).toMatchObject(STATUS);
    expect(await changeEmail(active.body.id, at('elsewhere'), otherOwner)).toMatchObject(STATUS);
    // A repetition of a registration from before the limit gets the first answer.
    expect((await add(at('before'), otherOwner, 'before')).body).toEqual(first.body);

    await setInvited(portal.stack, partnerId, limit - 1);
    const batch = await request('POST', '/v1/customers/batch', {
      as: otherOwner,
      body: { customers: [{ ...body, email: at('before') }, body, { ...body, email: at('more') }] },
    });
    // A refused row gives its invitation back to the next one.
    expect(batch.body['results']).toMatchObject([
      { problem: { code: 'CUSTOMER_EXISTS' } },
      { customer: { email: at('many') } },
      { problem: { status: 429, code: 'INVITATION_LIMIT', retryAfterSeconds: expect.any(Number) } },
    ]);
    expect(await invitedToday(partnerId)).toBe(limit);
    portal.stack.clock.advance(DAY_MS);
    expect(await add(at('tomorrow'), otherOwner)).toMatchObject({ status: 201 });
    // Another partner has a count of its own.
    await setInvited(portal.stack, partnerId, limit);
    expect(await add(at('elsewhere'))).toMatchObject({ status: 201 });
  });
});

describe('a batch', () => {
  const ROWS = 30;
  type Results = { results: { customer?: object; replayed?: true; problem?: { code: string; status: number } }[] };
  const batch = (name: string) =>
    request<Results>('POST', '/v1/customers/batch', {
      as: owner,
      body: { customers: Array.from({ length: ROWS }, (_, n) => ({ name: 'Row', email: at(`${name}-${n}`) })) },
    });
  const codes = ({ body }: Answer<Results>) =>
    body.results.map(({ problem, replayed }) => problem?.code ?? (replayed ? 'replayed' : 'registered'));
  /** Leaves the function this many seconds of its time when it first sends a transaction. */
  const leaveSeconds = (seconds: number, meanwhile: Promise<void> = Promise.resolve()) => {
    let started = false;
    portal.stack.aws.interfere = ({ functionName, operation }) => {
      if (functionName !== 'importCustomers' || operation !== 'TransactWriteItems') return undefined;
      if (!started) portal.stack.clock.advance(TIMEOUT_MS - seconds * 1000);
      started = true;
      return { before: () => meanwhile.then(() => undefined) };
    };
  };
  afterEach(() => {
    portal.stack.aws.interfere = () => undefined;
  });

  test('starts no row for which there is no time, and says so: it can be sent again', async () => {
    leaveSeconds(5);
    const first = await batch('late');
    expect(first.status).toBe(200);
    const tried = codes(first).filter((code) => code === 'registered').length;
    expect(tried).toBeGreaterThan(0);
    expect(tried).toBeLessThan(ROWS);
    // A row that was under way when its time was over may have got no further.
    expect(codes(first).filter((code) => !['registered', 'NOT_TRIED', 'TRY_AGAIN'].includes(code))).toEqual([]);
    expect(first.body.results.at(-1)).toMatchObject({
      problem: { code: 'NOT_TRIED', status: 503, retryAfterSeconds: 1 },
    });
    portal.stack.aws.interfere = () => undefined;
    const again = codes(await batch('late'));
    expect(again.filter((code) => code === 'replayed').length).toBeGreaterThanOrEqual(tried);
    expect(again.filter((code) => code !== 'replayed' && code !== 'registered')).toEqual([]);
  });

  test('answers before its time is over, also if rows are still under way', async () => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    leaveSeconds(0.9, released);
    const first = await batch('hanging');
    release();
    expect(first.status).toBe(200);
    expect(new Set(codes(first))).toEqual(new Set(['TRY_AGAIN', 'NOT_TRIED']));
    portal.stack.aws.interfere = () => undefined;
    await portal.stack.idle();
    expect(codes(await batch('hanging')).filter((code) => code !== 'replayed' && code !== 'registered')).toEqual([]);
  });
});

describe('an invitation that has expired', () => {
  test('is opened again by a resend, if no other customer has the address by then', async () => {
    const { id, email } = await register();
    await letExpire(id);
    await portal.stack.runExpire();
    await endCooldown(portal.stack, id);
    const next = await add(email);
    expect(next).toMatchObject({ status: 201 });
    expect(await resend(id)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
    const declined = await request('POST', `/v1/customers/${next.body.id}/invite/decline`, { as: email ?? '' });
    expect(declined).toMatchObject({ status: 200 });
    await endCooldown(portal.stack, id);
    expect(await resend(id)).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED' } });
    expect(await resend(id)).toMatchObject(TOO_SOON);
  });
});

describe('removal', () => {
  const SECRETS = [
    'Tidewater',
    'Ms Ebb',
    '+44 20 7946 0123',
    'ebb@tidewater.example',
    'chief@tidewater.example',
    '7809876543',
  ];
  const DETAILS = {
    name: 'Tidewater',
    person: { name: 'Ms Ebb', phone: '+44 20 7946 0123', tin: '7809876543' },
    adminEmails: ['chief@tidewater.example'],
  };
  const stored = async () => JSON.stringify(await itemsOf(portal.stack));
  const eventRows = async (id: string) =>
    (await itemsOf(portal.stack)).filter(({ pk, sk }) => pk === customerKey(id).pk && sk !== customerKey(id).sk).length;

  /** As many events as a customer of some years has: one transaction can't remove them all. */
  const longHistory = (id: string) =>
    writeItems(
      portal.stack,
      Array.from({ length: 150 }, (_, n) => ({ ...eventKey(id, 100 + n), type: 'CustomerUpdated', note: 'Ms Ebb' })),
    );

  test('leaves a tombstone and no personal data, even if interrupted; a late repetition can’t bring the customer back', async () => {
    const body = { ...DETAILS, email: 'ebb@tidewater.example' };
    const post = () => request<CustomerAnswer>('POST', '/v1/customers', { as: owner, key: 'ebb', body });
    const { id } = (await post()).body;
    await mailsTo('ebb@tidewater.example');
    const registered = await stored();
    for (const secret of SECRETS) expect(registered).toContain(secret);
    await longHistory(id);
    expect((await remove(id)).status).toBe(204);
    expect(await get(id)).toMatchObject({ status: 404 });
    expect(await post()).toMatchObject({ status: 409, body: { code: 'CUSTOMER_DELETED' } });

    const before = await eventRows(id);
    const stop = portal.stack.observe(({ functionName, operation }) => {
      if (functionName === 'expireUnconfirmed' && operation === 'TransactWriteItems') {
        stop();
        void portal.stack.coldStart('expireUnconfirmed');
      }
    });
    await expect(portal.stack.runExpire()).rejects.toThrow();
    const halfway = await eventRows(id);
    expect(halfway).toBeLessThan(before);
    expect(halfway).toBeGreaterThan(0);

    await portal.stack.runExpire();
    const rest = (await itemsOf(portal.stack)).filter(({ pk }) => pk === customerKey(id).pk);
    const tombstone = { removedAt: expect.any(String), ttl: expect.any(Number), format: FORMAT };
    expect(rest).toEqual([{ ...customerKey(id), ...tombstone }]);
    const days = (Number(rest[0]?.['ttl']) * 1000 - portal.stack.clock.now()) / DAY_MS;
    expect(Math.round(days)).toBe(yandex.retentionDays);
    const left = await stored();
    for (const secret of SECRETS) expect(left).not.toContain(secret);
    expect(await post()).toMatchObject({ status: 409, body: { code: 'CUSTOMER_DELETED' } });
  });

  test('happens automatically to an expired customer, after the retention period', async () => {
    const { id, email } = await register(DETAILS);
    await letExpire(id);
    await portal.stack.runExpire();
    expect((await get(id)).body).toMatchObject({ status: 'EXPIRED' });
    await setOnItem(portal.stack, customerKey(id), { removeAt: past(), dueAt: past() });
    expect(await get(id)).toMatchObject({ status: 404 });
    await portal.stack.runExpire();
    const left = await stored();
    for (const secret of [DETAILS.name, DETAILS.person.name, email ?? '']) expect(left).not.toContain(secret);
  });
});
