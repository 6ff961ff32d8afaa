import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { mayPass } from '../../shared/client/client.ts';

/** Milliseconds for which an answer counts as fresh: going back and forth between pages sends no request. */
const FRESH_MS = 10_000;
const MAX_RETRIES = 2;
/** The longest pause before a retry. A partner's limit on requests begins anew every 5 seconds; people don't wait for longer ones. */
const MAX_PAUSE_SECONDS = 10;

/** The cache of answers, kept while the portal is open. Requests that failed for a moment are sent again after a pause. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (retries, error) => isSentAgain(retries, error, mayPass(error)),
        retryDelay: pauseMs,
        // Without a network, fail and say so instead of waiting for ever.
        networkMode: 'always',
        // Once the network is back, read what failed without it, and what may have changed meanwhile.
        refetchOnReconnect: ({ state }) => (state.error ? 'always' : true),
      },
      mutations: {
        // If no answer came, the person decides: the action may have been done.
        retry: (retries, error) => isSentAgain(retries, error, error instanceof ApiProblem && error.status === 503),
        retryDelay: pauseMs,
        networkMode: 'always',
      },
    },
  });
}

/** @param hasFailed whether the service was at fault, or nothing came back */
function isSentAgain(retries: number, error: Error, hasFailed: boolean): boolean {
  if (retries >= MAX_RETRIES || !(error instanceof ApiProblem)) return false;
  const { status, code, retryAfterSeconds = 0 } = error;
  // Refused before anything was done, by the function or the gateway. Other limits (429) are of the action, and last longer.
  const isOneTooMany = status === 429 && (code === 'REQUEST_LIMIT' || code === 'NOT_A_PROBLEM');
  return (hasFailed || isOneTooMany) && retryAfterSeconds <= MAX_PAUSE_SECONDS;
}

/** The pause that the server asks for, or else 1 second, then 2. */
function pauseMs(retries: number, error: Error): number {
  const seconds = error instanceof ApiProblem ? error.retryAfterSeconds : undefined;
  return 1000 * (seconds ?? 2 ** retries);
}
