/** What is typed into the form that adds customers. */
import { useCallback } from 'react';
import { useTyped } from '../shell/typed.ts';
import { type Draft, emptyDraft } from './registration.ts';

/** `sent`: what was sent last, and the key it had, until an answer comes. */
export type FormRow = { id: string; draft: Draft; sent?: { content: string; key: string } };

export const newRow = (draft: Draft = emptyDraft()): FormRow => ({ id: crypto.randomUUID(), draft });

const atLeastOne = (rows: FormRow[] = []): FormRow[] => (rows.length > 0 ? rows : [newRow()]);

/** The rows of the form, of which there is always one, and what changes them and answers what they are then. */
export function useFormDraft(): [FormRow[], (change: (rows: FormRow[]) => FormRow[]) => FormRow[]] {
  const [rows, changeTyped] = useTyped('addCustomers', atLeastOne);
  const change = useCallback(
    (next: (rows: FormRow[]) => FormRow[]) => changeTyped((before) => atLeastOne(next(before))),
    [changeTyped],
  );
  return [rows, change];
}

/** A row that is being sent: with the key of its last attempt, if it says the same and no answer has come. */
export function sending(row: FormRow, content: string): FormRow & { sent: { content: string; key: string } } {
  const { sent } = row;
  return { ...row, sent: sent?.content === content ? sent : { content, key: crypto.randomUUID() } };
}

/** A row that an answer has come for. */
export function answered({ id, draft }: FormRow): FormRow {
  return { id, draft };
}
