import { Suspense, useEffect, useState, useSyncExternalStore } from 'react';
import { part } from '../part.tsx';
import { CrashBoundary } from '../shell/Crash.tsx';
import { askBeforeSignOut } from './beforeSignOut.ts';
import { useImportDatabase, useImports } from './useImports.ts';

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
  const { subscribe, unfinished: read } = useImportDatabase();
  const unfinished = useSyncExternalStore(subscribe, read);
  useEffect(() => {
    if (unfinished === 0) return;
    // A person can sign out without a network, too.
    SignOutQuestion.load();
    return askBeforeSignOut((leave) => setSignOut(() => leave));
  }, [unfinished]);
  return (
    <>
      <CrashBoundary page="imports">
        <Suspense>{isLoaded && <RunningImports />}</Suspense>
      </CrashBoundary>
      <CrashBoundary page="signOut">
        <Suspense>
          {signOut && <SignOutQuestion count={unfinished} signOut={signOut} close={() => setSignOut(undefined)} />}
        </Suspense>
      </CrashBoundary>
    </>
  );
}
