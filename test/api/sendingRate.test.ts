/** The rate of mails: SES allows an account a number of mails per second, over all senders. */

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import type { DynamoDbCall } from '../../local/awsEndpoint.ts';
import { shareOf } from '../../shared/mail/sendingRate.ts';
import { SENDING_RATE_KEY } from '../../shared/table/keys.ts';
import { sized } from '../size.ts';
import { assemblyWith, OWNER, ownStack, ROBOT } from '../stack.ts';
import { tableOf } from '../table.ts';

const RATE = 5;
const MAILS = sized(3, 6) * RATE;
const SENDERS = 4;
const SECOND_MS = 1000;
/** Senders that wait for the next second ask again within this time after it has begun. */
const SPREAD_MS = 200;
/** Longer than the schedule leaves a new mail to the stream. */
const GRACE_MS = 10 * 60_000;
/** On an idle machine, the senders take a few seconds. */
const PATIENCE_MS = 100_000;

const portal = ownStack({ throttling: true, assembly: await assemblyWith({ SES_MAILS_PER_SECOND: String(RATE) }) });

/** A function's requests for a turn: the second, and whether the turn was given. */
const askedForTurn = ({ operation, input, status }: DynamoDbCall) =>
  operation === 'UpdateItem' && JSON.stringify(input).includes(SENDING_RATE_KEY.pk)
    ? {
        second: Number((input['ExpressionAttributeValues'] as Record<string, { N: string }>)[':now']?.N),
        given: status === 200,
      }
    : undefined;

test('several senders at once keep the account’s rate together, and every mail is sent once', async () => {
  const { clock } = portal.stack;
  const turns = new Map<number, number>();
  const stop = portal.stack.observe((call) => {
    const asked = askedForTurn(call);
    if (asked?.given) turns.set(asked.second, (turns.get(asked.second) ?? 0) + 1);
  });
  portal.stack.stream.mode = 'losing';
  const customers = Array.from({ length: MAILS }, (_, i) => ({ name: `Rate ${i}`, email: `rate-${i}@client.example` }));
  const imported = await portal.request('POST', '/v1/customers/batch', { as: OWNER, body: { customers } });
  expect(imported).toMatchObject({
    status: 200,
    body: { results: customers.map(({ email }) => ({ customer: { email } })) },
  });
  let calls = 0;
  let underWay = 0;
  portal.stack.aws.interfere = () => {
    calls += 1;
    underWay += 1;
    const after = () => {
      underWay -= 1;
      return undefined;
    };
    return { after };
  };
  // A sender that runs out of time leaves mails to a later run.
  for (let round = 0; round < 5 && portal.stack.inbox().length < MAILS; round++) {
    clock.advance(GRACE_MS);
    let running = true;
    const senders = Promise.all(Array.from({ length: SENDERS }, () => portal.stack.runSchedule('deliverMail'))).finally(
      () => {
        running = false;
      },
    );
    let before = 0;
    await expect
      .poll(
        () => {
          // The next second begins only when all of them wait for it.
          if (calls === before && underWay === 0) clock.advance(SPREAD_MS);
          before = calls;
          return running;
        },
        { timeout: PATIENCE_MS },
      )
      .toBe(false);
    await senders;
  }
  stop();
  portal.stack.aws.interfere = () => undefined;

  const addressed = portal.stack.inbox().map(({ destination }) => destination.to.join());
  expect(addressed.toSorted()).toEqual(customers.map(({ email }) => email).toSorted());
  // On a busy machine the second can end before its share is used.
  expect(Math.max(...turns.values())).toBeLessThanOrEqual(shareOf('schedule', RATE));
  expect([...turns.values()].reduce((sum, each) => sum + each, 0)).toBe(MAILS);
});

test('a sender whose clock is ahead does not hold up the mails of those whose clocks are right', async () => {
  const { clock, stream } = portal.stack;
  stream.mode = 'running';
  for (const aheadMs of [150_000, 0]) {
    clock.skew('deliverMail', aheadMs);
    const { email } = await portal.register();
    await portal.mailsTo(email ?? '');
    await portal.stack.idle();
  }
});

test('a mail to several owners takes a turn for each of them, on both ways', async () => {
  const { clock, stream, idle } = portal.stack;
  for (const name of ['second', 'third']) await portal.addMember(`${name}@acme.example`, 'owner');
  const [atOnce, later] = [await portal.register({}, ROBOT), await portal.register({}, ROBOT)];
  for (const { email } of [atOnce, later]) await portal.mailsTo(email ?? '');
  await idle();
  let turns = 0;
  const stop = portal.stack.observe((call) => {
    if (askedForTurn(call)?.given) turns += 1;
  });
  const decline = ({ id, email }: typeof later) =>
    portal.request('POST', `/v1/customers/${id}/invite/decline`, { as: email ?? '' });
  const notices = () => portal.stack.inbox().filter(({ destination }) => destination.to.length === 3);
  await decline(atOnce);
  await expect.poll(notices).toHaveLength(1);
  expect(turns).toBe(3);
  stream.mode = 'losing';
  await decline(later);
  clock.advance(GRACE_MS);
  expect(await portal.stack.runSchedule('deliverMail')).toMatchObject({ sent: 1 });
  expect(notices()).toHaveLength(2);
  expect(turns).toBe(6);
  stop();
});

test('a mail whose customer is deleted while it waits for its turn is not sent', async () => {
  const { clock, dynamoDb } = portal.stack;
  portal.stack.stream.mode = 'losing';
  const { id, email } = await portal.register();
  clock.freeze();
  clock.advance(GRACE_MS);
  const inSecond = Math.floor(clock.now() / SECOND_MS);
  await tableOf(portal.stack).send(
    new PutCommand({ TableName: dynamoDb.tableName, Item: { ...SENDING_RATE_KEY, inSecond, taken: RATE } }),
  );
  let refused = 0;
  const stop = portal.stack.observe((call) => {
    if (askedForTurn(call)?.given === false) refused += 1;
  });
  const running = portal.stack.runSchedule('deliverMail');
  await expect.poll(() => refused).toBeGreaterThanOrEqual(3);
  stop();
  await portal.request('DELETE', `/v1/customers/${id}`, { as: OWNER });
  clock.resume();
  clock.advance(SECOND_MS + SPREAD_MS);
  expect(await running).toMatchObject({ dropped: 1, sent: 0 });
  expect(portal.stack.inbox().flatMap(({ destination }) => destination.to)).not.toContain(email);
});
