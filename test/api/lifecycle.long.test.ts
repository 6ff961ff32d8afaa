/** Effects of time on invitations and customers in rare cases: races, lost time, and long histories. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AwsCall } from '../../local/awsEndpoint.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import {
  customerKey,
  duePartition,
  eventKey,
  mailQueueKey,
  mailQueueOf,
  mailsOfDayKey,
} from '../../shared/table/keys.ts';
import { type Answer, type CustomerAnswer, DAY_MS, OPERATOR, ownStack, toNextMorning } from '../stack.ts';
import {
  endCooldown,
  freeRecipient,
  itemAt,
  itemsOf,
  removeItem,
  setInvited,
  setOnItem,
  writeItems,
} from '../table.ts';

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

describe('a recipient gets no second invitation within the cooldown', () => {
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
});

describe('a recipient who wants no more invitations from a partner', () => {
  const DECLINED = { status: 409, body: { code: 'INVITATIONS_DECLINED' } };

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
});

describe('the daily limit of a partner’s invitations', () => {
  const { id: partnerId } = portal.otherPartner;
  const limit = yandex.invitationsPerDay;

  beforeEach(() => toNextMorning(portal.stack));

  test('is exact: as many invitations leave as are left, however many ask for them at once', async () => {
    const LEFT = 50;
    const BATCHES = 10;
    /** As many as there are requests of each other kind. */
    const OTHERS = 5;
    await setInvited(portal.stack, partnerId, 0);
    await portal.stack.idle();
    portal.stack.stream.mode = 'losing';
    const open = await Promise.all(
      Array.from({ length: 2 * OTHERS }, (_, n) => register({ email: at(`open-${n}`) }, otherOwner)),
    );
    portal.stack.clock.advance(2 * MINUTE_MS);
    await portal.stack.runSchedule('deliverMail');
    portal.stack.clock.advance(2 * MINUTE_MS);
    const rows = (batch: number, length = 30) =>
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
  afterEach(() => {
    portal.stack.aws.interfere = () => undefined;
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
  test('holds its address again after a resend, although the cleanup has not run', async () => {
    const { id, email } = await register();
    await letExpire(id);
    await endCooldown(portal.stack, id);
    expect(await resend(id)).toMatchObject({ status: 200, body: { status: 'VERIFICATION_REQUIRED' } });
    expect(await add(email)).toMatchObject({ status: 409, body: { code: 'CUSTOMER_EXISTS' } });
  });
});

describe('the cleanup', () => {
  const CUSTOMERS = 24;
  /** As many as the cleanup works on at once. */
  const AT_ONCE = 8;

  test('works on several partitions at once, and on two customers of each; a second run at the same time disturbs it in nothing', async () => {
    // Customers of earlier tests expire first. And this is not about mails.
    await portal.stack.runExpire();
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
  const eventRows = async (id: string) =>
    (await itemsOf(portal.stack)).filter(({ pk, sk }) => pk === customerKey(id).pk && sk !== customerKey(id).sk).length;

  /** As many events as a customer of some years has: one transaction can't remove them all. */
  const longHistory = (id: string) =>
    writeItems(
      portal.stack,
      Array.from({ length: 150 }, (_, n) => ({ ...eventKey(id, 100 + n), type: 'CustomerUpdated', note: 'Ms Ebb' })),
    );

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
});
