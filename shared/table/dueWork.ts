/** The work that falls due with time. */
import type { Key } from './keys.ts';
import { queryAll } from './table.ts';

/**
 * The keys of all due work in a partition of the index, a page at a time. The next run finds the work that this run does not finish.
 *
 * @param pageSize how many keys are read at once
 */
export async function* dueWorkIn(partition: string, now: Date, pageSize: number): AsyncGenerator<Key[]> {
  const pages = queryAll({
    index: 'byDue',
    condition: 'due = :partition AND dueAt <= :now',
    values: { ':partition': partition, ':now': now.toISOString() },
    limit: pageSize,
  });
  for await (const items of pages) yield items.map(({ pk, sk }) => ({ pk, sk }));
}
