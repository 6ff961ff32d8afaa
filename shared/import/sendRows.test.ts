import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiProblem } from '../client/ApiProblem.ts';
import type { Client } from '../client/client.ts';
import { MAX_BODY_BYTES } from '../contract/contract.ts';
import { batchesOf, type ImportResult, type RowProblem, sendRows } from './sendRows.ts';

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
  vi.useFakeTimers();
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
  const done = sendRows(call, rows(3), (answered) => {
    for (const [index, result] of answered) results.set(index, result);
  });
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  expect(sent).toEqual([3, 1]);
  expect([...results.keys()].sort()).toEqual([0, 1, 2]);
  expect([...results.values()].every((result) => 'customer' in result)).toBe(true);
});

test('an answer that is not the API’s counts as none, and the language of the mails is not part of a row', async () => {
  vi.useFakeTimers();
  const bodies: object[] = [];
  const call = (async (_: unknown, { body }: { body: { customers: unknown[] } }) => {
    bodies.push(body);
    return bodies.length === 1 ? { welcome: 'Sign in to this network' } : { results: [{ customer: {} }] };
  }) as unknown as Client;
  const done = sendRows(call, rows(1), () => {}, { language: 'vi' });
  await vi.runAllTimersAsync();
  await done;
  vi.useRealTimers();
  const body = { customers: rows(1), language: 'vi' };
  expect(bodies).toEqual([body, body]);
});

test('the refusal of a whole batch ends the import', async () => {
  const call = (async () => {
    throw new ApiProblem(409, { code: 'PARTNER_NOT_PAID', detail: 'Switch the partner account.' });
  }) as Client;
  await expect(sendRows(call, rows(1), () => {})).rejects.toMatchObject({ code: 'PARTNER_NOT_PAID' });
});

describe('a row', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Sends two rows to a service that refuses the second one so many times; how many rows came when, in seconds, and the results. */
  async function sending(problem: Omit<RowProblem, 'detail'>, times: number) {
    const startedAt = Date.now();
    const received: [rows: number, atSeconds: number][] = [];
    const call = (async (_: unknown, { body }: { body: { customers: { email: string }[] } }) => {
      received.push([body.customers.length, (Date.now() - startedAt) / 1000]);
      const refuses = received.length <= times;
      return {
        results: body.customers.map(({ email }) =>
          refuses && email === 'c1@client.example' ? { problem: { detail: 'No.', ...problem } } : { customer: {} },
        ),
      };
    }) as unknown as Client;
    const results: ImportResult[] = [];
    const sent = sendRows(call, rows(2), (answered) => {
      for (const [index, result] of answered) results[index] = result;
    }).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    return { received, results, error: await sent };
  }

  test.each(['TRY_AGAIN', 'NOT_TRIED'])(
    'that the service had no time for (%s) waits for as long as the service says, until it is through',
    async (code) => {
      const { received, results } = await sending({ code, status: 503, retryAfterSeconds: 7 }, 4);
      expect(received).toEqual([
        [2, 0],
        [1, 7],
        [1, 14],
        [1, 21],
        [1, 28],
      ]);
      expect(results).toEqual([{ customer: {} }, { customer: {} }]);
    },
  );

  test('of a service that stays busy ends the import, after what went in was reported', async () => {
    const { received, results, error } = await sending({ code: 'TRY_AGAIN', status: 503 }, 100);
    expect(received).toHaveLength(8);
    expect(results).toEqual([{ customer: {} }]);
    expect(error).toMatchObject({ code: 'TRY_AGAIN', status: 503 });
  });

  test('on which the service fails goes three times, and is then refused', async () => {
    const { received, results } = await sending({ code: 'INTERNAL', status: 500 }, 100);
    expect(received).toEqual([
      [2, 0],
      [1, 1],
      [1, 2],
    ]);
    expect(results[1]).toMatchObject({ problem: { code: 'INTERNAL' } });
  });

  test.each(['INVITATION_LIMIT', 'REFUSAL_LIMIT'])(
    'beyond the limit of a day (%s) waits if the limit ends soon, and not for the rest of the day',
    async (code) => {
      const limit = { code, status: 429 };
      const soon = await sending({ ...limit, retryAfterSeconds: 120 }, 1);
      expect(soon.received).toEqual([
        [2, 0],
        [1, 120],
      ]);
      const late = await sending({ ...limit, retryAfterSeconds: 121 }, 100);
      expect(late.received).toEqual([[2, 0]]);
      expect(late.results[1]).toMatchObject({ problem: { code } });
    },
  );

  test('that is refused for what it says goes once', async () => {
    const { received, results } = await sending({ code: 'CUSTOMER_EXISTS', status: 409 }, 100);
    expect(received).toEqual([[2, 0]]);
    expect(results[1]).toMatchObject({ problem: { code: 'CUSTOMER_EXISTS' } });
  });
});

test('a row that is larger than a request may be is refused, and not sent', async () => {
  const sent: number[] = [];
  const call = (async (_: unknown, { body }: { body: { customers: unknown[] } }) => {
    sent.push(body.customers.length);
    return { results: body.customers.map(() => ({ customer: {} })) };
  }) as unknown as Client;
  const results: ImportResult[] = [];
  await sendRows(call, [...rows(1), ...rows(1, 'x'.repeat(MAX_BODY_BYTES)), ...rows(1)], (answered) => {
    for (const [index, result] of answered) results[index] = result;
  });
  expect(sent).toEqual([2]);
  expect(results).toMatchObject([{ customer: {} }, { problem: { code: 'BODY_TOO_LARGE' } }, { customer: {} }]);
});

test('an import that is ended sends no further request', async () => {
  const ending = new AbortController();
  let requests = 0;
  const call = (async (_: unknown, { body }: { body: { customers: unknown[] } }) => {
    requests += 1;
    ending.abort();
    return { results: body.customers.map(() => ({ customer: {} })) };
  }) as unknown as Client;
  let reported = 0;
  const report = (answered: unknown[]) => {
    reported += answered.length;
  };
  const sent = sendRows(call, rows(150), report, { signal: ending.signal });
  await expect(sent).rejects.toMatchObject({ name: 'AbortError' });
  expect([requests, reported]).toEqual([1, 100]);
});
