/**
 * Pointers: the items by which people find the customers on which they hold bindings. And the writes of bindings with their pointers.
 */
import { asOf, type Customer } from '../customer/customer.ts';
import { loadCustomer } from '../customer/store.ts';
import type { Program } from '../program/program.ts';
import {
  accessKey,
  boundUnder,
  customerIdOf,
  customerKey,
  duePartition,
  type Key,
  myCustomersOf,
  type Subject,
} from '../table/keys.ts';
import {
  type Alongside,
  check,
  getItem,
  MAX_TRANSACTION_ITEMS,
  put,
  remove,
  retryConflicts,
  transact,
  update,
} from '../table/table.ts';
import type { Access, Bound } from './bindings.ts';
import { grantsOn, type OwnBindings } from './grants.ts';

/** Items of a customer's transaction for its state, its event, and the membership of the caller. */
const STATE_ITEMS = 3;
/** Items of a settlement's transaction that are not pointers: the check of the customer, and the access item. */
const SETTLED_ITEMS = 2;

/**
 * The writes that turn the stored bindings into the wanted ones: the access items and the pointers. If one transaction can't hold all
 * pointers, it holds none: the access items then list the pointers they owe, and stay in the index of due work until `settlePointers`
 * has written them. So a refused change leaves nothing behind, and an interrupted change loses no pointer.
 *
 * @returns the writes, and the keys of the items to settle after they have gone through
 */
export function bindingWrites(
  customer: Customer,
  before: Access,
  after: Bound,
  now: Date,
): { alongside: Alongside[]; owing: Key[] } {
  const changed = (Object.keys(after) as Subject[]).filter((subject) => after[subject] !== before.bound[subject]);
  const keys = new Map(changed.map((subject) => [accessKey(customer.id, subject).sk, accessKey(customer.id, subject)]));
  const fit = changed.length <= MAX_TRANSACTION_ITEMS - STATE_ITEMS - keys.size;
  const owing: Key[] = [];
  const items = [...keys.values()].map((key): Alongside => {
    const here = (subject: string) => accessKey(customer.id, subject as Subject).sk === key.sk;
    const owed = new Set([
      ...(before.owed[key.sk] ?? []),
      ...(fit ? [] : changed.filter(here).map((subject) => myCustomersOf(subject))),
    ]);
    if (owed.size > 0) owing.push(key);
    const item = {
      ...key,
      // A subject without any role by hand is left out.
      subjects: Object.fromEntries(
        Object.entries(after).filter(([subject, own]) => here(subject) && Object.keys(own).length > 0),
      ),
      ...(owed.size > 0 && {
        owed: [...owed],
        due: duePartition('STATE', customer.id),
        dueAt: now.toISOString(),
      }),
    };
    return { write: put(item), refused: 'conflict' };
  });
  const pointers = changed.map((subject) =>
    pointerWrite(customer.id, myCustomersOf(subject), isPointed(customer, subject, after[subject])),
  );
  return { alongside: [...items, ...(fit ? pointers : [])], owing };
}

/** Whether a subject needs a pointer to find the customer. The invitee needs none: the hold of its address is one. */
const isPointed = (customer: Customer, subject: Subject, own: OwnBindings | undefined): boolean =>
  grantsOn({ ...customer, email: null }, { subject }, undefined, own).any;

function pointerWrite(customerId: string, pk: string, pointed: boolean): Alongside {
  const key = boundUnder(pk, customerId);
  return { write: pointed ? put({ ...key, customerId }) : remove(key), refused: 'conflict' };
}

/**
 * Writes and deletes the pointers that an access item owes, by the bindings of this moment. Can be interrupted anywhere: pointers that
 * are still owed stay due. Does nothing for a deleted customer, because its removal also removes the pointers.
 *
 * @param key the key of the access item
 * @throws Problem TRY_AGAIN if the customer is changed again and again meanwhile
 */
export async function settlePointers(key: Key, now: Date, program: Program): Promise<void> {
  const customerId = customerIdOf(key);
  let left = true;
  const settle = async (): Promise<'done' | 'conflict'> => {
    const [item, stored] = await Promise.all([getItem(key), loadCustomer(customerId)]);
    const owed = (item?.['owed'] ?? []) as string[];
    left = false;
    if (!stored || owed.length === 0 || asOf(stored.customer, now, program).status === 'DELETED') return 'done';
    const { customer } = stored;
    const bound = item?.['subjects'] as Bound;
    const subjects = [
      ...(Object.keys(bound) as Subject[]),
      ...customer.administrators.map((email): Subject => `USER#${email}`),
    ];
    const pointed = new Set(
      subjects
        .filter((subject) => isPointed(customer, subject, bound[subject]))
        .map((subject) => myCustomersOf(subject)),
    );
    const settled = owed.slice(0, MAX_TRANSACTION_ITEMS - SETTLED_ITEMS);
    const rest = owed.slice(settled.length);
    left = rest.length > 0;
    return transact([
      {
        // Each change of a binding also changes the version of the customer.
        write: check(customerKey(customerId), {
          condition: '#version = :version',
          names: { '#version': 'version' },
          values: { ':version': customer.version },
        }),
        refused: 'conflict',
      },
      {
        write: update(key, left ? 'SET owed = :rest' : 'REMOVE owed, due, dueAt', {
          condition: 'owed = :owed',
          values: { ':owed': owed, ...(left && { ':rest': rest }) },
        }),
        refused: 'conflict',
      },
      ...settled.map((pk) => pointerWrite(customerId, pk, pointed.has(pk))),
    ]);
  };
  while (left) await retryConflicts(settle);
}
