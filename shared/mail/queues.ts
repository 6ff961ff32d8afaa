/**
 * The mails that are due, in turn: one of each partner's queue, then the next one of each. So no partner waits behind the many mails of
 * another.
 */
import { inParallel } from '../inParallel.ts';
import { type Due, dueWorkIn } from '../table/dueWork.ts';
import { duePartitions, type Key, MAIL_QUEUES, mailQueueOf, partnerIdOf } from '../table/keys.ts';
import { type Item, query, queryAll, updateItem } from '../table/table.ts';

/** How many keys of a queue are read at once. All queues with due mails are open at the same time. */
const PAGE_SIZE = 10;
/** How many notes of queues are read at once. */
const NOTES_PAGE_SIZE = 100;
/** How many queues are looked into at the same time. */
const LOOKS_AT_ONCE = 10;
/** While a run has mails to send, it looks for new ones this often. */
const LOOK_AGAIN_MS = 2_000;
/** Twice as long as an instance of a function relies on a note without renewing it (`noteMailQueue`). */
const OLD_NOTE_MS = 2 * 60 * 60_000;

/** A queue with due mails: those that were read already, and the pages after them. */
type Queue = { due: Due[]; pages: AsyncGenerator<Due[]> };

/**
 * The keys of the items with mails that are due, or become due meanwhile: mails that the stream did not bring, and mails in the queues of
 * partners. Each key comes once. Ends when nothing is due.
 */
export async function* dueMails(): AsyncGenerator<Key> {
  const open = new Map<string, Queue>();
  // The index may still show a mail that was sent a moment ago, and a damaged item stays due.
  const taken = new Set<string>();
  let foundSinceLook = false;
  let lookedAt: number | undefined;
  const look = async () => {
    foundSinceLook = false;
    lookedAt = undefined;
    await inParallel(queueNames(), LOOKS_AT_ONCE, async (name) => {
      if (open.has(name)) return;
      const pages = dueWorkIn(name, new Date(), PAGE_SIZE);
      const { value: due = [] } = await pages.next();
      if (due.length > 0) open.set(name, { due, pages });
    });
    lookedAt = Date.now();
  };

  let looking = look();
  for (;;) {
    if (open.size === 0) {
      await looking;
      if (open.size === 0 && !foundSinceLook) return;
    }
    const isLookOver = lookedAt !== undefined && Date.now() - lookedAt >= LOOK_AGAIN_MS;
    if (open.size === 0 || isLookOver) {
      looking = look();
      // If this look fails, the open queues are finished first.
      looking.catch(() => undefined);
    }
    for (const [name, queue] of fromAnyOn([...open])) {
      if (queue.due.length === 0) queue.due = (await queue.pages.next()).value ?? [];
      const key = queue.due.shift()?.key;
      if (!key) open.delete(name);
      else if (!taken.has(keyName(key))) {
        taken.add(keyName(key));
        foundSinceLook = true;
        yield key;
      }
    }
  }
}

const keyName = ({ pk, sk }: Key) => `${pk} ${sk}`;

/** The same elements in the same order, from a random one on: if the time ends before all had their turn, it was not always the same ones. */
function fromAnyOn<T>(all: T[]): T[] {
  const first = Math.floor(Math.random() * all.length);
  return [...all.slice(first), ...all.slice(0, first)];
}

/** The partitions of the due index in which mails wait: those of mails that leave at once, and the noted queues of partners. */
async function* queueNames(): AsyncGenerator<string> {
  yield* duePartitions('MAIL');
  const notes = queryAll({
    index: 'byDue',
    condition: 'due = :queues',
    values: { ':queues': MAIL_QUEUES },
    limit: NOTES_PAGE_SIZE,
  });
  for await (const page of notes) {
    for (const note of page) {
      if (!(await forgetIfEmpty(note))) yield mailQueueOf(partnerIdOf(note));
    }
  }
}

/** Removes the old note of a queue that is empty. Without a recent note, no function puts a mail into the queue. */
async function forgetIfEmpty(note: Item): Promise<boolean> {
  const { pk, sk, dueAt: notedAt } = note;
  if (Date.now() - Date.parse(String(notedAt)) < OLD_NOTE_MS) return false;
  const { items } = await query({
    index: 'byDue',
    condition: 'due = :queue',
    values: { ':queue': mailQueueOf(partnerIdOf(note)) },
    limit: 1,
  });
  if (items.length > 0) return false;
  return updateItem({ pk, sk }, 'REMOVE due, dueAt', { condition: 'dueAt = :seen', values: { ':seen': notedAt } });
}
