import { expect, it } from 'vitest';
import { endOfDay } from './endOfDay.ts';

it('is the first moment of the next day, on the reader’s clock', () => {
  expect(endOfDay('2026-12-31')).toBe(new Date(2027, 0, 1).toISOString());
  expect(endOfDay('2028-02-29')).toBe(new Date(2028, 2, 1).toISOString());
});

it('is nothing of a day that does not exist, or is not written in full', () => {
  for (const day of ['', '2026', '2026-12', '2026-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '31.12.2026'])
    expect(endOfDay(day), day).toBeUndefined();
});
