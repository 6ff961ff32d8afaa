/** The filter of the customer list, kept in the page's address: the address can be shared, and going back works. */
import { useLocation, useNavigate } from 'react-router';
import { STATUSES } from '../../shared/contract/vocabulary.ts';
import type { Status } from './customerStatus.tsx';

export type Filter = { status?: Status; query?: string };

/** The tokens of the pages opened after the first. They belong to the history entry, not to the address. */
type Visit = { tokens?: string[] } | null;

/** The filter in an address. @param search the address's query string; unknown statuses are ignored */
export const filterOf = (search: string): Filter => {
  const asked = new URLSearchParams(search);
  const status = STATUSES.find((each) => each === asked.get('status'));
  const query = asked.get('query') ?? '';
  return { ...(status && { status }), ...(query.trim() !== '' && { query }) };
};

/** The query string of a filter. @returns an empty string if there is no filter */
export function addressOf({ status, query = '' }: Filter): string {
  const asked = new URLSearchParams({ ...(status && { status }), ...(query.trim() !== '' && { query }) });
  return asked.size > 0 ? `?${asked}` : '';
}

/** The filter, the page, and functions that change them. A new filter starts on its first page. */
export function useListAddress() {
  const { search, state } = useLocation();
  const navigate = useNavigate();
  const filter = filterOf(search);
  const { tokens = [] } = (state as Visit) ?? {};
  return {
    filter,
    /** `replace`: going back leads to the page before the search, not through each letter that was typed. */
    setFilter: (next: Filter, replace = false) => void navigate({ search: addressOf(next) }, { replace }),
    pageIndex: tokens.length + 1,
    pageToken: tokens.at(-1),
    /** The tokens of the pages before this one; `null` for the first page. */
    before: tokens.map((_, index) => tokens[index - 1] ?? null),
    /** The address of the list with its filter. */
    href: `/customers${addressOf(filter)}`,
    openPage: (index: number, nextPageToken: string | undefined) => {
      const known = nextPageToken === undefined ? tokens : [...tokens, nextPageToken];
      void navigate({ search }, { state: { tokens: known.slice(0, index - 1) } });
    },
    /** Returns to the first page, as after a change of the page size. */
    restart: () => void navigate({ search }, { replace: true, state: null }),
  };
}
