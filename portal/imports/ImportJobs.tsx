import { type ComponentType, useEffect, useState } from 'react';
import { CrashBoundary } from '../shell/Crash.tsx';
import { may, useMe } from '../shell/me.ts';

/** Looks for imports of the person, once the first page is there. The code for it is no part of the first page. */
export function ImportJobs() {
  const mayImport = may(useMe(), 'createCustomer');
  const [Jobs, setJobs] = useState<ComponentType>();
  useEffect(() => {
    if (!mayImport) return;
    const ended = new AbortController();
    const load = () =>
      import('./Jobs.tsx').then(
        (loaded) => setJobs(() => loaded.Jobs),
        // Without a network, it is loaded when the network is back.
        () => addEventListener('online', load, { once: true, signal: ended.signal }),
      );
    void load();
    return () => ended.abort();
  }, [mayImport]);
  return mayImport && Jobs ? (
    // A fault of the imports leaves the pages as they are.
    <CrashBoundary page="imports">
      <Jobs />
    </CrashBoundary>
  ) : null;
}
