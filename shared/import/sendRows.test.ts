import { expect, test } from 'vitest';
import { ApiProblem } from '../client/ApiProblem.ts';
import type { Client } from '../client/client.ts';
import { MAX_BODY_BYTES } from '../contract/contract.ts';
import { batchesOf, sendRows } from './sendRows.ts';

const rows = (count: number, name = 'Wind') =>
  Array.from({ length: count }, (_, index) => ({ name, email: `c${index}@client.example` }));

test('rows are sent in batches of at most a hundred, and of no more bytes than a request may have', () => {
  expect(batchesOf(rows(250)).map(({ length }) => length)).toEqual([100, 100, 50]);
  const large = batchesOf(rows(100, 'ветер'.repeat(200)));
  expect(large.length).toBeGreaterThan(1);
  expect(large.flat()).toHaveLength(100);
  for (const customers of large) {
    expect(Buffer.byteLength(JSON.stringify({ customers }))).toBeLessThanOrEqual(MAX_BODY_BYTES);
  }
});

test('a row that met a busy service is sent again alone, and a batch is sent again after a lost answer', async () => {
  const sent: number[] = [];
  let losesAnswer = true;
  const call = (async (_: unknown, { body }: { body: { customers: unknown[] } }) => {
    if (losesAnswer) {
      losesAnswer = false;
      throw new ApiProblem(0, {});
    }
    sent.push(body.customers.length);
    const problem = { code: 'TRY_AGAIN', status: 503, detail: 'Busy.' };
    return {
      results: body.customers.map((_, index) => (sent.length === 1 && index === 1 ? { problem } : { customer: {} })),
    };
  }) as unknown as Client;
  const results = new Map<number, object>();
  await sendRows(call, rows(3), (answered) => {
    for (const [index, result] of answered) results.set(index, result);
  });
  expect(sent).toEqual([3, 1]);
  expect([...results.keys()].sort()).toEqual([0, 1, 2]);
  expect([...results.values()].every((result) => 'customer' in result)).toBe(true);
});

test('the refusal of a whole batch ends the import', async () => {
  const call = (async () => {
    throw new ApiProblem(409, { code: 'PARTNER_NOT_PAID', detail: 'Switch the partner account.' });
  }) as Client;
  await expect(sendRows(call, rows(1), () => {})).rejects.toMatchObject({ code: 'PARTNER_NOT_PAID' });
});
