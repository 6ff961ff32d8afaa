import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { undeliveredHere } from '../../cli/environments.ts';
import { redrive } from '../../cli/undelivered.ts';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { bounceKey, customerKey, eventKey, pendingKey } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { sized } from '../size.ts';
import { type CustomerAnswer, DAY_MS, OPERATOR, OWNER, ownStack, ROBOT } from '../stack.ts';
import {
  endCooldown,
  eventsOf,
  freeRecipient,
  itemAt,
  itemsOf,
  makeMailDue,
  makeMailsDue,
  setOnCustomer,
  setOnItem,
  tableOf,
} from '../table.ts';

const portal = ownStack();
const { request, register, mailsTo } = portal;
const HOUR_MS = 60 * 60_000;
/** Longer than a sender waits for SES. */
const SES_TIMEOUT_MS = 11_000;

const customer = async (id: string) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: OWNER })).body;
const arrived = (address: string | null) =>
  portal.stack.inbox().filter(({ destination }) => destination.to.includes(address ?? ''));
const schedule = () => portal.stack.runSchedule('deliverMail');
/** Sends the mails that left at once, and those that wait in the partner's queue because this file causes many in a minute. */
const sendAll = async () => {
  await portal.stack.idle();
  await schedule();
};
const isDue = async (id: string) => (await itemAt(portal.stack, eventKey(id, 1)))?.['due'] !== undefined;

const logged = (functionName: string) => readFileSync(join(portal.stack.directory, `logs/${functionName}.log`), 'utf8');

beforeEach(() => {
  portal.stack.stream.mode = 'running';
  portal.stack.ses.failMail = () => undefined;
  portal.stack.aws.interfere = () => undefined;
});

describe('a mail', () => {
  test('is sent by the schedule, once, if the stream has lost it', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    expect(await isDue(id)).toBe(true);
    await schedule();
    // First the stream has its time: the schedule must not race it.
    expect(arrived(email)).toHaveLength(0);
    await makeMailDue(portal.stack, id);
    await Promise.all([schedule(), schedule(), schedule()]);
    expect(arrived(email)).toHaveLength(1);
    await schedule();
    expect(arrived(email)).toHaveLength(1);
    await portal.stack.reports.idle();
    expect(await customer(id)).toMatchObject({ delivery: { status: 'DELIVERED' }, version: 1 });
  });

  test('has one sender at a time: neither a repeated stream record nor the schedule sends it again meanwhile', async () => {
    portal.stack.stream.mode = 'losing';
    const released = Promise.withResolvers<undefined>();
    let asked = 0;
    portal.stack.aws.interfere = ({ service }) => {
      if (service !== 'ses') return undefined;
      asked += 1;
      return { before: () => released.promise };
    };
    const { id, email } = await register();
    const { pk, sk } = eventKey(id, 1);
    const record = { eventID: '1', dynamodb: { SequenceNumber: '1', Keys: { pk: { S: pk }, sk: { S: sk } } } };
    const fromStream = () => portal.stack.invoke('deliverMail', { Records: [record] });
    const sending = fromStream();
    await expect.poll(() => asked).toBe(1);
    await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? schedule() : fromStream())));
    released.resolve(undefined);
    await sending;
    expect(asked).toBe(1);
    expect(arrived(email)).toHaveLength(1);
    expect(await fromStream()).toEqual({ batchItemFailures: [] });
    expect(arrived(email)).toHaveLength(1);
  });

  test('is not sent again if SES took it but the answer was lost: SES’s report says that SES has it', async () => {
    portal.stack.ses.failMail = () => 'loseAnswer';
    const { id, email } = await register();
    await expect.poll(() => arrived(email).length).toBe(1);
    portal.stack.ses.failMail = () => undefined;
    await portal.stack.idle();
    expect((await customer(id)).delivery?.status).toBe('DELIVERED');
    await makeMailDue(portal.stack, id);
    await schedule();
    expect(arrived(email)).toHaveLength(1);
    expect(await isDue(id)).toBe(false);
  });

  test.each(sized(['throttle', 'reject'] as const, ['throttle', 'reject', 'refuse'] as const))(
    'that SES does not take (%s) stays due and is sent later',
    async (failure) => {
      let asked = 0;
      portal.stack.ses.failMail = () => {
        asked += 1;
        return failure;
      };
      const { id, email } = await register();
      // The sender has heard from SES: the steps below take the mail from nobody who is sending it.
      await expect.poll(() => asked).toBeGreaterThan(0);
      await portal.stack.idle();
      // A throttled attempt doesn't count as an attempt.
      await expect
        .poll(async () => (await itemAt(portal.stack, eventKey(id, 1)))?.['attempts'])
        .toBe(failure === 'throttle' ? 0 : 1);
      expect((await customer(id)).delivery).toEqual({ status: 'QUEUED', at: expect.any(String) });
      portal.stack.ses.failMail = () => undefined;
      await expect
        .poll(
          async () => {
            await makeMailDue(portal.stack, id).catch(() => undefined);
            await schedule();
            return arrived(email).length;
          },
          { timeout: 10_000 },
        )
        .toBe(1);
    },
  );

  test('that fails does not delay others', async () => {
    const bad = 'poisoned@client.example';
    portal.stack.ses.failMail = (recipients) => (recipients.includes(bad) ? 'reject' : undefined);
    portal.stack.stream.mode = 'paused';
    await register({ email: bad });
    const { email } = await register();
    portal.stack.stream.mode = 'running';
    await mailsTo(email ?? '');
    expect(arrived(bad)).toHaveLength(0);
  });

  test('is not sent if its invitation was answered meanwhile', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    await request('POST', `/v1/customers/${id}/invite/decline`, { as: email ?? '' });
    await makeMailDue(portal.stack, id);
    expect(await schedule()).toMatchObject({ dropped: 1 });
    expect(arrived(email)).toHaveLength(0);
    expect(await isDue(id)).toBe(false);
  });

  test(`is given up after ${yandex.mailGiveUpHours} hours, and the partner reads the reason`, async () => {
    portal.stack.ses.failMail = () => 'reject';
    portal.stack.stream.mode = 'losing';
    const { id } = await register();
    await tableOf(portal.stack).send(
      new UpdateCommand({
        TableName: portal.stack.dynamoDb.tableName,
        Key: eventKey(id, 1),
        UpdateExpression: 'SET #at = :past',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: {
          ':past': new Date(Date.now() - (yandex.mailGiveUpHours + 1) * HOUR_MS).toISOString(),
        },
      }),
    );
    await makeMailDue(portal.stack, id);
    expect(await schedule()).toMatchObject({ 'given up': 1 });
    expect(await customer(id)).toMatchObject({
      delivery: { status: 'FAILED', reason: expect.stringContaining('MessageRejected') },
      version: 1,
    });
    expect(await isDue(id)).toBe(false);
  });

  test('never delays an API call, whatever SES does', async () => {
    // No mail of an earlier test may be waiting: it would be sent first.
    const email = 'waiting@client.example';
    let asked = 0;
    portal.stack.ses.failMail = (recipients) => {
      if (!recipients.includes(email)) return undefined;
      asked += 1;
      return 'hang';
    };
    // SES gives no answer while this clock stands still, so the answer below did not wait for SES.
    portal.stack.clock.freeze();
    const { id } = await register({ email });
    expect(await eventsOf(portal.stack, id)).toHaveLength(1);
    await expect.poll(() => asked).toBe(1);
    portal.stack.clock.resume();
    portal.stack.clock.advance(SES_TIMEOUT_MS);
    await portal.stack.idle();
    expect(logged('deliverMail')).toMatch(new RegExp(`${id}.*TimeoutError`));
    // The attempt ended automatically, and the mail waits for the next one.
    expect(await isDue(id)).toBe(true);
  });
});

test('an invitation is in the language of its customer, and replies go to the provider', async () => {
  const { email } = await register({ name: 'Пекарня «Мила»', language: 'ru' });
  const [mail] = await mailsTo(email ?? '');
  expect(mail).toMatchObject({
    subject: 'Подтвердите готовность работать с интегратором в Yandex Cloud',
    from: expect.stringContaining('<partners@cloud.example>'),
    replyTo: [expect.stringContaining('<partner-support@cloud.example>')],
    body: { text: expect.stringContaining('Клиент: Пекарня «Мила»'), html: expect.stringContaining('lang="ru"') },
  });
});

describe('the delivery of a mail', () => {
  const delivery = async (id: string) => {
    await portal.stack.idle();
    return (await customer(id)).delivery;
  };
  /** A customer under an address that the local SES gives a certain fate, after that fate has been recorded. */
  async function invited(fate: string, status: string, from = OWNER): Promise<string> {
    const { id } = await register({ email: `${fate}@${randomUUID()}.example` }, from);
    await portal.stack.idle();
    await expect.poll(async () => (await customer(id)).delivery?.status).toBe(status);
    return id;
  }
  /** The mails in the history without the notice of a bounce, which leaves at any time: as `<kind> <status>`. */
  const mailsOfHistory = async (id: string) => {
    const mails = (await eventsOf(id)).flatMap((event) => event.mails ?? []);
    return mails.filter(({ kind }) => kind !== 'BOUNCED').map(({ kind, status }) => `${kind} ${status}`);
  };
  async function eventsOf(id: string) {
    type Events = { events: { mails?: { kind: string; to: string; status: string }[] }[] };
    const { body } = await request<Events>('GET', `/v1/customers/${id}/events`, { as: OWNER });
    return body.events;
  }
  const resend = async (id: string) => {
    await endCooldown(portal.stack, id);
    return request('POST', `/v1/customers/${id}/invite/resend`, { as: OWNER });
  };
  const noticesOf = (id: string) =>
    portal.stack
      .inbox()
      .filter(({ body }) => body.text?.includes(`/customers/${id}`) && !body.text.includes('#token='));

  const FATES: [fate: string, status: string, reason?: string, reasonCode?: string][] = [
    ['bounce', 'BOUNCED', 'The mailbox does not exist (550 5.1.1).', 'NO_MAILBOX'],
    ['delay', 'DELAYED', expect.stringMatching(/does not take the mail yet.*tried again until/), 'NOT_TAKEN_YET'],
    ['success', 'DELIVERED'],
    ['mailboxfull', 'BOUNCED', 'The mailbox is full (452 4.2.2).', 'MAILBOX_FULL'],
    ['suppressionlist', 'BOUNCED', expect.stringMatching(/has come back before/), 'CAME_BACK_OR_UNWANTED'],
    ['complaint', 'COMPLAINED', 'The recipient has reported the mail as unwanted.', 'REPORTED_AS_UNWANTED'],
    ['virus', 'FAILED', expect.stringMatching(/Bad content/), 'SERVICE_REFUSED_CONTENT'],
  ];
  // What each report means: see `shared/mail/report.test.ts`.
  test.each(FATES.slice(0, sized(2, FATES.length)))('to %s@… is %s', async (fate, status, reason, reasonCode) => {
    const id = await invited(fate, status);
    const permanent = ['bounce', 'suppressionlist', 'complaint'].includes(fate) && { permanent: true };
    const why = reason && { reason, reasonCode };
    expect(await delivery(id)).toEqual({ status, at: expect.any(String), ...why, ...permanent });
    expect(await customer(id)).toMatchObject({ version: 1 });
    expect(await mailsOfHistory(id)).toEqual([`INVITATION ${status}`]);
    expect((await eventsOf(id)).flatMap(({ mails = [] }) => mails)[0]).toMatchObject({ status, ...why });
  });

  test('that could not be recorded is recorded by a redrive, which also sends what the stream gave up, once', async () => {
    const queue = undeliveredHere(portal.stack.oidcIssuer);
    // Earlier tests have let functions fail, and have left mails.
    await sendAll();
    await portal.stack.idle();
    for await (const message of queue.messages()) await queue.remove(message);
    // The table is away for the two functions that work in the background.
    portal.stack.aws.interfere = ({ functionName, service }) =>
      service === 'dynamodb' && functionName === 'recordDelivery' ? { before: () => 'refuse' } : undefined;
    const { id } = await register({ email: `bounce@${randomUUID()}.example` });
    await sendAll();
    await portal.stack.idle();
    portal.stack.aws.interfere = ({ functionName, service }) =>
      service === 'dynamodb' && functionName === 'deliverMail' ? { before: () => 'refuse' } : undefined;
    const late = await register();
    await portal.stack.idle();
    portal.stack.aws.interfere = () => undefined;
    expect(await delivery(id)).toMatchObject({ status: 'SENT' });

    const said: string[] = [];
    const say = (line: string) => said.push(line);
    expect(await redrive(queue, { send: false, say })).toEqual({ done: 0, left: 3 });
    for (const what of [
      `recordDelivery  Email Bounced ${id} 1 INVITATION`,
      `recordDelivery  Email Sent ${id} 1 INVITATION`,
      'deliverMail  1 records of the stream',
    ])
      expect(said).toContainEqual(expect.stringContaining(what));
    expect(await delivery(id)).toMatchObject({ status: 'SENT' });

    await makeMailDue(portal.stack, late.id);
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 3, left: 0 });
    expect(await redrive(queue, { send: true, say })).toEqual({ done: 0, left: 0 });
    expect(await delivery(id)).toMatchObject({ status: 'BOUNCED', permanent: true });
    expect(arrived(late.email)).toHaveLength(1);
  });

  test.each(sized(['complaint'], ['bounce', 'complaint', 'suppressionlist']))(
    'to %s@…: no resend until the address is changed, and the new one starts with a clean sheet',
    async (fate) => {
      const id = await invited(fate, fate === 'complaint' ? 'COMPLAINED' : 'BOUNCED');
      const refused = await resend(id);
      expect(refused).toMatchObject({ status: 409, body: { code: 'EMAIL_UNDELIVERABLE' } });
      expect(refused.body['detail']).toMatch(/Change the customer's email address/);
      const email = `right-${id}@client.example`;
      expect(await request('PATCH', `/v1/customers/${id}`, { as: OWNER, body: { email } })).toMatchObject({
        status: 200,
      });
      await mailsTo(email);
      await expect.poll(() => delivery(id)).toMatchObject({ status: 'DELIVERED' });
      expect(await resend(id)).toMatchObject({ status: 200 });
      await mailsTo(email, 2);
    },
  );

  test('that bounced for a temporary reason does not prevent a resend', async () => {
    const id = await invited('mailboxfull', 'BOUNCED');
    expect(await resend(id)).toMatchObject({ status: 200 });
  });

  test('that bounced is reported to the person who registered the customer, once; for a service account, to the owners', async () => {
    const id = await invited('bounce', 'BOUNCED');
    await portal.stack.idle();
    await schedule();
    expect(noticesOf(id)).toHaveLength(1);
    expect(noticesOf(id)[0]).toMatchObject({
      destination: { to: [OWNER] },
      body: { text: expect.stringContaining('The mailbox does not exist (550 5.1.1).') },
    });
    await bringReport(id, bounced(id));
    await schedule();
    expect(noticesOf(id)).toHaveLength(1);
    // The history has the notice beside the mail that it is about.
    await portal.stack.reports.idle();
    expect(await eventsOf(id)).toMatchObject([
      {
        mails: [
          { kind: 'INVITATION', status: 'BOUNCED' },
          { kind: 'BOUNCED', to: OWNER, status: 'DELIVERED' },
        ],
      },
    ]);

    const robots = await invited('bounce', 'BOUNCED', ROBOT);
    await portal.stack.idle();
    await schedule();
    expect(noticesOf(robots)).toMatchObject([{ destination: { to: [OWNER] } }]);
    expect(await itemAt(portal.stack, bounceKey(robots, 1))).toMatchObject({ mails: [{ to: 'OWNERS' }] });
  });

  test('is correct although reports come in any order and more than once', async () => {
    const id = await invited('success', 'DELIVERED');
    const now = new Date().toISOString();
    const late = { eventType: 'DeliveryDelay', deliveryDelay: { timestamp: now, delayType: 'General' } };
    await bringReport(id, late);
    await bringReport(id, { eventType: 'Send' });
    expect(await delivery(id)).toMatchObject({ status: 'DELIVERED' });
    const complaint = { eventType: 'Complaint', complaint: { timestamp: now } };
    await bringReport(id, complaint);
    await bringReport(id, complaint);
    await bringReport(id, { eventType: 'Delivery', delivery: { timestamp: now } });
    await bringReport(id, bounced(id));
    expect(await delivery(id)).toMatchObject({ status: 'COMPLAINED' });
    expect(await mailsOfHistory(id)).toEqual(['INVITATION COMPLAINED']);
  });

  test('stays what it is if the report that SES has accepted the mail comes last', async () => {
    const id = await invited('virus', 'FAILED');
    await bringReport(id, { eventType: 'Send' });
    expect(await delivery(id)).toMatchObject({ status: 'FAILED' });
  });

  test('of a replaced invitation says nothing about the new one', async () => {
    const id = await invited('success', 'DELIVERED');
    expect(await resend(id)).toMatchObject({ status: 200 });
    await expect.poll(() => delivery(id)).toMatchObject({ status: 'DELIVERED' });
    await bringReport(id, bounced(id));
    expect(await delivery(id)).toMatchObject({ status: 'DELIVERED' });
    // The history keeps the fate of each mail.
    expect(await mailsOfHistory(id)).toEqual(['INVITATION BOUNCED', 'RESENT DELIVERED']);
  });

  test('holds for the address if an earlier mail bounced for good or was reported as spam', async () => {
    const complaint = { eventType: 'Complaint', complaint: { timestamp: new Date().toISOString() } };
    const id = await invited('success', 'DELIVERED');
    expect(await resend(id)).toMatchObject({ status: 200 });
    await expect.poll(() => delivery(id)).toMatchObject({ status: 'DELIVERED' });
    await bringReport(id, complaint);
    expect(await delivery(id)).toMatchObject({ status: 'COMPLAINED', permanent: true });
    expect(await resend(id)).toMatchObject({ status: 409, body: { code: 'EMAIL_UNDELIVERABLE' } });

    const late = await invited('success', 'DELIVERED');
    portal.stack.ses.failMail = () => 'throttle';
    expect(await resend(late)).toMatchObject({ status: 200 });
    await bringReport(late, bounced(late));
    expect(await delivery(late)).toMatchObject({ status: 'BOUNCED', permanent: true });
    portal.stack.ses.failMail = () => undefined;
    await makeMailsDue(portal.stack);
    await schedule();
    expect(noticesOf(late)).toHaveLength(1);

    // Another address starts without this.
    expect(
      await request('PATCH', `/v1/customers/${id}`, { as: OWNER, body: { email: `other-${id}@client.example` } }),
    ).toMatchObject({ status: 200 });
    await bringReport(id, complaint);
    await expect.poll(() => delivery(id)).toMatchObject({ status: 'DELIVERED' });
  });

  test('is ignored if the mail is unknown or its customer is gone', async () => {
    await bringReport('dn2aaaaaaaaaaaaaaaaa', {
      eventType: 'Delivery',
      delivery: { timestamp: new Date().toISOString() },
    });
    const detail = { eventType: 'Send', mail: { timestamp: new Date().toISOString(), tags: {} } };
    await expect(portal.stack.invoke('recordDelivery', { detail })).resolves.toBeNull();
  });

  const bounced = (id: string) => ({
    eventType: 'Bounce',
    bounce: {
      timestamp: new Date().toISOString(),
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: `${id}@client.example`, diagnosticCode: 'smtp; 550 5.1.1 user unknown' }],
    },
  });
  /** A report on the first invitation, in the form in which EventBridge brings it. */
  const bringReport = (id: string, report: object) =>
    portal.stack.invoke('recordDelivery', {
      source: 'aws.ses',
      detail: {
        ...report,
        mail: { timestamp: new Date().toISOString(), tags: { customer: [id], version: ['1'], kind: ['INVITATION'] } },
      },
    });
});

describe('a customer that does not answer', () => {
  const cleanUp = () => portal.stack.runExpire();
  /** Advances the time to so many days before the deadline. */
  const untilDaysBefore = async (id: string, days: number) => {
    const expiresAt = new Date(Date.now() + days * DAY_MS - 1000).toISOString();
    const past = new Date(Date.now() - 1000).toISOString();
    await setOnCustomer(portal.stack, id, { expiresAt, remindAt: past, dueAt: past });
  };
  const types = async (id: string) => (await eventsOf(portal.stack, id)).map(({ type }) => type);

  test('is reminded 3 days and 1 day before its deadline, once each, with a link that works', async () => {
    const { id, email } = await register();
    await mailsTo(email ?? '');
    await cleanUp();
    expect(await types(id)).toEqual(['CustomerInvited']);
    await untilDaysBefore(id, 3);
    expect(await cleanUp()).toMatchObject({ reminded: 1 });
    await cleanUp();
    const [, reminder] = await mailsTo(email ?? '', 2);
    expect(reminder?.subject).toMatch(/^Reminder/);
    await untilDaysBefore(id, 1);
    await cleanUp();
    await cleanUp();
    await mailsTo(email ?? '', 3);
    expect(await types(id)).toEqual(['CustomerInvited', 'InvitationReminded', 'InvitationReminded']);
    expect(await customer(id)).toMatchObject({ status: 'VERIFICATION_REQUIRED', version: 3 });
    const token = await portal.linkToken(email ?? '', 3);
    expect(await request('POST', '/v1/invites/accept', { body: { token } })).toMatchObject({ status: 200 });
    expect(await cleanUp()).toMatchObject({ reminded: 0 });
    expect(arrived(email)).toHaveLength(3);
  });

  test('is reminded again after a resend', async () => {
    const { id, email } = await register();
    // A reminder that still waits when the next one is due is not sent any more.
    await mailsTo(email ?? '');
    await untilDaysBefore(id, 1);
    await cleanUp();
    await mailsTo(email ?? '', 2);
    await endCooldown(portal.stack, id);
    await request('POST', `/v1/customers/${id}/invite/resend`, { as: OWNER });
    await mailsTo(email ?? '', 3);
    await untilDaysBefore(id, 3);
    await cleanUp();
    expect(await types(id)).toEqual([
      'CustomerInvited',
      'InvitationReminded',
      'InvitationResent',
      'InvitationReminded',
    ]);
    const kinds = (await mailsTo(email ?? '', 4)).map(({ subject }) => /^Reminder/.test(subject));
    expect(kinds).toEqual([false, true, false, true]);
  });

  test('is not reminded at an address that takes no mail; the history says so', async () => {
    const { id } = await register({ email: 'bounce+reminder@client.example' });
    await portal.stack.idle();
    await expect.poll(async () => (await customer(id)).delivery?.status).toBe('BOUNCED');
    await untilDaysBefore(id, 3);
    await cleanUp();
    expect((await eventsOf(portal.stack, id)).at(-1)).toMatchObject({
      type: 'ReminderSkipped',
      data: { reason: 'EMAIL_UNDELIVERABLE' },
    });
    expect(arrived('bounce+reminder@client.example')).toHaveLength(1);
    expect(await customer(id)).toMatchObject({ delivery: { status: 'BOUNCED' } });
  });

  test('is not sent its invitation again while a reminder waits, as the page says', async () => {
    const { id, email } = await register();
    await mailsTo(email ?? '');
    await untilDaysBefore(id, 3);
    await cleanUp();
    const resend = async () => {
      await endCooldown(portal.stack, id);
      return request('POST', `/v1/customers/${id}/invite/resend`, { as: OWNER });
    };
    expect(await customer(id)).toMatchObject({ delivery: { status: 'QUEUED' } });
    const refused = await resend();
    expect(refused).toMatchObject({ status: 429, body: { code: 'RESEND_TOO_SOON' } });
    expect(refused.body['detail']).toContain('has not left yet');
    await schedule();
    expect(await resend()).toMatchObject({ status: 200 });
  });

  test('and has declined another invitation for good gets no mail that waits, and no reminder; the partner reads why', async () => {
    const name = randomUUID();
    const [email, tagged, member] = ['', '+2', '+3'].map((tag) => `${name}${tag}@client.example`);
    const first = await register({ email });
    await sendAll();
    await endCooldown(portal.stack, first.id);
    portal.stack.stream.mode = 'losing';
    const { id } = await register({ email: tagged });
    await freeRecipient(portal.stack, 'acme', tagged ?? '');
    const roles = ['billing.accounts.viewer'];
    expect(await request('PUT', `/v1/members/${member}`, { as: OWNER, body: { roles } })).toMatchObject({
      status: 200,
    });
    const body = { noMoreInvitations: true };
    expect(await request('POST', `/v1/customers/${first.id}/invite/decline`, { as: email ?? '', body })).toMatchObject({
      status: 200,
    });
    await makeMailsDue(portal.stack);
    expect(await schedule()).toMatchObject({ dropped: 2 });
    expect([...arrived(tagged ?? ''), ...arrived(member ?? '')]).toEqual([]);
    const failed = { status: 'FAILED', reason: expect.stringContaining('wants no more invitations from you until') };
    expect(await customer(id)).toMatchObject({ delivery: failed });
    const { body: list } = await request<{ members: object[] }>('GET', '/v1/members', { as: OWNER });
    expect(list.members).toContainEqual(
      expect.objectContaining({ id: member, delivery: expect.objectContaining(failed) }),
    );

    await untilDaysBefore(id, 3);
    await cleanUp();
    expect((await eventsOf(portal.stack, id)).at(-1)).toMatchObject({
      type: 'ReminderSkipped',
      data: { reason: 'INVITATIONS_DECLINED' },
    });
    expect(await customer(id)).toMatchObject({ delivery: failed });
  });

  test('is reminded although other customers can’t be found; the run counts its work, and fails after it', async () => {
    const { id, email } = await register();
    await mailsTo(email ?? '');
    await untilDaysBefore(id, 3);
    const partition = String((await itemAt(portal.stack, customerKey(id)))?.['due']);
    const failed = Promise.withResolvers<undefined>();
    let refused = 0;
    portal.stack.aws.interfere = ({ operation, input }) => {
      const queried = JSON.stringify(input['ExpressionAttributeValues'] ?? '');
      if (operation !== 'Query' || !queried.includes('DUE#STATE#')) return undefined;
      if (queried.includes(partition)) return { before: () => failed.promise };
      refused += 1;
      // The SDK has attempted it three times, in each of the other three partitions.
      if (refused === 9) failed.resolve(undefined);
      return { before: () => 'refuse' };
    };
    await expect(cleanUp()).rejects.toThrow();
    const counts = () =>
      logged('expireUnconfirmed')
        .split('\n')
        .findLast((line) => line.includes('"reminded":'));
    await expect.poll(counts).toContain('"reminded":1');
    expect(await types(id)).toEqual(['CustomerInvited', 'InvitationReminded']);
  });
});

describe('the invitation of a member', () => {
  const invite = (id: string) =>
    request('PUT', `/v1/members/${id}`, { as: OWNER, body: { roles: ['billing.accounts.viewer'] } });
  type Invited = { type?: string; data?: { member?: { id: string } }; mails?: Record<string, unknown>[] };
  /** The mails of a person's invitations. */
  const mailsOwed = async (id: string) =>
    ((await itemsOf(portal.stack)) as Invited[])
      .filter(({ type, data }) => type === 'MemberInvited' && data?.member?.id === id)
      .flatMap(({ mails = [] }) => mails);

  test('is sent by the schedule, once, if the stream has lost it', async () => {
    portal.stack.stream.mode = 'losing';
    await invite('lost@acme.example');
    await makeMailsDue(portal.stack);
    await Promise.all([schedule(), schedule()]);
    await makeMailsDue(portal.stack);
    await schedule();
    expect(arrived('lost@acme.example')).toHaveLength(1);
    expect(await mailsOwed('lost@acme.example')).toMatchObject([{ sentAt: expect.any(String) }]);
  });

  test('is not sent again if SES took it but the answer was lost: SES’s report says that SES has it', async () => {
    portal.stack.ses.failMail = () => 'loseAnswer';
    await invite('unheard@acme.example');
    await portal.stack.idle();
    await expect.poll(async () => (await mailsOwed('unheard@acme.example'))[0]?.['sentAt']).toEqual(expect.any(String));
    portal.stack.ses.failMail = () => undefined;
    await makeMailsDue(portal.stack);
    await schedule();
    expect(arrived('unheard@acme.example')).toHaveLength(1);
  });

  test('is not sent if it was declined or withdrawn meanwhile, or if a later one has replaced it', async () => {
    portal.stack.stream.mode = 'losing';
    const [declining, unwanted, twice] = ['declining', 'unwanted', 'twice'].map((name) => `${name}@acme.example`);
    for (const id of [declining, unwanted, twice]) await invite(id ?? '');
    await request('POST', '/v1/me/memberships/acme/decline', { as: declining });
    for (const id of [unwanted, twice]) await request('DELETE', `/v1/members/${id}`, { as: OWNER });
    await freeRecipient(portal.stack, 'acme', twice ?? '');
    await invite(twice ?? '');
    await makeMailsDue(portal.stack);
    await schedule();
    for (const id of [declining, unwanted]) {
      expect(arrived(id ?? '')).toHaveLength(0);
      expect(await mailsOwed(id ?? '')).toMatchObject([{ droppedAt: expect.any(String) }]);
    }
    expect(arrived(twice ?? '')).toHaveLength(1);
  });

  const invited = async (id: string, as = OWNER) => {
    await portal.stack.idle();
    const { body } = await request<{ members: { id: string; roles: string[]; delivery?: object }[] }>(
      'GET',
      '/v1/members',
      { as },
    );
    return body.members.find((member) => member.id === id);
  };

  const FATES: [fate: string, status: string, why?: object][] = [
    [
      'virus',
      'FAILED',
      {
        reason: expect.stringMatching(/Bad content.*Withdraw the invitation, then invite the person again/),
        reasonCode: 'SERVICE_REFUSED_CONTENT',
      },
    ],
    ['success', 'DELIVERED'],
    ['bounce', 'BOUNCED', { reason: 'The mailbox does not exist (550 5.1.1).', reasonCode: 'NO_MAILBOX' }],
  ];
  test.each(FATES.slice(0, sized(1, FATES.length)))(
    'to %s@… is %s in the list of members; a change of roles keeps this, a new invitation does not',
    async (fate, status, why) => {
      const id = `${fate}+member@acme.example`;
      await invite(id);
      await sendAll();
      await expect.poll(async () => (await invited(id))?.delivery).toMatchObject({ status });
      const delivery = { status, at: expect.any(String), ...why };
      expect((await invited(id))?.delivery).toEqual(delivery);
      await request('PUT', `/v1/members/${id}`, { as: OWNER, body: { roles: ['billing.accounts.editor'] } });
      expect(await invited(id)).toMatchObject({ roles: ['billing.accounts.editor'], delivery });
      await request('DELETE', `/v1/members/${id}`, { as: OWNER });
      portal.stack.stream.mode = 'paused';
      await freeRecipient(portal.stack, 'acme', id);
      await invite(id);
      expect((await invited(id))?.delivery).toBeUndefined();
      portal.stack.stream.mode = 'running';
      await sendAll();
      await expect.poll(async () => (await invited(id))?.delivery).toEqual(delivery);
      await request('POST', '/v1/me/memberships/acme/accept', { as: id });
      expect((await invited(id))?.delivery).toBeUndefined();
    },
  );

  test(`is given up after ${yandex.mailGiveUpHours} hours, and the owner reads in the list of members what to do`, async () => {
    portal.stack.ses.failMail = () => 'reject';
    portal.stack.stream.mode = 'losing';
    const id = 'unreachable@acme.example';
    await invite(id);
    const { pk = '', sk = '' } =
      ((await itemsOf(portal.stack)) as (Invited & Item)[]).find(
        ({ type, data }) => type === 'MemberInvited' && data?.member?.id === id,
      ) ?? {};
    const at = new Date(Date.now() - (yandex.mailGiveUpHours + 1) * HOUR_MS).toISOString();
    await setOnItem(portal.stack, { pk, sk }, { at });
    await setOnItem(portal.stack, pendingKey(`USER#${id}`, 'acme'), { invitedAt: at });
    await makeMailsDue(portal.stack);
    expect(await schedule()).toMatchObject({ 'given up': 1 });
    expect((await invited(id))?.delivery).toMatchObject({
      status: 'FAILED',
      reason: expect.stringMatching(/MessageRejected.*Withdraw the invitation/),
    });
  });

  test('that is withdrawn before its mail has left can be made again two minutes later', async () => {
    portal.stack.stream.mode = 'losing';
    const id = 'withdrawn@acme.example';
    expect(await invite(id)).toMatchObject({ status: 200 });
    await request('DELETE', `/v1/members/${id}`, { as: OWNER });
    expect(await invite(id)).toMatchObject({ status: 429, body: { code: 'RESEND_TOO_SOON' } });
    portal.stack.clock.advance(2 * 60_000);
    expect(await invite(id)).toMatchObject({ status: 200 });
    await makeMailsDue(portal.stack);
    await schedule();
    expect(arrived(id)).toHaveLength(1);
  });

  test('is sent for a partner whose id has a dot', async () => {
    const owner = 'owner@acme-vn.example';
    const body = { name: 'Acme VN', paid: true, owners: [owner] };
    await request('PUT', '/v1/provider/partners/acme.vn', { as: OPERATOR, body });
    const id = 'staff@acme-vn.example';
    await request('PUT', `/v1/members/${id}`, { as: owner, body: { roles: ['billing.accounts.viewer'] } });
    await expect.poll(async () => (await invited(id, owner))?.delivery).toMatchObject({ status: 'DELIVERED' });
  });

  test('leaves no address in the log', async () => {
    portal.stack.ses.failMail = () => 'reject';
    await invite('unlogged@acme.example');
    await expect.poll(() => logged('deliverMail')).toContain('"partnerId":"acme"');
    expect(logged('deliverMail')).not.toContain('unlogged@');
  });
});

test('if the person who registered a customer has left the partner, the owners get the notices', async () => {
  const as = 'leaver@acme.example';
  const member = `/v1/members/${as}`;
  await portal.addMember(as, 'editor');
  const [stays, leaves] = [await register({}, as), await register({}, as)];
  const decline = ({ id, email }: CustomerAnswer) =>
    request('POST', `/v1/customers/${id}/invite/decline`, { as: email ?? '' });
  await decline(stays);
  await expect.poll(() => arrived(as)).toHaveLength(1);
  expect(await request('DELETE', member, { as: OWNER })).toMatchObject({ status: 204 });
  await portal.addMember('second@acme.example', 'owner');
  await decline(leaves);
  const notices = () => arrived(OWNER).filter(({ body }) => body.text?.includes(`/customers/${leaves.id}`));
  await expect.poll(notices).toMatchObject([
    {
      subject: expect.stringContaining('has declined'),
      destination: { to: [OWNER, 'second@acme.example'] },
      body: { text: expect.stringContaining('because you are an owner of Acme Integrators') },
    },
  ]);
  expect(arrived(as)).toHaveLength(1);
  await request('DELETE', '/v1/members/second@acme.example', { as: OWNER });
});

test('the contact is told when its services are suspended and resumed: without the partner’s words, and at most once an hour', async () => {
  const { clock } = portal.stack;
  const { id, email } = await portal.confirmed();
  const change = (to: 'suspend' | 'activate') =>
    request('POST', `/v1/customers/${id}/${to}`, {
      as: OWNER,
      body: to === 'suspend' ? { reason: 'Pay at evil.example' } : {},
    });
  const told = () => arrived(email).flatMap(({ subject }) => /(?<=have been )\w+/.exec(subject)?.[0] ?? []);
  const later = async (minutes: number) => {
    clock.advance(minutes * 60_000);
    await schedule();
    return told();
  };
  expect(await change('suspend')).toMatchObject({ status: 200 });
  // The notice waits in the partner's queue: a program may suspend many customers, and other partners' mails don't wait for their notices.
  await portal.stack.idle();
  expect(told()).toEqual([]);
  expect(await later(0)).toEqual(['suspended']);
  expect(arrived(email).at(-1)?.body.text).not.toMatch(/evil|Reason/);
  for (const to of ['activate', 'suspend', 'activate'] as const)
    expect(await change(to)).toMatchObject({ status: 200 });
  await portal.stack.idle();
  expect(await later(50)).toEqual(['suspended']);
  expect(await later(15)).toEqual(['suspended', 'resumed']);
  expect(await later(120)).toEqual(['suspended', 'resumed']);
});

describe('the person who registered a customer', () => {
  const told = (id: string) =>
    portal.stack
      .inbox()
      .filter(({ destination, body }) => destination.to.includes(OWNER) && body.text?.includes(`/customers/${id}`))
      .map(({ subject }) => subject);

  type Happening = [what: string, subject: RegExp, happens: (id: string, as: string) => Promise<unknown>];
  const HAPPENINGS: Happening[] = [
    ['confirms', /has confirmed/, (id, as) => request('POST', `/v1/customers/${id}/invite/accept`, { as })],
    [
      'lets the invitation expire',
      /has expired/,
      async (id) => {
        await portal.letExpire(id);
        await portal.stack.runExpire();
        // A notice of the cleanup waits in the partner's queue.
        await schedule();
      },
    ],
    ['declines', /has declined/, (id, as) => request('POST', `/v1/customers/${id}/invite/decline`, { as })],
  ];
  test.each(HAPPENINGS.slice(0, sized(2, HAPPENINGS.length)))(
    'is told when the customer %s',
    async (_, subject, happens) => {
      const { id, email } = await register();
      await mailsTo(email ?? '');
      await happens(id, email ?? '');
      await portal.stack.idle();
      await expect.poll(() => told(id)).toEqual([expect.stringMatching(subject)]);
      await schedule();
      expect(told(id)).toHaveLength(1);
    },
  );
});
