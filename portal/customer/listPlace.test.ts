import { expect, it } from 'vitest';
import { besides, type ListPlace, missingPage, placeIn, withPage } from './listPlace.ts';

/** A list of pages with ids; the token of a page is its index. */
const LIST = [['a', 'b'], [], ['c'], ['d', 'e'], ['f'], [], ['g', 'h']];
const read = (token: string | null) => {
  const index = Number(token ?? 0);
  const next = index + 1;
  return { ids: LIST[index] ?? [], nextPageToken: next < LIST.length ? String(next) : undefined };
};
/** The place as the list gives it, on one of its pages. */
const opened = (index: number): ListPlace => {
  const { ids, nextPageToken } = read(String(index));
  return {
    href: '/customers?status=ACTIVE',
    filter: { status: 'ACTIVE' },
    pageSize: 2,
    before: Array.from({ length: index }, (_, page) => (page === 0 ? null : String(page))),
    pages: [{ ...(index > 0 && { token: String(index) }), ids }],
    ...(nextPageToken !== undefined && { after: nextPageToken }),
  };
};
/** Reads pages until the customers on both sides are known, as the page of the customer does. */
function complete(place: ListPlace, customerId: string): ListPlace {
  let now = place;
  for (let missing = missingPage(now, customerId); missing; missing = missingPage(now, customerId)) {
    const { ids, nextPageToken } = read(missing.token);
    now = withPage(now, missing.side, ids, nextPageToken);
  }
  return now;
}

it.each(LIST.map((_, index) => index).filter((index) => LIST[index]?.length))(
  'from page %i, next leads through the rest of the list to its end, and previous back to its beginning',
  (index) => {
    const all = LIST.flat();
    const [first = ''] = LIST[index] ?? [];
    let at = first;
    let place = complete(opened(index), at);
    const walked = [at];
    for (let to = besides(place, at).next; to !== undefined; to = besides(place, at).next) {
      at = to;
      place = complete(place, at);
      walked.push(at);
    }
    expect(walked).toEqual(all.slice(all.indexOf(first)));
    expect(place.after).toBeUndefined();
    for (let to = besides(place, at).previous; to !== undefined; to = besides(place, at).previous) {
      at = to;
      place = complete(place, at);
      walked.push(at);
      expect(place.pages.filter(({ ids }) => ids.length > 0).length).toBeLessThanOrEqual(3);
    }
    expect(at).toBe('a');
    expect(walked).toHaveLength(2 * all.length - all.indexOf(first) - 1);
  },
);

it('a customer that the list does not contain has nobody beside it, and reads nothing', () => {
  expect(besides(opened(0), 'x')).toEqual({});
  expect(missingPage(opened(0), 'x')).toBeUndefined();
});

it('the state of a history entry is read only if it is a list', () => {
  expect(placeIn({ list: opened(0) })).toEqual(opened(0));
  for (const state of [
    null,
    undefined,
    {},
    { list: null },
    { list: {} },
    { tokens: ['a'] },
    { list: { ...opened(0), href: 'https://x' } },
  ])
    expect(placeIn(state)).toBeUndefined();
});
