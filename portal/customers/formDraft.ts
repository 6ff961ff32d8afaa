/** The form that adds customers: its rows as they are typed. */
import { useCallback } from 'react';
import { useTyped } from '../shell/typed.ts';
import { type Draft, emptyDraft } from './registration.ts';

/** `sent`: the content and key of the last attempt, until an answer comes. */
export type FormRow = { id: string; draft: Draft; sent?: { content: string; key: string } };

/** A row with an id of its own. */
export const newRow = (draft: Draft = emptyDraft()): FormRow => ({ id: crypto.randomUUID(), draft });

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
export function sending(row: FormRow, content: string): FormRow & { sent: { content: string; key: string } } {
  const { sent } = row;
  return { ...row, sent: sent?.content === content ? sent : { content, key: crypto.randomUUID() } };
}

/** A row after an answer: the next attempt has a new key. */
export function answered({ id, draft }: FormRow): FormRow {
  return { id, draft };
}
