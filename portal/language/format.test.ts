import { expect, test } from 'vitest';
import { formatDate, formatFileSize, formatRelative, formatSince, formatTime } from './format.ts';

const now = new Date('2026-05-01T12:00:00Z');

test.each([
  ['2026-05-04T11:59:00Z', 'in 3 days', 'через 3 дня', 'sau 3 ngày nữa'],
  ['2026-05-02T17:10:00Z', 'in 29 hours', 'через 29 часов', 'sau 29 giờ nữa'],
  ['2026-05-01T12:05:10Z', 'in 5 minutes', 'через 5 минут', 'sau 5 phút nữa'],
  ['2026-05-01T12:00:20Z', 'in 1 minute', 'через 1 минуту', 'sau 1 phút nữa'],
  ['2026-05-01T11:59:40Z', '1 minute ago', '1 минуту назад', '1 phút trước'],
  ['2026-04-24T12:00:00Z', '7 days ago', '7 дней назад', '7 ngày trước'],
])('%s is “%s”, in the words of each language', (moment, en, ru, vi) => {
  expect(formatRelative('en', moment, now)).toBe(en);
  expect(formatRelative('ru', moment, now)).toBe(ru);
  expect(formatRelative('vi', moment, now)).toBe(vi);
});

test('dates are written as people of the language write them', () => {
  expect(formatDate('en', '2026-05-03T12:00:00Z')).toBe('May 3, 2026');
  expect(formatDate('ru', '2026-05-03T12:00:00Z')).toBe('3 мая 2026\u00a0г.');
  expect(formatTime('ru', '2026-05-03T12:05:00Z')).toContain('мая 2026\u00a0г.');
  expect(formatDate('vi', '2026-05-03T12:00:00Z')).toBe('03/05/2026');
  expect(formatTime('vi', '2026-05-03T12:05:00Z')).toMatch(/^\d{1,2}:\d5 \S+ 0[234]\/05\/2026$/);
});

test('since when something is so, is a time of today, or another day', () => {
  const today = new Date('2026-05-01T12:00:00');
  expect(formatSince('en', new Date('2026-05-01T08:05:00').toISOString(), today)).toMatch(/^8:05\sAM$/);
  expect(formatSince('ru', new Date('2026-05-01T08:05:00').toISOString(), today)).toMatch(/^0?8:05$/);
  expect(formatSince('en', new Date('2026-04-30T23:05:00').toISOString(), today)).toBe('Apr 30, 2026');
});

test('a time is on the reader’s clock, and names it', () => {
  expect(formatTime('en', '2026-05-03T12:05:00Z')).toMatch(/^May [234], 2026, \d{1,2}:\d5\s(AM|PM) \S+/);
});

test.each([
  [0, '0 kB', '0 кБ'],
  [1750, '1.8 kB', '1,8 кБ'],
  [999_499, '999.5 kB', '999,5 кБ'],
  [1_234_567, '1.2 MB', '1,2 МБ'],
])('a file of %i bytes has %s', (bytes, en, ru) => {
  expect(formatFileSize('en', bytes)).toBe(en);
  expect(formatFileSize('ru', bytes).replace('\u00a0', ' ')).toBe(ru);
});
