import { expect, it } from 'vitest';
import { shortened } from './shortened.ts';

it('a text of up to 80 characters stays whole', () => {
  for (const text of ['', 'Mila Bakery', 'a'.repeat(80), 'Vườn'.normalize('NFD').repeat(20)])
    expect(shortened(text)).toBe(text);
});

it('of a longer one the beginning stays, and no character is cut', () => {
  expect(shortened('a'.repeat(81))).toBe(`${'a'.repeat(80)}…`);
  const family = '👨‍👩‍👧';
  expect(shortened(family.repeat(81))).toBe(`${family.repeat(80)}…`);
  const letter = 'ờ'.normalize('NFD');
  expect(shortened(letter.repeat(100_000))).toBe(`${letter.repeat(80)}…`);
});
