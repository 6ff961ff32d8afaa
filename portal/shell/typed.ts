/** Text that a person types, kept in this tab's storage. With storage switched off, it lasts until the page is left. */
import { useCallback, useRef, useState } from 'react';
import { useMe } from './me.ts';

const PREFIX = 'portal.typed.';

let isForgotten = false;

/**
 * The input of the person who is signed in, kept until `forget` or until that person signs out. It survives another sign-in, a reload
 * and leaving the page. Another person who signs in in this tab doesn't see it.
 *
 * @param begin makes the first value, from the stored input if there is any
 * @returns the value, a function that changes it and returns the new one, and a function that forgets it
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

/** Whether the person who is signed in has typed under this name since it was last forgotten. */
export function useIsTyped(name: string): boolean {
  const key = useKey(name);
  return read(key) !== undefined;
}

/** Forgets all input of this tab, and keeps nothing more until the page is loaded again: somebody has signed out. */
export function forgetTyped(): void {
  isForgotten = true;
  try {
    const typed = Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
    for (const key of typed) sessionStorage.removeItem(key);
  } catch {
    // Without storage, nothing was kept.
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
    // Without storage, the value lasts until the page is left.
  }
}
