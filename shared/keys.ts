/** The single table: its indexes, and the keys of every item in it. `docs/table.md` has the access patterns. */

/** Partition and sort key attributes of the table. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;

/** The attribute that DynamoDB's time to live looks at (epoch seconds). */
export const TTL_ATTRIBUTE = 'ttl';

/**
 * The table's indexes. All are sparse: an item without both attributes isn't in the index.
 * The first four hold customers whole, so that a page of a list is one query; `byDue` holds keys alone.
 */
export const INDEXES = {
  byCreated: { partition: 'listOf', sort: 'createdAt', projection: 'ALL' },
  byStatus: { partition: 'listOfStatus', sort: 'createdAt', projection: 'ALL' },
  byName: { partition: 'listOf', sort: 'nameKey', projection: 'ALL' },
  byEmail: { partition: 'listOf', sort: 'emailKey', projection: 'ALL' },
  byDue: { partition: 'due', sort: 'dueAt', projection: 'KEYS_ONLY' },
} as const;

export type IndexName = keyof typeof INDEXES;

/** In how many partitions each kind of due work is spread, so that no partition of the index takes all writes. */
export const DUE_SHARDS = 4;

/** Primary key of an item. */
export type Key = { pk: string; sk: string };

export const customerKey = (customerId: string): Key => ({ pk: `CUSTOMER#${customerId}`, sk: 'CUSTOMER' });

/** Events sort by version: a version has at most 8 digits. */
export const eventKey = (customerId: string, version: number): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `${EVENT_PREFIX}${String(version).padStart(8, '0')}`,
});
export const EVENT_PREFIX = 'EVENT#';
