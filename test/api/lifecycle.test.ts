/** Effects of time on invitations and customers: cooldown and limit, expiry, removal, and late repetitions. */
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from 'vitest';
import type { AwsCall } from '../../local/awsEndpoint.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { FORMAT } from '../../shared/table/format.ts';
import {
  customerKey,
  duePartition,
  eventKey,
  mailQueueKey,
  mailQueueOf,
  mailsOfDayKey,
} from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, ownStack } from '../stack.ts';
import { endCooldown, freeRecipient, itemAt, itemsOf, removeItem, setInvited, setOnItem, tableOf } from '../table.ts';

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

/** The time limit of the cleanup, with the factor of test stacks. */
const RUN_MS = 6 * 10 * 60_000;
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
    await request('DELETE', `/v1/members/${member}`, { as: owner });
    expect(await inviteMember(member)).toMatchObject(TOO_SOON);
    expect(await add(member)).toMatchObject(TOO_SOON);
  });

  test('and is spared longer after each invitation: 1, 5, 15 minutes, then an hour', async () => {
    const { id, email } = await register();
    const pauses: number[] = [];
    for (let mails = 1; mails <= 5; mails++) {
      await mailsTo(email ?? '', mails);
      await portal.stack.idle();
      const { invite } = (await get(id)).body;
      expect(invite?.resendableAt).toBeDefined();
      const left = Date.parse(invite?.resendableAt ?? '') - Date.parse(invite?.sentAt ?? '');
      pauses.push(Math.round(left / MINUTE_MS));
      portal.stack.clock.advance(left - MINUTE_MS / 2);
      expect(await resend(id)).toMatchObject(TOO_SOON);
      portal.stack.clock.advance(MINUTE_MS);
      expect(await resend(id)).toMatchObject({ status: 200 });
    }
    expect(pauses).toEqual([1, 5, 15, 60, 60]);
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

  test('but a mail that is not wanted any more holds up nobody for long', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    await remove(id);
    expect(await add(email)).toMatchObject(TOO_SOON);
    portal.stack.clock.advance(2 * MINUTE_MS + 1);
    expect(await add(email)).toMatchObject({ status: 201 });
    const moving = await register();
    expect(await changeEmail(moving.id, `moved-${moving.email}`)).toMatchObject({ status: 200 });
    portal.stack.clock.advance(MINUTE_MS);
    // The mail to the old address is dropped.
    await portal.stack.runSchedule('deliverMail');
    portal.stack.stream.mode = 'running';
    expect(await add(moving.email)).toMatchObject({ status: 201 });
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

  test('gets no resend either, if another invitation is open', async () => {
    const first = await register({ email: at('both') });
    const second = await register({ email: at('neighbour') });
    await portal.stack.idle();
    await freeRecipient(portal.stack, 'acme', at('both'));
    expect(await changeEmail(second.id, at('both+2'))).toMatchObject({ status: 200 });
    await decline(first.email, true);
    await portal.stack.idle();
    portal.stack.clock.advance(10 * MINUTE_MS);
    expect(await resend(second.id)).toMatchObject(DECLINED);
    expect((await get(second.id)).body).not.toHaveProperty('noMoreInvitationsUntil');
    // Also after the deadline, whether or not the cleanup has run.
    portal.stack.clock.advance(20 * DAY_MS);
    expect((await get(second.id)).body).toMatchObject({
      status: 'EXPIRED',
      noMoreInvitationsUntil: expect.any(String),
    });
    expect(await resend(second.id)).toMatchObject(DECLINED);
  });

  test('declines again: a late retry of lifting lifts nothing', async () => {
    const { email } = await register({ email: at('late-lift') });
    const token = await linkToken(email ?? '');
    const allow = (key?: string) => request('POST', '/v1/invites/allow', { body: { token }, ...(key && { key }) });
    await decline(email, true);
    portal.stack.clock.advance(2 * MINUTE_MS);
    const first = await allow('lift-1');
    expect(first.status).toBe(200);
    expect(await add(email)).toMatchObject({ status: 201 });
    await mailsTo(email ?? '', 2);
    await decline(email, true);
    portal.stack.clock.advance(10 * MINUTE_MS);
    const late = await allow('lift-1');
    expect(late).toMatchObject({ status: 200, body: first.body });
    expect(late.headers.get('idempotency-replayed')).toBe('true');
    expect(await add(email)).toMatchObject(DECLINED);
    expect((await allow('lift-2')).status).toBe(200);
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

  test('is exact: as many invitations leave as are left, however many ask for them at once', async () => {
    const LEFT = sized(10, 50);
    const BATCHES = sized(2, 10);
    /** As many as there are requests of each other kind. */
    const OTHERS = sized(2, 5);
    await setInvited(portal.stack, partnerId, 0);
    await portal.stack.idle();
    portal.stack.stream.mode = 'losing';
    const open = await Promise.all(
      Array.from({ length: 2 * OTHERS }, (_, n) => register({ email: at(`open-${n}`) }, otherOwner)),
    );
    portal.stack.clock.advance(2 * MINUTE_MS);
    await portal.stack.runSchedule('deliverMail');
    portal.stack.clock.advance(2 * MINUTE_MS);
    const rows = (batch: number, length = sized(12, 30)) =>
      Array.from({ length }, (_, n) => ({ name: 'Row', email: at(`batch-${batch}-${n}`) }));
    // The mails of an import wait in the partner's queue. Those of a few rows leave at once, as from a form.
    const QUEUED = 11;
    const queued = async () => (await itemsOf(portal.stack)).filter(({ due }) => due === mailQueueOf(partnerId)).length;
    const send = (customers: object[]) =>
      request('POST', '/v1/customers/batch', { as: otherOwner, body: { customers } });
    const before = portal.stack.inbox().length;
    const inQueue = await queued();
    portal.stack.stream.mode = 'running';
    expect(await send(rows(BATCHES, QUEUED))).toMatchObject({ status: 200 });
    expect(await send(rows(BATCHES + 1, 2))).toMatchObject({ status: 200 });
    await portal.stack.idle();
    portal.stack.stream.mode = 'losing';
    expect([(await queued()) - inQueue, portal.stack.inbox().length - before]).toEqual([QUEUED, 2]);
    await setInvited(portal.stack, partnerId, limit - LEFT);
    const batches = Array.from({ length: BATCHES }, (_, n) => n).map(async (n) => {
      const answer = await request<{ results: object[] }>('POST', '/v1/customers/batch', {
        as: otherOwner,
        body: { customers: rows(n) },
      });
      expect(answer).toMatchObject({ status: 200 });
      return answer.body.results.filter((result) => 'customer' in result).length;
    });
    const others = [
      ...open.slice(0, OTHERS).map(({ id }) => resendAs(id, otherOwner)),
      ...open.slice(OTHERS).map(({ id }, n) => changeEmail(id, at(`moved-${n}`), otherOwner)),
      ...Array.from({ length: OTHERS }, (_, n) => inviteMember(at(`member-${n}`), otherOwner)),
      ...Array.from({ length: 2 * OTHERS }, (_, n) => add(at(`single-${n}`), otherOwner)),
      // A refusal gives back what it reserved.
      ...open.slice(0, OTHERS).map(({ email }) => add(email, otherOwner)),
    ].map(async (answer) => ((await answer).status < 300 ? 1 : 0));
    const invited = (await Promise.all([...batches, ...others])).reduce((sum: number, each) => sum + each, 0);
    const back = limit - Number(await invitedToday(partnerId));
    expect(invited + back).toBe(LEFT);
    // While a request that is refused held an invitation, another one may have found none left. It is there for the next one.
    for (let n = 0; n < back; n++) expect(await add(at(`late-${n}`), otherOwner)).toMatchObject({ status: 201 });
    expect(await add(at('one-more'), otherOwner)).toMatchObject({ status: 429 });
    portal.stack.clock.advance(2 * MINUTE_MS);
    await portal.stack.runSchedule('deliverMail');
    portal.stack.stream.mode = 'running';
    expect(portal.stack.inbox().length - before).toBe(QUEUED + 2 + LEFT);
  });

  test('counts an address that a form repeats, if another request changes the stored one meanwhile', async () => {
    await setInvited(portal.stack, partnerId, 0);
    const { id, email } = await register({ email: at('repeated') }, otherOwner);
    await mailsTo(at('repeated'));
    await portal.stack.idle();
    let other: Promise<unknown> | undefined;
    portal.stack.aws.interfere = ({ functionName, operation }) => {
      if (functionName !== 'updateCustomer' || operation !== 'TransactWriteItems' || other) return undefined;
      other = changeEmail(id, at('meanwhile'), otherOwner);
      return { before: () => other?.then(() => undefined) };
    };
    const form = () => request('PATCH', `/v1/customers/${id}`, { as: otherOwner, body: { email, role: 'Reseller' } });
    const first = await form();
    portal.stack.aws.interfere = () => undefined;
    expect(await other).toMatchObject({ status: 200 });
    expect(first).toMatchObject({ status: 503, body: { code: 'TRY_AGAIN' } });
    portal.stack.clock.advance(2 * MINUTE_MS);
    const count = Number(await invitedToday(partnerId));
    expect(await form()).toMatchObject({ status: 200, body: { email } });
    expect(await invitedToday(partnerId)).toBe(count + 1);
  });

  test('does not count an invitation if the queue of its mail can’t be noted', async () => {
    // An instance of a function notes a queue once in an hour.
    portal.stack.clock.advance(2 * 60 * MINUTE_MS);
    await setInvited(portal.stack, partnerId, 0);
    const now = new Date(portal.stack.clock.now()).toISOString();
    const minute = { thisMinute: now.slice(0, 'yyyy-mm-ddThh:mm'.length), inThisMinute: 100 };
    await setOnItem(portal.stack, mailsOfDayKey(partnerId, now.slice(0, 'yyyy-mm-dd'.length)), minute);
    portal.stack.aws.interfere = ({ operation, input }) => {
      const { sk } = (input['Key'] ?? {}) as { sk?: { S?: string } };
      const notes = operation === 'UpdateItem' && sk?.S === mailQueueKey(partnerId).sk;
      return notes ? { before: () => 'refuse' } : undefined;
    };
    const rows = Array.from({ length: 11 }, (_, n) => ({ name: 'Row', email: at(`not-noted-${n}`) }));
    const [single, batch] = await Promise.all([
      add(at('not-noted'), otherOwner),
      request('POST', '/v1/customers/batch', { as: otherOwner, body: { customers: rows } }),
    ]);
    portal.stack.aws.interfere = () => undefined;
    expect([single.status, batch.status]).toEqual([503, 503]);
    expect(await invitedToday(partnerId)).toBe(0);
  });

  test('keeps its count when the provider records the partner again', async () => {
    await setInvited(portal.stack, partnerId, limit);
    await request('PUT', `/v1/provider/partners/${partnerId}`, {
      as: OPERATOR,
      body: { name: 'Renamed', paid: true },
    });
    expect(await add(at('still'), otherOwner)).toMatchObject({ status: 429 });
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

  /** Holds the requests that match until the answer. Leaves the function less than a second at the first request that matches `ends`. */
  const holding = async <Got>(
    matches: (call: AwsCall) => boolean,
    send: () => Promise<Got>,
    ends = matches,
  ): Promise<Got> => {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let ended = false;
    portal.stack.aws.interfere = (call) => {
      if (call.functionName !== 'importCustomers') return undefined;
      const held = matches(call);
      if (!ended && (ends === matches ? held : ends(call))) {
        portal.stack.clock.advance(TIMEOUT_MS - 900);
        ended = true;
      }
      return held ? { before: () => released.then(() => undefined) } : undefined;
    };
    const answer = await send();
    portal.stack.aws.interfere = () => undefined;
    release();
    await portal.stack.idle();
    return answer;
  };
  const isUpdate = ({ operation, input }: Pick<AwsCall, 'operation' | 'input'>, expression: string) =>
    operation === 'UpdateItem' && String(input['UpdateExpression']).includes(expression);

  test('counts each invitation of rows that go on after the answer', async () => {
    await setInvited(portal.stack, portal.partner.id, 0);
    let reads = 0;
    // The first of these reads is of the rows that are known, the others are of the people behind the addresses.
    const held = await holding(
      ({ operation }) => operation === 'BatchGetItem' && ++reads > 1,
      () => batch('held'),
    );
    expect(new Set(codes(held))).toEqual(new Set(['TRY_AGAIN', 'NOT_TRIED']));
    expect(codes(await batch('held')).filter((code) => code !== 'replayed' && code !== 'registered')).toEqual([]);
    expect(await invitedToday(portal.partner.id)).toBe(ROWS);
  });

  test('answers in time if it has no time to reserve invitations, or to give them back', async () => {
    await setInvited(portal.stack, portal.partner.id, 0);
    let returned = 0;
    const stop = portal.stack.observe(({ operation, input }) => {
      if (isUpdate({ operation, input }, 'invited - :count')) returned += 1;
    });
    const late = await holding(
      ({ operation }) => operation === 'BatchGetItem',
      () => batch('unprepared'),
    );
    expect([late.status, new Set(codes(late))]).toEqual([200, new Set(['NOT_TRIED'])]);
    // The reservation came through after the answer, and was given back.
    await expect.poll(() => returned).toBe(1);
    stop();
    expect(await invitedToday(portal.partner.id)).toBe(0);

    const unreturned = await holding(
      (call) => isUpdate(call, 'invited - :count'),
      () => batch('unreturned'),
      ({ operation }) => operation === 'TransactWriteItems',
    );
    expect(unreturned.status).toBe(200);
    expect(codes(unreturned)).toContain('NOT_TRIED');
  });

  test('gives its invitations back once, also if the answer to that is lost', async () => {
    await setInvited(portal.stack, portal.partner.id, 10);
    portal.stack.aws.interfere = (call) => (isUpdate(call, 'invited - :count') ? { after: () => 'refuse' } : undefined);
    const rows = [0, 1].map((n) => ({ name: 'Taken', email: at(`held-${n}`) }));
    const answer = await request<Results>('POST', '/v1/customers/batch', { as: owner, body: { customers: rows } });
    expect(codes(answer)).toEqual(['CUSTOMER_EXISTS', 'CUSTOMER_EXISTS']);
    expect(await invitedToday(portal.partner.id)).toBe(10);
  });

  test('loses no row if the service fails before the first: all can be sent again', async () => {
    const rows = (name: string) =>
      request<Results>('POST', '/v1/customers/batch', {
        as: owner,
        body: { customers: [0, 1].map((n) => ({ name: 'Row', email: at(`${name}-${n}`) })) },
      });
    // To the beginning of a minute.
    portal.stack.clock.advance(MINUTE_MS - (portal.stack.clock.now() % MINUTE_MS));
    const minute = new Date(portal.stack.clock.now()).toISOString().slice(0, 'yyyy-mm-ddThh:mm'.length);
    const count = mailsOfDayKey(portal.partner.id, minute.slice(0, 'yyyy-mm-dd'.length));
    await setOnItem(portal.stack, count, { thisMinute: minute, inThisMinute: 'damaged' });
    const failed = await rows('failing');
    await removeItem(portal.stack, count);
    expect([failed.status, codes(failed)]).toEqual([200, ['NOT_TRIED', 'NOT_TRIED']]);
    expect(codes(await rows('failing'))).toEqual(['registered', 'registered']);
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

  test('holds its address again after a resend, although the cleanup has not run', async () => {
    const { id, email } = await register();
    await letExpire(id);
    await endCooldown(portal.stack, id);
    expect(await resend(id)).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED' } });
    expect(await add(email)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
  });
});

describe('the cleanup', () => {
  const CUSTOMERS = sized(12, 24);
  /** As many as the cleanup works on at once. */
  const AT_ONCE = 8;

  test('works on several partitions at once, and on two customers of each; a second run at the same time disturbs it in nothing', async () => {
    // This is not about their mails.
    portal.stack.stream.mode = 'losing';
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => register()));
    for (const { id } of customers) await letExpire(id);
    /** The partitions of the customers whose writes are under way. */
    const underWay: string[] = [];
    let [most, mostInOne, mostPartitions] = [0, 0, 0];
    portal.stack.aws.interfere = ({ functionName, operation, input }) => {
      if (functionName !== 'expireUnconfirmed' || operation !== 'TransactWriteItems') return undefined;
      const [id = ''] = /dn2[a-z0-9]{17}/.exec(JSON.stringify(input)) ?? [];
      const partition = duePartition('STATE', id);
      underWay.push(partition);
      most = Math.max(most, underWay.length);
      mostInOne = Math.max(mostInOne, underWay.filter((each) => each === partition).length);
      mostPartitions = Math.max(mostPartitions, new Set(underWay).size);
      const after = () => {
        underWay.splice(underWay.indexOf(partition), 1);
        return undefined;
      };
      return { after };
    };
    const first = (await portal.stack.runExpire()) as Record<string, number>;
    portal.stack.aws.interfere = () => undefined;
    expect(first).toMatchObject({ expired: CUSTOMERS, failed: 0 });
    expect(mostInOne).toBe(2);
    expect(mostPartitions).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(AT_ONCE);

    // Their retention is over: two runs remove them.
    for (const { id } of customers) await setOnItem(portal.stack, customerKey(id), { removeAt: past(), dueAt: past() });
    const counts = (await Promise.all([portal.stack.runExpire(), portal.stack.runExpire()])) as Record<
      string,
      number
    >[];
    expect(counts.map(({ failed }) => failed)).toEqual([0, 0]);
    const left = await itemsOf(portal.stack);
    for (const { id } of customers)
      expect(left.filter(({ pk }) => pk === customerKey(id).pk)).toMatchObject([{ removedAt: expect.any(String) }]);
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

  test('of a long history stops before the time of the run is over, and the next run goes on', async () => {
    const { id } = await register();
    await portal.stack.idle();
    await longHistory(id);
    expect((await remove(id)).status).toBe(204);
    const before = await eventRows(id);
    const stop = portal.stack.observe(({ functionName, operation }) => {
      if (functionName !== 'expireUnconfirmed' || operation !== 'TransactWriteItems') return;
      stop();
      // As long as the run may take: no time is left after the first transaction.
      portal.stack.clock.advance(RUN_MS);
    });
    expect(await portal.stack.runExpire()).toMatchObject({ removed: 0, later: 1, failed: 0 });
    const halfway = await eventRows(id);
    expect(halfway).toBeLessThan(before);
    expect(halfway).toBeGreaterThan(0);
    expect(await portal.stack.runExpire()).toMatchObject({ removed: 1, later: 0 });
    expect(await eventRows(id)).toBe(0);
  });

  /** As many events as a customer of some years has: one transaction can't remove them all. */
  async function longHistory(id: string): Promise<void> {
    const { tableName } = portal.stack.dynamoDb;
    for (let version = 100; version < 100 + sized(150, 250); version += 25) {
      await tableOf(portal.stack).send(
        new BatchWriteCommand({
          RequestItems: {
            [tableName]: Array.from({ length: 25 }, (_, n) => ({
              PutRequest: { Item: { ...eventKey(id, version + n), type: 'CustomerUpdated', note: 'Ms Ebb' } },
            })),
          },
        }),
      );
    }
  }
});
