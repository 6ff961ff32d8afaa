/** The form that adds customers: its rows as they are typed. */
import { useCallback } from 'react';
import { PERSON_FIELDS } from '../../shared/contract/vocabulary.ts';
import { useTyped } from '../shell/typed.ts';
import { type Customer, isUndeliverable } from './customerStatus.tsx';
import { type Draft, emptyDraft, isEmpty, registrationOf } from './registration.ts';

/**
 * `sent`: the content and key of the last attempt, until an answer comes. `again`: the customer that the row was filled in from, and the
 * content that it got.
 */
export type FormRow = {
  id: string;
  draft: Draft;
  sent?: { content: string; key: string };
  again?: { customerId: string; content: string };
};

/** A row with an id of its own. */
export const newRow = (draft: Draft = emptyDraft()): FormRow => ({ id: crypto.randomUUID(), draft });

const contentOf = (draft: Draft): string => JSON.stringify(registrationOf(draft));

/** The draft that registers a customer again. Its address is left out if no mail reaches it. */
function draftOf(customer: Customer): Draft {
  const { name, friendlyName = '', email, role, language, adminEmails, person } = customer;
  return {
    name,
    email: isUndeliverable(customer) ? '' : (email ?? ''),
    friendlyName,
    role,
    language,
    adminEmails: adminEmails.join(', '),
    person: Object.fromEntries(PERSON_FIELDS.map((field) => [field, person[field] ?? ''])) as Draft['person'],
    ...(email === null && { served: true }),
  };
}

/** Whether the person has typed something in the row. */
export const isTyped = ({ draft, again }: FormRow): boolean => !isEmpty(draft) && contentOf(draft) !== again?.content;

/** The rows with one more that invites a customer again. The row is there once, however often the person asks for it. */
export function withAgain(rows: FormRow[], customer: Customer): FormRow[] {
  if (rows.some(({ again }) => again?.customerId === customer.id)) return rows;
  const draft = draftOf(customer);
  const row = { ...newRow(draft), again: { customerId: customer.id, content: contentOf(draft) } };
  return [...rows.filter((each) => !isEmpty(each.draft)), row];
}

const atLeastOne = (rows: FormRow[] = []): FormRow[] => (rows.length > 0 ? rows : [newRow()]);

/** The rows of the form, at least one, and a function that changes them and returns the changed rows. */
export function useFormDraft(): [FormRow[], (change: (rows: FormRow[]) => FormRow[]) => FormRow[]] {
  const [rows, changeTyped] = useTyped('addCustomers', atLeastOne);
  const change = useCallback(
    (next: (rows: FormRow[]) => FormRow[]) => changeTyped((before) => atLeastOne(next(before))),
    [changeTyped],
  );
  return [rows, change];
}

/** A row that is being sent. It keeps the key of its last attempt if the content is the same and no answer has come. */
export function sending(row: FormRow): FormRow & { sent: { content: string; key: string } } {
  const { sent } = row;
  const content = contentOf(row.draft);
  return { ...row, sent: sent?.content === content ? sent : { content, key: crypto.randomUUID() } };
}

/** A row after an answer: the next attempt has a new key. */
export function answered({ sent: _, ...row }: FormRow): FormRow {
  return row;
}
