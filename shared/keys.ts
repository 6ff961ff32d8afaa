/** The single table: its indexes, and the keys of every item in it. `docs/table.md` has the access patterns. */
import { createHash } from 'node:crypto';

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

/** Primary key of an item. */
export type Key = { pk: string; sk: string };

/** A person, by its verified email address in canonical form, or a service account, by its client id. */
export type Subject = `USER#${string}` | `SERVICE_ACCOUNT#${string}`;

export const customerKey = (customerId: string): Key => ({ pk: `CUSTOMER#${customerId}`, sk: 'CUSTOMER' });
export const customerIdOf = (key: Key): string => key.pk.slice('CUSTOMER#'.length);

export const EVENT_PREFIX = 'EVENT#';
/** Events sort by version, which has 8 digits at the most. */
export const eventKey = (customerId: string, version: number): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `${EVENT_PREFIX}${String(version).padStart(8, '0')}`,
});
export const versionOf = (key: Key): number => Number(key.sk.slice(EVENT_PREFIX.length));

/** A cloud that is billed to the customer's subaccount. */
export const CLOUD_PREFIX = 'CLOUD#';
export const cloudKey = (customerId: string, cloudId: string): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `${CLOUD_PREFIX}${cloudId}`,
});
/** Makes the name of a created cloud unique in the customer's organization. */
export const cloudNameKey = (customerId: string, name: string): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `CLOUD_NAME#${name}`,
});

/** What a person or a service account has to do with a customer: it is invited by one, or administrator of one. */
export const MY_CUSTOMER_PREFIX = 'CUSTOMER#';
/** Holds an email address for one customer: of one partner, or (`*`) of all, as the program says. */
export const invitedKey = (email: string, scope: string): Key => ({
  pk: `USER#${email}`,
  sk: `${MY_CUSTOMER_PREFIX}INVITED_BY#${scope}`,
});
export const administratorKey = (email: string, customerId: string): Key => ({
  pk: `USER#${email}`,
  sk: `${MY_CUSTOMER_PREFIX}ADMINISTRATOR_OF#${customerId}`,
});
/** The one partner that a person or a service account belongs to, and its roles there. */
export const membershipKey = (subject: Subject): Key => ({ pk: subject, sk: 'MEMBERSHIP' });
/** That a person or a service account has some role on an existing cloud. */
export const GRANT_PREFIX = 'GRANT#';
export const grantKey = (subject: Subject, cloudId: string): Key => ({ pk: subject, sk: `${GRANT_PREFIX}${cloudId}` });

export const partnerKey = (partnerId: string): Key => ({ pk: `PARTNER#${partnerId}`, sk: 'PARTNER' });
export const accountKey = (email: string): Key => ({ pk: `ACCOUNT#${email}`, sk: 'ACCOUNT' });
/** An existing cloud in the provider's directory, with the billing account that it is bound to here. */
export const accountCloudKey = (cloudId: string): Key => ({ pk: `CLOUD#${cloudId}`, sk: 'CLOUD' });

/** Partitions of the indexes. */
export const customersOf = (partnerId: string) => `CUSTOMERS#${partnerId}`;
export const customersOfStatus = (partnerId: string, status: string) => `CUSTOMERS#${partnerId}#${status}`;
export const membersOf = (partnerId: string) => `MEMBERS#${partnerId}`;

/** In how many partitions each kind of due work is spread, so that no partition of the index takes all writes. */
const DUE_SHARDS = 4;
export type DueWork = 'MAIL' | 'STATE';
/** The partition of `byDue` in which a customer's due work of a kind stands. */
export const duePartition = (work: DueWork, customerId: string) =>
  `DUE#${work}#${(createHash('sha256').update(customerId).digest()[0] ?? 0) % DUE_SHARDS}`;
export const duePartitions = (work: DueWork): string[] =>
  Array.from({ length: DUE_SHARDS }, (_, shard) => `DUE#${work}#${shard}`);
