/** What a list of customers is narrowed down to, as it stands in the address: it can be shared, and going back works. */
import { useLocation, useNavigate } from 'react-router';
import { STATUSES } from '../../shared/contract/vocabulary.ts';
import type { Status } from './customerStatus.tsx';

export type Filter = { status?: Status; query?: string };

/** The tokens of the pages that were opened after the first: they belong to this visit, not to the address. */
type Visit = { tokens?: string[] } | null;

export const filterOf = (search: string): Filter => {
  const asked = new URLSearchParams(search);
  const status = STATUSES.find((each) => each === asked.get('status'));
  const query = asked.get('query') ?? '';
  return { ...(status && { status }), ...(query.trim() !== '' && { query }) };
};

export function addressOf({ status, query = '' }: Filter): string {
  const asked = new URLSearchParams({ ...(status && { status }), ...(query.trim() !== '' && { query }) });
  return asked.size > 0 ? `?${asked}` : '';
}

/** The filter, the page, and how to change them. Another filter begins with its first page. */
export function useListAddress() {
  const { search, state } = useLocation();
  const navigate = useNavigate();
  const filter = filterOf(search);
  const { tokens = [] } = (state as Visit) ?? {};
  return {
    filter,
    /** `replace`: going back leads to what was before, and not through each letter that was typed. */
    setFilter: (next: Filter, replace = false) => void navigate({ search: addressOf(next) }, { replace }),
    pageIndex: tokens.length + 1,
    pageToken: tokens.at(-1),
    openPage: (index: number, nextPageToken: string | undefined) => {
      const known = nextPageToken === undefined ? tokens : [...tokens, nextPageToken];
      void navigate({ search }, { state: { tokens: known.slice(0, index - 1) } });
    },
    /** To the first page, as where pages have another size. */
    restart: () => void navigate({ search }, { replace: true, state: null }),
  };
}
