/** What somebody types, kept in this tab. Storage may be switched off: then it holds until the page is left. */
import { useCallback, useRef, useState } from 'react';
import { useMe } from './me.ts';

const PREFIX = 'portal.typed.';

let isForgotten = false;

/**
 * What the person who is signed in types, kept until it is forgotten or that person signs out: signing in again, loading the page
 * again or leaving it for another loses nothing. Nobody else who signs in in this tab sees it.
 *
 * @param begin what there is before anything was typed, or anew from what was
 * @returns the value, what changes it and answers the new one, and what forgets it
 */
export function useTyped<Value>(
  name: string,
  begin: (typed: Value | undefined) => Value,
): [Value, (change: (before: Value) => Value) => Value, () => void] {
  const key = useKey(name);
  const [value, setValue] = useState(() => begin(read<Value>(key)));
  const newest = useRef(value);
  const change = useCallback(
    (next: (before: Value) => Value) => {
      newest.current = next(newest.current);
      setValue(newest.current);
      write(key, newest.current);
      return newest.current;
    },
    [key],
  );
  const forget = useCallback(() => write(key, undefined), [key]);
  return [value, change, forget];
}

/** Whether the person who is signed in has typed there, and it was not forgotten since. */
export function useIsTyped(name: string): boolean {
  const key = useKey(name);
  return read(key) !== undefined;
}

/** Forgets all that was typed in this tab, and whatever is typed until the page is loaded again: somebody has signed out. */
export function forgetTyped(): void {
  isForgotten = true;
  try {
    const typed = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of typed) sessionStorage.removeItem(key);
  } catch {
    // Nothing is kept where there is no storage.
  }
}

function useKey(name: string): string {
  const { user } = useMe();
  return `${PREFIX}${user.id}.${name}`;
}

function read<Value>(key: string): Value | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: unknown): void {
  if (isForgotten) return;
  try {
    if (value === undefined) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(value));
  } catch {
    // It holds until the page is left.
  }
}
