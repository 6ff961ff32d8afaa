import { expect, test } from 'vitest';
import { day, OWNER, yandex } from '../../test/given.ts';
import { myCustomersOf } from '../table/keys.ts';
import type { Customer } from './customer.ts';
import type { CustomerEvent } from './event.ts';
import { callsForInvitation, spareRecipient } from './spareRecipient.ts';

const invited = {
  id: 'dn2aaaaaaaaaaaaaaaaa',
  partnerId: 'acme',
  status: 'VERIFICATION_REQUIRED',
  email: 'ivan@wind.example',
  invitedAt: day(0),
  mailVersion: 1,
} as Customer;
const event = (type: CustomerEvent['type'], data: object, mailed = true) =>
  ({ type, data, at: day(1), version: 2, actor: OWNER, ...(mailed && { mails: [{}] }) }) as unknown as CustomerEvent;
const resent = event('InvitationResent', {});
const moved = event('CustomerUpdated', { changes: {}, expiresAt: day(14) });
const deleted = event('CustomerDeleted', {}, false);
const circumstances = { now: new Date(day(1)), program: yandex, actor: OWNER } as const;

/** The writes, each by the mailbox that it is about, and its expression. */
const writesOf = (
  before: Customer | undefined,
  after: Customer,
  happened: CustomerEvent,
  delivery?: { mailVersion: number },
) =>
  spareRecipient(before, after, happened, delivery as never, circumstances).map(
    ({ write: { Update, ConditionCheck } }) => {
      const pk = Update?.Key?.['pk'] ?? ConditionCheck?.Key?.['pk'];
      const mailbox = ['ivan@wind.example', 'anna@wind.example'].find((each) => myCustomersOf(`USER#${each}`) === pk);
      return [mailbox, Update ? Update.UpdateExpression?.split(' = ')[0] : 'check'];
    },
  );

test('a registration, a resend and a new address reserve the recipient', () => {
  const added = event('CustomerInvited', {});
  expect(writesOf(undefined, invited, added)).toEqual([['ivan@wind.example', 'SET mails']]);
  expect(writesOf(invited, invited, resent)).toEqual([['ivan@wind.example', 'SET mails']]);
  const anna = { ...invited, email: 'anna@wind.example' };
  expect(writesOf(invited, anna, moved, { mailVersion: 1 })).toEqual([['anna@wind.example', 'SET mails']]);
});

test('nothing else does', () => {
  for (const happened of [
    event('CustomerUpdated', { changes: { name: 'Sea' } }, false),
    event('InvitationReminded', {}),
  ])
    expect(writesOf(invited, invited, happened)).toEqual([]);
  expect(writesOf(undefined, { ...invited, email: null }, event('CustomerRegistered', {}))).toEqual([]);
});

test('an invitation that the program does not mail is only checked', () => {
  const silent = event('InvitationResent', {}, false);
  expect(writesOf(invited, invited, silent)).toEqual([['ivan@wind.example', 'check']]);
  expect([silent, null].map(callsForInvitation)).toEqual([false, false]);
  expect([resent, moved].map(callsForInvitation)).toEqual([true, true]);
});

test('the wait for a mail that is not wanted any more ends soon, if it may not have left', () => {
  const gone = { ...invited, status: 'DELETED' } as const;
  const anna = { ...invited, email: 'anna@wind.example' };
  expect(writesOf(invited, gone, deleted)).toEqual([['ivan@wind.example', 'SET freeAt']]);
  expect(writesOf(invited, gone, deleted, { mailVersion: 0 })).toEqual([['ivan@wind.example', 'SET freeAt']]);
  expect(writesOf(invited, anna, moved)).toEqual([
    ['ivan@wind.example', 'SET freeAt'],
    ['anna@wind.example', 'SET mails'],
  ]);
  expect(writesOf(invited, gone, deleted, { mailVersion: 1 })).toEqual([]);
  const { invitedAt, ...unmailed } = invited;
  expect(writesOf(unmailed, gone, deleted)).toEqual([]);
});

test('another address of the same mailbox is one recipient', () => {
  const tagged = { ...invited, email: 'ivan+shop@wind.example' };
  expect(writesOf(invited, tagged, moved)).toEqual([['ivan@wind.example', 'SET mails']]);
});
