import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

const HOUR_MS = 60 * 60_000;

test('a frozen clock stands still until it is moved or resumed', () => {
  const clock = new Clock();
  clock.freeze();
  const before = clock.now();
  clock.advance(HOUR_MS);
  expect(clock.now()).toBe(before + HOUR_MS);
  clock.set(new Date('2030-01-01T00:00:00Z'));
  expect(new Date(clock.now()).toISOString()).toBe('2030-01-01T00:00:00.000Z');
  clock.resume();
  expect(clock.now()).toBeGreaterThanOrEqual(Date.parse('2030-01-01T00:00:00Z'));
});

test('the skew of a function applies to no other function', () => {
  const clock = new Clock();
  clock.freeze();
  clock.skew('createCustomer', HOUR_MS);
  expect(clock.now('createCustomer') - clock.now('deliverMail')).toBe(HOUR_MS);
  expect(clock.now()).toBe(clock.now('deliverMail'));
});

test('listeners get the length of each move', () => {
  const clock = new Clock();
  clock.freeze();
  const moves: number[] = [];
  clock.onMove((movedMs) => moves.push(movedMs));
  clock.advance(HOUR_MS);
  clock.set(new Date(clock.now() - 1000));
  expect(moves).toEqual([HOUR_MS, -1000]);
});
