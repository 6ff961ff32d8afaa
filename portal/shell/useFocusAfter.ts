import type { ButtonProps } from '@cloudscape-design/components/button';
import { type RefObject, useEffect, useRef } from 'react';

/** For the button that opens a form in its own place: where the form was, the keyboard goes on. */
export function useFocusAfter(isOpen: boolean): RefObject<ButtonProps.Ref | null> {
  const button = useRef<ButtonProps.Ref>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) button.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  return button;
}
