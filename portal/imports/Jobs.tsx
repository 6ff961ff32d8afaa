import { Suspense } from 'react';
import { part } from '../part.tsx';
import { CrashBoundary } from '../shell/Crash.tsx';
import { useImports } from './useImports.ts';

const RunningImports = part(async () => (await import('./RunningImports.tsx')).RunningImports);

/** Loads what sends imports and shows their progress, if there is an import to speak of. */
export function Jobs() {
  const isNeeded = useImports()?.some(({ state, isDismissed }) => state === 'running' || !isDismissed);
  return isNeeded ? (
    <CrashBoundary page="imports">
      <Suspense>
        <RunningImports />
      </Suspense>
    </CrashBoundary>
  ) : null;
}
