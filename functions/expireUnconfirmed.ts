import { settlePointers } from '../shared/access/pointers.ts';
import { asOf } from '../shared/customer/customer.ts';
import { undeliverableReason } from '../shared/customer/delivery.ts';
import { removeCustomer } from '../shared/customer/remove.ts';
import { changeCustomer, loadCustomer } from '../shared/customer/store.ts';
import { errorFields, writeLog } from '../shared/log.ts';
import { noteMailQueue } from '../shared/partner/mailQueue.ts';
import { loadPartner } from '../shared/partner/partner.ts';
import { currentProgram } from '../shared/program/currentProgram.ts';
import { dueWork } from '../shared/table/dueWork.ts';
import { ACCESS_PREFIX, customerIdOf, type Key } from '../shared/table/keys.ts';

/** If the function has less time left than this, it starts no other work. */
const RESERVE_MS = 20_000;

type Outcome = 'expired' | 'reminded' | 'removed' | 'settled' | 'failed' | 'nothing';

/**
 * Does the work that falls due with time: reminds customers that have not confirmed, expires customers that nobody confirmed or
 * approved in time, removes customers after their retention, and writes the pointers that an interrupted change of access still
 * owes. Several runs at once are safe. The next run finds unfinished work again.
 *
 * @returns how many customers had which outcome
 */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<Record<Outcome, number>> {
  const count: Record<Outcome, number> = { expired: 0, reminded: 0, removed: 0, settled: 0, failed: 0, nothing: 0 };
  const partnerNames = new Map<string, Promise<string>>();
  const partnerName = (id: string): Promise<string> => {
    const name =
      partnerNames.get(id) ?? loadPartner(id).then((partner) => noteMailQueue(id, new Date()).then(() => partner.name));
    partnerNames.set(id, name);
    return name;
  };
  for await (const keys of dueWork('STATE', new Date())) {
    for (const key of keys) {
      if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
      count[await cleanUp(key, partnerName)]++;
    }
    if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
  }
  writeLog({ level: 'INFO', work: 'expireUnconfirmed', ...count });
  return count;
}

async function cleanUp(key: Key, nameOf: (partnerId: string) => Promise<string>): Promise<Outcome> {
  const customerId = customerIdOf(key);
  try {
    const now = new Date();
    const program = currentProgram();
    if (key.sk.startsWith(ACCESS_PREFIX)) {
      await settlePointers(key, now, program);
      return 'settled';
    }
    const stored = await loadCustomer(customerId);
    if (!stored) return 'nothing';
    const { event, customer } = await changeCustomer(stored, {
      circumstances: { now, program, actor: 'SCHEDULE', mailsQueued: true },
      command: async (due, delivery) => {
        const partnerName = await nameOf(due.partnerId);
        return due.status === 'VERIFICATION_REQUIRED'
          ? { type: 'remind', partnerName, undeliverable: undeliverableReason(due, delivery) }
          : { type: 'expire', partnerName };
      },
    });
    if (asOf(customer, now, program).status === 'DELETED') {
      return (await removeCustomer(customer, now, program)) === 'done' ? 'removed' : 'nothing';
    }
    if (!event) return 'nothing';
    return event.type === 'CustomerExpired' ? 'expired' : 'reminded';
  } catch (error) {
    writeLog({ level: 'ERROR', work: 'expireUnconfirmed', customerId, ...errorFields(error) });
    return 'failed';
  }
}
