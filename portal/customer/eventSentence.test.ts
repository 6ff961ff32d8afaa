import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { history } from '../messages/en/history.ts';

it('whatever can happen to a customer has its sentence', () => {
  const source = readFileSync(join(import.meta.dirname, '../../shared/customer/event.ts'), 'utf8');
  const declared = source.slice(source.indexOf('type EventData ='), source.indexOf('export type CustomerEvent'));
  const types = [...declared.matchAll(/type: '(\w+)'/g)].map(([, type]) => type);
  expect(types.length).toBeGreaterThan(10);
  // Nobody can read the history of a deleted customer.
  const said = new Set(Object.keys(history.history.events));
  expect(types.filter((type) => type !== 'CustomerDeleted' && !said.has(type ?? ''))).toEqual([]);
  const reasons = /'ReminderSkipped';\s+data: \{ remindAt\?: string; reason: ([^}]*)\}/
    .exec(declared)?.[1]
    ?.match(/[A-Z_]+/g);
  expect(reasons?.toSorted()).toEqual(Object.keys(history.history.skipped).toSorted());
});
