/** The list of a partner's customers, for `listCustomers` and for the Billing API. */
import type * as z from 'zod/mini';
import type { listCustomers } from '../contract/contract.ts';
import type { Program } from '../program/program.ts';
import { fold } from '../table/fold.ts';
import { customerIdOf, customerKey, customersOf, customersOfStatus, INDEXES, type Key } from '../table/keys.ts';
import { pageToken, readPage } from '../table/page.ts';
import { earlierKey, searchedEmail, searchKey } from '../table/search.ts';
import { type Item, query } from '../table/table.ts';
import { asOf } from './customer.ts';
import { fromItem, type StoredCustomer } from './item.ts';

/** How many customers a search with a status may read for one page: about 1 MB, the most that one query reads. */
const MAX_FILTERED = 1000;

/**
 * A page of the partner's customers, by one query of an index (two if keys of the version before are searched, too): newest first; with
 * `query`, those whose name or email begins with it, in alphabetical order. With `query` and `status`, a page may be short, or empty although another page follows.
 *
 * @throws Problem PAGE_TOKEN_INVALID
 */
export async function customersPage(
  partnerId: string,
  asked: z.output<typeof listCustomers.query>,
  now: Date,
  program: Program,
): Promise<{ customers: StoredCustomer[]; nextPageToken?: string }> {
  const { status } = asked;
  const sought = asked.query?.includes('@') ? searchedEmail(asked.query) : (asked.query ?? '');
  const prefix = searchKey(sought);
  const earlier = earlierKey(sought);
  // Customers that the version before wrote have keys of another form: they are found by a query that is written like the name.
  const prefixes = earlier.startsWith(prefix) ? [prefix] : [prefix, earlier];
  const index = prefix === '' ? (status ? 'byStatus' : 'byCreated') : sought.includes('@') ? 'byEmail' : 'byName';
  const { partition, sort } = INDEXES[index];
  const value = index === 'byStatus' ? customersOfStatus(partnerId, status ?? '') : customersOf(partnerId);
  const scope = JSON.stringify(['listCustomers', index, value, asked.query, status]);
  const { limit, position } = readPage(asked, scope);
  // No index serves status and query together: the query reads more than a page, up to a limit, and filters.
  const filtered = status !== undefined && prefix !== '';
  const read: Item[] = [];
  let end: Record<string, unknown> | undefined;
  const current = Math.max(0, position ? prefixes.findIndex((each) => position[0]?.startsWith(each)) : 0);
  for (const [i, each] of prefixes.entries()) {
    if (i < current) continue;
    const { items, last } = await query({
      index,
      condition: each === '' ? `${partition} = :list` : `${partition} = :list AND begins_with(${sort}, :prefix)`,
      values: { ':list': value, ...(each !== '' && { ':prefix': each }), ...(status && { ':status': status }) },
      // One more than the page holds: only then there is a next page.
      limit: filtered ? MAX_FILTERED : limit + 1 - read.length,
      newestFirst: sort === 'createdAt',
      start:
        position && i === current
          ? { [partition]: value, [sort]: position[0], ...customerKey(position[1] ?? '') }
          : undefined,
      ...(status && { filter: '#status = :status', names: { '#status': 'status' } }),
    });
    read.push(...items);
    end = last;
    if (last || read.length > limit) break;
  }
  const items = read.slice(0, limit);
  const last = items.length < read.length ? items.at(-1) : end;
  return {
    customers: items
      .map(fromItem)
      // The index knows the stored status: customers that expired since then have another one.
      .filter(({ customer }) => [undefined, asOf(customer, now, program).status].includes(status))
      .filter(({ customer }) => asOf(customer, now, program).status !== 'DELETED')
      // The index holds only the beginning of a long name or address.
      .filter(({ customer }) =>
        fold(index === 'byEmail' ? searchedEmail(customer.email ?? '') : customer.name).startsWith(fold(sought)),
      ),
    ...(last && { nextPageToken: pageToken([String(last[sort]), customerIdOf(last as Key)], scope) }),
  };
}
