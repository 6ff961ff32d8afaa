import { useEffect, useRef } from 'react';

/**
 * When what had the focus has left the page, such as a button of what is done now, the keyboard goes on at the page's beginning.
 *
 * @param shown what decides about the buttons that are there; empty as long as it isn't known
 */
export function useKeepFocus(shown: string): void {
  const before = useRef(shown);
  useEffect(() => {
    if (before.current === shown) return;
    const isFirst = before.current === '';
    before.current = shown;
    if (!isFirst && document.activeElement === document.body)
      document.getElementById('page')?.focus({ preventScroll: true });
  }, [shown]);
}
