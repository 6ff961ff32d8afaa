/** What this browser remembers of a person's choices. Storage may be switched off: then it remembers nothing. */
import { useState } from 'react';

const PREFIX = 'portal.';

export function readStored<Value>(name: string): Value | undefined {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

export function writeStored(name: string, value: unknown): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // It holds until the page is left.
  }
}

/** State that is remembered. @param isValid whether what was remembered, perhaps by an earlier version, still makes sense */
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
