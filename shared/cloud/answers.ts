/** Clouds, as the API shows them. */
import type * as z from 'zod/mini';
import type { cloud } from '../contract/contract.ts';
import type { NewCloud } from '../customer/command.ts';
import type { CustomerEvent } from '../customer/event.ts';
import { cloudKey } from '../table/keys.ts';
import type { Item } from '../table/table.ts';

/** The cloud that an event created or linked. Throws an error for any other event. */
export function cloudAnswer(event: CustomerEvent | null): z.output<typeof cloud> {
  if (event?.type !== 'CloudCreated' && event?.type !== 'CloudLinked') throw new Error(`${event?.type} makes no cloud`);
  const { cloudId: id, name, organizationId } = event.data;
  const { description, labels }: Partial<NewCloud> = event.type === 'CloudCreated' ? event.data : {};
  return {
    id,
    name,
    organizationId,
    billingAccountId: event.customerId,
    origin: event.type === 'CloudCreated' ? 'CREATED' : 'LINKED',
    createdAt: event.at,
    ...(description !== undefined && { description }),
    // Sorted, because the table keeps no order.
    ...(labels !== undefined && { labels: Object.fromEntries(Object.entries(labels).sort()) }),
    ...(event.type === 'CloudLinked' && event.data.outstandingCharges && { warning: OUTSTANDING_CHARGES }),
  };
}

/** The item of a cloud: the cloud as it is shown, and the version of its event. */
export function cloudItem(event: CustomerEvent): Item {
  const shown = cloudAnswer(event);
  return { ...cloudKey(event.customerId, shown.id), ...shown, version: event.version };
}

const OUTSTANDING_CHARGES = {
  code: 'OUTSTANDING_CHARGES',
  message: 'The cloud had charges on its old billing account. Pay what is outstanding there.',
} as const;
