/** A program that invites only addresses of certain domains, mails no members, and speaks Russian: the first preset with these differences. */
import { expect, test } from 'vitest';
import yandex from '../../shared/program/presets/yandex.json' with { type: 'json' };
import { mailsOfDayKey } from '../../shared/table/keys.ts';
import { assemblyWith, type CustomerAnswer, OWNER, ownStack } from '../stack.ts';
import { itemAt } from '../table.ts';

const PROGRAM = JSON.stringify({
  ...yandex,
  allowedEmailDomains: ['yandex.ru', 'xn--e1afmkfd.xn--p1ai'],
  mailsOff: ['MEMBER_INVITED'],
  defaultLanguage: 'ru',
});

const portal = ownStack({ assembly: await assemblyWith({ PROGRAM }) });
const { request, mailsTo } = portal;

const add = (email: string) =>
  request<CustomerAnswer>('POST', '/v1/customers', { as: OWNER, body: { name: 'Wind', email } });
const NOT_ALLOWED = { code: 'EMAIL_DOMAIN_NOT_ALLOWED', status: 400, errors: [{ path: 'email' }] };

test.each(['ivan@yandex.ru', 'Ivan.Petrov@Yandex.RU', 'ivan@пример.рф'])('%s is invited', async (email) => {
  const answer = await add(email);
  expect(answer).toMatchObject({ status: 201 });
  await mailsTo(answer.body.email ?? '');
});

test.each(['ivan@gmail.com', 'ivan@mail.yandex.ru', 'ivan@notyandex.ru', 'ivan@yandex.ru.example'])(
  '%s is refused, with the domains that are allowed',
  async (email) => {
    expect(await add(email)).toMatchObject({ status: 400, body: NOT_ALLOWED });
    const batch = await request('POST', '/v1/customers/batch', {
      as: OWNER,
      body: { customers: [{ name: 'Wind', email }] },
    });
    expect(batch.body['results']).toMatchObject([{ problem: NOT_ALLOWED }]);
    expect(JSON.stringify(batch.body)).toContain('yandex.ru');
  },
);

test('an invitation can not be moved to another domain, either', async () => {
  const { body } = await add('anna@yandex.ru');
  const patch = (email: string) => request('PATCH', `/v1/customers/${body.id}`, { as: OWNER, body: { email } });
  expect(await patch('anna@gmail.com')).toMatchObject({ status: 400, body: NOT_ALLOWED });
  expect(await patch('anna.petrova@yandex.ru')).toMatchObject({ status: 200 });
});

test('a member who is invited without a mail does not count as an invitation of the day', async () => {
  const countOf = async () => {
    const day = new Date(portal.stack.clock.now()).toISOString().slice(0, 10);
    return (await itemAt(portal.stack, mailsOfDayKey(portal.partner.id, day)))?.['invited'];
  };
  const before = await countOf();
  const body = { roles: ['billing.accounts.viewer'] };
  expect(await request('PUT', '/v1/members/new@acme.example', { as: OWNER, body })).toMatchObject({ status: 200 });
  expect(await countOf()).toBe(before);
});

test('the mail about an invitation that came back says the reason in the language of the program', async () => {
  await add('bounce@yandex.ru');
  await portal.stack.idle();
  await portal.stack.runSchedule('deliverMail');
  const notice = (await mailsTo(OWNER)).at(-1);
  expect(notice?.body.text).toContain('Такого почтового ящика нет.');
  expect(notice?.body.text).not.toContain('mailbox');
});
