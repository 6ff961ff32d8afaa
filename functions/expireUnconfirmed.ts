import { currentProgram } from '../shared/currentProgram.ts';
import { asOf } from '../shared/customer.ts';
import { customerIdOf, type Key } from '../shared/keys.ts';
import { writeLog } from '../shared/log.ts';
import { changeCustomer, dueWork, loadCustomer, removeCustomer } from '../shared/table.ts';

/** Not begun any more when so little time is left. */
const RESERVE_MS = 20_000;

type Outcome = 'expired' | 'removed' | 'failed' | 'nothing';

/**
 * Writes down what time has done: what nobody confirmed or approved in time expires, and what is past its retention is
 * removed. Several at once don't disturb each other; what one doesn't manage, the next finds again.
 */
export async function handler(
  _event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<Record<Outcome, number>> {
  const count: Record<Outcome, number> = { expired: 0, removed: 0, failed: 0, nothing: 0 };
  for await (const keys of dueWork('STATE', new Date())) {
    for (const key of keys) {
      if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
      count[await cleanUp(key)]++;
    }
    if (context.getRemainingTimeInMillis() < RESERVE_MS) break;
  }
  writeLog({ level: 'INFO', work: 'expireUnconfirmed', ...count });
  return count;
}

async function cleanUp(key: Key): Promise<Outcome> {
  const customerId = customerIdOf(key);
  try {
    const now = new Date();
    const program = currentProgram();
    const stored = await loadCustomer(customerId);
    if (!stored) return 'nothing';
    const { event, customer } = await changeCustomer({
      customerId,
      known: stored,
      circumstances: { now, program, actor: 'SCHEDULE' },
      command: () => ({ type: 'expire' }),
    });
    if (asOf(customer, now, program).status === 'DELETED') {
      return (await removeCustomer(customer, now, program)) === 'done' ? 'removed' : 'nothing';
    }
    return event ? 'expired' : 'nothing';
  } catch (error) {
    const { name = 'Error', message = '', stack } = error instanceof Error ? error : {};
    writeLog({ level: 'ERROR', work: 'expireUnconfirmed', customerId, error: name, message, stack });
    return 'failed';
  }
}
