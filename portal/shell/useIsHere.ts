import { type RefObject, useEffect, useRef } from 'react';

/** Whether the component is still on the page: a late answer must not lead a person away from another page. */
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
