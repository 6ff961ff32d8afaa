import { describe, expect, test } from 'vitest';
import { LANGUAGES } from '../contract/vocabulary.ts';
import { renderMail } from './render.ts';
import { linkOf, MESSAGE_NAMES, renderSample, sampleMail } from './samples.ts';

const AROUND = { brandName: 'Yandex Cloud', link: 'https://partners.cloud.example/x' };
const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;

/** The subject of a reminder that is rendered this long before the deadline. */
function reminder(language: (typeof LANGUAGES)[number], milliseconds: number): string {
  const mail = sampleMail('REMINDER', language);
  const { subject } = renderMail(mail, AROUND, new Date(Date.parse(mail.expiresAt ?? '') - milliseconds));
  return subject;
}

test('the invitation has the subject of the provider’s documentation', () => {
  expect(renderSample(sampleMail('INVITATION', 'en')).subject).toBe(
    'Confirm that you are ready to work with the integrator in Yandex Cloud',
  );
});

describe.each(LANGUAGES)('in %s', (language) => {
  test.each(MESSAGE_NAMES)('%s says who, until when and why, and has its link on a line of its own', (name) => {
    const mail = sampleMail(name, language);
    const { subject, text, html } = renderSample(mail);
    const facts = [mail.customerName, mail.reason, mail.expiresAt && '(UTC)'].filter((fact) => fact !== undefined);
    for (const fact of [...facts, mail.partnerName]) {
      expect(text).toContain(fact);
      expect(html).toContain(fact.replaceAll("'", '&#39;'));
    }
    expect(text.split('\n')).toContain(linkOf(mail));
    expect(html.match(/href="[^"]*"/g)).toEqual([`href="${linkOf(mail)}"`, `href="${linkOf(mail)}"`]);
    expect(html).toContain(`<html dir="ltr" lang="${language}">`);
    expect(subject + text + html).not.toMatch(/\{\w*\}\}?|undefined|null|Invalid/);
  });
});

test('a deadline is written in the form of the language, with its time zone', () => {
  const until = (language: (typeof LANGUAGES)[number]) => renderSample(sampleMail('INVITATION', language)).text;
  expect(until('en')).toContain('Confirm by: December 8, 2026, 9:30 AM (UTC)');
  expect(until('ru')).toContain('Подтвердить до: 8 декабря 2026 г., 09:30 (UTC)');
  expect(until('vi')).toContain('Hạn xác nhận: 09:30 ngày 08/12/2026 (UTC)');
});

test('the time left takes the plural of the language', () => {
  const left = (language: (typeof LANGUAGES)[number]) => [
    ...[1, 3, 5, 11, 21, 22].map((days) => reminder(language, days * 24 * HOUR_MS)),
    ...[1, 2, 5, 21].map((hours) => reminder(language, hours * HOUR_MS)),
  ];
  const said = (pattern: RegExp, language: (typeof LANGUAGES)[number]) =>
    left(language).map((subject) => pattern.exec(subject)?.[1]);
  expect(said(/: (.*) to confirm/, 'en')).toEqual([
    ...['1 day left', '3 days left', '5 days left', '11 days left', '21 days left', '22 days left'],
    ...['1 hour left', '2 hours left', '5 hours left', '21 hours left'],
  ]);
  expect(said(/: (.*), чтобы/, 'ru')).toEqual([
    ...['остался 1 день', 'осталось 3 дня', 'осталось 5 дней'],
    ...['осталось 11 дней', 'остался 21 день', 'осталось 22 дня'],
    ...['остался 1 час', 'осталось 2 часа', 'осталось 5 часов', 'остался 21 час'],
  ]);
  expect(said(/: (.*) để/, 'vi')).toEqual([
    ...['còn 1 ngày', 'còn 3 ngày', 'còn 5 ngày', 'còn 11 ngày', 'còn 21 ngày', 'còn 22 ngày'],
    ...['còn 1 giờ', 'còn 2 giờ', 'còn 5 giờ', 'còn 21 giờ'],
  ]);
});

test('a reminder promises no more time than is left, except for the minutes of its delivery', () => {
  expect(reminder('en', 72 * HOUR_MS - 90 * SECOND_MS)).toContain('3 days left');
  expect(reminder('en', 71 * HOUR_MS)).toContain('2 days left');
  expect(reminder('en', 36 * HOUR_MS)).toContain('1 day left');
  expect(reminder('en', 600 * SECOND_MS)).toContain('1 hour left');
});

test('the mail about a confirmation tells the partner whether an approval follows', () => {
  expect(renderSample(sampleMail('CONFIRMED', 'en')).text).toContain('Its subaccount is active');
  expect(renderSample(sampleMail('CONFIRMED_UNTIL_APPROVAL', 'en')).text).toContain('now has to approve it');
});

test('a long name is cut, and a name in a right-to-left script does not change the direction of the sentence', () => {
  const { text } = renderSample(sampleMail('INVITATION', 'en', { partnerName: 'x'.repeat(10_000) }));
  expect(text).toContain(`Invited by: ${'x'.repeat(80)}…\n`);
  const arabic = renderSample(sampleMail('CONFIRMED', 'en', { customerName: 'مخبز \u202eميلا' }));
  expect(arabic.subject).toBe('\u2068مخبز ميلا\u2069 has confirmed');
  expect(arabic.html).toContain('<bdi>مخبز ميلا</bdi> has confirmed');
});

test('an invitation without a deadline is an error, not an incomplete mail', () => {
  const { expiresAt, ...mail } = sampleMail('INVITATION', 'en');
  expect(() => renderSample(mail)).toThrow('the mail has no until');
});
