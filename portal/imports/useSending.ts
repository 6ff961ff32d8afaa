/** The tab's share in sending imports: one of the person's tabs sends, and the next one takes over when it closes. */
import { useEffect, useMemo, useState } from 'react';
import { createClient } from '../../shared/client/client.ts';
import { useSession } from '../signIn/SignedIn.tsx';
import type { Imports } from './database.ts';
import { sendImports } from './sender.ts';

const isSending = (imports: Imports): boolean =>
  imports.snapshot()?.some(({ state, pause }) => state === 'running' && pause?.why !== 'signIn') ?? false;

/** Sends the imports that are running, unless another tab does. */
export function useSending(imports: Imports, partnerId: string): void {
  const session = useSession();
  // An ended session must not lead the person away from a page: the import waits.
  const call = useMemo(() => createClient({ ...session, signIn: async () => {} }), [session]);
  const lock = lockOf(imports, partnerId);
  useEffect(() => {
    const closing = new AbortController();
    const { signal } = closing;
    let isUnderWay = false;
    let isSignedOut = false;

    const begin = async (): Promise<void> => {
      const isWanted = imports.snapshot()?.some(({ state }) => state === 'running');
      if (isUnderWay || isSignedOut || signal.aborted || !isWanted) return;
      isUnderWay = true;
      const outcome = await navigator.locks
        .request(lock, { signal }, () =>
          sendImports(imports, call, (seconds, id) => rest(imports, seconds, id, signal), signal),
        )
        // The database was deleted because the person has signed out, or the browser has no room.
        .catch(() => 'failed');
      isUnderWay = false;
      isSignedOut = outcome === 'signIn';
      // An import may have been begun in the last moment.
      if (outcome === 'sent') await begin();
    };
    const unsubscribe = imports.subscribe(() => void begin());
    const removeListener = session.users.events.addUserLoaded(() => {
      isSignedOut = false;
      void begin();
    });
    void begin();
    return () => {
      closing.abort();
      unsubscribe();
      removeListener();
    };
  }, [imports, call, session, lock]);
  useWarning(imports, lock);
}

/** Warns before the last tab is closed that can send a running import. */
function useWarning(imports: Imports, lock: string): void {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    let isHere = true;
    const look = async () => {
      const isAlone = isSending(imports) && (await tabsWith(lock)) <= 1;
      if (isHere) setNeeded(isAlone);
    };
    const unsubscribe = imports.subscribe(() => void look());
    void look();
    return () => {
      isHere = false;
      unsubscribe();
    };
  }, [imports, lock]);
  useEffect(() => {
    if (!isNeeded) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isNeeded]);
}

const lockOf = ({ name }: Imports, partnerId: string): string => `${name}.${partnerId}`;

/** How many tabs send under a lock, or wait for it. */
async function tabsWith(name: string): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].filter((lock) => lock.name === name).length;
}

/** Resolves after so many seconds, when the network is back, or when the import is no longer running. */
function rest(imports: Imports, seconds: number, id: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = imports.subscribe(() => {
      if (!imports.snapshot()?.some((job) => job.id === id && job.state === 'running')) end();
    });
    const timer = setTimeout(end, seconds * 1000);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
    function end(): void {
      unsubscribe();
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
