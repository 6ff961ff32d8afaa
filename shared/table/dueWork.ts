/** The work that falls due with time. */
import type { Key } from './keys.ts';
import { queryAll } from './table.ts';

/** How many keys of due work are read at once. */
const DUE_PAGE_SIZE = 100;

/** The keys of all due work in a partition of the index, a page at a time. The next run finds the work that this run does not finish. */
export async function* dueWorkIn(partition: string, now: Date): AsyncGenerator<Key[]> {
  const pages = queryAll({
    index: 'byDue',
    condition: 'due = :partition AND dueAt <= :now',
    values: { ':partition': partition, ':now': now.toISOString() },
    limit: DUE_PAGE_SIZE,
  });
  for await (const items of pages) yield items.map(({ pk, sk }) => ({ pk, sk }));
}
