/** How pages read and change things: hooks around the typed client. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef } from 'react';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { type Answer, type Client, type Input, mayPass } from '../../shared/client/client.ts';
import type { Endpoint } from '../../shared/contract/contract.ts';
import { ActionKey } from './ActionKey.ts';

const ClientContext = createContext<Client | undefined>(undefined);
export const ClientProvider = ClientContext.Provider;

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient outside ClientProvider');
  return client;
}

type ReadOptions<E extends Endpoint> = {
  /** `false`: not yet. */
  enabled?: boolean;
  /** Shows what was read last while something else is being read, as from page to page. */
  keepPrevious?: boolean;
  /** Asks again after so many milliseconds, or as many as the answer suggests, for as long as the page is in front of somebody. */
  refetchInterval?: number | false | ((answer: Answer<E> | undefined) => number);
  /** Asks again where it is shown, however short a time ago that was answered. */
  isFresh?: boolean;
};

/**
 * What an endpoint answers, kept and refreshed; `error` is an ApiProblem.
 *
 * @example const { data, error } = useRead(getCustomer, { path: { customerId } })
 */
export function useRead<E extends Endpoint>(endpoint: E, input: Input<E>, options: ReadOptions<E> = {}) {
  const call = useClient();
  const { enabled = true, keepPrevious = false, refetchInterval = false, isFresh = false } = options;
  return useQuery<Answer<E>, ApiProblem>({
    queryKey: [endpoint.name, input],
    queryFn: ({ signal }) => call(endpoint, input, { signal }),
    enabled,
    refetchInterval:
      typeof refetchInterval === 'function' ? ({ state }) => refetchInterval(state.data) : refetchInterval,
    refetchOnMount: isFresh ? 'always' : true,
    ...(keepPrevious && { placeholderData: keepPreviousData as never }),
  });
}

/** What a list answers: a page of it, and how to go on. */
type PageOf = { nextPageToken?: string | undefined };

/**
 * A list from its beginning to as far as somebody has asked to see it: `fetchNextPage` goes on where `hasNextPage`.
 *
 * @example
 * const { pages, hasNextPage, fetchNextPage } = useReadPages(listClouds, { path: { customerId } });
 * const clouds = pages.flatMap((page) => page.clouds);
 */
export function useReadPages<E extends Endpoint>(
  endpoint: E,
  input: Input<E>,
  { enabled = true, isFresh = false }: Pick<ReadOptions<E>, 'enabled' | 'isFresh'> = {},
) {
  const call = useClient();
  const { query } = input as { query?: object };
  const read = useInfiniteQuery({
    queryKey: [endpoint.name, input, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      call(endpoint, { ...input, query: { ...query, pageToken: pageParam } }, { signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page: Answer<E>) => (page as unknown as PageOf).nextPageToken,
    enabled,
    refetchOnMount: isFresh ? 'always' : true,
  });
  return { ...read, error: read.error as ApiProblem | null, pages: read.data?.pages ?? [] };
}

type Reading = Pick<ReturnType<typeof useReadPages>, 'hasNextPage' | 'isFetching' | 'error' | 'fetchNextPage'>;

/** Reads a list on by itself, to its end or until it is enough. */
export function useReadOn({ hasNextPage, isFetching, error, fetchNextPage }: Reading, isEnough = false): void {
  useEffect(() => {
    if (!isEnough && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [isEnough, hasNextPage, isFetching, error, fetchNextPage]);
}

/** How many actions have been done. What is pressed again after another one is another action: what was linked may have been unlinked. */
let done = 0;

/**
 * Something that a person does, with one Idempotency-Key per action. What is under way isn't begun a second time, so that a
 * double click does it once. What pages show is read anew afterwards.
 *
 * @param onDone told the answer, once for each time that it was done
 * @param state what it begins with, such as a customer's version, where it can be done again once that is another
 * @returns `run`, which resolves to the answer, or to undefined where it was refused: then `problem` says why
 * @example
 * const suspend = useAction(suspendCustomer);
 * <Button loading={suspend.isRunning} onClick={() => suspend.run({ path: { customerId } })}>…</Button>
 */
export function useAction<E extends Endpoint>(
  endpoint: E,
  onDone?: (answer: Answer<E>, input: Input<E>) => void,
  state?: unknown,
) {
  const call = useClient();
  const queries = useQueryClient();
  const actionKey = useRef(new ActionKey());
  const underWay = useRef<Promise<Answer<E> | undefined>>(undefined);
  const { mutateAsync, isPending, error, reset } = useMutation<Answer<E>, ApiProblem, { input: Input<E>; key: string }>(
    {
      mutationFn: async ({ input, key }) => {
        const answer = await call(endpoint, input, endpoint.method === 'POST' ? { key } : {});
        actionKey.current.answered();
        done += 1;
        return answer;
      },
      retry: (attempts, problem) => attempts < 2 && problem.status === 503,
      ...(onDone && { onSuccess: (answer: Answer<E>, { input }: { input: Input<E> }) => onDone(answer, input) }),
      onError: (problem) => {
        if (!mayPass(problem)) actionKey.current.answered();
      },
      // What was refused may have been so because the page is out of date.
      onSettled: () => void queries.invalidateQueries(),
    },
  );
  const run = (input: Input<E>): Promise<Answer<E> | undefined> => {
    underWay.current ??= mutateAsync({ input, key: actionKey.current.for([input, state, done]) })
      .catch((refusal: unknown) => {
        if (refusal instanceof ApiProblem) return undefined;
        throw refusal;
      })
      .finally(() => {
        underWay.current = undefined;
      });
    return underWay.current;
  };
  return { run, isRunning: isPending, problem: error, reset };
}
