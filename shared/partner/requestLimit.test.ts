import { expect, test } from 'vitest';
import { blockOf, newAllowance, secondsLeft, serve, windowAt, windowOf } from './requestLimit.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, 0) + seconds * 1000);

test('a window has the requests of its seconds, of which an instance serves few without counting', () => {
  expect(windowOf(25)).toEqual({ requests: 125, free: 5, largestBlock: 12 });
  expect(windowOf(1)).toEqual({ requests: 5, free: 1, largestBlock: 1 });
});

test.each([
  [0, 5],
  [0.001, 5],
  [1, 4],
  [4.2, 1],
  [4.999, 1],
  [5, 5],
])('%d s after the beginning of a window, the next one begins in %d s', (after, left) => {
  expect(secondsLeft(at(after))).toBe(left);
  expect(windowAt(at(after + left))).toBe(windowAt(at(after)) + 1);
});

test('an instance serves its free requests, and then each block', () => {
  const size = windowOf(25);
  const allowance = newAllowance(7, size);
  const served = () => {
    let count = 0;
    while (serve(allowance)) count++;
    return count;
  };
  expect(served()).toBe(5);
  const blocks = Array.from({ length: 4 }, () => {
    const block = blockOf(allowance, size);
    allowance.allowed += block;
    return [block, served()];
  });
  expect(blocks).toEqual([
    [5, 5],
    [10, 10],
    [12, 12],
    [12, 12],
  ]);
});

test.each([1, 2, 25, 9999])('the blocks of a limit of %d requests a second fit into its window', (perSecond) => {
  const { requests, free, largestBlock } = windowOf(perSecond);
  expect(free).toBeGreaterThanOrEqual(1);
  expect(largestBlock).toBeGreaterThanOrEqual(1);
  expect(free + largestBlock).toBeLessThanOrEqual(requests);
});
