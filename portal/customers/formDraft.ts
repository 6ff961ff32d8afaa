/** What is typed into the form, kept in this tab: signing in again, or loading the page again, loses nothing of it. */
import { useCallback, useState } from 'react';
import { type Draft, emptyDraft } from './registration.ts';

/** `sent`: what was sent last, and the key it had, until an answer comes. */
export type FormRow = { id: string; draft: Draft; sent?: { content: string; key: string } };

const STORED_AS = 'portal.addCustomers';

export const newRow = (draft: Draft = emptyDraft()): FormRow => ({ id: crypto.randomUUID(), draft });

function stored(): FormRow[] | undefined {
  try {
    const rows = JSON.parse(sessionStorage.getItem(STORED_AS) ?? 'null') as FormRow[] | null;
    return rows && rows.length > 0 ? rows : undefined;
  } catch {
    return undefined;
  }
}

function store(rows: FormRow[]): FormRow[] {
  try {
    sessionStorage.setItem(STORED_AS, JSON.stringify(rows));
  } catch {
    // It holds until the page is left.
  }
  return rows;
}

/** The rows of the form; there is always one. */
export function useFormDraft(): [FormRow[], (change: (rows: FormRow[]) => FormRow[]) => void] {
  const [rows, setRows] = useState(() => stored() ?? [newRow()]);
  const change = useCallback((next: (rows: FormRow[]) => FormRow[]) => {
    setRows((before) => {
      const after = next(before);
      return store(after.length > 0 ? after : [newRow()]);
    });
  }, []);
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
