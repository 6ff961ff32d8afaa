/** A tab's share in sending imports: one of the person's tabs sends, and the next one takes over when it closes. */
import type { Imports } from './database.ts';
import type { Outcome } from './sender.ts';

/** After a failure of the browser's storage, the tab tries again after this time, or at the next change of an import. */
const RETRY_MS = 30_000;

/** The lock under which one tab sends. */
export const lockOf = ({ name, partnerId }: Imports): string => `${name}.${partnerId}`;

/**
 * Sends whenever an import is running and no other tab sends.
 *
 * @param send sends until no import is running, or until the signal
 * @param onElsewhere called once the person is found to belong to another partner; then this tab sends nothing more
 * @returns functions: `signedIn` tells that the person has signed in again, `end` ends the sending
 */
export function keepSending(
  imports: Imports,
  send: (signal: AbortSignal) => Promise<Outcome>,
  onElsewhere: () => void,
): { signedIn: () => void; end: () => void } {
  const closing = new AbortController();
  const { signal } = closing;
  let isUnderWay = false;
  let isSignedOut = false;
  let isElsewhere = false;
  let retry: ReturnType<typeof setTimeout> | undefined;

  async function begin(): Promise<void> {
    const job = imports.sent();
    if (isUnderWay || isElsewhere || signal.aborted || !job) return;
    // If another tab has ended the pause, this one takes over when that tab closes, and finds out about its own session.
    if (isSignedOut && job.pause?.why === 'signIn') return;
    isUnderWay = true;
    clearTimeout(retry);
    const outcome = await navigator.locks
      .request(lockOf(imports), { signal }, () => send(signal))
      // The database was deleted because the person has signed out, or the browser can't store anything now.
      .catch(() => 'failed' as const);
    isUnderWay = false;
    isSignedOut = outcome === 'signIn';
    isElsewhere = outcome === 'elsewhere';
    if (isElsewhere) onElsewhere();
    if (outcome === 'failed' && !signal.aborted) retry = setTimeout(() => void begin(), RETRY_MS);
    // An import may have been begun, or another tab may have ended the pause, in the last moment.
    if (outcome === 'sent' || outcome === 'signIn') await begin();
  }
  const unsubscribe = imports.subscribe(() => void begin());
  void begin();
  return {
    signedIn: () => {
      isSignedOut = false;
      void begin();
    },
    end: () => {
      closing.abort();
      clearTimeout(retry);
      unsubscribe();
    },
  };
}
