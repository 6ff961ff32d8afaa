import { expect, test } from 'vitest';
import { askAgainAfter, shareOf, turnsFor } from './sendingRate.ts';

test('the schedule leaves a fifth of the rate to the stream, and has at least one mail a second', () => {
  expect([1, 2, 5, 14, 200].map((rate) => shareOf('schedule', rate))).toEqual([1, 1, 4, 11, 160]);
  expect([1, 14].map((rate) => shareOf('stream', rate))).toEqual([1, 14]);
});

test('a mail needs a turn for each recipient, and not more than its way has in a second', () => {
  expect([1, 10, 50].map((recipients) => turnsFor(recipients, 'stream', 14))).toEqual([1, 10, 14]);
  expect([1, 10, 50].map((recipients) => turnsFor(recipients, 'schedule', 14))).toEqual([1, 10, 11]);
  expect(turnsFor(50, 'schedule', 1)).toBe(1);
});

test('of those who wait for the next second, the stream asks first', () => {
  const [stream, schedule] = (['stream', 'schedule'] as const).map((way) =>
    [0, 0.999].map((at) => askAgainAfter(way, at)),
  );
  expect(Math.max(...(stream ?? []))).toBeLessThan(Math.min(...(schedule ?? [])));
  expect(Math.max(...(schedule ?? []))).toBeLessThan(1000);
});
