/** The filter of the customer list, kept in the page's address: the address can be shared, and going back works. */
import { useLocation, useNavigate } from 'react-router';
import { STATUSES } from '../../shared/contract/vocabulary.ts';
import type { Status } from './customerStatus.tsx';

export type Filter = { status?: Status; query?: string };

/** The tokens of the pages after the first, as far as this tab knows them. They belong to the history entry, not to the address. */
type Visit = { tokens?: string[] } | null;

/** A page of the list: its number, and its token if it is not the first one. */
export type ListPage = { index: number; token?: string };

/** More pages than any list has. A greater number in an address was typed by hand. */
const MAX_INDEX = 100_000;

/** The page in an address. Without its token, a number alone leads to the first page. */
export function pageOf(search: string): ListPage {
  const asked = new URLSearchParams(search);
  const [index, token] = [Number(asked.get('page')), asked.get('pageToken')];
  return Number.isInteger(index) && index > 1 && index <= MAX_INDEX && token ? { index, token } : { index: 1 };
}

/** The filter in an address. @param search the address's query string; unknown statuses are ignored */
export const filterOf = (search: string): Filter => {
  const asked = new URLSearchParams(search);
  const status = STATUSES.find((each) => each === asked.get('status'));
  const query = asked.get('query') ?? '';
  return { ...(status && { status }), ...(query.trim() !== '' && { query }) };
};

/** The query string of a filter and a page. @returns an empty string for the first page without a filter */
export function addressOf({ status, query = '' }: Filter, { index, token }: ListPage = { index: 1 }): string {
  const asked = new URLSearchParams({
    ...(status && { status }),
    ...(query.trim() !== '' && { query }),
    ...(token !== undefined && { page: String(index), pageToken: token }),
  });
  return asked.size > 0 ? `?${asked}` : '';
}

/** The filter, the page, and functions that change them. A new filter starts on its first page. */
export function useListAddress() {
  const { search, state } = useLocation();
  const navigate = useNavigate();
  const filter = filterOf(search);
  const page = pageOf(search);
  const tokens = tokensOf(page, (state as Visit)?.tokens);
  return {
    filter,
    /** `replace`: going back leads to the page before the search, not through each letter that was typed. */
    setFilter: (next: Filter, replace = false) => void navigate({ search: addressOf(next) }, { replace }),
    pageIndex: page.index,
    pageToken: page.token,
    /** The tokens of the pages from the second to the open one; undefined in the place of an unknown one. */
    tokens,
    before: tokensBefore(tokens),
    /** The address of the list with its filter. */
    href: `/customers${addressOf(filter)}`,
    /** @param known the tokens of the pages from the second on, up to the page at least */
    openPage: (index: number, known: readonly (string | undefined)[]) => {
      const token = known[index - 2];
      void navigate(
        { search: addressOf(filter, token === undefined ? { index: 1 } : { index, token }) },
        { state: { tokens: known.slice(0, index - 1) } },
      );
    },
    /** Returns to the first page, as after a change of the page size. */
    restart: () => void navigate({ search: addressOf(filter) }, { replace: true, state: null }),
  };
}

/** The tokens of the pages from the second to the open one. An address that was opened elsewhere has only the token of its own page. */
export function tokensOf(
  { index, token }: ListPage,
  known: readonly (string | undefined)[] = [],
): (string | undefined)[] {
  if (known.length === index - 1 && known.at(-1) === token) return [...known];
  return Array.from({ length: index - 1 }, (_, place) => (place === index - 2 ? token : undefined));
}

/**
 * The tokens of the pages before the open one, in order; `null` for the first page. After an unknown token, only those that follow it.
 *
 * @param tokens the tokens of the pages from the second to the open one
 */
function tokensBefore(tokens: readonly (string | undefined)[]): (string | null)[] {
  const all = tokens.map((_, index) => (index === 0 ? null : tokens[index - 1]));
  return all.slice(all.lastIndexOf(undefined) + 1) as (string | null)[];
}
