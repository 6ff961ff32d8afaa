/** The partner stops the services of a customer, or resumes them. */
import { noteMailQueue } from '../partner/mailQueue.ts';
import { loadPartner } from '../partner/partner.ts';
import type { Circumstances } from './command.ts';
import type { StoredCustomer } from './item.ts';
import { type Changed, changeCustomer } from './store.ts';

/** The status in which `decide` accepts each command. */
const POSSIBLE_IN = { suspend: 'ACTIVE', activate: 'SUSPENDED' } as const;

/**
 * Suspends a customer, or activates it. The notice to its contact waits in the queue of the partner: a partner's program may do this to
 * thousands of customers, and their notices must not hold up the mails of others.
 *
 * @throws Problem the refusals of `changeCustomer`
 */
export async function changeServices(
  stored: StoredCustomer,
  command: { type: 'suspend'; reason?: string | undefined } | { type: 'activate' },
  circumstances: Circumstances,
): Promise<Changed> {
  const { partnerId } = stored.customer;
  const { name: partnerName } = await loadPartner(partnerId);
  return changeCustomer(stored, {
    circumstances: { ...circumstances, mailsQueued: true },
    command: async ({ status }) => {
      // A request that will be refused writes nothing.
      if (status === POSSIBLE_IN[command.type]) await noteMailQueue(partnerId, circumstances.now);
      return { ...command, partnerName };
    },
  });
}
