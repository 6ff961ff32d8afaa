import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventKey } from '../../shared/keys.ts';
import yandex from '../../shared/programs/yandex.json' with { type: 'json' };
import { type CustomerAnswer, OWNER, testStack } from '../stack.ts';
import { eventsOf, itemsOf, makeMailDue, tableOf } from '../table.ts';

const portal = testStack();
const { request, register, mailsTo } = portal;
const HOUR_MS = 60 * 60_000;

const customer = async (id: string) =>
  (await request<CustomerAnswer>('GET', `/v1/customers/${id}`, { as: OWNER })).body;
const arrived = (address: string | null) =>
  portal.stack.inbox().filter(({ destination }) => destination.to.includes(address ?? ''));
const schedule = () => portal.stack.runSchedule('deliverMail');
const isDue = async (id: string) =>
  (await itemsOf(portal.stack)).some(({ pk, sk, due }) => pk === `CUSTOMER#${id}` && sk === eventKey(id, 1).sk && due);

const logged = (functionName: string) => readFileSync(join(portal.stack.directory, `logs/${functionName}.log`), 'utf8');

beforeEach(() => {
  portal.stack.stream.mode = 'running';
  portal.stack.ses.failMail = () => undefined;
});

describe('a mail', () => {
  test('that the stream has lost is sent by the schedule, once', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    await expect.poll(() => isDue(id)).toBe(true);
    await schedule();
    // The stream has its grace first: the schedule doesn't race it.
    expect(arrived(email)).toHaveLength(0);
    await makeMailDue(portal.stack, id);
    await Promise.all([schedule(), schedule(), schedule()]);
    expect(arrived(email)).toHaveLength(1);
    await schedule();
    expect(arrived(email)).toHaveLength(1);
    await portal.stack.reports.idle();
    expect(await customer(id)).toMatchObject({ delivery: { status: 'DELIVERED' }, version: 1 });
  });

  test('that is being sent is nobody else’s: neither a repeated stream record nor the schedule sends it again', async () => {
    portal.stack.stream.mode = 'losing';
    portal.stack.ses.failMail = () => 'slow';
    const { id, email } = await register();
    const { pk, sk } = eventKey(id, 1);
    const record = { eventID: '1', dynamodb: { SequenceNumber: '1', Keys: { pk: { S: pk }, sk: { S: sk } } } };
    const fromStream = () => portal.stack.invoke('deliverMail', { Records: [record] });
    const runs = Array.from({ length: 10 }, (_, i) => setTimeout(60 * i).then(i % 2 ? schedule : fromStream));
    await Promise.all(runs);
    expect(arrived(email)).toHaveLength(1);
    expect(await fromStream()).toEqual({ batchItemFailures: [] });
    expect(arrived(email)).toHaveLength(1);
  });

  test.each(['throttle', 'reject', 'refuse'] as const)(
    'that SES does not take (%s) stays due and is sent later',
    async (failure) => {
      portal.stack.ses.failMail = () => failure;
      const { id, email } = await register();
      await expect
        .poll(async () =>
          (await itemsOf(portal.stack)).find(({ pk, attempts }) => pk === `CUSTOMER#${id}` && attempts === 1),
        )
        .toBeDefined();
      expect(await customer(id)).toMatchObject({ delivery: { status: 'QUEUED' } });
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

  test('that fails holds up no other', async () => {
    const bad = 'poisoned@client.example';
    portal.stack.ses.failMail = (recipients) => (recipients.includes(bad) ? 'reject' : undefined);
    portal.stack.stream.mode = 'paused';
    await register({ email: bad });
    const { email } = await register();
    portal.stack.stream.mode = 'running';
    await mailsTo(email ?? '');
    expect(arrived(bad)).toHaveLength(0);
  });

  test('whose invitation was answered meanwhile is not sent', async () => {
    portal.stack.stream.mode = 'losing';
    const { id, email } = await register();
    await request('POST', `/v1/customers/${id}/invite/decline`, { as: email ?? '' });
    await makeMailDue(portal.stack, id);
    expect(await schedule()).toMatchObject({ dropped: 1 });
    expect(arrived(email)).toHaveLength(0);
    expect(await isDue(id)).toBe(false);
  });

  test(`is given up after ${yandex.mailGiveUpHours} hours, and the partner sees why`, async () => {
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

  test('never makes an API call wait, whatever SES does', async () => {
    portal.stack.ses.failMail = () => 'hang';
    const before = performance.now();
    const { id } = await register();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await eventsOf(portal.stack, id)).toHaveLength(1);
    // The attempt ends by itself, and the mail waits for the next one.
    await expect
      .poll(() => logged('deliverMail'), { timeout: 20_000, interval: 500 })
      .toMatch(new RegExp(`${id}.*TimeoutError`));
    expect(await isDue(id)).toBe(true);
  });
});

test('an invitation is in the language of its customer, and its answers go to the provider', async () => {
  const { email } = await register({ name: 'Пекарня «Мила»', language: 'ru' });
  const [mail] = await mailsTo(email ?? '');
  expect(mail).toMatchObject({
    subject: 'Подтвердите готовность работать с интегратором в Yandex Cloud',
    from: expect.stringContaining('<partners@cloud.example>'),
    replyTo: [expect.stringContaining('<partner-support@cloud.example>')],
    body: { text: expect.stringContaining('Клиент: Пекарня «Мила»'), html: expect.stringContaining('lang="ru"') },
  });
});
