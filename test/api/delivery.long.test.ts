/** The delivery of mails in rare cases: failures of SES, of the table and of the schedule, and reports in any order. */
import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { undeliveredHere } from '../../cli/environments.ts';
import { redrive } from '../../cli/undelivered.ts';
import { customerKey, eventKey } from '../../shared/table/keys.ts';
import { type CustomerAnswer, OWNER, ownStack } from '../stack.ts';
import { endCooldown, eventsOf, freeRecipient, itemAt, itemsOf, makeMailDue, makeMailsDue } from '../table.ts';
import { mailsOn } from './mailsOn.ts';

const portal = ownStack();
const { request, register, mailsTo } = portal;
const {
  customer,
  arrived,
  schedule,
  sendAll,
  isDue,
  logged,
  delivery,
  invited,
  mailsOfHistory,
  resend,
  noticesOf,
  bounced,
  bringReport,
  cleanUp,
  untilDaysBefore,
} = mailsOn(portal);
/** Longer than a sender waits for SES. */
const SES_TIMEOUT_MS = 11_000;

beforeEach(() => {
  portal.stack.stream.mode = 'running';
  portal.stack.ses.failMail = () => undefined;
  portal.stack.aws.interfere = () => undefined;
});

describe('a mail', () => {
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

describe('the delivery of a mail', () => {
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

  test('that bounced for a temporary reason does not prevent a resend', async () => {
    const id = await invited('mailboxfull', 'BOUNCED');
    expect(await resend(id)).toMatchObject({ status: 200 });
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
});

describe('a customer that does not answer', () => {
  const types = async (id: string) => (await eventsOf(portal.stack, id)).map(({ type }) => type);

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
