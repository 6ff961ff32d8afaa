import { useSyncExternalStore } from 'react';

/** A phone held sideways, as in `shell.css`: what stays on the screen while the page scrolls would leave no room for the page. */
const SHORT = '(max-height: 480px)';

function onChange(then: () => void): () => void {
  const query = matchMedia(SHORT);
  query.addEventListener('change', then);
  return () => query.removeEventListener('change', then);
}

/** Whether the screen is too low for parts that stay. */
export const useIsShort = (): boolean => useSyncExternalStore(onChange, () => matchMedia(SHORT).matches);
