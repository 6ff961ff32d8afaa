import { settlePointers } from '../shared/access/pointers.ts';
import { Problem } from '../shared/contract/problem.ts';
import { asOf } from '../shared/customer/customer.ts';
import { undeliverableReason } from '../shared/customer/delivery.ts';
import type { StoredCustomer } from '../shared/customer/item.ts';
import { removeCustomer, SCHEDULED_ATTEMPTS } from '../shared/customer/remove.ts';
import { changeCustomer, loadCustomers } from '../shared/customer/store.ts';
import { inParallel } from '../shared/inParallel.ts';
import { errorFields, logFieldsOf, withLogFields, writeLog } from '../shared/log.ts';
import { blockedUntil } from '../shared/partner/cooldown.ts';
import { noteMailQueue } from '../shared/partner/mailQueue.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { dueWorkIn } from '../shared/table/dueWork.ts';
import { ACCESS_PREFIX, customerIdOf, duePartitions, type Key } from '../shared/table/keys.ts';

/** If the function has less time left than this, it starts no other work. */
const RESERVE_MS = 20_000;
/**
 * How many customers of each of the four partitions are worked on at the same time. If a customer takes 30 ms, a run does about 250 a
 * second: 150,000 before its time is over. That is about a sixth of the writes that DynamoDB takes at once on each partition of the index
 * (1,000 units a second), so the rest is left to requests that somebody waits for.
 */
const AT_ONCE_IN_PARTITION = 2;
/** How many due customers are read at once, in each partition. (Larger pages would read customers long before they are worked on.) */
const PAGE_SIZE = 25;
/** How many partners' names a run remembers. */
const MAX_PARTNERS = 1_000;

/** `later`: left to the next run, because the customer is changed at the same time or the time is over. */
type Outcome = 'expired' | 'reminded' | 'removed' | 'settled' | 'later' | 'failed' | 'nothing';

type Context = { awsRequestId?: string; getRemainingTimeInMillis(): number };

/** The parts of a run that its customers share. */
type Run = { isLate: () => boolean; partnerName: (partnerId: string) => Promise<string> };

/** How long the oldest due work of a run has been due. */
type Overdue = { longestSeconds: number };

/**
 * Does the work that falls due with time: reminds customers that have not confirmed, expires customers that nobody confirmed or
 * approved in time, removes customers after their retention, and writes the pointers that an interrupted change of access still
 * owes. Several runs at once are safe. The next run finds unfinished work again.
 *
 * @returns how many customers had which outcome
 */
export async function handler(_event: unknown, context: Context): Promise<Record<Outcome, number>> {
  return withLogFields({ ...logFieldsOf(context), work: 'expireUnconfirmed' }, () => cleanUpAll(context));
}

async function cleanUpAll(context: Context): Promise<Record<Outcome, number>> {
  const count: Record<Outcome, number> = {
    expired: 0,
    reminded: 0,
    removed: 0,
    settled: 0,
    later: 0,
    failed: 0,
    nothing: 0,
  };
  const isLate = () => context.getRemainingTimeInMillis() < RESERVE_MS;
  const run = { isLate, partnerName: rememberPartners() };
  const now = new Date();
  const overdue: Overdue = { longestSeconds: 0 };
  const partitions = duePartitions('STATE');
  try {
    await inParallel(partitions, partitions.length, (partition) =>
      inParallel(dueIn(partition, now, isLate, overdue), AT_ONCE_IN_PARTITION, async (due) => {
        const customerId = customerIdOf(due.key);
        count[await withLogFields({ customerId }, () => cleanUp(due, run))]++;
      }),
    );
  } finally {
    // A partition that can't be read fails the run, after the work on the others.
    writeLog({ level: 'INFO', ...count }, { runs: 1, longestOverdueSeconds: overdue.longestSeconds });
  }
  return count;
}

/** Work that is due: its key, and the stored customer, which was read a moment ago. */
type Work = { key: Key; stored: StoredCustomer | undefined };

/**
 * The due work of a partition, each page in random order, until it is late. Two runs at once seldom take the same customer at the same
 * moment. The later one finds it done. (The index may still have the customer: it is updated a moment after the table.)
 */
async function* dueIn(partition: string, now: Date, isLate: () => boolean, overdue: Overdue): AsyncGenerator<Work> {
  for await (const page of dueWorkIn(partition, now, PAGE_SIZE)) {
    const keys = page.map(({ key }) => key);
    for (const { dueAt } of page) {
      const seconds = Math.round((now.getTime() - Date.parse(dueAt)) / 1000);
      overdue.longestSeconds = Math.max(overdue.longestSeconds, seconds);
    }
    const customers = await loadCustomers(keys.filter(isOfCustomer).map(customerIdOf));
    const drawn = keys.map((key) => ({ key, place: Math.random() })).sort((one, other) => one.place - other.place);
    for (const { key } of drawn) {
      if (isLate()) return;
      yield { key, stored: isOfCustomer(key) ? customers.get(customerIdOf(key)) : undefined };
    }
  }
}

/** Whether the work is a customer's. Otherwise it is a change of access that owes pointers. */
const isOfCustomer = ({ sk }: Key) => !sk.startsWith(ACCESS_PREFIX);

/** Reads what a run needs of a partner: once for all of the partner's customers, unless the run has very many partners. */
function rememberPartners(): Run['partnerName'] {
  const names = new Map<string, Promise<string>>();
  return (id) => {
    const known = names.get(id);
    if (known) return known;
    if (names.size >= MAX_PARTNERS) names.clear();
    // The mails of a run wait in the partner's queue, because a partner may have many of them.
    const name = Promise.all([loadPartner(id), noteMailQueue(id, new Date())]).then(([partner]) => partner.name);
    names.set(id, name);
    // The partner's next customer reads it again.
    name.catch(() => names.delete(id));
    return name;
  };
}

async function cleanUp({ key, stored }: Work, { isLate, partnerName: nameOf }: Run): Promise<Outcome> {
  try {
    const now = new Date();
    const program = currentProgram();
    if (!isOfCustomer(key)) {
      await settlePointers(key, now, program);
      return 'settled';
    }
    if (!stored) return 'nothing';
    const { event, customer } = await changeCustomer(stored, {
      circumstances: { now, program, actor: 'SCHEDULE', mailsQueued: true },
      attempts: SCHEDULED_ATTEMPTS,
      command: async (due, delivery) => {
        const { partnerId, email, status } = due;
        const partnerName = await nameOf(partnerId);
        if (status !== 'VERIFICATION_REQUIRED' || email === null) return { type: 'expire', partnerName };
        const declinedUntil = await blockedUntil({ partnerId, email }, now);
        return { type: 'remind', partnerName, undeliverable: undeliverableReason(due, delivery), declinedUntil };
      },
    });
    if (asOf(customer, now, program).status === 'DELETED') {
      if ((await removeCustomer(customer, now, program, isLate)) !== 'done') return 'later';
      writeLog({ level: 'INFO', outcome: 'removed', partnerId: customer.partnerId });
      return 'removed';
    }
    if (!event) return 'nothing';
    return event.type === 'CustomerExpired' ? 'expired' : 'reminded';
  } catch (error) {
    // Another run or a request was faster: it has changed the customer, or removed it.
    if (error instanceof Problem && error.code === 'TRY_AGAIN') return 'later';
    if (error instanceof Problem && error.code === 'CUSTOMER_NOT_FOUND') return 'nothing';
    writeLog({ level: 'ERROR', ...errorFields(error) });
    return 'failed';
  }
}
