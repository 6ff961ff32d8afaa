/**
 * The items by which people find the customers on which they hold bindings, and the transaction that writes bindings and pointers.
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

/** Items of a customer's transaction that are its state and its event; and those of a settlement that are no pointers. */
const STATE_ITEMS = 2;
const SETTLED_ITEMS = 2;

/**
 * The writes that turn the stored bindings into the wanted ones: the items that hold the bindings, and the pointers by which people
 * find the customer. If there are too many pointers for one transaction, none goes into it: the items that hold the bindings say
 * whose pointers are owed, and stand in the index of due work until `settlePointers` has written them. So a refused change leaves
 * nothing, and an interrupted one loses nobody's way to the customer.
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
      // Who has nothing by hand any more is forgotten.
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

/** Whether somebody finds the customer by an item of its own. The invitee as such does by its invitation. */
const isPointed = (customer: Customer, subject: Subject, own: OwnBindings | undefined): boolean =>
  grantsOn({ ...customer, email: null }, { subject }, undefined, own).any;

function pointerWrite(customerId: string, pk: string, pointed: boolean): Alongside {
  const key = boundUnder(pk, customerId);
  return { write: pointed ? put({ ...key, customerId }) : remove(key), refused: 'conflict' };
}

/**
 * Writes and deletes the pointers that an access item owes, as its bindings are by now. Can be interrupted anywhere: what is
 * still owed stays due. Of a customer that is to be removed, nothing: the removal takes the pointers along.
 *
 * @throws Problem TRY_AGAIN where the customer is being changed all the time
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
        // No binding changes without the version of its customer.
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
