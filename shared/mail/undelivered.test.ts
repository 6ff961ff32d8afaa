import { expect, test } from 'vitest';
import { reasonIn } from './undelivered.ts';

const full = { reason: 'The mailbox is full (452 4.2.2).', reasonCode: 'MAILBOX_FULL' } as const;

test('the reason is in the language of the mail, and in English in the words of the report', () => {
  expect(reasonIn('en', full)).toBe('The mailbox is full (452 4.2.2).');
  expect(reasonIn('ru', full)).toBe('Почтовый ящик переполнен.');
  expect(reasonIn('vi', full)).toBe('Hộp thư đã đầy.');
});

test('a reason without a code stays as it is', () => {
  expect(reasonIn('ru', { reason: 'Full.' })).toBe('Full.');
  expect(reasonIn('ru', {})).toBe('');
});
