import { Suspense, useState } from 'react';
import { part } from '../part.tsx';
import { CrashBoundary } from '../shell/Crash.tsx';
import { useImports } from './useImports.ts';

const RunningImports = part(async () => (await import('./RunningImports.tsx')).RunningImports);

/** Loads what sends imports and shows their progress, if there is an import to speak of. */
export function Jobs() {
  const isNeeded = useImports()?.some(({ state, isDismissed }) => state === 'running' || !isDismissed);
  const [isLoaded, setLoaded] = useState(false);
  // It stays: after a stop, the last request is still under way.
  if (isNeeded && !isLoaded) setLoaded(true);
  return isLoaded ? (
    <CrashBoundary page="imports">
      <Suspense>
        <RunningImports />
      </Suspense>
    </CrashBoundary>
  ) : null;
}
