import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { countedUnits, limitOf, SCALING_DOCUMENT, simulate, withKeyTable } from '../bench/hotPartitions.ts';

test('the simulated writes of a customer are those that were counted on the local stack', () => {
  const { units } = simulate(1, { queued: false, approves: false });
  expect(Math.abs(units / countedUnits - 1)).toBeLessThan(0.05);
});

test('the table of the document is the one that the simulation makes', () => {
  const document = readFileSync(SCALING_DOCUMENT, 'utf8');
  expect(document).toContain('<!-- computed: keys -->');
  expect(withKeyTable(document)).toBe(document);
});

test('due work is spread over its partitions, so that none takes much more than a quarter', () => {
  for (const kind of [/^byDue DUE#MAIL#/, /^byDue DUE#STATE#/]) {
    const keys = [...simulate(1, { queued: false, approves: false }).keys].filter(([key]) => kind.test(key));
    const all = keys.reduce((sum, [, units]) => sum + units, 0);
    expect(keys).toHaveLength(4);
    expect(Math.max(...keys.map(([, units]) => units)) / all).toBeLessThan(0.28);
  }
});

test('the lists of one partner are the first key to be busy, at more customers than a partner may invite in a day', () => {
  const { invitationsPerDay } = JSON.parse(
    readFileSync(new URL('../shared/program/presets/yandex.json', import.meta.url), 'utf8'),
  ) as { invitationsPerDay: number };
  const lists = limitOf(/^byCreated /, 1);
  for (const other of [/^byDue DUE#MAIL#/, /^byDue DUE#STATE#/, /^table PARTNER#/, /^table SENDING_RATE/, /^byStatus /])
    expect(limitOf(other, 1)).toBeGreaterThan(lists);
  // A fifth of a day's customers in its busiest hour.
  expect(lists * 5 * 3600).toBeGreaterThan(invitationsPerDay);
});
