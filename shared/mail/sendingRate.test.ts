import { expect, test } from 'vitest';
import { askAgainAfter, shareOf } from './sendingRate.ts';

test('the schedule leaves a fifth of the rate to the stream, and has at least one mail a second', () => {
  expect([1, 2, 5, 14, 200].map((rate) => shareOf('schedule', rate))).toEqual([1, 1, 4, 11, 160]);
  expect([1, 14].map((rate) => shareOf('stream', rate))).toEqual([1, 14]);
});

test('of those who wait for the next second, the stream asks first', () => {
  const [stream, schedule] = (['stream', 'schedule'] as const).map((way) =>
    [0, 0.999].map((at) => askAgainAfter(way, at)),
  );
  expect(Math.max(...(stream ?? []))).toBeLessThan(Math.min(...(schedule ?? [])));
  expect(Math.max(...(schedule ?? []))).toBeLessThan(1000);
});
