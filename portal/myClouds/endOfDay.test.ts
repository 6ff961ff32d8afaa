import { expect, it } from 'vitest';
import { endOfDay, lastDayOf } from './endOfDay.ts';

it('is the first moment of the next day, on the reader’s clock', () => {
  expect(endOfDay('2026-12-31')).toBe(new Date(2027, 0, 1).toISOString());
  expect(endOfDay('2028-02-29')).toBe(new Date(2028, 2, 1).toISOString());
});

it('is nothing of a day that does not exist, or is not written in full', () => {
  for (const day of ['', '2026', '2026-12', '2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '31.12.2026'])
    expect(endOfDay(day), day).toBeUndefined();
});

it('is nothing of a day that ends after the year 9999, for which the API has no form', () => {
  expect(endOfDay('9999-12-30')).toMatch(/^9999-/);
  expect(endOfDay('9999-12-31') ?? '9999-').toMatch(/^9999-/);
});

it('has its day as the last one; an end within a day has none', () => {
  for (const [day, date] of [
    ['2026-12-31', new Date(2026, 11, 31)],
    ['2028-02-29', new Date(2028, 1, 29)],
  ] as const)
    expect(new Date(lastDayOf(endOfDay(day) ?? '') ?? '').toDateString()).toBe(date.toDateString());
  expect(lastDayOf(new Date(2026, 11, 31, 14, 5).toISOString())).toBeUndefined();
});
