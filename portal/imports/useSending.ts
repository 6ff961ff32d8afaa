/** Sends imports in a tab: the hook of `keepSending`, and the warning before the last tab closes. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { createClient } from '../../shared/client/client.ts';
import { useSession } from '../signIn/SignedIn.tsx';
import type { Imports } from './database.ts';
import { keepSending, lockOf } from './keepSending.ts';
import { sendImports } from './sender.ts';

/** Sends the imports that are running, unless another tab does. */
export function useSending(imports: Imports): void {
  const session = useSession();
  const queries = useQueryClient();
  // An ended session must not lead the person away from a page: the import waits.
  const call = useMemo(() => createClient({ ...session, signIn: async () => {} }), [session]);
  useEffect(() => {
    const { signedIn, end } = keepSending(
      imports,
      (signal) => sendImports(imports, call, (seconds, id) => rest(imports, seconds, id, signal), signal),
      // The pages still show the partner of before.
      () => void queries.invalidateQueries(),
    );
    const removeListener = session.users.events.addUserLoaded(signedIn);
    return () => {
      end();
      removeListener();
    };
  }, [imports, call, session, queries]);
  useWarning(imports);
}

/** Warns before the last tab is closed that can send a running import. */
function useWarning(imports: Imports): void {
  const [isNeeded, setNeeded] = useState(false);
  useEffect(() => {
    let isHere = true;
    const look = async () => {
      const job = imports.sent();
      const isSending = job !== undefined && job.pause?.why !== 'signIn';
      const isAlone = isSending && (await tabsWith(lockOf(imports))) <= 1;
      if (isHere) setNeeded(isAlone);
    };
    const unsubscribe = imports.subscribe(() => void look());
    void look();
    return () => {
      isHere = false;
      unsubscribe();
    };
  }, [imports]);
  useEffect(() => {
    if (!isNeeded) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isNeeded]);
}

/** How many tabs send under a lock, or wait for it. */
async function tabsWith(name: string): Promise<number> {
  const { held = [], pending = [] } = await navigator.locks.query();
  return [...held, ...pending].filter((lock) => lock.name === name).length;
}

/** Resolves after so many seconds, when the network is back, or when the import is no longer running. */
function rest(imports: Imports, seconds: number, id: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!imports.snapshot()?.some((job) => job.id === id && job.state === 'running')) end();
    };
    const unsubscribe = imports.subscribe(look);
    const timer = setTimeout(end, seconds * 1000);
    addEventListener('online', end);
    signal.addEventListener('abort', end);
    // It can have been stopped while its last request was under way.
    look();
    function end(): void {
      unsubscribe();
      clearTimeout(timer);
      removeEventListener('online', end);
      signal.removeEventListener('abort', end);
      resolve();
    }
  });
}
