import { expect, it } from 'vitest';
import type { Customer } from './customerStatus.tsx';
import { answered, isTyped, newRow, sending, withAgain } from './formDraft.ts';
import { emptyDraft, registrationOf } from './registration.ts';

const declined = {
  id: 'dn2aaaaaaaaaaaaaaaaa',
  name: 'Mila Bakery',
  friendlyName: 'Mila',
  email: 'ivan@bakery.example',
  role: 'Referrer',
  language: 'ru',
  adminEmails: ['a@bakery.example', 'b@bakery.example'],
  person: { phone: '+7 812 555 01 02' },
} as unknown as Customer;
const filled = (customer: Customer) => withAgain([newRow()], customer).map(({ draft }) => registrationOf(draft));

it('a customer that is invited again has all of its data', () => {
  const { id: _, ...data } = declined;
  expect(filled(declined)).toEqual([data]);
});

it('an address that no mail reaches has to be typed, and a customer without an address is served without an invitation', () => {
  const { id: _, email, ...data } = declined;
  const delivery = { status: 'BOUNCED', at: '2026-05-01T12:00:00.000Z', permanent: true } as const;
  expect(filled({ ...declined, delivery })).toEqual([data]);
  expect(filled({ ...declined, email: null })).toEqual([{ ...data, resellerServed: true }]);
});

it('it follows what was typed before, and is there once', () => {
  const typed = newRow({ ...emptyDraft(), name: 'Typed' });
  const rows = withAgain([typed, newRow()], declined);
  expect(rows.map(({ draft }) => draft.name)).toEqual(['Typed', 'Mila Bakery']);
  expect(withAgain(rows, declined)).toBe(rows);
});

it('nothing was typed in a row that is empty, or still as it was filled in', () => {
  const [row] = withAgain([], declined);
  if (!row) throw new Error('there is no row');
  expect([isTyped(newRow()), isTyped(row)]).toEqual([false, false]);
  expect(isTyped({ ...row, draft: { ...row.draft, name: 'Mila' } })).toBe(true);
  expect(isTyped(newRow({ ...emptyDraft(), name: 'Typed' }))).toBe(true);
});

it('a row keeps its key until there is an answer, or its content changes', () => {
  const row = newRow({ ...emptyDraft(), name: 'Typed' });
  const first = sending(row);
  expect(sending(first).sent).toEqual(first.sent);
  expect(sending({ ...first, draft: { ...row.draft, name: 'Other' } }).sent.key).not.toBe(first.sent.key);
  expect(answered(first)).toEqual(row);
});
