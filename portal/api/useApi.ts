/** Hooks around the typed client, with which pages read and change data. */
import { keepPreviousData, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useEffect, useRef } from 'react';
import { ApiProblem } from '../../shared/client/ApiProblem.ts';
import { type Answer, type Client, type Input, mayPass } from '../../shared/client/client.ts';
import type { Endpoint } from '../../shared/contract/contract.ts';
import { ActionKey } from './ActionKey.ts';

const ClientContext = createContext<Client | undefined>(undefined);
export const ClientProvider = ClientContext.Provider;

/** The typed client, with the session of the person who is signed in. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('useClient outside ClientProvider');
  return client;
}

type ReadOptions<E extends Endpoint> = {
  /** `false`: don't read yet. */
  enabled?: boolean;
  /** Shows the previous answer while the next one is being read, as when turning pages. */
  keepPrevious?: boolean;
  /** Milliseconds until the next read, fixed or chosen by the answer. Only while the page is visible. */
  refetchInterval?: number | false | ((answer: Answer<E> | undefined) => number);
  /** Reads again when the component is shown, even if the last answer is only moments old. */
  isFresh?: boolean;
};

/**
 * The answer of an endpoint, cached and kept fresh; `error` is an ApiProblem.
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

/** The part of a list's answer that leads to the next page. */
type PageOf = { nextPageToken?: string | undefined };

/**
 * The pages of a list that have been read so far; `fetchNextPage` reads another if `hasNextPage`.
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

/** Reads further pages automatically, until the list ends or `isEnough`. */
export function useReadOn({ hasNextPage, isFetching, error, fetchNextPage }: Reading, isEnough = false): void {
  useEffect(() => {
    if (!isEnough && hasNextPage && !isFetching && !error) void fetchNextPage();
  }, [isEnough, hasNextPage, isFetching, error, fetchNextPage]);
}

/** Forgets the answers that other pages have read: after the person has joined or left a partner, they are about another one. */
export function useForgetOtherPages(): () => void {
  const queries = useQueryClient();
  return () => queries.removeQueries({ type: 'inactive' });
}

/** The number of completed actions. A button pressed again after another action is a new action: a link may have been undone. */
let done = 0;

/**
 * An action of a person, with one Idempotency-Key per action. A second click while the action runs does nothing. Afterwards the
 * pages read their data again.
 *
 * @param onDone called with the answer, once for each time that the action succeeds
 * @param state the state that the action starts from, such as a customer's version: another state makes another action
 * @returns `run`, which resolves to the answer, or to undefined after a refusal: then `problem` has the reason
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
      ...(onDone && { onSuccess: (answer: Answer<E>, { input }: { input: Input<E> }) => onDone(answer, input) }),
      onError: (problem) => {
        if (!mayPass(problem)) actionKey.current.answered();
      },
      // A refusal may mean that the page is out of date.
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
