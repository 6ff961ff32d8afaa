import { type RefObject, useEffect, useRef } from 'react';

/** Whether what asks is still on the page, for what comes later: an answer takes nobody away from where they have gone. */
export function useIsHere(): RefObject<boolean> {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return isHere;
}
