import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { showProgress } from './progress.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A stream to a terminal or to a file, and the texts written to it. */
function output(isTTY: boolean) {
  const written: string[] = [];
  const stream = { isTTY, write: (text: string) => written.push(text) };
  return { stream: stream as unknown as NodeJS.WriteStream, written };
}

test('a terminal shows one line: a bar, the rows done, the rows per second, and the time left', () => {
  const { stream, written } = output(true);
  const progress = showProgress(400, stream);
  vi.advanceTimersByTime(2000);
  progress.done(100);
  vi.advanceTimersByTime(2000);
  progress.done(200);
  progress.end();
  expect(written).toEqual([
    `\r\x1b[K[${'#'.repeat(8)}${'.'.repeat(22)}] 100 of 400 rows, 50/s, 6 s left`,
    `\r\x1b[K[${'#'.repeat(23)}${'.'.repeat(7)}] 300 of 400 rows, 75/s, 2 s left`,
    '\n',
  ]);
});

test('another output gets a line at most every second, and always the last line', () => {
  const { stream, written } = output(false);
  const progress = showProgress(12_000, stream);
  for (const milliseconds of [2000, 100, 100, 1800]) {
    vi.advanceTimersByTime(milliseconds);
    progress.done(100);
  }
  progress.done(11_600);
  progress.end();
  expect(written).toEqual([
    '100 of 12000 rows, 50/s, 3 min 58 s left\n',
    '400 of 12000 rows, 100/s, 1 min 56 s left\n',
    '12000 of 12000 rows, 3000/s, 0 s left\n',
  ]);
});
