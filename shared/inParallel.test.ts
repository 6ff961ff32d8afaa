import { expect, test } from 'vitest';
import { inParallel } from './inParallel.ts';

test('works on so many at a time, starts them in order, and takes each when its work can start', async () => {
  const started: number[] = [];
  let taken = 0;
  let underWay = 0;
  let most = 0;
  let ahead = 0;
  async function* numbers() {
    for (let number = 0; number < 20; number++) {
      taken += 1;
      ahead = Math.max(ahead, taken - started.length);
      yield number;
    }
  }
  await inParallel(numbers(), 3, async (number) => {
    started.push(number);
    most = Math.max(most, ++underWay);
    for (let turn = 0; turn < 10 + (number % 4); turn++) await Promise.resolve();
    underWay -= 1;
  });
  expect(started).toEqual(Array.from({ length: 20 }, (_, number) => number));
  expect(most).toBe(3);
  expect(ahead).toBeLessThanOrEqual(3);
});

test('takes a list, too, and fails with the first failure', async () => {
  const done: string[] = [];
  await inParallel(['a', 'b', 'c'], 2, async (each) => {
    done.push(each);
  });
  expect(done).toEqual(['a', 'b', 'c']);
  await expect(inParallel(['a'], 2, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
});

test('starts nothing more after a failure, and ends the work that is under way before it fails', async () => {
  const started: number[] = [];
  const ended: number[] = [];
  const failing = inParallel([1, 2, 3, 4], 3, async (number) => {
    started.push(number);
    if (number === 1) throw new Error('first');
    for (let turn = 0; turn < 10 * number; turn++) await Promise.resolve();
    ended.push(number);
    if (number === 2) throw new Error('second');
  });
  await expect(failing).rejects.toThrow('first');
  expect(started).toEqual([1, 2, 3]);
  expect(ended).toEqual([2, 3]);
});

test('works on what was taken before the reading of the elements failed', async () => {
  const ended: string[] = [];
  async function* broken() {
    yield 'a';
    yield 'b';
    throw new Error('unreadable');
  }
  const failing = inParallel(broken(), 3, async (each) => {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    ended.push(each);
  });
  await expect(failing).rejects.toThrow('unreadable');
  expect(ended).toEqual(['a', 'b']);
});
