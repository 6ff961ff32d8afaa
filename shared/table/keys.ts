/** The single table: its indexes, and the keys of every item in it. `docs/table.md` has the access patterns. */
import { createHash } from 'node:crypto';
import { earlierKey } from './search.ts';

/** Partition and sort key attributes of the table. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;

/** The attribute for DynamoDB's time to live (epoch seconds). */
export const TTL_ATTRIBUTE = 'ttl';

/**
 * The table's indexes. All are sparse: an item without both attributes is not in the index. `byDue` holds only keys. The others hold whole
 * items, so that a page of a list is one query.
 */
export const INDEXES = {
  byCreated: { partition: 'listOf', sort: 'createdAt', projection: 'ALL' },
  byStatus: { partition: 'listOfStatus', sort: 'createdAt', projection: 'ALL' },
  byName: { partition: 'listOf', sort: 'nameKey', projection: 'ALL' },
  byEmail: { partition: 'listOf', sort: 'emailKey', projection: 'ALL' },
  byApproval: { partition: 'approval', sort: 'dueAt', projection: 'ALL' },
  byDue: { partition: 'due', sort: 'dueAt', projection: 'KEYS_ONLY' },
} as const;

export type IndexName = keyof typeof INDEXES;

/** Primary key of an item. */
export type Key = { pk: string; sk: string };

/** A person, by its verified email address in canonical form, or a service account, by its client id. */
export type Subject = `USER#${string}` | `SERVICE_ACCOUNT#${string}`;
/** Who can have a role on an existing cloud: a person, a service account, or the members of a partner (`partnerKey`). */
export type CloudSubject = Subject | `PARTNER#${string}`;

export const customerKey = (customerId: string): Key => ({ pk: `CUSTOMER#${customerId}`, sk: 'CUSTOMER' });
export const customerIdOf = (key: Key): string => key.pk.slice('CUSTOMER#'.length);

export const EVENT_PREFIX = 'EVENT#';
/** Events sort by version, which has 8 digits at the most. */
export const eventKey = (customerId: string, version: number): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `${EVENT_PREFIX}${String(version).padStart(8, '0')}`,
});
/** The item with the BOUNCED mail about an event's mail. A bounce is no change of the customer, so it has no event. */
export const bounceKey = (customerId: string, version: number): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `BOUNCE#${String(version).padStart(8, '0')}`,
});
/** The use of an idempotency key (its digest) for a change of an item in the partition. */
export const keyUseKey = (pk: string, digest: string): Key => ({ pk, sk: `KEY#${digest}` });
/** The version in the key of an event or a bounce. */
export const versionOf = (key: Key): number => Number(key.sk.slice(key.sk.indexOf('#') + 1));

/** The count of mails that all senders have given to SES in the current second. */
export const SENDING_RATE_KEY: Key = { pk: 'SENDING_RATE', sk: 'SENDING_RATE' };

/** The count of a partner's requests. It has a partition of its own, so that IAM can allow its change alone. */
export const REQUESTS_PREFIX = 'REQUESTS#';
export const requestsKey = (partnerId: string): Key => ({ pk: `${REQUESTS_PREFIX}${partnerId}`, sk: 'REQUESTS' });

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

/** The items under a person or service account: invitations by customers, and bindings on customers. */
export const MY_CUSTOMER_PREFIX = 'CUSTOMER#';
/** The partition of these items. It is a digest, so that the table remembers an address during a cooldown without containing it. */
export const myCustomersOf = (subject: Subject) =>
  `PERSON#${createHash('sha256').update(subject).digest().subarray(0, 16).toString('base64url')}`;
/** Holds an email address for one customer of a partner, or (`*`) of all partners, by the program's `customerUniquePer`. */
export const invitedKey = (email: string, scope: string): Key => ({
  pk: myCustomersOf(`USER#${email}`),
  sk: `${MY_CUSTOMER_PREFIX}INVITED_BY#${scope}`,
});
/** The invitations of a partner to a mailbox: when the newest was sent, and whether the recipient wants more. */
export const MAILED_BY_PREFIX = 'MAILED_BY#';
export const mailedByKey = (partnerId: string, mailbox: string): Key => ({
  pk: myCustomersOf(`USER#${mailbox}`),
  sk: `${MAILED_BY_PREFIX}${partnerId}`,
});
/** A pointer: lets a subject find a customer on which it holds a binding. The binding itself is stored under the customer. */
export const boundKey = (subject: Subject, customerId: string): Key => boundUnder(myCustomersOf(subject), customerId);
/** The same key, from the partition of `myCustomersOf`. */
export const boundUnder = (pk: string, customerId: string): Key => ({
  pk,
  sk: `${MY_CUSTOMER_PREFIX}BOUND_TO#${customerId}`,
});

/**
 * The access bindings of a subaccount that were changed by hand, spread over a few items by subject: a request reads only the item of its
 * caller, and a change of any number of bindings is one transaction.
 */
export const ACCESS_PREFIX = 'ACCESS#';
const ACCESS_SHARDS = 16;
export const accessKey = (customerId: string, subject: Subject): Key => ({
  pk: `CUSTOMER#${customerId}`,
  sk: `${ACCESS_PREFIX}${String((createHash('sha256').update(subject).digest()[0] ?? 0) % ACCESS_SHARDS).padStart(2, '0')}`,
});
/** The one partner that a person or a service account belongs to, and its roles there. */
export const membershipKey = (subject: Subject): Key => ({ pk: subject, sk: 'MEMBERSHIP' });
/** A membership that a partner offers to a person. Under a subject, these keys follow the key of its membership. */
export const PENDING_PREFIX = 'PENDING#';
export const pendingKey = (subject: Subject, partnerId: string): Key => ({
  pk: subject,
  sk: `${PENDING_PREFIX}${partnerId}`,
});
/** When a person or a service account last left a partner. It stays after a return. */
export const leftKey = (subject: Subject, partnerId: string): Key => ({ pk: subject, sk: `LEFT#${partnerId}` });
/** The partner for which the provider has recorded a service account. */
export const serviceAccountKey = (clientId: string): Key => ({ pk: `SERVICE_ACCOUNT#${clientId}`, sk: 'RECORDED' });
/** An existing cloud on which a person, a service account or a partner has a role. A cloud's holder always has one. */
export const GRANT_PREFIX = 'GRANT#';
export const grantKey = (subject: CloudSubject, cloudId: string): Key => ({
  pk: subject,
  sk: `${GRANT_PREFIX}${cloudId}`,
});

export const partnerKey = (partnerId: string): Key => ({ pk: `PARTNER#${partnerId}`, sk: 'PARTNER' });
/** How many invitations the partner has sent on a day (yyyy-mm-dd, UTC), and in the current minute. */
export const mailsOfDayKey = (partnerId: string, day: string): Key => ({
  pk: `PARTNER#${partnerId}`,
  sk: `MAILS#${day}`,
});
/** An event of a partner. Its id begins with its time, so that events sort by time. */
export const partnerEventKey = (partnerId: string, eventId: string): Key => ({
  pk: `PARTNER#${partnerId}`,
  sk: `${EVENT_PREFIX}${eventId}`,
});
/** Says that something about a partner was viewed, so that this is recorded once. */
export const viewKey = (partnerId: string, view: string): Key => ({
  pk: `PARTNER#${partnerId}`,
  sk: `VIEW#${createHash('sha256').update(view).digest('base64url')}`,
});
/** The id of an event, from its key. */
export const partnerEventIdOf = (key: Key): string => key.sk.slice(EVENT_PREFIX.length);
/** The partner of a key under a partner. */
export const partnerIdOf = (key: Key): string => key.pk.slice('PARTNER#'.length);
/** Whether an item is stored under a partner. */
export const isOfPartner = (key: Key): boolean => key.pk.startsWith('PARTNER#');
/** Makes an email domain belong to one partner. */
export const domainKey = (domain: string): Key => ({ pk: `DOMAIN#${domain}`, sk: 'DOMAIN' });
export const accountKey = (email: string): Key => ({ pk: `ACCOUNT#${email}`, sk: 'ACCOUNT' });
/** An existing cloud in the provider's directory, with the subaccount that it is linked to. */
export const accountCloudKey = (cloudId: string): Key => ({ pk: `CLOUD#${cloudId}`, sk: 'CLOUD' });

/** Partitions of the indexes. */
export const customersOf = (partnerId: string) => `CUSTOMERS#${partnerId}`;
export const customersOfStatus = (partnerId: string, status: string) => `CUSTOMERS#${partnerId}#${status}`;
export const membersOf = (partnerId: string) => `MEMBERS#${partnerId}`;
/** How many bytes of an id a list is sorted by. A digest after them distinguishes ids with the same beginning. */
const LISTED_ID_BYTES = 24;
/** The sort key of a person or service account in a list: alphabetical, unique, and short enough for a page token. */
export const listKey = (id: string) =>
  `${earlierKey(id, LISTED_ID_BYTES)}#${createHash('sha256').update(id).digest('base64url').slice(0, 8)}`;
/** All customers that await the provider's approval, of every partner. */
export const APPROVALS = 'APPROVALS';

/** How many partitions of the index each kind of due work is spread over, so that no partition takes all writes. */
const DUE_SHARDS = 4;
export type DueWork = 'MAIL' | 'STATE';
/** The partition of `byDue` for the due work of a customer. */
export const duePartition = (work: DueWork, customerId: string) =>
  `DUE#${work}#${(createHash('sha256').update(customerId).digest()[0] ?? 0) % DUE_SHARDS}`;
export const duePartitions = (work: DueWork): string[] =>
  Array.from({ length: DUE_SHARDS }, (_, shard) => `DUE#${work}#${shard}`);
/** The partition of `byDue` for the mails of a partner that wait for their turn among the mails of all partners. */
export const mailQueueOf = (partnerId: string) => `DUE#MAIL_OF#${partnerId}`;
/** The partition of `byDue` for the partners whose mails wait in a queue of their own. */
export const MAIL_QUEUES = 'DUE#MAIL_QUEUES';
export const mailQueueKey = (partnerId: string): Key => ({ pk: `PARTNER#${partnerId}`, sk: 'MAIL_QUEUE' });
