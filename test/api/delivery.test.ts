import { randomUUID } from 'node:crypto';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { bounceKey, eventKey, pendingKey } from '../../shared/table/keys.ts';
import type { Item } from '../../shared/table/table.ts';
import { sized } from '../size.ts';
import { OPERATOR, OWNER, ownStack, ROBOT } from '../stack.ts';
import {
  endCooldown,
  eventsOf,
  freeRecipient,
  itemAt,
  itemsOf,
  makeMailDue,
  makeMailsDue,
  setOnItem,
  tableOf,
} from '../table.ts';
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
  historyOf,
  resend,
  noticesOf,
  bounced,
  bringReport,
  cleanUp,
  untilDaysBefore,
} = mailsOn(portal);
const HOUR_MS = 60 * 60_000;

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
    expect((await historyOf(id)).flatMap(({ mails = [] }) => mails)[0]).toMatchObject({ status, ...why });
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
    expect(await historyOf(id)).toMatchObject([
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
});

describe('a customer that does not answer', () => {
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
