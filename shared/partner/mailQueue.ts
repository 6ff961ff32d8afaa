/**
 * The queue of a partner's mails. Mails of imports, of the schedule, and of partners that send many wait in a partition of the due index
 * for each partner. An item of the partner says that it has such a queue, so that the sender finds the queue.
 */
import { MAIL_QUEUES, mailQueueKey } from '../table/keys.ts';
import { updateItem } from '../table/table.ts';

const HOUR_MS = 60 * 60_000;

/** When this instance of a function last noted the queue of a partner. */
const noted = new Map<string, number>();

/**
 * Notes that a partner has mails in its queue. To be called before a mail is put into the queue. Once noted, an instance of a function
 * writes nothing for an hour.
 */
export async function noteMailQueue(partnerId: string, now: Date): Promise<void> {
  const at = noted.get(partnerId);
  if (at !== undefined && now.getTime() >= at && now.getTime() - at < HOUR_MS) return;
  await updateItem(mailQueueKey(partnerId), 'SET due = :queues, dueAt = :now', {
    makes: true,
    condition: 'attribute_not_exists(dueAt) OR dueAt < :now',
    values: { ':queues': MAIL_QUEUES, ':now': now.toISOString() },
  });
  noted.set(partnerId, now.getTime());
}
