import { useEffect, useRef } from 'react';

/** Calls back when the network is there again. */
export function useOnline(then: () => void): void {
  const newest = useRef(then);
  newest.current = then;
  useEffect(() => {
    const online = () => newest.current();
    addEventListener('online', online);
    return () => removeEventListener('online', online);
  }, []);
}
