import { QueryClient } from '@tanstack/react-query';
import { mayPass } from '../../shared/client/client.ts';

/** For how long what was read counts as fresh: going back and forth between pages asks nothing again. */
const FRESH_MS = 10_000;
const MAX_RETRIES = 2;

/** What pages have read, kept while they are open. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (failures, error) => failures < MAX_RETRIES && mayPass(error),
        // Without a network it fails, and says so, instead of waiting for ever.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
