/**
 * The list from which a person came to a customer, so that the page leads to the next one. It is kept in the state of the history entry: it
 * survives a reload, and a copied address doesn't have it. Pure.
 */
import type { Filter } from '../customers/listAddress.ts';

/** A page of the list: its token (the first page has none), and the ids of its customers in their order. */
export type PageOfIds = { token?: string; ids: string[] };

export type ListPlace = {
  /** The address of the list, with its filter. */
  href: string;
  filter: Filter;
  pageSize: number;
  /** The tokens of the pages before `pages`, in order; `null` for the first page of the list. */
  before: (string | null)[];
  /** Consecutive pages, of which one has the customer. */
  pages: PageOfIds[];
  /** The token of the page after `pages`; absent if the list ends there. */
  after?: string;
};

/** The most pages that are kept, so that walking through a long list stays cheap. */
const MAX_PAGES = 3;

const isPlace = (value: unknown): value is ListPlace => {
  const { href, filter, pageSize, before, pages } = (value ?? {}) as Partial<ListPlace>;
  return (
    href?.startsWith('/') === true &&
    typeof filter === 'object' &&
    Number.isInteger(pageSize) &&
    Array.isArray(before) &&
    Array.isArray(pages) &&
    pages.every(({ ids }) => Array.isArray(ids))
  );
};

/** The list in the state of a history entry; undefined if the person didn't come from a list. */
export function placeIn(state: unknown): ListPlace | undefined {
  const { list } = (state ?? {}) as { list?: unknown };
  return isPlace(list) ? list : undefined;
}

/** The customers beside a customer. Undefined where the known pages end, or if the list doesn't contain it. */
export function besides({ pages }: ListPlace, customerId: string): { previous?: string; next?: string } {
  const ids = pages.flatMap((page) => page.ids);
  const index = ids.indexOf(customerId);
  if (index < 0) return {};
  const [previous, next] = [ids[index - 1], ids[index + 1]];
  return { ...(previous !== undefined && { previous }), ...(next !== undefined && { next }) };
}

/** The page that has to be read to know the customers beside a customer; undefined if they are known, or if the list ends. */
export function missingPage(
  place: ListPlace,
  customerId: string,
): { token: string | null; side: 'before' | 'after' } | undefined {
  if (!place.pages.some(({ ids }) => ids.includes(customerId))) return undefined;
  const { previous, next } = besides(place, customerId);
  if (next === undefined && place.after !== undefined) return { token: place.after, side: 'after' };
  const token = place.before.at(-1);
  return previous === undefined && token !== undefined ? { token, side: 'before' } : undefined;
}

/** The place with another page, which `missingPage` has named. A page may be empty. */
export function withPage(
  place: ListPlace,
  side: 'before' | 'after',
  ids: string[],
  nextPageToken: string | undefined,
): ListPlace {
  const { before, pages, after, ...list } = place;
  if (side === 'before') {
    const token = before.at(-1);
    const all = [{ ...(typeof token === 'string' && { token }), ids }, ...pages];
    let end = after;
    while (isTooLong(all)) end = all.pop()?.token;
    return { ...list, before: before.slice(0, -1), pages: all, ...(end !== undefined && { after: end }) };
  }
  const all = [...pages, { ...(after !== undefined && { token: after }), ids }];
  const left: (string | null)[] = [];
  while (isTooLong(all)) left.push(all.shift()?.token ?? null);
  return {
    ...list,
    before: [...before, ...left],
    pages: all,
    ...(nextPageToken !== undefined && { after: nextPageToken }),
  };
}

/** Empty pages don't count: the customers beside the customer must stay known. */
const isTooLong = (pages: PageOfIds[]) => pages.filter(({ ids }) => ids.length > 0).length > MAX_PAGES;
