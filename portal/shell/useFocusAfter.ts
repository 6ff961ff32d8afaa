import type { ButtonProps } from '@cloudscape-design/components/button';
import { type RefObject, useEffect, useRef } from 'react';

/** For a button that a form replaces while the form is open: once the form is closed, the button gets the focus back. */
export function useFocusAfter(isOpen: boolean): RefObject<ButtonProps.Ref | null> {
  const button = useRef<ButtonProps.Ref>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}
