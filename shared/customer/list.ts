/** The list of a partner's customers: one for `listCustomers` and for the Billing API. */
import type * as z from 'zod/mini';
import type { listCustomers } from '../contract/contract.ts';
import { fold } from '../contract/fields.ts';
import type { Program } from '../program/program.ts';
import { customerIdOf, customerKey, customersOf, customersOfStatus, INDEXES, type Key } from '../table/keys.ts';
import { pageToken, readPage } from '../table/page.ts';
import { searchedEmail, searchKey } from '../table/search.ts';
import { query } from '../table/table.ts';
import { asOf } from './customer.ts';
import { fromItem, type StoredCustomer } from './item.ts';

/** How many customers a search among those of a status may read for one page: 1 MB, the most that one query reads. */
const MAX_FILTERED = 1000;

/**
 * A page of the partner's customers: one query of the index that is sorted as asked for. Newest first; with `query`, by
 * name or email. With both, a page may be short, or empty and yet have a next one.
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
  const index = prefix === '' ? (status ? 'byStatus' : 'byCreated') : sought.includes('@') ? 'byEmail' : 'byName';
  const { partition, sort } = INDEXES[index];
  const value = index === 'byStatus' ? customersOfStatus(partnerId, status ?? '') : customersOf(partnerId);
  const scope = JSON.stringify(['listCustomers', index, value, asked.query, status]);
  const { limit, position } = readPage(asked, scope);
  // With status and query, no index has just what is asked for: more is read than a page has, within a bound.
  const filtered = status !== undefined && prefix !== '';
  const read = await query({
    index,
    condition: prefix === '' ? `${partition} = :list` : `${partition} = :list AND begins_with(${sort}, :prefix)`,
    values: { ':list': value, ...(prefix !== '' && { ':prefix': prefix }), ...(status && { ':status': status }) },
    // One more than there is room for: that there is a next page is said only where it has something.
    limit: filtered ? MAX_FILTERED : limit + 1,
    newestFirst: sort === 'createdAt',
    start: position && { [partition]: value, [sort]: position[0], ...customerKey(position[1] ?? '') },
    ...(status && { filter: '#status = :status', names: { '#status': 'status' } }),
  });
  const items = read.items.slice(0, limit);
  const last = items.length < read.items.length ? items.at(-1) : read.last;
  return {
    customers: items
      .map(fromItem)
      // The index follows the cleanup; what has expired since is not of the status that was asked for.
      .filter(({ customer }) => [undefined, asOf(customer, now, program).status].includes(status))
      .filter(({ customer }) => asOf(customer, now, program).status !== 'DELETED')
      // The index has the beginning of long names and addresses alone.
      .filter(({ customer }) =>
        fold(index === 'byEmail' ? searchedEmail(customer.email ?? '') : customer.name).startsWith(fold(sought)),
      ),
    ...(last && { nextPageToken: pageToken([String(last[sort]), customerIdOf(last as Key)], scope) }),
  };
}
