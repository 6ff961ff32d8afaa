import { Suspense, useEffect, useState } from 'react';
import { part } from '../part.tsx';
import { CrashBoundary } from '../shell/Crash.tsx';
import { askBeforeSignOut } from './beforeSignOut.ts';
import { unfinishedRows } from './job.ts';
import { useImports } from './useImports.ts';

const RunningImports = part(async () => (await import('./RunningImports.tsx')).RunningImports);
const SignOutQuestion = part(async () => (await import('./SignOutQuestion.tsx')).SignOutQuestion);

/** Loads what sends imports and shows their progress, if there is an import to speak of. */
export function Jobs() {
  const all = useImports() ?? [];
  const isNeeded = all.some(({ state, isDismissed }) => state === 'running' || !isDismissed);
  const [isLoaded, setLoaded] = useState(false);
  const [signOut, setSignOut] = useState<() => void>();
  // It stays: after a stop, the last request is still under way.
  if (isNeeded && !isLoaded) setLoaded(true);
  const unfinished = all.reduce((sum, { numbers }) => sum + unfinishedRows(numbers), 0);
  useEffect(() => (unfinished > 0 ? askBeforeSignOut((leave) => setSignOut(() => leave)) : undefined), [unfinished]);
  return (
    <CrashBoundary page="imports">
      <Suspense>{isLoaded && <RunningImports />}</Suspense>
      <Suspense>
        {signOut && <SignOutQuestion count={unfinished} signOut={signOut} close={() => setSignOut(undefined)} />}
      </Suspense>
    </CrashBoundary>
  );
}
