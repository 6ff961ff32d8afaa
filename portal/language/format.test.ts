import { expect, test } from 'vitest';
import { formatDate, formatRelative, formatTime } from './format.ts';

const now = new Date('2026-05-01T12:00:00Z');

test.each([
  ['2026-05-04T11:59:00Z', 'in 3 days', 'через 3 дня', 'sau 3 ngày nữa'],
  ['2026-05-02T17:10:00Z', 'in 29 hours', 'через 29 часов', 'sau 29 giờ nữa'],
  ['2026-05-01T12:05:10Z', 'in 5 minutes', 'через 5 минут', 'sau 5 phút nữa'],
  ['2026-04-24T12:00:00Z', '7 days ago', '7 дней назад', '7 ngày trước'],
])('%s is “%s”, in the words of each language', (moment, en, ru, vi) => {
  expect(formatRelative('en', moment, now)).toBe(en);
  expect(formatRelative('ru', moment, now)).toBe(ru);
  expect(formatRelative('vi', moment, now)).toBe(vi);
});

test('dates are written as people of the language write them', () => {
  expect(formatDate('en', '2026-05-03T12:00:00Z')).toBe('May 3, 2026');
  expect(formatDate('ru', '2026-05-03T12:00:00Z')).toBe('3 мая 2026 г.');
});

test('a time is on the reader’s clock, and names it', () => {
  expect(formatTime('en', '2026-05-03T12:05:00Z')).toMatch(/^May [234], 2026, \d{1,2}:\d5\s(AM|PM) \S+/);
});
