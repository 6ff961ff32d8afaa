import { QueryClient } from '@tanstack/react-query';
import { mayPass } from '../../shared/client/client.ts';

/** Milliseconds for which an answer counts as fresh: going back and forth between pages sends no request. */
const FRESH_MS = 10_000;
const MAX_RETRIES = 2;

/** The cache of answers, kept while the portal is open. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < MAX_RETRIES && mayPass(error),
        // Without a network, fail and say so instead of waiting for ever.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
