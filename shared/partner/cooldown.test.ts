import { expect, test } from 'vitest';
import { yandex } from '../../test/given.ts';
import { blockInvitations, blockOf, oweInvitation, pauseMs, tooSoon } from './cooldown.ts';

const MINUTE_MS = 60_000;
const MONTH_SECONDS = 30 * 24 * 60 * 60;
const NOW = new Date('2026-05-01T12:00:00.000Z');
const recipient = { partnerId: 'acme', email: 'ivan@wind.example' };
const later = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE_MS).toISOString();

test('each invitation is followed by a longer pause, up to the longest', () => {
  const minutes = (mails: number, cooldownMinutes = yandex.cooldownMinutes) =>
    pauseMs(mails, { cooldownMinutes }) / MINUTE_MS;
  expect([1, 2, 3, 4, 5, 100].map((mails) => minutes(mails))).toEqual([1, 5, 15, 60, 60, 60]);
  expect([1, 2].map((mails) => minutes(mails, [7]))).toEqual([7, 7]);
  // A reminder of an invitation that was not counted.
  expect(minutes(0)).toBe(1);
});

test('all addresses of a mailbox have one item for each partner, which contains no address', () => {
  const keyOf = (email: string, partnerId = 'acme') =>
    oweInvitation({ partnerId, email }, later(0), NOW, yandex).write.Update?.Key;
  expect(keyOf('ivan+shop@wind.example')).toEqual(keyOf('ivan@wind.example'));
  expect(keyOf('ivan@wind.example', 'globex')).not.toEqual(keyOf('ivan@wind.example'));
  expect(keyOf('anna@wind.example')).not.toEqual(keyOf('ivan@wind.example'));
  expect(JSON.stringify(oweInvitation(recipient, later(0), NOW, yandex).write)).not.toMatch(/ivan|wind/);
});

test('an invitation that waits is given up before its recipient is free again', () => {
  const { write } = oweInvitation(recipient, later(0), NOW, yandex);
  expect(write.Update?.ExpressionAttributeValues).toMatchObject({
    ':givenUpAt': later((72 + 2) * 60),
    ':at': later(0),
  });
});

test('an invitation needs a free recipient that has not declined all, and is remembered for 30 days', () => {
  const { write } = oweInvitation(recipient, later(-1), NOW, yandex);
  expect(write.Update).toMatchObject({
    ConditionExpression:
      '(attribute_not_exists(freeAt) OR freeAt <= :now) AND (attribute_not_exists(noMoreUntil) OR noMoreUntil <= :now)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':now': later(0), ':ttl': (NOW.getTime() - MINUTE_MS) / 1000 + MONTH_SECONDS },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
});

test('an invitation without a mail is refused only by the wish of its recipient', () => {
  const { write, refused } = oweInvitation(recipient, undefined, NOW, yandex);
  expect(write.Update).toMatchObject({
    UpdateExpression: 'SET #ttl = :ttl, #format = :format',
    ConditionExpression: '(attribute_not_exists(noMoreUntil) OR noMoreUntil <= :now)',
    ExpressionAttributeNames: { '#ttl': 'ttl' },
    ExpressionAttributeValues: { ':now': later(0), ':ttl': NOW.getTime() / 1000 + MONTH_SECONDS },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  expect(refused).toBeInstanceOf(Function);
});

test('the refusal says why, and when to go on', () => {
  const { refused } = oweInvitation(recipient, later(0), NOW, yandex);
  const refusal = (found: Record<string, string>) =>
    (refused as (found: object) => unknown)(
      Object.fromEntries(Object.entries(found).map(([name, S]) => [name, { S }])),
    );
  expect(refusal({ freeAt: later(5) })).toMatchObject({
    code: 'RESEND_TOO_SOON',
    message: 'An invitation was sent to this address a short time ago. Send it again in 5 min.',
    extras: { retryAfterSeconds: 300 },
  });
  expect(refusal({ freeAt: later(72 * 60), queuedAt: later(-1) })).toMatchObject({
    code: 'RESEND_TOO_SOON',
    message: expect.stringContaining('has not left yet'),
    extras: { retryAfterSeconds: 60 },
  });
  expect(refusal({ freeAt: later(5), noMoreUntil: later(60) })).toMatchObject({
    code: 'INVITATIONS_DECLINED',
    message: expect.stringContaining(`no more invitations from you until ${later(60)}.`),
    extras: { members: { noMoreInvitationsUntil: later(60) } },
  });
  expect(refusal({ freeAt: later(5), noMoreUntil: later(0) })).toMatchObject({ code: 'RESEND_TOO_SOON' });
});

test('the time to wait is at least a second, and a begun minute counts', () => {
  expect(tooSoon(new Date(NOW.getTime() + 1).toISOString(), false, NOW)).toMatchObject({
    message: expect.stringContaining('in 1 min.'),
    extras: { retryAfterSeconds: 1 },
  });
  expect(tooSoon(later(-1), false, NOW).extras).toEqual({ retryAfterSeconds: 1 });
  expect(tooSoon(new Date(NOW.getTime() + 5_000).toISOString(), true, NOW).extras).toEqual({
    members: { mailQueued: true },
    retryAfterSeconds: 5,
  });
});

test('a recipient who wants no more invitations is spared for 30 days', () => {
  const { write, refused } = blockInvitations(recipient, NOW);
  const until = later(30 * 24 * 60);
  expect(write.Update).toMatchObject({
    UpdateExpression: expect.stringContaining('SET noMoreUntil = :until, #ttl = :ttl'),
    ExpressionAttributeNames: { '#ttl': 'ttl' },
  });
  expect(refused).toBe('conflict');
  expect(write.Update?.ExpressionAttributeValues).toMatchObject({ ':until': until, ':ttl': Date.parse(until) / 1000 });
  expect(blockOf({ noMoreUntil: until }, NOW)).toBe(until);
  expect(blockOf({ noMoreUntil: NOW.toISOString() }, NOW)).toBeUndefined();
  for (const item of [{}, { noMoreUntil: true }]) expect(blockOf(item, NOW)).toBeUndefined();
});
