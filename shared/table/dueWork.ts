/** The work that falls due with time. */
import type { Key } from './keys.ts';
import { queryAll } from './table.ts';

/** Due work: its key, and since when it is due (RFC 3339). */
export type Due = { key: Key; dueAt: string };

/**
 * All due work in a partition of the index, a page at a time, the oldest first. The next run finds the work that this run does not finish.
 *
 * @param pageSize how many are read at once
 */
export async function* dueWorkIn(partition: string, now: Date, pageSize: number): AsyncGenerator<Due[]> {
  const pages = queryAll({
    index: 'byDue',
    condition: 'due = :partition AND dueAt <= :now',
    values: { ':partition': partition, ':now': now.toISOString() },
    limit: pageSize,
  });
  for await (const items of pages) yield items.map(({ pk, sk, dueAt }) => ({ key: { pk, sk }, dueAt: String(dueAt) }));
}
