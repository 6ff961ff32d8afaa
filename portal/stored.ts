/** Choices that this browser remembers. With storage switched off, they last until the page is left. */
import { useState } from 'react';

const PREFIX = 'portal.';

/** A remembered value; undefined if there is none. */
export function readStored<Value>(name: string): Value | undefined {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** Remembers a value, which has to be JSON. */
export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Without storage, the choice lasts until the page is left.
  }
}

/** State that is remembered. @param isValid whether a remembered value, perhaps of an earlier version, is still usable */
export function useStored<Value>(
  name: string,
  initial: Value,
  isValid: (value: unknown) => boolean,
): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(() => {
    const stored = readStored<Value>(name);
    return stored !== undefined && isValid(stored) ? stored : initial;
  });
  return [
    value,
    (next) => {
      setValue(next);
      writeStored(name, next);
    },
  ];
}
