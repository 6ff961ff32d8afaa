import { useEffect, useRef } from 'react';

/**
 * If the focused element has left the page, such as the button of a completed action, the focus moves to the start of the page.
 *
 * @param shown changes whenever the buttons on the page may change; empty as long as it is unknown
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
