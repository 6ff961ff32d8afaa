/** Loads customers, and commits decisions: state, event and all that belongs to them in one transaction. */
import { Problem } from '../contract/problem.ts';
import { writeLog } from '../log.ts';
import type { MetricName } from '../metrics.ts';
import type { Program } from '../program/program.ts';
import { boundKey, customerIdOf, customerKey, EVENT_PREFIX, eventKey, keyUseKey } from '../table/keys.ts';
import {
  type Alongside,
  getItem,
  getItems,
  type Item,
  put,
  putNew,
  queryAll,
  retryConflicts,
  transact,
} from '../table/table.ts';
import type { Circumstances, Command, Idempotency } from './command.ts';
import { asOf, type Customer } from './customer.ts';
import { decide } from './decide.ts';
import type { Delivery } from './delivery.ts';
import { holdEmail } from './emailHold.ts';
import type { CustomerEvent } from './event.ts';
import { evolve } from './evolve.ts';
import { newCustomerId } from './ids.ts';
import { eventFromItem, eventToItem, fromItem, type StoredCustomer, toItem, updateState } from './item.ts';
import { keyUseWrites } from './keyUse.ts';
import { customerNotFound, keyReused } from './refusals.ts';
import { spareRecipient } from './spareRecipient.ts';

const EVENTS_PAGE_SIZE = 1000;

/** The result of a change: the customer after it, its event (null: there was nothing to change), and whether it was a replay. */
export type Changed = StoredCustomer & { event: CustomerEvent | null; replayed: boolean };

/** The customer with this id; undefined if there is none, or only its tombstone. */
export async function loadCustomer(customerId: string): Promise<StoredCustomer | undefined> {
  return storedIn(await getItem(customerKey(customerId)));
}

/** The customers with these ids (100 at most), read in one request. Ids without a customer are left out. */
export async function loadCustomers(customerIds: string[]): Promise<Map<string, StoredCustomer>> {
  const items = customerIds.length > 0 ? await getItems(customerIds.map(customerKey)) : [];
  return new Map(
    items.flatMap((item) => {
      const stored = storedIn(item);
      return stored ? [[stored.customer.id, stored] as const] : [];
    }),
  );
}

const storedIn = (item: Item | undefined): StoredCustomer | undefined =>
  item && !('removedAt' in item) ? fromItem(item) : undefined;

/** The customer's events up to a version, oldest first. */
export async function loadEvents(customerId: string, upTo: number): Promise<CustomerEvent[]> {
  const events: CustomerEvent[] = [];
  const pages = queryAll({
    condition: 'pk = :pk AND sk BETWEEN :first AND :last',
    values: { ':pk': customerKey(customerId).pk, ':first': EVENT_PREFIX, ':last': eventKey(customerId, upTo).sk },
    limit: EVENTS_PAGE_SIZE,
  });
  for await (const items of pages) events.push(...items.map(eventFromItem));
  return events;
}

/**
 * Registers a customer: writes state, first event, the hold of its address, and a pointer for each administrator. Reads only if the write
 * is refused.
 *
 * @param others makes more writes for the same transaction; called at each attempt
 * @throws Problem CUSTOMER_EXISTS, CUSTOMER_DELETED, IDEMPOTENCY_KEY_REUSED, TRY_AGAIN, and the refusals of `decide` and of `others`
 */
export async function registerCustomer(
  command: Extract<Command, { type: 'invite' | 'registerResellerServed' }>,
  circumstances: Circumstances,
  others: () => Promise<Alongside[]> = async () => [],
): Promise<Changed> {
  const event = decide(undefined, command, circumstances);
  if (!event) throw new Error('a registration has an event');
  const customer = evolve(undefined, event);
  const { program, now, idempotency } = circumstances;
  const pointers = customer.administrators.map(
    (email): Alongside => ({
      write: put({ ...boundKey(`USER#${email}`, customer.id), customerId: customer.id }),
      refused: 'omit',
    }),
  );
  const alongside = [...holdEmail(undefined, customer, now, program), ...pointers];
  return retryConflicts(async () => {
    const writes = [
      ...alongside,
      ...(await others()),
      ...spareRecipient(undefined, customer, event, undefined, circumstances),
    ];
    const item = eventToItem(event, now, queueOf(customer, circumstances));
    if ((await commit(putNew(toItem(customer)), item, writes)) === 'done') {
      logEvent(customer, event);
      return { customer, event, replayed: false };
    }
    const stored = await getItem(customerKey(customer.id));
    if (!stored) return 'conflict';
    // A random id belongs to no other request: an earlier attempt of this transaction succeeded, and its answer was lost.
    if (!idempotency) return { customer, event, replayed: false };
    return replayRegistration(stored, idempotency, now, program);
  });
}

/**
 * The first answer to a registration with this key; undefined if there was none.
 *
 * @throws Problem CUSTOMER_DELETED if its customer was deleted since, IDEMPOTENCY_KEY_REUSED if the request was another one
 */
export async function replayedRegistration(
  customerId: string,
  circumstances: Circumstances,
): Promise<Changed | undefined> {
  const { idempotency, now, program } = circumstances;
  const stored = idempotency && (await getItem(customerKey(customerId)));
  return stored && replayRegistration(stored, idempotency, now, program);
}

/**
 * The first answer to the registration that made a stored customer, from its item. Reads one event.
 *
 * @throws Problem CUSTOMER_DELETED if the customer was deleted since, IDEMPOTENCY_KEY_REUSED if the request was another one
 */
export async function replayRegistration(
  stored: Item,
  idempotency: Idempotency,
  now: Date,
  program: Program,
): Promise<Changed> {
  if ('removedAt' in stored || asOf(fromItem(stored).customer, now, program).status === 'DELETED') throw deleted();
  return replay(customerIdOf(stored), 1, idempotency);
}

const deleted = () =>
  new Problem(
    'CUSTOMER_DELETED',
    'The customer that this Idempotency-Key registered has been deleted. Use a new key to register it again.',
  );

/** The first answer to the request that made a version of a customer, with the customer as it was then. */
async function replay(customerId: string, version: number, idempotency: Idempotency): Promise<Changed> {
  const events = await loadEvents(customerId, version);
  // A removal is under way or was interrupted: it removes the events first.
  if (events.length < version) throw deleted();
  const event = events.at(-1);
  if (event?.idempotency?.request !== idempotency.request) throw keyReused();
  const customer = events.reduce<Customer | undefined>(evolve, undefined);
  if (!customer) throw new Error(`customer ${customerId} has no events`);
  return { customer, event, replayed: true };
}

/** A change of a stored customer. */
type Change = {
  circumstances: Circumstances;
  /** Makes the command, from the customer as it is now and the delivery of its newest mail. Called at each attempt; may throw a Problem. */
  command: (customer: Customer, delivery: Delivery | undefined) => Command | Promise<Command>;
  /** More writes for the same transaction, from the customer after the event. */
  alongside?: (customer: Customer, event: CustomerEvent) => Alongside[];
  /** How often the change is attempted; by default, as often as a request that somebody waits for. */
  attempts?: number;
};

/**
 * Decides a command on a customer, and commits the new state with its event. If another change was faster, loads the customer, checks
 * that the caller may still make the change, and decides again.
 *
 * With an idempotency key, the transaction also writes the use of the key, which no other transaction can write again. So a repeated
 * request makes no change, however much has happened since. Only if a request makes no change, the use of its key is read: a repeated
 * request gets the first answer.
 *
 * @example await changeCustomer(stored, { circumstances, command: () => ({ type: 'activate' }) })
 * @param known the customer as the caller has just read it
 * @throws Problem CUSTOMER_NOT_FOUND, IDEMPOTENCY_KEY_REUSED, TRY_AGAIN, the refusals of `decide`, and those of `alongside`
 */
export async function changeCustomer(
  known: StoredCustomer,
  { circumstances, command, alongside, attempts }: Change,
): Promise<Changed> {
  const { now, program, idempotency } = circumstances;
  let stored: StoredCustomer | undefined = known;
  return retryConflicts(async () => {
    if (!stored) {
      stored = await loadCustomer(known.customer.id);
      if (!stored) throw customerNotFound();
      await circumstances.authoriseAgain?.(stored.customer);
    }
    const read = stored;
    const { customer: before, delivery } = read;
    const usedFor = idempotency && rememberedUse(before, idempotency);
    if (idempotency && usedFor !== undefined) return replayChange(stored, usedFor, idempotency);
    const change = async (): Promise<Changed | 'conflict'> => {
      const event = decide(before, await command(asOf(before, now, program), delivery), circumstances);
      if (!event) return { customer: before, ...(delivery && { delivery }), event: null, replayed: false };
      const after = evolve(before, event);
      const others = [
        ...holdEmail(before, after, now, program),
        ...keyUseWrites(customerKey(after.id), idempotency, now, { version: event.version }),
        ...(alongside?.(after, event) ?? []),
        // Last, because a refusal that waiting does not cure comes first.
        ...spareRecipient(before, after, event, delivery, circumstances),
      ];
      const item = eventToItem(event, now, queueOf(after, circumstances));
      const committed = await commit(updateState(read, after), item, others);
      if (committed === 'conflict') return 'conflict';
      logEvent(after, event);
      return { customer: after, ...(delivery && { delivery }), event, replayed: false };
    };
    const made = await change().catch((error: unknown) => {
      if (error instanceof Problem) return error;
      throw error;
    });
    if (typeof made === 'object' && 'event' in made && made.event) return made;
    const use = idempotency && (await getItem(keyUseKey(customerKey(before.id).pk, idempotency.key)));
    if (use) return replayChange(stored, Number(use['version']), idempotency);
    if (made instanceof Problem) throw made;
    if (made === 'conflict') stored = undefined;
    return made;
  }, attempts);
}

/** The version that a request with this key made, as far as the customer itself tells: by its id, which the registration's key made. */
function rememberedUse({ id, partnerId, recentKeys }: Customer, idempotency: Idempotency): number | undefined {
  if (id === newCustomerId(partnerId, idempotency)) return 1;
  return recentKeys?.find(({ key }) => key === idempotency.key)?.version;
}

/** The first answer to a change. A delivery that was recorded later was not part of it. */
async function replayChange(
  { customer, delivery }: StoredCustomer,
  version: number,
  idempotency: Idempotency,
): Promise<Changed> {
  const first = await replay(customer.id, version, idempotency);
  const isKnown = delivery && delivery.at <= first.customer.updatedAt;
  return { ...first, ...(isKnown && { delivery }) };
}

/** The partner in whose queue the mails of an event wait; undefined: they leave at once. */
const queueOf = ({ partnerId }: Customer, { mailsQueued }: Circumstances) => (mailsQueued ? partnerId : undefined);

/**
 * Writes one line of log per event, which counts it for the dashboard: so the log of a request, an import or a run says which customers it
 * has changed. A function that dies before this line leaves the event uncounted.
 */
function logEvent({ partnerId }: Customer, { customerId, version, type, data }: CustomerEvent): void {
  const name: MetricName = type;
  const measured = { [name]: 1, ...('organization' in data && { becameActive: 1 }) };
  writeLog({ level: 'INFO', customerId, version, event: type, partnerId }, measured);
}

/** Commits all writes or none. `conflict`: the customer has changed, or another transaction is under way on it. */
async function commit(state: Alongside['write'], event: Item, alongside: Alongside[]): Promise<'done' | 'conflict'> {
  return transact([{ write: state, refused: 'conflict' }, { write: putNew(event), refused: 'conflict' }, ...alongside]);
}
